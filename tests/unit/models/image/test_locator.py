"""Finding things: bright and dark squares are found where they lie, counted, told in the picture's own samples."""

import numpy as np
import pytest
import torch

from primum.domain.tokens import Pictures
from primum.errors import DataError, IntegrityError
from primum.models.fitting import Teaching
from primum.models.image.boxed import Boxed, Finding, moved_together, targets
from primum.models.image.kept import WEIGHTS
from primum.models.image.locator import SHAPE, Locator, fit, peaks
from primum.models.image.looks import Look
from primum.models.image.recipes import Recipe
from primum.models.running import Running
from synthetic.small_pictures import COLUMN, SMALL

GENTLE = Recipe(turn=0, shift=0.05, zoom=0.05, contrast=0.1, brightness=0.1, average=0.8, flips=(0, 1))


def squares(count=40, space=(48, 64), seed=0, scale=1):
    """Return pictures with up to three squares each, bright ones of kind 0 and dark ones of kind 1, and their boxes."""
    dice = np.random.default_rng(seed)
    pictures, truth = [], []
    for _ in range(count):
        picture = dice.normal(0, 0.2, (1, *space))
        boxes, kinds = [], []
        for place in range(int(dice.integers(0, 4))):
            side, kind = int(dice.integers(9, 14)), int(dice.integers(2))
            left = place * 21 + int(dice.integers(0, 21 - side))
            top = int(dice.integers(0, space[0] - side))
            picture[0, top : top + side, left : left + side] += 2 - 4 * kind
            boxes.append((top, left, top + side, left + side))
            kinds.append(kind)
        pictures.append(np.kron(picture, np.ones((1, scale, scale))).astype(np.float32))
        own = np.array(boxes, dtype=np.float64).reshape(-1, 4) * scale
        truth.append(Finding(boxes=own, kinds=np.array(kinds, dtype=np.int64)))
    return Pictures(values=tuple(pictures), columns=(COLUMN,), spacing=((),) * count), truth


def taught(made, recipe=GENTLE, **changed):
    model = SMALL.model_copy(update={"epochs": 12, "width": 8, "depth": 3, "batch_size": 8, **changed})
    teaching = Teaching(
        model=model, seed=0, encoder={}, running=lambda _: Running(device="cpu"), labels=("bright", "dark")
    )
    return fit(*made, teaching, recipe)


@pytest.fixture(scope="module")
def fitted():
    return taught(squares(56))


def overlap(one, other):
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    both = np.prod(np.clip(high - low, 0, None))
    return both / (np.prod(one[2:] - one[:2]) + np.prod(other[2:] - other[:2]) - both)


def met(fitted, made):
    """Return the share of things that a sure find of their kind covers, and how many finds cover none."""
    hits, things, vain = 0, 0, 0
    for found, true in zip(fitted.find(made[0]), made[1], strict=True):
        sure = [at for at in range(len(found.kinds)) if found.scores[at] >= 0.3]
        pairs = [
            [overlap(found.boxes[at], box) > 0.5 and found.kinds[at] == kind for at in sure]
            for box, kind in zip(true.boxes, true.kinds, strict=True)
        ]
        hits += sum(any(one) for one in pairs)
        things += len(pairs)
        vain += len(sure) - int(np.any(pairs, axis=0).sum()) if pairs and sure else len(sure)
    return hits / things, vain / things


@pytest.mark.parametrize("scale", [1, 2])
def test_things_are_found_where_they_lie_in_the_pictures_own_samples(fitted, scale):
    share, vain = met(fitted, squares(24, seed=7, scale=scale))
    assert share > 0.8
    assert vain < 0.25


def test_counts_are_of_what_reaches_its_kinds_threshold(fitted):
    tokens, _ = squares(8, seed=3)
    for one in fitted.find(tokens):
        assert (np.diff(one.scores) <= 0).all()
        assert one.counts((2.0, 2.0)).tolist() == [0, 0]
        assert one.counts((0.0, 2.0)).tolist() == [int((one.kinds == 0).sum()), 0]
        assert (one.boxes[:, :2] >= 0).all()
        assert (one.boxes[:, 2:] <= np.array([48, 64])).all()


