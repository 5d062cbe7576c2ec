"""Who is signed in: sessions kept on the server, closed when idle, and the slowing of guessed passwords."""

import datetime as dt
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from primum.custody.custodian import Person
from primum.errors import AccessDeniedError
from primum.ids import digest

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One signed-in browser or program.

    Attributes:
        person: Who it is.
        csrf: The token that every change must carry.
        began: When it was opened.
        seen: When its person last did something.
    """

    person: Person
    csrf: str = field(repr=False)
    began: dt.datetime
    seen: dt.datetime


class Sessions:
    """Open sessions by token; only the token's digest is kept, and only in memory.

    Args:
        clock: Tells the time, UTC.
        idle: Longest pause before log-off.
        longest: Longest session altogether.
    """

    def __init__(self, clock: Clock, idle: dt.timedelta, longest: dt.timedelta) -> None:
        self._clock = clock
        self._idle = idle
        self._longest = longest
        self._open: dict[str, Session] = {}
        self._lock = threading.Lock()

    def begin(self, person: Person) -> tuple[str, Session]:
        """Return the token for the cookie and the new session."""
        token, now = secrets.token_urlsafe(32), self._clock()
        session = Session(person=person, csrf=secrets.token_urlsafe(32), began=now, seen=now)
        with self._lock:
            self._open = {key: one for key, one in self._open.items() if not self._is_over(one)}
            self._open[digest(token.encode())] = session
        return token, session

    def find(self, token: str) -> Session | None:
        """Return the open session of a token, or None; to be asked for counts as something its person did."""
        key = digest(token.encode())
        with self._lock:
            session = self._open.get(key)
            if session is None:
                return None
            if self._is_over(session):
                del self._open[key]
                return None
            self._open[key] = session = replace(session, seen=self._clock())
            return session

    def end(self, token: str) -> None:
        """Close the session of a token."""
        with self._lock:
            self._open.pop(digest(token.encode()), None)

    def _is_over(self, session: Session) -> bool:
        now = self._clock()
        return now - session.seen > self._idle or now - session.began > self._longest


class TooManyAttemptsError(AccessDeniedError):
    """Sign-in failed too often; it is refused for a while, even with the right password."""


class Throttle:
    """Counts failed sign-ins of a name and of an address, and refuses more for a while.

    Args:
        clock: Tells the time, UTC.
        window: How long a failure counts.
    """

    MOST_OF_A_NAME = 5
    MOST_OF_AN_ADDRESS = 20
    MOST_KEPT = 10_000

    def __init__(self, clock: Clock, window: dt.timedelta) -> None:
        self._clock = clock
        self._window = window
        self._failures: list[tuple[dt.datetime, str, str]] = []
        self._lock = threading.Lock()

    def check(self, name: str, address: str) -> None:
        """Refuse when there were too many failures.

        Raises:
            TooManyAttemptsError: There were.
        """
        with self._lock:
            since = self._clock() - self._window
            self._failures = [one for one in self._failures if one[0] > since][-self.MOST_KEPT :]
            of_name = sum(one[1] == name.casefold() for one in self._failures)
            of_address = sum(one[2] == address for one in self._failures)
        if of_name >= self.MOST_OF_A_NAME or of_address >= self.MOST_OF_AN_ADDRESS:
            minutes = int(self._window.total_seconds() // 60)
            raise TooManyAttemptsError("Sign-in failed too often.", remedy=f"Wait {minutes} minutes, then try again.")

    def failed(self, name: str, address: str) -> None:
        """Count a failure."""
        with self._lock:
            self._failures.append((self._clock(), name.casefold(), address))
