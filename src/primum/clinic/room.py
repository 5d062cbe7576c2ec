"""What every page of the workbench shares: the desk, who is signed in, and how it is set up."""

import datetime as dt
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Form, Header, Request

from primum.clinic.desk import Desk
from primum.clinic.lightbox import Lightbox
from primum.clinic.phrases import Phrases, choose
from primum.clinic.sessions import Session, Sessions, Throttle
from primum.custody.custodian import Person
from primum.errors import AccessDeniedError, PrimumError

LANGUAGE_COOKIE = "primum_language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the workbench is set up on this machine; nothing here changes a result.

    Attributes:
        hosts: Names under which it may be called.
        secure: True where it is reached over TLS: then cookies travel over nothing else.
        idle: Longest pause before log-off.
        longest: Longest session.
        locked: How long failed sign-ins count.
        incoming: A folder in which new cases arrive; None where they only come over the API.
    """

    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    secure: bool = False
    idle: dt.timedelta = dt.timedelta(minutes=15)
    longest: dt.timedelta = dt.timedelta(hours=10)
    locked: dt.timedelta = dt.timedelta(minutes=5)
    incoming: Path | None = None

    @property
    def cookie(self) -> str:
        """Return the name of the session cookie."""
        return "__Host-primum" if self.secure else "primum_session"


class NotSignedInError(PrimumError):
    """Nobody is signed in, or the session is over."""

    exit_code = AccessDeniedError.exit_code
    owner = "the person at the screen"

    def __init__(self) -> None:
        super().__init__("Nobody is signed in, or the session is over.", remedy="Sign in.")


class ForgedError(AccessDeniedError):
    """A change came without the token of its own page."""

    def __init__(self) -> None:
        super().__init__(
            "The change did not come from a page of this session.", remedy="Open the page again and repeat the step."
        )


class Room:
    """The desk with its sessions.

    Args:
        desk: Cases and the release.
        settings: How it is set up.
    """

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self.desk = desk
        self.lightbox = Lightbox(desk)
        self.settings = settings
        self.sessions = Sessions(desk.now, settings.idle, settings.longest)
        self.throttle = Throttle(desk.now, settings.locked)

    def sign_in(self, name: str, password: str, address: str) -> tuple[str, Session]:
        """Return token and session of the person whose password this is.

        Raises:
            AccessDeniedError: It is not, or sign-in failed too often before.
        """
        self.throttle.check(name, address)
        try:
            person = self.desk.sign_in(name, password)
        except AccessDeniedError:
            self.throttle.failed(name, address)
            raise
        return self.sessions.begin(person)


def room_of(request: Request) -> Room:
    """Return the room of the application that was called."""
    room: Room = request.app.state.room
    return room


def phrases_of(request: Request) -> Phrases:
    """Return the language of the reader."""
    return Phrases(choose(request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", "")))


def session_of(request: Request) -> Session:
    """Return the session of the caller.

    Raises:
        NotSignedInError: There is none.
    """
    room = room_of(request)
    token = request.cookies.get(room.settings.cookie, "")
    session = room.sessions.find(token)
    if session is None:
        raise NotSignedInError
    return session


Here = Annotated[Room, Depends(room_of)]
Say = Annotated[Phrases, Depends(phrases_of)]
SignedIn = Annotated[Session, Depends(session_of)]

MAY_SEE_CASES = frozenset({"clinician"})
MAY_BRING_CASES = frozenset({"clinician", "data-steward"})


def require(session: Session, roles: frozenset[str]) -> Person:
    """Return the person where a role of theirs is among those named.

    Raises:
        AccessDeniedError: None is.
    """
    if roles.isdisjoint(session.person.roles):
        raise AccessDeniedError(
            f"This is for the role {' or '.join(sorted(roles))}.", remedy="Ask the committee for the role."
        )
    return session.person


def reader(session: SignedIn) -> Session:
    """Return the session of a person who may see cases."""
    require(session, MAY_SEE_CASES)
    return session


def form_session(session: SignedIn, csrf: Annotated[str, Form()] = "") -> Session:
    """Return the session whose own page sent the form.

    Raises:
        ForgedError: The token is not the session's.
    """
    return _own(session, csrf)


def program_session(session: SignedIn, x_csrf_token: Annotated[str, Header()] = "") -> Session:
    """Return the session whose own token came in the header ``X-CSRF-Token``.

    Raises:
        ForgedError: The token is not the session's.
    """
    return _own(session, x_csrf_token)


def _own(session: Session, token: str) -> Session:
    if not secrets.compare_digest(token.encode(), session.csrf.encode()):
        raise ForgedError
    return session


Reader = Annotated[Session, Depends(reader)]
ByForm = Annotated[Session, Depends(form_session)]
ByProgram = Annotated[Session, Depends(program_session)]
