"""The pages on which doctors work: the worklist, and the case with the one step that it allows now."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, Response

from primum.clinic import views
from primum.clinic.cases import Action, Case, Confidence, OutOfTurnError, State, may_ask_again, pick, refuse
from primum.clinic.desk import Verdict
from primum.clinic.pages import Short, Text, go
from primum.clinic.phrases import Phrases
from primum.clinic.pictures import CENTRE, Look, planes_of, png
from primum.clinic.room import MAY_BRING_CASES, MAY_SEE_CASES, require
from primum.clinic.screen import Reading, Sending, Visit, status_of
from primum.clinic.similar import Difference, Neighbour

Version = Annotated[int, Form(ge=0)]
Slice = Annotated[int | None, Query(ge=0, le=100_000)]
Level = Annotated[float | None, Query(allow_inf_nan=False)]
SIMILAR_BY = {"text": "_words", "image": "_pictures"}


def looking(
    *, axial: Slice = None, coronal: Slice = None, sagittal: Slice = None, low: Level = None, high: Level = None
) -> Look:
    """Return how the reader asks to look at pictures."""
    named = {"axial": axial, "coronal": coronal, "sagittal": sagittal}
    return Look(slices={name: at for name, at in named.items() if at is not None}, low=low, high=high)


Looking = Annotated[Look, Depends(looking)]

router = APIRouter(prefix="/cases", default_response_class=HTMLResponse, include_in_schema=False)


# -- the worklist -----------------------------------------------------------------------------------------------
@router.get("")
def worklist(visit: Reading, only: str = "waiting", at: int = 1, note: str = "") -> Response:
    """Show the cases, waiting first."""
    told = visit.say(f"worklist.{note}") if note in {"received_some", "received_none"} else ""
    return visit.page("worklist.html", {**_list_facts(visit, only, at), "note": told})


def _list_facts(visit: Visit, only: str, at: int) -> dict[str, Any]:
    return {
        "list": views.worklist(list(visit.here.desk.cases().values()), only, at),
        "only": only if only in views.FILTERS else "all",
        "filters": views.FILTERS,
        "incoming": visit.here.settings.incoming is not None,
        "uploads": visit.here.desk.study.modality == "image",
    }


@router.post("/find")
def find(visit: Sending, number: Short = "") -> Response:
    """Open the case of a patient by the hospital's own number, which is kept nowhere."""
    require(visit.session, MAY_SEE_CASES)
    try:
        return go(f"/cases/{visit.here.desk.find(number).id}")
    except OutOfTurnError as fault:
        facts = {**_list_facts(visit, "waiting", 1), "problem": visit.say("worklist.not_found")}
        return visit.page("worklist.html", facts, status_of(fault))


@router.post("/receive")
def look_for_new(visit: Sending) -> Response:
    """Take in what arrived in the incoming folder."""
    require(visit.session, MAY_BRING_CASES)
    if visit.here.settings.incoming is None:
        return go("/cases")
    intake = visit.here.desk.receive(visit.here.settings.incoming)
    return go(f"/cases?note=received_{'some' if intake.received else 'none'}")


# -- the case ---------------------------------------------------------------------------------------------------
@router.get("/{case_id}")
def show(visit: Reading, case_id: str, look: Looking) -> Response:
    """Show one case and the one step that it allows now."""
    visit.here.desk.look(case_id, visit.session.person)
    return visit.page("case.html", _case_facts(visit, case_id, look))


@router.get("/{case_id}/picture/{column}/{plane}")
def picture(visit: Reading, case_id: str, column: str, plane: str, look: Looking) -> Response:
    """Return one plane of a case's picture as PNG."""
    shown = visit.here.lightbox.picture(case_id, column)
    refuse("no-picture", when=plane not in planes_of(shown))
    return Response(png(shown, plane, look), media_type="image/png")


def _case_facts(visit: Visit, case_id: str, look: Look = CENTRE) -> dict[str, Any]:
    desk, say, name = visit.here.desk, visit.say, visit.session.person.name
    cases = desk.cases()
    case = pick(cases, case_id)
    named = views.class_names(desk.study, say.language)
    is_open = case.is_open_to(name)
    suggestion = case.suggestion if is_open else None
    reading = views.reading(case, desk.study, say) if suggestion else None
    may_ask = suggestion is None or may_ask_again(suggestion)
    return {
        "case": case,
        "rows": views.rows(
            case,
            desk.study,
            desk.served.ranges,
            say.language,
            views.Shown(reasons=views.told_reasons(case) if reading else (), look=look),
        ),
        "confidences": [one.value for one in Confidence],
        "own": case.impressions.get(name),
        "others": [one for one in case.impressions.values() if is_open and one.by != name],
        "busy": [] if is_open else list(case.impressions),
        "suggestion": suggestion,
        "may_ask": may_ask and name in case.impressions and case.state is not State.DECIDED,
        "reading": reading,
        "named": named,
        "similar_by": f"similar.how{SIMILAR_BY.get(desk.study.modality, '')}",
        "choices": _choices(case, name, say, named),
        "similar": _similar(visit, case) if reading else [],
        "decided": case.state is State.DECIDED,
        "next": views.next_waiting(list(cases.values()), name, case.id),
    }


