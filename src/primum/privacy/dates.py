"""Dates as people write them, in English, Chinese and Spanish, and their shift by a subject's own number of days."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from primum.privacy.edges import AFTER, BEFORE

ENGLISH = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
SPANISH = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
REPUBLIC = 1911
"""Year 0 of the calendar of the Republic of China (民国)."""
LEAP = 2000
"""The year in which a day without a year is shifted; it has a 29 February."""
PIVOT = 30
"""Two-digit years up to this are of the 2000s."""
MIDDLE = 15
"""The day at which a month without a day is shifted."""

_MONTHS = {name: at for names in (ENGLISH, SPANISH) for at, name in enumerate(names, start=1)}
_MONTHS |= {name[:3]: at for names in (SPANISH, ENGLISH) for at, name in enumerate(names, start=1)}
_MONTHS |= {"sept": 9, "setiembre": 9}
_WORD = "(?P<word>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?P<dot>\.?)"
_YEAR = r"(?P<y>(?:18|19|20)\d{2})"
_NOT_IN_NUMBER = r"(?<![\d.,/\-])"
_NUMBER_ENDS = r"(?![\d/\-]|[.,]\d)"

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # 2021-07-17, 2021/7/17, 2021.07.17 (also before a time of day)
        rf"(?<!\d)(?<!\d[\-/.]){_YEAR}(?P<s1>[\-/.])(?P<m>\d{{1,2}})(?P<s2>(?P=s1))(?P<d>\d{{1,2}})(?!\d|[\-/.]\d)",
        # 2021年7月17日, 民国110年7月17日, 2021年7月, 7月17日
        r"(?:民国|民國)\s*(?P<ry>\d{1,3})\s*年\s*(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*[日号號])?",
        rf"(?<!\d){_YEAR}\s*年\s*(?P<m>\d{{1,2}})\s*月(?:\s*(?P<d>\d{{1,2}})\s*[日号號])?",
        r"(?<![\d年])(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号號]",
        # 17 July 2021, 17th of July, 2021, 17 de julio de 2021, 17-Jul-21, 17 July
        (
            rf"{_NOT_IN_NUMBER}(?P<d>\d{{1,2}})(?P<th>st|nd|rd|th)?[ \-./]?(?:\s*(?:of|de)\s+)?{_WORD}{AFTER}"
            rf"(?:(?:,?\s*(?:del?\s+)?|[\-./]){_YEAR}(?!\d)|[\-./' ](?P<yy>\d{{2}})(?![\d\w]))?"
        ),
        # July 17, 2021, Jul 17th 2021, July 17, July 2021, julio de 2021
        rf"{BEFORE}{_WORD}\s+(?P<d>\d{{1,2}})(?P<th>st|nd|rd|th)?(?!\d|[.,/\-]\d)(?:,?\s+{_YEAR}(?!\d))?",
        rf"{BEFORE}{_WORD}(?:\s+(?:of|del?)\s+|\s*[,\-/]?\s*){_YEAR}(?!\d)",
        # 17/07/2021, 17.7.2021, 07-17-2021, 17/07/21
        rf"{_NOT_IN_NUMBER}(?P<a>\d{{1,2}})(?P<s1>[/\-.])(?P<b>\d{{1,2}})(?P<s2>(?P=s1)){_YEAR}{_NUMBER_ENDS}",
        rf"{_NOT_IN_NUMBER}(?P<a>\d{{1,2}})(?P<s1>/)(?P<b>\d{{1,2}})(?P<s2>/)(?P<yy>\d{{2}}){_NUMBER_ENDS}",
        # 07/2021
        rf"{_NOT_IN_NUMBER}(?P<m>0?[1-9]|1[0-2])(?P<s1>/){_YEAR}{_NUMBER_ENDS}",
        # 20210717
        r"(?<![\d.])(?P<cy>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?![\d]|\.\d)",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A date in a text.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        day: What it says; None where there is no such day (31 February).
        write: Another day in the same way of writing.
    """

    start: int
    end: int
    day: dt.date | None
    write: Callable[[dt.date], str]


def find(text: str) -> list[Found]:
    """Return the dates of a text in order, none overlapping another.

    Where day and month could be either, the day is taken to come first. A year alone is no date, for
    45 CFR 164.514(b)(2)(i)(C) lets it stand.
    """
    kept: list[Found] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if _is_verb(match):
                continue
            if all(match.end() <= one.start or match.start() >= one.end for one in kept):
                kept.append(_found(match))
    return sorted(kept, key=lambda one: one.start)


