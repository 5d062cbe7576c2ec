"""The report in plain words, the leave to release, and who is told to act where the gate is closed."""

import json

import pytest

from primum.domain.evidence import Evidence
from primum.domain.gate import OpenGate, admit, closed, evidence_set, judge, signable
from primum.domain.norm import Grade, Later, Verdict
from primum.errors import GateClosedError, IntegrityError
from primum.ids import canonical, digest
from synthetic.gatehouse import CURRENT, EVIDENCE, OTHER, finding, findings, norm, requirement, signature
from synthetic.judged import MODEL, as_evidence, spoilt

MET, UNMET = Verdict.MET, Verdict.UNMET
ONE = requirement("ART-1", checks=("privacy.k-anonymity",))
TWO = requirement("ART-2", Grade.SHADOW, role="privacy-officer")
THREE = requirement("ART-3", Grade.ADVISORY, ("fairness.subgroup-gap",), "clinical-lead")
NORM = norm(ONE, TWO, THREE, later=(Later(id="ART-4", citation="Art 4", why="Not built yet.", why_zh="尚未建立。"),))
GOOD = findings(**{"privacy.k-anonymity": MET, "fairness.subgroup-gap": MET})


def report(asked=Grade.RESEARCH, listed=GOOD, signatures=(), evidence=EVIDENCE):
    return judge([NORM], evidence, listed, signatures, asked)


def kept(judged, made_of=(MODEL,)):
    return Evidence(kind="gate", stage="gate", made_of=tuple(made_of), facts=judged.as_document())


def test_a_report_is_plain_json_in_the_agreed_form():
    facts = report(Grade.SHADOW, signatures=[signature(TWO)]).as_document()
    assert json.loads(canonical(facts)) == facts
    assert list(facts) == ["asked", "reached", "open", "evidence_set", "model", "norms", "counts", "sentence"]
    (one,) = facts["norms"]
    assert list(one) == [
        "id", "title", "title_zh", "jurisdiction", "status", "status_zh", "applies", "applies_zh", "requirements",
        "later",
    ]  # fmt: skip
    assert one["later"] == [{"id": "ART-4", "citation": "Art 4", "why": "Not built yet.", "why_zh": "尚未建立。"}]
    assert list(one["requirements"][0]) == [
        "id", "citation", "text", "text_zh", "from_grade", "role", "statement", "statement_zh", "confidence",
        "verdict", "because", "because_zh", "checks", "signature", "stale",
    ]  # fmt: skip
    assert one["requirements"][0]["checks"][0]["check"] == "privacy.k-anonymity"
    assert one["requirements"][1]["signature"]["name"] == "Made-Up Person"
    assert facts["counts"] == {"met": 2, "unmet": 0, "no evidence": 0, "needs a person": 1}
    assert facts["model"] == MODEL
    assert facts["evidence_set"] == CURRENT


def test_the_evidence_set_leaves_the_gates_own_report_out_and_knows_no_order():
    with_report = {"gate": kept(report()), **dict(reversed(EVIDENCE.items()))}
    assert evidence_set(with_report) == evidence_set(EVIDENCE)


def test_the_evidence_set_changes_with_any_evidence():
    sets = {evidence_set(spoilt((f"{kind}/note", "changed"))) for kind in EVIDENCE}
    assert len(sets | {CURRENT}) == len(EVIDENCE) + 1


def test_an_open_gate_says_so_first():
    judged = report()
    assert judged.sentence == "Released for research use: all 1 requirements of 1 norms at this grade are met."
    assert judged.sentence_zh == "准予按“研究”等级发布：1 项规范在此等级的 1 条要求全部满足。"


def test_a_closed_gate_says_so_first_and_counts_what_is_open():
    judged = report(Grade.ADVISORY, findings(**{"privacy.k-anonymity": MET, "fairness.subgroup-gap": UNMET}))
    assert judged.sentence == (
        "Refused for advisory use: 2 of 3 requirements are open (1 unmet, 1 for a person to sign). "
        "Reached so far: research."
    )
    assert judged.sentence_zh.startswith(
        "拒绝按“辅助参考”等级发布：3 条要求中有 2 条未满足（1 条不满足、1 条待人签署）"
    )
    assert "目前达到：研究" in judged.sentence_zh


def test_a_gate_that_reached_nothing_claims_nothing():
    judged = report(listed={})
    assert judged.reached is None
    assert "Reached" not in judged.sentence
    assert "1 without evidence" in judged.sentence
    assert judged.as_document()["reached"] == "none"


def test_a_baseline_that_was_not_beaten_is_in_the_sentence_with_its_figures():
    said = {"en": "Our model's log loss 0.15 did not beat 0.14 of logistic regression.", "zh": "未胜过 0.14。"}
    judged = report(evidence=spoilt(("selection/beaten", False), ("selection/sentence", said)))
    assert judged.sentence.endswith(said["en"])
    assert judged.sentence_zh.endswith(said["zh"])


def test_a_baseline_that_was_not_beaten_is_said_even_where_the_figures_are_missing():
    judged = report(evidence=spoilt(("selection/beaten", False), ("selection/sentence", {})))
    assert judged.sentence.endswith("Our model did not beat every baseline.")


def test_nothing_is_said_of_baselines_where_nothing_is_known():
    assert "baseline" not in report(evidence={"data": EVIDENCE["data"]}).sentence


@pytest.mark.parametrize("sealed", [None, {}, "x", {"model": ""}])
def test_a_report_on_no_tested_model_names_none(sealed):
    evidence = {"performance": as_evidence("performance", {"sealed": sealed})}
    assert report(evidence=evidence).model == ""
    assert report(evidence={}).model == ""


