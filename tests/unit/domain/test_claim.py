"""A claim reads evidence so that what is not there, or not what it should be, is no evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.domain.claim import AbsentError, Claim, Limit, Reading, Said, as_estimate, spell
from primum.domain.evidence import Estimate
from primum.domain.norm import Verdict
from synthetic.judged import LIMITS, NOT_SHOWN, as_evidence, estimate, good


class Twice(Claim):
    """The share of missing values is below one half."""

    id = "test.twice"

    def judge(self, reading, limits):
        share = reading.number("data", "columns_missing")
        reading.text("declaration", "reference_standard")
        return Said(Verdict.MET if share < limits.missing_at_most else Verdict.UNMET, f"{share}", f"{share}")


def test_a_finding_names_the_check_the_sentences_and_the_evidence_read():
    evidence = {**good(), "data": as_evidence("data", {"columns_missing": 0.1})}
    found = Twice().examine(evidence, LIMITS)
    assert found.check == "test.twice"
    assert found.verdict is Verdict.MET
    assert (found.because, found.because_zh) == ("0.1", "0.1")
    assert found.evidence == (evidence["data"].digest, evidence["declaration"].digest)


def test_missing_evidence_is_no_evidence_and_says_what_is_missing():
    found = Twice().examine({}, LIMITS)
    assert found.verdict is Verdict.NO_EVIDENCE
    assert found.because == "Not shown: there is no data evidence."
    assert found.because_zh == "未证明：没有 data 证据。"
    assert found.evidence == ()


def test_a_fact_that_is_missing_is_no_evidence_and_the_evidence_looked_at_is_named():
    evidence = good()
    found = Twice().examine(evidence, LIMITS)
    assert found.verdict is Verdict.NO_EVIDENCE
    assert "columns_missing" in found.because
    assert found.evidence == (evidence["data"].digest,)


def reading(**facts):
    return Reading({"data": as_evidence("data", facts)})


@pytest.mark.parametrize("value", ["1", True, None, [], {}])
def test_what_is_no_number_is_absent(value):
    with pytest.raises(AbsentError):
        reading(x=value).number("data", "x")


@pytest.mark.parametrize("value", [-1, 0.5, "3", False, None])
def test_what_is_no_count_is_absent(value):
    with pytest.raises(AbsentError):
        reading(x=value).count("data", "x")


@pytest.mark.parametrize("value", [1, None, ["a"], True])
def test_what_is_no_text_is_absent(value):
    with pytest.raises(AbsentError):
        reading(x=value).text("data", "x")


@pytest.mark.parametrize("value", [1, None, "text", {"a": 1}])
def test_what_is_no_list_is_absent(value):
    with pytest.raises(AbsentError):
        reading(x=value).items("data", "x")


@pytest.mark.parametrize("value", [1, None, "text", ["a"]])
def test_what_is_no_table_is_absent(value):
    with pytest.raises(AbsentError):
        reading(x=value).table("data", "x")


def test_what_is_there_is_read():
    found = reading(x={"n": 3, "words": " a ", "list": [1], "e": estimate(0.5, 0.4, 0.6, 9)})
    assert found.count("data", "x", "n") == 3
    assert found.number("data", "x", "n") == 3.0
    assert found.text("data", "x", "words") == "a"
    assert found.items("data", "x", "list") == [1]
    assert found.table("data", "x")["n"] == 3
    assert found.estimate("data", "x", "e") == Estimate(value=0.5, low=0.4, high=0.6, n=9)


def test_a_path_through_what_is_no_table_is_absent():
    with pytest.raises(AbsentError):
        reading(x=[1, 2]).take("data", "x", "0")


@pytest.mark.parametrize(
    "document",
    [
        None,
        0.9,
        NOT_SHOWN,
        {**estimate(0.9, 0.8, 1.0), "shown": False},
        {**estimate(0.9, 0.8, 1.0), "shown": 1},
        {**estimate(0.9, 0.8, 1.0), "low": None},
        {**estimate(0.9, 0.8, 1.0), "n": True},
        {"value": 0.9, "shown": True},
    ],
)
def test_what_is_not_a_shown_estimate_is_none(document):
    assert as_estimate(document) is None
    with pytest.raises(AbsentError):
        reading(x=document).estimate("data", "x")


def test_an_estimate_is_spelled_with_interval_and_n_in_both_languages():
    en, zh = spell(Estimate(value=0.9, low=0.8, high=1.0, n=42))
    assert en == "0.900 (95% interval 0.800 to 1.000, n=42)"
    assert zh == "0.900（95% 区间 0.800 至 1.000，n=42）"


LIMIT = {
    "the whole interval keeps a lower limit": (True, 0.8, 0.95, Verdict.MET),
    "the low end is the limit": (True, 0.7, 0.95, Verdict.MET),
    "the limit lies inside": (True, 0.6, 0.95, Verdict.NO_EVIDENCE),
    "the whole interval breaks a lower limit": (True, 0.5, 0.69, Verdict.UNMET),
    "the high end is the limit": (True, 0.5, 0.7, Verdict.NO_EVIDENCE),
    "the whole interval keeps an upper limit": (False, 0.1, 0.7, Verdict.MET),
    "the upper limit lies inside": (False, 0.6, 0.71, Verdict.NO_EVIDENCE),
    "the whole interval breaks an upper limit": (False, 0.71, 0.9, Verdict.UNMET),
}


@pytest.mark.parametrize(("at_least", "low", "high", "expected"), LIMIT.values(), ids=LIMIT)
def test_a_limit_is_judged_by_the_bad_end(at_least, low, high, expected):
    limit = Limit(value=0.7, at_least=at_least, en="It", zh="它")
    said = limit.judge(Estimate(value=(low + high) / 2, low=low, high=high, n=50))
    assert said.verdict is expected
    assert "0.7 is asked" in said.en
    assert "n=50" in said.zh


def test_who_decides_where_the_numbers_do_not_can_be_chosen():
    limit = Limit(value=0.7, at_least=True, en="It", zh="它")
    said = limit.judge(Estimate(value=0.8, low=0.6, high=0.9, n=50), undecided=Verdict.NEEDS_A_PERSON)
    assert said.verdict is Verdict.NEEDS_A_PERSON


@given(value=st.floats(0, 1), low=st.floats(0, 1), high=st.floats(0, 1), limit=st.floats(0, 1), at_least=st.booleans())
def test_a_worse_bad_end_never_turns_a_limit_met(value, low, high, limit, at_least):
    low, value, high = sorted((low, value, high))
    one = Limit(value=limit, at_least=at_least, en="It", zh="它")
    better = one.judge(Estimate(value=value, low=low, high=high, n=9)).verdict
    worse_low, worse_high = (low / 2, high) if at_least else (low, high + 0.1)
    worse = one.judge(Estimate(value=value, low=worse_low, high=worse_high, n=9)).verdict
    if worse is Verdict.MET:
        assert better is Verdict.MET
