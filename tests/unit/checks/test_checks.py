"""Each check against evidence that is good, spoilt in one place, or missing: the verdict, figures in both sentences."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum import plugins
from primum.domain.norm import Verdict
from primum.domain.study import Limits
from synthetic.judged import FACTS, LIMITS, NOT_SHOWN, REMOVED, estimate, good, spoilt

MET, UNMET, ABSENT, PERSON = Verdict.MET, Verdict.UNMET, Verdict.NO_EVIDENCE, Verdict.NEEDS_A_PERSON
CHECKS = plugins.names("check")
HASH = "ab" * 32

# check: rows of (what was changed in the good evidence, verdict, words of the English sentence)
TABLE = {
    "privacy.no-direct-identifiers": [
        ([("privacy/direct_identifiers_left", 3)], UNMET, "3 direct identifiers"),
        ([("privacy/direct_identifiers_left", None)], ABSENT, "does not show"),
        ([("privacy/direct_identifiers_left", "0")], ABSENT, "no number"),
        ([("privacy/direct_identifiers_left", False)], ABSENT, "no number"),
        ([("privacy/removed", REMOVED)], ABSENT, "removed"),
    ],
    "privacy.canaries-found-none": [
        ([("privacy/canaries/found", 1)], UNMET, "1 of 1000"),
        ([("privacy/canaries/planted", 0)], ABSENT, "not put to the test"),
        ([("privacy/canaries", REMOVED)], ABSENT, "canaries"),
    ],
    "privacy.independently-searched": [
        ([("privacy/residual/attested", False)], UNMET, "still finds identifiers (unnamed)"),
        ([("privacy/residual/attested", "yes")], UNMET, "still finds"),
        ([("privacy/residual/left", {"phone": 2})], UNMET, "(phone)"),
        ([("privacy/residual/left", {"phone": 0})], MET, "1000 subjects"),
        ([("privacy/residual/searched", 0)], ABSENT, "nothing was searched"),
        ([("privacy/residual/left", REMOVED)], ABSENT, "left"),
        ([("privacy/residual", REMOVED)], ABSENT, "residual"),
    ],
    "privacy.residual-risk-reported": [
        ([("privacy/canaries/overall", estimate(0.2, 0.17, 0.23))], MET, "0.200 (95% interval 0.170 to 0.230"),
        ([("privacy/canaries/overall", None)], ABSENT, "overall"),
        ([("privacy/canaries/by_class", {})], ABSENT, "by class"),
        ([("privacy/canaries/texts", 0), ("privacy/canaries/overall", None)], MET, "no free text"),
        ([("privacy/canaries", REMOVED)], ABSENT, "texts"),
    ],
    "privacy.residual-risk": [
        ([("privacy/canaries/overall", estimate(0.04, 0.03, 0.051))], ABSENT, "interval holds the limit"),
        ([("privacy/canaries/overall", estimate(0.04, 0.03, 0.05))], MET, "at most 0.05"),
        ([("privacy/canaries/overall", estimate(0.2, 0.17, 0.23))], UNMET, "0.200"),
        ([("privacy/canaries/overall", None)], ABSENT, "overall"),
        ([("privacy/canaries/texts", 0), ("privacy/canaries/overall", None)], MET, "no free text"),
        ([("privacy/canaries/texts", REMOVED)], ABSENT, "texts"),
    ],
    "privacy.columns-treated": [
        ([("privacy/columns/1/action", "kept")], UNMET, "born"),
        ([("privacy/columns/2/action", "")], UNMET, "note"),
        ([("privacy/columns/0/action", REMOVED)], UNMET, "full_name"),
        ([("privacy/columns", [])], ABSENT, "no column"),
    ],
    "privacy.k-anonymity-reported": [
        ([("privacy/quasi_identifiers", [])], MET, "no quasi-identifier"),
        ([("privacy/k_anonymity/k", 1)], MET, "at least 1"),
        ([("privacy/k_anonymity/k", None)], MET, "fewer than 5"),
        ([("privacy/k_anonymity", REMOVED)], ABSENT, "k_anonymity"),
    ],
    "privacy.k-anonymity": [
        ([("privacy/k_anonymity/k", 4)], UNMET, "holds 4"),
        ([("privacy/k_anonymity/k", 5)], MET, "holds 5"),
        ([("privacy/k_anonymity/k", None)], UNMET, "holds 1"),
        ([("privacy/quasi_identifiers", [])], MET, "no quasi-identifier"),
        ([("privacy/k_anonymity", {})], ABSENT, "k_anonymity"),
    ],
    "privacy.l-diversity": [
        ([("privacy/diversity/distinct", 1)], MET, "holds 1"),
        ([("privacy/diversity/distinct", 0)], UNMET, "at least 1"),
        ([("privacy/diversity", REMOVED)], ABSENT, "diversity"),
    ],
    "privacy.t-closeness": [
        ([("privacy/diversity/closeness", 1.0)], MET, "1.000"),
        ([("privacy/diversity/closeness", 1.5)], UNMET, "at most 1"),
        ([("privacy/diversity/closeness", None)], ABSENT, "closeness"),
    ],
    "privacy.reidentification-risk": [
        ([("privacy/risk/prosecutor/highest", 0.2)], MET, "0.200"),
        ([("privacy/risk/prosecutor/highest", 0.25)], UNMET, "0.250"),
        ([("privacy/risk/prosecutor/highest", None)], UNMET, "above 0.200"),
        ([("privacy/risk/prosecutor/highest", REMOVED)], ABSENT, "highest"),
        ([("privacy/risk", REMOVED)], ABSENT, "risk"),
        ([("privacy/quasi_identifiers", [])], MET, "no quasi-identifier"),
    ],
    "data.consent-respected": [
        ([("intake/consent/kept_against", 2)], UNMET, "2 subjects"),
        ([("intake/consent/kept_against", None)], ABSENT, "kept_against"),
        ([("intake/consent/by_column", False)], MET, "objections by list; nobody"),
        ([("intake/consent/by_list", False)], MET, "consent by column; nobody"),
        ([("intake/consent/by_list", False), ("intake/consent/by_column", False)], MET, "rests on GDPR Art 6(1)(e)"),
        ([("intake/lawful_ground", "GDPR Art 6(1)(a)"), ("intake/consent/by_column", False)], ABSENT, "no column"),
        ([("intake/exception", "个人单独同意"), ("intake/consent/by_column", False)], ABSENT, "no column"),
        ([("intake/lawful_ground", "Consent of each subject")], MET, "consent by column"),
        ([("intake/consent", REMOVED)], ABSENT, "consent"),
    ],
    "data.lawful-purpose": [
        ([("intake/purpose_permitted", False)], UNMET, "diagnosis-research is not among"),
        ([("intake/purpose_permitted", "yes")], UNMET, "not among"),
        ([("intake/lawful_ground", " ")], ABSENT, "no legal ground"),
        ([("intake/exception", "")], ABSENT, "no exception"),
        ([("intake/purpose", REMOVED)], ABSENT, "purpose"),
    ],
    "data.sources-pinned": [
        ([("intake/sources/0/sha256", "abc")], UNMET, "charts"),
        ([("intake/sources/0/sha256", HASH.upper())], UNMET, "charts"),
        ([("intake/sources/0/sha256", REMOVED)], UNMET, "charts"),
        ([("intake/sources/0/sha256", HASH)], MET, "All 1 sources"),
        ([("intake/sources", [])], ABSENT, "no source"),
    ],
    "data.parts-disjoint": [
        ([("data/overlap", 1)], UNMET, "1 subjects are in more than one"),
        ([("data/parts/test/subjects", 0)], UNMET, "holds no subject"),
        ([("data/parts/validation", REMOVED)], ABSENT, "validation"),
        ([("data/overlap", REMOVED)], ABSENT, "overlap"),
    ],
    "data.columns-complete": [
        ([("data/columns/1/missing", 0.21)], UNMET, "texture lacks the most values (21.0%)"),
        ([("data/columns/1/missing", 0.2)], MET, "20.0%"),
        ([("data/columns/0/missing", None)], ABSENT, "not known"),
        ([("data/columns/0/missing", 7)], ABSENT, "not known"),
        ([("data/columns", [])], ABSENT, "not known"),
    ],
    "data.labels-examined": [
        ([("data/label_issues", REMOVED)], ABSENT, "label_issues"),
        ([("data/label_issues/share", None)], ABSENT, "share"),
        ([("data/duplicates", REMOVED)], ABSENT, "duplicates"),
    ],
    "data.reference-standard-stated": [
        ([("declaration/reference_standard", "  ")], ABSENT, "no reference standard"),
        ([("declaration/reference_standard", REMOVED)], ABSENT, "reference_standard"),
    ],
    "data.flow-stated": [
        ([("data/flow", [{"step": "analysed", "subjects": 9}])], ABSENT, "beginning and end"),
        ([("data/flow/1/subjects", None)], ABSENT, "beginning and end"),
        ([("data/excluded", REMOVED)], ABSENT, "excluded"),
    ],
    "performance.precommitted-thresholds": [
        ([("performance/sealed/committed_before_opening", False)], UNMET, "not in the log"),
        ([("performance/sealed/committed_before_opening", REMOVED)], UNMET, "not in the log"),
        ([("performance/sealed/limits", HASH)], UNMET, "abababababab"),
        ([("performance/sealed/other_models_that_opened", 2)], MET, "2 other models"),
        ([("performance/sealed/other_models_that_opened", REMOVED)], ABSENT, "other_models"),
        ([("performance/sealed", REMOVED)], ABSENT, "sealed"),
    ],
    "performance.sealed-once": [
        ([("performance/sealed/other_models_that_opened", 1)], UNMET, "1 other models"),
        ([("performance/sealed/other_models_that_opened", None)], ABSENT, "other_models"),
    ],
    "performance.better-than-chance": [
        ([("performance/metrics/primum/roc_auc", estimate(0.85, 0.79, 0.9))], ABSENT, "interval holds the limit"),
        ([("performance/metrics/primum/roc_auc", estimate(0.7, 0.6, 0.79))], UNMET, "0.700"),
        ([("performance/metrics/primum/roc_auc", NOT_SHOWN)], ABSENT, "too few"),
        ([("performance/metrics/primum", REMOVED)], ABSENT, "primum"),
        ([("performance/released", REMOVED)], ABSENT, "released"),
    ],
    "performance.sensitivity": [
        ([("performance/metrics/primum/recall", estimate(0.85, 0.75, 0.9))], ABSENT, "holds the limit"),
        ([("performance/metrics/primum/recall", estimate(0.6, 0.5, 0.7))], UNMET, "at least 0.8"),
        ([("performance/metrics/primum/recall", NOT_SHOWN)], ABSENT, "too few"),
    ],
    "performance.specificity": [
        ([("performance/metrics/primum/specificity", estimate(0.5, 0.4, 0.6))], ABSENT, "holds the limit"),
        ([("performance/metrics/primum/specificity", estimate(0.3, 0.2, 0.4))], UNMET, "at least 0.5"),
        ([("performance/metrics/primum/specificity", REMOVED)], ABSENT, "specificity"),
    ],
    "performance.not-worse-than-baselines": [
        ([("selection/beaten", False)], UNMET, "yet it is the one released"),
        ([("selection/beaten", False), ("performance/released", "logistic_regression")], ABSENT, "no baseline"),
        (
            [
                ("selection/beaten", False),
                ("performance/released", "logistic_regression"),
                ("performance/differences/lightgbm", FACTS["performance"]["differences"]["logistic_regression"]),
            ],
            MET,
            "simplest adequate one is released: logistic_regression",
        ),
        (
            [("selection/beaten", False), ("declaration/if_not_beaten", "refuse")],
            UNMET,
            "the study refuses a release then. Log loss: primum 0.140",
        ),
        (
            [("performance/differences/logistic_regression/log_loss", estimate(0.05, 0.01, 0.1))],
            UNMET,
            "worse than logistic_regression",
        ),
        (
            [("performance/differences/logistic_regression/roc_auc", estimate(-0.05, -0.1, -0.01))],
            UNMET,
            "AUROC -0.050",
        ),
        ([("performance/differences/logistic_regression/roc_auc", NOT_SHOWN)], ABSENT, "is not shown"),
        ([("performance/differences", {})], ABSENT, "no baseline"),
        ([("selection/beaten", "yes")], UNMET, "did not beat"),
        ([("selection/beaten", REMOVED)], ABSENT, "beaten"),
    ],
    "performance.figures-reported": [
        ([("performance/metrics/primum/average_precision", REMOVED)], ABSENT, "average_precision"),
        ([("performance/calibration/slope", NOT_SHOWN)], ABSENT, "slope"),
        ([("performance/calibration/intercept", REMOVED)], ABSENT, "intercept"),
        ([("performance/metrics/primum/brier_score_loss", None)], ABSENT, "brier"),
    ],
    "calibration.within-noise": [
        ([("performance/calibration/ece_debiased", 0.0601)], UNMET, "+0.030"),
        ([("performance/calibration/ece_debiased", 0.05)], MET, "+0.020"),
        ([("performance/calibration/ece_null_95", None)], ABSENT, "ece_null_95"),
        ([("performance/calibration", REMOVED)], ABSENT, "calibration"),
    ],
    "calibration.class-coverage": [
        ([("performance/conformal/by_class/malignant", estimate(0.9, 0.8, 0.96, 66))], PERSON, "holds the limit"),
        ([("performance/conformal/by_class/malignant", estimate(0.7, 0.6, 0.8, 66))], UNMET, "better end breaks"),
        (
            [
                ("performance/conformal/by_class/benign", estimate(0.9, 0.8, 0.96, 66)),
                ("performance/conformal/by_class/malignant", estimate(0.7, 0.6, 0.8, 66)),
            ],
            UNMET,
            "Coverage of malignant is 0.700",
        ),
        ([("performance/conformal/by_class/malignant", NOT_SHOWN)], ABSENT, "malignant"),
        ([("performance/conformal/by_class", {})], ABSENT, "no class"),
    ],
    "calibration.abstention": [
        ([("performance/conformal/abstention", estimate(0.45, 0.4, 0.51))], ABSENT, "holds the limit"),
        ([("performance/conformal/abstention", estimate(0.6, 0.55, 0.7))], UNMET, "at most 0.5"),
        ([("performance/conformal", REMOVED)], ABSENT, "conformal"),
    ],
    "fairness.subgroups-examined": [
        ([("performance/subgroups/1/recall", NOT_SHOWN)], MET, "sensitivity is shown for 1"),
        ([("performance/subgroups", [])], ABSENT, "no groups"),
        ([("performance/subgroups/1", "x")], ABSENT, "no groups"),
    ],
    "fairness.subgroup-gap": [
        ([("performance/subgroup_gap/age", estimate(0.05, 0.0, 0.12))], PERSON, "too small to show"),
        ([("performance/subgroup_gap/age", NOT_SHOWN)], PERSON, "not shown"),
        ([("performance/subgroup_gap/age", estimate(0.2, 0.15, 0.25))], UNMET, "larger by age"),
        ([("performance/subgroup_gap/age", estimate(-0.2, -0.25, -0.15))], UNMET, "larger by age"),
        ([("performance/subgroup_gap/age", estimate(0.2, 0.2, 0.2))], UNMET, "larger by age"),
        ([("performance/subgroup_gap/age", estimate(0.1, 0.1, 0.1))], MET, "worse end keeps"),
        ([("performance/subgroup_gap/sex", NOT_SHOWN)], PERSON, "sex: not shown"),
        ([("performance/subgroup_gap", {})], ABSENT, "no groups"),
        ([("performance/subgroup_gap", REMOVED)], ABSENT, "subgroup_gap"),
    ],
    "faithfulness.beats-random": [
        ([("faithfulness/methods/shapley/ratio", estimate(2.2, 1.9, 2.5))], ABSENT, "holds the limit"),
        ([("faithfulness/methods/shapley/ratio", estimate(1.2, 0.9, 1.5))], UNMET, "at least 2"),
        ([("faithfulness/chosen", "")], ABSENT, "none is shown"),
        ([("faithfulness/chosen", "occlusion")], ABSENT, "occlusion"),
    ],
    "oversight.doctor-decides": [
        ([("declaration/intended_use/grade", "autonomous")], UNMET, "autonomous"),
        ([("declaration/intended_use/grade", "advisory")], MET, "advisory"),
        ([("declaration/intended_use/users", " ")], ABSENT, "no users"),
        ([("declaration/intended_use", REMOVED)], ABSENT, "intended_use"),
    ],
    "custody.encrypted-and-logged": [
        ([("custody/encrypted_at_rest", False)], UNMET, "Data is not encrypted"),
        ([("custody/key_per_subject", False)], UNMET, "Subjects share a key"),
        ([("custody/log_verified", False), ("custody/key_per_subject", 1)], UNMET, "share a key; the log was not"),
        ([("custody/log_verified", REMOVED)], ABSENT, "log_verified"),
        ([("custody/cipher", REMOVED)], ABSENT, "cipher"),
    ],
    "custody.default-deny": [
        ([("custody/default_deny", False)], UNMET, "not denied by default"),
        ([("custody/default_deny", "yes")], UNMET, "not denied by default"),
        ([("custody/default_deny", REMOVED)], ABSENT, "default_deny"),
    ],
    "documentation.intended-use-stated": [
        ([("declaration/intended_use/population", " ")], ABSENT, "leaves out population"),
        ([("declaration/intended_use/users", REMOVED)], ABSENT, "users"),
    ],
    "documentation.not-for-stated": [
        ([("declaration/intended_use/not_for", [" "])], ABSENT, "no use is ruled out"),
        ([("declaration/intended_use/not_for", [])], ABSENT, "no use is ruled out"),
        ([("declaration/intended_use/not_for", ["", "Triage"])], MET, "Not for: Triage."),
    ],
    "documentation.validity-stated": [
        ([("declaration/validity_days", 0)], ABSENT, "no time"),
        ([("declaration/validity_days", 30)], MET, "30 days"),
        ([("declaration/validity_days", REMOVED)], ABSENT, "validity_days"),
    ],
}  # fmt: skip
ROWS = [(check, *row) for check, rows in TABLE.items() for row in rows]


def examine(check, evidence):
    return plugins.load("check", check).examine(evidence, LIMITS)


@pytest.mark.parametrize("check", CHECKS)
def test_good_evidence_is_met_and_the_evidence_is_named(check):
    evidence = good()
    found = examine(check, evidence)
    assert found.verdict is MET
    assert found.evidence
    assert set(found.evidence) <= {one.digest for one in evidence.values()}


@pytest.mark.parametrize(
    ("check", "changes", "verdict", "words"),
    ROWS,
    ids=[
        f"{check}: {' and '.join(place for place, _ in changes)} {n}" for n, (check, changes, _, _) in enumerate(ROWS)
    ],
)
def test_spoilt_evidence_gets_its_verdict_and_says_why(check, changes, verdict, words):
    found = examine(check, spoilt(*changes))
    assert found.verdict is verdict, found.because
    assert words in found.because


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_has_rows_of_its_own(check):
    assert TABLE[check]


@pytest.mark.parametrize("check", CHECKS)
def test_without_evidence_nothing_is_met(check):
    found = examine(check, {})
    assert found.verdict is ABSENT
    assert found.evidence == ()


@pytest.mark.parametrize("check", CHECKS)
def test_evidence_without_facts_is_never_met(check):
    hollow = spoilt(*[(f"{kind}/{name}", REMOVED) for kind, facts in FACTS.items() for name in facts])
    assert examine(check, hollow).verdict is ABSENT


@pytest.mark.parametrize("check", CHECKS)
def test_both_sentences_are_whole_and_the_same_figures_are_in_both(check):
    found = examine(check, good())
    assert found.because.endswith(".")
    assert found.because_zh.endswith("。")
    assert re.search(r"[\u4e00-\u9fff]", found.because_zh)
    assert set(re.findall(r"\d\.\d{3}", found.because)) == set(re.findall(r"\d\.\d{3}", found.because_zh))


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_says_what_it_claims_and_where_that_comes_from(check):
    plugin = plugins.load("check", check)
    assert plugin.id == check
    assert re.fullmatch(r"[a-z]+\.[a-z-]+", check)
    assert "Source:" in type(plugin).__doc__


WORTHLESS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(allow_nan=False), st.text(max_size=3),
    st.lists(st.none(), max_size=2), st.dictionaries(st.text(max_size=2), st.none(), max_size=2),
)  # fmt: skip
PLACES = [f"{kind}/{name}" for kind, facts in FACTS.items() for name in facts]


@given(check=st.sampled_from(CHECKS), place=st.sampled_from(PLACES), value=WORTHLESS)
def test_malformed_evidence_never_breaks_a_check(check, place, value):
    assert examine(check, spoilt((place, value))).verdict in set(Verdict)


def test_holm_asks_more_of_each_group_where_there_are_many():
    doubtful = estimate(0.16, 0.104, 0.216)
    assert examine("fairness.subgroup-gap", spoilt(("performance/subgroup_gap", {"age": doubtful}))).verdict is UNMET
    many = {"age": doubtful, **{f"other{n}": estimate(0.05, 0.0, 0.09) for n in range(9)}}
    assert examine("fairness.subgroup-gap", spoilt(("performance/subgroup_gap", many))).verdict is PERSON


@given(
    gaps=st.dictionaries(
        st.text("abc", min_size=1, max_size=2),
        st.tuples(st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0, 0.5)).map(sorted),
        min_size=1,
        max_size=5,
    )
)
def test_a_gap_is_met_only_where_every_interval_keeps_the_limit(gaps):
    facts = {name: estimate(value, low, high) for name, (low, value, high) in gaps.items()}
    found = examine("fairness.subgroup-gap", spoilt(("performance/subgroup_gap", facts)))
    kept = all(high <= LIMITS.subgroup_gap_at_most for _, _, high in gaps.values())
    assert (found.verdict is MET) == kept


def test_a_coin_is_never_good_enough_however_low_the_limit():
    evidence = spoilt(("performance/metrics/primum/roc_auc", estimate(0.6, 0.5, 0.7)))
    found = plugins.load("check", "performance.better-than-chance").examine(evidence, Limits(auroc_at_least=0.4))
    assert found.verdict is UNMET
    assert "no better than a coin" in found.because


def test_candidates_without_figures_are_not_spelled():
    evidence = spoilt(
        ("selection/candidates", [{"name": "primum", "log_loss": NOT_SHOWN}]), ("selection/beaten", False)
    )
    found = examine("performance.not-worse-than-baselines", evidence)
    assert found.verdict is UNMET
    assert "Log loss" not in found.because


def test_diversity_is_judged_by_the_studys_own_limits():
    asked = Limits(l_diversity_at_least=3, t_closeness_at_most=0.3)
    for check in ("privacy.l-diversity", "privacy.t-closeness"):
        assert plugins.load("check", check).examine(good(), asked).verdict is UNMET
        assert examine(check, good()).verdict is MET


def test_the_share_missed_is_judged_by_the_studys_own_limit():
    check = plugins.load("check", "privacy.residual-risk")
    assert check.examine(good(), Limits(residual_risk_at_most=0.02)).verdict is ABSENT
    assert check.examine(good(), Limits(residual_risk_at_most=0.001)).verdict is UNMET
