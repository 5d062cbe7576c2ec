"""Millilitres, and the bounds that hold as often as promised."""

import math

import numpy as np
import pytest

from primum.errors import DataError
from primum.models.image.volumes import counts, factor, millilitres


def test_volume_is_samples_times_spacing():
    mask = np.zeros((10, 10, 10), np.int64)
    mask[:2, :5, :5] = 1
    mask[2:4, :5, :5] = 2
    assert millilitres([mask, mask], [(1, 1, 1), (2, 1, 0.5)]).tolist() == [0.1, 0.1]


def test_a_volume_without_spacing_is_refused():
    with pytest.raises(DataError, match="millilitres"):
        millilitres([np.ones((2, 2, 2), np.int64)], [()])


def test_the_factor_is_the_right_one_of_those_seen():
    true = np.array([1.0] * 9)
    measured = np.array([1, 1.1, 1 / 1.2, 1.3, 1 / 1.4, 1.5, 1 / 1.6, 1.7, 1 / 1.8])
    assert factor(measured, true, 0.9) == pytest.approx(1.8)
    assert factor(measured, true, 0.5) == pytest.approx(1.4)
    assert factor(measured[:8], true[:8], 0.9) == math.inf
    assert factor(np.array([0.0] * 9), true, 0.9) == math.inf


def test_true_volumes_lie_within_the_factor_as_often_as_promised():
    dice = np.random.default_rng(0)
    held = 0
    for _ in range(400):
        measured = dice.uniform(2, 4, 20)
        true = measured * np.exp(dice.normal(0, 0.2, 20))
        wide = factor(measured[:19], true[:19], 0.9)
        held += measured[19] / wide <= true[19] <= measured[19] * wide
    assert 0.86 < held / 400 < 0.95


def test_counts_differ_by_so_many_at_most():
    assert counts([1] * 9, [1, 2, 1, 1, 1, 1, 1, 5, 1], 0.9) == 4
    assert counts([1] * 9, [1, 2, 1, 1, 1, 1, 1, 5, 1], 0.8) == 1
    assert counts([1] * 8, [1] * 8, 0.9) is None