def test_reasons_tell_of_the_check_and_of_the_person():
    ((_, judged),) = report(Grade.ADVISORY, signatures=[signature(TWO), signature(THREE, OTHER)]).norms
    assert judged[0].because == "privacy.k-anonymity is met."
    assert judged[1].because == "Attested by Made-Up Person as privacy-officer on 2024-05-17: I attest ART-2."
    assert "隐私官" in judged[1].because_zh
    assert "evidence or statement has changed since" in judged[2].because
    assert judged[2].stale


def test_a_person_who_is_missing_is_named_by_role_and_statement():
    ((_, judged),) = report(Grade.ADVISORY).norms
    assert judged[1].because == "The privacy-officer must sign: I attest ART-2."
    assert judged[1].because_zh == "须由隐私官签署：本人证明 ART-2。"


def test_what_waits_for_a_role_is_listed_for_that_role_up_to_the_grade_asked():
    facts = report(Grade.ADVISORY).as_document()
    assert [one["id"] for one in signable(facts, "privacy-officer")] == ["ART-2"]
    assert [one["id"] for one in signable(facts, "clinical-lead")] == ["ART-3"]
    assert signable(facts, "ethics-board") == []
    assert signable(facts, "") == []
    assert signable(report(Grade.RESEARCH).as_document(), "privacy-officer") == []
    assert signable(facts, "clinical-lead")[0]["statement"] == "I attest ART-3."


def test_what_is_unmet_cannot_be_signed_away():
    facts = report(Grade.ADVISORY, findings(**{"fairness.subgroup-gap": UNMET})).as_document()
    assert signable(facts, "clinical-lead") == []


def test_what_is_signed_need_not_be_signed_again_until_it_is_stale():
    assert signable(report(Grade.SHADOW, signatures=[signature(TWO)]).as_document(), "privacy-officer") == []
    stale = report(Grade.SHADOW, signatures=[signature(TWO, OTHER)]).as_document()
    assert [one["id"] for one in signable(stale, "privacy-officer")] == ["ART-2"]


def test_a_closed_gate_lists_what_is_open_and_who_must_act():
    listed = findings(**{"privacy.k-anonymity": UNMET, "fairness.subgroup-gap": MET})
    error = closed(report(Grade.ADVISORY, listed, [signature(THREE, OTHER)]).as_document())
    assert isinstance(error, GateClosedError)
    assert "ART-1 (unmet: privacy.k-anonymity)" in error.what
    assert "ART-2 (needs a person)" in error.what
    assert "ART-3 (needs a person: the signature is stale)" in error.what
    assert "mend what is unmet" in error.remedy
    assert "the clinical-lead must read the dossier and sign" in error.remedy
    assert "the privacy-officer must" in error.remedy


def test_a_gate_closed_for_want_of_signatures_alone_asks_nobody_to_mend_anything():
    error = closed(report(Grade.SHADOW).as_document())
    assert "mend" not in error.remedy
    assert "privacy-officer" in error.remedy


def test_a_gate_without_requirements_is_closed_and_says_so():
    facts = judge([], EVIDENCE, {}, [], Grade.RESEARCH).as_document()
    assert facts["open"] is False
    assert "no requirement was judged" in closed(facts).what


def test_an_open_report_gives_leave_for_its_model_and_grade():
    assert admit(kept(report()), MODEL, EVIDENCE) == OpenGate(MODEL, Grade.RESEARCH, CURRENT)


def test_leave_is_for_the_grade_asked_not_for_the_one_reached():
    judged = report(Grade.RESEARCH, signatures=[signature(TWO), signature(THREE)])
    assert judged.reached is Grade.ADVISORY
    assert admit(kept(judged), MODEL, EVIDENCE).grade is Grade.RESEARCH


def test_a_closed_report_gives_no_leave():
    with pytest.raises(GateClosedError, match="ART-1"):
        admit(kept(report(listed={})), MODEL, EVIDENCE)


def test_a_report_about_another_model_gives_no_leave():
    with pytest.raises(IntegrityError, match="another model"):
        admit(kept(report()), digest(b"other model"), EVIDENCE)
    with pytest.raises(IntegrityError, match="another model"):
        admit(kept(report(), made_of=(OTHER,)), MODEL, EVIDENCE)


def test_a_report_on_other_evidence_gives_no_leave():
    with pytest.raises(IntegrityError, match="other evidence"):
        admit(kept(report()), MODEL, spoilt(("data/overlap", 0), ("data/duplicates", 5)))


def test_evidence_of_another_kind_is_no_report():
    with pytest.raises(IntegrityError, match="handed in"):
        admit(EVIDENCE["data"], MODEL, EVIDENCE)


@pytest.mark.parametrize("open_", [1, "yes", None, "true"])
def test_only_true_is_open(open_):
    forged = Evidence(kind="gate", stage="gate", made_of=(MODEL,), facts={**report().as_document(), "open": open_})
    with pytest.raises(GateClosedError):
        admit(forged, MODEL, EVIDENCE)


def test_a_finding_that_only_names_other_evidence_is_none():
    listed = {"privacy.k-anonymity": finding("privacy.k-anonymity", MET, (OTHER,))}
    ((_, judged),) = report(listed=listed).norms
    assert judged[0].verdict is Verdict.NO_EVIDENCE
    assert judged[0].because == "Not shown: the finding names no evidence that is at hand."
