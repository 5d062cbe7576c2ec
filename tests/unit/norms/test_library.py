"""The library reads norms strictly, and every norm in it can be judged."""

import datetime as dt
import re

import pytest

from primum import plugins
from primum.domain.norm import ROLES, Grade
from primum.errors import IntegrityError, StudyError
from primum.norms import library

NORMS = library.names()
REQUIREMENTS = [one for name in NORMS for one in library.load(name).requirements]
LATER = [one for name in NORMS for one in library.load(name).later]
CHINESE = re.compile(r"[\u4e00-\u9fff]")

GOOD = """
id: made-up
title: A made-up norm
title_zh: 虚构规范
jurisdiction: nowhere
status: Made up.
status_zh: 虚构。
applies:
  "2024-01-01": everything
applies_zh:
  "2024-01-01": 全部
requirements:
  - id: MADE-UP-1
    citation: Art 1
    text: Do no harm.
    text_zh: 不伤害。
    from_grade: research
    checks: [privacy.k-anonymity]
  - id: MADE-UP-2
    citation: Art 2
    text: Somebody answers for it.
    text_zh: 有人负责。
    from_grade: advisory
    role: clinical-lead
    statement: I do.
    statement_zh: 我负责。
later:
  - id: MADE-UP-3
    citation: Art 3
    why: Not built yet.
    why_zh: 尚未建立。
"""


def test_a_norm_is_read_whole():
    norm = library.parse("made-up", GOOD)
    assert norm.title == "A made-up norm"
    assert norm.applies == {"2024-01-01": "everything"}
    assert (norm.status_zh, norm.applies_zh) == ("虚构。", {"2024-01-01": "全部"})
    one, two = norm.requirements
    assert one.checks == ("privacy.k-anonymity",)
    assert one.from_grade is Grade.RESEARCH
    assert (one.role, one.statement) == ("", "")
    assert one.confidence == "high"
    assert two.role == "clinical-lead"
    assert two.checks == ()
    assert [three.id for three in norm.later] == ["MADE-UP-3"]


FAULTS = {
    "an unknown field": ("jurisdiction: nowhere", "jurisdiction: nowhere\ncountry: X", "country"),
    "a missing field": ("title_zh: 虚构规范\n", "", "title_zh"),
    "an empty text": ("text: Do no harm.", "text: ''", "text"),
    "a number for a text": ("status: Made up.", "status: 3", "status"),
    "a status in one language": ("status_zh: 虚构。\n", "", "status_zh"),
    "a day in one language": ('applies_zh:\n  "2024-01-01": 全部\n', "", "the same days"),
    "an unknown grade": ("from_grade: research", "from_grade: autonomous", "from_grade"),
    "an unknown role": ("role: clinical-lead", "role: janitor", "there is no role 'janitor'"),
    "neither check nor role": ("    checks: [privacy.k-anonymity]\n", "", "neither a check nor a role"),
    "a role without a Chinese statement": ("    statement_zh: 我负责。\n", "", "both languages"),
    "a statement without a role": ("    role: clinical-lead\n", "    checks: [a.b]\n", "both languages"),
    "an id listed twice": ("id: MADE-UP-2", "id: MADE-UP-1", "listed twice: MADE-UP-1"),
    "an id judged and not judged": ("id: MADE-UP-3", "id: MADE-UP-1", "listed twice: MADE-UP-1"),
    "an id in another spelling": ("id: MADE-UP-1", "id: made up", "id"),
    "an unknown confidence": ("from_grade: research", "from_grade: research\n    confidence: sure", "confidence"),
    "a date that is none": ('"2024-01-01"', '"soon"', "applies"),
    "another name than its file's": ("id: made-up", "id: other", "calls itself 'other'"),
    "no YAML": ("requirements:", "requirements: [", "malformed"),
    "code": ("status: Made up.", "status: !!python/object/apply:os.getcwd []", "malformed"),
}


@pytest.mark.parametrize(("old", "new", "words"), FAULTS.values(), ids=FAULTS)
def test_a_malformed_norm_stops_everything(old, new, words):
    assert old in GOOD
    with pytest.raises(IntegrityError, match="made-up") as caught:
        library.parse("made-up", GOOD.replace(old, new, 1))
    assert words in caught.value.what
    assert caught.value.remedy


