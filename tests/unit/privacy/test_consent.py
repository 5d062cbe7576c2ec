"""Consent and objections: every answer must mean consent, an objection holds whatever else is known."""

import pytest

from primum.domain.grounds import Consent
from primum.domain.record import Record
from primum.errors import DataError
from primum.ids import SubjectId
from primum.privacy import consent

ASKED = Consent(column="agreed", granted=("yes", "broad"))


def record(**payload):
    return Record(subject=SubjectId("W1"), modality="table", source="lab", payload=payload)


@pytest.mark.parametrize("answers", [["yes"], ["broad"], ["yes", "broad"], ["yes; broad"], [" yes "], [None, "yes"]])
def test_consent_is_what_the_study_lists(answers):
    assert consent.has_consented([record(agreed=one) for one in answers], ASKED)


@pytest.mark.parametrize("answers", [["no"], ["yes", "no"], ["yes; no"], ["YES"], [""], ["yes;"], [None], [], [1]])
def test_anything_else_is_none(answers):
    assert not consent.has_consented([record(agreed=one) for one in answers], ASKED)


def test_a_record_of_a_source_that_does_not_ask_says_nothing():
    assert consent.has_consented([record(size="1"), record(agreed="yes")], ASKED)
    assert not consent.has_consented([record(size="1")], ASKED)


@pytest.mark.parametrize("asked", [None, Consent(opt_out="list.txt")])
def test_where_no_column_is_named_nobody_is_asked(asked):
    assert consent.has_consented([record(agreed="no")], asked)


def test_an_objection_holds_against_consent_and_is_counted_once():
    records = {one: [record(agreed="yes")] for one in ("W-1", "W2", "W3")} | {"W4": [record(agreed="no")]}
    found = consent.sorted_out(records, ASKED, ["w1", "W4", "W9"])
    assert found.kept == {"W2", "W3"}
    assert found.objecting == {"W-1", "W4"}
    assert found.without == frozenset()


def test_identifiers_without_letters_or_digits_are_told_apart():
    records = {"--": [record()], "++": [record()]}
    assert consent.sorted_out(records, None, ["--"]).kept == {"++"}


def test_a_list_is_read_a_line_an_identifier(tmp_path):
    (tmp_path / "list.txt").write_text("W2\n\n W1 \nW2\r\n", encoding="utf-8-sig")
    assert consent.objections(Consent(opt_out="list.txt"), tmp_path) == ["W1", "W2"]
    assert consent.objections(None, tmp_path) == consent.objections(ASKED, tmp_path) == []


def test_a_missing_list_is_no_empty_list(tmp_path):
    with pytest.raises(DataError, match=r"list\.txt") as refused:
        consent.objections(Consent(opt_out="list.txt"), tmp_path)
    assert "empty file" in refused.value.remedy


def told(by_column, by_list):
    left = {"without_consent": 7, "objected": None}
    return {"by_column": by_column, "by_list": by_list, "in_sources": None, "left_out": left}


def test_the_flow_tells_what_was_asked():
    assert consent.in_flow(told(by_column=False, by_list=False)) == ([], [])
    steps, reasons = consent.in_flow(told(by_column=True, by_list=True))
    assert [one[2] for one in steps] == [None]
    assert [one[2] for one in reasons] == [7, None]
    assert all(en and zh for en, zh, _ in steps + reasons)
