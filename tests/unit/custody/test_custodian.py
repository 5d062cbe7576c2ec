import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from primum.custody import verifying
from primum.custody.custodian import Action, Custodian, DataClass
from primum.errors import AccessDeniedError, IntegrityError
from unit.custody.homes import PASSPHRASE, PASSWORD, POLICY, PURPOSE, Clock, a_set, named, open_home, rows, subject

KNOWN = "MRN-MADE-UP-0"
OPENS: dict[str, tuple[Callable[[Custodian, Path], object], DataClass, Action]] = {
    "write_dataset": (lambda one, _: one.write_dataset(a_set("more"), rows(1)), DataClass.IDENTIFIED, Action.WRITE),
    "read_dataset": (lambda one, _: one.read_dataset(named("identified")), DataClass.IDENTIFIED, Action.READ),
    "commit": (lambda one, _: one.commit(named("other limits")), DataClass.AGGREGATE, Action.WRITE),
    "open_sealed": (
        lambda one, _: one.open_sealed(named("test"), named("model"), named("limits")),
        DataClass.SEALED,
        Action.READ,
    ),
    "put_model": (lambda one, _: one.put_model({"a": b"y"}, []), DataClass.MODEL, Action.WRITE),
    "get_model": (lambda one, _: one.get_model(one.put_model({"a": b"x"}, [])), DataClass.MODEL, Action.READ),
    "put_evidence": (lambda one, _: one.put_evidence({"kind": "y"}), DataClass.AGGREGATE, Action.WRITE),
    "finish": (lambda one, _: one.finish("gate", named("k"), {}), DataClass.AGGREGATE, Action.WRITE),
    "note_release": (lambda one, _: one.note_release(named("r"), named("m")), DataClass.MODEL, Action.WRITE),
    "append_event": (lambda one, _: one.append_event("cases", subject(1), b"x"), DataClass.CLINICAL, Action.WRITE),
    "events": (lambda one, _: one.events("cases"), DataClass.CLINICAL, Action.READ),
    "erase": (lambda one, _: one.erase(subject(1)), DataClass.IDENTIFIED, Action.WRITE),
    "admit": (lambda one, _: one.admit(["MRN-MADE-UP"]), DataClass.IDENTIFIED, Action.WRITE),
    "identify": (lambda one, _: one.identify(one.pseudonym(KNOWN), "a finding"), DataClass.IDENTIFIED, Action.IDENTIFY),
    "rotate": (lambda one, _: one.rotate(None), DataClass.IDENTIFIED, Action.WRITE),
    "enrol": (lambda one, _: one.enrol("Ben", "clinician", PASSWORD), DataClass.AGGREGATE, Action.WRITE),
    "seal_bundle": (lambda one, place: one.seal_bundle(place, {"a": b"x"}, {}), DataClass.MODEL, Action.WRITE),
    "attest": (lambda one, _: one.attest(named("x"), b"{}"), DataClass.AGGREGATE, Action.WRITE),
    "record": (lambda one, _: one.record("made-up act", named("x"), {}), DataClass.AGGREGATE, Action.WRITE),
}
"""Every method that opens or changes something, with the grant it takes."""

LOOKS: dict[str, tuple[Callable[[Custodian], object], DataClass]] = {
    "knows": (lambda one: one.knows(KNOWN), DataClass.IDENTIFIED),
    "get_evidence": (lambda one: one.get_evidence(named("x")), DataClass.AGGREGATE),
    "finished": (lambda one: one.finished(named("k")), DataClass.AGGREGATE),
    "latest": (lambda one: one.latest("gate"), DataClass.AGGREGATE),
}

FREE = {
    "open", "close", "pseudonym", "identity", "describe", "openings", "close_sealed", "authenticate", "sign_as",
    "sign_requirement", "signatures", "people", "posture", "checkpoint", "trust", "suppressed", "suppressed_counts",
}  # fmt: skip
"""What opens no data, or is allowed by a person's own password, or by an opening made before."""


