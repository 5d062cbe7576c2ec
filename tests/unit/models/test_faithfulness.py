"""The deletion test: true explanations pass, random and reversed ones fail, and so does one case's own."""

import numpy as np
import pytest

from primum.models import faithfulness
from synthetic.tables import Row

SLOPES = np.array([4.0, 2.0, 1.0, 0.5, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0])
REFERENCE = np.zeros(10)


def linear(rows):
    return rows @ SLOPES


def asked(score, rows):
    return [Row(score, one, REFERENCE) for one in rows]


def cases(n=40):
    return np.random.default_rng(0).normal(size=(n, 10))


def judged(weights, at_least=2.0, score=linear):
    return faithfulness.judge(faithfulness.change(asked(score, cases()), weights, 0), at_least, 0)


def test_true_weights_pass_with_their_figures_in_order():
    found = judged(cases() * SLOPES, at_least=1.5)
    assert found.passes
    assert found.reversed.value < found.random.value < found.deleted.value
    assert found.deleted.low < found.deleted.value < found.deleted.high
    assert found.ratio.low <= found.ratio.value <= found.ratio.high
    assert found.ratio.value == pytest.approx(found.deleted.value / found.random.value)
    assert found.ratio.n == 40


def test_random_weights_do_not_pass():
    found = judged(np.random.default_rng(1).normal(size=(40, 10)))
    assert not found.passes
    assert found.ratio.value == pytest.approx(1, abs=0.3)


def test_true_weights_in_reverse_do_not_pass():
    strength = np.abs(cases() * SLOPES)
    found = judged(1 / (strength + 1e-3), at_least=1.0)
    assert not found.passes
    assert found.reversed.value > found.random.value


def test_the_limit_is_judged_by_the_low_end():
    found = judged(cases() * SLOPES)
    assert judged(cases() * SLOPES, at_least=found.ratio.low).passes
    assert not judged(cases() * SLOPES, at_least=found.ratio.low + 1e-6).passes


def test_a_model_that_says_the_same_of_all_cannot_be_explained():
    found = judged(cases(), score=lambda rows: np.zeros(len(rows)))
    assert not found.passes
    assert found.ratio.as_document()["value"] is None


def test_the_sign_of_a_weight_does_not_matter_for_what_is_taken():
    assert judged(cases() * SLOPES) == judged(-(cases() * SLOPES))


def test_changes_by_hand():
    case = np.array([[1.0, 1.0, 0, 0, 0, 0, 0, 0, 0, 0]])
    weights = np.array([[4.0, 2.0, 1.0, 0.0, 0, 0, 0, 0, 0, 0]])
    moved = faithfulness.change(asked(linear, case), weights, 0)
    assert moved.deleted[0] == 6
    assert moved.reversed[0] == 0
    assert 0 < moved.random[0] < 6


def test_missing_values_can_be_taken_away():
    rows = cases()
    rows[:, 0] = np.nan
    moved = faithfulness.change(asked(lambda x: np.nan_to_num(x, nan=-2.0) @ SLOPES, rows), rows * 0 + SLOPES, 0)
    assert np.isfinite(moved.deleted).all()
    assert moved.deleted.min() > 0


@pytest.mark.parametrize(("places", "taken"), [(1, 1), (2, 1), (4, 2), (5, 2), (6, 3), (30, 3)])
def test_no_more_than_half_the_places_are_taken(places, taken):
    assert faithfulness.places_taken(places) == taken


def test_an_explanation_holds_for_a_case_or_does_not():
    case = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    assert faithfulness.holds(Row(linear, case, REFERENCE), SLOPES, 0)
    assert not faithfulness.holds(Row(linear, case, REFERENCE), SLOPES[::-1], 0)
    assert not faithfulness.holds(Row(lambda rows: np.ones(len(rows)), case, REFERENCE), SLOPES, 0)


def test_equal_seeds_give_equal_verdicts_and_the_case_is_left_as_it_was():
    rows = cases()
    rows.setflags(write=False)
    first, again = (faithfulness.change(asked(linear, rows), rows * SLOPES, 3) for _ in range(2))
    assert (first.random == again.random).all()
