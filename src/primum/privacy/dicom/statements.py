"""What a cleaned file states about itself: only what was done."""

from pydicom.dataset import Dataset

from primum.privacy.dicom.options import Options
from primum.privacy.dicom.profile import tables

BASIC = "113100"
PIXELS = "113101"
_MEANINGS = {
    BASIC: "Basic Application Confidentiality Profile",
    PIXELS: "Clean Pixel Data Option",
    "113103": "Clean Graphics Option",
    "113104": "Clean Structured Content Option",
    "113105": "Clean Descriptors Option",
    "113106": "Retain Longitudinal Temporal Information Full Dates Option",
    "113107": "Retain Longitudinal Temporal Information Modified Dates Option",
    "113108": "Retain Patient Characteristics Option",
    "113109": "Retain Device Identity Option",
    "113110": "Retain UIDs Option",
    "113111": "Retain Safe Private Option",
    "113112": "Retain Institution Identity Option",
}
"""Source: DICOM PS3.16 CID 7050."""
_BY_OPTION = {
    "graphics": "113103",
    "structured": "113104",
    "descriptors": "113105",
    "full_dates": "113106",
    "dates": "113107",
    "patient": "113108",
    "device": "113109",
    "uids": "113110",
    "safe_private": "113111",
    "institution": "113112",
}
_TEMPORAL = {"modified": "MODIFIED", "full": "UNMODIFIED", "removed": "REMOVED"}


def codes(options: Options, *, searched: bool) -> tuple[str, ...]:
    """Return the codes of CID 7050 for what was done: pixels count only where they were searched."""
    chosen = {_BY_OPTION[one] for one in options.names()}
    return tuple(sorted({BASIC, *chosen, *({PIXELS} if searched else ())}))


def state(dataset: Dataset, options: Options, *, has_pixels: bool, searched: bool) -> tuple[str, ...]:
    """Write into a data set what was done with it, and return the codes.

    Patient Identity Removed is YES only if the pixels, where there are any, were searched: the attribute speaks of
    both (PS3.3 C.7.1.1). Burned In Annotation is NO only then as well.
    """
    stamped = codes(options, searched=searched)
    whole = searched or not has_pixels
    dataset.PatientIdentityRemoved = "YES" if whole else "NO"
    dataset.DeidentificationMethod = [f"PS3.15 {tables().edition} Table E.1-1 by Primum"]
    dataset.DeidentificationMethodCodeSequence = [_item(code) for code in stamped]
    dataset.LongitudinalTemporalInformationModified = _TEMPORAL[options.dates]
    if searched:
        dataset.BurnedInAnnotation = "NO"
    elif has_pixels and dataset.get("BurnedInAnnotation") == "NO":
        del dataset.BurnedInAnnotation
    return stamped


def _item(code: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code, "DCM", _MEANINGS[code]
    return item
