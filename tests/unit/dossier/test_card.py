"""The card says what the evidence says, in two languages, and nothing where there is none."""

import json
import re

import pytest

from primum.domain.evidence import Evidence
from primum.domain.gate import evidence_set, judge
from primum.domain.norm import Grade, Later
from primum.dossier import card
from primum.ids import canonical
from synthetic.gatehouse import norm, requirement, signature
from synthetic.judged import METRICS, MODEL, NOT_SHOWN, good, spoilt

HEADINGS = (
    "what", "intended_use", "not_for", "data", "performance", "limits", "explanation", "ethics", "upkeep",
)  # fmt: skip
LATER = Later(id="ART-9", citation="Art 9", why="Not built yet.", why_zh="尚未建立。")


def with_gate(evidence):
    """Return the evidence with a gate report in which one duty is signed, one stale, one open."""
    signed, stale, missing = (requirement(f"ART-{n}", Grade.ADVISORY, role="clinical-lead") for n in (1, 2, 3))
    current = evidence_set(evidence)
    report = judge(
        [norm(signed, stale, missing, later=(LATER,))],
        evidence,
        {},
        [signature(signed, current), signature(stale, MODEL)],
        Grade.ADVISORY,
    )
    return {**evidence, "gate": Evidence(kind="gate", stage="gate", made_of=(MODEL,), facts=report.as_document())}


@pytest.fixture
def made():
    return card.make(with_gate(good()), MODEL)


def test_the_card_is_plain_json_with_every_heading_in_two_languages(made):
    assert json.loads(canonical(made)) == made
    for heading in HEADINGS:
        assert made[heading]["en"].strip()
        assert re.search(r"[\u4e00-\u9fff]", made[heading]["zh"])


def test_the_card_names_the_model_and_the_evidence_it_rests_on(made):
    evidence = with_gate(good())
    assert made["model"] == MODEL
    assert made["evidence"] == {kind: one.digest for kind, one in evidence.items()}


def test_the_figures_are_those_of_the_released_scorer(made):
    assert made["performance"]["facts"]["metrics"] == METRICS
    assert "roc_auc 0.980 (0.960 to 0.990)" in made["performance"]["en"]
    assert "roc_auc 0.980（0.960 至 0.990）" in made["performance"]["zh"]


def test_what_is_not_shown_is_not_spelled():
    evidence = with_gate(spoilt(("performance/metrics/primum/roc_auc", NOT_SHOWN)))
    made = card.make(evidence, MODEL)
    assert "roc_auc" not in made["performance"]["en"]
    assert "recall 0.950" in made["performance"]["en"]


def test_uses_ruled_out_are_listed(made):
    assert made["not_for"] == {"en": "Not for: Screening.", "zh": "不得用于：Screening。", "facts": ["Screening"]}


def test_limits_tell_what_is_open_and_what_is_not_judged(made):
    facts = made["limits"]["facts"]
    assert [one["id"] for one in facts["open"]] == ["ART-2", "ART-3"]
    assert facts["not_judged"] == ["ART-9"]
    assert made["limits"]["en"].startswith("2 requirements")


def test_only_signatures_that_count_are_on_the_card(made):
    (signed,) = made["ethics"]["facts"]["signed"]
    assert signed["requirement"] == "ART-1"
    assert signed["role"] == "clinical-lead"
    assert "value" not in signed


def test_a_baseline_that_was_not_beaten_is_said_under_the_first_heading():
    said = {"en": "Log loss 0.15 did not beat 0.14.", "zh": "未胜过 0.14。"}
    made = card.make(with_gate(spoilt(("selection/beaten", False), ("selection/sentence", said))), MODEL)
    assert said["en"] in made["what"]["en"]
    assert made["what"]["facts"]["beats_baselines"] is False


def test_without_a_method_that_passed_no_reasons_are_promised():
    made = card.make(with_gate(spoilt(("faithfulness/chosen", ""))), MODEL)
    assert "no reasons are shown" in made["explanation"]["en"]
    assert "不展示理由" in made["explanation"]["zh"]


def test_without_evidence_the_card_claims_nothing():
    made = card.make({}, MODEL)
    assert json.loads(canonical(made)) == made
    assert "Not known." in made["what"]["en"]
    assert "nothing shown" in made["performance"]["en"]
    assert made["ethics"]["facts"] == {"norms": [], "signed": []}


def test_equal_evidence_gives_an_equal_card():
    assert canonical(card.make(with_gate(good()), MODEL)) == canonical(card.make(with_gate(good()), MODEL))
