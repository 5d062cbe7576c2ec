"""What stands in a text instead of an identifier: a tag, or a realistic surrogate, the same each time."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from primum.privacy import ages, dates, net, numbers, places
from primum.privacy.dice import Dice, plain
from primum.privacy.folding import fold
from primum.privacy.people import People
from primum.privacy.spans import Kind

SMALL_AREAS = frozenset(
    (
        "036",
        "059",
        "063",
        "102",
        "203",
        "556",
        "692",
        "790",
        "821",
        "823",
        "830",
        "831",
        "878",
        "879",
        "884",
        "890",
        "893",
    )
)
"""First three digits of ZIP codes under which no more than 20,000 people lived in the census of 2000.

Source: 45 CFR 164.514(b)(2)(i)(B); HHS Office for Civil Rights, Guidance Regarding Methods for De-identification of
Protected Health Information (26 November 2012), section 3.
"""
TAGGED = frozenset({Kind.SEX, Kind.FAMILY, Kind.TITLE, Kind.BIOMETRIC, Kind.NATIONALITY})
"""Kinds for which another value would be untrue rather than hidden."""
ATTEMPTS = 8
"""A surrogate that is an original of the same subject is drawn again so often; then a tag is written."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_DIGITS = re.compile(r"\d+")
_ZIP = re.compile(r"(\d{3})\d{2}(?:-?\d{4})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Under which a subject appears.

    Attributes:
        days: By how many days its dates are shifted.
        key: From which its surrogates are drawn; without one, tags such as ``[NAME]`` are written.
        year: The present year, where it is known: a day so long ago that it tells an age of 90 and over becomes a tag.
    """

    days: int
    key: bytes = field(default=b"", repr=False)
    year: int = 0


def tag(kind: Kind) -> str:
    """Return what is written where there is no surrogate: ``[NAME]``."""
    return f"[{kind.value}]"


class Writer:
    """Writes what stands instead of the identifiers of one subject.

    The same value becomes the same surrogate under the same key, in whatever text it stands; nothing of the value but
    its form, its script and, for a given name, its sex shows in it.

    Args:
        identity: Under which the subject appears.
        originals: The subject's own identifiers as far as they are known: no surrogate equals one of them.
        month_first: Whether a date such as 3/4/2021 is in March.
    """

    def __init__(self, identity: Identity, originals: Iterable[str] = (), *, month_first: bool = False) -> None:
        self._identity = identity
        values = sorted(set(originals))
        self._originals = frozenset(plain(one) for one in values)
        self._month_first = month_first
        self._written: dict[tuple[str, Kind, str], str] = {}
        self._people = People(identity.key, (one for one in values if not _DIGITS.search(one)))

    def write(self, value: str, kind: Kind, language: str = "") -> str:
        """Return what is written instead of a value.

        Args:
            value: As it stands in the text.
            kind: What it is.
            language: ``en``, ``es`` or ``zh``; by the script where it is not said.
        """
        asked = (value, kind, language)
        if asked not in self._written:
            self._written[asked] = self._write(*asked)
        return self._written[asked]

    def _write(self, value: str, kind: Kind, language: str) -> str:
        value = fold(value).text
        if kind is Kind.DATE:
            if self._is_ancient(value):
                return tag(kind)
            return dates.moved(value, self._identity.days, month_first=self._month_first) or tag(kind)
        if kind is Kind.AGE:
            return ages.coarse(value)
        if not self._identity.key or kind in TAGGED:
            return tag(kind)
        language = "zh" if _HAN.search(value) else language or "en"
        for attempt in range(ATTEMPTS):
            written = self._drawn(value, kind, (language, attempt))
            if plain(written) not in self._originals and plain(written) != plain(value):
                return written
        return tag(kind)

    def _is_ancient(self, value: str) -> bool:
        """Return whether a day tells that somebody born then is 90 or older.

        Source: 45 CFR 164.514(b)(2)(i)(C).
        """
        day = dates.day(value) if self._identity.year else None
        return day is not None and day.year <= self._identity.year - ages.OLD

    def _drawn(self, value: str, kind: Kind, how: tuple[str, int]) -> str:
        language, attempt = how

        def draw(*about: str) -> Dice:
            return Dice(self._identity.key, *about, *([str(attempt)] if attempt else []))

        if kind is Kind.NAME:
            return self._people.write(_DIGITS.sub(lambda one: numbers.identifier(one[0], draw, 0), value))
        if kind in {Kind.PHONE, Kind.FAX}:
            return numbers.phone(value, draw)
        if kind is Kind.POSTCODE and language == "en" and (match := _ZIP.fullmatch(value)):
            return f"{'000' if match[1] in SMALL_AREAS else match[1]}**"
        if kind in places.KINDS:
            return places.write(value, kind, language, draw)
        if kind in net.KINDS:
            return net.write(value, kind, draw)
        return numbers.identifier(value, draw, self._identity.days)
