"""How pictures vary while a net learns from them: whole batches at once, from dice that are given."""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from primum.models.image.recipes import Recipe


def varied(pictures: Tensor, recipe: Recipe, dice: torch.Generator) -> Tensor:
    """Return pictures moved, turned, enlarged, mirrored and shown in another light, each in its own way.

    Args:
        pictures: Standardised, shape (n, channels, *space).
        recipe: How far.
        dice: On the processor, whatever the device of the pictures.

    Source:
        Simard, Steinkraus & Platt 2003, ICDAR (moved copies); Zhong et al. 2020, AAAI (random erasing).
    """
    axes, device = pictures.ndim - 2, pictures.device
    if recipe.shift or recipe.turn or recipe.zoom or recipe.flips:
        matrix = matrices(len(pictures), axes, recipe, dice).to(device)
        grid = functional.affine_grid(matrix, list(pictures.shape), align_corners=False)
        pictures = functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
    pictures = lit(pictures, recipe, dice)
    return _erased(pictures, recipe.erased, dice) if recipe.erased else pictures


def varied_together(pictures: Tensor, drawn: Tensor, recipe: Recipe, dice: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return pictures that vary, and what is drawn on them moved alike.

    Args:
        pictures: Standardised, shape (n, channels, *space).
        drawn: Classes, int64, shape (n, *space).
        recipe: How far; nothing is mixed or erased.
        dice: On the processor.
    """
    axes = pictures.ndim - 2
    matrix = matrices(len(pictures), axes, recipe, dice).to(pictures.device)
    grid = functional.affine_grid(matrix, list(pictures.shape), align_corners=False)
    moved = functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
    classes = functional.grid_sample(
        drawn.unsqueeze(1).float(), grid, mode="nearest", padding_mode="border", align_corners=False
    )
    return lit(moved, recipe, dice), classes[:, 0].long()


def matrices(count: int, axes: int, recipe: Recipe, dice: torch.Generator) -> Tensor:
    """Return affine maps from where a sample is shown to where it is taken from, shape (count, axes, axes + 1).

    The axes run from the last to the first, in units of half a picture, as ``affine_grid`` wants them.
    """
    angle = _spread(count, 1, dice)[:, 0] * math.radians(recipe.turn)
    scale = torch.exp(_spread(count, 1, dice) * math.log1p(recipe.zoom))
    mirror = torch.ones(count, axes)
    for axis in recipe.flips:
        mirror[:, axes - 1 - axis] = torch.randint(2, (count,), generator=dice) * 2.0 - 1
    matrix = torch.eye(axes).repeat(count, 1, 1)
    matrix[:, 0, 0], matrix[:, 1, 1] = angle.cos(), angle.cos()
    matrix[:, 0, 1], matrix[:, 1, 0] = -angle.sin(), angle.sin()
    moved = _spread(count, axes, dice) * 2 * recipe.shift
    return torch.cat([matrix * (scale * mirror).unsqueeze(1), moved.unsqueeze(2)], dim=2)


def mixed(pictures: Tensor, truth: Tensor, recipe: Recipe, dice: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return each picture mixed with another one, and the truth mixed alike.

    Args:
        pictures: Shape (n, ...).
        truth: Probabilities, shape (n, classes).
        recipe: ``mixed`` is the shape of the Beta distribution of shares.
        dice: On the processor.

    Source:
        Zhang et al. 2018, ICLR (mixup).
    """
    if not recipe.mixed:
        return pictures, truth
    drawn = np.random.default_rng(int(torch.randint(2**62, (), generator=dice)))
    share = torch.from_numpy(drawn.beta(recipe.mixed, recipe.mixed, len(truth))).float().to(pictures.device)
    other = torch.randperm(len(truth), generator=dice).to(pictures.device)
    wide = share.reshape(-1, *(1 for _ in pictures.shape[1:]))
    return (
        wide * pictures + (1 - wide) * pictures[other],
        share.unsqueeze(1) * truth + (1 - share.unsqueeze(1)) * truth[other],
    )


def lit(pictures: Tensor, recipe: Recipe, dice: torch.Generator) -> Tensor:
    """Return pictures in another light."""
    count = len(pictures)
    factor, added, power, loud = torch.randn(4, count, *(1 for _ in pictures.shape[1:]), generator=dice)
    device = pictures.device
    if recipe.inverted:
        turned = torch.rand(factor.shape, generator=dice) < recipe.inverted
        pictures = torch.where(turned.to(device), -pictures, pictures)
    if recipe.gamma:
        inner = tuple(range(1, pictures.ndim))
        low, high = pictures.amin(inner, keepdim=True), pictures.amax(inner, keepdim=True)
        width = (high - low).clamp(min=1e-6)
        pictures = ((pictures - low) / width) ** torch.exp(recipe.gamma * power.to(device)) * width + low
    if recipe.contrast or recipe.brightness:
        pictures = pictures * torch.exp(recipe.contrast * factor.to(device)) + recipe.brightness * added.to(device)
    if recipe.noise:
        grain = torch.randn(pictures.shape, generator=dice).to(device)
        pictures = pictures + recipe.noise * torch.special.ndtr(loud).to(device) * grain
    return pictures


def _erased(pictures: Tensor, most: float, dice: torch.Generator) -> Tensor:
    """Return pictures with a box of each filled with 0, its volume drawn evenly up to a share of the picture."""
    count, axes = len(pictures), pictures.ndim - 2
    side = (torch.rand(count, 1, generator=dice) * most) ** (1 / axes)
    begin = torch.rand(count, axes, generator=dice) * (1 - side)
    inside = torch.ones(1, dtype=torch.bool)
    for axis in range(axes):
        size = pictures.shape[2 + axis]
        at = (torch.arange(size) + 0.5) / size
        within = (at >= begin[:, axis, None]) & (at < begin[:, axis, None] + side)
        inside = inside & within.reshape(count, *(size if one == axis else 1 for one in range(axes)))
    return pictures.masked_fill(inside.unsqueeze(1).to(pictures.device), 0.0)


def _spread(count: int, axes: int, dice: torch.Generator) -> Tensor:
    """Return numbers drawn evenly between -1 and 1, shape (count, axes)."""
    return torch.rand(count, axes, generator=dice) * 2 - 1
