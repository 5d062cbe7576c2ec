"""The gate as tables: what checks found and who signed, against the verdict; then requirements against the grade."""

import pytest

from primum import plugins
from primum.domain.gate import NONE, judge
from primum.domain.norm import Grade, Verdict
from primum.ids import digest
from primum.norms import library
from synthetic.gatehouse import CURRENT, EVIDENCE, OTHER, finding, norm, requirement, signature
from synthetic.judged import LIMITS, MODEL, NOT_SHOWN, estimate, good, spoilt

MET, UNMET, ABSENT, PERSON = Verdict.MET, Verdict.UNMET, Verdict.NO_EVIDENCE, Verdict.NEEDS_A_PERSON
LEAD = "clinical-lead"

# what the checks found | role asked | signature | verdict | stale
VERDICTS = [
    # checks alone
    ("met",                   "",   "none",            MET,    False),
    ("met, met",              "",   "none",            MET,    False),
    ("met, unmet",            "",   "none",            UNMET,  False),
    ("met, no evidence",      "",   "none",            ABSENT, False),
    ("unmet, no evidence",    "",   "none",            UNMET,  False),
    ("met, needs a person",   "",   "none",            PERSON, False),
    ("unmet, needs a person", "",   "none",            UNMET,  False),
    ("met, not examined",     "",   "none",            ABSENT, False),
    ("met on nothing",        "",   "none",            ABSENT, False),
    ("met on other evidence", "",   "none",            ABSENT, False),
    ("unmet on nothing",      "",   "none",            UNMET,  False),
    ("needs a person on nothing", LEAD, "good",        ABSENT, False),
    ("",                      "",   "none",            ABSENT, False),
    # a person alone
    ("",                      LEAD, "none",            PERSON, False),
    ("",                      LEAD, "good",            MET,    False),
    ("",                      LEAD, "Chinese",         MET,    False),
    ("",                      LEAD, "old evidence",    PERSON, True),
    ("",                      LEAD, "old statement",   PERSON, True),
    ("",                      LEAD, "old, then good",  MET,    False),
    ("",                      LEAD, "other role",      PERSON, False),
    ("",                      LEAD, "other duty",      PERSON, False),
    # checks and a person
    ("met",                   LEAD, "none",            PERSON, False),
    ("met",                   LEAD, "good",            MET,    False),
    ("needs a person",        LEAD, "none",            PERSON, False),
    ("needs a person",        LEAD, "good",            MET,    False),
    ("needs a person",        LEAD, "old evidence",    PERSON, True),
    ("unmet",                 LEAD, "good",            UNMET,  False),
    ("no evidence",           LEAD, "good",            ABSENT, False),
    ("needs a person",        "",   "nobody asked",    PERSON, False),
]  # fmt: skip


def found(words):
    """Return findings of checks named by their place, as the first column tells; what was not examined is not there."""
    listed = {}
    for place, word in enumerate(words.split(", ") if words else []):
        verdict, _, ground = word.partition(" on ")
        seen = {"": (EVIDENCE["data"].digest,), "nothing": (), "other evidence": (OTHER,)}[ground]
        if verdict != "not examined":
            listed[f"check.{place}"] = finding(f"check.{place}", Verdict(verdict), seen)
    return listed


def signed(words, asked):
    """Return the signatures the third column tells of."""
    return {
        "none": [],
        "good": [signature(asked)],
        "Chinese": [signature(asked, meaning=asked.statement_zh)],
        "old evidence": [signature(asked, OTHER)],
        "old statement": [signature(asked, meaning="I attest something else.")],
        "old, then good": [signature(asked, OTHER), signature(asked, signed_at="2024-06-01T00:00:00+00:00")],
        "other role": [signature(asked, role="security-officer")],
        "other duty": [signature(asked, requirement="ART-2")],
        "nobody asked": [signature(asked, role=LEAD), signature(asked, role="")],
    }[words]


