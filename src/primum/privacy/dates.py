"""Dates as people write them, in English, Chinese and Spanish, and their shift by a subject's own number of days."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from primum.privacy.calendars import (
    MONTHS,
    NUMERALS,
    REPUBLIC,
    WEEKDAY_AT,
    ZEROES,
    month_word,
    number,
    numeral,
    weekday,
)
from primum.privacy.date_windows import windows
from primum.privacy.edges import AFTER, BEFORE
from primum.privacy.rules.scanning import Seen

LEAP = 2000
"""The year in which a day without a year is shifted; it has a 29 February."""
PIVOT = 30
"""Two-digit years up to this are of the 2000s."""
_VERBS = frozenset({"may", "march", "ago", "mar"})
"""In small letters and without a year these are other words: ``grade 2 may be``, ``3 days ago``."""
_WORD = "(?P<word>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")(?P<dot>\.?)"
_YEAR = r"(?P<y>(?:18|19|20)\d{2})"
_BEFORE_NUMBER = r"(?<![\d.,/])(?:(?<!-)|(?<=/\d\d\d\d-)|(?<=/\d\d-)|(?<=/\d-))"
_AFTER_NUMBER = r"(?![\d/]|-\d(?!\d?/)|[.,]\d)"
_HAN_DAY = r"(?:\s*(?P<d>\d{1,2})\s*[日号號](?:\s*[\-~—至到]\s*(?P<d2>\d{1,2})\s*[日号號])?)"
_HAN_NUMBER = "[一二三四五六七八九十]{1,3}"
_SEVERAL = r"\s*(?:[\-—~&]|to|and|al?|y)\s*"
_UPTO = (
    r"(?:\s*[\-—~&]\s*(?P<d2>\d{1,2})(?:st|nd|rd|th)?(?![\d/])"
    r"|\s+(?:to|and|through)\s+(?P<d3>\d{1,2})(?:st|nd|rd|th)?(?=,?\s+(?:19|20)\d\d|[.,;)]\s|[.,;)]?$))?"
)

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # 2021-07-17, 2021/7/17, 2021.07.17 (also before a time of day)
        rf"(?<!\d)(?<!\d[\-/.]){_YEAR}(?P<s1>[\-/.])(?P<m>\d{{1,2}})(?P<s2>(?P=s1))(?P<d>\d{{1,2}})(?!\d|[\-/.]\d)",
        # 2021年7月17日, 民国110年7月17日, 2021年7月, 7月17日, 7月17日至19日, 21年7月17日
        rf"(?:民国|民國)\s*(?P<ry>\d{{1,3}})\s*年\s*(?P<m>\d{{1,2}})\s*月{_HAN_DAY}?",
        rf"(?<!\d){_YEAR}\s*年\s*(?P<m>\d{{1,2}})\s*月{_HAN_DAY}?",
        rf"(?<!\d)(?P<yy>\d{{2}})\s*年\s*(?P<m>\d{{1,2}})\s*月{_HAN_DAY}",
        rf"(?<![\d年])(?P<m>\d{{1,2}})\s*月{_HAN_DAY}",
        # 二〇二一年七月十七日, 七月十七日
        rf"(?:(?P<hy>[{ZEROES}{NUMERALS[1:-1]}]{{4}})年)(?P<hm>{_HAN_NUMBER})月(?:(?P<hd>{_HAN_NUMBER})[日号號])?",
        rf"(?<![年{NUMERALS}])(?P<hm>{_HAN_NUMBER})月(?P<hd>{_HAN_NUMBER})[日号號]",
        # 17 July 2021, 17th of July, 2021, 17 de julio de 2021, 17-Jul-21, 17 July, 17-19 July 2021
        (
            rf"(?<![\d.,/\-])(?:(?P<d0>\d{{1,2}})(?:st|nd|rd|th)?{_SEVERAL})?"
            rf"(?P<d>\d{{1,2}})(?P<th>st|nd|rd|th)?[ \-./]?(?:\s*(?:of|de)\s+)?{_WORD}{AFTER}"
            rf"(?:(?:,?\s*(?:del?\s+)?|[\-./]){_YEAR}(?!\d)|[\-./' ]\'?(?P<yy>\d{{2}})(?![\d\w]))?"
        ),
        # July 17, 2021, Jul 17th 2021, July 17, July 17-19, 2021, July 17 '21, July 2021, julio de 2021
        (
            rf"{BEFORE}{_WORD}\s+(?:the\s+)?(?P<d>\d{{1,2}})(?P<th>st|nd|rd|th)?(?!\d|[.,/]\d){_UPTO}"
            rf"(?:(?:,?\s+|-){_YEAR}(?!\d)|,?\s+'(?P<yy>\d{{2}})(?!\d)|(?!\d|[.,/\-]\d))"
        ),
        rf"{BEFORE}{_WORD}[\-/](?P<d>\d{{1,2}})[\-/,]\s?{_YEAR}(?!\d)",
        rf"{BEFORE}{_WORD}(?:\s+(?:of|del?)\s+|\s*[,\-/]?\s*){_YEAR}(?!\d)",
        # 17/07/2021, 17.7.2021, 07-17-2021, 17/07/21, 17-07-21
        rf"{_BEFORE_NUMBER}(?P<a>\d{{1,2}})(?P<s1>[/\-.])(?P<b>\d{{1,2}})(?P<s2>(?P=s1)){_YEAR}{_AFTER_NUMBER}",
        rf"{_BEFORE_NUMBER}(?P<a>\d{{1,2}})(?P<s1>/)(?P<b>\d{{1,2}})(?P<s2>/)(?P<yy>\d{{2}}){_AFTER_NUMBER}",
        # 07/2021
        rf"{_BEFORE_NUMBER}(?P<m>0?[1-9]|1[0-2])(?P<s1>/){_YEAR}{_AFTER_NUMBER}",
        # 20210717
        r"(?<![\d.])(?P<cy>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?![\d]|\.\d)",
    )
)
_NEEDS = tuple("han" if "月" in one.pattern else "word" if "word" in one.groupindex else "number" for one in _PATTERNS)
"""What each pattern has in it, as ``windows`` names it."""
_ALONE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<a>\d{1,2})(?P<s1>[/\-.])(?P<b>\d{1,2})(?P<s2>(?P=s1))(?P<yy>\d{2})",
        rf"(?P<m>0?[1-9]|1[0-2])[\-.]{_YEAR}",
        rf"{_YEAR}[\-/.](?P<m>0?[1-9]|1[0-2])",
        r"(?P<m>0?[1-9]|1[0-2])/(?P<yy>3[2-9]|[4-9]\d)",
        r"(?P<a>\d{1,2})(?P<s1>[/\-.])(?P<b>\d{1,2})",
        rf"{_WORD}\s*[\-/' ]\s*'?(?P<yy>\d{{2}})",
        rf"(?:the\s+)?(?P<d>\d{{1,2}})(?P<th>st|nd|rd|th)?\s+(?:day\s+)?(?:of|de|del mes de)\s+{_WORD}",
        _WORD,
        r"(?P<m>\d{1,2})月份?",
    )
)
"""What is a date only where something else says so, as a whole."""
_WEEKDAY = "|".join(sorted(WEEKDAY_AT, key=len, reverse=True))
_BEHIND = re.compile(rf"{BEFORE}(?P<weekday>{_WEEKDAY})\.?,?\s+(?:(?:the|el|día|on)\s+)?\Z", re.IGNORECASE)
_AHEAD = re.compile(rf"\s?[,，(（]?\s?(?P<weekday>{_WEEKDAY}){AFTER}", re.IGNORECASE)
_LONGEST_WEEKDAY = 20
_WEEKDAY_ALONE = re.compile(rf"{BEFORE}(?P<weekday>{_WEEKDAY})s?{AFTER}", re.IGNORECASE)
_TIME = re.compile(
    r"\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?(?:\s*[ap]\.?m\.?)?(?:\s*(?:Z|UTC|GMT|[+\-]\d{2}:?\d{2}))?|\d{1,2}\s*[ap]\.?m\.?"
    r"|\d{1,2}[时点時點](?:\d{1,2}分)?|\d{1,2}\s*h(?:oras|rs|\d{2})?",
    re.IGNORECASE,
)
_BESIDE = """
    on at of the in to and from until through between since a t z am pm hours hrs h early late mid end morning afternoon
    evening night noon midnight el la los las de del al y desde hasta entre día dia días fecha
