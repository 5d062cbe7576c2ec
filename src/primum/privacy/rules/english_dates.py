"""Dates in English text, in all the ways people write them."""

import re
from collections.abc import Iterator

from primum.privacy.rules.scanning import Hints, Seen, before, several
from primum.privacy.spans import Kind, Span

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:\s?(?:st|nd|rd|th))?"
_SAID = (
    r"(?:(?:twenty|thirty)[\- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|first|second|third|fourth"
    r"|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth"
    r"|eighteenth|nineteenth|twentieth|thirtieth)"
)
_YEAR = r"(?:1[89]|20)\d\d"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_SEVERAL = r"\s?(?:-|–|to|through|and|&|or|/)\s?"
_UNIT = (
    r"\s?(?:mg|mcg|ml|kg|%|years?|yrs?|y/?o|patients|days?\b|weeks?|months?|hours?|hrs?\b|times"
    r"|minutes?|a\.?m\b|p\.?m\b"
    r"|units?|cases|cm|mm\b)"
)
_HINTS = Hints(several("jan feb mar apr may jun jul aug sep oct nov dec"))
_WORD = re.compile(rf"{_MONTH}(?![a-z])\.?", re.IGNORECASE)
_AHEAD = re.compile(
    rf"\s?(?:[\-/,]|of\b)?\s?(?:the\s+)?(?P<day>{_DAY}(?:{_SEVERAL}{_DAY})?|{_SAID})(?![\d:%]|\.\d|,\d{{3}}|{_UNIT})"
    rf"(?:(?:[,/\-.]|\s+of|\s+in)?\s*(?P<year>{_YEAR})(?!\d)|\s?[\-/,]\s?(?P<short>\d\d)(?![\d:%]|{_UNIT})"
    r"|,?\s+(?P<mark>['\u2019]\d\d)(?!\d))?"
    rf"|\s?(?:[\-/,.]|of\b|in\b)?\s?(?P<only>{_YEAR})(?!\d)|\s?[\-/]\s?(?P<two>\d\d)(?!\d)"
    r"|\s(?P<quoted>['\u2019]\d\d)(?!\d)",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\s+(?:be|have|need|cause|not|also|require|take|help|go|still|benefit|start|use|develop|show"
    r"|present|include|occur|or may)\b"
)
_BEHIND = re.compile(
    rf"(?<![\w.'\u2019])(?:(?P<year>{_YEAR})[\-/. ])?(?:(?P<several>{_DAY}){_SEVERAL})?(?P<day>{_DAY}|{_SAID})"
    r"(?:\s?[\-/.]\s?|\s+(?:day\s+)?of\s+|\s?)\Z"
    rf"|(?<![\w.])(?P<lone>{_YEAR})[\-/ ]\Z",
    re.IGNORECASE,
)
_SHORT_AFTER = re.compile(rf"\s?[\-/. ]\s?['\u2019]?\d\d(?![\d:.%]|,\d|{_UNIT})", re.IGNORECASE)
_WEEKDAY_BEHIND = re.compile(rf"(?<![A-Za-z]){_WEEKDAY}\.?,?\s+(?:the\s+)?\Z", re.IGNORECASE)
_TIME = re.compile(r"(?:,|\s+(?:at|@))?\s+\d{1,2}:\d\d(?::\d\d)?(?:\s?[AaPp]\.?[Mm]\b\.?)?")
_NUMBER = re.compile(r"\d(?:\d{0,3}(?=[/\-.]\d)|\d{7}(?!\d)|\d(?= \d\d (?:19|20)\d\d))")
_NUMERIC = re.compile(
    rf"(?<![\d.,/$:])(?<!\d-)(?<!\d\d[A-Za-z])(?:"
    rf"{_YEAR}(?P<a>[\-/.])(?:1[0-2]|0?[1-9])(?P=a)(?:3[01]|[12]\d|0?[1-9])"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+\-]\d\d:?\d\d)?)?"
    rf"|(?:3[01]|[12]\d|0?[1-9])(?P<b>[\-/.])(?:3[01]|[12]\d|0?[1-9])(?P=b){_YEAR}"
    r"|(?:3[01]|[12]\d|0?[1-9])(?P<c>[\-/])(?:3[01]|[12]\d|0?[1-9])(?P=c)\d\d(?![\-/\d.])"
    r"|(?:3[01]|[12]\d|0?[1-9])\.(?:1[0-2]|0?[1-9])\.[0-9]\d(?![\d.])"
    rf"|(?:1[0-2]|0?[1-9])/{_YEAR}|(?:1[0-2]|0[1-9])[\-.]{_YEAR}(?!-)|{_YEAR}[\-/](?:1[0-2]|0[1-9])(?![\-/\d])"
    rf"|(?:3[01]|[12]\d|0[1-9]) (?:1[0-2]|0[1-9]) {_YEAR}|(?:3[01]|[12]\d|0?[1-9])/(?:1[0-2]|0?[1-9])-(?:{_YEAR}|\d\d)"
    r"|(?:19|20)\d\d(?:1[0-2]|0[1-9])(?:3[01]|[12]\d|0[1-9])|(?:1[0-2]|0[1-9])(?:3[01]|[12]\d|0[1-9])(?:19|20)\d\d"
    r")(?!\d|[.,:/\-]\d|\s?(?:mg|mcg|ml|%|mmHg|kg)\b)"
)
_OVER = re.compile(r"\d\d?(?=/\d)")
_PAIR = re.compile(
    r"(?<![\d.,/$:#A-Za-z\-+])(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9])"
    r"(?!\d|[.,:/\-]\d|\s?(?:mg|mcg|ml|%|mmHg|kg|strength|pain|systolic|diastolic|holo|murmur|sem|tab|cup|normal)\b)"
)
_BESIDE_PAIR = tuple(
    f" {one}"
    for one in several(
        "on since until till by from before after between through thru date dated dos dob seen visit "
        "adm admit admitted dc d/c "
        "discharged of and to the appt appointment lmp edd started mon tue tues wed thu thurs fri sat "
        "sun monday tuesday "
        "wednesday thursday friday saturday sunday for ending week due last labs lab note exam "
        "surgery last seen @ flu shot"
    )
)
_NOT_BESIDE_PAIR = tuple(
    several(
        "score pain strength reflex reflexes apgar apgars grade murmur bp rated mmse moca gcs power hip "
        "knee motor is was a an "
        "dose about only at rates rate out about than vision acuity od os ou pulses scale rating visual"
    )
)
_HOLIDAYS = (
    "christmas xmas new\u00a0year thanksgiving easter good\u00a0friday halloween valentine diwali "
    "hanukkah yom\u00a0kippur rosh\u00a0hashanah "
    "ramadan passover cinco\u00a0de juneteenth fourth\u00a0of\u00a0july lunar\u00a0new labor\u00a0day "
    "labour\u00a0day memorial\u00a0day "
    "independence\u00a0day mother's\u00a0day father's\u00a0day boxing\u00a0day patrick's\u00a0day "
    "columbus\u00a0day veterans\u00a0day mlk\u00a0day "
    "presidents\u00a0day canada\u00a0day anzac\u00a0day bastille\u00a0day mothers\u00a0day "
    "fathers\u00a0day presidents'\u00a0day eid\u00a0al"
).replace("\u00a0", "_")
_HOLIDAY_HINTS = Hints(one.replace("_", " ") for one in _HOLIDAYS.split())
_HOLIDAY = re.compile(
    r"(?<![A-Za-z])(?:christmas(?:\s+(?:eve|day))?|xmas(?:\s+eve)?|(?:chinese\s+"
    r"|lunar\s+)?new\s+year(?:['\u2019]?s)?(?:\s+(?:eve|day))?"
    r"|thanksgiving(?:\s+day)?|easter(?:\s+(?:sunday|monday))?|good\s+friday|halloween|valentine['\u2019]?s(?:\s+day)?"
    r"|(?:labou?r|memorial|independence|mother['\u2019]?s|father['\u2019]?s|boxing"
    r"|(?:st\.?\s+)?patrick['\u2019]?s|columbus|veterans?|mlk"
    r"|presidents?['\u2019]?|canada|anzac|bastille)\s+day|(?:the\s+)?fourth\s+of\s+july|diwali"
    r"|hanukkah|yom\s+kippur|rosh\s+hashanah"
    r"|eid\s+al-(?:fitr|adha)|ramadan|passover|cinco\s+de\s+mayo|juneteenth)"
    rf"(?:,?\s+(?:of\s+)?{_YEAR}(?!\d))?(?![A-Za-z])",
    re.IGNORECASE,
)
_SEASON_HINTS = Hints(("spring", "summer", "fall", "autumn", "winter", "quarter", "q1", "q2", "q3", "q4"))
_ORDINAL_HINTS = Hints((f"{digit}{end}" for digit in range(10) for end in ("st", "nd", "rd", "th")), exact=True)
_SEASON = re.compile(
    rf"(?<![A-Za-z])(?:(?:spring|summer|fall|autumn|winter),?\s+(?:of\s+)?{_YEAR}(?!\d)|(?:Q[1-4]"
    r"|(?:first|second|third|fourth|1st|2nd"
    rf"|3rd|4th)\s+quarter),?\s+(?:of\s+)?(?:{_YEAR}|['\u2019]\d\d)(?!\d)|(?<!\d){_YEAR}\s?Q[1-4](?!\d))",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"the (?P<x>(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th))(?![A-Za-z\-])")
