"""Classification: figures worked out by hand."""

import math

import numpy as np
import pytest
from sklearn import metrics

from primum.domain.scored import Scored
from primum.tasks.classify import Classify

OUTCOME = np.array([1, 1, 1, 0, 0, 0, 0, 0])
SCORE = np.array([0.9, 0.6, 0.2, 0.7, 0.3, 0.2, 0.1, 0.1])
TWO = np.column_stack([1 - SCORE, SCORE])


def measured(outcome, probability, threshold, positive):
    one = Scored(outcome=outcome, probability=probability, threshold=threshold, positives=(positive,))
    return Classify().measure(one)


def test_a_subject_is_one_unit_and_a_label_is_a_class():
    assert Classify().labels(("well", "ill")) == ("well", "ill")
    assert Classify().owners("abc").tolist() == [0, 1, 2]
    assert Classify().truth("abc", [1, 0, 1], ("well", "ill")).tolist() == [1, 0, 1]


def test_figures_of_eight_subjects_by_hand():
    found = measured(OUTCOME, TWO, 0.5, 1)
    # called ill: 0.9 and 0.6 rightly, 0.7 wrongly; missed: 0.2
    by_hand = {
        "accuracy": 6 / 8,
        "balanced_accuracy": (2 / 3 + 4 / 5) / 2,
        "precision": 2 / 3,
        "recall": 2 / 3,
        "specificity": 4 / 5,
        "f1": 2 / 3,
        "roc_auc": (5 + 4 + 2 + 0.5) / 15,
    }
    for name, value in by_hand.items():
        assert found[name] == pytest.approx(value), name
    assert found["brier_score_loss"] == pytest.approx(((SCORE - OUTCOME) ** 2).mean())
    assert found["log_loss"] == pytest.approx(-np.log(np.where(OUTCOME, SCORE, 1 - SCORE)).mean())
    assert found["average_precision"] == pytest.approx(1 / 3 + 2 / 3 / 3 + 3 / 6 / 3)


def test_the_threshold_itself_is_called_positive_and_the_positive_class_may_be_the_first():
    assert measured(OUTCOME, TWO, 0.6, 1)["recall"] == pytest.approx(2 / 3)
    assert measured(OUTCOME, TWO, 0.61, 1)["recall"] == pytest.approx(1 / 3)
    turned = measured(1 - OUTCOME, TWO[:, ::-1], 0.5, 0)
    assert turned == pytest.approx(dict(measured(OUTCOME, TWO, 0.5, 1)))


def test_of_three_classes_the_likeliest_is_called_whatever_the_threshold():
    outcome = np.array([0, 1, 2, 2])
    probability = np.array([[0.6, 0.3, 0.1], [0.4, 0.5, 0.1], [0.1, 0.2, 0.7], [0.1, 0.5, 0.4]])
    found = measured(outcome, probability, 0.99, 2)
    assert found["accuracy"] == 0.75
    assert found["recall"] == 0.5
    assert found["specificity"] == 1
    assert found["precision"] == 1
    assert found["log_loss"] == pytest.approx(metrics.log_loss(outcome, probability))
    assert found["balanced_accuracy"] == pytest.approx(2.5 / 3)


def test_what_is_not_defined_is_not_a_number_and_never_a_warning():
    everybody_ill = measured(np.ones(3, dtype=int), TWO[:3], 0.5, 1)
    assert math.isnan(everybody_ill["roc_auc"])
    assert math.isnan(everybody_ill["specificity"])
    assert math.isnan(everybody_ill["brier_score_loss"])
    assert everybody_ill["recall"] == pytest.approx(2 / 3)
    nobody_called = measured(OUTCOME, TWO, 2.0, 1)
    assert math.isnan(nobody_called["precision"])
    assert nobody_called["f1"] == 0
    nobody_ill = measured(np.zeros(3, dtype=int), TWO[:3], 2.0, 1)
    assert math.isnan(nobody_ill["recall"])
    assert math.isnan(nobody_ill["f1"])
    nobody = measured(np.zeros(0, dtype=int), np.zeros((0, 2)), 0.5, 1)
    assert all(math.isnan(one) for one in nobody.values())
