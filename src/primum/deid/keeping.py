"""Who holds the keys of a run: a custodian's home, from which those permitted can turn it back, or nobody."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from primum.custody import bundle
from primum.custody.custodian import Custodian, DataClass, DataSet, Row
from primum.errors import DataError
from primum.ids import Digest, SubjectId

PURPOSE = "de-identification"
"""For which a home is opened that is not a study's."""
POLICY = Path(__file__).with_name("access.yaml")
"""What a home made by a run lets people do."""
LONGEST_SHIFT_DAYS = 365
OURS = "primum:deid"
"""Stands in a subject's place for what belongs to nobody: ids of staff, names of files, links between resources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Under which a subject appears in every format.

    Attributes:
        name: The pseudonym.
        days: By how many its dates move.
        key: From which its surrogates are drawn.
    """

    name: SubjectId
    days: int
    key: bytes = field(repr=False)


class Keeper(Protocol):
    """Holds the keys of a run."""

    reversible: bool
    trust: Mapping[str, Any]

    def admit(self, subjects: Sequence[str]) -> frozenset[str]:
        """Take subjects in, and return those that may not be read any more, because they were erased."""
        ...

    def name(self, subject: str) -> SubjectId:
        """Return the pseudonym of a subject, of an erased one as well."""
        ...

    def persona(self, subject: str) -> Persona:
        """Return under which a subject appears: always the same as long as the keys are there.

        Raises:
            DataError: The subject was erased.
        """
        ...

    def seal(self, part: Digest, rows: Sequence[Row]) -> None:
        """Keep what puts originals back, each row under its subject's own key."""
        ...

    def attest(self, about: Digest, payload: bytes) -> bytes:
        """Return a signed envelope of a payload."""
        ...


class Nobody:
    """A key that is forgotten when the run ends: nothing can be turned back, by anyone.

    Args:
        key: 32 random bytes.
    """

    reversible = False

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._seed = hmac.digest(key, b"signature", "sha256")
        self.trust: Mapping[str, Any] = {"release": bundle.public_key(self._seed)}

    def admit(self, subjects: Sequence[str]) -> frozenset[str]:
        """Take everybody in."""
        del subjects
        return frozenset()

    def name(self, subject: str) -> SubjectId:
        """Return the pseudonym of a subject."""
        return self.persona(subject).name

    def persona(self, subject: str) -> Persona:
        """Return under which a subject appears in this run."""
        own = hmac.digest(self._key, f"subject {subject}".encode(), "sha256")
        number = int.from_bytes(hmac.digest(own, b"days", "sha256"))
        days = number % (2 * LONGEST_SHIFT_DAYS) - LONGEST_SHIFT_DAYS
        return Persona(
            name=SubjectId("P" + hmac.digest(own, b"name", "sha256")[:8].hex()),
            days=days if days < 0 else days + 1,
            key=hmac.digest(own, b"surrogates", "sha256"),
        )

    def seal(self, part: Digest, rows: Sequence[Row]) -> None:
        """Keep nothing."""

    def attest(self, about: Digest, payload: bytes) -> bytes:
        """Return an envelope signed by the key of this run."""
        del about
        return bundle.envelope(self._seed, payload)


class Home:
    """A custodian's home.

    Args:
        custodian: Opened by who runs it.
    """

    reversible = True

    def __init__(self, custodian: Custodian) -> None:
        self._custodian = custodian
        self._personas: dict[str, Persona] = {}
        self.trust: Mapping[str, Any] = custodian.trust()

    def admit(self, subjects: Sequence[str]) -> frozenset[str]:
        """Keep each subject's identifier under its own key, and return those that were erased."""
        try:
            self._custodian.admit(subjects)
        except DataError:
            return frozenset(one for one in subjects if not self._is_admitted(one))
        return frozenset()

    def _is_admitted(self, subject: str) -> bool:
        try:
            self._custodian.admit([subject])
        except DataError:
            return False
        return True

    def name(self, subject: str) -> SubjectId:
        """Return the pseudonym of a subject, of an erased one as well."""
        return self._custodian.pseudonym(subject)

    def persona(self, subject: str) -> Persona:
        """Return under which a subject appears in this home.

        Raises:
            DataError: The subject was erased.
        """
        if subject not in self._personas:
            name = self._custodian.pseudonym(subject)
            derived = self._custodian.identity(name)
            self._personas[subject] = Persona(name=name, days=derived.days, key=derived.key)
        return self._personas[subject]

    def seal(self, part: Digest, rows: Sequence[Row]) -> None:
        """Keep what puts originals back as a data set of identified data."""
        dataset = DataSet(digest=part, name="originals", data_class=DataClass.IDENTIFIED, made_of=())
        self._custodian.write_dataset(dataset, rows)

    def attest(self, about: Digest, payload: bytes) -> bytes:
        """Return an envelope signed by the home's release key; the signing is in its log."""
        return self._custodian.attest(about, payload)