"""
_WORDS_BESIDE = frozenset(_BESIDE.split()) | frozenset("日号至到上中下午晚早凌晨年月初末底份旬和与及间")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A date in a text.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        day: What it says; None where there is no such day (31 February). Of several days, the one beside the month.
        parts: Start, end and name of what is written anew in another date, in order.
        other: The other day of a stretch of days such as 17-19 July.
        is_padded: Whether days and months are written with zeroes.
        string: The text.
    """

    start: int
    end: int
    day: dt.date | None
    parts: tuple[tuple[int, int, str], ...]
    other: dt.date | None
    is_padded: bool
    string: str

    def write(self, days: int) -> str | None:
        """Return the date moved by a number of days in the same way of writing; None where that is no date."""
        new = self.day and moved_day(self.day, days)
        other = self.other and moved_day(self.other, days)
        if new is None or (self.other and (other is None or other.month != new.month)):
            return None
        text, at = [], self.start
        for start, end, name in self.parts:
            old = self.string[start:end]
            text += [self.string[at:start], _written(name, old, (new, other or new, days), padded=self.is_padded)]
            at = end
        return "".join([*text, self.string[at : self.end]])


def find(text: str, *, month_first: bool | None = None) -> list[Found]:
    """Return the dates of a text in order, none overlapping another.

    A year alone is no date, for 45 CFR 164.514(b)(2)(i)(C) lets it stand. A day of the week beside
    a date is part of it.

    Args:
        text: In which to look.
        month_first: Whether 3/4/2021 is in March; where it is not said, the other dates of the text tell; else it is
            in April.
    """
    matches = list(_matches(Seen(text)))
    if month_first is None:
        month_first = _is_month_first(matches)
    found = sorted((_found(match, month_first=month_first) for match in matches), key=lambda one: one.start)
    return [_with_weekday(one) for one in found]