def test_a_text_that_is_no_mapping_is_malformed():
    with pytest.raises(IntegrityError):
        library.parse("made-up", "- a\n- b\n")


def test_a_norm_nobody_knows_is_the_study_authors_matter():
    with pytest.raises(StudyError, match="no norm named 'code-of-hammurabi'") as caught:
        library.load("code-of-hammurabi")
    assert "eu-ai-act" in caught.value.remedy


@pytest.mark.parametrize("name", ["../primum", "primum.yaml", "", "PRIMUM"])
def test_a_name_is_a_name_and_no_path(name):
    with pytest.raises(StudyError):
        library.load(name)


def test_our_own_rules_come_first_whatever_is_chosen_and_each_norm_once():
    assert [one.id for one in library.applied(["who", "gdpr", "who"])] == ["primum", "who", "gdpr"]
    assert [one.id for one in library.applied(["gdpr", "primum"])] == ["primum", "gdpr"]
    assert [one.id for one in library.applied([])] == ["primum"]


def test_the_digest_tells_which_norms_were_read():
    assert library.digest(["gdpr"]) == library.digest(["primum", "gdpr"])
    assert library.digest(["gdpr"]) != library.digest(["gdpr", "who"])


def test_the_norms_a_study_may_name_are_there():
    assert {
        "eu-ai-act", "gdpr", "hipaa", "pipl", "fda-gmlp", "cfr-11", "hti-1", "tripod-ai", "who", "primum",
    } <= set(NORMS)  # fmt: skip


@pytest.mark.parametrize("name", NORMS)
def test_a_norm_says_in_two_languages_what_it_is_and_when_it_applies(name):
    norm = library.load(name)
    assert norm.id == name
    assert norm.jurisdiction
    assert norm.status
    assert CHINESE.search(norm.title_zh)
    assert CHINESE.search(norm.status_zh)
    assert set(norm.applies) == set(norm.applies_zh)
    for day in norm.applies:
        dt.date.fromisoformat(day)


@pytest.mark.parametrize("one", REQUIREMENTS, ids=lambda one: one.id)
def test_a_requirement_can_be_met_and_is_told_in_two_languages(one):
    assert set(one.checks) <= set(plugins.names("check"))
    assert len(set(one.checks)) == len(one.checks)
    assert CHINESE.search(one.text_zh)
    assert not CHINESE.search(one.text)
    if one.role:
        assert one.role in ROLES
        assert one.from_grade is not Grade.RESEARCH, "research is proven by the pipeline alone"
        assert CHINESE.search(one.statement_zh)


@pytest.mark.parametrize("one", REQUIREMENTS, ids=lambda one: one.id)
def test_a_check_that_may_leave_it_to_a_person_stands_beside_a_role(one):
    if {"fairness.subgroup-gap", "calibration.class-coverage"} & set(one.checks):
        assert one.role


@pytest.mark.parametrize("one", LATER, ids=lambda one: one.id)
def test_what_is_not_judged_yet_says_why_in_two_languages(one):
    assert one.why.endswith(".")
    assert CHINESE.search(one.why_zh)


def test_identifiers_are_unique_over_all_norms():
    ids = [one.id for one in (*REQUIREMENTS, *LATER)]
    assert sorted(ids) == sorted(set(ids))


def test_every_check_serves_some_requirement():
    assert {check for one in REQUIREMENTS for check in one.checks} == set(plugins.TABLE["check"])


def test_our_own_rules_let_nobody_reach_advisory_without_a_person():
    for grade, roles in ((Grade.SHADOW, {"ethics-board"}), (Grade.ADVISORY, {"clinical-lead"})):
        assert {one.role for one in library.load("primum").requirements if one.from_grade is grade} >= roles


@pytest.mark.parametrize("grade", list(Grade))
def test_every_grade_asks_more_of_every_study_than_the_one_below(grade):
    assert any(one.from_grade is grade for one in library.load("primum").requirements)
