"""Notes of any length as windows of tokens: they overlap, so that nothing is cut and every word has its neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from primum.encoders.text import TextEncoder

OVERLAP = 8
"""Each window shares one part in so many with the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Numbers of the tokens around a window, and of what fills up.

    Attributes:
        begin: Before it.
        end: After it.
        pad: Fills up shorter ones.
    """

    begin: int
    end: int
    pad: int

    @classmethod
    def of(cls, encoder: TextEncoder) -> "Ends":
        """Return those of an encoder."""
        return cls(begin=encoder.begin, end=encoder.end, pad=encoder.pad)


def windows(length: int, size: int) -> list[slice]:
    """Return windows over a row of tokens: each of at most ``size``, overlapping, the last ending where the row does.

    Every token is in at least one window; an empty row has one empty window.
    """
    if length <= size:
        return [slice(0, length)]
    step = max(1, size - size // OVERLAP)
    return [*(slice(at, at + size) for at in range(0, length - size, step)), slice(length - size, length)]


def padded(rows: Sequence[Sequence[int]], ends: Ends) -> tuple[Tensor, Tensor]:
    """Return token numbers with their ends and where there is a token, int64, both of shape (rows, longest + 2)."""
    longest = max(len(one) for one in rows) + 2
    tokens = torch.full((len(rows), longest), ends.pad, dtype=torch.long)
    told = torch.zeros((len(rows), longest), dtype=torch.long)
    for at, row in enumerate(rows):
        tokens[at, : len(row) + 2] = torch.tensor([ends.begin, *row, ends.end])
        told[at, : len(row) + 2] = 1
    return tokens, told
