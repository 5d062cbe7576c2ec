"""DICOM: who a header names, the profile's cleaner under this run's identities, and the texts of what was written."""

import io
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

import pydicom
from pydicom import config
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.multival import MultiValue

from primum.deid import portable
from primum.deid.desk import Recorder
from primum.deid.formats import content
from primum.deid.jobs import Job
from primum.deid.nouns import Introduced, Outcome, Piece, RefusedError, Source, Written
from primum.privacy.dicom import cleaning
from primum.privacy.dicom.options import Action, DicomIdentity, Options
from primum.privacy.dicom.refusals import DicomRefusedError, Reason
from primum.privacy.person import Person

CODED = frozenset({"UI", "CS", "AE", "DS", "IS", "UR", "DA", "TM", "DT", "AS"})
"""Values of machines: of these only what is known counts."""
TEXTS = frozenset({"PN", "LO", "SH", "ST", "LT", "UT", "UC"})
PROVEN = frozenset(
    {"url", "card", "iban", "phone", "mobile", "identity_card", "social_security", "resident_id", "ip", "number"}
)
_NAMES = ("PatientID", "OtherPatientIDs")
_KNOWN = {
    "PatientID": "record_number",
    "OtherPatientIDs": "other",
    "AccessionNumber": "other",
    "PatientName": "name",
    "OtherPatientNames": "name",
    "PatientBirthName": "name",
    "PatientMotherBirthName": "name",
    "ReferringPhysicianName": "name",
    "PerformingPhysicianName": "name",
    "OperatorsName": "name",
    "PatientAddress": "address",
    "PatientTelephoneNumbers": "phone",
}
"""Attributes that tell who somebody is, and what kind of identifier each holds."""
KINDS = (
    ("Date", "date"), ("Time", "date"), ("Age", "age"), ("Telephone", "phone"), ("Address", "street"),
    ("Institution", "hospital"), ("PersonName", "name"), ("PatientName", "name"), ("PhysicianName", "name"),
    ("OperatorsName", "name"), ("Physician", "name"), ("Device", "device"), ("Station", "device"), ("UID", "other_id"),
    ("ID", "other_id"), ("Number", "other_id"),
)  # fmt: skip
"""What the name of an attribute tells of the kind of its value; the first that fits, else ``removed``."""


# -- who is in it ------------------------------------------------------------------------------------------------------
def introduce(source: Source) -> Iterator[Introduced]:
    """Yield the patient."""
    dataset = _read(content(source))
    named = [value for key in _NAMES for value in _values(dataset, key) if value]
    pairs = {(kind, value) for key, kind in _KNOWN.items() for value in _values(dataset, key)}
    if named:
        yield Introduced(names=tuple(dict.fromkeys(named)), known=tuple(sorted(pairs)))


def _read(data: bytes) -> Dataset:
    with warnings.catch_warnings(), config.disable_value_validation():
        warnings.simplefilter("ignore")
        try:
            return pydicom.dcmread(io.BytesIO(data), force=True, stop_before_pixels=True)
        except (InvalidDicomError, EOFError, ValueError, KeyError) as fault:
            raise RefusedError("dicom-corrupt") from fault


def _values(dataset: Dataset, key: str) -> list[str]:
    try:
        found = dataset.get(key)
    except (ValueError, TypeError, NotImplementedError):
        return []
    listed = list(found) if isinstance(found, MultiValue) else [found]
    texts = [" ".join(reversed(" ".join(str(one).split("=")[:1]).split("^"))) for one in listed if one]
    return [" ".join(one.split()) for one in texts if one.strip()]


# -- cleaning ----------------------------------------------------------------------------------------------------------
def clean(job: Job) -> Outcome:
    """Write a DICOM file without identifiers.

    Raises:
        RefusedError: The cleaner does not pass it on.
    """
    desk, recorder = job.desk, Recorder()
    person = desk.person(job.subject, recorder)
    data = content(job.source)
    options = Options(clean_text=person.scrub, document=lambda media, inner: _document(media, inner, person))
    identity = DicomIdentity(subject=person.name, days=person.days, key=desk.links)
    try:
        done = cleaning.clean(data, identity, options)
    except DicomRefusedError as refusal:
        raise RefusedError(f"dicom-{refusal.reason}") from refusal
    job.target.write(done.data)
    marks = [
        {
            "element": one.tag,
            "name": one.name,
            "kind": kind_of(one),
            "method": f"profile:{one.action}",
            "count": one.count,
        }
        for one in done.actions
        if one.action != "K"
    ]
    boxes = [
        {"element": "(7fe0,0010)", "kind": "pixels", "method": "ocr", "frame": one.frame, "box": [*_corners(one)]}
        for one in done.boxes
    ]
    counts = Counter[str]()
    for mark in marks:
        counts[str(mark["kind"])] += int(str(mark["count"]))
    if boxes:
        counts["pixels"] += len(boxes)
    surrogates = frozenset({*recorder.written, person.name})
    return Outcome(
        marks=[*marks, *boxes],
        counts=counts,
        kept=recorder.kept,
        notes=list(done.warnings),
        subjects=frozenset(recorder.named),
        pieces=_pieces(data, done.data, job.subject),
        reread=lambda draft: _texts(draft, job.subject, surrogates),
    )


def _corners(box: object) -> Iterator[int]:
    yield from (int(getattr(box, side)) for side in ("left", "top", "right", "bottom"))


def kind_of(action: Action) -> str:
    """Return what kind of identifier an attribute holds, as far as its name tells."""
    return next((kind for word, kind in KINDS if word in action.name), "removed")


def _document(media: str, data: bytes, person: Person) -> bytes:
    """Return an encapsulated document without identifiers; only the text of PDFs can be cleaned."""
    if "pdf" not in media.lower():
        raise DicomRefusedError(Reason.DOCUMENT)
    try:
        return portable.typeset(person.scrub(portable.text_in(data)))
    except RefusedError as refusal:
        raise DicomRefusedError(Reason.DOCUMENT) from refusal


def _pieces(before: bytes, after: bytes, subject: str) -> list[Piece]:
    """Return the original up to where both files end alike, as they do where the pixels come last."""
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        if before[len(before) - middle :] == after[len(after) - middle :]:
            low = middle
        else:
            high = middle - 1
    return [Piece(subject=subject, start=0, end=len(after) - low, original=before[: len(before) - low])]


# -- reading again -----------------------------------------------------------------------------------------------------
def _texts(draft: BinaryIO, subject: str, surrogates: frozenset[str]) -> Iterator[Written]:
    """Yield every text of the elements, nested and private ones too."""
    seen: set[tuple[str, str]] = set()
    with warnings.catch_warnings(), config.disable_value_validation():
        warnings.simplefilter("ignore")
        draft.seek(0)
        dataset = pydicom.dcmread(draft, stop_before_pixels=True)
        for element in [*dataset.file_meta, *dataset.iterall()]:
            if element.VR in TEXTS | CODED:
                values = element.value if isinstance(element.value, MultiValue) else [element.value]
                for one in values:
                    text = str(one).replace("^", " ")
                    if text and (element.VR, text) not in seen:
                        seen.add((element.VR, text))
                        near = frozenset(each for each in surrogates if each in text)
                        lenient = PROVEN if element.VR in CODED else frozenset[str]()
                        yield Written(text=text, subject=subject, surrogates=near, lenient=lenient)
