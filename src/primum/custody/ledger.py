"""What the log itself decides: limits committed, sealed parts opened, sign-ins failed; never kept anywhere else."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from primum.custody.audit import Entry
from primum.ids import Digest

COMMIT = "commit limits"
OPEN = "open sealed part"
CLOSE = "close sealed part"
SIGN_IN = "sign in"

MOST_FAILURES = 5
WINDOW = dt.timedelta(minutes=15)


@dataclass(slots=True, kw_only=True)
class Opening:
    """One model's look into a sealed part.

    Attributes:
        model: Which model.
        limits: The thresholds that were committed before.
        opened_at: ISO 8601, UTC.
        evidence: What the look gave; None as long as it is open.
    """

    model: Digest
    limits: Digest
    opened_at: str
    evidence: Digest | None = None


class Ledger:
    """Facts read off the audit log, which nobody can change there unseen."""

    def __init__(self) -> None:
        self.committed: set[str] = set()
        self.openings: dict[str, dict[str, Opening]] = {}
        self._failures: dict[str, list[dt.datetime]] = {}

    def visit(self, entry: Entry) -> None:
        """Take one entry into account."""
        action, about, detail, allowed = (entry[name] for name in ("action", "about", "detail", "allowed"))
        if action == SIGN_IN:
            self._sign_in(about, dt.datetime.fromisoformat(entry["at"]), allowed=allowed)
        elif not allowed:
            return
        elif action == COMMIT:
            self.committed.add(about)
        elif action == OPEN:
            one = Opening(model=detail["model"], limits=detail["limits"], opened_at=entry["at"])
            self.openings.setdefault(about, {}).setdefault(one.model, one)
        elif action == CLOSE:
            self.openings[about][detail["model"]].evidence = detail["evidence"]

    def _sign_in(self, about: str, at: dt.datetime, *, allowed: bool) -> None:
        if allowed:
            self._failures.pop(about, None)
        else:
            self._failures.setdefault(about, []).append(at)

    def look(self, part: Digest, kin: Sequence[Digest], model: Digest) -> Opening | None:
        """Return a model's look into a part, or else a finished one into a part that shares subjects with it."""
        own = self.openings.get(part, {}).get(model)
        others = [one for name in kin if (one := self.openings.get(name, {}).get(model)) and one.evidence]
        return own or (others[0] if others else None)

    def is_shut_out(self, about: str, now: dt.datetime) -> bool:
        """Return whether a person's sign-in failed too often of late."""
        recent = [at for at in self._failures.get(about, []) if at > now - WINDOW]
        self._failures[about] = recent
        return len(recent) >= MOST_FAILURES
