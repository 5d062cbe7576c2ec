"""The desk without the web: what comes in, what goes out, and who may stop it."""

import datetime as dt
import json
from pathlib import Path

import pytest

from primum.clinic.cases import Action, Case, Confidence, OutOfTurnError, State, Withheld
from primum.clinic.desk import Desk, Verdict
from primum.domain.norm import Grade
from primum.errors import AccessDeniedError, DataError, GateClosedError, IntegrityError
from synthetic.clinic_room import ADA, BEN, EVE, MODEL, MONDAY, PASSWORD, RELEASE, SAM, MadeUpRoom, record


def impress(desk: Desk, case_id: str, chosen: str = "benign") -> Case:
    return desk.give_impression(case_id, ADA, chosen, Confidence.HIGH, desk.case(case_id).version)


def verdict(action: Action, version: int, chosen: str = "", reason: str = "") -> Verdict:
    return Verdict(action=action, chosen=chosen, reason=reason, version=version)


# -- intake
def test_a_case_is_kept_under_its_pseudonym_without_number_and_without_outcome(room: MadeUpRoom, desk: Desk) -> None:
    [case] = desk.cases().values()
    assert case.id == room.custodian.pseudonym("MRN-1") == case.record.subject
    assert set(case.record.payload) == {"radius", "texture", "side", "note"}
    assert (case.state, case.version, case.received_at) == (State.RECEIVED, 1, MONDAY)
    [(_, _, event)] = room.custodian.events("cases")
    assert b"MRN-1" not in event
    assert b"diagnosis" not in event


def test_a_subject_is_received_once(desk: Desk) -> None:
    intake = desk.receive_records([record("MRN-1", 3.0), record("MRN-2"), record("MRN-2")])
    assert (intake.received, intake.known) == (1, 1)
    assert [one.record.payload["radius"] for one in desk.cases().values()] == [15.0, 15.0]


def test_several_records_of_a_subject_are_one_case(desk: Desk, room: MadeUpRoom) -> None:
    desk.receive_records([record("MRN-3", None, note="First."), record("MRN-3", 7.0, note="Second.")])
    case = desk.case(room.custodian.pseudonym("MRN-3"))
    assert case.record.payload["radius"] == 7.0
    assert case.record.payload["note"] == "First."


def test_a_number_in_another_patients_note_lets_nothing_in(desk: Desk, room: MadeUpRoom) -> None:
    before = room.custodian.events("cases")
    with pytest.raises(DataError, match="Identifiers are left after protection, in: note") as refused:
        desk.receive_records([record("MRN-700700"), record("MRN-2", note="Twin of MRN-700700.")])
    assert "700700" not in refused.value.what + refused.value.remedy
    assert room.custodian.events("cases") == before


