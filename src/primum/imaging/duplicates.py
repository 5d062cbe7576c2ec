"""Pictures that are there twice: the very same samples, or the same picture saved, scaled or brightened anew."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primum.domain.picture import Picture

SIDE = 16
"""Blocks a side of the small picture in which neighbours are compared: 480 comparisons."""
FLAT = 1 << 6
"""Comparisons, at least, that must have an unequal pair; flatter pictures are compared by their samples alone."""
NEAR = 30
"""Comparisons of 480 that may fall out otherwise. On chest films of 28 by 28 samples noise of one level or doubling the
size changed about 20; of 17 million pairs of different films one was within 60, and the usual pair is 183 apart."""
_CHUNK = 256


def near_duplicates(pictures: Iterable[Picture], distance: int = NEAR) -> list[tuple[int, ...]]:
    """Return groups of pictures that show nearly the same, chained by their nearest ones.

    Each is shrunk to 16 by 16 blocks (of a volume its middle slice), and every block compared with its right and lower
    neighbour: the comparisons survive scaling, brightening and recompression, and hold of no other patient.

    Args:
        pictures: Any; each is let go before the next is asked for.
        distance: Comparisons that may differ.

    Source: the difference hash (Krawetz 2013), here in both directions.
    """
    hashes = np.array([_hash(one) for one in pictures], dtype=np.uint8)
    parents = list(range(len(hashes)))

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = parents[parents[at]]
            at = parents[at]
        return at

    for begin in range(0, len(hashes), _CHUNK):
        apart = np.bitwise_count(hashes[begin : begin + _CHUNK, None] ^ hashes[None]).sum(axis=2)
        for row, column in zip(*np.nonzero(apart <= distance), strict=True):
            if begin + row < column:
                parents[root(int(column))] = root(int(begin + row))
    groups: dict[int, list[int]] = defaultdict(list)
    for at in range(len(hashes)):
        groups[root(at)].append(at)
    return [tuple(some) for some in groups.values() if len(some) > 1]


def _hash(picture: Picture) -> NDArray[np.uint8]:
    """Return the packed comparisons of a picture; of one too flat for them, bits of its digest."""
    small = _shrunk(_grey(picture))
    across, down = np.diff(small, axis=1), np.diff(small, axis=0)
    bits = np.concatenate([(across > 0).ravel(), (down > 0).ravel()])
    if np.count_nonzero(across) + np.count_nonzero(down) < FLAT:
        digest = np.frombuffer(bytes.fromhex(picture.fingerprint()), dtype=np.uint8)
        return np.resize(digest, bits.size // 8)
    return np.packbits(bits)


def _grey(picture: Picture) -> NDArray[np.float64]:
    values: NDArray[Any] = picture.values.astype(np.float64).mean(axis=0)
    return values if values.ndim == 2 else values[:, :, values.shape[2] // 2]  # noqa: PLR2004 - rows and columns


def _shrunk(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of 16 by 16 blocks of about equal size."""
    for axis in (0, 1):
        edges = np.linspace(0, values.shape[axis], SIDE + 1).round().astype(int)
        means = [
            values.take(range(begin, max(end, begin + 1)), axis=axis, mode="clip").mean(axis=axis)
            for begin, end in pairwise(edges)
        ]
        values = np.stack(means, axis=axis)
    return values
