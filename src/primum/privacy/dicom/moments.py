"""Dates, times and ages of DICOM values, moved by the subject's days and made coarse where they would tell."""

import datetime as dt
import re

from primum.privacy.dates import moved_day

OLDEST = 90
_DATE = re.compile(r"(\d{4})([.\-]?)(\d{2})\2(\d{2})")
_MOMENT = re.compile(r"(\d{4})(\d{2})?(\d{2})?(\d{2}\d{0,4}(?:\.\d{1,6})?)?([+\-]\d{4})?")
_TIME = re.compile(r"\d{2}(?::?\d{2}(?::?\d{2}(?:\.\d{1,6})?)?)?")
_AGE = re.compile(r"(\d{3})([DWMY])")
_PER_YEAR = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0}


def moved_date(text: str, days: int) -> str | None:
    """Return a DA value moved by days, also the old form with dots, or None where it is no date."""
    match = _DATE.fullmatch(text.strip("\0 "))
    if not match:
        return None
    day = _moved(int(match[1]), int(match[3]), int(match[4]), days)
    return None if day is None else f"{day:%Y}{match[2]}{day:%m}{match[2]}{day:%d}"


def moved_moment(text: str, days: int) -> str | None:
    """Return a DT value moved by days, as exact as it was, or None where it is none."""
    match = _MOMENT.fullmatch(text.strip("\0 "))
    if not match or (match[4] and not match[3]):
        return None
    day = _moved(int(match[1]), int(match[2] or 7), int(match[3] or 1), days)
    if day is None:
        return None
    parts = f"{day:%Y}", f"{day:%m}" if match[2] else "", f"{day:%d}" if match[3] else ""
    return "".join(parts) + (match[4] or "") + (match[5] or "")


def is_time(text: str) -> bool:
    """Return whether a text is a TM value."""
    return _TIME.fullmatch(text.strip("\0 ")) is not None


def is_date(text: str) -> bool:
    """Return whether a text is a DA or DT value."""
    return moved_moment(text, 0) is not None or moved_date(text, 0) is not None


def coarse_age(text: str) -> str | None:
    """Return an AS value, from the 90th year on as 090Y, or None where it is none.

    Source: 45 CFR 164.514(b)(2)(i)(C).
    """
    match = _AGE.fullmatch(text.strip("\0 "))
    if not match:
        return None
    old = int(match[1]) / _PER_YEAR[match[2]] >= OLDEST
    return f"{OLDEST:03d}Y" if old else match[0]


def _moved(year: int, month: int, day: int, days: int) -> dt.date | None:
    try:
        when = dt.date(year, month, day)
    except ValueError:
        return None
    moved = moved_day(when, days)
    return moved if moved is not None and moved.year >= 1000 else None  # noqa: PLR2004 - four digits
