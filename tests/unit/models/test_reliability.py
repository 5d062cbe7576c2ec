"""Reliability: a perfect model is not blamed for chance, a wrong one is."""

import itertools

import numpy as np
import pytest
from scipy.special import expit

from primum.domain.scored import Scored
from primum.models import reliability


def scored(score, truth):
    return Scored(
        outcome=truth.astype(int), probability=np.column_stack([1 - score, score]), threshold=0.5, positives=(1,)
    )


def perfect(n=400, seed=0):
    dice = np.random.default_rng(seed)
    odds = dice.normal(-0.5, 1.5, n)
    return odds, (dice.random(n) < expit(odds)).astype(float)


def test_bins_hold_equally_many_by_rising_probability():
    score = np.random.default_rng(0).random(105)
    found = reliability.bins(score)
    assert sorted(len(one) for one in found) == [10] * 5 + [11] * 5
    assert all(score[a].max() <= score[b].min() for a, b in itertools.pairwise(found))
    assert len(reliability.bins(score[:25])) == 2
    assert len(reliability.bins(score[:3])) == 1


def test_the_plain_error_by_hand():
    score = np.array([0.1] * 10 + [0.8] * 10)
    truth = np.array([0] * 8 + [1] * 2 + [1] * 9 + [0])[None].astype(float)
    plain, debiased = reliability.calibration_errors(score, truth)
    assert plain[0] == pytest.approx((0.1 + 0.1) / 2)
    assert debiased[0] < plain[0]


def test_debiasing_takes_off_what_chance_adds():
    odds, _ = perfect(300)
    dice = np.random.default_rng(1)
    outcomes = (dice.random((500, 300)) < expit(odds)).astype(float)
    plain, debiased = reliability.calibration_errors(expit(odds), outcomes)
    assert debiased.mean() < 0.75 * plain.mean()
    assert (debiased >= 0).all()


def test_a_gap_that_chance_cannot_explain_is_kept():
    odds, _ = perfect(5000)
    dice = np.random.default_rng(1)
    outcomes = (dice.random((50, 5000)) < expit(odds)).astype(float)
    shifted = np.clip(expit(odds) * 0.8, 0, 1)
    plain, debiased = reliability.calibration_errors(shifted, outcomes)
    assert debiased.mean() == pytest.approx(0.2 * expit(odds).mean(), abs=0.01)
    assert plain.mean() == pytest.approx(debiased.mean(), abs=0.005)


def test_a_perfect_model_stays_below_its_noise_floor_nineteen_times_in_twenty():
    odds, _ = perfect(150)
    floor = reliability.noise_floor(expit(odds), 0)
    outcomes = (np.random.default_rng(9).random((400, 150)) < expit(odds)).astype(float)
    below = (reliability.calibration_errors(expit(odds), outcomes)[1] <= floor).mean()
    assert below == pytest.approx(0.95, abs=0.03)
    assert reliability.noise_floor(expit(odds), 0) == floor


def test_slope_and_intercept_find_what_was_done_to_the_log_odds():
    odds, truth = perfect(6000)
    slope = reliability.calibration_slope(scored(expit(2 * odds), truth))
    assert slope.value == pytest.approx(0.5, abs=0.05)
    assert slope.low < 0.5 < slope.high
    intercept = reliability.calibration_intercept(scored(expit(odds - 0.7), truth))
    assert intercept.value == pytest.approx(0.7, abs=0.1)
    assert intercept.low < 0.7 < intercept.high


def test_slope_is_that_of_plain_logistic_regression_where_there_are_many():
    from sklearn.linear_model import LogisticRegression

    odds, truth = perfect(3000)
    plain = LogisticRegression(C=1e9, tol=1e-8).fit(odds[:, None], truth)
    assert reliability.calibration_slope(scored(expit(odds), truth)).value == pytest.approx(plain.coef_[0, 0], abs=5e-3)


def test_slope_and_intercept_stay_finite_where_classes_are_parted_without_error():
    score = np.concatenate([np.linspace(0.01, 0.2, 20), np.linspace(0.8, 0.99, 20)])
    one = scored(score, np.repeat([0.0, 1.0], 20))
    for found in (reliability.calibration_slope(one), reliability.calibration_intercept(one)):
        assert np.isfinite([found.value, found.low, found.high]).all()
    assert reliability.calibration_slope(one).value > 1


def test_certainty_at_zero_and_one_is_not_infinite():
    one = scored(np.array([0.0, 1.0] * 20), np.array([0.0, 1.0] * 20))
    assert np.isfinite(reliability.calibration_slope(one).value)


def test_all_that_is_told_is_plain_and_repeatable():
    odds, truth = perfect(120)
    one = scored(expit(odds), truth)
    found = reliability.reliability(one, 0)
    assert found == reliability.reliability(one, 0)
    assert found["ece"]["low"] <= found["ece"]["value"] <= found["ece"]["high"]
    assert found["ece_debiased"] <= found["ece"]["value"]
    assert sum(row["n"] for row in found["bins"]) == 120
    assert all(row["low"] <= row["observed"] <= row["high"] for row in found["bins"])
    assert found["slope"]["value"] == pytest.approx(1, abs=0.5)