def test_the_same_comes_back_from_its_files(fitted):
    tokens, _ = squares(3, seed=2)
    back = Locator.load(fitted.state())
    for one, other in zip(back.find(tokens), fitted.find(tokens), strict=True):
        assert np.array_equal(one.boxes, other.boxes)
        assert np.array_equal(one.scores, other.scores)
    assert back.state() == fitted.state()


def test_equal_seeds_give_equal_weights():
    first, second = (taught(squares(8), epochs=1).state()[WEIGHTS] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", [WEIGHTS, SHAPE])
def test_damaged_files_are_refused(fitted, name):
    state = dict(fitted.state())
    for damaged in ({**state, name: b"\xff"}, {key: one for key, one in state.items() if key != name}):
        with pytest.raises(IntegrityError):
            Locator.load(damaged)


def test_pictures_without_anything_are_learnt_from():
    tokens, truth = squares(8)
    nothing = [Finding(boxes=np.zeros((0, 4)), kinds=np.zeros(0, np.int64)) for _ in truth]
    assert len(taught((tokens, nothing), epochs=1).find(tokens)) == 8


def test_there_must_be_a_list_of_boxes_for_each_picture():
    tokens, truth = squares(4)
    with pytest.raises(DataError, match="boxes"):
        taught((tokens, truth[:3]))


def test_boxes_move_with_their_pictures():
    tokens, truth = squares(40, seed=1)
    rows = Boxed(tokens, truth, Look.of(tokens, GENTLE))
    pictures, boxes, kinds = rows.take(torch.arange(40))
    wild = Recipe(turn=0, shift=0.1, zoom=0.2, contrast=0, brightness=0, flips=(0, 1))
    seen, moved = moved_together(pictures, boxes, wild, torch.Generator().manual_seed(0))
    assert not torch.allclose(boxes, moved)
    for picture, some, own in zip(seen, moved, kinds, strict=True):
        for box, kind in zip(some.tolist(), own.tolist(), strict=True):
            top, left, bottom, right = (round(one) for one in box)
            if kind >= 0 and bottom - top > 5 and right - left > 5:
                inner = picture[0, top + 2 : bottom - 2, left + 2 : right - 2]
                assert float(inner.mean()) * (1 - 2 * kind) > 1


def test_the_smaller_of_two_boxes_has_the_cells_both_could_have():
    boxes = torch.tensor([[[0.0, 0, 40, 40], [16, 16, 24, 24], [0, 0, 0, 0]]])
    heat, owner, weight = targets(boxes, torch.tensor([[0, 1, -1]]), (2, 10, 10))
    assert heat[0, 0, 5, 5] == heat[0, 1, 5, 5] == 1
    assert (heat == 1).sum() == 2
    assert owner[0, 5, 5] == 1
    assert owner[0, 4, 5] == 0
    assert not weight[0, 0, 0]


def test_boxes_outside_or_without_size_are_not_looked_for():
    boxes = torch.tensor([[[10.0, 10, 10, 20], [50, 50, 60, 60]]])
    heat, _, weight = targets(boxes, torch.tensor([[0, 0]]), (1, 10, 10))
    assert not heat.any()
    assert not weight.any()


def test_a_peak_is_above_its_neighbours():
    heat = torch.zeros(1, 6, 6)
    heat[0, 2, 3], heat[0, 2, 4], heat[0, 5, 0] = 0.9, 0.8, 0.5
    scores, kinds, boxes = peaks(heat, torch.ones(4, 6, 6))
    assert scores.tolist() == pytest.approx([0.9, 0.5])
    assert kinds.tolist() == [0, 0]
    assert boxes[0].tolist() == [6, 10, 14, 18]