def test_a_folder_is_read_by_the_predictor(desk: Desk, room: MadeUpRoom, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("number,radius,note\nMRN-7,7,a\nMRN-8,8,b\n")
    assert desk.receive(tmp_path).received == 2
    assert desk.receive(tmp_path).known == 2
    assert room.predictor.read_from == [tmp_path, tmp_path]


def test_a_patient_is_found_by_the_hospitals_number(desk: Desk, case_id: str) -> None:
    assert desk.find(" MRN-1 ").id == case_id
    with pytest.raises(OutOfTurnError, match="no such case"):
        desk.find("MRN-99")


def test_who_looks_at_a_case_is_written_down_by_key(desk: Desk, room: MadeUpRoom, case_id: str) -> None:
    assert desk.look(case_id, ADA).id == case_id
    assert room.custodian.entries == [("case opened at the desk", case_id, {"by": ADA.key})]


def test_an_erased_subject_is_gone(desk: Desk, room: MadeUpRoom, case_id: str) -> None:
    impress(desk, case_id)
    room.custodian.erased.add(desk.case(case_id).id)
    assert desk.cases() == {}
    with pytest.raises(OutOfTurnError):
        impress(desk, case_id)


# -- steps
def test_the_release_is_not_asked_before_the_impression(desk: Desk, room: MadeUpRoom, case_id: str) -> None:
    desk.cases()
    with pytest.raises(OutOfTurnError, match="own impression first"):
        desk.suggest(case_id)
    assert room.predictor.asked == 0
    case = impress(desk, case_id)
    assert room.predictor.asked == 1
    assert (case.state, case.version) == (State.SUGGESTION, 3)
    assert case.suggestion is not None
    assert case.suggestion.chosen == "malignant"
    assert case.suggestion.prediction["release"] == RELEASE
    assert case.suggestion.prediction["model"] == MODEL


def test_the_second_doctor_is_not_swayed_and_the_release_not_asked_twice(
    desk: Desk, room: MadeUpRoom, case_id: str
) -> None:
    impress(desk, case_id)
    assert not desk.case(case_id).is_open_to(BEN.name)
    case = desk.give_impression(case_id, BEN, "malignant", Confidence.LOW, 3)
    assert list(case.impressions) == [ADA.name, BEN.name]
    assert room.predictor.asked == 1
    assert desk.decide(case_id, BEN, verdict(Action.ACCEPT, 4)).decision.by == BEN.name  # type: ignore[union-attr]


def test_a_decision_keeps_time_agreement_and_words(desk: Desk, room: MadeUpRoom, case_id: str) -> None:
    impress(desk, case_id)
    room.wait(75)
    case = desk.decide(case_id, ADA, verdict(Action.ACCEPT, 3, reason=" It sees more. "))
    assert case.decision is not None
    assert (case.decision.chosen, case.decision.reason) == ("malignant", "It sees more.")
    assert (case.decision.seconds, case.decision.agrees) == (75, True)
    room.wait(60)
    amended = desk.amend(case_id, BEN, "benign", "Histology.", 4)
    assert [one.chosen for one in amended.decisions] == ["malignant", "benign"]


@pytest.mark.parametrize(
    ("action", "expected"), [(Action.ACCEPT, "malignant"), (Action.REJECT, "benign"), (Action.CHANGE, "")]
)
def test_an_action_implies_its_class(desk: Desk, case_id: str, action: Action, expected: str) -> None:
    impress(desk, case_id)
    if expected:
        assert desk.decide(case_id, ADA, verdict(action, 3, reason="x")).decision.chosen == expected  # type: ignore[union-attr]
    else:
        with pytest.raises(OutOfTurnError, match="not one of the classes"):
            desk.decide(case_id, ADA, verdict(action, 3, reason="x"))


@pytest.mark.parametrize("person", [SAM, EVE])
def test_only_clinicians_judge(desk: Desk, case_id: str, person: object) -> None:
    with pytest.raises(OutOfTurnError, match="Only a clinician"):
        desk.give_impression(case_id, person, "benign", Confidence.LOW, 1)  # type: ignore[arg-type]
    impress(desk, case_id)
    with pytest.raises(OutOfTurnError, match="Only a clinician"):
        desk.decide(case_id, person, verdict(Action.ACCEPT, 3))  # type: ignore[arg-type]


def test_two_doctors_at_once(desk: Desk, room: MadeUpRoom, case_id: str) -> None:
    impress(desk, case_id)
    desk.give_impression(case_id, BEN, "benign", Confidence.LOW, 3)
    desk.decide(case_id, BEN, verdict(Action.CHANGE, 4, "benign", "x"))
    before = list(room.custodian.events("cases"))
    with pytest.raises(OutOfTurnError, match="Someone else worked"):
        desk.decide(case_id, ADA, verdict(Action.ACCEPT, 4))
    assert room.custodian.events("cases") == before


def test_another_process_that_was_quicker_wins_and_the_slower_is_told(
    desk: Desk, room: MadeUpRoom, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = room.custodian.append_event

    def late(stream: str, subject: object, event: bytes) -> None:
        monkeypatch.setattr(room.custodian, "append_event", append)
        rival = {**json.loads(event), "by": BEN.name, "chosen": "malignant"}
        append(stream, subject, json.dumps(rival).encode())  # type: ignore[arg-type]
        append(stream, subject, event)  # type: ignore[arg-type]

    monkeypatch.setattr(room.custodian, "append_event", late)
    with pytest.raises(OutOfTurnError, match="nothing of yours was saved"):
        impress(desk, case_id)
    assert list(desk.case(case_id).impressions) == [BEN.name]


# -- what keeps a suggestion back
def test_a_record_the_model_cannot_read_leaves_the_doctor_alone(desk: Desk, room: MadeUpRoom) -> None:
    desk.receive_records([record("MRN-5", None)])
    case = impress(desk, room.custodian.pseudonym("MRN-5"))
    assert case.suggestion is not None
    assert case.suggestion.withheld is Withheld.UNUSABLE
    assert "radius" in case.suggestion.why
    assert desk.decide(case.id, ADA, verdict(Action.OWN, 3)).state is State.DECIDED


def test_an_abstention_leaves_nothing_to_accept(desk: Desk, room: MadeUpRoom) -> None:
    desk.receive_records([record("MRN-6", 10.0)])
    case = impress(desk, room.custodian.pseudonym("MRN-6"))
    assert case.suggestion is not None
    assert case.suggestion.prediction["abstained"]
    with pytest.raises(OutOfTurnError, match="no single suggested class"):
        desk.decide(case.id, ADA, verdict(Action.ACCEPT, 3, "benign"))
    assert desk.decide(case.id, ADA, verdict(Action.OWN, 3)).decision.agrees is None  # type: ignore[union-attr]


def test_in_shadow_the_suggestion_is_kept_and_not_shown(case_id: str) -> None:
    room = MadeUpRoom(grade=Grade.SHADOW)
    desk = room.desk()
    desk.receive_records([record("MRN-1")])
    case = impress(desk, case_id)
    assert case.suggestion is not None
    assert case.suggestion.withheld is Withheld.SHADOW
    assert case.suggestion.prediction["prediction_set"] == ["malignant"]
    with pytest.raises(OutOfTurnError, match="was made before"):
        desk.suggest(case_id)


def test_over_night_a_release_can_expire(desk: Desk, room: MadeUpRoom, case_id: str) -> None:
    room.now = desk.served.expires_at
    case = impress(desk, case_id)
    assert case.suggestion is not None
    assert case.suggestion.withheld is Withheld.EXPIRED
    assert room.predictor.asked == 0


def test_an_expired_or_altered_release_opens_no_desk(room: MadeUpRoom) -> None:
    room.now = MONDAY + dt.timedelta(days=90)
    with pytest.raises(GateClosedError, match="valid until 2024-08-04"):
        room.desk()
    room.now = MONDAY
    room.tamper()
    with pytest.raises(IntegrityError, match=r"model\.json was altered"):
        room.desk()


def test_a_release_altered_while_served_suspends_itself(desk: Desk, room: MadeUpRoom, case_id: str) -> None:
    room.tamper()
    case = impress(desk, case_id)
    assert case.suggestion is not None
    assert case.suggestion.withheld is Withheld.ALTERED
    assert room.predictor.asked == 0
    suspension = desk.suspension()
    assert suspension is not None
    assert (suspension.by, suspension.reason) == ("primum", "model/model.json was altered.")
    room.fault = None
    assert desk.suggest(case_id).suggestion.withheld is Withheld.SUSPENDED  # type: ignore[union-attr]


# -- the kill switch
@pytest.mark.parametrize("person", [ADA, SAM])
def test_who_may_stops_the_model_and_starts_it_again(
    desk: Desk, room: MadeUpRoom, case_id: str, person: object
) -> None:
    desk.turn_switch(person, "Wrong twice today.", suspended=True)  # type: ignore[arg-type]
    case = impress(desk, case_id)
    assert case.suggestion is not None
    assert case.suggestion.withheld is Withheld.SUSPENDED
    assert room.predictor.asked == 0
    desk.turn_switch(person, "The scanner was mended.", suspended=False)  # type: ignore[arg-type]
    assert desk.suspension() is None
    assert desk.suggest(case_id).suggestion.chosen == "malignant"  # type: ignore[union-attr]
    assert [(one.suspended, one.reason) for one in desk.turns()] == [
        (True, "Wrong twice today."),
        (False, "The scanner was mended."),
    ]
    assert room.custodian.entries == [
        ("model suspended", RELEASE, {"by": ADA.key}),
        ("model resumed", RELEASE, {"by": ADA.key}),
    ]


def test_others_do_not_touch_the_switch(desk: Desk) -> None:
    with pytest.raises(AccessDeniedError, match="Only a clinician, the clinical lead or the safety officer"):
        desk.turn_switch(EVE, "x", suspended=True)
    for reason in ("", "  ", "x" * 2001):
        with pytest.raises(OutOfTurnError):
            desk.turn_switch(ADA, reason, suspended=True)
    assert desk.turns() == ()


def test_a_suspension_is_of_one_release(desk: Desk, room: MadeUpRoom) -> None:
    desk.turn_switch(SAM, "x", suspended=True)
    [(_, subject, event)] = room.custodian.events("switch")
    assert subject == "P" + RELEASE[:16]
    room.custodian.append_event(
        "switch", subject, json.dumps({**json.loads(event), "release": "another", "suspended": False}).encode()
    )
    assert desk.suspension() is not None


# -- similar cases and people
def test_similar_cases_need_the_data_set_and_the_grant(desk: Desk, room: MadeUpRoom, case_id: str) -> None:
    case = desk.case(case_id)
    assert len(desk.similar_cases(case)) == 3
    nearest = desk.similar_cases(case)[0].subject
    room.custodian.erased.add(nearest)
    assert nearest not in [one.subject for one in desk.similar_cases(case)]
    room.custodian.denied.add(room.development())
    assert desk.similar_cases(case) == ()
    alone = Desk(room.custodian, desk.study, desk.served, room.clock)  # type: ignore[arg-type]
    assert alone.similar_cases(case) == ()


def test_people_sign_in_with_their_own_password(desk: Desk) -> None:
    assert desk.sign_in("Ada Quill", PASSWORD) == ADA
    with pytest.raises(AccessDeniedError):
        desk.sign_in("Ada Quill", "guess")


def test_the_predictor_says_what_is_wrong_with_a_file(desk: Desk, room: MadeUpRoom, tmp_path: Path) -> None:
    def broken(path: Path) -> list[object]:
        raise DataError(f"{path.name} cannot be read.", remedy="Export it again.")

    room.predictor.read = broken  # type: ignore[method-assign, assignment]
    with pytest.raises(DataError):
        desk.receive(tmp_path)
