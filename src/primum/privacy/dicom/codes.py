"""Coded entries: codes of public schemes stay, local ones and their meanings only as far as they say nothing else."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from pydicom.dataset import Dataset

from primum.privacy.dicom.elements import decoded
from primum.privacy.dicom.texts import Texts
from primum.privacy.dicom.uids import token

VALUES = (0x00080100, 0x00080119, 0x00080120)
SCHEME, VERSION, MEANING = 0x00080102, 0x00080103, 0x00080104
TAGS = frozenset({*VALUES, SCHEME, VERSION, MEANING})
LOCAL = "99LOCAL"
_PUBLIC = {
    "DCM": r"\d{5,6}",
    "SCT": r"\d{6,18}",
    "SRT": r"[A-Z]\d?-[0-9A-Z]{3,8}",
    "99SDM": r"[A-Z]\d?-[0-9A-Z]{3,8}",
    "SNM3": r"[A-Z]\d?-[0-9A-Z]{3,8}",
    "LN": r"\d{1,7}-\d",
    "FMA": r"\d{3,6}",
    "RADLEX": r"RID\d{1,7}",
    "NCIt": r"C\d{3,7}",
    "UMLS": r"C\d{7}",
    "MDC": r"\d{1,7}",
    "RXNORM": r"\d{1,8}",
    "UBERON": r"\d{7}",
    "I10": r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?",
    "I9C": r"[EV]?\d{2,3}(?:\.\d{1,2})?",
    "C4": r"\d{4}[0-9A-Z]",
    "ISO639_2": r"[a-z]{3}",
    "ISO3166_1": r"[A-Z]{2,3}",
    "RFC5646": r"[a-z]{2,3}(?:-[A-Z]{2})?",
    "ISO_OID": r"[\d.]{3,64}",
    "IBSI": r"[0-9A-Z]{4}",
    "SCPECG": r"\d{1,3}(?:[.\-]\d{1,3}){0,6}",
    "RFC3066": r"[a-z]{2,3}(?:-[A-Z]{2})?",
    "ISO639_1": r"[a-z]{2}",
}
_VENDORS = frozenset(
    {
        "99_OFFIS_DCMTK",
        "99GEMS",
        "99PHILIPS",
        "99PMP",
        "99PMS",
        "99SIEMENS",
        "99SMS_RAAW",
        "99QIICR",
        "99VMS",
        "99DICOM",
    }
)
"""Schemes of makers, not of places: the designator stays, codes and meanings are cleaned like descriptions."""
_UNIT = re.compile(r"(?!.*\{)(?=.{1,16}$)(?:[\[\]%*'^/.0-9()\-]|[munkMcdGpTh]?(?:[A-Z][a-z]?|[a-z]{1,3}))+")
_VERSION = re.compile(r"[0-9._\-]{1,12}")
_LONGEST_VALUE = 16


@dataclass(frozen=True, slots=True)
class Codes:
    """Cleans the coded entries of one file.

    Attributes:
        texts: Its texts.
        key: For the codes that stand in for local ones.
    """

    texts: Texts
    key: bytes = field(repr=False)

    def clean(self, item: Dataset, note: Callable[[int, str], None]) -> None:
        """Clean a coded entry in place; ``note`` is told the tag and action of what changed."""
        scheme = self._text(item, SCHEME)
        public = any(_is_public(scheme, self._text(item, tag)) for tag in VALUES if tag in item)
        kept = scheme in _PUBLIC or scheme == "UCUM" or (scheme in _VENDORS and self.texts.technical(scheme) == scheme)
        if scheme and not kept:
            self._set(item, SCHEME, LOCAL, note)
        if VERSION in item and not _VERSION.fullmatch(self._text(item, VERSION)):
            self._drop(item, VERSION, note)
        for tag in VALUES:
            if tag in item and not public:
                self._local(item, tag, note)
        if MEANING in item:
            meaning = self._text(item, MEANING)
            value = next((self._text(item, tag) for tag in VALUES if tag in item), "")
            self._set(item, MEANING, self.texts.described(meaning) or value or LOCAL, note)

    def _local(self, item: Dataset, tag: int, note: Callable[[int, str], None]) -> None:
        value = self._text(item, tag)
        if tag != VALUES[0]:
            self._drop(item, tag, note)
            self._set(item, VALUES[0], token(self.key, "code", value), note)
        elif value and self.texts.described(value) != value:
            self._set(item, tag, token(self.key, "code", value), note)

    def _text(self, item: Dataset, tag: int) -> str:
        element = decoded(item, tag) if tag in item else None
        return "" if element is None or element.value is None else str(element.value).strip("\0 ")

    def _set(self, item: Dataset, tag: int, new: str, note: Callable[[int, str], None]) -> None:
        if self._text(item, tag) != new:
            item.add_new(tag, "LO" if tag == MEANING else "SH", new)
            note(tag, "C")

    def _drop(self, item: Dataset, tag: int, note: Callable[[int, str], None]) -> None:
        del item[tag]
        note(tag, "X")


def _is_public(scheme: str, value: str) -> bool:
    """Return whether a code is one of a public scheme, by its form."""
    if scheme == "UCUM":
        return _UNIT.fullmatch(value) is not None or value in {"{ratio}", "{counts}", "{SUVbw}g/ml", "{pixels}"}
    form = _PUBLIC.get(scheme)
    return form is not None and len(value) <= _LONGEST_VALUE and re.fullmatch(form, value) is not None
