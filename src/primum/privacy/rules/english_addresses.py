"""Addresses that go on after the street: flat, town, land and postcode, in the same line or in the lines below."""

import re
from collections.abc import Iterable, Iterator

from primum.privacy.edges import LETTER
from primum.privacy.lexicons.loader import words
from primum.privacy.rules.scanning import Hints, Seen
from primum.privacy.spans import Kind, Span

LINES, LONGEST = 5, 46
"""Lines below a street that may belong to it, and the characters of such a line."""
_CAP = rf"[A-ZÀ-ÖØ-Þ][{LETTER}'\u2019.\-]*"
_SMALL = r"(?:de|la|del|di|da|do|dos|of|the|le|les|du|van|der|den|el|e|y|am|an|im|upon|on|under|sur)"
_FLAT_HINTS = Hints(("suite", "ste ", "ste.", "apt", "apartment", "unit ", "flat ", "psc ", "box "))
_DOUBLE_HINTS = Hints((" suite", " ste", " apt", " unit", " flat"))
_FLAT = re.compile(
    r"(?<![A-Za-z])(?:(?:[Ss]uite|SUITE|[Ss]te\.?|[Aa]pt\.?|APT\.?|[Aa]partment"
    r"|APARTMENT)\s?(?:[Nn]o\.?\s?)?#?\s?(?:\d{1,5}[A-Za-z]?|[A-Z]\d{0,3})"
    r"|(?:Unit|UNIT|Flat|PSC|Box)\s(?:No\.?\s?)?#?\s?\d{1,5}[A-Za-z]?)(?![A-Za-z\d]|\.\d|%)(?!\s?(?:mg|of\b))"
)
_DOUBLE = re.compile(
    rf"(?<![{LETTER}.,/\-])\d{{1,5}}[A-Za-z]?,?[ \t]+(?:(?:{_CAP}"
    rf"|{_SMALL})[ \t]+){{1,5}}\d{{1,4}}[A-Za-z]?(?=,?\s+(?:Suite|Ste|Apt|Unit|Flat|suite|apt|unit))"
)
_NAMED_STREET = re.compile(
    rf"(?<![{LETTER}])(?:{_CAP}[ \t]+){{1,3}}(?:Street|Avenue|Road|Boulevard|Lane|Drive|Highway|Parkway"
    rf"|Blvd|Ave)(?![{LETTER}])\.?"
)
_NAMED_HINTS = Hints(
    (" Street", " Avenue", " Road", " Boulevard", " Lane", " Drive", " Highway", " Parkway", " Blvd", " Ave"),
    exact=True,
)
_CODE = r"(?:\d{4,6}(?:-\d{3,4})?|\d{3} \d{2}|\d{2}-\d{3}|[A-Z]{1,2}\d[\dA-Z]? \d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)"
_GAP = r"(?:[,;]?[ \t]+|,?[ \t]*\n[ \t]*)"
_ON = re.compile(
    rf"(?:{_GAP}(?:Suite|Ste\.?|Apt\.?|Apartment|Unit|Flat|suite|apt\.?|unit)\s?#?\s?\w{{1,5}})?"
    rf"(?:{_GAP}(?:{_CAP}|{_SMALL})(?:[ \-](?:{_CAP}|{_SMALL})){{0,4}}){{1,3}}{_GAP}(?:{_CODE})(?!\d)"
    rf"|(?:{_GAP}(?:Suite|Ste\.?|Apt\.?|Unit|Flat|suite|apt\.?"
    rf"|unit)\s?#?\s?\w{{1,5}})?{_GAP}(?:[A-Z]{{1,2}}-)?{_CODE}[ \t]+{_CAP}(?:[ \-]{_CAP}){{0,3}}"
    rf"(?![{LETTER}])"
    rf"|(?:{_GAP}(?:suite|apt\.?"
    rf"|unit)\s?#?\s?\w{{1,5}})?(?:,?[ \t]+[a-z][a-z'.\-]{{1,20}}){{1,4}},?[ \t]+\d{{5}}(?:-\d{{4}})?"
    r"(?!\d)"
)
_BULLET = re.compile(r"[\s*\-\u2022\u00b7?#>|]*")
_LINE = re.compile(rf"(?:(?:{_CAP}|{_SMALL}|[0-9][0-9A-Za-z\-]*|&|-|[A-Z])[ \t,./]*){{1,8}}")
_MILITARY_HINTS = Hints(("APO", "FPO", "DPO"), exact=True)
_MILITARY = re.compile(r"(?:APO|FPO|DPO),? (?:AA|AE|AP) \d{5}(?:-\d{4})?")
_LABEL = re.compile(r"[A-Za-z][A-Za-z \-]{1,20}[:=]")
_EVIDENCE = re.compile(r"\d")
_NUMBERED = ((_FLAT, _FLAT_HINTS), (_DOUBLE, _DOUBLE_HINTS), (_NAMED_STREET, _NAMED_HINTS))
_HINTS = frozenset(hints for _, hints in _NUMBERED)


def addresses(seen: Seen, streets: Iterable[Span]) -> Iterator[Span]:
    """Yield flats, streets without a number, and what follows the streets that were found.

    Args:
        seen: Any text.
        streets: Streets found in it.
    """
    text, found = seen.text, list(streets)
    for pattern, hints in _NUMBERED if seen.has_any(_HINTS) else ():
        found += [Span(*match.span(), Kind.STREET, "rule:street") for match in seen.near(pattern, hints, after=40)]
    yield from found
    for match in seen.near(_MILITARY, _MILITARY_HINTS, before=0):
        yield Span(*match.span(), Kind.POSTCODE, "rule:postcode")
    for street in found:
        if street.kind is not Kind.STREET:
            continue
        on = _ON.match(text, street.end)
        end = on.end() if on else street.end
        if on:
            yield Span(street.end, end, Kind.PLACE, "rule:address")
        yield from _below(text, end)


def _below(text: str, end: int) -> Iterator[Span]:
    """Yield the lines below the end of a street that belong to its address."""
    at = text.find("\n", end)
    if at < 0 or at - end > LONGEST:
        return
    lines: list[Span] = []
    last = 0
    while len(lines) < LINES and at >= 0:
        begin = _BULLET.match(text, at + 1, at + 12)
        start = begin.end() if begin else at + 1
        at = text.find("\n", start)
        line = text[start : at if at >= 0 else len(text)].rstrip(" \t\r,;")
        if "\n" in text[end:start].strip(" \t") and text[end:start].count("\n") > len(lines) + 1:
            break
        if not _is_of_address(line):
            break
        lines.append(Span(start, start + len(line), Kind.PLACE, "rule:address"))
        if _EVIDENCE.search(line) or is_known(line):
            last = len(lines)
    yield from lines[:last]


def _is_of_address(line: str) -> bool:
    return (
        1 < len(line) <= LONGEST
        and _LABEL.match(line) is None
        and _LINE.fullmatch(line) is not None
        and sum(one.isdigit() for one in line) < 8  # noqa: PLR2004 - a telephone number has as many
        and not line.startswith(("Dear", "Hi", "Hello", "Regards", "Thank"))
    )


def is_known(line: str) -> bool:
    """Return whether a line is a land, or has a word of a town's name and none of English."""
    parts = [one.strip(".,").lower() for one in line.split()]
    return (
        line in words("en_lands")
        or line.title() in words("en_lands")
        or any(one in words("en_places") and one not in words("en_words") for one in parts)
    )
