from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from primum.custody import store, verifying
from primum.custody.custodian import Custodian, DataClass
from primum.errors import AccessDeniedError, DataError
from primum.ids import SubjectId
from unit.custody.homes import Clock, a_set, named, open_home, rows

PART, MODEL, LIMITS, EVIDENCE = named("test"), named("model"), named("limits"), named("evidence")


@pytest.fixture
def ready(custodian: Custodian) -> Custodian:
    custodian.write_dataset(a_set("test", DataClass.SEALED), rows(4))
    custodian.commit(LIMITS)
    return custodian


def last_entry(home: Path) -> dict[str, Any]:
    return verifying.read_log(home / "audit")[-1]


def test_a_sealed_part_opens_for_a_model_after_its_limits_were_committed(ready: Custodian) -> None:
    assert ready.open_sealed(PART, MODEL, LIMITS) == rows(4)


def test_without_committed_limits_it_stays_shut(ready: Custodian, home: Path) -> None:
    with pytest.raises(AccessDeniedError, match="not committed before"):
        ready.open_sealed(PART, MODEL, named("other limits"))
    assert last_entry(home)["allowed"] is False
    assert ready.openings(PART) == []


def test_limits_committed_by_a_refused_act_are_not_committed(home: Path, clock: Clock) -> None:
    with open_home(home, clock=clock) as one:
        one.write_dataset(a_set("test", DataClass.SEALED), rows(4))
    with open_home(home, purpose="another", clock=clock) as one, pytest.raises(AccessDeniedError):
        one.commit(LIMITS)
    with open_home(home, clock=clock) as one, pytest.raises(AccessDeniedError, match="not committed"):
        one.open_sealed(PART, MODEL, LIMITS)


def test_a_second_opening_is_refused_and_logged(ready: Custodian, home: Path) -> None:
    ready.open_sealed(PART, MODEL, LIMITS)
    ready.close_sealed(PART, MODEL, EVIDENCE)
    with pytest.raises(AccessDeniedError, match="second opening is refused") as refused:
        ready.open_sealed(PART, MODEL, LIMITS)
    assert EVIDENCE[:12] in refused.value.remedy
    assert last_entry(home)["allowed"] is False
    assert "second opening" in last_entry(home)["why"]


def test_another_model_has_a_look_of_its_own_and_both_are_counted(ready: Custodian) -> None:
    ready.open_sealed(PART, MODEL, LIMITS)
    ready.close_sealed(PART, MODEL, EVIDENCE)
    assert ready.open_sealed(PART, named("another"), LIMITS) == rows(4)
    found = ready.openings(PART)
    assert [(one["model"], one["limits"], one["evidence"]) for one in found] == [
        (MODEL, LIMITS, EVIDENCE),
        (named("another"), LIMITS, ""),
    ]
    assert all(one["opened_at"].startswith("2030-01-01T12:") for one in found)


def test_an_opening_that_was_killed_goes_on_with_the_same_limits_and_is_logged_as_resumed(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set("test", DataClass.SEALED), rows(4))
        one.commit(LIMITS)
        one.open_sealed(PART, MODEL, LIMITS)
    with open_home(home) as one:
        assert one.open_sealed(PART, MODEL, LIMITS) == rows(4)
        assert last_entry(home)["detail"]["how"] == "resumed"
        assert len(one.openings(PART)) == 1
        one.close_sealed(PART, MODEL, EVIDENCE)
    with open_home(home) as one, pytest.raises(AccessDeniedError, match="second opening"):
        one.open_sealed(PART, MODEL, LIMITS)


def test_a_killed_opening_does_not_go_on_with_other_limits(ready: Custodian) -> None:
    ready.open_sealed(PART, MODEL, LIMITS)
    ready.commit(named("easier limits"))
    with pytest.raises(AccessDeniedError, match="cannot be changed after a look"):
        ready.open_sealed(PART, MODEL, named("easier limits"))


