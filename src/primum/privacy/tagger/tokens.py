"""Words, numbers, signs and line ends of a text, with their places; each Chinese character is a token by itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise, product

import numpy as np
from numpy.typing import NDArray

LONGEST = 32
"""Letters or digits of one token; longer runs are more than one, so that no token costs more than another."""
NEWLINE = "\n"
PARTING = " \n "
"""Between two texts: a token alone in its place, which ends a line."""
_HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_SIGN = re.compile(f"[{_HAN}]")
_TOKEN = re.compile(rf"([{_HAN}]|[^\W\d_{_HAN}]{{1,{LONGEST}}}|\d{{1,{LONGEST}}}|\r\n?|\n|[^\w\s]|_)")
_PLAIN_TOKEN = re.compile(rf"([A-Za-z]{{1,{LONGEST}}}|[!-/:-@\[-`{{-~]|[0-9]{{1,{LONGEST}}}|\r\n?|\n|[^\w\s])")
"""The same for texts in ASCII, in less time."""
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
        places: Which token of the text each is, likewise.
    """

    words: list[str]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    settings: NDArray[np.int64]
    places: NDArray[np.int64]

    def part(self, own: slice, first: int = 0) -> "Tokens":
        """Return some of the tokens, numbered from ``first`` on."""
        starts = self.starts[own]
        places = np.arange(first, first + len(starts))
        return Tokens(self.words[own], starts, self.ends[own], self.settings[own], places)


def tokens(text: str, start: int = 0, end: int | None = None) -> Tokens:
    """Return the tokens of a text, or of the part of it between two places; time is linear.

    Args:
        text: Any text.
        start: Where to begin.
        end: Where to end; the end of the text by default.
    """
    part = text[start:end]
    is_plain = part.isascii()
    parts = (_PLAIN_TOKEN if is_plain else _TOKEN).split(part)
    lengths = np.fromiter(map(len, parts), dtype=np.int64, count=len(parts))
    ends = lengths.cumsum()
    starts = ends - lengths
    if start:
        ends += start
        starts += start
    words, starts, ends = parts[1::2], starts[1::2], ends[1::2]
    line_ends = []
    if "\n" in part or "\r" in part:
        line_ends = [at for at, word in enumerate(words) if word[0] in "\r\n"]
        for at in line_ends:
            words[at] = NEWLINE
    if not is_plain and _HAN_SIGN.search(part):
        words = _with_followers(words, parts[2::2])
    return Tokens(words, starts, ends, _settings(line_ends, starts, ends), np.arange(len(words)))


def tokens_of(texts: Sequence[str]) -> tuple[Tokens, list[int], list[int]]:
    """Return the tokens of several texts, as if ``PARTING`` stood between them, and for each text its first ones.

    No token of two texts is next to another by its place.

    Args:
        texts: Any texts.

    Returns:
        The tokens, which of them is the first of each text, and where each text begins.
    """
    begins = list(accumulate((len(one) + len(PARTING) for one in texts[:-1]), initial=0))
    read = tokens(PARTING.join(texts))
    signs = np.searchsorted(read.starts, [one - len(PARTING) + 1 for one in begins[1:]])
    words: list[str] = []
    edges = [-1, *signs.tolist(), len(read.words)]
    for before, after in pairwise(edges):
        words += read.words[before + 1 : after]
    kept = np.ones(len(read.words), dtype=bool)
    kept[signs] = False
    firsts = [edge + 1 - at for at, edge in enumerate(edges[:-1])]
    whole = Tokens(words, read.starts[kept], read.ends[kept], read.settings[kept], read.places[kept])
    return whole, firsts, begins


def _with_followers(words: Sequence[str], gaps: Sequence[str]) -> list[str]:
    """Return words, each Chinese character together with one that stands right behind it."""
    han = [*(_HAN_SIGN.match(word) is not None for word in words), False]
    return [
        word + words[at + 1] if han[at] and not gap and han[at + 1] else word
        for at, (word, gap) in enumerate(zip(words, gaps, strict=True))
    ]


def _settings(line_ends: Sequence[int], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    lines, first = [], 0
    for last in line_ends:
        lines.append(_line(last - first)[: last - first + 1])
        first = last + 1
    lines.append(_line(len(starts) - first)[:-1])
    settings = np.concatenate(lines)
    close = (starts[1:] == ends[:-1]) * _LINE_WAYS
    settings[1:] += 2 * close
    settings[:-1] += close
    return settings


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
