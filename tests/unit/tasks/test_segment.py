"""Segmentation as a task: units are samples, F1 is Dice of each subject, masks of another size are refused."""

import numpy as np
import pytest

from primum.domain import drawn
from primum.domain.picture import Picture, encode
from primum.domain.scored import Scored
from primum.domain.tokens import Pictures
from primum.errors import DataError
from primum.models import clustered
from primum.models.clustered import estimates
from primum.tasks.segment import Segment
from synthetic.small_pictures import COLUMN

NAMES = ("nothing", "left", "right")


def pictures(*spaces):
    return Pictures(
        values=tuple(np.zeros((1, *one), dtype=np.float32) for one in spaces),
        columns=(COLUMN,),
        spacing=((),) * len(spaces),
    )


def cell(values):
    return encode(Picture(values=np.array([values], dtype=np.uint8)))


def scored(outcome, called, owner, names=NAMES):
    return Scored(
        outcome=np.array(outcome),
        probability=np.eye(len(names))[called] * 0.8 + 0.2 / len(names),
        threshold=0.5,
        positives=tuple(range(1, len(names))),
        owner=np.array(owner),
        labels=tuple(names),
    )


def test_units_are_the_samples_of_pictures_of_any_size():
    tokens = pictures((2, 2), (1, 3))
    assert Segment().owners(tokens).tolist() == [0, 0, 0, 0, 1, 1, 1]
    told = [cell([[0, 1], [2, 0]]), cell([[1, 1, 0]])]
    assert Segment().truth(tokens, told, ("left", "right")).tolist() == [0, 1, 2, 0, 1, 1, 0]
    assert Segment().labels(("left", "right")) == NAMES


@pytest.mark.parametrize("mask", [[[0, 1]], [[0, 3], [0, 0]]], ids=["another size", "another label"])
def test_a_mask_of_another_size_or_with_other_numbers_is_refused(mask):
    with pytest.raises(DataError, match="another size"):
        Segment().truth(pictures((2, 2)), [cell(mask)], ("left", "right"))


def test_no_class_may_be_called_nothing():
    with pytest.raises(ValueError, match="called nothing"):
        drawn.labels(("nothing", "nucleus"))


def test_f1_is_dice_of_each_subject_and_then_the_mean_however_large_subjects_are():
    found = Segment().measure(
        scored([1, 1, 1, 1, 1, 1, 0, 0, 1], [1, 1, 1, 1, 1, 1, 0, 1, 0], [0] * 6 + [1] * 3, ("nothing", "nucleus"))
    )
    assert found["f1"] == pytest.approx((1 + 0) / 2)
    assert found["recall"] == pytest.approx(0.5)
    assert found["precision"] == pytest.approx(0.5)
    assert found["specificity"] == pytest.approx(1 / 2)


def test_dice_is_1_where_nothing_is_there_and_nothing_is_drawn():
    found = Segment().measure(scored([0, 0, 1, 1], [0, 0, 1, 0], [0, 0, 1, 1], ("nothing", "nucleus")))
    assert found["f1"] == pytest.approx((1 + 2 / 3) / 2)


def test_classes_count_alike_however_many_samples_they_have():
    outcome = [1] * 8 + [2] * 2
    called = [1] * 8 + [0] * 2
    assert Segment().measure(scored(outcome, called, [0] * 10))["f1"] == pytest.approx(0.5)


def test_a_class_is_counted_apart_in_each_subject():
    counted = drawn.matches(np.array([1, 2, 0, 2]), np.array([1, 1, 2, 2]), np.array([0, 0, 1, 1]), NAMES)
    assert counted["left"].tolist() == [[1, 2, 1], [0, 0, 0]]
    assert counted["right"].tolist() == [[0, 0, 1], [1, 2, 1]]
    assert drawn.dice(counted["left"]).tolist() == pytest.approx([2 / 3, 1])


def test_intervals_draw_subjects_about_the_very_figures_of_the_task():
    dice = np.random.default_rng(1)
    owner = np.repeat(np.arange(30), 40)
    outcome = dice.integers(0, 3, len(owner))
    called = np.where(dice.random(len(owner)) < 0.7, outcome, dice.integers(0, 3, len(owner)))
    mine = scored(outcome, called, owner)
    points = Segment().measure(mine)
    told = estimates(points, mine, 0)
    assert {name: one.value for name, one in told.items()} == pytest.approx(dict(points))
    assert all(told[name].low < told[name].value < told[name].high for name in ("precision", "recall", "f1"))
    assert told["f1"].n == 30
    by_class = clustered.by_kind(mine, 0)
    assert np.mean([one["f1"].value for one in by_class.values()]) == pytest.approx(points["f1"])
    worse = scored(outcome, dice.integers(0, 3, len(owner)), owner)
    assert clustered.differences(mine, worse, 0)["f1"].low > 0