_BESIDE_ORDINAL = tuple(
    several(
        "on since until by from before after monday tuesday wednesday thursday friday saturday sunday mon "
        "tue wed thu fri sat sun"
    )
)
_AFTER_ORDINAL = re.compile(r"\s*(?:[.,;?!)]|$|\n|(?:and|at|with|for|to|until|in the|w)\b)")
_FOUR = re.compile(
    rf"{_YEAR}s?(?![\d\-/:%A-Za-z]|[.,]\d|\s?(?:mg|mcg|ml|g|kg|units?|cells|patients|women|men|people"
    r"|days|hours|calories|kcal|steps|ft|feet"
    r"|cc|cases|subjects|children)\b)"
)
_BESIDE_YEAR = tuple(
    f" {one}"
    for one in several(
        "in since of from until till year before after during by to and circa around late early mid for fall"
    )
)
_MODAL = frozenset({"may", "mar", "march"})
_BESIDE_MONTH = tuple(
    f" {one}"
    for one in several(
        "in since until till by from through during of to and last next this early late mid each "
        "every before after between around on or "
        "lmp date dated month due started onset thru via for edc edd dob"
    )
)


def dates(seen: Seen) -> Iterator[Span]:
    """Yield dates, parts of dates, holidays, and years that stand alone; days of the week only beside a date.

    Source: 45 CFR 164.514(b)(2)(i)(C): all elements of dates except the year.

    Args:
        seen: Any text.
    """
    text, low = seen.text, seen.low
    for span in (*_with_month(seen), *(_in_numbers(text, low) if seen.has_digit else ())):
        yield Span(_with_weekday(text, span.start), _with_time(text, span), Kind.DATE, "rule:date")
    for pattern, hints in ((_HOLIDAY, _HOLIDAY_HINTS), (_SEASON, _SEASON_HINTS)):
        for match in seen.near(pattern, hints, before=12, after=40):
            yield Span(*match.span(), Kind.DATE, "rule:date")
    for at in seen.places(_ORDINAL_HINTS):
        day = _ORDINAL.search(text, max(0, at - len("the 3")), at + len("1st") + 1)
        if day and before(low, day.start(), 14).endswith(_BESIDE_ORDINAL) and _AFTER_ORDINAL.match(text, day.end()):
            yield Span(_with_weekday(text, day.start("x")), day.end(), Kind.DATE, "rule:date")
    for year in _FOUR.finditer(text) if seen.has_digit else ():
        at = year.start()
        if text[at - 1 : at] == "(" or (text[at - 1 : at] == " " and f" {before(low, at, 10)}".endswith(_BESIDE_YEAR)):
            yield Span(*year.span(), Kind.DATE, "rule:year")


