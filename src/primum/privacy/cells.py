"""What a cell looks like by itself, whatever its column is called."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from stdnum.cn import ric
from stdnum.es import dni, nie
from stdnum.us import ssn

from primum.privacy import dates
from primum.privacy.lexicons.loader import words
from primum.privacy.people import is_given_name, is_surname

NUMBER = re.compile(r"[\s<>=≤≥~]*[+\-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:[.,]\d+)?(?:[eE][+\-]?\d+)?\s*%?\s*")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}")
_URL = re.compile(r"(?:https?|ftp)://\S+|www\.\S+|(?:\d{1,3}\.){3}\d{1,3}", re.IGNORECASE)
_PHONE = re.compile(r"(?=.*[\s().\-+])\+?[\d\s().\-]{9,20}(?:\s*(?:x|ext\.?)\s*\d{1,5})?|\+\d{8,15}")
_RESIDENT = re.compile(r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_YEARS = re.compile(r"(?:1[89]|20)\d\d\s*-\s*(?:1[89]|20)\d\d")
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_LATIN_NAME = re.compile(r"[^\W\d_]+(?:[.'\u2019\-][^\W\d_]+)*\.?(?:,?\s+[^\W\d_]+(?:[.'\u2019\-][^\W\d_]+)*\.?){1,4}")
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{2,6})?")
_WAYS = (
    "street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|way|place|pl|boulevard|blvd|terrace|crossing|crest|trail|"
    "circle|square|highway|parkway|loop|ridge|grove|path|alley|row|plaza|suite|apt"
)
_VIAS = (
    "calle|avda|avenida|plaza|plazuela|paseo|carretera|camino|callejón|pasaje|rambla|ronda|glorieta|urbanización|"
    "cuesta|vial|cañada|alameda|via|vía|travesía|acceso|pasadizo|c/"
)
_STREET = re.compile(
    rf"\d+[\w\-/]{{0,6}}\s+(?:[^\W\d_][\w.'\u2019\-]{{0,30}}\s+){{1,4}}(?:{_WAYS})\b"
    r"|(?-i:\A\d{1,6}\s+(?:[A-Z][a-z]+\s*){2,4}\Z)"
    rf"|\b(?:{_VIAS})\s+(?:\S+\s+){{1,6}}\d+"
    r"|[\u4e00-\u9fff]{2,}(?:路|街|巷|弄|村|小区|胡同|座)\S{0,20}\d+\s*(?:号|栋|幢|室|弄|座)?",
    re.IGNORECASE,
)
_DIRECT = re.compile(r"@|https?://|\+\d|\d[\d\s().\-]{7,}\d|\d{17}[\dXx]")
_PHONE_DIGITS = range(7, 16)
LONGEST = 256
"""Of longer cells the beginning is looked at."""
_LONGEST_NAME, _LONGEST_DATE = 60, 40


def is_number(cell: str) -> bool:
    """Return whether a cell is a measured number, with a sign of comparison or per cent perhaps."""
    return any(one.isdigit() for one in cell) and NUMBER.fullmatch(cell) is not None


def is_email(cell: str) -> bool:
    """Return whether a cell is an e-mail address."""
    return _EMAIL.fullmatch(cell) is not None


def is_url(cell: str) -> bool:
    """Return whether a cell is an address on the net."""
    return _URL.fullmatch(cell) is not None


def is_phone(cell: str) -> bool:
    """Return whether a cell is a telephone number; digits alone only where they are a Chinese mobile's."""
    if _MOBILE.fullmatch(cell):
        return True
    digits = sum(one.isdigit() for one in cell)
    written = digits in _PHONE_DIGITS and _PHONE.fullmatch(cell) is not None and not _YEARS.fullmatch(cell)
    return written and not is_date(cell) and not is_number(cell[1:])


def is_official_id(cell: str) -> bool:
    """Return whether a cell is a number that a state gives, by its check digit or its form."""
    bare = cell.replace(" ", "")
    proven = ric.is_valid(bare) or (not bare.isdigit() and (dni.is_valid(bare) or nie.is_valid(bare)))
    return bool(proven or _RESIDENT.fullmatch(bare) or ("-" in cell and ssn.is_valid(cell)) or _UUID.fullmatch(cell))


@lru_cache(maxsize=65536)
def is_date(cell: str) -> bool:
    """Return whether a cell is a date, with a time perhaps."""
    digits = sum(one.isdigit() for one in cell)
    return digits >= 3 and len(cell) <= _LONGEST_DATE and dates.day(cell) is not None  # noqa: PLR2004 - 1 May


def is_name(cell: str) -> bool:
    """Return whether a cell is the name of a person, by lists of names."""
    if len(cell) > _LONGEST_NAME:
        return False
    if _HAN_NAME.fullmatch(cell):
        return (cell[:1] in words("zh_surnames") or cell[:2] in words("zh_surnames")) and cell not in words("zh_words")
    if not _LATIN_NAME.fullmatch(cell):
        return False
    parts = [one.strip(".,") for one in cell.split()]
    return any(is_given_name(one) for one in parts) and any(is_surname(one) or is_given_name(one) for one in parts[1:])


def is_single_name(cell: str) -> bool:
    """Return whether a cell is one word that is a given name or a surname."""
    return cell.isalpha() and cell[:1].isupper() and (is_given_name(cell) or is_surname(cell))


def is_street(cell: str) -> bool:
    """Return whether there is a street with a number in a cell."""
    return _STREET.search(cell) is not None


def could_be_direct(cell: str) -> bool:
    """Return whether there could be a telephone number, an address on the net or a long number in a cell."""
    return _DIRECT.search(cell) is not None


LOOKS: Sequence[tuple[str, Callable[[str], bool]]] = (
    ("email", is_email),
    ("url", is_url),
    ("id", is_official_id),
    ("date", is_date),
    ("phone", is_phone),
    ("street", is_street),
    ("name", is_name),
)
"""Kinds of cells and how each looks; the first that fits counts."""


def look(cell: str) -> str:
    """Return what a cell looks like: one of ``LOOKS``, ``number``, ``words`` or ``code``."""
    cell = cell[:LONGEST]
    if is_number(cell) and not is_phone(cell) and not is_official_id(cell) and not is_date(cell):
        return "number"
    found = next((kind for kind, fits in LOOKS if fits(cell)), "")
    return found or ("words" if len(cell) >= 25 or len(cell.split()) >= 4 else "code")  # noqa: PLR2004 - longer than a label
