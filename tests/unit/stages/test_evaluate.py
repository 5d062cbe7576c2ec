"""The evaluate stage: limits first, one look, every figure with its doubt, and a killed look goes on."""

import json

import pytest

from primum.errors import AccessDeniedError
from primum.ids import digest_of
from primum.stages import evaluate, finetune
from synthetic import cytology

METRICS = {
    "accuracy",
    "balanced_accuracy",
    "precision",
    "recall",
    "specificity",
    "f1",
    "roc_auc",
    "average_precision",
    "brier_score_loss",
    "log_loss",
}


@pytest.fixture(scope="module")
def trained():
    keeper = cytology.custodian()
    return keeper, finetune.run(cytology.context("finetune", keeper, encoder=""))


@pytest.fixture
def ready(trained):
    """A custodian with trained candidates and a test part that nobody has opened."""
    keeper = cytology.custodian()
    keeper.models |= trained[0].models
    keeper.evidences |= trained[0].evidences
    return keeper, cytology.context("evaluate", keeper, **trained[1])


@pytest.fixture(scope="module")
def facts(trained):
    keeper = cytology.custodian()
    keeper.models |= trained[0].models
    outputs = evaluate.run(cytology.context("evaluate", keeper, **trained[1]))
    return keeper.evidences[outputs["evidence.performance"]]["facts"]


def test_every_candidate_has_every_metric_inside_its_interval(facts):
    assert set(facts["metrics"]) == {"primum", "majority", "logistic_regression", "lightgbm"}
    for found in facts["metrics"].values():
        assert set(found) == METRICS
    for one in facts["metrics"][facts["released"]].values():
        assert one["low"] <= one["value"] <= one["high"]
        assert one["n"] == len(cytology.rows("test"))
    assert facts["metrics"]["logistic_regression"]["roc_auc"]["value"] > 0.95


def test_the_released_model_is_compared_with_all_others_in_pairs(facts):
    assert facts["released"] == "logistic_regression"
    assert set(facts["differences"]) == {"primum", "majority", "lightgbm"}
    assert facts["differences"]["majority"]["roc_auc"]["low"] > 0
    assert facts["differences"]["majority"]["log_loss"]["high"] < 0


def test_report_confusion_and_metrics_tell_the_same(facts):
    table, report, metrics = facts["confusion"], facts["report"], facts["metrics"][facts["released"]]
    n = len(cytology.rows("test"))
    assert sum(map(sum, table)) == n
    assert report["malignant"]["support"] == sum(table[1])
    assert (
        report["malignant"]["recall"]
        == metrics["recall"]["value"]
        == pytest.approx(table[1][1] / sum(table[1]), abs=1e-6)
    )
    assert report["benign"]["recall"] == metrics["specificity"]["value"]
    assert report["macro avg"]["recall"] == metrics["balanced_accuracy"]["value"]
    assert set(report) == {"benign", "malignant", "macro avg", "weighted avg"}


def test_coverage_abstention_and_subgroups_are_told(facts):
    conformal = facts["conformal"]
    assert conformal["target"] == 0.9
    assert {name: one["n"] for name, one in conformal["by_class"].items()} == {
        "benign": facts["report"]["benign"]["support"],
        "malignant": facts["report"]["malignant"]["support"],
    }
    assert 0 <= conformal["abstention"]["value"] < 0.5
    assert [one["group"] for one in conformal["abstention_by_group"]] == ["< 40", "40 to < 60", "≥ 60"]
    assert [one["group"] for one in facts["subgroups"]] == ["< 40", "40 to < 60", "≥ 60"]
    assert set(facts["subgroup_gap"]) == {"age"}


def test_curves_are_short_and_calibration_is_beside_its_noise(facts):
    assert len(facts["roc"]) <= 101
    assert len(facts["pr"]) <= 101
    assert facts["decision_curve"][0]["treat_none"] == 0
    assert {"ece", "ece_debiased", "ece_null_95", "slope", "intercept", "bins"} == set(facts["calibration"])
    assert facts["verdict"]["en"].startswith(f"On {len(cytology.rows('test'))} sealed test subjects")
    assert "AUROC" in facts["verdict"]["zh"]


def test_nothing_told_is_a_pseudonym_or_not_a_number(facts):
    text = json.dumps(facts, allow_nan=False)
    assert '"P0' not in text


def test_limits_are_committed_before_and_the_part_is_closed_after(ready):
    keeper, context = ready
    outputs = evaluate.run(context)
    (opening,) = keeper.openings(context.input("test"))
    limits = context.study.limits.digest
    assert keeper.committed == [limits]
    assert opening["model"] == context.inputs["model"]
    assert opening["evidence"] == outputs["evidence.performance"]
    sealed = keeper.evidences[outputs["evidence.performance"]]["facts"]["sealed"]
    assert sealed == {
        "limits": limits,
        "part": context.input("test"),
        "model": context.inputs["model"],
        "committed_before_opening": True,
        "other_models_that_opened": 0,
    }


def test_a_second_look_is_refused(ready):
    _, context = ready
    evaluate.run(context)
    with pytest.raises(AccessDeniedError):
        evaluate.run(context)


def test_other_models_that_looked_are_counted(ready):
    keeper, context = ready
    keeper.commit(context.study.limits.digest)
    keeper.open_sealed(context.input("test"), digest_of("another model"), context.study.limits.digest)
    outputs = evaluate.run(context)
    assert keeper.evidences[outputs["evidence.performance"]]["facts"]["sealed"]["other_models_that_opened"] == 1


@pytest.mark.parametrize("moment", ["put_evidence", "finish"])
def test_a_look_killed_before_it_was_noted_goes_on_with_equal_evidence(ready, facts, monkeypatch, moment):
    keeper, context = ready

    class PowerCutError(Exception):
        pass

    def cut(*_args):
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(keeper, moment, cut)
        with pytest.raises(PowerCutError):
            evaluate.run(context)
    outputs = evaluate.run(context)
    assert keeper.evidences[outputs["evidence.performance"]]["facts"] == facts


def test_a_look_killed_while_closing_was_noted_and_need_not_be_had_again(ready, monkeypatch):
    keeper, context = ready

    def cut(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(keeper, "close_sealed", cut)
    with pytest.raises(KeyboardInterrupt):
        evaluate.run(context)
    noted = keeper.finished(context.key)
    assert keeper.evidences[noted["evidence.performance"]]["facts"]["released"] == "logistic_regression"


def test_a_model_that_was_altered_is_not_evaluated(ready):
    from primum.errors import IntegrityError

    keeper, context = ready
    keeper.models[context.inputs["candidate.primum"]] = {"model.json": b"{}"}
    with pytest.raises(IntegrityError):
        evaluate.run(context)
    assert keeper.opened == [], "nothing is opened for what cannot be read"
