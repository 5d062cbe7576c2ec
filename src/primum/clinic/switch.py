"""The kill switch: a named person suspends a release, a named person resumes it, each with a reason that stays."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

from primum.ids import Digest, SubjectId, canonical

MAY_SWITCH = frozenset({"clinician", "clinical-lead", "safety-officer"})
"""Roles; to stop must be easy, so every clinician may."""

STREAM = "switch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One use of the switch."""

    suspended: bool
    by: str
    at: dt.datetime
    reason: str

    def to_bytes(self, release: Digest) -> bytes:
        """Return the event that is kept."""
        document = {
            "suspended": self.suspended,
            "by": self.by,
            "at": self.at.isoformat(),
            "reason": self.reason,
            "release": release,
        }
        return canonical(document)


def key_of(release: Digest) -> SubjectId:
    """Return the name under which a release's turns are encrypted; no person has it."""
    return SubjectId("P" + release[:16])


def turns(events: Iterable[tuple[int, SubjectId, bytes]], release: Digest) -> tuple[Turn, ...]:
    """Return all turns of the switch for this release, oldest first; a new release starts unsuspended."""
    found = []
    for _, _, data in events:
        event = json.loads(data)
        if event["release"] == release:
            at = dt.datetime.fromisoformat(event["at"])
            found.append(Turn(suspended=event["suspended"], by=event["by"], at=at, reason=event["reason"]))
    return tuple(found)
