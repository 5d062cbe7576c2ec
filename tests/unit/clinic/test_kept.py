"""The desk on the real custodian: what is decided stays, sealed and logged, and goes with its subject."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from primum.clinic.cases import Action, Confidence, OutOfTurnError, State
from primum.clinic.desk import Desk, Verdict
from primum.custody.custodian import Act, Custodian, DataClass, DataSet
from primum.custody.verifying import read_log
from primum.errors import AccessDeniedError
from primum.ids import canonical, digest_of
from synthetic.clinic_room import MONDAY, RELEASE, MadeUpRoom, record, study

PASSWORD = "a password of some length"
PASSPHRASE = "a passphrase of some length"
POLICY = """
actors: {desk: [desk], nobody: []}
grants:
  - role: desk
    purpose: diagnosis
    classes: [identified, pseudonymised, clinical, aggregate]
    actions: [read, write]
    because: A made-up committee said so.
"""


def clock() -> dt.datetime:
    return MONDAY


def opened(home: Path, actor: str = "desk") -> Custodian:
    policy = home.with_suffix(".yaml")
    policy.write_text(POLICY)
    return Custodian.open(home, PASSPHRASE, Act(actor=actor, purpose="diagnosis"), clock, policy=policy)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def custodian(home: Path) -> Iterator[Custodian]:
    with opened(home) as custodian:
        yield custodian


def desk_on(custodian: Custodian) -> Desk:
    return Desk(custodian, study(), MadeUpRoom().served(), clock)


def test_what_was_decided_is_there_after_the_night(home: Path) -> None:
    with opened(home) as custodian:
        desk = desk_on(custodian)
        ada = custodian.enrol("Ada Quill", "clinician", PASSWORD)
        desk.receive_records([record("MRN-100200", note="Seen by nobody of that name.")])
        case_id = desk.find("MRN-100200").id
        desk.give_impression(case_id, ada, "benign", Confidence.HIGH, 1)
        verdict = Verdict(action=Action.REJECT, chosen="", reason="A most peculiar reason.", version=3)
        desk.decide(case_id, ada, verdict)
        desk.turn_switch(ada, "Another peculiar reason.", suspended=True)
    with opened(home) as custodian:
        desk = desk_on(custodian)
        case = desk.case(case_id)
        assert case.state is State.DECIDED
        assert case.decision is not None
        assert case.decision.reason == "A most peculiar reason."
        assert desk.suspension() is not None
        assert desk.sign_in("Ada Quill", PASSWORD) == ada
    for file in home.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        for word in (b"peculiar", b"MRN-100200", b"Seen by nobody", b"benign"):
            assert word not in data, file.name


def test_every_step_is_in_the_log_under_pseudonym_and_key(custodian: Custodian, home: Path) -> None:
    desk = desk_on(custodian)
    ada = custodian.enrol("Ada Quill", "clinician", PASSWORD)
    desk.receive_records([record("MRN-100200")])
    [case] = desk.cases().values()
    desk.look(case.id, ada)
    desk.turn_switch(ada, "x", suspended=True)
    entries = read_log(home / "audit")
    by_action = {one["action"]: one for one in entries}
    assert by_action["append event"]["about"] in {case.id, "P" + RELEASE[:16]}
    assert by_action["case opened at the desk"]["about"] == case.id
    assert by_action["case opened at the desk"]["detail"]["by"] == ada.key
    assert by_action["model suspended"]["about"] == RELEASE
    assert "Ada Quill" not in str(entries)


def test_an_erased_patient_leaves_worklist_and_neighbours(custodian: Custodian) -> None:
    past = digest_of("past")
    subject = custodian.pseudonym("MRN-900900")
    kept = DataSet(digest=past, name="development", data_class=DataClass.PSEUDONYMISED, made_of=())
    one = canonical({"record": record("x", 14.0).as_document(), "outcome": 1})
    custodian.write_dataset(kept, [(subject, one)])
    desk = Desk(custodian, study(), MadeUpRoom().served(), clock, past)
    desk.receive_records([record("MRN-100200"), record("MRN-900900")])
    case = desk.find("MRN-100200")
    assert [one.subject for one in desk.similar_cases(case)] == [subject]
    custodian.erase("MRN-900900")
    assert desk.similar_cases(case) == ()
    assert list(desk.cases()) == [case.id]
    with pytest.raises(OutOfTurnError):
        desk.find("MRN-900900")


def test_without_a_grant_there_is_no_desk(home: Path, custodian: Custodian) -> None:
    custodian.close()
    with opened(home, actor="nobody") as other, pytest.raises(AccessDeniedError):
        desk_on(other).cases()
