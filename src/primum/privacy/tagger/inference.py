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
_SURE = 60.0
"""Larger logarithms of odds tell nothing more, and their exponentials would not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How large a network is.

    Attributes:
        features: Feature vectors, one more than there are known features: number 0 is nothing.
        labels: Labels of a token.
        looks: Numbers a word by itself is told by.
        width: Numbers a token in its context is told by; where there are fewer, what a word looks like is made narrow.
        dilations: Distance in tokens to the neighbours that each layer looks at.
    """

    features: int
    labels: int
    looks: int
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
        if self.looks != self.width:
            mixes["narrow.weight"] = (self.width, self.looks)
        return mixes | {
            "table": (self.features, self.looks),
            "norm.weight": (self.looks,),
            "norm.bias": (self.looks,),
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
        self._table = arrays["table"] - arrays["table"].mean(axis=1, keepdims=True)
        self._table[0] = 0
        weight, bias = arrays["norm.weight"], arrays["norm.bias"]
        narrow = arrays["narrow.weight"].T if shape.looks != shape.width else None
        self._norm = weight, bias if narrow is None else bias @ narrow
        self._narrow = None if narrow is None else np.ascontiguousarray(weight[:, None] * narrow)
        self._placed: Floats = arrays["flags"][SETTINGS].sum(axis=1)
        self._mixes = [
            (dilation, np.ascontiguousarray(arrays[f"mixes.{at}.weight"].T), arrays[f"mixes.{at}.bias"])
            for at, dilation in enumerate(shape.dilations)
        ]
        weight, bias = arrays["out.weight"], arrays["out.bias"]
        self._out = np.ascontiguousarray((weight[1:] - weight[:1]).T), bias[1:] - bias[:1]

    def looks(self, features: Sequence[Sequence[int]]) -> Floats:
        """Return how words look by the numbers of their features, float32, shape (words, width)."""
        sums = np.empty((len(features), self.shape.looks), dtype=np.float32)
        for first in range(0, len(features), WORDS):
            numbers: list[int] = []
            offsets: list[int] = []
            for one in features[first : first + WORDS]:
                offsets.append(len(numbers))
                numbers.append(0)
                numbers += one
            sums[first : first + WORDS] = np.add.reduceat(self._table[numbers], offsets, axis=0)
        spread = np.einsum("ij,ij->i", sums, sums)
        spread /= self.shape.looks
        spread += _EPSILON
        sums /= np.sqrt(spread, out=spread)[:, None]
        weight, bias = self._norm
        looks: Floats = sums * weight if self._narrow is None else sums @ self._narrow
        looks += bias
        return looks

    def odds(self, looks: Floats, settings: NDArray[np.int64], starts: Sequence[int] = (0,)) -> Floats:
        """Return how much likelier than none each other label is, for each token, float32, shape (tokens, labels - 1).

        Args:
            looks: Of each token, float32, shape (tokens, width).
            settings: How each stands in its line, int64, shape (tokens,).
            starts: The first token of each text, in order, where there are several; they do not see each other.
        """
        count, edge, width = len(looks), max(self.shape.dilations, default=0), self.shape.width
        room = np.zeros((2, count + 2 * edge, width), dtype=np.float32)
        state = room[:, edge : edge + count]
        np.add(looks, self._placed.take(settings, axis=0), out=state[0])
        apart = _Apart(starts, count) if len(starts) > 1 else None
        around = np.empty((min(count, BLOCK), 3, width), dtype=np.float32)
        with ONE_THREAD:
            for at, (dilation, weight, bias) in enumerate(self._mixes):
                old, new = at % 2, 1 - at % 2
                for first in range(0, count, BLOCK):
                    last = min(count, first + BLOCK)
                    some = around[: last - first]
                    np.copyto(some, _neighbours(room[old], edge + first - dilation, dilation, last - first))
                    if apart is not None:
                        apart.part(some, first, dilation)
                    mixed = np.matmul(some.reshape(last - first, 3 * width), weight, out=state[new, first:last])
                    mixed += bias
                    np.maximum(mixed, 0, out=mixed)
                    mixed += state[old, first:last]
            odds: Floats = state[len(self._mixes) % 2] @ self._out[0]
        odds += self._out[1]
        np.minimum(odds, _SURE, out=odds)
        return np.exp(odds, out=odds)


def _neighbours(state: Floats, first: int, dilation: int, count: int) -> Floats:
    """Return tokens between their two neighbours, float32, shape (tokens, 3, width): a view.

    Args:
        state: Of all tokens, one behind the other, shape (tokens, width).
        first: The neighbour before the first token.
        dilation: The distance to the neighbours.
        count: How many tokens.
    """
    row, number = state.strides
    shape = count, 3, state.shape[1]
    return np.ndarray(shape, np.float32, state, first * row, (row, dilation * row, number))


class _Apart:
    """Which tokens have no neighbour in their own text."""

    def __init__(self, starts: Sequence[int], count: int) -> None:
        sizes = [after - before for before, after in pairwise([*starts, count])]
        at = np.arange(count)
        self._since = at - np.repeat(starts, sizes)
        self._until = np.repeat([*starts[1:], count], sizes) - 1 - at

    def part(self, around: Floats, first: int, dilation: int) -> None:
        """Take the neighbours in other texts out of a block that begins with the token ``first``."""
        block = slice(first, first + len(around))
        around[self._since[block] < dilation, 0] = 0
        around[self._until[block] < dilation, 2] = 0


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
