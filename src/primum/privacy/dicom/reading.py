"""Reads a DICOM file to its end, or says why not; writes one without anything the old one carried along."""

import io
import logging
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import pydicom
from pydicom import config
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    MediaStorageDirectoryStorage,
)

from primum.privacy.dicom.elements import FAULTS, decoded
from primum.privacy.dicom.refusals import DicomRefusedError, Reason
from primum.privacy.dicom.uids import is_registered

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement, RawDataElement

PREAMBLE = 128
IMPLEMENTATION = "2.25.110475364391520417953418650341927415236"
"""Says which program wrote the file; made once, from a random UUID."""
IMPLEMENTATION_NAME = "PRIMUM"
_SOP_CLASS = 0x00080016
_MEDIA_SOP_CLASS = 0x00020002
LARGEST_INFLATED = 4 << 30
"""Bytes that a deflated data set may take."""
_CHUNK = 1 << 24
_UNDEFINED = 0xFFFFFFFF
_FIRST_GROUPS = (0x0002, 0x0008)
_VOICES = frozenset({"1.2.840.10008.5.1.4.1.1.9.4.1", "1.2.840.10008.5.1.4.1.1.9.4.2"})


@contextmanager
def quiet() -> Iterator[None]:
    """Let pydicom read and write values that break rules of form, without warning of each: it would tell the value."""
    log = logging.getLogger("pydicom")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), config.disable_value_validation():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)


def read(data: bytes) -> Dataset:
    """Return the data set of a file.

    Raises:
        DicomRefusedError: It is no DICOM, is damaged or cut off, lists other files, is of a class that the standard
            does not know, or records a voice.
    """
    if data[PREAMBLE : PREAMBLE + 4] != b"DICM" and not _looks_bare(data):
        raise DicomRefusedError(Reason.NOT_DICOM)
    if _inflates_beyond(data, LARGEST_INFLATED):
        raise DicomRefusedError(Reason.TOO_LARGE)
    try:
        dataset = pydicom.dcmread(io.BytesIO(data), force=True)
        cut = _is_cut(dataset)
    except FAULTS as error:
        raise DicomRefusedError(Reason.CORRUPT) from error
    if cut:
        raise DicomRefusedError(Reason.TRUNCATED)
    _check_class(dataset)
    if "TransferSyntaxUID" not in getattr(dataset, "file_meta", ()):
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = UID(syntax_of(dataset))
    return dataset


def _looks_bare(data: bytes) -> bool:
    """Return whether bytes may be a data set without the preamble of a file: its first group says so."""
    return any(data[:2] == group.to_bytes(2, order) for group in _FIRST_GROUPS for order in ("little", "big"))


def _is_cut(dataset: Dataset) -> bool:
    """Return whether an element has fewer bytes than it announces, here or in a sequence."""
    for tag in list(dataset.keys()):
        found: DataElement | RawDataElement | None = dataset.get_item(tag)
        if found is not None and found.is_raw:
            raw = cast("RawDataElement", found)
            if raw.length != _UNDEFINED and len(raw.value or b"") < raw.length:
                return True
        element = decoded(dataset, tag) if found is not None and found.VR in {"SQ", "UN", None} else None
        if element is not None and element.VR == "SQ" and any(map(_is_cut, element.value or ())):
            return True
    return False


def class_of(dataset: Dataset) -> str:
    """Return the SOP class of a data set, or of its file's header, or nothing."""
    element = decoded(dataset, _SOP_CLASS) if _SOP_CLASS in dataset else None
    named = str(element.value) if element is not None else ""
    meta = getattr(dataset, "file_meta", Dataset())
    stored = decoded(meta, _MEDIA_SOP_CLASS) if not named and _MEDIA_SOP_CLASS in meta else None
    return named or (str(stored.value) if stored is not None else "")


def _check_class(dataset: Dataset) -> None:
    named = class_of(dataset)
    if named == MediaStorageDirectoryStorage or "DirectoryRecordSequence" in dataset:
        raise DicomRefusedError(Reason.DIRECTORY)
    if named in _VOICES:
        raise DicomRefusedError(Reason.VOICE)
    if named and not is_registered(named):
        raise DicomRefusedError(Reason.UNKNOWN_CLASS)
    if not any(tag.group >= _FIRST_GROUPS[1] for tag in dataset.keys()):  # noqa: SIM118 - iterating decodes
        raise DicomRefusedError(Reason.CORRUPT)


def syntax_of(dataset: Dataset) -> str:
    """Return the transfer syntax, for a bare data set the one it was read with."""
    named = getattr(dataset, "file_meta", Dataset()).get("TransferSyntaxUID")
    if named:
        return str(named)
    implicit, little = dataset.original_encoding
    if implicit:
        return str(ImplicitVRLittleEndian)
    return str(ExplicitVRLittleEndian if little else ExplicitVRBigEndian)


def write(dataset: Dataset, syntax: str) -> bytes:
    """Return the file of a data set: an empty preamble, and a header that names nothing but class, object and syntax.

    Raises:
        DicomRefusedError: The data set cannot be encoded.
    """
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(class_of(dataset))
    meta.MediaStorageSOPInstanceUID = UID(str(dataset.get("SOPInstanceUID", "")))
    meta.TransferSyntaxUID = UID(syntax)
    meta.ImplementationClassUID = UID(IMPLEMENTATION)
    meta.ImplementationVersionName = IMPLEMENTATION_NAME
    dataset.file_meta = meta
    dataset.preamble = b"\0" * PREAMBLE
    buffer = io.BytesIO()
    try:
        dcmwrite(buffer, dataset, enforce_file_format=bool(meta.MediaStorageSOPInstanceUID))
    except FAULTS as error:
        raise DicomRefusedError(Reason.CORRUPT) from error
    return buffer.getvalue()


def plain(data: bytes, syntax: str) -> bytes:
    """Return the bytes of a file for a search in them, inflated where its syntax is deflated."""
    if syntax != DeflatedExplicitVRLittleEndian:
        return data
    body = _body(data)
    return data[:body] + zlib.decompress(data[body:], -zlib.MAX_WBITS)


def _body(data: bytes) -> int:
    """Return where the data set begins: after the header, whose first element says how long it is."""
    at = PREAMBLE + 4
    return at + 12 + int.from_bytes(data[at + 8 : at + 12], "little")


def _inflates_beyond(data: bytes, most: int) -> bool:
    """Return whether a deflated data set would take more bytes than allowed."""
    body = _body(data)
    if str(DeflatedExplicitVRLittleEndian).encode() not in data[:body]:
        return False
    inflate, rest, size = zlib.decompressobj(-zlib.MAX_WBITS), data[body:], 0
    try:
        while rest and size <= most:
            size += len(inflate.decompress(rest, _CHUNK))
            rest = inflate.unconsumed_tail
    except zlib.error:
        return False
    return size > most