def _with_month(seen: Seen) -> Iterator[Span]:
    text, low = seen.text, seen.low
    for at in seen.places(_HINTS):
        match = None if at and low[at - 1].isalpha() else _WORD.match(text, at)
        if match is None:
            continue
        start, end = match.span()
        ahead = _AHEAD.match(text, end)
        behind = _BEHIND.search(text, max(0, start - 34), start)
        if match.group() == "may" and _VERB.match(text, end):
            continue
        if behind and behind["day"] and not (ahead and ahead["day"] and ahead["year"]):
            has_year = ahead and (ahead["only"] or ahead["two"] or ahead["quoted"])
            start, end = behind.start(), ahead.end() if has_year and ahead else _short_after(text, end)
        elif ahead:
            start = behind.start() if behind and behind["lone"] and not ahead["year"] else start
            end = ahead.end()
        elif _is_month(match.group().rstrip("."), f" {before(low, start, 14)}"):
            end -= match.group().endswith(".")
        else:
            continue
        yield Span(start, end, Kind.DATE, "rule:date")


def _short_after(text: str, end: int) -> int:
    match = _SHORT_AFTER.match(text, end)
    return match.end() if match else end


def _is_month(word: str, beside: str) -> bool:
    """Return whether a month without a day or a year is one: not ``may``, ``Mar`` and the like."""
    is_beside = beside.endswith(_BESIDE_MONTH)
    if len(word) == 3 and word.lower() != "may":  # noqa: PLR2004 - abbreviations alone are other words as often
        return is_beside and word[0].isupper() and word.lower() not in {"mar", "dec", "jan", "jun"}
    if word.lower() in _MODAL:
        return is_beside and word[0].isupper()
    return is_beside or (word[0].isupper() and word.lower() not in {"april", "june", "august"})


