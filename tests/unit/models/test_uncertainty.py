"""Doubt: exact quantiles, sets, abstention and the operating threshold, by hand."""

import numpy as np
import pytest

from primum.errors import DataError
from primum.models import uncertainty


def two(score):
    return np.column_stack([1 - np.asarray(score), np.asarray(score)])


def test_the_quantile_is_the_exact_order_statistic_of_each_class():
    sick = np.array([0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.3])  # nine: rank ceil(10 * 0.9) = 9, the worst
    well = np.linspace(0.01, 0.19, 19)  # nineteen: rank ceil(20 * 0.9) = 18, the second worst
    found, counts = uncertainty.quantiles(two(np.concatenate([sick, well])), np.repeat([1, 0], [9, 19]), 0.9)
    assert counts.tolist() == [19, 9]
    assert found[1] == pytest.approx(0.7)
    assert found[0] == pytest.approx(0.18)


@pytest.mark.parametrize(("coverage", "enough"), [(0.9, 9), (0.95, 19), (0.8, 4)])
def test_with_too_few_subjects_nothing_is_ruled_out(coverage, enough):
    score = np.full(enough, 0.5)
    assert uncertainty.quantiles(two(score), np.ones(enough, dtype=int), coverage)[0][1] == 0.5
    assert uncertainty.quantiles(two(score[1:]), np.ones(enough - 1, dtype=int), coverage)[0][1] == 1
    assert uncertainty.quantiles(two(score), np.ones(enough, dtype=int), coverage)[0][0] == 1


def test_sets_hold_the_classes_that_are_likely_enough_each_by_its_own_quantile():
    found = uncertainty.prediction_sets(two([0.05, 0.5, 0.95]), np.array([0.2, 0.6]))
    assert found.tolist() == [[True, False], [False, True], [False, True]]
    assert uncertainty.prediction_sets(two([0.5]), np.array([0.4, 0.4])).tolist() == [[False, False]]
    assert uncertainty.prediction_sets(two([0.5]), np.array([1.0, 1.0])).all()


def test_the_model_abstains_unless_exactly_one_class_is_left():
    sets = np.array([[True, False], [True, True], [False, False]])
    assert uncertainty.abstains(sets).tolist() == [False, True, True]
    assert [uncertainty.named(row, ("well", "ill")) for row in sets.tolist()] == [["well"], ["well", "ill"], []]


@pytest.mark.parametrize(("wanted", "misses"), [(1.0, 0), (0.95, 1), (0.9, 2), (0.0, 19)])
def test_the_threshold_misses_no_more_than_allowed(wanted, misses):
    sick, well = np.linspace(0.3, 0.95, 20), np.linspace(0.0, 0.5, 41)
    score, truth = np.concatenate([sick, well]), np.repeat([True, False], [20, 41])
    threshold = uncertainty.operating_threshold(score, truth, wanted)
    assert (sick < threshold).sum() == misses


def test_the_threshold_lies_halfway_to_the_next_subject_below():
    score, truth = np.array([0.9, 0.6, 0.4, 0.1]), np.array([True, True, False, False])
    assert uncertainty.operating_threshold(score, truth, 1.0) == pytest.approx(0.5)
    assert uncertainty.operating_threshold(score[:2], truth[:2], 1.0) == pytest.approx(0.3)


def test_subjects_of_equal_probability_stay_on_one_side():
    score, truth = np.array([0.7, 0.7, 0.7, 0.2]), np.array([True, False, True, False])
    threshold = uncertainty.operating_threshold(score, truth, 0.5)
    assert 0.2 < threshold <= 0.7


def test_without_anybody_sick_there_is_no_threshold():
    with pytest.raises(DataError) as refusal:
        uncertainty.operating_threshold(np.array([0.5]), np.array([False]), 0.9)
    assert "cohort.split" in refusal.value.remedy
