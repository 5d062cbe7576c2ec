"""Laws of doubt: sets cover each class as promised, grow with coverage, and the threshold keeps its sensitivity."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.models import uncertainty

scores = st.lists(st.floats(0, 1, allow_nan=False), min_size=1, max_size=60)


def two(score):
    return np.column_stack([1 - np.asarray(score), np.asarray(score)])


@pytest.mark.parametrize("n", [9, 25, 60])
@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_each_class_is_covered_as_promised_and_hardly_more(n, coverage):
    """Over many draws of calibration subjects, P(truth in set | class) lies in [coverage, coverage + 1 / (n + 1))."""
    dice = np.random.default_rng(n)
    held = []
    for _ in range(1500):
        logits = dice.normal(size=n + 1) * 2 + 1  # the scores of one class, the last one new
        score = 1 / (1 + np.exp(-logits))
        quantile, _ = uncertainty.quantiles(two(score[:-1]), np.ones(n, dtype=int), coverage)
        held.append(uncertainty.prediction_sets(two(score[-1:]), quantile)[0, 1])
    slack = 3 * np.sqrt(coverage * (1 - coverage) / 1500)
    assert coverage - slack <= np.mean(held) <= coverage + 1 / (n + 1) + slack


def test_the_rare_class_is_covered_though_a_common_one_drowns_it():
    dice = np.random.default_rng(0)
    held = []
    for _ in range(200):
        truth = np.repeat([0, 1], [300, 30])
        logits = np.where(truth, dice.normal(-1, 1.5, 330), dice.normal(-3, 1.5, 330))
        score = 1 / (1 + np.exp(-logits))
        new = 1 / (1 + np.exp(-dice.normal(-1, 1.5, 50)))
        quantile, _ = uncertainty.quantiles(two(score), truth, 0.9)
        held.append(uncertainty.prediction_sets(two(new), quantile)[:, 1].mean())
    assert np.mean(held) >= 0.89


@given(scores, st.floats(0.51, 0.97), st.floats(0.0, 0.02))
def test_more_coverage_never_makes_a_set_smaller(listed, coverage, more):
    truth = np.ones(len(listed), dtype=int)
    small, _ = uncertainty.quantiles(two(listed), truth, coverage)
    large, _ = uncertainty.quantiles(two(listed), truth, coverage + more)
    assert (large >= small).all()
    assert (uncertainty.prediction_sets(two(listed), small) <= uncertainty.prediction_sets(two(listed), large)).all()


@given(scores, st.floats(0.51, 0.99))
def test_the_calibration_subjects_themselves_are_covered(listed, coverage):
    quantile, counts = uncertainty.quantiles(two(listed), np.ones(len(listed), dtype=int), coverage)
    assert uncertainty.prediction_sets(two(listed), quantile)[:, 1].mean() >= min(coverage, 1) - 1e-9
    assert counts.tolist() == [0, len(listed)]


@settings(max_examples=200)
@given(scores, scores, st.floats(0, 1))
def test_the_threshold_keeps_the_sensitivity_asked_for(sick, well, wanted):
    score, truth = np.array(sick + well), np.repeat([True, False], [len(sick), len(well)])
    threshold = uncertainty.operating_threshold(score, truth, wanted)
    called = score[truth] >= threshold
    assert called.mean() >= wanted - 1e-9
    lowest = score[truth][called].min()
    assert (score[truth] > lowest).sum() < max(1, math.ceil(wanted * len(sick) - 1e-9)), "a higher one would do"
