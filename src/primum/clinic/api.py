"""The workbench for programs: the same steps as the pages, in JSON, refused in the same order."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from primum.clinic import bundle, uploads
from primum.clinic.cases import LONGEST_REASON, Action, Case, Confidence
from primum.clinic.desk import Intake, Verdict
from primum.clinic.pictures import planes_of
from primum.clinic.room import MAY_BRING_CASES, ByProgram, Here, Reader, SignedIn, require
from primum.domain.picture import decode, is_picture
from primum.domain.record import Value

router = APIRouter(prefix="/api", tags=["workbench"])

Version = Annotated[int, Field(ge=1, description="The version of the case on which the step is taken.")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(max_length=LONGEST_REASON, description="Needed to change, reject, differ, or amend.")]


class Strict(BaseModel):
    """A body that refuses what it does not know and converts nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Credentials(Strict):
    """Who signs in."""

    name: Name
    password: Annotated[str, Field(min_length=1, max_length=1000, repr=False)]


class SignedInAs(Strict):
    """The session: its cookie is in the answer's headers, its token goes into ``X-CSRF-Token`` with every change."""

    name: str
    roles: list[str]
    csrf: str


class ImpressionBody(Strict):
    """What the doctor thinks before any suggestion is shown."""

    version: Version
    chosen: Name
    confidence: Annotated[Confidence, Field(strict=False)]


class DecisionBody(Strict):
    """The doctor's decision; without ``chosen`` the class that the action implies."""

    version: Version
    action: Annotated[Action, Field(strict=False)]
    chosen: Annotated[str, Field(max_length=200)] = ""
    reason: Reason = ""


class AmendmentBody(Strict):
    """A later correction of a decision."""

    version: Version
    chosen: Name
    reason: Reason


class SuspensionBody(Strict):
    """A turn of the kill switch."""

    suspended: bool
    reason: Reason


class IntakeAnswer(Strict):
    """How many cases were new, and how many were there before."""

    received: int
    known: int


class CaseLine(Strict):
    """A case in the list."""

    id: str
    state: str
    version: int
    received_at: str


def line(case: Case) -> CaseLine:
    """Return a case for the list."""
    return CaseLine(id=case.id, state=case.state.value, version=case.version, received_at=case.received_at.isoformat())


def document(case: Case, name: str) -> dict[str, Any]:
    """Return what this person may see of a case: nothing of suggestion or colleagues before the own impression."""
    is_open = case.is_open_to(name)
    suggestion = case.suggestion if is_open else None
    return {
        **line(case).model_dump(),
        "record": {name: _told(case, name, value) for name, value in case.record.payload.items()},
        "impressions": [
            {"by": one.by, "at": one.at.isoformat(), "chosen": one.chosen, "confidence": one.confidence.value}
            for one in case.impressions.values()
            if is_open
        ],
        "suggestion": {
            "at": suggestion.at.isoformat(),
            "withheld": suggestion.withheld.value,
            "why": suggestion.why,
            "prediction": {} if suggestion.withheld else dict(suggestion.prediction),
        }
        if suggestion
        else None,
        "decisions": [
            {
                "by": one.by,
                "at": one.at.isoformat(),
                "action": one.action,
                "chosen": one.chosen,
                "reason": one.reason,
                "seconds": one.seconds,
                "agrees": one.agrees,
            }
            for one in case.decisions
        ],
    }


def _told(case: Case, column: str, value: Value) -> Any:  # noqa: ANN401 - plain JSON
    """Return a cell; of a picture its size, and where its planes can be fetched as PNG."""
    if not is_picture(value):
        return value
    shown = decode(str(value))
    planes = {plane: f"/cases/{case.id}/picture/{column}/{plane}" for plane in planes_of(shown)}
    return {"space": list(shown.space), "spacing": list(shown.spacing), "planes": planes}


