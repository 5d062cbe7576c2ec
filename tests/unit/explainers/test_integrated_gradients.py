"""Integrated gradients: weights sum to the rise from nothing to the case, and models without slopes are refused."""

import numpy as np
import pytest

from primum.explainers.integrated_gradients import STEPS, IntegratedGradients
from synthetic.tables import Row


def curved(rows):
    return rows[:, 0] ** 2 + rows[:, 0] * rows[:, 1] + 3 * rows[:, 2]


def test_weights_sum_to_the_rise_from_the_typical_subject():
    case, reference = np.array([1.0, 2.0, -1.0, 4.0]), np.array([0.0, 1.0, 0.0, 4.0])
    weights = IntegratedGradients().weigh(Row(curved, case, reference), 0)
    assert weights.sum() == pytest.approx(curved(case[None])[0] - curved(reference[None])[0], abs=1e-4)
    assert weights[3] == pytest.approx(0, abs=1e-6)


def test_it_asks_for_slopes_a_few_times_on_the_way():
    asked = []

    class Counted(Row):
        def slopes(self, kept):
            asked.extend(kept[:, 0].tolist())
            return super().slopes(kept)

    IntegratedGradients().weigh(Counted(curved, np.ones(3), np.zeros(3)), 0)
    assert len(asked) == STEPS
    assert all(0 < one < 1 for one in asked)


def test_a_case_without_slopes_is_refused():
    class Flat:
        places = 3

        def log_odds(self, kept):
            return kept.sum(axis=1)

    with pytest.raises(TypeError, match="knows none"):
        IntegratedGradients().weigh(Flat(), 0)
