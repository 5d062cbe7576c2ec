"""Every step in every state: the one table from which nothing may stray."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.clinic.cases import (
    REFUSALS,
    Case,
    Confidence,
    OutOfTurnError,
    State,
    Withheld,
    begin,
    fold,
    may_ask_again,
    pick,
    step,
)
from primum.errors import IntegrityError
from primum.ids import SubjectId, canonical
from synthetic.clinic_room import MONDAY, record, study

CLASSES = study().outcome.classes
ME, SHE = "Ada Quill", "Ben Moss"
SUBJECT = SubjectId("P0123456789abcdef")


def told(kind: str, after: int, by: str = ME, *, seconds: int = 0, **rest: Any) -> dict[str, Any]:
    at = MONDAY + dt.timedelta(seconds=seconds)
    return {"kind": kind, "after": after, "at": at.isoformat(), "by": by, "role": "clinician", **rest}


RECEIVED = told("received", 0, record=record("x").as_document())


def impression(after: int, by: str = ME, chosen: str = "benign", **rest: Any) -> dict[str, Any]:
    return told("impression", after, by, **{"chosen": chosen, "confidence": "high", **rest})


def prediction(*classes: str) -> dict[str, Any]:
    return {"prediction_set": list(classes), "abstained": len(classes) != 1, "probabilities": {}}


def suggestion(after: int, *classes: str, withheld: str = "") -> dict[str, Any]:
    said = prediction(*(classes or ("malignant",))) if not withheld or withheld == "shadow" else {}
    return told("suggestion", after, "primum", seconds=10, withheld=withheld, why="", prediction=said)


def decision(after: int, action: str, chosen: str, reason: str = "", by: str = ME, **rest: Any) -> dict[str, Any]:
    return told("decision", after, by, seconds=42, **{"action": action, "chosen": chosen, "reason": reason, **rest})


def amendment(after: int, chosen: str = "benign", reason: str = "Histology came.", **rest: Any) -> dict[str, Any]:
    return told("amendment", after, **{"chosen": chosen, "reason": reason, **rest})


def case_after(*events: dict[str, Any]) -> Case:
    case = begin(SUBJECT, RECEIVED, CLASSES)
    for event in events:
        case = step(case, event)
    return case


PATHS: dict[State, list[dict[str, Any]]] = {
    State.RECEIVED: [],
    State.IMPRESSION: [impression(1)],
    State.SUGGESTION: [impression(1), suggestion(2)],
    State.DECIDED: [impression(1), suggestion(2), decision(3, "change", "benign", "Smears too thick.")],
}


def test_the_paths_lead_to_the_states() -> None:
    assert {state: case_after(*path).state for state, path in PATHS.items()} == {state: state for state in State}


MOVES = {
    "my impression": impression,
    "another's impression": lambda version: impression(version, SHE),
    "suggestion": suggestion,
    "my decision": lambda version: decision(version, "change", "benign", "Too thick."),
    "another's decision": lambda version: decision(version, "change", "benign", "Too thick.", SHE),
    "amendment": amendment,
}

TABLE = [
    # state, move, the state it leads to or the refusal
    (State.RECEIVED, "my impression", State.IMPRESSION),
    (State.RECEIVED, "another's impression", State.IMPRESSION),
    (State.RECEIVED, "suggestion", "impression-first"),
    (State.RECEIVED, "my decision", "impression-first"),
    (State.RECEIVED, "another's decision", "impression-first"),
    (State.RECEIVED, "amendment", "not-decided"),
    (State.IMPRESSION, "my impression", "impression-given"),
    (State.IMPRESSION, "another's impression", State.IMPRESSION),
    (State.IMPRESSION, "suggestion", State.SUGGESTION),
    (State.IMPRESSION, "my decision", "suggestion-first"),
    (State.IMPRESSION, "another's decision", "impression-first"),
    (State.IMPRESSION, "amendment", "not-decided"),
    (State.SUGGESTION, "my impression", "impression-given"),
    (State.SUGGESTION, "another's impression", State.SUGGESTION),
    (State.SUGGESTION, "suggestion", "suggestion-given"),
    (State.SUGGESTION, "my decision", State.DECIDED),
    (State.SUGGESTION, "another's decision", "impression-first"),
    (State.SUGGESTION, "amendment", "not-decided"),
    (State.DECIDED, "my impression", "decided-already"),
    (State.DECIDED, "another's impression", "decided-already"),
    (State.DECIDED, "suggestion", "decided-already"),
    (State.DECIDED, "my decision", "decided-already"),
    (State.DECIDED, "another's decision", "decided-already"),
    (State.DECIDED, "amendment", State.DECIDED),
]


def test_the_table_is_whole() -> None:
    assert {(state, move) for state, move, _ in TABLE} == {(state, move) for state in State for move in MOVES}


@pytest.mark.parametrize(("state", "move", "expected"), TABLE)
def test_a_step_is_taken_or_refused_as_the_table_says(state: State, move: str, expected: State | str) -> None:
    case = case_after(*PATHS[state])
    event = MOVES[move](case.version)
    if isinstance(expected, State):
        after = step(case, event)
        assert (after.state, after.version) == (expected, case.version + 1)
    else:
        with pytest.raises(OutOfTurnError) as refused:
            step(case, event)
        assert refused.value.code == expected
        assert refused.value.what == REFUSALS[expected]
        assert refused.value.remedy


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("off", [-1, 1])
def test_a_step_on_another_version_is_refused_whatever_it_is(state: State, move: str, off: int) -> None:
    case = case_after(*PATHS[state])
    with pytest.raises(OutOfTurnError, match="nothing of yours was saved"):
        step(case, MOVES[move](case.version + off))


@pytest.mark.parametrize("role", ["", "safety", "ethics", "CLINICIAN", "primum"])
@pytest.mark.parametrize(
    ("state", "event"),
    [
        (State.RECEIVED, impression(1)),
        (State.SUGGESTION, decision(3, "accept", "malignant", "Agreed.")),
        (State.DECIDED, amendment(4)),
    ],
)
def test_only_a_clinician_judges(state: State, event: dict[str, Any], role: str) -> None:
    with pytest.raises(OutOfTurnError) as refused:
        step(case_after(*PATHS[state]), {**event, "role": role})
    assert refused.value.code == "not-a-clinician"


# own impression, suggested classes, action, decided class, reason given -> refusal, or empty
DECISIONS = [
    ("malignant", ["malignant"], "accept", "malignant", "", ""),
    ("benign", ["malignant"], "accept", "malignant", "", "reason-needed"),
    ("benign", ["malignant"], "accept", "malignant", "   ", "reason-needed"),
    ("benign", ["malignant"], "accept", "malignant", "It sees more.", ""),
    ("benign", ["malignant"], "accept", "benign", "x", "accept-means-same"),
    ("benign", ["malignant"], "change", "benign", "", "reason-needed"),
    ("benign", ["malignant"], "change", "benign", "Too thick.", ""),
    ("benign", ["malignant"], "change", "malignant", "x", "change-to-another"),
    ("benign", ["malignant"], "reject", "benign", "", "reason-needed"),
    ("benign", ["malignant"], "reject", "benign", "Unfit.", ""),
    ("benign", ["malignant"], "reject", "malignant", "x", "reject-keeps-own"),
    ("malignant", ["malignant"], "reject", "malignant", "", "reason-needed"),
    ("benign", ["malignant"], "own", "benign", "x", "suggestion-stands"),
    ("benign", ["malignant"], "change", "cystic", "x", "no-such-class"),
    ("benign", ["benign", "malignant"], "accept", "benign", "x", "nothing-to-accept"),
    ("benign", ["benign", "malignant"], "change", "malignant", "x", "nothing-to-accept"),
    ("benign", ["benign", "malignant"], "reject", "benign", "x", "nothing-to-accept"),
    ("benign", ["benign", "malignant"], "own", "benign", "", ""),
    ("benign", ["benign", "malignant"], "own", "malignant", "", "reason-needed"),
    ("benign", ["benign", "malignant"], "own", "malignant", "Asked a colleague.", ""),
]


@pytest.mark.parametrize(("own", "suggested", "action", "chosen", "reason", "refusal"), DECISIONS)
def test_a_decision_fits_action_class_and_reason(
    own: str, suggested: list[str], action: str, chosen: str, reason: str, refusal: str
) -> None:
    case = case_after(impression(1, chosen=own), suggestion(2, *suggested))
    event = decision(3, action, chosen, reason)
    if refusal:
        with pytest.raises(OutOfTurnError) as refused:
            step(case, event)
        assert refused.value.code == refusal
    else:
        after = step(case, event).decision
        assert after is not None
        assert (after.chosen, after.action, after.reason) == (chosen, action, reason)


def test_a_reason_has_an_end() -> None:
    case = case_after(*PATHS[State.SUGGESTION])
    with pytest.raises(OutOfTurnError) as refused:
        step(case, decision(3, "reject", "benign", "x" * 2001))
    assert refused.value.code == "reason-too-long"


def test_an_unknown_class_is_refused_in_impression_and_amendment() -> None:
    for state, event in ((State.RECEIVED, impression(1, chosen="cystic")), (State.DECIDED, amendment(4, "cystic"))):
        with pytest.raises(OutOfTurnError) as refused:
            step(case_after(*PATHS[state]), event)
        assert refused.value.code == "no-such-class"


def test_an_amendment_needs_a_reason_and_keeps_the_decision_before() -> None:
    case = case_after(*PATHS[State.DECIDED])
    with pytest.raises(OutOfTurnError) as refused:
        step(case, amendment(4, "malignant", " "))
    assert refused.value.code == "reason-needed"
    after = step(case, amendment(4, "malignant"))
    assert [one.chosen for one in after.decisions] == ["benign", "malignant"]
    assert after.decision is not None
    assert after.decision.action == "amend"


@pytest.mark.parametrize(
    ("suggested", "event", "expected"),
    [
        (["malignant"], decision(3, "accept", "malignant", "x"), True),
        (["malignant"], decision(3, "change", "benign", "x"), False),
        (["benign", "malignant"], decision(3, "own", "benign"), None),
    ],
)
def test_time_and_agreement_are_measured(suggested: list[str], event: dict[str, Any], expected: object) -> None:
    case = case_after(impression(1), suggestion(2, *suggested), event)
    assert case.decision is not None
    assert case.decision.seconds == 32
    assert case.decision.agrees is expected


@pytest.mark.parametrize("withheld", [one.value for one in Withheld if one])
def test_without_a_suggestion_a_doctor_decides_alone(withheld: str) -> None:
    case = case_after(impression(1), suggestion(2, withheld=withheld))
    assert case.suggestion is not None
    assert case.suggestion.chosen == ""
    assert step(case, decision(3, "own", "benign")).state is State.DECIDED
    asked_again = withheld != "shadow"
    assert may_ask_again(case.suggestion) is asked_again
    if asked_again:
        assert step(case, suggestion(3)).suggestion.chosen == "malignant"  # type: ignore[union-attr]
    else:
        with pytest.raises(OutOfTurnError, match="was made before"):
            step(case, suggestion(3))


def test_a_colleague_sees_nothing_before_the_own_impression_and_all_after_the_decision() -> None:
    case = case_after(*PATHS[State.SUGGESTION])
    assert case.is_open_to(ME)
    assert not case.is_open_to(SHE)
    assert case_after(*PATHS[State.DECIDED]).is_open_to(SHE)


def rows(*events: dict[str, Any]) -> list[tuple[int, SubjectId, bytes]]:
    return [(number, SUBJECT, canonical(event)) for number, event in enumerate(events)]


def test_folding_gives_the_case_that_the_steps_gave() -> None:
    cases = fold(rows(RECEIVED, *PATHS[State.DECIDED]), CLASSES)
    assert cases == {SUBJECT: case_after(*PATHS[State.DECIDED])}
    assert pick(cases, SUBJECT).record == record("x")
    with pytest.raises(OutOfTurnError, match="no such case"):
        pick(cases, "P")


def test_the_second_of_two_steps_on_one_version_counts_for_nothing() -> None:
    race = [impression(1), suggestion(2), decision(3, "accept", "malignant", "x"), decision(3, "change", "benign", "x")]
    [case] = fold(rows(RECEIVED, *race), CLASSES).values()
    assert [one.chosen for one in case.decisions] == ["malignant"]
    assert fold(rows(RECEIVED, RECEIVED), CLASSES)[SUBJECT].version == 1


@pytest.mark.parametrize(
    "planted",
    [
        decision(1, "accept", "malignant", "x"),
        told("final", 1),
        impression(1, role="ethics"),
        suggestion(1),
        {"kind": "impression"},
    ],
)
def test_a_planted_event_stops_everything(planted: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="Event 1 does not follow"):
        fold(rows(RECEIVED, planted), CLASSES)


def test_an_event_of_an_unknown_case_stops_everything() -> None:
    with pytest.raises(IntegrityError):
        fold(rows(impression(1)), CLASSES)


events = st.one_of(
    st.builds(
        lambda by, chosen, role: impression(0, by, chosen, role=role),
        st.sampled_from([ME, SHE]),
        st.sampled_from(CLASSES),
        st.sampled_from(["clinician", "safety"]),
    ),
    st.builds(
        lambda classes, withheld: suggestion(0, *classes, withheld=withheld),
        st.sampled_from([("benign",), ("malignant",), CLASSES]),
        st.sampled_from(["", "", "shadow", "suspended"]),
    ),
    st.builds(
        lambda action, chosen, reason, by, role: decision(0, action, chosen, reason, by, role=role),
        st.sampled_from(["accept", "change", "reject", "own"]),
        st.sampled_from(CLASSES),
        st.sampled_from(["", "Because."]),
        st.sampled_from([ME, SHE]),
        st.sampled_from(["clinician", "safety"]),
    ),
    st.builds(lambda chosen: amendment(0, chosen), st.sampled_from(CLASSES)),
)


@given(st.lists(events, max_size=25))
def test_no_order_of_steps_makes_a_case_final_without_a_clinician(tried: list[dict[str, Any]]) -> None:
    case, taken = begin(SUBJECT, RECEIVED, CLASSES), []
    for event in tried:
        try:
            case = step(case, {**event, "after": case.version})
        except OutOfTurnError:
            continue
        taken.append(event)
    assert case.version == 1 + len(taken)
    kinds = [event["kind"] for event in taken]
    if case.state is State.DECIDED:
        at = kinds.index("decision")
        assert taken[at]["role"] == "clinician"
        assert "suggestion" in kinds[:at]
        assert any(one["kind"] == "impression" and one["by"] == taken[at]["by"] for one in taken[:at])
        assert set(kinds[at + 1 :]) <= {"amendment"}
    else:
        assert not {"decision", "amendment"}.intersection(kinds)


def test_an_event_is_json_and_a_confidence_is_one_of_three() -> None:
    assert json.loads(canonical(impression(1)))["confidence"] in list(Confidence)
    assert len(Confidence) == 3
