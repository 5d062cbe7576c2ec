"""Laws of figures: permutation changes nothing, scikit-learn agrees, intervals hold their point and shrink with n."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn import metrics as theirs

from primum.models import metrics
from primum.models.reliability import calibration_errors

rates = st.floats(0, 1, allow_nan=False).map(lambda x: round(x, 3))
subjects = st.lists(st.tuples(st.integers(0, 1), rates), min_size=4, max_size=40)


def split(listed):
    truth, score = (np.array(one, dtype=float) for one in zip(*listed, strict=True))
    assume(0 < truth.sum() < len(truth))
    return truth, score


@given(subjects)
def test_areas_equal_scikit_learn(listed):
    truth, score = split(listed)
    unit = np.ones((1, len(truth)))
    assert metrics.roc_auc(truth, score, unit)[0] == pytest.approx(theirs.roc_auc_score(truth, score))
    assert metrics.average_precision(truth, score, unit)[0] == pytest.approx(
        theirs.average_precision_score(truth, score)
    )


@given(subjects, st.randoms(use_true_random=False))
def test_order_does_not_matter(listed, dice):
    truth, score = split(listed)
    mixed = list(listed)
    dice.shuffle(mixed)
    other, turned = split(mixed)
    unit = np.ones((1, len(truth)))
    for figure in (metrics.roc_auc, metrics.average_precision):
        assert figure(truth, score, unit)[0] == pytest.approx(figure(other, turned, unit)[0])


@given(subjects)
def test_doubling_every_subject_is_weighing_each_twice(listed):
    truth, score = split(listed)
    for figure in (metrics.roc_auc, metrics.average_precision):
        twice = figure(np.tile(truth, 2), np.tile(score, 2), np.ones((1, 2 * len(truth))))[0]
        assert figure(truth, score, np.full((1, len(truth)), 2.0))[0] == pytest.approx(twice)


@given(subjects)
def test_turning_the_score_round_turns_the_area_round(listed):
    truth, score = split(listed)
    unit = np.ones((1, len(truth)))
    area = metrics.roc_auc(truth, score, unit)[0]
    assert metrics.roc_auc(truth, 1 - score, unit)[0] == pytest.approx(1 - area)
    assert metrics.roc_auc(1 - truth, score, unit)[0] == pytest.approx(1 - area)


@given(st.integers(0, 200), st.integers(0, 200))
def test_intervals_of_shares_hold_their_point_and_the_exact_one_is_no_narrower_at_the_edges(hits, misses):
    n = hits + misses
    assume(n)
    for interval in (metrics.wilson, metrics.clopper_pearson):
        found = interval(hits, n)
        assert 0 <= found.low <= hits / n <= found.high <= 1
        turned = interval(misses, n)
        assert found.low == pytest.approx(1 - turned.high, abs=1e-9)


@given(st.integers(1, 50), st.integers(0, 50))
def test_intervals_shrink_as_subjects_come(hits, misses):
    few, many = metrics.wilson(hits, hits + misses), metrics.wilson(4 * hits, 4 * (hits + misses))
    assert many.high - many.low < few.high - few.low


@given(st.floats(0, 1, allow_nan=False), st.integers(1, 300), st.integers(1, 300))
def test_the_interval_of_an_area_holds_it(area, positives, negatives):
    low, high = metrics.auroc_interval(area, positives, negatives)
    assert 0 <= low <= area + 1e-9
    assert area - 1e-9 <= high <= 1
    back_low, back_high = metrics.auroc_interval(1 - area, positives, negatives)
    assert (1 - back_high, 1 - back_low) == pytest.approx((low, high), abs=1e-6)


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 40))
def test_a_difference_is_turned_round_by_exchanging_sides(a, more_a, b, more_b):
    first, second = metrics.wilson(a, a + more_a), metrics.wilson(b, b + more_b)
    one, other = metrics.proportion_difference(first, second), metrics.proportion_difference(second, first)
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))
    assert -1 <= one.low <= one.value <= one.high <= 1


@settings(deadline=None, max_examples=30)
@given(subjects, st.integers(0, 100))
def test_the_bootstrap_holds_its_point_and_follows_its_seed(listed, seed):
    truth, score = split(listed)
    loss = (truth - score) ** 2

    def measure(drawn):
        return metrics.weighted_mean(loss, drawn)

    first = metrics.bootstrap(loss.mean(), truth.astype(int), seed, measure)
    assert first.low <= first.value <= first.high
    assert first == metrics.bootstrap(loss.mean(), truth.astype(int), seed, measure)
    assert loss.min() - 1e-12 <= first.low
    assert first.high <= loss.max() + 1e-12


@given(subjects)
def test_calibration_errors_lie_between_none_and_all(listed):
    truth, score = split(listed)
    plain, debiased = calibration_errors(score, truth[None])
    assert 0 <= debiased[0] <= plain[0] + 1e-12
    assert plain[0] <= 1