def day(text: str) -> dt.date | None:
    """Return the day that a whole text says, a time of day after it allowed, or None."""
    plain = text.strip()
    found = find(plain)
    if not found or found[0].start or found[0].day is None:
        return None
    rest = plain[found[0].end :]
    return found[0].day if not rest or re.fullmatch(r"[T ]\s*\d{1,2}:\d{2}.*", rest) else None


def shift(text: str, days: int) -> tuple[str, int]:
    """Return the text with every date moved by ``days`` in its own way of writing, and how many there were.

    Dates that do not exist, or would leave the calendar, become ``[DATE]``.
    """
    parts, at, count = [], 0, 0
    for one in find(text):
        parts += [text[at : one.start], moved(one, days)]
        at, count = one.end, count + 1
    return "".join([*parts, text[at:]]), count


def moved_day(when: dt.date, days: int) -> dt.date | None:
    """Return a day moved by ``days``, or None where it would leave the calendar."""
    try:
        return when + dt.timedelta(days=days)
    except OverflowError:
        return None


def moved(found: Found, days: int) -> str:
    """Return a found date moved by ``days``, written as it was."""
    when = found.day and moved_day(found.day, days)
    return found.write(when) if when else "[DATE]"


def _found(match: re.Match[str]) -> Found:
    groups = match.groupdict()
    first = groups.get("a")
    month_first = first is not None and int(first) <= 12 < int(groups["b"])  # noqa: PLR2004 - months
    if first is not None:
        groups["m"], groups["d"] = (first, groups["b"]) if month_first else (groups["b"], first)
    year = _year(groups)
    month = _MONTHS[groups["word"].casefold()] if groups.get("word") else int(groups["m"])
    try:
        when = dt.date(year, month, int(groups.get("d") or MIDDLE))
    except ValueError:
        when = None
    places = list(_places(match, month_first=month_first))
    padded = _is_padded(match)

    def write(new: dt.date) -> str:
        text, at = [], match.start()
        for start, end, name in places:
            text += [match.string[at:start], _written(name, match.string[start:end], new, padded=padded)]
            at = end
        return "".join([*text, match.string[at : match.end()]])

    return Found(start=match.start(), end=match.end(), day=when, write=write)


def _is_verb(match: re.Match[str]) -> bool:
    """Return whether the month is rather a verb: ``grade 2 may be``."""
    groups = match.groupdict()
    return groups.get("word") in {"may", "march"} and not groups.get("y") and not groups.get("yy")


def _year(groups: dict[str, str | None]) -> int:
    if groups.get("yy"):
        short = int(groups["yy"] or 0)
        return short + (2000 if short <= PIVOT else 1900)
    if groups.get("ry"):
        return int(groups["ry"] or 0) + REPUBLIC
    return int(groups.get("y") or groups.get("cy") or LEAP)


def _places(match: re.Match[str], *, month_first: bool) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, part) of what is to be written anew, in order."""
    names = {"a": "m" if month_first else "d", "b": "d" if month_first else "m"}
    found = [
        (match.start(group), match.end(group), names.get(group, group))
        for group in ("a", "b", "y", "yy", "cy", "ry", "m", "d", "th", "word")
        if group in match.re.groupindex and match.start(group) >= 0
    ]
    yield from sorted(found)


def _is_padded(match: re.Match[str]) -> bool:
    """Return whether days and months are written with zeroes, as far as can be told."""
    groups = match.groupdict()
    numbers = [one for group in ("a", "b", "m", "d") if (one := groups.get(group))]
    in_digits = len(numbers) == 2 and "月" not in match.group()  # noqa: PLR2004 - day and month
    return any(one.startswith("0") for one in numbers) or (in_digits and all(len(one) > 1 for one in numbers))


def _written(part: str, old: str, new: dt.date, *, padded: bool) -> str:
    """Return one part of a date as the old one was written: zeroes, abbreviation, capitals."""
    if part == "word":
        return _month_word(old, new.month)
    if part == "th":
        teen = 10 <= new.day % 100 <= 20  # noqa: PLR2004 - eleventh to nineteenth end alike
        return "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(new.day % 10, "th")
    value = {
        "y": new.year, "cy": new.year, "yy": new.year % 100, "ry": new.year - REPUBLIC, "m": new.month, "d": new.day,
    }[part]  # fmt: skip
    return f"{value:02d}" if part == "yy" or (padded and part in {"m", "d"}) else str(value)


def _month_word(old: str, month: int) -> str:
    plain = old.casefold()
    spanish = plain in SPANISH or (
        plain not in ENGLISH and plain not in {one[:3] for one in ENGLISH} and plain != "sept"
    )
    names = SPANISH if spanish else ENGLISH
    new = names[month - 1] if plain in names or plain == "setiembre" else names[month - 1][:3]
    if old.isupper():
        return new.upper()
    return new.capitalize() if old[0].isupper() else new