def places(seen: Seen) -> list[tuple[int, int]]:
    """Return where the dates of a text stand, as ``find`` does, without reading them."""
    found = [_around(seen.text, *match.span()) for match in _matches(seen)]
    return sorted((start, end) for start, end, _ in found)


def is_month_first(texts: Iterable[str]) -> bool:
    """Return whether most dates of these texts that tell it name the month before the day, in numbers."""
    pairs = [one for one in _PATTERNS if "a" in one.groupindex]
    return _is_month_first(match for text in texts for one in pairs for match in one.finditer(text))


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
        parts += [text[at : one.start], one.write(days) or "[DATE]"]
        at, count = one.end, count + 1
    return "".join([*parts, text[at:]]), count


def moved_day(when: dt.date, days: int) -> dt.date | None:
    """Return a day moved by ``days``, or None where it would leave the calendar."""
    try:
        return when + dt.timedelta(days=days)
    except OverflowError:
        return None


def moved(stretch: str, days: int, *, month_first: bool = False) -> str | None:
    """Return a stretch that is known to be a date moved by ``days``; None where not all of it can be read."""
    found = find(stretch, month_first=month_first) or list(_alone(stretch, month_first=month_first))
    parts, beside, at = [], [], 0
    for one in found:
        written = one.write(days)
        if written is None:
            return None
        beside.append(stretch[at : one.start])
        parts += [_moved_weekdays(stretch[at : one.start], days), written]
        at = one.end
    beside.append(stretch[at:])
    rest = " ".join(beside)
    if not all(_is_harmless(one, has_date=bool(found)) for one in beside) or not (found or _WEEKDAY_ALONE.search(rest)):
        return None
    return "".join([*parts, _moved_weekdays(stretch[at:], days)])


