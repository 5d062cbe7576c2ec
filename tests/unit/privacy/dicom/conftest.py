"""Made-up DICOM files, and readers of pictures that see what a test wants."""

import io
from collections.abc import Callable, Iterator

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from primum.privacy import ocr
from primum.privacy.dicom.options import DicomIdentity
from primum.privacy.dicom.reading import quiet

Make = Callable[..., bytes]
STUDY, SERIES, OBJECT = "1.2.826.0.1.3680043.9.100.1", "1.2.826.0.1.3680043.9.100.2", "1.2.826.0.1.3680043.9.100.3"


@pytest.fixture
def identity() -> DicomIdentity:
    return DicomIdentity(subject="SUBJECT-7", days=-40, key=b"a secret of at least 16 bytes")


@pytest.fixture(autouse=True)
def blind(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Let the reader of pictures see nothing, unless a test is marked to see by ``seeing``."""
    if "seeing" not in request.fixturenames:
        monkeypatch.setattr(ocr, "lines", lambda _: [])


@pytest.fixture
def seeing() -> None:
    """Keep the real reader of pictures."""


@pytest.fixture
def image() -> Dataset:
    """Return a small made-up slice with a made-up patient."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, OBJECT
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = STUDY, SERIES
    dataset.Modality, dataset.Manufacturer, dataset.BodyPartExamined = "CT", "MAKER OF SCANNERS", "CHEST"
    dataset.PatientName, dataset.PatientID = "Dreyfuss^Quentina", "QX-4471-93"
    dataset.PatientBirthDate, dataset.PatientSex, dataset.PatientAge = "19430217", "F", "081Y"
    dataset.StudyDate, dataset.StudyTime = "20240310", "101500"
    dataset.StudyDescription = "CT CHEST"
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = 64, 48, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    values = np.random.default_rng(3).integers(0, 900, size=(64, 48), dtype=np.uint16)
    dataset.PixelData = values.tobytes()
    dataset["PixelData"].VR = "OW"
    return dataset


@pytest.fixture
def as_file() -> Iterator[Make]:
    """Return a function that writes a data set as a file."""

    def write(dataset: Dataset, syntax: str = ExplicitVRLittleEndian, preamble: bytes = b"\0" * 128) -> bytes:
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", CTImageStorage)
        meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", OBJECT)
        meta.TransferSyntaxUID = syntax
        dataset.file_meta, dataset.preamble = meta, preamble
        buffer = io.BytesIO()
        with quiet():
            pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
        return buffer.getvalue()

    return write
