"""Dates and ages of FHIR: moved, cut to the year, or capped."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from primum.privacy.spans import POLICIES

MIDDLE = 15
"""The day at which a month without a day is moved."""
OLDEST = POLICIES["safe-harbor"].oldest
"""Nobody is shown to be older.

Source: 45 CFR 164.514(b)(2)(i)(C).
"""
_DATE = re.compile(r"(?P<y>\d{4})(?:-(?P<m>\d\d)(?:-(?P<d>\d\d)(?P<time>T[0-9:.]+(?:Z|[+\-]\d\d:\d\d)?)?)?)?")
_YEARS = frozenset({"a", "year", "years", "yr", "yrs", "y", "岁", "año", "años"})


def is_date(text: str) -> bool:
    """Return whether a text is a FHIR date, dateTime or instant."""
    return _DATE.fullmatch(text) is not None


def shifted(text: str, days: int) -> str | None:
    """Return a FHIR date or time moved by days in its own precision; None where it is none or leaves the calendar.

    A year alone stays, as dates in notes do: 45 CFR 164.514(b)(2)(i)(C) lets it stand.
    """
    match = _DATE.fullmatch(text)
    if match is None or match["m"] is None:
        return text if match else None
    try:
        day = dt.date(int(match["y"]), int(match["m"]), int(match["d"] or MIDDLE))
        new = day + dt.timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return new.isoformat()[:7] if match["d"] is None else f"{new.isoformat()}{match['time'] or ''}"


def year(text: str, *, instant: bool = False) -> str | None:
    """Return the year of a FHIR date; of an instant, which cannot be a year, its first second."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    return f"{match['y']}-01-01T00:00:00Z" if instant else match["y"]


def born(text: str, days: int | None, last: int) -> str | None:
    """Return a day of birth: moved, or its year alone; of somebody aged 90 or more the year of a person of 90.

    Args:
        text: A FHIR date.
        days: By how many days it is moved; None for the year alone.
        last: The year in which the age counts: of death, or the present one.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    if last - int(match["y"]) >= OLDEST:
        return f"{last - OLDEST:04d}"
    return match["y"] if days is None else shifted(text, days)


def capped(quantity: Mapping[str, Any]) -> dict[str, Any]:
    """Return a quantity or range in which no number of years is above 90."""
    found = dict(quantity)
    for key in ("low", "high"):
        if isinstance(found.get(key), Mapping):
            found[key] = capped(found[key])
    unit = str(found.get("code") or found.get("unit") or "a").strip().lower()
    value = found.get("value")
    if unit in _YEARS and not isinstance(value, str | bool | None) and value >= OLDEST:
        found["value"] = OLDEST
    return found
