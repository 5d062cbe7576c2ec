"""Quick ways through a text: expressions are tried only near words without which they cannot match."""

import re
from collections.abc import Iterable, Iterator

REACH = 90
"""Characters before and after a word in which an expression is tried."""


def several(text: str, by: str | None = None) -> tuple[str, ...]:
    """Return words that are written one after the other, parted by a sign or by spaces."""
    return tuple(text.split(by))


def lowered(text: str) -> str:
    """Return a text in small letters, each character still in its place."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(one.lower() if len(one.lower()) == 1 else one for one in text)


def places_of(text: str, words: Iterable[str]) -> list[int]:
    """Return where any of these words begins, in order."""
    found = []
    for word in words:
        at = text.find(word)
        while at >= 0:
            found.append(at)
            at = text.find(word, at + len(word))
    return sorted(found)


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