@pytest.mark.parametrize(("checks", "role", "who", "verdict", "stale"), VERDICTS)
def test_a_requirement_gets_its_verdict(checks, role, who, verdict, stale):
    count = len(checks.split(", ")) if checks else 0
    asked = requirement("ART-1", checks=tuple(f"check.{place}" for place in range(count)), role=role)
    report = judge([norm(asked)], EVIDENCE, found(checks), signed(who, asked), Grade.RESEARCH)
    ((_, (judged,)),) = report.norms
    assert judged.verdict is verdict
    assert judged.stale is stale
    assert len(judged.findings) == count
    assert judged.because
    assert judged.because_zh
    assert report.is_open == (verdict is MET)


# requirements met at research, shadow, advisory (- where there is none) | grade asked | grade reached | open
GRADES = [
    ("yes yes yes", "research", "advisory", True),
    ("yes yes yes", "advisory", "advisory", True),
    ("yes yes no",  "research", "shadow",   True),
    ("yes yes no",  "shadow",   "shadow",   True),
    ("yes yes no",  "advisory", "shadow",   False),
    ("yes no yes",  "research", "research", True),
    ("yes no yes",  "shadow",   "research", False),
    ("yes no yes",  "advisory", "research", False),
    ("no yes yes",  "research", NONE,       False),
    ("no yes yes",  "advisory", NONE,       False),
    ("no no no",    "research", NONE,       False),
    ("yes - -",     "advisory", "advisory", True),
    ("yes - no",    "shadow",   "shadow",   True),
    ("- yes yes",   "research", NONE,       False),
    ("- - -",       "research", NONE,       False),
]  # fmt: skip


@pytest.mark.parametrize(("row", "asked", "reached", "is_open"), GRADES)
def test_grades_are_reached_from_below(row, asked, reached, is_open):
    requirements, listed = [], {}
    for grade, word in zip(Grade, row.split(), strict=True):
        if word != "-":
            check = f"check.{grade}"
            requirements.append(requirement(f"ART-{grade}", grade, (check,)))
            listed[check] = finding(check, MET if word == "yes" else UNMET)
    report = judge([norm(*requirements)], EVIDENCE, listed, [], Grade(asked)).as_document()
    assert report["reached"] == reached
    assert report["open"] is is_open


# what is wrong with otherwise good evidence | a requirement it must leave open | with which verdict
LAW = [
    (("privacy/direct_identifiers_left", 1),                 "US-HIPAA-514b2",  UNMET),
    (("privacy/canaries/found", 1),                          "PRIMUM-1",        UNMET),
    (("privacy/canaries/planted", 0),                        "CN-GB37964",      ABSENT),
    (("intake/purpose_permitted", False),                    "EU-GDPR-05b",     UNMET),
    (("intake/lawful_ground", ""),                           "EU-GDPR-05a",     ABSENT),
    (("data/overlap", 1),                                    "US-FDA-GMLP-4",   UNMET),
    (("data/columns/0/missing", 0.9),                        "EU-AIA-10-3",     UNMET),
    (("declaration/reference_standard", ""),                 "US-FDA-GMLP-5",   ABSENT),
    (("performance/sealed/committed_before_opening", False), "EU-AIA-09-8",     UNMET),
    (("performance/sealed/limits", digest(b"other")),        "EU-AIA-09-8",     UNMET),
    (("performance/metrics/primum/recall", NOT_SHOWN),       "EU-AIA-09-8",     ABSENT),
    (("performance/metrics/primum/roc_auc", estimate(0.6, 0.5, 0.7)), "EU-AIA-15-1", UNMET),
    (("performance/calibration/ece_debiased", 0.4),          "EU-AIA-15-1",     UNMET),
    (("performance/calibration/slope", NOT_SHOWN),           "REP-TRIPODAI",    ABSENT),
    (("performance/subgroup_gap/age", estimate(0.3, 0.25, 0.35)), "US-1557",    UNMET),
    (("performance/subgroup_gap/age", NOT_SHOWN),            "US-1557",         PERSON),
    (("performance/subgroups", []),                          "EU-GDPR-35",      ABSENT),
    (("performance/conformal/by_class/malignant", estimate(0.5, 0.4, 0.6)), "PRIMUM-11", UNMET),
    (("selection/beaten", False),                            "REP-MICLAIM",     UNMET),
    (("faithfulness/chosen", ""),                            "WHO-2021-3",      ABSENT),
    (("custody/log_verified", False),                        "US-HIPAA-312c",   UNMET),
    (("custody/default_deny", False),                        "US-HIPAA-502b",   UNMET),
    (("custody/encrypted_at_rest", False),                   "CN-PIPL-51",      UNMET),
    (("declaration/intended_use/not_for", []),               "CN-NMPA-TERM",    ABSENT),
    (("declaration/intended_use/grade", "autonomous"),       "WHO-2021-1",      UNMET),
    (("declaration/validity_days", 0),                       "REP-FACTS",       ABSENT),
]  # fmt: skip


