"""The network of the tagger in use: the sums of ``network.py`` in NumPy, on one thread, without what training needs."""

import ctypes
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_info

from primum.privacy.tagger.tokens import FLAGS, SETTINGS

Floats = NDArray[np.float32]
BLOCK = 1024
"""Tokens whose neighbourhoods are written out at a time, so that they stay near the processor."""
WORDS = 512
"""Words whose features are added up at a time, likewise."""
_EPSILON = 1e-5
"""Of the layer norm, as torch has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How large a network is.

    Attributes:
        features: Feature vectors, one more than there are known features: number 0 is nothing.
        labels: Labels of a token.
        width: Numbers a token is told by.
        dilations: Distance in tokens to the neighbours that each layer looks at.
    """

    features: int
    labels: int
    width: int
    dilations: tuple[int, ...]

    @property
    def reach(self) -> int:
        """Tokens to each side that bear on a token's label."""
        return sum(self.dilations)

    @property
    def arrays(self) -> dict[str, tuple[int, ...]]:
        """The names of all numbers of a network, and their shapes."""
        mixes: dict[str, tuple[int, ...]] = {}
        for at in range(len(self.dilations)):
            mixes[f"mixes.{at}.weight"] = (self.width, 3 * self.width)
            mixes[f"mixes.{at}.bias"] = (self.width,)
        return mixes | {
            "table": (self.features, self.width),
            "norm.weight": (self.width,),
            "norm.bias": (self.width,),
            "flags": (FLAGS, self.width),
            "out.weight": (self.labels, self.width),
            "out.bias": (self.labels,),
        }


class Weights:
    """The numbers of a network, ready to be used; safe to share between threads.

    Args:
        shape: Its size.
        arrays: Its numbers by name, float32.

    Raises:
        ValueError: The numbers are not those of such a network.
    """

    def __init__(self, shape: Shape, arrays: Mapping[str, Floats]) -> None:
        if {name: one.shape for name, one in arrays.items()} != shape.arrays:
            message = "these are not the numbers of such a network"
            raise ValueError(message)
        self.shape = shape
        self._table = np.concatenate([np.zeros((1, shape.width), dtype=np.float32), arrays["table"][1:]])
        self._norm = arrays["norm.weight"], arrays["norm.bias"]
        self._placed: Floats = arrays["flags"][SETTINGS].sum(axis=1)
        self._mixes = [
            (dilation, np.ascontiguousarray(arrays[f"mixes.{at}.weight"].T), arrays[f"mixes.{at}.bias"])
            for at, dilation in enumerate(shape.dilations)
        ]
        self._out = np.ascontiguousarray(arrays["out.weight"].T), arrays["out.bias"]

    def looks(self, features: Sequence[Sequence[int]]) -> Floats:
        """Return how words look by the numbers of their features, float32, shape (words, width)."""
        sums = np.empty((len(features), self.shape.width), dtype=np.float32)
        for first in range(0, len(features), WORDS):
            numbers: list[int] = []
            offsets: list[int] = []
            for one in features[first : first + WORDS]:
                offsets.append(len(numbers))
                numbers.append(0)
                numbers += one
            sums[first : first + WORDS] = np.add.reduceat(self._table[numbers], offsets, axis=0)
        sums -= np.add.reduce(sums, axis=1, keepdims=True) / self.shape.width
        sums /= np.sqrt(np.add.reduce(sums * sums, axis=1, keepdims=True) / self.shape.width + _EPSILON)
        weight, bias = self._norm
        sums *= weight
        sums += bias
        return sums

    def chances(self, looks: Floats, settings: NDArray[np.int64], starts: Sequence[int] = (0,)) -> Floats:
        """Return the probability of each label for each token, float32, shape (tokens, labels).

        Args:
            looks: Of each token, float32, shape (tokens, width).
            settings: How each stands in its line, int64, shape (tokens,).
            starts: The first token of each text, in order, where there are several; they do not see each other.
        """
        count, edge = len(looks), max(self.shape.dilations, default=0)
        room = np.zeros((2, count + 2 * edge, self.shape.width), dtype=np.float32)
        np.add(looks, self._placed[settings], out=room[0, edge : edge + count])
        apart = _Apart(starts, count) if len(starts) > 1 else None
        with ONE_THREAD:
            for at, (dilation, weight, bias) in enumerate(self._mixes):
                old, new = room[at % 2], room[1 - at % 2, edge : edge + count]
                for first in range(0, count, BLOCK):
                    last = min(count, first + BLOCK)
                    around = _around(old[edge - dilation + first : edge + dilation + last], dilation)
                    if apart is not None:
                        apart.part(around, first, dilation)
                    mixed = np.matmul(around, weight, out=new[first:last])
                    mixed += bias
                    np.maximum(mixed, 0, out=mixed)
                    mixed += old[edge + first : edge + last]
            chances: Floats = room[len(self._mixes) % 2, edge : edge + count] @ self._out[0]
        chances += self._out[1]
        chances -= np.maximum.reduce(chances, axis=1, keepdims=True)
        np.exp(chances, out=chances)
        chances /= np.add.reduce(chances, axis=1, keepdims=True)
        return chances


def _around(state: Floats, dilation: int) -> Floats:
    """Return each token between its two neighbours, float32, shape (tokens, 3 x width)."""
    width, count = state.shape[1], len(state) - 2 * dilation
    around = np.empty((count, 3 * width), dtype=np.float32)
    for at in range(3):
        around[:, at * width : (at + 1) * width] = state[at * dilation : at * dilation + count]
    return around


class _Apart:
    """Which tokens have no neighbour in their own text."""

    def __init__(self, starts: Sequence[int], count: int) -> None:
        sizes = [after - before for before, after in pairwise([*starts, count])]
        at = np.arange(count)
        self._since = at - np.repeat(starts, sizes)
        self._until = np.repeat([*starts[1:], count], sizes) - 1 - at

    def part(self, around: Floats, first: int, dilation: int) -> None:
        """Take the neighbours in other texts out of a block that begins with the token ``first``."""
        width, block = around.shape[1] // 3, slice(first, first + len(around))
        around[self._since[block] < dilation, :width] = 0
        around[self._until[block] < dilation, 2 * width :] = 0


class OneThread:
    """Lets the matrix libraries use one thread: for so few numbers more of them cost more than they give.

    Where several are inside at once, the last to leave puts back what the first found.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._before: list[tuple[Library, int]] = []

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._before = [(one, many) for one in _libraries() if (many := one.threads()) > 1]
                for one, _ in self._before:
                    one.use(1)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                for one, many in self._before:
                    one.use(many)


@dataclass(frozen=True, slots=True)
class Library:
    """A matrix library that is loaded.

    Attributes:
        threads: Says how many threads it uses.
        use: Lets it use so many from now on, in the whole process.
    """

    threads: Callable[[], int]
    use: Callable[[int], object]


@lru_cache(maxsize=1)
def _libraries() -> tuple[Library, ...]:
    """Return the OpenBLAS that NumPy brought; none where NumPy was built with another library.

    Its own functions are asked: threadpoolctl lets but one thread of the process set the number.
    """
    found = []
    for path in {one["filepath"] for one in threadpool_info() if one["internal_api"] == "openblas"}:
        loaded = ctypes.CDLL(path)
        for prefix, suffix in product(("", "scipy_"), ("", "64_", "_64")):
            names = [f"{prefix}openblas_{verb}_num_threads{suffix}" for verb in ("get", "set")]
            if all(hasattr(loaded, one) for one in names):
                found.append(Library(*(getattr(loaded, one) for one in names)))
                break
    return tuple(found)


ONE_THREAD = OneThread()
