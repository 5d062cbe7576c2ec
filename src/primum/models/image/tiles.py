"""Pictures of any size as rows of tiles of one size, with what is to be drawn on them."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from primum.domain.tokens import Pictures, Pixels
from primum.errors import DataError

Masks = Sequence[NDArray[np.int64]]
"""Of each picture the class of each sample, shape (*space,); 0 is nothing."""


def standardised(picture: Pixels) -> Tensor:
    """Return a picture with mean 0 and deviation 1 in each channel: the scale of scanners and lamps is arbitrary.

    Args:
        picture: Shape (channels, *space).
    """
    own = torch.from_numpy(np.ascontiguousarray(picture, dtype=np.float32))
    flat = own.flatten(1)
    sd = flat.std(dim=1, correction=0)
    scaled = (flat - flat.mean(dim=1, keepdim=True)) / torch.where(sd > 0, sd, torch.ones_like(sd)).unsqueeze(1)
    return scaled.reshape(own.shape)


def whole(size: Sequence[int], multiple: int, most: int) -> tuple[int, ...]:
    """Return a size rounded up to a multiple along each axis, and no more than ``most``."""
    return tuple(min(most, -(-one // multiple) * multiple) for one in size)


def filled(picture: Tensor, size: Sequence[int]) -> Tensor:
    """Return a picture (channels, *space) with zeros behind it up to a size along each axis."""
    pads = [side for own, wanted in zip(picture.shape[1:], size, strict=True) for side in (max(0, wanted - own), 0)]
    return functional.pad(picture, pads[::-1])


class Tiles:
    """Tiles of pictures and of their masks as rows.

    A picture no larger than a tile is one row, zeros behind it; a larger one is covered by as few as will do, evenly.

    Args:
        tokens: Pictures.
        masks: One a picture.
        tile: Samples along each axis.

    Raises:
        DataError: A mask has another size than its picture, or there is not one for each.
    """

    def __init__(self, tokens: Pictures, masks: Masks, tile: Sequence[int]) -> None:
        if len(tokens) != len(masks) or any(
            one.shape[1:] != mask.shape for one, mask in zip(tokens.values, masks, strict=True)
        ):
            raise DataError(
                "A mask has another size than its picture, or there is not one mask for each.",
                remedy="Bring masks drawn on the very pictures that are learnt from.",
            )
        pictures, truth = [], []
        for one, mask in zip(tokens.values, masks, strict=True):
            seen, drawn = standardised(one), torch.from_numpy(np.ascontiguousarray(mask)).unsqueeze(0)
            for cell in product(*(_spans(size, side) for size, side in zip(mask.shape, tile, strict=True))):
                pictures.append(filled(seen[(slice(None), *cell)], tile))
                truth.append(filled(drawn[(slice(None), *cell)], tile)[0])
        self._pictures, self._truth = torch.stack(pictures), torch.stack(truth).to(torch.uint8)

    def __len__(self) -> int:
        """Return how many tiles there are."""
        return len(self._pictures)

    def sizes(self) -> Tensor:
        """Return one for each tile."""
        return torch.ones(len(self), dtype=torch.long)

    def take(self, rows: Tensor) -> tuple[Tensor, ...]:
        """Return pictures (n, channels, *tile) and classes (n, *tile)."""
        return self._pictures[rows], self._truth[rows].long()


def _spans(size: int, side: int) -> list[slice]:
    """Return where tiles begin and end along an axis."""
    if size <= side:
        return [slice(0, size)]
    begins = np.linspace(0, size - side, -(-size // side)).round().astype(int).tolist()
    return [slice(begin, begin + side) for begin in begins]
