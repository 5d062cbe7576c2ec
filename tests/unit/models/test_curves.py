"""Curves: from corner to corner, short, and net benefit by hand."""

import numpy as np
import pytest

from primum.domain.scored import Scored
from primum.models import curves


def scored(n=500):
    dice = np.random.default_rng(0)
    truth = np.arange(n) % 2
    score = 1 / (1 + np.exp(-(dice.normal(size=n) + 2 * truth - 1)))
    return Scored(outcome=truth, probability=np.column_stack([1 - score, score]), threshold=0.5, positives=(1,))


def test_curves_run_from_end_to_end_in_at_most_101_points():
    for points in (curves.roc(scored()), curves.precision_recall(scored())):
        assert 2 < len(points) <= 101
        x = [one[0] for one in points]
        assert x == sorted(x)
        assert (x[0], x[-1]) == (0, 1)
    assert curves.roc(scored())[0] == [0, 0]
    assert curves.roc(scored())[-1] == [1, 1]
    assert curves.precision_recall(scored())[-1] == pytest.approx([1, 0.5])


def test_a_short_curve_is_told_whole():
    one = scored().only(np.arange(8))
    assert len(curves.precision_recall(one)) == 9


def test_net_benefit_by_hand():
    one = Scored(
        outcome=np.array([1, 1, 0, 0]),
        probability=np.array([[0.1, 0.9], [0.7, 0.3], [0.4, 0.6], [0.9, 0.1]]),
        threshold=0.5,
        positives=(1,),
    )
    row = {point["threshold"]: point for point in curves.decision_curve(one)}[0.25]
    # three are called: two rightly, one wrongly; the odds of the threshold are one third
    assert row["model"] == pytest.approx(2 / 4 - 1 / 4 / 3, abs=1e-6)
    assert row["treat_all"] == pytest.approx(2 / 4 - 2 / 4 / 3, abs=1e-6)
    assert row["treat_none"] == 0


def test_at_a_low_threshold_the_model_is_worth_as_much_as_treating_all():
    first = curves.decision_curve(scored())[0]
    assert first["threshold"] == 0.01
    assert first["model"] == pytest.approx(first["treat_all"], abs=2e-3)