def fill(home: Path) -> None:
    with open_home(home) as one:
        one.admit([KNOWN])
        one.write_dataset(a_set(), rows(3))
        one.write_dataset(a_set("test", DataClass.SEALED), rows(3))
        one.put_model({"a": b"x"}, [])
        one.commit(named("limits"))


def log(home: Path) -> list[dict[str, Any]]:
    return verifying.read_log(home / "audit")


def test_every_public_method_is_accounted_for() -> None:
    public = {name for name in vars(Custodian) if not name.startswith("_")}
    assert public == {*OPENS, *LOOKS, *FREE}


@pytest.mark.parametrize("name", OPENS)
def test_each_act_is_allowed_by_its_own_grant_and_logged_before(home: Path, tmp_path: Path, name: str) -> None:
    call, data_class, action = OPENS[name]
    fill(home)
    with open_home(home) as one:
        before = len(log(home))
        call(one, tmp_path / "bundle")
        entry = log(home)[before:][-1]
    assert entry["allowed"] is True
    assert entry["why"] == "as researcher: decision 7 of the made-up committee"
    assert (entry["actor"], entry["purpose"]) == ("ann", PURPOSE)
    assert action in Action
    assert data_class in DataClass


@pytest.mark.parametrize("name", OPENS)
def test_each_act_is_refused_without_that_very_grant_and_the_refusal_logged(
    home: Path, tmp_path: Path, name: str
) -> None:
    call, data_class, action = OPENS[name]
    fill(home)
    others = [one.value for one in DataClass if one is not data_class]
    other = [one.value for one in Action if one is not action]
    (home / "access.yaml").write_text(
        POLICY.replace("[identified, pseudonymised, sealed, model, aggregate, clinical]", str(others)).replace(
            "because: decision 7",
            "because: decision 6\n"
            f"  - role: researcher\n    purpose: {PURPOSE}\n    classes: [{data_class}]\n    actions: {other}\n"
            "    because: decision 7",
        )
    )
    with open_home(home) as one:
        with pytest.raises(AccessDeniedError, match=f"may not {action} {data_class} data") as refused:
            call(one, tmp_path / "bundle")
        assert f"actions: [{action}]" in refused.value.remedy
        assert log(home)[-1]["allowed"] is False
        assert log(home)[-1]["why"] + "." == refused.value.what
    assert not (tmp_path / "bundle").exists()


@pytest.mark.parametrize("name", LOOKS)
def test_each_look_is_logged_only_when_it_is_refused(home: Path, name: str) -> None:
    call, data_class = LOOKS[name]
    fill(home)
    with open_home(home, purpose="another") as one:
        before = len(log(home))
        with pytest.raises(AccessDeniedError, match=f"may not read {data_class} data"):
            call(one)
        assert len(log(home)) == before + 1
        assert log(home)[-1]["allowed"] is False


def test_looking_at_evidence_and_stages_fills_no_log(custodian: Custodian, home: Path) -> None:
    name = custodian.put_evidence({"kind": "gate"})
    custodian.finish("gate", named("k"), {"evidence.gate": name})
    before = len(log(home))
    custodian.get_evidence(name)
    custodian.finished(named("k"))
    custodian.latest("gate")
    custodian.openings(named("x"))
    assert len(log(home)) == before


