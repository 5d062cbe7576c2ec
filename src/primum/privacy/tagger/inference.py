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
"""Tokens that a layer works on at a time, so that they stay near the processor."""
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
            (dilation, _side_by_side(arrays[f"mixes.{at}.weight"]), arrays[f"mixes.{at}.bias"])
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
        state = looks + self._placed[settings]
        apart = _Apart(starts, len(looks)) if len(starts) > 1 else None
        with ONE_THREAD:
            for dilation, weight, bias in self._mixes:
                state = _mixed(state, dilation, weight, bias, apart)
            chances: Floats = state @ self._out[0]
        chances += self._out[1]
        chances -= np.maximum.reduce(chances, axis=1, keepdims=True)
        np.exp(chances, out=chances)
        chances /= np.add.reduce(chances, axis=1, keepdims=True)
        return chances


def _side_by_side(weight: Floats) -> Floats:
    """Return the weights of the three tokens that a layer looks at, so that one token times all gives three parts."""
    width = len(weight)
    return np.ascontiguousarray(weight.reshape(width, 3, width).transpose(2, 1, 0).reshape(width, 3 * width))


def _mixed(state: Floats, dilation: int, weight: Floats, bias: Floats, apart: "_Apart | None") -> Floats:
    """Return tokens with what a layer adds to each from itself and its two neighbours, float32, shape (tokens, width).

    What a token gives to the one behind, to itself and to the one before is worked out at once and then moved there.
    """
    count, width = state.shape
    new = np.empty_like(state)
    for first in range(0, count, BLOCK):
        last = min(count, first + BLOCK)
        start, end = max(0, first - dilation), min(count, last + dilation)
        given = state[start:end] @ weight
        if apart is not None:
            apart.part(given, start, dilation)
        mixed = np.add(given[first - start : last - start, width : 2 * width], bias, out=new[first:last])
        if last > dilation:
            behind = max(0, dilation - first)
            mixed[behind:] += given[first + behind - dilation - start : last - dilation - start, :width]
        if first + dilation < count:
            ahead = given[first + dilation - start :, 2 * width :]
            mixed[: len(ahead)] += ahead
        np.maximum(mixed, 0, out=mixed)
        mixed += state[first:last]
    return new


class _Apart:
    """Which tokens have no neighbour in their own text."""

    def __init__(self, starts: Sequence[int], count: int) -> None:
        sizes = [after - before for before, after in pairwise([*starts, count])]
        at = np.arange(count)
        self._since = at - np.repeat(starts, sizes)
        self._until = np.repeat([*starts[1:], count], sizes) - 1 - at

    def part(self, given: Floats, first: int, dilation: int) -> None:
        """Take out what a block that begins with the token ``first`` gives to other texts."""
        width, block = given.shape[1] // 3, slice(first, first + len(given))
        given[self._until[block] < dilation, :width] = 0
        given[self._since[block] < dilation, 2 * width :] = 0


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
