"""How the elements of a data set are reached without trusting them: what cannot be decoded is told apart."""

import struct
import zlib
from collections.abc import Iterator

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError

FAULTS = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, NotImplementedError,
    OSError, RecursionError, RuntimeError, TypeError, ValueError, struct.error, zlib.error, BytesLengthException,
    InvalidDicomError,
)  # fmt: skip
"""What pydicom and the decoders raise on bytes that are not what they claim to be."""


def decoded(dataset: Dataset, tag: int) -> DataElement | None:
    """Return an element, or None where its bytes cannot be decoded."""
    try:
        return dataset[tag]
    except FAULTS:
        return None


def each_element(dataset: Dataset) -> Iterator[DataElement]:
    """Yield every element that can be decoded, those inside sequences too; sequences themselves not."""
    for tag in list(dataset.keys()):
        element = decoded(dataset, tag)
        if element is None:
            continue
        if element.VR != "SQ":
            yield element
            continue
        for item in element.value or ():
            yield from each_element(item)