def _similar(visit: Visit, case: Case) -> list[tuple[Neighbour, list[tuple[str, str, str]]]]:
    """Return the neighbours, each with its differences: the column's label, the value there and here."""
    study, language = visit.here.desk.study, visit.say.language

    def spelled(part: Difference) -> tuple[str, str, str]:
        there, here = (views.told(study, part.column, one, language) for one in (part.there, part.here))
        return views.label(study, part.column, language), there, here

    return [(one, [spelled(part) for part in one.differences]) for one in visit.here.desk.similar_cases(case)]


def _choices(case: Case, name: str, say: Phrases, named: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return value and label of each decision that is open to this doctor."""
    own = case.impressions.get(name)
    if own is None or case.suggestion is None or case.state is State.DECIDED:
        return []
    suggested = case.suggestion.chosen
    if not suggested:
        return [(f"{Action.OWN}:{one}", say("decision.own", {"class": named[one]})) for one in case.classes]
    others = [one for one in case.classes if one != suggested]
    return [
        (f"{Action.ACCEPT}:{suggested}", say("decision.accept", {"class": named[suggested]})),
        *((f"{Action.CHANGE}:{one}", say("decision.change", {"class": named[one]})) for one in others),
        (f"{Action.REJECT}:{own.chosen}", say("decision.reject", {"class": named[own.chosen]})),
    ]


# -- the steps --------------------------------------------------------------------------------------------------
def _take(visit: Visit, case_id: str, step: Callable[[], Case], typed: Mapping[str, str]) -> Response:
    """Take the step; where it is refused, show the case as it is now, why, and what the person had typed."""
    try:
        case = step()
    except OutOfTurnError as fault:
        require(visit.session, MAY_SEE_CASES)
        problem = {"problem": visit.say(f"refusal.{fault.code}"), "typed": typed}
        return visit.page("case.html", {**_case_facts(visit, case_id), **problem}, status_of(fault))
    return go(f"/cases/{case.id}#{'next' if case.state is State.DECIDED else 'now'}")


@router.post("/{case_id}/impression")
def give_impression(
    visit: Sending, case_id: str, version: Version = 0, chosen: Short = "", confidence: Short = ""
) -> Response:
    """Give the own impression; the suggestion is shown after it."""

    def step() -> Case:
        refuse("choice-missing", when=not chosen or confidence not in list(Confidence))
        person = visit.session.person
        return visit.here.desk.give_impression(case_id, person, chosen, Confidence(confidence), version)

    return _take(visit, case_id, step, {"chosen": chosen, "confidence": confidence})


@router.post("/{case_id}/suggestion")
def ask_again(visit: Sending, case_id: str) -> Response:
    """Ask for the suggestion again where it was withheld for a cause that has passed."""
    require(visit.session, MAY_SEE_CASES)
    return _take(visit, case_id, lambda: visit.here.desk.suggest(case_id), {})


@router.post("/{case_id}/decision")
def decide(visit: Sending, case_id: str, version: Version = 0, verdict: Short = "", reason: Text = "") -> Response:
    """Decide: ``verdict`` is an action and a class, as the page offers them."""

    def step() -> Case:
        action, _, chosen = verdict.partition(":")
        refuse("choice-missing", when=action not in list(Action))
        told = Verdict(action=Action(action), chosen=chosen, reason=reason, version=version)
        return visit.here.desk.decide(case_id, visit.session.person, told)

    return _take(visit, case_id, step, {"verdict": verdict, "reason": reason})


@router.post("/{case_id}/amendment")
def amend(visit: Sending, case_id: str, version: Version = 0, chosen: Short = "", reason: Text = "") -> Response:
    """Amend a decision; the one before stays readable."""

    def step() -> Case:
        refuse("choice-missing", when=not chosen)
        return visit.here.desk.amend(case_id, visit.session.person, chosen, reason, version)

    return _take(visit, case_id, step, {"amended": chosen, "reason": reason})
