"""Which of the tagger's finds in English are believed: none that are only words of medicine or small words."""

import re
from collections.abc import Iterable

from primum.privacy.edges import LETTER
from primum.privacy.lexicons.loader import words
from primum.privacy.rules.english_people import is_ordinary, plain
from primum.privacy.spans import Kind, Span

DOUBTED = frozenset({Kind.NAME, Kind.PLACE, Kind.ORGANISATION, Kind.HOSPITAL})
"""Kinds that such words are taken for."""
_WORD = re.compile(rf"[{LETTER}]+")
_CAPITAL_WITHIN = re.compile(r"(?<=[a-z,] )[A-Z][a-z]")


def believed(text: str, found: Iterable[Span]) -> list[Span]:
    """Return the finds without those in which no word can be part of a name.

    Args:
        text: What was read.
        found: What the tagger found in it.
    """
    is_cased = _CAPITAL_WITHIN.search(text) is not None
    return [
        one for one in found if one.kind not in DOUBTED or _can_be_name(text[one.start : one.end], is_cased=is_cased)
    ]


def _can_be_name(value: str, *, is_cased: bool) -> bool:
    parts = _WORD.findall(value)
    return not parts or any(_is_possible(one, is_cased=is_cased) for one in parts)


def _is_possible(word: str, *, is_cased: bool) -> bool:
    """Return whether a word can be part of a name; words in small letters cannot where others have capitals."""
    if len(word) == 1:
        return word.isupper()
    low = plain(word)
    if low in words("en_given") or low in words("en_family"):
        return True
    if is_cased and word.islower() and is_ordinary(word):
        return False
    return low not in words("en_medical") or low in words("en_places")