@router.post("/session")
def sign_in(here: Here, body: Credentials, request: Request, response: Response) -> SignedInAs:
    """Sign in."""
    address = request.client.host if request.client else ""
    token, session = here.sign_in(body.name, body.password, address)
    response.set_cookie(
        here.settings.cookie, token, httponly=True, samesite="strict", secure=here.settings.secure, path="/"
    )
    return SignedInAs(name=session.person.name, roles=list(session.person.roles), csrf=session.csrf)


@router.get("/cases")
def list_cases(here: Here, _: Reader) -> list[CaseLine]:
    """List all cases in the order received."""
    return [line(one) for one in here.desk.cases().values()]


@router.post("/cases", status_code=201)
def receive(
    here: Here,
    session: ByProgram,
    content: Annotated[dict[str, Any], Body(description="A FHIR R4 Bundle of the new cases' resources.")],
) -> IntakeAnswer:
    """Take in new cases from a FHIR R4 bundle; a subject received before is not received again."""
    require(session, MAY_BRING_CASES)
    intake = here.desk.receive_records(bundle.records(content, here.desk.served.predictor))
    return IntakeAnswer(received=intake.received, known=intake.known)


@router.post("/cases/file", status_code=201)
async def receive_file(
    here: Here, session: ByProgram, request: Request, name: Annotated[str, Query(min_length=1, max_length=200)]
) -> IntakeAnswer:
    """Take in the new cases of one file, sent as the body: a picture, a table, notes; ``name`` tells its format."""
    require(session, MAY_BRING_CASES)
    data = await request.body()

    def take() -> Intake:
        return here.desk.receive_records(uploads.records(name, data, here.desk.served.predictor))

    intake = await run_in_threadpool(take)
    return IntakeAnswer(received=intake.received, known=intake.known)


@router.get("/cases/{case_id}")
def read_case(here: Here, session: Reader, case_id: str) -> dict[str, Any]:
    """Return one case, as far as the caller may see it now."""
    return document(here.desk.look(case_id, session.person), session.person.name)


@router.post("/cases/{case_id}/impression")
def give_impression(here: Here, session: ByProgram, case_id: str, body: ImpressionBody) -> dict[str, Any]:
    """Give the own impression; the answer holds the suggestion."""
    person = session.person
    case = here.desk.give_impression(case_id, person, body.chosen, body.confidence, body.version)
    return document(case, person.name)


@router.post("/cases/{case_id}/suggestion")
def ask_again(here: Here, session: ByProgram, case_id: str) -> dict[str, Any]:
    """Ask for the suggestion again where it was withheld for a cause that has passed."""
    person = require(session, frozenset({"clinician"}))
    return document(here.desk.suggest(case_id), person.name)


@router.post("/cases/{case_id}/decision")
def decide(here: Here, session: ByProgram, case_id: str, body: DecisionBody) -> dict[str, Any]:
    """Decide: accept, change or reject the suggestion, or decide alone where there is none."""
    verdict = Verdict(action=body.action, chosen=body.chosen, reason=body.reason, version=body.version)
    return document(here.desk.decide(case_id, session.person, verdict), session.person.name)


@router.post("/cases/{case_id}/amendment")
def amend(here: Here, session: ByProgram, case_id: str, body: AmendmentBody) -> dict[str, Any]:
    """Amend a decision with a reason; the one before stays readable."""
    case = here.desk.amend(case_id, session.person, body.chosen, body.reason, body.version)
    return document(case, session.person.name)


@router.get("/release")
def release(here: Here, _: SignedIn) -> dict[str, Any]:
    """Return what is served, until when, and whether it is suspended."""
    return {**here.desk.served.as_document(), "suspended": here.desk.suspension() is not None}


@router.post("/release/suspension")
def turn_switch(here: Here, session: ByProgram, body: SuspensionBody) -> dict[str, Any]:
    """Suspend the release, or resume it."""
    here.desk.turn_switch(session.person, body.reason, suspended=body.suspended)
    return release(here, session)
