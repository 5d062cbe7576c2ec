"""The door: for every act it asks the policy, appends the answer to the log, and only then opens the store."""

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from primum.custody import crypto
from primum.custody.access import Answer, PolicyFile
from primum.custody.audit import AuditLog
from primum.custody.blobs import Blobs
from primum.custody.keyring import KeyRing
from primum.custody.nouns import Act, Action, Clock, DataClass, Detail
from primum.custody.store import Store, events, recall, remember
from primum.errors import AccessDeniedError, IntegrityError, PrimumError
from primum.ids import canonical

LONGEST_WORD = 200
"""Characters of one word of an audit entry; content would be longer, and has no place there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What is about to be done.

    Attributes:
        action: A verb and its object, for instance ``read data set``.
        about: The digest or pseudonym it is done to.
        needs: The grant it takes; None where something else allows it, told by ``why``.
        detail: Further digests, pseudonyms, counts and words of ours.
        why: What allows it where no grant is needed.
    """

    action: str
    about: str = ""
    needs: tuple[DataClass, Action] | None = None
    detail: Detail = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What stands behind the door."""

    home: Path
    ring: KeyRing
    policy: PolicyFile
    store: Store
    blobs: Blobs
    log: AuditLog


class Door:
    """The way in, for one actor and one purpose.

    Args:
        parts: What stands behind it.
        act: Who comes in, and what for.
        clock: Tells the time.

    Raises:
        IntegrityError: Events were removed from the store, or it cannot be written.
    """

    def __init__(self, parts: Parts, act: Act, clock: Clock) -> None:
        self.home, self.ring, self.store, self.blobs = parts.home, parts.ring, parts.store, parts.blobs
        self.log = parts.log
        self._policy, self._by, self._clock = parts.policy, act, clock
        self._is_open = True
        self._unsettled = True
        self.lock = threading.RLock()
        self._seals = crypto.derive(parts.ring.secret("names"), "seals")
        self._check_tally()
        self._settle()

    def now(self) -> dt.datetime:
        """Return the time."""
        return self._clock()

    def seal_of(self, *words: object) -> bytes:
        """Return what only this home can put beside a row of the store, so that a row changed by others is noticed."""
        return crypto.keyed_digest(self._seals, canonical(words))

    @contextlib.contextmanager
    def act(self, deed: Deed) -> Iterator[sa.Connection]:
        """Decide, append the decision to the log, then give the store; what is done in it is kept when the block ends.

        Raises:
            AccessDeniedError: No grant covers it; the refusal is in the log.
            IntegrityError: The log or the store cannot be written; nothing was done.
        """
        with self.lock:
            answer = self._answer(deed)
            self._append(deed, answer)
            if not answer.allowed:
                self._settle()
                raise AccessDeniedError(f"{answer.why}.", remedy=answer.remedy)
            try:
                with self.store.transaction() as work:
                    yield work
                    self._witness(work)
                self._unsettled = False
            except BaseException:
                with contextlib.suppress(IntegrityError):  # tried again before the next act
                    self._settle()
                raise

    @contextlib.contextmanager
    def look(self, deed: Deed) -> Iterator[sa.Connection]:
        """Give the store for what opens no data of a subject: decided, but logged only where it is refused.

        Raises:
            AccessDeniedError: No grant covers it; the refusal is in the log.
        """
        with self.lock:
            answer = self._answer(deed)
            if not answer.allowed:
                self._append(deed, answer)
                self._settle()
                raise AccessDeniedError(f"{answer.why}.", remedy=answer.remedy)
            with self.store.transaction() as work:
                yield work

    def note(self, deed: Deed) -> None:
        """Append a deed to the log that needs nothing of the store."""
        with self.act(deed):
            pass

    def refuse(self, deed: Deed, refusal: PrimumError) -> PrimumError:
        """Append a refusal that no grant could lift to the log, and return it to be raised."""
        with self.lock:
            self._append(deed, Answer(allowed=False, why=refusal.what))
            self._settle()
            return refusal

    def _answer(self, deed: Deed) -> Answer:
        if not self._is_open:
            raise IntegrityError("This home was closed.", remedy="Open it again.")
        if deed.needs is None:
            return Answer(allowed=True, why=deed.why)
        self.notice_policy()
        return self._policy.decide(self._by, deed.needs)

    def notice_policy(self) -> None:
        """Read the policy if the committee changed it, and write into the log which one holds from now on."""
        found = self._policy.refresh()
        with self.lock:
            with self.store.transaction() as work:
                known = recall(work, "policy")
            if found != known:
                self._append(Deed(action="policy in force", about=found), Answer(allowed=True, why="access.yaml"))
                with self.store.transaction() as work:
                    remember(work, "policy", found)
                    self._witness(work)
                self._unsettled = False

    def _append(self, deed: Deed, answer: Answer) -> None:
        words = [deed.action, deed.about, *deed.detail, *(str(one) for one in deed.detail.values())]
        if any(len(one) > LONGEST_WORD for one in words):
            raise ValueError("An audit entry holds digests, pseudonyms and words, not content.")
        self._settle()
        self.log.append(
            {
                "at": self._clock().astimezone(dt.UTC).isoformat(),
                "actor": self._by.actor,
                "purpose": self._by.purpose,
                "action": deed.action,
                "about": deed.about,
                "detail": deed.detail,
                "allowed": answer.allowed,
                "why": answer.why,
            }
        )
        self._unsettled = True

    def _settle(self) -> None:
        """See that the store remembers the log's last state: never more than one entry apart."""
        if self._unsettled:
            with self.store.transaction() as work:
                self._witness(work)
            self._unsettled = False

    def _witness(self, work: sa.Connection) -> None:
        remember(work, "witness", self.log.note)
        remember(work, "tally", self._tally(work, self.log.note))

    def _tally(self, work: sa.Connection, note: str) -> str:
        """Return what ties the numbers of events to a state of the log, so that none can be taken away unseen."""
        query = sa.select(events.c.stream, sa.func.count()).group_by(events.c.stream).order_by(events.c.stream)
        counts = [[stream, count] for stream, count in work.execute(query)]
        return self.seal_of("events", counts, note).hex()

    def _check_tally(self) -> None:
        with self.store.transaction() as work:
            witness = recall(work, "witness")
            if witness and recall(work, "tally") != self._tally(work, witness):
                raise IntegrityError(
                    "Events were taken from the store, or added to it, by other means than ours.",
                    remedy="Restore store.db and the audit folder from one and the same backup.",
                )

    def shut(self) -> None:
        """Let nobody in any more."""
        self._is_open = False
