"""Intervals of the classification report hold scikit-learn's own figures, class by class and on average."""

import numpy as np
import pytest
from sklearn.metrics import classification_report

from primum.domain.scored import Scored
from primum.models.report import AVERAGES, FIGURES, intervals

CLASSES = ("none", "mild", "severe")


@pytest.fixture(scope="module")
def scored():
    dice = np.random.default_rng(5)
    outcome = dice.integers(0, 3, size=120)
    probability = dice.dirichlet(np.ones(3), size=120)
    probability[np.arange(120), outcome] += 0.6
    return Scored(
        outcome=outcome, probability=probability / probability.sum(axis=1, keepdims=True), threshold=0.5, positives=(2,)
    )


def test_every_figure_is_scikit_learns_and_lies_in_its_interval(scored):
    found = intervals(scored, CLASSES, seed=1)
    report = classification_report(scored.outcome, scored.called, target_names=CLASSES, output_dict=True)
    for row in (*CLASSES, *AVERAGES):
        for figure in FIGURES:
            one = found[row][figure]
            assert one.value == pytest.approx(report[row][figure])
            assert one.low < one.value < one.high


def test_averages_are_over_all_subjects_and_the_same_each_time(scored):
    first, again = (intervals(scored, CLASSES, seed=1) for _ in range(2))
    assert first == again
    assert {found.n for row in AVERAGES for found in first[row].values()} == {120}


def test_a_class_nobody_called_has_no_precision_and_says_so(scored):
    silent = Scored(
        outcome=scored.outcome, probability=np.tile([0.8, 0.1, 0.1], (120, 1)), threshold=0.5, positives=(2,)
    )
    found = intervals(silent, CLASSES, seed=1)
    assert np.isnan(found["severe"]["precision"].value)
    assert found["severe"]["precision"].as_document()["value"] is None
    assert found["severe"]["recall"].value == 0
