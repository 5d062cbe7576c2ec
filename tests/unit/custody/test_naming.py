"""Names of subjects: one identity in all data, the way back for those permitted, nothing left of the erased."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from primum.custody import store, verifying
from primum.custody.custodian import Custodian
from primum.errors import AccessDeniedError, DataError, IntegrityError
from primum.ids import SubjectId
from unit.custody.homes import POLICY, PURPOSE, a_set, named, open_home, subject

LISTED = ["MRN-MADE-UP-1", "MRN-MADE-UP-2", "号-3"]


def log(home: Path) -> list[dict[str, Any]]:
    return verifying.read_log(home / "audit")


# -- one identity -----------------------------------------------------------------------------------------------------
def test_one_identity_holds_in_every_session_and_differs_between_subjects_and_homes(home: Path, tmp_path: Path) -> None:
    with open_home(home) as one:
        (first, second, _) = one.admit(LISTED)
        before = one.identity(first)
        assert one.identity(second).key != before.key
    with open_home(home) as one:
        assert one.identity(first) == before
        one.rotate("a new passphrase")
        assert one.identity(first) == before, "keys are wrapped anew, what they derive stays"
    with open_home(tmp_path / "another") as other:
        assert other.identity(other.admit(LISTED)[0]).key != before.key


def test_a_subject_that_is_met_at_the_desk_first_keeps_its_identity_when_it_is_admitted(custodian: Custodian) -> None:
    who = custodian.pseudonym(LISTED[0])
    before = custodian.identity(who)
    assert custodian.admit(LISTED) == [who, *custodian.admit(LISTED[1:])]
    assert custodian.identity(who) == before


def test_the_key_is_not_shown_where_an_identity_is_printed(custodian: Custodian) -> None:
    identity = custodian.identity(subject(1))
    assert identity.key.hex() not in repr(identity)
    assert "key" not in repr(identity)


def test_the_identity_of_an_erased_subject_is_gone(custodian: Custodian) -> None:
    first, second, _ = custodian.admit(LISTED)
    before = custodian.identity(second)
    custodian.erase(LISTED[0])
    with pytest.raises(DataError, match="was erased"):
        custodian.identity(first)
    with pytest.raises(DataError, match="was erased"):
        custodian.admit(LISTED)
    assert custodian.identity(second) == before


# -- the way back -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("at", range(3))
def test_the_way_back_gives_exactly_the_original_identifier(custodian: Custodian, at: int) -> None:
    assert custodian.identify(custodian.admit(LISTED)[at], "an unexpected finding") == LISTED[at]


def test_going_back_is_logged_with_its_reason_and_without_the_identifier(custodian: Custodian, home: Path) -> None:
    who = custodian.admit(LISTED)[0]
    custodian.identify(who, "an unexpected finding")
    entry = log(home)[-1]
    assert (entry["action"], entry["about"], entry["allowed"]) == ("identify subject", who, True)
    assert entry["detail"] == {"because": "an unexpected finding"}
    assert entry["purpose"] == PURPOSE
    assert LISTED[0].encode() not in (home / "audit" / "entries.jsonl").read_bytes()


def test_whoever_may_read_identified_data_may_not_go_back_and_the_attempt_is_logged(home: Path) -> None:
    with open_home(home) as one:
        who = one.admit(LISTED)[0]
    (home / "access.yaml").write_text(POLICY.replace("[read, write, identify]", "[read, write]"))
    with open_home(home) as one:
        with pytest.raises(AccessDeniedError, match="may not identify identified data") as refused:
            one.identify(who, "curiosity")
        assert "actions: [identify]" in refused.value.remedy
        assert LISTED[0] not in str(refused.value)
    (entry,) = [one for one in log(home) if one["action"] == "identify subject"]
    assert entry["allowed"] is False


@pytest.mark.parametrize(("actor", "purpose"), [("ann", "another purpose"), ("eve", "audit")])
def test_going_back_for_another_purpose_is_refused(home: Path, actor: str, purpose: str) -> None:
    with open_home(home) as one:
        who = one.admit(LISTED)[0]
    with open_home(home, actor=actor, purpose=purpose) as one, pytest.raises(AccessDeniedError, match="may not"):
        one.identify(who, "a finding")


@pytest.mark.parametrize("because", ["", "  \n", "a finding " * 30])
def test_going_back_without_a_reason_is_refused_and_logged(custodian: Custodian, home: Path, because: str) -> None:
    who = custodian.admit(LISTED)[0]
    with pytest.raises(DataError, match="No reason"):
        custodian.identify(who, because)
    assert log(home)[-1]["allowed"] is False


@pytest.mark.parametrize("word", [LISTED[0], "P12", "P0123456789abcdeg", ""])
def test_what_is_no_pseudonym_is_refused_and_never_in_the_log(custodian: Custodian, home: Path, word: str) -> None:
    custodian.admit(LISTED)
    with pytest.raises(DataError, match="no pseudonym") as refused:
        custodian.identify(SubjectId(word), "a finding")
    entry = log(home)[-1]
    assert (entry["action"], entry["about"], entry["detail"], entry["allowed"]) == ("identify subject", "", {}, False)
    assert LISTED[0] not in f"{refused.value}{refused.value.remedy}"
    assert LISTED[0].encode() not in (home / "audit" / "entries.jsonl").read_bytes()


def test_there_is_no_way_back_for_the_erased_and_the_unknown(custodian: Custodian) -> None:
    who = custodian.admit(LISTED)[0]
    custodian.erase(LISTED[0])
    for one in (who, subject(77)):
        with pytest.raises(DataError, match="not known here, or was erased"):
            custodian.identify(one, "a finding")
    assert custodian.identify(custodian.pseudonym(LISTED[1]), "a finding") == LISTED[1]


def test_an_identifier_moved_to_another_subject_is_found(home: Path) -> None:
    with open_home(home) as one:
        first, second, _ = one.admit(LISTED)
    with closing(store.Store(home / "store.db")) as kept, kept.transaction() as work:
        query = sa.select(store.identifiers.c.sealed).where(store.identifiers.c.subject == first)
        moved = work.execute(query).scalar_one()
        work.execute(sa.update(store.identifiers).where(store.identifiers.c.subject == second).values(sealed=moved))
    with open_home(home) as one:
        assert one.identify(first, "a finding") == LISTED[0]
        with pytest.raises(IntegrityError, match="not as it was kept"):
            one.identify(second, "a finding")


def test_identifiers_lie_sealed_on_the_disk_and_admitting_twice_changes_nothing(home: Path) -> None:
    with open_home(home) as one:
        assert one.admit(LISTED) == one.admit(LISTED)
        one.write_dataset(a_set(), [(who, b"x") for who in one.admit(LISTED)])
        assert one.describe(named("identified")).subjects == 3
    for file in home.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert not any(one.encode() in data for one in LISTED), file.name


def test_a_home_made_before_identifiers_were_kept_opens_and_keeps_them_from_now_on(home: Path) -> None:
    with open_home(home) as one:
        who = one.pseudonym(LISTED[0])
        one.write_dataset(a_set(), [(who, b"x")])
    with closing(store.Store(home / "store.db")) as kept, kept.transaction() as work:
        store.identifiers.drop(work)
    with open_home(home) as one:
        with pytest.raises(DataError, match="not known here"):
            one.identify(who, "a finding")
        one.admit(LISTED)
        assert one.identify(who, "a finding") == LISTED[0]
