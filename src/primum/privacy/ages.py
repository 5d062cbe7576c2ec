"""Ages in a text: which are of ninety and over, and how these are said coarsely.

Source: 45 CFR 164.514(b)(2)(i)(C).
"""

import re

from primum.privacy.spans import POLICIES

OLD = POLICIES["safe-harbor"].oldest
"""Ages from here on are said as such no more."""

_DIGITS = re.compile(r"\d+")
_OTHER_UNIT = re.compile(
    r"\b(?:hours?|days?|weeks?|wks?|months?|mos?|d[ií]as?|semanas?|mes(?:es)?|horas?)\b|[天日时]|个月|周(?![岁歲])",
    re.IGNORECASE,
)
_OLD_WORD = re.compile(r"ninety|ninetieth|hundred|novent|\bcien|centen|nonagen|百|九十", re.IGNORECASE)
_HAN = re.compile(r"(?:\d+|[一二三四五六七八九十百零〇]+)\s*(?=[周]?[岁歲])")


def is_old(text: str, oldest: int = OLD) -> bool:
    """Return whether an age, in digits or words, is of so many years and over; days, weeks and months are not."""
    if oldest <= 0:
        return True
    if _OTHER_UNIT.search(text):
        return False
    digits = _DIGITS.search(text)
    return int(digits[0]) >= oldest if digits else _OLD_WORD.search(text) is not None


def coarse(text: str) -> str:
    """Return an age of ninety and over as the text would say that it is one: ``90+``, ``90岁以上``."""
    if _HAN.search(text):
        return _HAN.sub(str(OLD) if _DIGITS.search(text) else "九十", text) + "以上"
    return _DIGITS.sub(f"{OLD}+", text, count=1) if _DIGITS.search(text) else f"{OLD}+"
