import numpy as np
import pytest

from primum.models.labels import suspected


def made(count=200, seed=0):
    dice = np.random.default_rng(seed)
    outcome = np.arange(count) % 2
    values = dice.normal(size=(count, 3)) + 4 * outcome[:, None]
    return values, outcome


def test_turned_labels_are_suspected_and_sound_ones_are_not():
    values, outcome = made()
    wrong = [3, 50, 121]
    values[wrong] += 3 * (2 * outcome[wrong, None] - 1)
    turned = outcome.copy()
    turned[wrong] = 1 - turned[wrong]
    assert set(wrong) <= set(np.flatnonzero(suspected(values, turned, 1)))
    assert suspected(values, turned, 1).sum() <= len(wrong) + 2
    assert suspected(values, outcome, 1).sum() <= 2


def test_missing_values_and_empty_columns_do_not_stop_it():
    values, outcome = made()
    values[::7, 0] = np.nan
    values[:, 2] = np.nan
    assert suspected(values, outcome, 1).shape == (200,)


def test_equal_seeds_suspect_equally():
    values, outcome = made(seed=4)
    assert (suspected(values, outcome, 9) == suspected(values, outcome, 9)).all()


@pytest.mark.parametrize("smallest", [2, 3])
def test_small_classes_get_fewer_folds(smallest):
    values, _ = made(40)
    outcome = np.array([1] * smallest + [0] * (40 - smallest))
    assert suspected(values, outcome, 0).dtype == bool


def test_three_classes():
    dice = np.random.default_rng(5)
    outcome = np.arange(150) % 3
    values = dice.normal(size=(150, 2)) + 6 * outcome[:, None]
    turned = outcome.copy()
    turned[10] = (turned[10] + 1) % 3
    assert suspected(values, turned, 0)[10]
