"""Recalibration: finds what was done to the log-odds, leaves well alone, and never runs away."""

import numpy as np
import pytest
from scipy.special import softmax

from primum.models import calibration
from primum.models.calibration import Recalibration, recalibrate


def sample(classes=2, n=4000, seed=0):
    dice = np.random.default_rng(seed)
    logits = dice.normal(size=(n, classes)) * 1.5
    logits[:, 0] = 0
    outcome = np.array([dice.choice(classes, p=one) for one in softmax(logits, axis=1)])
    return logits, outcome


def test_two_classes_are_platt_scaling():
    from sklearn.linear_model import LogisticRegression

    logits, outcome = sample()
    found = recalibrate(logits * 3 + np.array([0, 1.0]), outcome)
    theirs = LogisticRegression(C=1e9, tol=1e-8).fit((logits * 3 + np.array([0, 1.0]))[:, 1:], outcome)
    assert found.slopes[0, 0] == pytest.approx(theirs.coef_[0, 0], abs=2e-3)
    assert found.intercepts[0] == pytest.approx(theirs.intercept_[0], abs=2e-3)
    assert found.slopes[0, 0] == pytest.approx(1 / 3, abs=0.03)


def test_three_classes_are_brought_back():
    logits, outcome = sample(classes=3)
    found = recalibrate(logits * 2, outcome)
    assert np.diag(found.slopes) == pytest.approx([0.5, 0.5], abs=0.05)
    moved = softmax(found.apply(logits * 2), axis=1)
    assert np.abs(moved - softmax(logits, axis=1)).mean() < 0.02


def test_what_is_right_already_is_hardly_moved():
    logits, outcome = sample()
    moved = recalibrate(logits, outcome).apply(logits)
    np.testing.assert_allclose(softmax(moved, axis=1), softmax(logits, axis=1), atol=0.04)


def test_log_loss_never_rises_on_the_subjects_it_was_learnt_on_but_for_the_prior():
    logits, outcome = sample(n=300)
    for factor in (0.2, 1, 5):
        before = -np.log(softmax(logits * factor, axis=1)[np.arange(300), outcome]).mean()
        moved = recalibrate(logits * factor, outcome).apply(logits * factor)
        assert -np.log(softmax(moved, axis=1)[np.arange(300), outcome]).mean() <= before + 1e-9


def test_classes_parted_without_error_give_finite_numbers():
    logits = np.column_stack([np.zeros(40), np.repeat([-3.0, 3.0], 20)])
    found = recalibrate(logits, np.repeat([0, 1], 20))
    assert np.isfinite(found.slopes).all()
    assert 1 < found.slopes[0, 0] < 10


def test_a_scorer_that_says_the_same_of_all_keeps_its_slope():
    found = recalibrate(np.tile([0.0, -1.0], (100, 1)), np.arange(100) % 2)
    moved = softmax(found.apply(np.tile([0.0, -1.0], (1, 1))), axis=1)
    assert moved[0, 1] == pytest.approx(0.5, abs=0.02)


def test_the_document_gives_the_same_map_back_to_the_bit():
    logits, outcome = sample(classes=3, n=200)
    found = recalibrate(logits, outcome)
    back = Recalibration.from_document(found.as_document())
    assert back.apply(logits).tobytes() == found.apply(logits).tobytes()
    assert recalibrate(logits, outcome).as_document() == found.as_document()


def test_only_differences_between_logits_count():
    logits, outcome = sample(n=200)
    found = recalibrate(logits, outcome)
    np.testing.assert_allclose(found.apply(logits + 7), found.apply(logits), atol=1e-9)
    assert calibration.PRIOR > 0


def test_many_classes_with_few_subjects_share_one_slope():
    logits, outcome = sample(classes=6, n=250)
    found = recalibrate(logits * 3, outcome)
    assert np.count_nonzero(found.slopes - np.diag(np.diag(found.slopes))) == 0
    assert np.ptp(np.diag(found.slopes)) == 0
    assert found.slopes[0, 0] == pytest.approx(1 / 3, abs=0.08)
    enough, truth = sample(classes=6, n=calibration.A_NUMBER * 5 * 6)
    assert np.count_nonzero(recalibrate(enough, truth).slopes) == 25


def test_a_gradient_after_recalibration_is_pulled_back_to_before():
    logits, outcome = sample(classes=3, n=300)
    found = recalibrate(logits * 2, outcome)
    towards = np.array([0.3, -1.0, 0.7])
    pulled = found.pulled(towards[None])[0]
    for place in range(3):
        step = np.zeros(3)
        step[place] = 1e-5
        ends = [found.apply(logits[:1] + sign * step)[0] @ towards for sign in (1, -1)]
        assert pulled[place] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-6)