def _matches(seen: Seen) -> Iterator[re.Match[str]]:
    """Yield what the patterns find, the first of overlapping ones; only about places that could be a date."""
    text, about = seen.text, list(windows(seen))
    taken = bytearray(len(text) if about else 0)
    for pattern, need in zip(_PATTERNS, _NEEDS, strict=True) if about else ():
        for begin, stop, has in about:
            for match in pattern.finditer(text, begin, stop) if need in has else ():
                start, end = match.span()
                if taken.find(1, start, end) < 0 and not _is_verb(match):
                    taken[start:end] = b"\1" * (end - start)
                    yield match


def _is_month_first(matches: Iterable[re.Match[str]]) -> bool:
    pairs = [(int(one["a"]), int(one["b"])) for one in matches if "a" in one.re.groupindex]
    months_first = sum(first <= 12 < second for first, second in pairs)  # noqa: PLR2004 - months
    days_first = sum(second <= 12 < first for first, second in pairs)  # noqa: PLR2004 - months
    return months_first > days_first


def _alone(stretch: str, *, month_first: bool) -> Iterator[Found]:
    plain = stretch.strip(" \t\r\n.,;()")
    for pattern in _ALONE:
        match = pattern.fullmatch(stretch, stretch.find(plain), stretch.find(plain) + len(plain))
        if match:
            yield _found(match, month_first=month_first)
            return


def _found(match: re.Match[str], *, month_first: bool) -> Found:
    groups = match.groupdict()
    first, second = groups.get("a"), groups.get("b")
    swapped = False
    if first is not None and second is not None:
        swapped = int(second) > 12 or (month_first and int(first) <= 12)  # noqa: PLR2004 - months
        groups["m"], groups["d"] = (first, second) if swapped else (second, first)
    year, month = _year(groups), _month(groups)
    beside = next((one for group in ("d0", "d2", "d3") if (one := groups.get(group))), None)
    when = _day(year, month, number(groups.get("d") or groups.get("hd")))
    other = _day(year, month, int(beside)) if beside else None
    return Found(
        start=match.start(),
        end=match.end(),
        day=when if not beside or other else None,
        parts=tuple(_parts(match, swapped=swapped)),
        other=other,
        is_padded=_is_padded(groups, "月" in match.group()),
        string=match.string,
    )


def _is_verb(match: re.Match[str]) -> bool:
    """Return whether the month is rather another word: ``grade 2 may be``."""
    groups = match.groupdict()
    return groups.get("word") in _VERBS and not groups.get("y") and not groups.get("yy")


def _day(year: int, month: int, number: int) -> dt.date | None:
    try:
        return dt.date(year, month, number)
    except ValueError:
        return None


def _year(groups: dict[str, str | None]) -> int:
    if groups.get("yy"):
        short = int(groups["yy"] or 0)
        return short + (2000 if short <= PIVOT else 1900)
    if groups.get("ry"):
        return int(groups["ry"] or 0) + REPUBLIC
    if groups.get("hy"):
        return int("".join("0" if one in ZEROES else str(NUMERALS.index(one)) for one in groups["hy"] or ""))
    return int(groups.get("y") or groups.get("cy") or LEAP)


def _month(groups: dict[str, str | None]) -> int:
    word = groups.get("word")
    return MONTHS[word.casefold()] if word else number(groups.get("m") or groups.get("hm"))


