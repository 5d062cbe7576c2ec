"""The release on the desk: its facts, and the proof, asked again before each suggestion, that it is unaltered."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from primum.domain.norm import Grade
from primum.domain.prediction import Prediction
from primum.domain.record import Record
from primum.ids import Digest


class Predicts(Protocol):
    """What the desk asks of a predictor."""

    def read(self, path: Path) -> Sequence[Record]:
        """Return the records of a file or folder, subjects under the hospital's own identifiers.

        Raises:
            DataError: It cannot be read, or is not what the study declares.
        """
        ...

    def predict(self, records: Sequence[Record]) -> Sequence[Prediction]:
        """Return one prediction a record, in order.

        Raises:
            DataError: A record lacks what the model needs.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A verified release.

    Attributes:
        predictor: What was constructed from it.
        verify: Raises IntegrityError as soon as the bundle on disk is not the one that was opened.
        release: Digest of the manifest.
        model: Digest of the model in it.
        version: Name and version for people.
        grade: What it may be used for.
        released_at: Start of its validity, UTC.
        expires_at: End of its validity, UTC.
        ranges: Place to the lowest and highest value of the development data.
        signers: Who signed, in which role.
        dossier: The page that tells it all; empty where there is none.
    """

    predictor: Predicts
    verify: Callable[[], None]
    release: Digest
    model: Digest
    version: str
    grade: Grade
    released_at: dt.datetime
    expires_at: dt.datetime
    ranges: Mapping[str, tuple[float, float]]
    signers: tuple[str, ...] = ()
    dossier: str = ""

    def is_expired(self, now: dt.datetime) -> bool:
        """Return whether its validity is over."""
        return now >= self.expires_at

    def as_document(self) -> dict[str, Any]:
        """Return the facts as plain JSON."""
        return {
            "release": self.release,
            "model": self.model,
            "version": self.version,
            "grade": self.grade.value,
            "released_at": self.released_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "signers": list(self.signers),
        }
