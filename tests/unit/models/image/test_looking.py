"""How pictures are seen and varied: frames keep proportions, dice decide, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from primum.domain.tokens import Pictures
from primum.models.image.looks import Look
from primum.models.image.recipes import SIZE, Recipe
from primum.models.image.varying import matrices, mixed, varied
from synthetic.small_pictures import COLUMN, blobs

STILL = Recipe(shift=0, turn=0, zoom=0, contrast=0, brightness=0)


def pictures(*arrays, spacing=()):
    return Pictures(
        values=tuple(one.astype(np.float32) for one in arrays), columns=(COLUMN,), spacing=(spacing,) * len(arrays)
    )


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_pictures_of_the_frames_own_size_are_only_standardised():
    tokens, _ = blobs(20)
    seen = Look.of(tokens, Recipe()).tensor(tokens)
    assert seen.shape == (20, 1, 16, 16)
    assert float(seen.mean()) == pytest.approx(0, abs=1e-4)
    assert float(seen.std()) == pytest.approx(1, abs=1e-3)
    own = torch.stack([torch.from_numpy(one) for one in tokens.values])
    assert torch.allclose((seen - seen.mean()) / seen.std(), (own - own.mean()) / own.std(), atol=1e-4)


def test_each_picture_may_be_standardised_by_itself():
    tokens, _ = blobs(4)
    brighter = replace(tokens, values=tuple(5 * one + 3 for one in tokens.values))
    look = Look.of(tokens, Recipe(each=True))
    assert torch.allclose(look.tensor(tokens), look.tensor(brighter), atol=1e-3)
    assert not torch.allclose(Look.of(tokens, Recipe()).tensor(tokens), Look.of(tokens, Recipe()).tensor(brighter))


def test_proportions_are_kept_in_millimetres():
    look = Look.of(pictures(np.random.default_rng(0).normal(size=(1, 40, 40))), Recipe(size=(40, 40)))
    assert look.inside((40, 20), ()) == (40, 20)
    assert look.inside((40, 20), (1.0, 2.0)) == (40, 40)
    assert look.inside((10, 80), (1.0, 1.0)) == (5, 40)
    assert look.inside((1, 900), ()) == (1, 40)


def test_what_is_left_of_the_frame_is_the_mean():
    tokens = pictures(np.random.default_rng(0).normal(4, 1, (1, 20, 10)))
    seen = Look.of(tokens, Recipe(size=(20, 20))).tensor(tokens)[0, 0]
    assert not seen[:, :5].any()
    assert not seen[:, 15:].any()
    assert seen[:, 5:15].std() > 0.5


def test_the_spacing_a_net_sees_is_recorded():
    volume = np.zeros((1, 64, 32, 32))
    look = Look.of(pictures(volume, spacing=(1.0, 2.0, 2.0)), Recipe())
    assert look.recipe.size == (SIZE[3], SIZE[3], SIZE[3])
    assert look.spacing == (2.0, 2.0, 2.0)
    assert Look.of(pictures(volume), Recipe()).spacing == ()


def test_a_larger_volume_is_blurred_not_skipped():
    tiny = np.zeros((1, 8, 8, 8))
    tiny[0, ::2] = 1.0
    look = Look.of(pictures(tiny), Recipe(size=(4, 4, 4)))
    assert torch.allclose(look.resampled(torch.from_numpy(tiny).float(), ()), torch.full((1, 4, 4, 4), 0.5))


def test_a_blank_development_part_is_seen_as_nothing():
    tokens = pictures(np.full((1, 8, 8), 3.0))
    assert not Look.of(tokens, Recipe()).tensor(tokens).any()


def test_it_comes_back_from_its_document():
    look = Look.of(blobs(4)[0], Recipe(flips=(1,), views=2))
    assert Look.from_document(look.as_document()) == look
    with pytest.raises(TypeError):
        Recipe.from_document({"colour": 1})


def test_a_still_recipe_changes_nothing():
    seen = torch.randn(3, 1, 8, 8, generator=dice())
    assert torch.equal(varied(seen, STILL, dice()), seen)


def test_equal_dice_vary_equally():
    seen = torch.randn(6, 1, 8, 8, generator=dice())
    wild = Recipe(gamma=0.3, noise=0.2, erased=0.3, inverted=0.5, flips=(0, 1))
    assert torch.equal(varied(seen, wild, dice(4)), varied(seen, wild, dice(4)))
    assert not torch.equal(varied(seen, wild, dice(4)), varied(seen, wild, dice(5)))
    assert torch.isfinite(varied(seen, wild, dice(4))).all()


@pytest.mark.parametrize("axis", [0, 1])
def test_flips_are_along_the_axis_named(axis):
    seen = torch.arange(64.0).reshape(1, 1, 8, 8).expand(40, 1, 8, 8)
    found = varied(seen, replace(STILL, flips=(axis,)), dice())
    mirrored = [torch.allclose(one, seen[0].flip(1 + axis), atol=1e-3) for one in found]
    kept = [torch.allclose(one, seen[0], atol=1e-3) for one in found]
    assert 8 < sum(mirrored) < 32
    assert sum(mirrored) + sum(kept) == 40


def test_volumes_are_moved_along_all_axes():
    matrix = matrices(50, 3, Recipe(shift=0.1, turn=0, zoom=0), dice())
    assert matrix.shape == (50, 3, 4)
    assert (matrix[:, :, 3].abs().max(dim=0).values > 0.15).all()
    assert matrix[:, :, 3].abs().max() <= 0.2
    assert torch.allclose(matrix[:, :, :3], torch.eye(3).expand(50, 3, 3))


def test_light_and_dark_change_places_in_a_share_of_pictures():
    seen = torch.rand(400, 1, 2, 2, generator=dice()) + 1
    turned = (varied(seen, replace(STILL, inverted=0.25), dice()) < 0).flatten(1).all(dim=1)
    assert 0.15 < float(turned.float().mean()) < 0.35


def test_a_box_is_erased_and_no_more():
    seen = torch.ones(300, 1, 20, 20)
    left = varied(seen, replace(STILL, erased=0.3), dice()).mean(dim=(1, 2, 3))
    assert float(left.min()) > 0.6
    assert 0.75 < float(left.mean()) < 0.95


def test_mixed_pictures_have_mixed_truths():
    seen = torch.eye(8).reshape(8, 1, 8, 1)
    truth = torch.eye(8)
    blend, told = mixed(seen, truth, Recipe(mixed=0.5), dice())
    assert torch.allclose(blend[:, 0, :, 0], told)
    assert torch.allclose(told.sum(dim=1), torch.ones(8))
    assert (told.max(dim=1).values < 1).any()
    same, as_told = mixed(seen, truth, Recipe(), dice())
    assert torch.equal(same, seen)
    assert torch.equal(as_told, truth)