def _parts(match: re.Match[str], *, swapped: bool) -> list[tuple[int, int, str]]:
    """Return start, end and name of what is to be written anew, in order."""
    names = {"a": "m" if swapped else "d", "b": "d" if swapped else "m", "d0": "other", "d2": "other", "d3": "other"}
    groups = ("a", "b", "y", "yy", "cy", "ry", "hy", "m", "hm", "d", "hd", "d0", "d2", "d3", "th", "word")
    return sorted(
        (*match.span(group), names.get(group, group))
        for group in groups
        if group in match.re.groupindex and match.start(group) >= 0
    )


def _is_padded(groups: dict[str, str | None], is_han: bool) -> bool:  # noqa: FBT001 - one fact of the match
    """Return whether days and months are written with zeroes, as far as can be told."""
    numbers = [one for group in ("m", "d") if (one := groups.get(group))]
    in_digits = len(numbers) == 2 and not is_han  # noqa: PLR2004 - day and month
    return any(one.startswith("0") for one in numbers) or (in_digits and all(len(one) > 1 for one in numbers))


def _with_weekday(found: Found) -> Found:
    """Return a date together with the day of the week beside it."""
    start, end, name = _around(found.string, found.start, found.end)
    if name is None:
        return found
    place = (*name, "weekday")
    parts = (place, *found.parts) if start < found.start else (*found.parts, place)
    return replace(found, start=start, end=end, parts=parts)


def _around(text: str, start: int, end: int) -> tuple[int, int, tuple[int, int] | None]:
    """Return start and end of a date with the day of the week beside it, and where that stands, if there is one."""
    ahead = _AHEAD.match(text, end)
    if ahead:
        return start, ahead.end(), ahead.span("weekday")
    before = max(0, start - _LONGEST_WEEKDAY)
    behind = _BEHIND.search(text[before:start])
    if behind:
        name = (before + behind.start("weekday"), before + behind.end("weekday"))
        return name[0], end, name
    return start, end, None


def _moved_weekdays(text: str, days: int) -> str:
    return _WEEKDAY_ALONE.sub(
        lambda match: weekday(match["weekday"], days) + text[match.end("weekday") : match.end()], text
    )


def _is_harmless(text: str, *, has_date: bool) -> bool:
    """Return whether what stands beside dates tells no date: times of day, small words, days of the week, years."""
    rest = _TIME.sub(" ", _WEEKDAY_ALONE.sub(" ", text))
    words = [one.casefold() for one in re.findall(r"[^\W_]+", rest)]
    is_year = has_date and re.compile(r"(?:18|19|20)\d\d").fullmatch
    return all(
        one in _WORDS_BESIDE or (is_year and is_year(one)) or all(sign in _WORDS_BESIDE for sign in one)
        for one in words
    )


def _written(part: str, old: str, days: tuple[dt.date, dt.date, int], *, padded: bool) -> str:
    """Return one part of a date as the old one was written: zeroes, abbreviation, capitals."""
    new, other, shifted = days
    if part == "word":
        return month_word(old, new.month)
    if part == "weekday":
        return weekday(old, shifted)
    if part == "th":
        teen = 10 <= new.day % 100 <= 20  # noqa: PLR2004 - eleventh to nineteenth end alike
        return "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(new.day % 10, "th")
    if part == "hy":
        zero = next((one for one in old if one in ZEROES), ZEROES[0])
        return "".join(zero if one == "0" else NUMERALS[int(one)] for one in str(new.year))
    if part in {"hm", "hd"}:
        return numeral(new.month if part == "hm" else new.day)
    value = {
        "y": new.year, "cy": new.year, "yy": new.year % 100, "ry": new.year - REPUBLIC, "m": new.month, "d": new.day,
        "other": other.day,
    }[part]  # fmt: skip
    return f"{value:02d}" if part in {"yy", "cy"} or (padded and part in {"m", "d"}) else str(value)
