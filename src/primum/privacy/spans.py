"""What identifies people in a text: a stretch, its kind, and how it was found."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """A class of identifier.

    Source: 45 CFR 164.514(b)(2)(i)(A)-(R), the letter stands in ``SAFE_HARBOR``; GB/T 35273-2020 Annex A and B;
    MEDDOCAN 2019 annotation guide; i2b2 2014 (Stubbs and Uzuner 2015, J Biomed Inform 58:S20).
    """

    NAME = "NAME"
    STREET = "STREET"
    PLACE = "PLACE"
    POSTCODE = "POSTCODE"
    REGION = "REGION"
    HOSPITAL = "HOSPITAL"
    ORGANISATION = "ORGANISATION"
    BED = "BED"
    DATE = "DATE"
    AGE = "AGE"
    PHONE = "PHONE"
    FAX = "FAX"
    EMAIL = "EMAIL"
    URL = "URL"
    IP = "IP"
    SOCIAL = "SOCIAL"
    NATIONAL_ID = "NATIONAL_ID"
    RECORD_NUMBER = "RECORD_NUMBER"
    INSURANCE = "INSURANCE"
    ACCOUNT = "ACCOUNT"
    LICENCE = "LICENCE"
    VEHICLE = "VEHICLE"
    DEVICE = "DEVICE"
    BIOMETRIC = "BIOMETRIC"
    OTHER_ID = "OTHER_ID"
    PROFESSION = "PROFESSION"
    NATIONALITY = "NATIONALITY"
    SEX = "SEX"
    FAMILY = "FAMILY"
    TITLE = "TITLE"


SAFE_HARBOR: dict[Kind, str] = {
    Kind.NAME: "A",
    Kind.STREET: "B",
    Kind.PLACE: "B",
    Kind.POSTCODE: "B",
    Kind.HOSPITAL: "B",
    Kind.ORGANISATION: "R",
    Kind.BED: "R",
    Kind.DATE: "C",
    Kind.AGE: "C",
    Kind.PHONE: "D",
    Kind.FAX: "E",
    Kind.EMAIL: "F",
    Kind.NATIONAL_ID: "G",
    Kind.RECORD_NUMBER: "H",
    Kind.INSURANCE: "I",
    Kind.ACCOUNT: "J",
    Kind.LICENCE: "K",
    Kind.VEHICLE: "L",
    Kind.DEVICE: "M",
    Kind.URL: "N",
    Kind.SOCIAL: "N",
    Kind.IP: "O",
    Kind.BIOMETRIC: "P",
    Kind.OTHER_ID: "R",
}
"""To which of the eighteen classes of the Safe Harbor rule a kind belongs; kinds not listed may stay under it."""


class Span(NamedTuple):
    """A stretch of a text that identifies somebody; a plain tuple, as many are made of every text.

    Attributes:
        start: First character, counted in code points from 0.
        end: One past the last character.
        kind: What it is.
        method: How it was found, for instance ``rule:phone``, ``checksum:resident-id``, ``tagger:en``, ``known``,
            ``consistency``.
    """

    start: int
    end: int
    kind: Kind
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which kinds are replaced, and how coarse what remains is.

    Attributes:
        name: Under which it is asked for and reported.
        replaced: Kinds that are replaced wherever they are found.
        oldest: Ages from here on are replaced; below they stay, unless ``AGE`` is among ``replaced``.
        years: Whether a year that stands alone is replaced as well.
    """

    name: str
    replaced: frozenset[Kind]
    oldest: int = 90
    years: bool = False


_KEPT_UNDER_SAFE_HARBOR = frozenset(
    {Kind.AGE, Kind.SEX, Kind.FAMILY, Kind.PROFESSION, Kind.NATIONALITY, Kind.TITLE, Kind.REGION}
)
POLICIES: dict[str, Policy] = {
    "safe-harbor": Policy(name="safe-harbor", replaced=frozenset(Kind) - _KEPT_UNDER_SAFE_HARBOR),
    "everything": Policy(name="everything", replaced=frozenset(Kind), oldest=0, years=True),
}
"""``safe-harbor`` keeps states, countries, years and ages below 90 (45 CFR 164.514(b)(2)(i)); the other nothing."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text with the stretches that identify somebody in it, for training and for measuring."""

    text: str
    spans: tuple[Span, ...]
