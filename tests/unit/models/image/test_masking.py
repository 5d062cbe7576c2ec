"""Masked image modelling: hidden patches are told better than by their mean, and the classifier begins there."""

import numpy as np
import pytest
import torch

from primum.domain.study import Pretraining
from primum.domain.tokens import Pictures
from primum.models.fitting import Teaching
from primum.models.image.classifier import fit
from primum.models.image.masking import Rebuilder, _Hiding, pretrain
from primum.models.image.nets import Encoder
from primum.models.image.recipes import Recipe
from primum.models.ours import ours
from primum.models.running import Running
from synthetic.small_pictures import COLUMN, SMALL


def waves(count=60, space=(16, 16), seed=0):
    """Return pictures that are slow waves, so that what is hidden shows in what is not."""
    dice = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(*(np.arange(size) for size in space), indexing="ij"))
    found = []
    for _ in range(count):
        pace = dice.uniform(0.1, 0.3, len(space))
        found.append(np.sin(np.tensordot(pace, grid, 1) + dice.uniform(0, 6))[None].astype(np.float32))
    return Pictures(values=tuple(found), columns=(COLUMN,), spacing=((),) * count)


def model(**changed):
    return SMALL.model_copy(update={"pretraining": Pretraining(epochs=12, masked=0.4), **changed})


@pytest.fixture(scope="module")
def done():
    return pretrain(waves(), model(), 0, Running(device="cpu"))


def test_hidden_patches_are_told_better_than_by_their_mean(done):
    assert done.mean_guess == pytest.approx(1, abs=0.3)
    assert done.last < 0.6 * done.mean_guess
    assert done.last < done.first
    assert 1 <= done.epochs <= 12


def test_equal_seeds_give_equal_files():
    few = model(pretraining=Pretraining(epochs=1, masked=0.4))
    first, again, other = (pretrain(waves(12), few, seed, Running(device="cpu")).files for seed in (0, 0, 1))
    assert first == again
    assert first != other


def test_the_classifier_begins_where_it_ended(done):
    tokens = waves(8)
    teaching = Teaching(
        model=model(epochs=1), seed=1, encoder=done.files, running=lambda _: Running(device="cpu"), labels=("a", "b")
    )
    scorer = fit(tokens, np.arange(8) % 2, np.full(8, -1), teaching, Recipe()).scorer
    assert scorer.features(tokens).shape == (8, SMALL.width * 2)


@pytest.mark.parametrize("space", [(16, 16), (13, 10), (8, 9, 7)])
def test_pictures_of_any_size_are_rebuilt_whole(space):
    net = Rebuilder(Encoder(2, len(space), SMALL), (2, len(space)), 4)
    assert net(torch.zeros(3, 2, *space)).shape == (3, 2, *space)


def test_samples_come_back_where_they_stood():
    net = Rebuilder(Encoder(1, 2, SMALL), (1, 2), 4)
    with torch.no_grad():
        net.head.weight.zero_()
        net.head.bias.copy_(torch.arange(16.0))
    whole = net(torch.zeros(1, 1, 8, 12))[0, 0]
    assert torch.equal(whole[:4, :4], torch.arange(16.0).reshape(4, 4))
    assert torch.equal(whole[4:, 8:], torch.arange(16.0).reshape(4, 4))


def test_as_much_is_hidden_as_is_asked():
    hidden = _Hiding(4, 0.5)._hide(20, (16, 16), torch.Generator().manual_seed(0))
    assert hidden.flatten(1).float().mean(dim=1).tolist() == [0.5] * 20
    patch = hidden[:, 0].unfold(1, 4, 4).unfold(2, 4, 4).flatten(3)
    assert (patch.all(dim=3) | ~patch.any(dim=3)).all()


def test_it_is_reached_by_name():
    assert ours("pretrain", "image") is pretrain