def test_if_the_log_cannot_be_written_the_act_is_refused(
    custodian: Custodian, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    custodian.write_dataset(a_set(), rows(2))

    def full(_entry: object) -> None:
        raise IntegrityError("The disk is full.", remedy="Make room.")

    monkeypatch.setattr(custodian._door.log, "append", full)
    for call in (
        lambda: custodian.read_dataset(named("identified")),
        lambda: custodian.write_dataset(a_set("more"), rows(1)),
        lambda: custodian.erase(subject(1)),
        lambda: custodian.append_event("cases", subject(1), b"x"),
        lambda: custodian.seal_bundle(home / "out" / "release", {"a": b"x"}, {}),
    ):
        with pytest.raises(IntegrityError, match="disk is full"):
            call()
    monkeypatch.undo()
    assert custodian.read_dataset(named("identified")) == rows(2)
    assert custodian.events("cases") == []
    assert not (home / "out" / "release").exists()


def test_a_policy_changed_while_the_home_is_open_holds_at_once_and_is_logged(custodian: Custodian, home: Path) -> None:
    custodian.write_dataset(a_set(), rows(1))
    (home / "access.yaml").write_text("actors: {}\ngrants: []\n")
    with pytest.raises(AccessDeniedError, match="has no role"):
        custodian.read_dataset(named("identified"))
    assert [one["action"] for one in log(home)[-2:]] == ["policy in force", "read data set"]
    (home / "access.yaml").write_text(POLICY)
    assert custodian.read_dataset(named("identified")) == rows(1)
    (home / "access.yaml").unlink()
    with pytest.raises(AccessDeniedError, match="nothing is allowed"):
        custodian.read_dataset(named("identified"))


def test_a_policy_changed_while_the_home_was_closed_is_logged_once(home: Path) -> None:
    open_home(home).close()
    (home / "access.yaml").write_text(POLICY + "# a new decision\n")
    open_home(home).close()
    open_home(home).close()
    assert [one["action"] for one in log(home)].count("policy in force") == 2


# -- names ------------------------------------------------------------------------------------------------------------
def test_a_pseudonym_is_lasting_and_of_this_home_alone(home: Path, tmp_path: Path) -> None:
    with open_home(home) as one:
        before = one.pseudonym("MRN-MADE-UP-1")
        assert one.pseudonym("MRN-MADE-UP-2") != before
        assert len(before) == 17
        assert before[0] == "P"
        assert int(before[1:], 16) >= 0
    with open_home(home) as one:
        assert one.pseudonym("MRN-MADE-UP-1") == before
    with open_home(tmp_path / "another") as other:
        assert other.pseudonym("MRN-MADE-UP-1") != before


def test_a_date_shift_is_lasting_and_never_zero(home: Path) -> None:
    with open_home(home) as one:
        shifts = [one.identity(subject(number)).days for number in range(1000)]
    with open_home(home) as one:
        assert [one.identity(subject(number)).days for number in range(1000)] == shifts
    assert -365 <= min(shifts) < -350
    assert 350 < max(shifts) <= 365
    assert 0 not in shifts
    assert 0.4 < sum(one > 0 for one in shifts) / 1000 < 0.6


# -- the log's manners ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("action", "about", "detail"),
    [("x" * 201, "", {}), ("x", "y" * 201, {}), ("x", "", {"a": "y" * 201}), ("x", "", {"y" * 201: 1})],
)
def test_content_has_no_place_in_the_log(
    custodian: Custodian, home: Path, action: str, about: str, detail: dict[str, str | int]
) -> None:
    before = log(home)
    with pytest.raises(ValueError, match="not content"):
        custodian.record(action, about, detail)
    assert log(home) == before


def test_times_are_utc_and_a_clock_that_goes_back_breaks_nothing(home: Path) -> None:
    clock = Clock()
    with open_home(home, clock=clock) as one:
        clock.at = dt.datetime(2029, 1, 1, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))
        one.record("made-up act", named("x"), {})
        trust = one.trust()
    assert log(home)[-1]["at"] == "2029-01-01T00:00:01+00:00"
    assert verifying.verify_log(home / "audit", trust)


def test_a_record_keeps_what_it_is_told(custodian: Custodian, home: Path) -> None:
    custodian.record("gate decided", named("report"), {"open": True, "asked": "research"})
    entry = log(home)[-1]
    assert (entry["action"], entry["about"]) == ("gate decided", named("report"))
    assert entry["detail"] == {"open": True, "asked": "research"}


