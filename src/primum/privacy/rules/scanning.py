"""Quick ways through a text: expressions are tried only near words without which they cannot match."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

from primum.privacy.trees import tree

REACH = 90
"""Characters before and after a word in which an expression is tried."""

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
    """

    def __init__(self, text: str) -> None:
        self.text, self.low = text, lowered(text)
        self.has_digit = _DIGIT.search(text) is not None
        self._places: dict[Hints, list[int]] = {}
        pattern, meant = _hints(len(Hints.all))
        for match in pattern.finditer(self.low):
            at = match.start()
            for hints, word in meant[match[1]]:
                if word is None or text.startswith(word, at):
                    self._places.setdefault(hints, []).append(at)

    def places(self, hints: Hints) -> Sequence[int]:
        """Return where any of some words begins, in order."""
        return self._places.get(hints, ())

    def near(
        self, pattern: re.Pattern[str], hints: Hints, *, before: int = REACH, after: int = REACH
    ) -> Iterable[re.Match[str]]:
        """Return what a pattern matches around words, as ``near`` does."""
        places = self._places.get(hints)
        return near(self.text, pattern, places, before=before, after=after) if places else ()


@lru_cache(maxsize=2)
def _hints(many: int) -> tuple[re.Pattern[str], Mapping[str, Sequence[tuple[Hints, str | None]]]]:
    """Return an expression for the first so many hints, and which of them, exact or not, a match means."""
    by_word: dict[str, list[tuple[Hints, str | None]]] = {}
    for hints in Hints.all[:many]:
        for word in hints.words:
            by_word.setdefault(word.lower(), []).append((hints, word if hints.exact else None))
    meant = {
        word: [one for size in range(1, len(word) + 1) for one in by_word.get(word[:size], ())] for word in by_word
    }
    return re.compile(f"(?=({tree(by_word)}))"), meant


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
