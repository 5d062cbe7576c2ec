"""Where in a text a date may be: looked at first, so that the many ways of writing one are tried only there."""

import re
from collections.abc import Iterator

from primum.privacy.calendars import MONTHS
from primum.privacy.edges import BEFORE
from primum.privacy.rules.scanning import Hints, Seen
from primum.privacy.trees import tree

_IN_NUMBERS = re.compile(r"\d(?:([/\-.])\d{1,2}\1\d|/(?:18|19|20)\d\d|(?:(?<=1)9|(?<=2)0)\d{6})")
_IN_WORDS = re.compile(rf"{BEFORE}{tree(MONTHS)}|(?<=\d)(?:(?:st|nd|rd|th)[ \-./]?|[ \-./])?{tree(MONTHS)}")
_MONTHS = Hints(MONTHS)
_ORDINAL, _LONGEST = 3, max(map(len, MONTHS))
"""Characters between a day and its month, and those of a month."""
_MARGIN = 48
"""So many characters of a date may stand before and after what ``_candidates`` finds."""
_SPACE = re.compile(r"\s")


def windows(seen: Seen) -> Iterator[tuple[int, int, set[str]]]:
    """Yield where dates may be, with what stands around, and what they may be written in.

    Windows do not overlap and end between words.

    Args:
        seen: Any text.
    """
    text = seen.text
    begin, stop, has = -1, -1, set[str]()
    for start, end, need in sorted(_candidates(seen)):
        if begin < 0 or start - _MARGIN > stop:
            if begin >= 0:
                yield begin, stop, has
            begin, has = max(0, start - _MARGIN, stop), set()
        has.add(need)
        space = _SPACE.search(text, end + _MARGIN, end + 2 * _MARGIN)
        stop = max(stop, space.start() if space else min(len(text), end + 2 * _MARGIN))
    if begin >= 0:
        yield begin, stop, has


def _candidates(seen: Seen) -> Iterator[tuple[int, int, str]]:
    """Yield what every date has in it: numbers parted by a sign, or a month; the latter beside numbers or as 月."""
    text = seen.text
    if seen.has_digit:
        for match in _IN_NUMBERS.finditer(text):
            yield *match.span(), "number"
        for month in seen.places(_MONTHS):
            named = _IN_WORDS.search(seen.low, max(0, month - _ORDINAL), month + _LONGEST)
            if named:
                yield *named.span(), "word"
    at = text.find("月")
    while at >= 0:
        yield at, at + 1, "han"
        at = text.find("月", at + 1)
