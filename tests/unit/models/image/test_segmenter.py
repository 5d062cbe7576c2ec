"""Drawing: learns flat pictures and volumes, keeps their size, goes through windows, is kept and read back."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from primum.errors import DataError, IntegrityError, StudyError
from primum.models.fitting import Teaching
from primum.models.image import segmenter as module
from primum.models.image.kept import WEIGHTS
from primum.models.image.recipes import Recipe
from primum.models.image.segmenter import SHAPE, Segmenter, fit
from primum.models.image.tiles import Tiles, filled, standardised, whole
from primum.models.image.varying import varied_together
from primum.models.running import Running
from synthetic.small_pictures import SMALL, blobs

GENTLE = Recipe(shift=0.02, turn=3, zoom=0.02, average=0.8, flips=(0, 1))


def drawn(tokens):
    return [(one[0] > 1.5).astype(np.int64) for one in tokens.values]


def taught(tokens, masks=None, recipe=GENTLE, **changed):
    model = SMALL.model_copy(update={"epochs": 6, "width": 8, "depth": 3, "batch_size": 8, **changed})
    teaching = Teaching(
        model=model, seed=0, encoder={}, running=lambda _: Running(device="cpu"), labels=("nothing", "blob")
    )
    return fit(tokens, drawn(tokens) if masks is None else masks, teaching, recipe)


@pytest.fixture(scope="module")
def fitted():
    return taught(blobs(48, spread=5)[0])


def dice(model, tokens):
    pairs = zip(model.masks(tokens), drawn(tokens), strict=True)
    return np.mean([2 * (one & other).sum() / (one.sum() + other.sum()) for one, other in pairs])


def test_it_draws_what_is_there_in_the_pictures_own_size(fitted):
    tokens, _ = blobs(12, (17, 14), seed=9, spread=9)
    assert dice(fitted, tokens) > 0.8
    for one, picture in zip(fitted.probabilities(tokens), tokens.values, strict=True):
        assert one.shape == (2, *picture.shape[1:])
        assert np.allclose(one.sum(axis=0), 1, atol=1e-5)


def test_volumes_are_drawn_too():
    tokens, _ = blobs(16, (12, 8, 8))
    model = taught(tokens, recipe=replace(GENTLE, flips=()), batch_size=2, width=4, depth=2)
    assert dice(model, blobs(4, (12, 8, 8), seed=4)[0]) > 0.6


def test_the_same_bits_come_back_from_its_files(fitted):
    tokens, _ = blobs(3, seed=2)
    back = Segmenter.load(fitted.state())
    for one, other in zip(back.probabilities(tokens), fitted.probabilities(tokens), strict=True):
        assert np.array_equal(one, other)
    assert back.state() == fitted.state()


def test_equal_seeds_give_equal_weights():
    tokens, _ = blobs(8)
    first, second = (taught(tokens, epochs=1).state()[WEIGHTS] for _ in range(2))
    assert first == second


def test_a_large_picture_is_drawn_through_windows_about_as_in_one(fitted, monkeypatch):
    tokens, _ = blobs(1, (60, 52), seed=3)
    (through,) = fitted.probabilities(tokens)
    monkeypatch.setattr(fitted, "_shape", replace(fitted._shape, tile=(64, 64)))
    (at_once,) = fitted.probabilities(tokens)
    assert through.shape == at_once.shape == (2, 60, 52)
    assert np.abs(through - at_once).mean() < 0.05
    assert not np.array_equal(through, at_once)


def test_the_net_never_sees_more_than_a_tile(fitted, monkeypatch):
    sizes = []
    forward = fitted._net.forward
    monkeypatch.setattr(fitted._net, "forward", lambda seen: sizes.append(seen.shape[2:]) or forward(seen))
    fitted.masks(blobs(1, (60, 52), seed=3)[0])
    assert all(one <= side for size in sizes for one, side in zip(size, fitted._shape.tile, strict=True))


def test_mirrored_views_make_it_blind_to_mirroring(fitted):
    tokens, _ = blobs(1, (16, 16), seed=6)
    mirrored = replace(tokens, values=(tokens.values[0][:, ::-1].copy(),))
    (one,), (other,) = fitted.probabilities(tokens), fitted.probabilities(mirrored)
    assert np.allclose(one, other[:, ::-1], atol=1e-4)


def test_a_mask_of_another_size_is_refused():
    tokens, _ = blobs(4)
    for masks in ([*drawn(tokens)[:3], np.zeros((3, 3), np.int64)], drawn(tokens)[:3]):
        with pytest.raises(DataError, match="mask"):
            taught(tokens, masks)


def test_an_empty_mask_is_learnt_from():
    tokens, _ = blobs(8)
    model = taught(tokens, [np.zeros((16, 16), np.int64)] * 8, epochs=3)
    assert sum(one.sum() for one in model.masks(tokens)) < 8 * 16


def test_a_flip_along_an_axis_that_is_not_there_is_refused():
    with pytest.raises(StudyError):
        taught(blobs(4)[0], recipe=Recipe(flips=(2,)))


def test_a_picture_of_another_kind_is_refused(fitted):
    with pytest.raises(IntegrityError):
        fitted.masks(blobs(1, (12, 8, 8))[0])


@pytest.mark.parametrize("name", [WEIGHTS, SHAPE])
def test_damaged_files_are_refused(fitted, name):
    state = dict(fitted.state())
    for damaged in ({**state, name: b"\xff"}, {key: one for key, one in state.items() if key != name}):
        with pytest.raises(IntegrityError):
            Segmenter.load(damaged)


def test_tiles_cover_every_sample_of_a_large_picture_once_at_least():
    tokens, _ = blobs(1, (23, 41))
    marked = np.arange(23 * 41).reshape(23, 41) % 251
    rows = Tiles(tokens, [marked], (16, 16))
    seen, truth = rows.take(torch.arange(len(rows)))
    assert seen.shape == (2 * 3, 1, 16, 16)
    assert set(truth.unique().tolist()) == set(range(251))
    assert rows.sizes().tolist() == [1] * 6


def test_small_pictures_are_filled_behind():
    tokens, _ = blobs(1, (12, 13))
    rows = Tiles(tokens, drawn(tokens), whole((12, 13), 8, 256))
    seen, truth = rows.take(torch.tensor([0]))
    assert seen.shape[2:] == (16, 16)
    assert torch.equal(seen[0, :, :12, :13], standardised(tokens.values[0]))
    assert not seen[0, :, 12:].any()
    assert not truth[0, :, 13:].any()
    assert filled(torch.ones(1, 4, 4), (2, 6)).shape == (1, 4, 6)


def test_a_blank_picture_is_standardised_to_nothing():
    assert not standardised(np.full((1, 4, 4), 7, np.float32)).any()


def test_masks_move_with_their_pictures():
    tokens, _ = blobs(32)
    pictures = torch.stack([torch.from_numpy(one) for one in tokens.values])
    truth = torch.from_numpy(np.stack(drawn(tokens)))
    wild = Recipe(shift=0.1, turn=20, zoom=0.1, contrast=0, brightness=0, flips=(0, 1))
    seen, moved = varied_together(pictures, truth, wild, torch.Generator().manual_seed(0))
    assert not torch.equal(moved, truth)
    assert seen[:, 0][moved == 1].mean() > 1.5
    assert seen[:, 0][moved == 0].mean() < 0.1


def test_nothing_is_held_back_from_training():
    assert module._silent(None, None) == 0.0