def _in_numbers(text: str, low: str) -> Iterator[Span]:
    last = 0
    for hint in _NUMBER.finditer(text):
        match = _NUMERIC.match(text, hint.start()) if hint.start() >= last else None
        if match:
            last = match.end()
            yield Span(*match.span(), Kind.DATE, "rule:date")
    for hint in _OVER.finditer(text) if "/" in text else ():
        match = _PAIR.match(text, hint.start())
        if match and _is_day(match.group(), before(low, match.start(), 16)):
            yield Span(*match.span(), Kind.DATE, "rule:date")


def _is_day(pair: str, beside: str) -> bool:
    """Return whether 3/4 is a day in March, by the words before it; 03/04 and 3/24 are without them as well."""
    if f" {beside}".endswith(_BESIDE_PAIR):
        return True
    is_score = beside.endswith(_NOT_BESIDE_PAIR)
    return not is_score and (len(pair) == 5 or int(pair.split("/")[1]) > 12)  # noqa: PLR2004 - both in two digits, or no fraction


def _with_weekday(text: str, start: int) -> int:
    """Return where a date begins with the day of the week, or the article, before it."""
    match = _WEEKDAY_BEHIND.search(text, max(0, start - 20), start)
    if match:
        return match.start()
    return (
        start - 4
        if text[start - 4 : start].lower() == "the " and text[start - 5 : start - 4] in {"", " ", "\n", "("}
        else start
    )


def _with_time(text: str, span: Span) -> int:
    match = _TIME.match(text, span.end)
    return match.end() if match else span.end
