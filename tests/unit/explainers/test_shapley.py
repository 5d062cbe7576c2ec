"""Shapley values: weights share out the whole difference, and the order of an interaction is shared fairly."""

import numpy as np
import pytest

from primum.explainers.shapley import Shapley
from synthetic.tables import Row


def product(rows):
    return rows[:, 0] * rows[:, 1]


def test_weights_sum_to_the_difference_from_the_typical_subject():
    dice = np.random.default_rng(0)
    case, reference = dice.normal(size=6), dice.normal(size=6)

    def score(rows):
        return np.sin(rows).sum(axis=1) + rows[:, 0] * rows[:, 3]

    weights = Shapley().weigh(Row(score, case, reference), 1)
    whole = score(case[None])[0] - score(reference[None])[0]
    assert weights.sum() == pytest.approx(whole, abs=1e-5)


def test_an_interaction_is_shared_between_its_places():
    weights = Shapley().weigh(Row(product, np.array([2.0, 2.0, 9.0]), np.zeros(3)), 0)
    assert weights[:2] == pytest.approx([2.0, 2.0], abs=0.8)
    assert weights[:2].sum() == pytest.approx(4.0)
    assert weights[2] == 0


def test_another_seed_throws_other_orders():
    case, reference = np.arange(1.0, 7.0), np.zeros(6)

    def score(rows):
        return np.prod(1 + rows, axis=1)

    assert (Shapley().weigh(Row(score, case, reference), 0) != Shapley().weigh(Row(score, case, reference), 1)).any()