def test_the_store_cannot_be_made_to_forget_an_opening(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set("test", DataClass.SEALED), rows(4))
        one.commit(LIMITS)
        one.open_sealed(PART, MODEL, LIMITS)
        one.close_sealed(PART, MODEL, EVIDENCE)
        with one._door.store.transaction() as work:
            for table in (store.lineage, store.stages, store.releases):
                work.execute(sa.delete(table))
    with open_home(home) as one, pytest.raises(AccessDeniedError, match="second opening"):
        one.open_sealed(PART, MODEL, LIMITS)


def test_closing_twice_with_the_same_evidence_is_once(ready: Custodian, home: Path) -> None:
    ready.open_sealed(PART, MODEL, LIMITS)
    ready.close_sealed(PART, MODEL, EVIDENCE)
    count = len(verifying.read_log(home / "audit"))
    ready.close_sealed(PART, MODEL, EVIDENCE)
    assert len(verifying.read_log(home / "audit")) == count


def test_the_evidence_of_a_look_cannot_be_exchanged(ready: Custodian) -> None:
    ready.open_sealed(PART, MODEL, LIMITS)
    ready.close_sealed(PART, MODEL, EVIDENCE)
    with pytest.raises(AccessDeniedError, match="no open look"):
        ready.close_sealed(PART, MODEL, named("better evidence"))
    assert ready.openings(PART)[0]["evidence"] == EVIDENCE


def test_what_was_not_opened_cannot_be_closed(ready: Custodian) -> None:
    with pytest.raises(AccessDeniedError, match="no open look"):
        ready.close_sealed(PART, MODEL, EVIDENCE)


def test_what_is_not_sealed_is_not_opened_so(ready: Custodian) -> None:
    ready.write_dataset(a_set("development", DataClass.PSEUDONYMISED), rows(2))
    with pytest.raises(AccessDeniedError, match="no sealed part") as refused:
        ready.open_sealed(named("development"), MODEL, LIMITS)
    assert "read_dataset" in refused.value.remedy


def test_a_part_that_is_not_there_is_a_data_error(ready: Custodian) -> None:
    with pytest.raises(DataError):
        ready.open_sealed(named("nothing"), MODEL, LIMITS)


def test_an_opening_needs_a_grant(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set("test", DataClass.SEALED), rows(4))
        one.commit(LIMITS)
    with open_home(home, purpose="another") as one:
        with pytest.raises(AccessDeniedError, match="sealed data"):
            one.open_sealed(PART, MODEL, LIMITS)
        assert one.openings(PART) == []


def test_the_log_says_which_limits_which_model_and_how_many_subjects(ready: Custodian, home: Path) -> None:
    ready.open_sealed(PART, MODEL, LIMITS)
    entry = last_entry(home)
    assert entry["about"] == PART
    assert entry["detail"] == {"model": MODEL, "limits": LIMITS, "subjects": 4, "how": "first"}


def test_the_same_people_under_another_name_are_not_a_new_test(ready: Custodian) -> None:
    ready.open_sealed(PART, MODEL, LIMITS)
    ready.close_sealed(PART, MODEL, EVIDENCE)
    ready.write_dataset(a_set("test again", DataClass.SEALED), rows(2))
    ready.commit(named("softer limits"))
    with pytest.raises(AccessDeniedError, match="second opening is refused"):
        ready.open_sealed(named("test again"), MODEL, named("softer limits"))
    assert ready.open_sealed(named("test again"), named("another"), LIMITS) == rows(2)
    assert {one["model"] for one in ready.openings(named("test again"))} == {MODEL, named("another")}


def test_people_nobody_has_looked_at_are_a_new_test(ready: Custodian) -> None:
    ready.open_sealed(PART, MODEL, LIMITS)
    ready.close_sealed(PART, MODEL, EVIDENCE)
    fresh = [(SubjectId(f"P{number:016x}"), b"row") for number in range(900, 903)]
    ready.write_dataset(a_set("elsewhere", DataClass.SEALED), fresh)
    assert ready.open_sealed(named("elsewhere"), MODEL, LIMITS) == fresh
    assert [one["evidence"] for one in ready.openings(named("elsewhere"))] == [""]
