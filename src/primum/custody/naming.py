"""Names of subjects: what stands for a person in this home, what is derived for him, and who may turn it back."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from primum.custody import crypto, datakeys
from primum.custody.door import LONGEST_WORD, Deed, Door
from primum.custody.nouns import Action, DataClass, SubjectKey
from primum.custody.store import identifiers
from primum.errors import DataError, IntegrityError
from primum.ids import SubjectId

READ = (DataClass.IDENTIFIED, Action.READ)
LONGEST_SHIFT_DAYS = 365
PSEUDONYM = re.compile(r"P[0-9a-f]{16}")


class Names:
    """Pseudonyms of one home, and the way back.

    Args:
        door: The way in.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._pseudonyms = crypto.derive(door.ring.secret("names"), "pseudonyms")

    def pseudonym(self, identifier: str) -> SubjectId:
        """Return the name of a subject in this home; another home gives another."""
        return SubjectId("P" + crypto.keyed_digest(self._pseudonyms, identifier.encode())[:8].hex())

    def meant(self, word: str) -> SubjectId:
        """Return the subject that somebody means who gives the hospital's identifier, or the pseudonym."""
        return SubjectId(word) if PSEUDONYM.fullmatch(word) else self.pseudonym(word)

    def admit(self, listed: Sequence[str]) -> list[SubjectId]:
        """Return the pseudonyms of identifiers, each identifier kept sealed under its subject's own key.

        Raises:
            DataError: A subject was erased.
        """
        named = {self.pseudonym(one): one for one in listed}
        deed = Deed(
            action="admit subjects", needs=(DataClass.IDENTIFIED, Action.WRITE), detail={"subjects": len(named)}
        )
        with self._door.act(deed) as work:
            keys = datakeys.ensure(self._door, work, named)
            rows = [
                {"subject": one, "sealed": crypto.seal(keys[one], named[one].encode(), _binding(one))}
                for one in sorted(set(named) - _having(work))
            ]
            if rows:
                work.execute(sa.insert(identifiers), rows)
        return [self.pseudonym(one) for one in listed]

    def knows(self, word: str) -> bool:
        """Return whether there is a subject of this identifier or pseudonym that was not erased."""
        subject = self.meant(word)
        with self._door.look(Deed(action="look for subject", about=subject, needs=READ)) as work:
            return datakeys.find(self._door, work, [subject]).get(subject) is not None

    def identity(self, subject: SubjectId) -> SubjectKey:
        """Return date shift and surrogate key of a subject: the same in all its data, gone when it is erased.

        Raises:
            DataError: The subject was erased.

        Source: RFC 5869 (HKDF-SHA-256).
        """
        with self._door.look(Deed(action="derive identity", about=subject, why="by the subject's own key")) as work:
            key = datakeys.ensure(self._door, work, [subject])[subject]
        number = int.from_bytes(crypto.derive(key, "date shift"))
        days = number % (2 * LONGEST_SHIFT_DAYS) - LONGEST_SHIFT_DAYS
        return SubjectKey(days=days if days < 0 else days + 1, key=crypto.derive(key, "surrogates"))

    def identify(self, subject: SubjectId, because: str) -> str:
        """Return the hospital's identifier of a subject, to whom a grant of ``identify`` allows it.

        Args:
            subject: The pseudonym.
            because: Why this person must be known; it goes into the log.

        Raises:
            AccessDeniedError: No grant covers it; the refusal is in the log.
            DataError: It is no pseudonym, there is no such subject here, or it was erased.
            IntegrityError: What was kept was altered.
        """
        deed = Deed(
            action="identify subject",
            about=subject,
            needs=(DataClass.IDENTIFIED, Action.IDENTIFY),
            detail={"because": because},
        )
        if not PSEUDONYM.fullmatch(subject):
            raise self._door.refuse(
                replace(deed, about="", detail={}),
                DataError(
                    "What was given is no pseudonym.", remedy="Give one as this home's reports show it: P and 16 signs."
                ),
            )
        if not because.strip() or len(because) > LONGEST_WORD:
            raise self._door.refuse(
                replace(deed, detail={}),
                DataError(
                    f"No reason was given, or one of more than {LONGEST_WORD} characters.",
                    remedy="Say in a few words why this person must be known; it is logged.",
                ),
            )
        with self._door.act(deed) as work:
            sealed = work.execute(sa.select(identifiers.c.sealed).where(identifiers.c.subject == subject)).scalar()
            key = datakeys.find(self._door, work, [subject]).get(subject)
        if sealed is None or key is None:
            raise DataError(
                f"Subject {subject} is not known here, or was erased.",
                remedy="Give the pseudonym as this home's reports show it; what was erased cannot be turned back.",
            )
        try:
            return crypto.unseal(key, sealed, _binding(subject)).decode()
        except crypto.UnsealError:
            raise IntegrityError(
                f"The identifier of {subject} is not as it was kept.",
                remedy="Restore the home from a backup of one time, and look for who altered it.",
            ) from None


def _having(work: sa.Connection) -> set[SubjectId]:
    return {SubjectId(one) for one in work.execute(sa.select(identifiers.c.subject)).scalars()}


def _binding(subject: str) -> list[str]:
    return ["identifier", subject]


def forget(work: sa.Connection, subjects: Iterable[str]) -> None:
    """Remove the sealed identifiers of subjects."""
    work.execute(sa.delete(identifiers).where(identifiers.c.subject.in_(list(subjects))))
