"""Masked image modelling on a study's own pictures: hidden patches are rebuilt from those around them."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn import functional

from primum.domain.study import Model
from primum.domain.tokens import Pictures
from primum.models.image.kept import WEIGHTS
from primum.models.image.looks import Look
from primum.models.image.nets import Encoder
from primum.models.image.recipes import Recipe
from primum.models.pretraining import Pretrained
from primum.models.rows import TensorRows
from primum.models.running import Running
from primum.models.samples import deal
from primum.models.training import Aim, Plan, train

PARTS = 6
"""One part of the pictures in so many is held out to measure by."""
WARMUP = 0.1


class Rebuilder(nn.Module):
    """An encoder, and one linear map from each of its last features to the samples they stand for.

    Args:
        encoder: To be trained.
        kind: Channels and axes of the pictures.
        stride: Samples along each axis that one feature stands for.

    Source:
        Xie et al. 2022, CVPR (SimMIM: a linear head suffices).
    """

    def __init__(self, encoder: Encoder, kind: tuple[int, int], stride: int) -> None:
        super().__init__()
        channels, axes = kind
        self.encoder = encoder
        self.stride = stride
        self.head = nn.Linear(encoder.width, channels * stride**axes)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return rebuilt pictures, shape (n, channels, *space)."""
        maps = self.encoder(pictures)
        axes, stride = pictures.ndim - 2, self.stride
        told = self.head(maps.movedim(1, -1))
        cells = told.reshape(*told.shape[:-1], pictures.shape[1], *[stride] * axes)
        order = [0, axes + 1, *(one for axis in range(axes) for one in (1 + axis, axes + 2 + axis))]
        whole: Tensor = cells.permute(order).reshape(
            len(pictures), pictures.shape[1], *(size * stride for size in maps.shape[2:])
        )
        for axis, size in enumerate(pictures.shape[2:]):
            whole = whole.narrow(2 + axis, 0, size)
        return whole


def pretrain(tokens: Pictures, model: Model, seed: int, running: Running, recipe: Recipe | None = None) -> Pretrained:
    """Return an encoder that has seen pictures and no outcome.

    Squared error is counted where samples are hidden, in units of their variance in the development part, so that
    guessing the mean costs about 1.

    Args:
        tokens: Of the development part.
        model: ``pretraining`` says how long and how much is hidden.
        seed: Of weights, order and what is hidden.
        running: Where and under whose eyes.
        recipe: As the classifier will see pictures; as the study's model says where none is given.

    Source:
        He et al. 2022, CVPR (masked autoencoders); Xie et al. 2022, CVPR (SimMIM).
    """
    held = deal(np.zeros(len(tokens), dtype=np.int64), PARTS, seed) == 0
    look = Look.of(tokens.take(np.flatnonzero(~held)), recipe or Recipe.of(model.pictures))
    seen = look.tensor(tokens)
    axes, stride = seen.ndim - 2, 2**model.depth
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = Rebuilder(Encoder(look.channels, axes, model), (look.channels, axes), stride)
    hidden = _Hiding(stride, model.pretraining.masked)
    rows, held_out = (TensorRows(seen[torch.from_numpy(one)]) for one in (~held, held))
    plan = replace(
        Plan.of(model, seed, epochs=model.pretraining.epochs, patience=model.patience), warmup=WARMUP, falls=True
    )
    done = train(net, Aim(hidden.loss), (rows, held_out), plan, running)
    weights = {name: one.detach().cpu().contiguous() for name, one in net.encoder.state_dict().items()}
    return Pretrained(
        files={WEIGHTS: save(weights)},
        first=done.losses[0],
        last=done.losses[done.epochs],
        mean_guess=hidden.guess(seen[torch.from_numpy(held)], torch.Generator().manual_seed(seed)),
        epochs=done.epochs,
    )


class _Hiding:
    """What is hidden, and what a wrong guess costs.

    Args:
        stride: Samples of a patch along each axis.
        share: Of the patches that are hidden.
    """

    def __init__(self, stride: int, share: float) -> None:
        self.stride, self.share = stride, share

    def loss(self, net: nn.Module, batch: tuple[Tensor, ...], dice: torch.Generator) -> Tensor:
        """Return the mean squared error of hidden samples."""
        (pictures,) = batch
        hidden = self._hide(len(pictures), pictures.shape[2:], dice).to(pictures.device)
        rebuilt = net(pictures.masked_fill(hidden, 0.0)).float()
        wrong = ((rebuilt - pictures) ** 2).masked_fill(~hidden, 0.0)
        mean: Tensor = wrong.sum() / (hidden.sum() * pictures.shape[1])
        return mean

    def guess(self, pictures: Tensor, dice: torch.Generator) -> float:
        """Return what guessing the mean costs."""
        hidden = self._hide(len(pictures), pictures.shape[2:], dice)
        return float((pictures**2).masked_fill(~hidden, 0.0).sum() / (hidden.sum() * pictures.shape[1]))

    def _hide(self, count: int, space: Sequence[int], dice: torch.Generator) -> Tensor:
        """Return which samples are hidden, shape (count, 1, *space); of each picture equally many patches."""
        grid = [-(-size // self.stride) for size in space]
        patches = math.prod(grid)
        order = torch.rand(count, patches, generator=dice).argsort(dim=1)
        few = max(1, round(self.share * patches))
        hidden = (order < few).float().reshape(count, 1, *grid)
        wide: Tensor = functional.interpolate(hidden, scale_factor=float(self.stride), mode="nearest").bool()
        for axis, size in enumerate(space):
            wide = wide.narrow(2 + axis, 0, size)
        return wide