def test_neither_identifier_nor_content_nor_secret_is_in_the_log(custodian: Custodian, home: Path) -> None:
    who = custodian.pseudonym("MRN-MADE-UP")
    custodian.write_dataset(a_set(), [(who, b"made-up content")])
    custodian.erase("MRN-MADE-UP")
    data = (home / "audit" / "entries.jsonl").read_bytes()
    assert who.encode() in data
    for word in (b"MRN-MADE-UP", b"made-up content", PASSPHRASE.encode()):
        assert word not in data


# -- keys -------------------------------------------------------------------------------------------------------------
def test_rotation_keeps_everything_readable_and_shuts_the_old_passphrase_out(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(20))
        one.append_event("cases", subject(1), b"event")
        model = one.put_model({"a": b"x"}, [])
        one.erase(subject(2))
        person = one.enrol("Ann", "clinician", PASSWORD)
        who, trust = one.pseudonym("MRN"), one.trust()
        one.rotate("a new passphrase")
        assert len(one.read_dataset(named("identified"))) == 19
    with pytest.raises(AccessDeniedError):
        open_home(home)
    with open_home(home, passphrase="a new passphrase") as one:
        assert one.read_dataset(named("identified")) == [row for row in rows(20) if row[0] != subject(2)]
        assert one.events("cases")[0][2] == b"event"
        assert one.get_model(model) == {"a": b"x"}
        assert one.authenticate("Ann", PASSWORD) == person
        assert (one.pseudonym("MRN"), one.trust()) == (who, trust)


def test_a_key_ring_from_before_a_rotation_opens_nothing_any_more(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(3))
    old = (home / "keyring.json").read_bytes()
    with open_home(home) as one:
        one.rotate("a new passphrase")
    (home / "keyring.json").write_bytes(old)
    with open_home(home) as one, pytest.raises(IntegrityError, match="does not open"):
        one.read_dataset(named("identified"))


def test_a_rotation_that_is_killed_is_ended_by_rotating_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with open_home(home) as one:
        one.write_dataset(a_set(), rows(3))
        monkeypatch.setattr("primum.custody.datakeys.wrap_anew", killed)
        with pytest.raises(KeyboardInterrupt):
            one.rotate("a new passphrase")
        monkeypatch.undo()
    with open_home(home, passphrase="a new passphrase") as one:
        assert one.read_dataset(named("identified")) == rows(3)
        one.rotate()
        assert one.read_dataset(named("identified")) == rows(3)


# -- threads ----------------------------------------------------------------------------------------------------------
def test_many_threads_are_served_one_at_a_time(custodian: Custodian, home: Path) -> None:
    custodian.write_dataset(a_set(), rows(3))
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                custodian.append_event("cases", subject(number), f"{number} {turn}".encode())
                assert custodian.read_dataset(named("identified")) == rows(3)
                custodian.put_evidence({"kind": "x", "facts": [number, turn]})
                custodian.finished(named("k"))
        except BaseException as fault:  # noqa: BLE001 - shown below
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []
    found = custodian.events("cases")
    assert [seq for seq, _, _ in found] == list(range(1, 31))
    assert {data for _, _, data in found} == {f"{number} {turn}".encode() for number in range(6) for turn in range(5)}
    assert verifying.verify_log(home / "audit", custodian.trust()).size == len(log(home))


def test_the_posture_is_the_same_in_every_home(custodian: Custodian, tmp_path: Path) -> None:
    with open_home(tmp_path / "another") as other:
        assert other.posture() == custodian.posture()
    assert custodian.posture()["encrypted_at_rest"] is True
    assert custodian.posture()["default_deny"] is True


def test_a_data_set_of_569_subjects_is_kept_and_read_within_a_second_each(custodian: Custodian) -> None:
    began = dt.datetime.now(dt.UTC)
    custodian.write_dataset(a_set(), [(subject(number), b"x" * 1000) for number in range(569)])
    assert len(custodian.read_dataset(named("identified"))) == 569
    assert (dt.datetime.now(dt.UTC) - began).total_seconds() < 2
