"""Words, numbers, signs and line ends of a text, with their places; each Chinese character is a token by itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

LONGEST = 32
"""Letters or digits of one token; longer runs are more than one, so that no token costs more than another."""
NEWLINE = "\n"
_HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_HAN}](?=([{_HAN}])?)|[^\W\d_{_HAN}]{{1,{LONGEST}}}|\d{{1,{LONGEST}}}|\r\n?|\n|[^\w\s]|_")
_AWAY = (0, 1, 2, 3, 3, 4, 4, 4, 4, 5)
"""Tokens since the line began, or until it ends, made coarse."""
_LENGTH = (0,) * 4 + (1,) * 6 + (2,) * 10 + (3,)
"""Tokens of a line, made coarse."""
_SIZES = (2, 2, 6, 6, 5)
SETTINGS = np.array(
    [np.add(one, (0, 2, 4, 10, 16)) for one in product(*(range(size) for size in _SIZES))], dtype=np.int64
)
"""What each way to stand in a line consists of, below ``FLAGS``, shape (ways, 5): whether the token stands close to the
one before and the one after, how far it is from the beginning and the end of the line, and how long the line is."""
FLAGS = 24
_LINE_WAYS = 6 * 6 * 5
"""Ways to stand in a line without asking for neighbours."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text.

    Attributes:
        words: What features are made of: the token, a Chinese character with the one after it.
        starts: First character of each, int64, shape (n,).
        ends: One past the last character of each, likewise.
        settings: How each stands in its line, as a row of ``SETTINGS``, likewise.
    """

    words: Sequence[str]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    settings: NDArray[np.int64]


def tokens(text: str, start: int = 0, end: int | None = None) -> Tokens:
    """Return the tokens of a text, or of the part of it between two places; time is linear.

    Args:
        text: Any text.
        start: Where to begin.
        end: Where to end; the end of the text by default.
    """
    words: list[str] = []
    places: list[int] = []
    line_ends: list[int] = []
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        word, follower = match[0], match[1]
        if follower:
            word += follower
        elif word[0] in "\r\n":
            line_ends.append(len(words))
            word = NEWLINE
        words.append(word)
        places += match.span()
    spans = np.array(places, dtype=np.int64).reshape(-1, 2)
    starts, ends = spans[:, 0], spans[:, 1]
    return Tokens(words, starts, ends, _settings(line_ends, starts, ends))


def _settings(line_ends: Sequence[int], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    lines = []
    first = 0
    for last in line_ends:
        lines.append(_line(last - first)[: last - first + 1])
        first = last + 1
    lines.append(_line(len(starts) - first)[:-1])
    close = np.zeros(len(starts) + 1, dtype=np.int64)
    close[1:-1] = starts[1:] == ends[:-1]
    return np.concatenate(lines) + _LINE_WAYS * (2 * close[:-1] + close[1:])


@lru_cache(maxsize=512)
def _line(length: int) -> NDArray[np.int64]:
    """Return how the tokens of a line stand in it, and at last how its end does."""
    at, most = np.arange(length + 1), len(_AWAY) - 1
    before, after = np.minimum(at, most), np.clip(length - 1 - at, 0, most)
    sizes = np.full(length + 1, _LENGTH[min(max(length - 1, 0), len(_LENGTH) - 1)])
    sizes[-1] = _LENGTH[min(length, len(_LENGTH) - 1)]
    away = np.array(_AWAY, dtype=np.int64)
    line: NDArray[np.int64] = (away[before] * 6 + away[after]) * 5 + sizes
    return line
