"""The pages around the cases: sign-in, language, and the release with its kill switch; whole without JavaScript."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from primum.clinic.cases import LONGEST_REASON, OutOfTurnError
from primum.clinic.guard import DOSSIER_POLICY
from primum.clinic.phrases import LANGUAGES
from primum.clinic.room import LANGUAGE_COOKIE, MAY_SEE_CASES, ByForm, Here, Say, SignedIn
from primum.clinic.screen import Sending, Visit, Visiting, page, status_of
from primum.clinic.sessions import TooManyAttemptsError
from primum.clinic.switch import MAY_SWITCH
from primum.errors import AccessDeniedError

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

Text = Annotated[str, Form(max_length=4 * LONGEST_REASON)]
Short = Annotated[str, Form(max_length=200)]


def go(path: str) -> RedirectResponse:
    """Return the answer to a form: look at this page next."""
    return RedirectResponse(path, 303)


@router.get("/")
def home(session: SignedIn) -> Response:
    """Lead to where this person works."""
    return go("/release" if MAY_SEE_CASES.isdisjoint(session.person.roles) else "/cases")


@router.get("/sign-in")
def sign_in_page(request: Request, say: Say, idle: str = "") -> Response:
    """Show the sign-in."""
    return page(request, "sign_in.html", say, {"note": say("sign_in.idle") if idle else "", "name": ""})


@router.post("/sign-in")
def sign_in(request: Request, here: Here, say: Say, name: Short = "", password: Text = "") -> Response:
    """Sign in, or say that it failed without saying why."""
    address = request.client.host if request.client else ""
    try:
        token, _ = here.sign_in(name, password, address)
    except AccessDeniedError as fault:
        key = "sign_in.locked" if isinstance(fault, TooManyAttemptsError) else "sign_in.failed"
        minutes = int(here.settings.locked.total_seconds() // 60)
        return page(request, "sign_in.html", say, {"problem": say(key, {"n": minutes}), "name": name}, status_of(fault))
    response = go("/")
    settings = here.settings
    response.set_cookie(settings.cookie, token, httponly=True, samesite="strict", secure=settings.secure, path="/")
    return response


@router.post("/sign-out")
def sign_out(request: Request, here: Here, _: ByForm) -> Response:
    """Close the session."""
    here.sessions.end(request.cookies.get(here.settings.cookie, ""))
    response = go("/sign-in")
    response.delete_cookie(here.settings.cookie, path="/", secure=here.settings.secure)
    return response


@router.get("/stay", status_code=204, response_class=Response)
def stay(_: SignedIn) -> None:
    """Keep the session open: its person has answered the warning, or is typing."""


@router.get("/language/{code}")
def choose_language(here: Here, code: str, back: str = "/") -> Response:
    """Keep the reader's language and return to the page they came from."""
    is_local = back.startswith("/") and not back.startswith(("//", "/\\"))
    response = go(back if is_local else "/")
    if code in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, code, max_age=31_536_000, httponly=True, samesite="strict", secure=here.settings.secure
        )
    return response


@router.get("/release")
def release(visit: Visiting) -> Response:
    """Show what is served, until when, and the kill switch."""
    return visit.page("release.html", _release_facts(visit))


def _release_facts(visit: Visit) -> dict[str, Any]:
    may_switch = not MAY_SWITCH.isdisjoint(visit.session.person.roles)
    return {"turns": visit.here.desk.turns()[::-1], "may_switch": may_switch}


@router.post("/release/suspension")
def turn_switch(visit: Sending, suspended: Annotated[Literal["yes", "no"], Form()], reason: Text = "") -> Response:
    """Suspend the release (``suspended=yes``) or resume it (``suspended=no``)."""
    try:
        visit.here.desk.turn_switch(visit.session.person, reason, suspended=suspended == "yes")
    except OutOfTurnError as fault:
        problem = {"problem": visit.say(f"refusal.{fault.code}"), "typed": {"reason": reason}}
        return visit.page("release.html", {**_release_facts(visit), **problem}, status_of(fault))
    return go("/release")


@router.get("/dossier")
def dossier(here: Here, _: SignedIn) -> Response:
    """Show the dossier of the release."""
    if not here.desk.served.dossier:
        return HTMLResponse("", 404)
    return HTMLResponse(here.desk.served.dossier, headers={"Content-Security-Policy": DOSSIER_POLICY})
