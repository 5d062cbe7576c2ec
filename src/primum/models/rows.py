"""What a loop learns from: rows that can be counted, measured and taken, and their dealing into batches."""

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

POOL = 50
"""Batches whose rows are sorted by size together: enough for hardly any padding, few enough to stay random."""


class Rows(Protocol):
    """Rows in a fixed order."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def sizes(self) -> Tensor:
        """Return how much work each row is, for instance its tokens, int64, shape (rows,)."""
        ...

    def take(self, rows: Tensor) -> tuple[Tensor, ...]:
        """Return what a net is shown of some rows; ``rows`` holds their numbers, int64, shape (n,)."""
        ...


class TensorRows:
    """Rows of equal size, held in tensors.

    Args:
        tensors: Each with rows first.
    """

    def __init__(self, *tensors: Tensor) -> None:
        self._tensors = tensors

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._tensors[0]) if self._tensors else 0

    def sizes(self) -> Tensor:
        """Return one for each row."""
        return torch.ones(len(self), dtype=torch.long)

    def take(self, rows: Tensor) -> tuple[Tensor, ...]:
        """Return these rows of each tensor."""
        return tuple(one[rows] for one in self._tensors)


def batches(sizes: Tensor, count: int, dice: torch.Generator) -> list[Tensor]:
    """Return row numbers in batches, in random order, rows of about equal size together so that little is padded.

    Args:
        sizes: Of each row, shape (rows,).
        count: Rows a batch.
        dice: Of the order.

    Source:
        Khomenko et al. 2016, IEEE DSMP (sequence bucketing).
    """
    order = torch.randperm(len(sizes), generator=dice)
    if len(sizes) == 0 or bool((sizes == sizes[0]).all()):
        return list(torch.split(order, count))
    pools = [pool[sizes[pool].argsort(stable=True)] for pool in torch.split(order, count * POOL)]
    dealt = [one for pool in pools for one in torch.split(pool, count)]
    return [dealt[at] for at in torch.randperm(len(dealt), generator=dice).tolist()]


def in_order(sizes: Tensor, count: int) -> Sequence[Tensor]:
    """Return row numbers in batches for measuring: by size, the longest first, so that memory fails early if at all."""
    return torch.split(sizes.argsort(descending=True, stable=True), count)
