"""Quick ways through a text: expressions are tried only near words without which they cannot match."""

import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

REACH = 90
"""Characters before and after a word in which an expression is tried."""
BEGINNING, CLASSES = 3, 32
"""Signs at the beginning of a word by which it is looked for, and how many of them are told apart: letters, the space,
and few others."""
PIECE = 1 << 16
"""Characters that are looked through at a time, so that memory stays bounded."""

_DIGIT = re.compile(r"\d")


def several(text: str, by: str | None = None) -> tuple[str, ...]:
    """Return words that are written one after the other, parted by a sign or by spaces."""
    return tuple(text.split(by))


def lowered(text: str) -> str:
    """Return a text in small letters, each character still in its place."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(one.lower() if len(one.lower()) == 1 else one for one in text)


class Hints:
    """Words near which an expression is tried.

    Args:
        words: In small letters, or as they stand in the text where they are ``exact``.
        exact: Whether capitals count.
    """

    all: ClassVar[list["Hints"]] = []

    def __init__(self, words: Iterable[str], *, exact: bool = False) -> None:
        self.words, self.exact = tuple(words), exact
        Hints.all.append(self)


class Seen:
    """A text, and where the words of all ``Hints`` stand in it: they are looked for once.

    Args:
        text: Any text.
        low: The same in small letters, where it is known.
        begun: Where words may begin in it, as ``_Index.begun`` says, likewise.
    """

    def __init__(self, text: str, low: str | None = None, begun: Iterable[tuple[int, "Meant"]] | None = None) -> None:
        self.text, self.low = text, lowered(text) if low is None else low
        self.has_digit = _DIGIT.search(text) is not None
        self._places: dict[Hints, list[int]] = {}
        starts = self.low.startswith
        for at, words in _index(len(Hints.all)).begun(self.low) if begun is None else begun:
            for word, meant in words:
                if starts(word, at):
                    for hints, exact in meant:
                        if exact is None or text.startswith(exact, at):
                            self._places.setdefault(hints, []).append(at)

    @classmethod
    def each(cls, texts: Sequence[str]) -> list["Seen"]:
        """Return several texts, looked through together."""
        lows = [lowered(one) for one in texts]
        begun: list[list[tuple[int, Meant]]] = [[] for _ in texts]
        ends = list(accumulate(len(one) + 1 for one in lows))
        at = 0
        for place, words in _index(len(Hints.all)).begun("\n".join(lows)):
            while place >= ends[at]:
                at += 1
            begun[at].append((place - ends[at] + len(lows[at]) + 1, words))
        return [cls(*one) for one in zip(texts, lows, begun, strict=True)]

    def has_any(self, some: frozenset[Hints]) -> bool:
        """Return whether a word of any of several hints stands in the text."""
        return not some.isdisjoint(self._places)

    def places(self, hints: Hints) -> Sequence[int]:
        """Return where any of some words begins, in order."""
        return self._places.get(hints, ())

    def near(
        self, pattern: re.Pattern[str], hints: Hints, *, before: int = REACH, after: int = REACH
    ) -> Iterable[re.Match[str]]:
        """Return what a pattern matches around words, as ``near`` does."""
        places = self._places.get(hints)
        return near(self.text, pattern, places, before=before, after=after) if places else ()


Meant = Sequence[tuple[str, Sequence[tuple[Hints, str | None]]]]
"""Words, the shorter first, and of which hints each is one; with the word as it must stand where capitals count."""


@dataclass(frozen=True, slots=True)
class _Index:
    """The beginnings of words, to find many words at once.

    Attributes:
        classes: For ``bytes.translate``: each sign that one of the words begins with as a number, all others 0.
        may_begin: Whether three numbered signs begin a word, bool, shape (CLASSES ** 3,).
        may_follow: Whether they are the second to the fourth of a word, likewise.
        words: The words that begin with three signs, by their place in ``may_begin``.
    """

    classes: bytes
    may_begin: NDArray[np.bool_]
    may_follow: NDArray[np.bool_]
    words: Mapping[int, Meant]

    def begun(self, low: str) -> Iterator[tuple[int, Meant]]:
        """Yield where words may begin in a text in small letters, in order, and which."""
        for first in range(0, len(low), PIECE):
            piece = low[first : first + PIECE + BEGINNING].encode("latin-1", "replace").translate(self.classes)
            signs = np.frombuffer(piece + bytes(BEGINNING), dtype=np.uint8).astype(np.intp)
            grams = (signs[:-2] * CLASSES + signs[1:-1]) * CLASSES + signs[2:]
            count = min(PIECE, len(low) - first)
            may = self.may_begin[grams[:count]] & self.may_follow[grams[1 : count + 1]]
            places = may.nonzero()[0]
            for at, gram in zip((places + first).tolist(), grams[places].tolist(), strict=True):
                yield at, self.words[gram]


@lru_cache(maxsize=2)
def _index(many: int) -> _Index:
    """Return the index of the words of the first so many hints."""
    by_word: dict[str, list[tuple[Hints, str | None]]] = {}
    for hints in Hints.all[:many]:
        for word in hints.words:
            by_word.setdefault(word.lower(), []).append((hints, word if hints.exact else None))
    signs = _signs(by_word)
    words: dict[int, list[tuple[str, Sequence[tuple[Hints, str | None]]]]] = {}
    may_begin, may_follow = np.zeros((2, CLASSES**BEGINNING), dtype=bool)
    for word in sorted(by_word, key=len):
        beginning = word[: BEGINNING + 1].encode("latin-1", "replace")
        for gram in _grams([signs[one] for one in beginning[:BEGINNING]]):
            words.setdefault(gram, []).append((word, by_word[word]))
        may_follow[_grams([signs[one] for one in beginning[1:]])] = True
    may_begin[list(words)] = True
    classes = bytes(signs.get(sign, 0) for sign in range(256))
    return _Index(classes, may_begin, may_follow, words)


def _signs(words: Iterable[str]) -> dict[int, int]:
    """Return the numbers of the signs that words begin with, from 1 on; the last is shared by those left over."""
    begin = {sign for one in words for sign in one[: BEGINNING + 1].encode("latin-1", "replace")}
    apart = dict.fromkeys((*string.ascii_lowercase.encode(), *b" ", *sorted(begin)))
    return {sign: min(at, CLASSES - 1) for at, sign in enumerate(apart, start=1)}


def _grams(numbers: Sequence[int]) -> list[int]:
    """Return the places of three signs of which the first are given."""
    grams = [0]
    for number in numbers:
        grams = [gram * CLASSES + number for gram in grams]
    for _ in range(BEGINNING - len(numbers)):
        grams = [gram * CLASSES + number for gram in grams for number in range(CLASSES)]
    return grams


def near(
    text: str, pattern: re.Pattern[str], places: Iterable[int], *, before: int = REACH, after: int = REACH
) -> Iterator[re.Match[str]]:
    """Yield what a pattern matches around places that are in order, none overlapping another.

    Args:
        text: In which to look.
        pattern: Must look behind itself to begin only where a word begins.
        places: Where it is tried.
        before: Characters before a place in which a match may begin.
        after: Characters after a place at which a match must have begun and ended.
    """
    for start, end in _stretches(places, before, after):
        yield from pattern.finditer(text, start, min(len(text), end))


def _stretches(places: Iterable[int], before: int, after: int) -> Iterator[tuple[int, int]]:
    """Yield the surroundings of places, those that touch made one, so that nothing is looked at twice."""
    start = end = -1
    for at in places:
        if start >= 0 and at - before <= end:
            end = at + after
            continue
        if start >= 0:
            yield start, end
        start, end = max(0, at - before), at + after
    if start >= 0:
        yield start, end


def before(low: str, at: int, many: int = 28) -> str:
    """Return what stands before a place, without the spaces and signs between."""
    return low[max(0, at - many) : at].rstrip(" \t,:;=-.('\"#*|>")
