"""What a file says of people in its own header: looked for in all its texts, and in the bytes that are written."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.valuerep import PersonName

from primum.privacy.dicom.elements import each_element
from primum.privacy.dicom.profile import Profile, tables
from primum.privacy.dicom.vocabulary import DROPPED, is_known

_TEXT = frozenset({"LO", "SH", "ST", "LT", "UT", "UC"})
_SPLIT = re.compile(r"[\s^=,;:/\\()|\"]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_GOES = frozenset({"X", "Z", "D"})
_TELLING = frozenset({"descriptors", "device", "patient", "dates"})
SHORTEST = 4
"""Parts of numbers and addresses with fewer characters are too ordinary to be looked for."""
LOOKED_FOR_ANYWHERE = 5
"""Mentions of at least so many characters are also found inside other words, and in bytes."""
_SHORTEST_NAME = 2
_SHORTEST_HAN = 3


@dataclass(frozen=True, slots=True)
class Mentions:
    """The words and numbers of a file that name people, places and accounts.

    Attributes:
        words: In small letters.
        rare: Those of them that mean nothing else, as they were written.
    """

    words: frozenset[str]
    rare: frozenset[str]

    def strike(self, text: str) -> str:
        """Return a text with a mark for each rare mention: long ones wherever they stand, short ones as words."""
        for one in sorted(self.rare, key=lambda word: (-len(word), word)):
            anywhere = len(one) >= LOOKED_FOR_ANYWHERE or _HAN.search(one)
            bounds = ("", "") if anywhere else (r"(?<![^\W_])", r"(?![^\W_])")
            text = re.sub(bounds[0] + re.escape(one) + bounds[1], DROPPED, text, flags=re.IGNORECASE)
        return text

    def found_in(self, data: bytes, encodings: Iterable[str]) -> bool:
        """Return whether a rare mention stands in bytes, in one of some encodings."""
        telling = [one for one in self.rare if _is_telling(one)]
        return any(form in data for one in telling for form in _forms(one, encodings))


def gather(dataset: Dataset, ours: str, profile: Profile) -> Mentions:
    """Return the mentions of a file: person names wherever they stand, and what the profile takes for identifiers.

    Args:
        dataset: As it was read.
        ours: The pseudonym; what is part of it is no mention.
        profile: What it keeps is no mention either.
    """
    found: set[str] = set()
    for element in each_element(dataset):
        if element.VR == "PN":
            found |= {part for value in _values(element.value) for part in _name_parts(value)}
        elif element.VR in _TEXT and _is_identifier(element.tag, profile):
            found |= {part for value in _values(element.value) for part in _parts(str(value))}
    kept = {one for one in found if one.casefold() not in ours.casefold()}
    return Mentions(
        frozenset(one.casefold() for one in kept),
        frozenset(one for one in kept if not (one.isascii() and one.isalpha() and is_known(one))),
    )


def _is_telling(mention: str) -> bool:
    """Return whether a mention is too long to stand in bytes by chance."""
    return len(mention) >= (_SHORTEST_HAN if _HAN.search(mention) else LOOKED_FOR_ANYWHERE)


def _values(value: object) -> list[object]:
    if isinstance(value, (MultiValue, list)):
        return list(cast("Iterable[object]", value))
    return [value] if value not in {None, ""} else []


def _is_identifier(tag: BaseTag, profile: Profile) -> bool:
    """Return whether the profile takes an attribute for one that names somebody, not for a description or device."""
    rule = profile.rule(tag)
    row = tables().attributes.get(f"{int(tag):08X}", {})
    return rule is not None and bool(row) and rule.action in _GOES and row.keys().isdisjoint(_TELLING)


def _name_parts(value: object) -> Iterator[str]:
    groups = value.components if isinstance(value, PersonName) else (str(value),)
    for group in groups:
        parts = [one.strip(".") for one in _SPLIT.split(group)]
        yield from (one for one in parts if _is_name_part(one))
        if _HAN.search(group):
            yield "".join(parts)


def _is_name_part(part: str) -> bool:
    shortest = _SHORTEST_NAME if _HAN.search(part) or part.isalpha() else SHORTEST
    return len(part) >= shortest


def _parts(value: str) -> Iterator[str]:
    whole = value.strip("\0 ")
    if len(whole) >= SHORTEST:
        yield whole
    parts = (one.strip(".-") for one in _SPLIT.split(whole))
    yield from (one for one in parts if len(one) >= SHORTEST and not is_known(one))


def _forms(text: str, encodings: Iterable[str]) -> set[bytes]:
    forms = set()
    for encoding in {"utf-8", *encodings}:
        try:
            forms.add(text.encode(encoding))
        except (UnicodeEncodeError, LookupError):
            continue
    return forms
