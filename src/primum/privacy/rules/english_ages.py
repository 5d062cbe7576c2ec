"""Ages in English text."""

import re
from collections.abc import Iterator

from primum.privacy.ages import OLD
from primum.privacy.rules.scanning import Hints, Seen, before, several
from primum.privacy.spans import Kind, Span

_NUMBER = re.compile(r"\d(?:(?<=1)[01]\d|\d?)(?![\d.%:/]\d|\d|%|,\d)")
_YEARS = re.compile(
    r"[\s\-]{0,2}(?:years?[\s\-]{1,2}olds?|years?\s+of\s+age|y\.?\s?/?\s?o\.?(?![a-z])"
    r"|yrs?\.?(?:[\s\-]{1,2}olds?)?(?![a-z])|years?\s+young"
    r"|y(?=[ ,/]?\s?[MF]\b)|y(?![a-z]))",
    re.IGNORECASE,
)
_SEX = re.compile(r"\s?/?[MF](?![A-Za-z'/])")
_UNIT = re.compile(
    r"\s?(?:mg|weeks?|wks?|months?|mos?\b|days?|hours?|lbs?|kg|cm|mmHg|F\b|C\b|bpm|percent|minutes?|%|units?|mcg|ml)",
    re.IGNORECASE,
)
_AGED = ("age", "aged", "ages", "age is", "age of", "age was", "(age", "aged:", "ages:")
_WHO = several(
    "he she who patient pt i they mom dad mum mother father wife husband grandmother grandfather grandma "
    "grandpa aunt uncle resident"
)
_OLD_WORDS = (
    *(f" {who} {verb}" for who in _WHO for verb in ("is", "was", "am")),
    *several(" turned, turns, turning, i'm, he's, she's, age, aged, reached", ","),
)
_SAID_HINTS = Hints(("ninety", "hundred"))
_SAID = re.compile(
    r"(?<![A-Za-z])(?:ninety|(?:one|a)\s+hundred)(?:[\- ](?:and\s+)?(?:one|two|three|four|five|six"
    r"|seven|eight|nine|ten))?"
    r"(?P<years>[\s\-]{1,2}y(?:ea)?rs?[\s\-]{1,2}olds?|[\s\-]{1,2}years?\s+of\s+age)?(?![A-Za-z])",
    re.IGNORECASE,
)


def ages(seen: Seen) -> Iterator[Span]:
    """Yield ages: the number alone, from 90 on with the words that say it is an age.

    Source: 45 CFR 164.514(b)(2)(i)(C).

    Args:
        seen: Any text.
    """
    text, low = seen.text, seen.low
    for match in _NUMBER.finditer(text) if seen.has_digit else ():
        start, end = match.span()
        if start and (text[start - 1].isalnum() or text[start - 1] in ".$/,"):
            continue
        found = _age(text, low, start, end)
        if found:
            yield Span(start, found, Kind.AGE, "rule:age")
    for match in seen.near(_SAID, _SAID_HINTS, before=8, after=50):
        if match["years"] or f" {before(low, match.start(), 12)}".endswith(_OLD_WORDS):
            yield Span(*match.span(), Kind.AGE, "rule:age")


def _age(text: str, low: str, start: int, end: int) -> int | None:
    """Return where an age ends that begins with a number, or None where it is none."""
    old = int(text[start:end]) >= OLD
    years = _YEARS.match(text, end)
    if years and (years.group() != "y" or not text[start - 1 : start].isalnum()):
        return years.end() if old else end
    if _SEX.match(text, end):
        return end
    beside = f" {before(low, start, 14)}"
    if beside.endswith(_AGED) or (old and beside.endswith(_OLD_WORDS) and _is_bare(text, end)):
        return None if _UNIT.match(text, end) else end
    return None


def _is_bare(text: str, end: int) -> bool:
    """Return whether after a number the sentence ends or goes on with a small word: ``she is 94 and``."""
    return (
        re.match(
            r"\s*(?:[.,;!?)]|$|\n|(?:and|or|who|with|but|on|in|now|when|so|still|at|from|ok|from"
            r"|lives?|lady|gentleman|years)\b)",
            text[end : end + 12],
        )
        is not None
    )
