"""How a net looks at pictures: resampled into one frame, proportions kept, and standardised; it is kept as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from primum.domain.tokens import Pictures
from primum.errors import DataError, IntegrityError
from primum.models.image.recipes import SIZE, Recipe

MODE = {2: "bilinear", 3: "trilinear"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The frame and the scale in which a net sees every picture.

    A picture is enlarged or made smaller until it just fits into the frame, by one factor along all axes in
    millimetres (in samples where nobody told their spacing), and what is left of the frame is filled with the mean.

    Attributes:
        channels: Of every picture.
        spacing: Millimetres between the samples a net sees, median over the development part; empty where unknown.
        mean: Of each channel in the development part.
        sd: Likewise; 1 where nothing varies.
        recipe: With the size of the frame.
    """

    channels: int
    spacing: tuple[float, ...]
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    recipe: Recipe

    @classmethod
    def of(cls, pictures: Pictures, recipe: Recipe) -> Self:
        """Return the look that the development part asks for.

        Raises:
            DataError: Pictures differ in their channels or axes, or there is none.
        """
        channels, axes = kind_of(pictures)
        shapes = [one.shape for one in pictures.values]
        largest = tuple(min(SIZE[axes], max(shape[1 + axis] for shape in shapes)) for axis in range(axes))
        sized = recipe.sized(recipe.size or largest)
        bare = cls(channels=channels, spacing=(), mean=(0.0,) * channels, sd=(1.0,) * channels, recipe=sized)
        sums = np.zeros((3, channels))
        for one, spacing in zip(pictures.values, pictures.spacing, strict=True):
            seen = bare.resampled(torch.from_numpy(one), spacing).flatten(1).double().numpy()
            sums += np.stack([np.full(channels, seen.shape[1]), seen.sum(axis=1), (seen**2).sum(axis=1)])
        mean = sums[1] / sums[0]
        sd = np.sqrt(np.maximum(sums[2] / sums[0] - mean**2, 0.0))
        return cls(
            channels=channels,
            spacing=_typical(pictures, bare),
            mean=tuple(mean.tolist()),
            sd=tuple(np.where(sd > 0, sd, 1.0).tolist()),
            recipe=sized,
        )

    def tensor(self, pictures: Pictures) -> Tensor:
        """Return what a net sees, float32, shape (pictures, channels, *size).

        Raises:
            IntegrityError: A picture is of another kind than those learnt from.
        """
        shown = [
            self.shown(torch.from_numpy(np.ascontiguousarray(one, dtype=np.float32)), spacing)
            for one, spacing in zip(pictures.values, pictures.spacing, strict=True)
        ]
        return torch.stack(shown) if shown else torch.zeros(0, self.channels, *self.recipe.size)

    def shown(self, picture: Tensor, spacing: Sequence[float]) -> Tensor:
        """Return one picture as a net sees it, shape (channels, *size); gradients pass.

        Raises:
            IntegrityError: It is of another kind than those learnt from.
        """
        if picture.shape[0] != self.channels or picture.ndim - 1 != len(self.recipe.size):
            raise IntegrityError(
                "A model of pictures was shown one of another kind than it learnt from.",
                remedy=f"Show it pictures of {self.channels} channels and {len(self.recipe.size)} axes of space.",
            )
        seen = self.resampled(picture, spacing)
        flat = seen.flatten(1)
        if self.recipe.each:
            mean, sd = flat.mean(dim=1), flat.std(dim=1, correction=0)
            sd = torch.where(sd > 0, sd, torch.ones_like(sd))
        else:
            mean, sd = torch.tensor(self.mean, dtype=flat.dtype), torch.tensor(self.sd, dtype=flat.dtype)
        scaled = (flat - mean.unsqueeze(1)) / sd.unsqueeze(1)
        before = self.margins(seen.shape[1:])
        after = [size - own - left for size, own, left in zip(self.recipe.size, seen.shape[1:], before, strict=True)]
        pads = [side for pair in zip(reversed(before), reversed(after), strict=True) for side in pair]
        return functional.pad(scaled.reshape(seen.shape), pads)

    def resampled(self, picture: Tensor, spacing: Sequence[float]) -> Tensor:
        """Return a picture (channels, *space) in as many samples as it has in the frame, without margins."""
        wanted = self.inside(tuple(picture.shape[1:]), spacing)
        if wanted == tuple(picture.shape[1:]):
            return picture
        axes = len(wanted)
        smaller = any(new < old for new, old in zip(wanted, picture.shape[1:], strict=True))
        mode = "area" if smaller and axes > 2 else MODE[axes]  # noqa: PLR2004 - blurs where it drops samples
        more: dict[str, Any] = {} if mode == "area" else {"align_corners": False, "antialias": smaller}
        if axes > 2:  # noqa: PLR2004
            more.pop("antialias", None)
        resized: Tensor = functional.interpolate(picture.unsqueeze(0), size=wanted, mode=mode, **more)[0]
        return resized

    def inside(self, space: Sequence[int], spacing: Sequence[float]) -> tuple[int, ...]:
        """Return how many samples a picture of some size has in the frame, along each axis."""
        extent = [samples * (spacing[axis] if spacing else 1.0) for axis, samples in enumerate(space)]
        factor = min(size / own for size, own in zip(self.recipe.size, extent, strict=True))
        return tuple(min(size, max(1, round(own * factor))) for size, own in zip(self.recipe.size, extent, strict=True))

    def margins(self, inside: Sequence[int]) -> list[int]:
        """Return the empty samples of the frame before a picture, along each axis."""
        return [(size - own) // 2 for size, own in zip(self.recipe.size, inside, strict=True)]

    def as_document(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "channels": self.channels,
            "spacing": list(self.spacing),
            "mean": list(self.mean),
            "sd": list(self.sd),
            "recipe": self.recipe.as_document(),
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """Return what ``as_document`` told.

        Raises:
            KeyError: Something is missing.
            TypeError: It holds something else.
        """
        return cls(
            channels=document["channels"],
            spacing=tuple(document["spacing"]),
            mean=tuple(document["mean"]),
            sd=tuple(document["sd"]),
            recipe=Recipe.from_document(document["recipe"]),
        )


def kind_of(pictures: Pictures) -> tuple[int, int]:
    """Return the channels and the axes of space that all pictures have.

    Raises:
        DataError: They differ, or there is no picture.
    """
    kinds = {(len(one), one.ndim - 1) for one in pictures.values}
    if len(kinds) != 1:
        raise DataError(
            "The pictures of the development part are not of one kind: their channels or axes differ, or none came.",
            remedy="Bring pictures of one kind: all grey or all in colour, all flat or all volumes.",
        )
    return kinds.pop()


def _typical(pictures: Pictures, look: Look) -> tuple[float, ...]:
    """Return the median spacing of samples in the frame, over pictures that know theirs."""
    known = [
        [
            own * step / new
            for own, step, new in zip(one.shape[1:], spacing, look.inside(one.shape[1:], spacing), strict=True)
        ]
        for one, spacing in zip(pictures.values, pictures.spacing, strict=True)
        if spacing
    ]
    return tuple(np.median(np.array(known), axis=0).tolist()) if known else ()