NORMS = library.applied(library.names())


def examined(evidence):
    return {check: plugins.load("check", check).examine(evidence, LIMITS) for check in plugins.names("check")}


def judged_by_all_norms(evidence, signatures=(), grade=Grade.RESEARCH):
    return judge(NORMS, evidence, examined(evidence), signatures, grade)


def verdicts(report):
    return {one.requirement.id: one.verdict for _, judged in report.norms for one in judged}


@pytest.mark.parametrize(("change", "name", "verdict"), LAW, ids=[f"{name}: {change[0]}" for change, name, _ in LAW])
def test_what_is_wrong_leaves_the_law_unmet(change, name, verdict):
    report = judged_by_all_norms(spoilt(change))
    assert verdicts(report)[name] is verdict
    asked = {one.requirement.id: one.requirement for _, judged in report.norms for one in judged}[name]
    assert report.is_open == (asked.from_grade is not Grade.RESEARCH)


def test_good_evidence_alone_reaches_research_and_no_more():
    report = judged_by_all_norms(good())
    assert report.reached is Grade.RESEARCH
    assert report.model == MODEL
    assert set(verdicts(report).values()) == {MET, PERSON}


@pytest.mark.parametrize("kind", sorted(set(good()) - {"pretraining"}))
def test_a_kind_of_evidence_that_is_missing_keeps_some_grade_shut(kind):
    evidence = {name: one for name, one in good().items() if name != kind}
    signatures = everybody(evidence)
    report = judged_by_all_norms(evidence, signatures, Grade.ADVISORY)
    assert ABSENT in verdicts(report).values()
    assert not report.is_open


def everybody(evidence):
    """Return the signature of every requirement that asks one."""
    current = judge([], evidence, {}, [], Grade.RESEARCH).evidence_set
    requirements = [two for one in NORMS for two in one.requirements]
    return [signature(one, current) for one in requirements if one.role]


def test_good_evidence_and_every_signature_reach_advisory():
    report = judged_by_all_norms(good(), everybody(good()), Grade.ADVISORY)
    assert report.is_open
    assert set(verdicts(report).values()) == {MET}


def test_one_signature_less_keeps_advisory_shut():
    signatures, listed = everybody(good()), examined(good())
    for left_out in range(len(signatures)):
        kept = signatures[:left_out] + signatures[left_out + 1 :]
        report = judge(NORMS, good(), listed, kept, Grade.ADVISORY)
        assert not report.is_open
        assert list(verdicts(report).values()).count(PERSON) == 1


def test_signatures_over_other_evidence_count_for_nothing():
    report = judged_by_all_norms(spoilt(("intake/subjects", 999)), everybody(good()), Grade.ADVISORY)
    assert report.evidence_set != CURRENT
    assert not report.is_open
    assert all(one.stale for _, judged in report.norms for one in judged if one.requirement.role)
