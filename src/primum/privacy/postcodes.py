"""Postal codes made coarse."""

import re

from primum.privacy.surrogates import SMALL_AREAS

_ZIP = re.compile(r"\s*(\d{3})\d{2}(?:-?\d{4})?\s*")


def truncated(text: str) -> str | None:
    """Return the first three digits of a United States ZIP code, ``000`` of a small area; None for any other code.

    Source: 45 CFR 164.514(b)(2)(i)(B).
    """
    match = _ZIP.fullmatch(text)
    if match is None:
        return None
    return "000" if match[1] in SMALL_AREAS else match[1]
