"""How a page is drawn, and how a refusal is told: to people as a page in their language, to programs as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from primum.clinic.cases import OutOfTurnError
from primum.clinic.phrases import LANGUAGES, Phrases
from primum.clinic.room import ByForm, Here, NotSignedInError, Reader, Room, Say, SignedIn, phrases_of, room_of
from primum.clinic.sessions import Session, TooManyAttemptsError
from primum.errors import AccessDeniedError, DataError, GateClosedError, IntegrityError, PrimumError

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

STATUS: Mapping[type[PrimumError], int] = {
    NotSignedInError: 401,
    TooManyAttemptsError: 429,
    AccessDeniedError: 403,
    DataError: 422,
    IntegrityError: 503,
    GateClosedError: 503,
}
"""The first that fits counts."""

OUT_OF_TURN = {
    "unknown-case": 404,
    "no-picture": 404,
    "not-a-clinician": 403,
    "choice-missing": 422,
    "no-such-class": 422,
    "reason-needed": 422,
    "reason-too-long": 422,
}
"""Refusal code to status; the others are conflicts, 409."""


def status_of(fault: PrimumError) -> int:
    """Return the HTTP status of a refusal."""
    if isinstance(fault, OutOfTurnError):
        return OUT_OF_TURN.get(fault.code, 409)
    return next((status for kind, status in STATUS.items() if isinstance(fault, kind)), 500)


def page(request: Request, template: str, say: Phrases, facts: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """Return a page with what every page shows: the release's banner, who is signed in, the languages."""
    room = room_of(request)
    here = request.url.path if request.method == "GET" else "/"
    shared = {
        "t": say,
        "languages": LANGUAGES,
        "here": quote(here + (f"?{request.url.query}" if request.url.query and request.method == "GET" else "")),
        "served": room.desk.served,
        "study": room.desk.study,
        # Asked only for people: each look at the desk is written down, and strangers must not fill the log.
        "suspension": room.desk.suspension() if facts.get("session") else None,
        "idle_seconds": int(room.settings.idle.total_seconds()) + 5,
        "session": None,
        "problem": "",
        "note": "",
        "typed": {},
    }
    return HTMLResponse(TEMPLATES.get_template(template).render({**shared, **facts}), status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A signed-in person on a page."""

    request: Request
    here: Room
    say: Phrases
    session: Session

    def page(self, template: str, facts: Mapping[str, Any], status: int = 200) -> HTMLResponse:
        """Return a page for this person."""
        return page(self.request, template, self.say, {"session": self.session, **facts}, status)


def visiting(request: Request, here: Here, say: Say, session: SignedIn) -> Visit:
    """Return the visit of anyone who is signed in."""
    return Visit(request=request, here=here, say=say, session=session)


def reading(request: Request, here: Here, say: Say, session: Reader) -> Visit:
    """Return the visit of a person who may see cases."""
    return Visit(request=request, here=here, say=say, session=session)


def sending(request: Request, here: Here, say: Say, session: ByForm) -> Visit:
    """Return the visit of a person whose own page sent a form."""
    return Visit(request=request, here=here, say=say, session=session)


Visiting = Annotated[Visit, Depends(visiting)]
Reading = Annotated[Visit, Depends(reading)]
Sending = Annotated[Visit, Depends(sending)]


def tell(request: Request, fault: Exception) -> Response:
    """Return the answer to a refusal."""
    if not isinstance(fault, PrimumError):
        raise fault
    status = status_of(fault)
    if request.url.path.startswith("/api/"):
        code = {"code": fault.code} if isinstance(fault, OutOfTurnError) else {}
        return JSONResponse({**fault.as_document(), **code}, status)
    if status == 401:  # noqa: PLR2004 - HTTP's own number
        # A page that refreshes itself must leave the screen too, not put the sign-in into the middle of a list.
        if request.headers.get("hx-request"):
            return Response(status_code=401, headers={"HX-Redirect": "/sign-in?idle=1"})
        return RedirectResponse("/sign-in", 303)
    say = phrases_of(request)
    told = say(f"refusal.{fault.code}") if isinstance(fault, OutOfTurnError) else fault.what
    return page(request, "refused.html", say, {"told": told, "remedy": fault.remedy, "status": status}, status)


def add_tellers(app: FastAPI) -> None:
    """Let every deliberate refusal be told in one way."""
    app.add_exception_handler(PrimumError, tell)
