"""What is told of the pictures of the development part: how many samples they have, how bright, what was mended."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from primum.domain.picture import decode
from primum.models.outside import size

Suppressed = Callable[[Mapping[str, int]], Mapping[str, int | None]]
"""Counts to counts that may be told."""


def described(cells: Sequence[str], smallest: int, suppressed: Suppressed) -> dict[str, Any] | None:
    """Return facts of pictures, None of too few to be told of.

    Args:
        cells: As ``primum.domain.picture.encode`` wrote them.
        smallest: Fewer are not told of.
        suppressed: Keeps small counts from being told.
    """
    if len(cells) < smallest:
        return None
    sizes: Counter[str] = Counter()
    repairs: Counter[str] = Counter()
    levels = np.zeros((len(cells), 2))
    channels: Counter[int] = Counter()
    for row, cell in enumerate(cells):
        picture = decode(cell)
        sizes[size(picture.space)] += 1
        channels[picture.values.shape[0]] += 1
        repairs.update(picture.repairs)
        levels[row] = picture.values.mean(dtype=np.float64), picture.values.std(dtype=np.float64)
    (usual, count), (channel, _) = sizes.most_common(1)[0], channels.most_common(1)[0]
    return {
        "size": usual,
        "of_that_size": count if count >= smallest else None,
        "sizes": len(sizes),
        "channels": channel,
        "mean": round(float(levels[:, 0].mean()), 3),
        "sd": round(float(levels[:, 1].mean()), 3),
        "repairs": dict(suppressed(dict(sorted(repairs.items())))),
    }
