"""Every registered explainer: repeatable, finite, right about a linear model, and at ease with missing values."""

import numpy as np
import pytest

from primum import plugins
from primum.plugins import Case, SlopedCase
from synthetic.tables import Row

SLOPES = np.array([2.0, -1.0, 0.0, 0.5, 0.0])
REFERENCE = np.array([1.0, 0.0, 5.0, -2.0, 2.0])
CASE = np.array([3.0, 2.0, 1.0, -4.0, 2.0])


def linear(rows):
    return np.nan_to_num(rows) @ SLOPES + 0.3


ANY = [name for name in plugins.names("explainer") if plugins.load("explainer", name).needs in {Case, SlopedCase}]
"""Those that need no more than rows of numbers and their slopes."""


@pytest.fixture(params=ANY)
def explainer(request):
    return plugins.load("explainer", request.param)


def test_a_linear_model_is_explained_by_slope_times_distance(explainer):
    weights = explainer.weigh(Row(linear, CASE, REFERENCE), 0)
    np.testing.assert_allclose(weights, SLOPES * (CASE - REFERENCE), atol=1e-5)
    assert weights.shape == (5,)
    assert weights.dtype == np.float64


def test_what_the_model_does_not_use_or_what_is_typical_weighs_nothing(explainer):
    weights = explainer.weigh(Row(lambda rows: np.tanh(linear(rows)), CASE, REFERENCE), 0)
    assert weights[2] == pytest.approx(0, abs=1e-9)
    assert weights[4] == 0


def test_equal_seeds_give_equal_bits_whatever_other_dice_were_thrown(explainer):
    import torch

    def bent(rows):
        return np.tanh(linear(rows)) * (1 + rows[:, 0])

    first = explainer.weigh(Row(bent, CASE, REFERENCE), 3)
    torch.rand(7)
    assert explainer.weigh(Row(bent, CASE, REFERENCE), 3).tobytes() == first.tobytes()


def test_the_sign_speaks_for_the_class_of_interest(explainer):
    weights = explainer.weigh(Row(linear, CASE, REFERENCE), 0)
    assert weights[0] > 0 > weights[1]


@pytest.mark.parametrize("name", ["occlusion", "shapley"])
def test_a_missing_value_is_weighed_as_any_other(name):
    explainer = plugins.load("explainer", name)

    def told(rows):
        return np.where(np.isnan(rows[:, 0]), -3.0, 1.0)

    case = CASE.copy()
    case[0] = np.nan
    weights = explainer.weigh(Row(told, case, REFERENCE), 0)
    assert np.isfinite(weights).all()
    assert weights[0] == pytest.approx(-4.0)
    assert np.abs(weights[1:]).max() == 0


def test_case_and_reference_are_left_as_they_were(explainer):
    case, reference = CASE.copy(), REFERENCE.copy()
    case.setflags(write=False)
    reference.setflags(write=False)
    explainer.weigh(Row(linear, case, reference), 0)
    assert (case == CASE).all()


def test_a_record_of_one_place_can_be_explained(explainer):
    weights = explainer.weigh(Row(lambda rows: rows[:, 0] * 2, np.array([3.0]), np.array([1.0])), 0)
    assert weights == pytest.approx([4.0])
