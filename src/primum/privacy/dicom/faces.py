"""Whether images may show a face: photographs, and slices through a head that nobody defaced."""

import re

from pydicom.dataset import Dataset

from primum.privacy.dicom.elements import decoded
from primum.privacy.dicom.reading import class_of

_PHOTOGRAPHS = frozenset({"1.2.840.10008.5.1.4.1.1.77.1.4", "1.2.840.10008.5.1.4.1.1.77.1.4.1"})
_SLICES = frozenset({"CT", "MR", "PT"})
_HEAD = re.compile(
    r"head|brain|skull|face|facial|neuro|cereb|crani|orbit|sinus|pituit|nasal|mandib|maxill|头|颅|脑|面|眼|鼻|cabeza|cerebr",
    re.IGNORECASE,
)
_PARTS = ("BodyPartExamined", "StudyDescription", "SeriesDescription", "ProtocolName")


def may_show_face(dataset: Dataset) -> bool:
    """Return whether a face may be seen in an image, or in a volume made of the series.

    A slice of a body part that is not said may be of a head. Where the file itself says that it has no recognisable
    features (0028,0302), it is believed.
    """
    if _said(dataset, "RecognizableVisualFeatures") == "NO":
        return False
    if class_of(dataset) in _PHOTOGRAPHS:
        return True
    if _said(dataset, "Modality") not in _SLICES or "Rows" not in dataset:
        return False
    said = [_said(dataset, name) for name in _PARTS]
    return any(map(_HEAD.search, said)) or not said[0]


def _said(dataset: Dataset, name: str) -> str:
    element = decoded(dataset, name) if name in dataset else None  # type: ignore[arg-type] # keywords are tags as well
    return "" if element is None or element.value is None else str(element.value)
