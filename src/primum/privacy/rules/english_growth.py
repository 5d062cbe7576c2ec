"""Names found in part: the capitalised word beside them, an initial, and what follows a name."""

import re
from collections.abc import Iterable, Iterator

from primum.privacy.edges import LETTER
from primum.privacy.lexicons.loader import words
from primum.privacy.rules.english_people import NOT_NAMES, TITLES, is_ordinary, plain
from primum.privacy.rules.scanning import several
from primum.privacy.spans import Kind, Span

STEPS = 2
"""Words to each side that a name grows by."""
KINDS = frozenset({Kind.NAME, Kind.PLACE, Kind.ORGANISATION, Kind.HOSPITAL})
LONGEST = 40
"""Signs to each side that are looked at."""
_CAPITAL = rf"[A-ZÀ-ÖØ-Þ][{LETTER}'\u2019\-]*[{LETTER}]"
_BEFORE = re.compile(rf"(?<![\w@/.,'\u2019\-])(?P<word>{_CAPITAL})[ \t]\Z")
_AFTER = re.compile(rf"(?<=[{LETTER}])\.?[ \t](?P<word>{_CAPITAL})(?![\w@])")
_BEHIND = re.compile(r"(?:,?[ \t](?:II|III|IV|Jr\.?|Sr\.?|Esq\.?))(?![\w@])")
_OTHERS = frozenset(
    several(
        "january february march april june july august september october november december"
        " monday tuesday wednesday thursday friday saturday sunday"
    )
)


def grown(text: str, found: Iterable[Span]) -> Iterator[Span]:
    """Yield names that are longer than they were found.

    A word of English beside a name belongs to it only where the lists say that it is a name as well.

    Args:
        text: What was read.
        found: In any order; other kinds than ``KINDS`` are left alone.
    """
    for span in found:
        if span.kind in KINDS and text[span.start].isupper():
            start, end = _start(text, span), _end(text, span)
            if (start, end) != (span.start, span.end):
                yield Span(start, end, span.kind, span.method)


def _start(text: str, span: Span) -> int:
    start = span.start
    for _ in range(STEPS):
        match = _BEFORE.search(text, max(0, start - LONGEST), start)
        if match is None or not _is_part(match["word"], text[span.start : span.end], "en_given"):
            break
        start = match.start()
    return start


def _end(text: str, span: Span) -> int:
    end = span.end
    for _ in range(STEPS):
        match = _AFTER.match(text, end, end + LONGEST)
        if match is None or not _is_part(match["word"], text[span.start : span.end], "en_family"):
            break
        end = match.end()
    behind = _BEHIND.match(text, end)
    return behind.end() if behind else end


def _is_part(word: str, name: str, of: str) -> bool:
    low = plain(word)
    if low in NOT_NAMES or low in TITLES or low in _OTHERS or (word.isupper() and not name.isupper()):
        return False
    if is_ordinary(word):
        return low in words(of) and low not in words("en_medical")
    return word.title() not in words("en_lands") and word.title() not in words("en_nations")
