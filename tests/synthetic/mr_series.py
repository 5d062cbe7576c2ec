"""Made-up DICOM series: oblique MR, the same as one multi-frame object, and a chest X-ray. Nobody was ever in them."""

import datetime as dt
import io

import highdicom
import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sr.coding import Code
from pydicom.uid import ExplicitVRLittleEndian

from primum.ids import Digest
from primum.imaging.provenance import Provenance
from primum.imaging.segments import Mask, Segment, SegmentationType

HIPPOCAMPUS = Code("5366008", "SCT", "Hippocampus")
BODY = Code("123037004", "SCT", "Anatomical Structure")
MADE_AT = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
OBLIQUE = (0.96, 0.28, 0.0, -0.21, 0.72, -0.6614378277661477)
ROOT = "1.2.826.0.1.3680043.8.498.7"


def provenance(**changes):
    told = {
        "release": Digest("a" * 64),
        "version": "0.1.0",
        "device": "Primum",
        "serial": "made-up",
        "made_at": MADE_AT,
        "seed": "a made-up seed",
    }
    return Provenance(**told | changes)


def _image(sop_class, number, rows, columns):
    one = Dataset()
    one.file_meta = FileMetaDataset()
    one.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    one.SOPClassUID = sop_class
    one.SOPInstanceUID = f"{ROOT}.3.{number}"
    one.StudyInstanceUID = f"{ROOT}.1"
    one.SeriesInstanceUID = f"{ROOT}.2"
    one.PatientID = "MADE-UP-1"
    one.PatientName = "Made^Up"
    one.PatientBirthDate = "19700101"
    one.PatientSex = "O"
    one.StudyID = "1"
    one.AccessionNumber = "1"
    one.StudyDate, one.StudyTime = "20260301", "101010"
    one.SeriesNumber, one.InstanceNumber = 1, number
    one.Rows, one.Columns = rows, columns
    one.SamplesPerPixel, one.PhotometricInterpretation = 1, "MONOCHROME2"
    one.BitsAllocated, one.BitsStored, one.HighBit, one.PixelRepresentation = 16, 12, 11, 0
    values = np.random.default_rng(number).integers(0, 4096, (rows, columns), dtype=np.uint16)
    one.PixelData = values.tobytes()
    return one


def mr_series(frames=6, rows=12, columns=10, orientation=OBLIQUE):
    """Return a series of slices 4 mm apart, of pixels 1.5 mm high and 0.75 mm wide."""
    axes = np.array(orientation)
    normal = np.cross(axes[:3], axes[3:])
    series = []
    for number in range(1, frames + 1):
        one = _image(pydicom.uid.MRImageStorage, number, rows, columns)
        one.Modality = "MR"
        one.ImageType = ["ORIGINAL", "PRIMARY", "M"]
        one.FrameOfReferenceUID = f"{ROOT}.4"
        one.PositionReferenceIndicator = ""
        one.PatientPosition = "HFS"
        one.WindowCenter, one.WindowWidth = 2000, 4000
        one.ImageOrientationPatient = [round(x, 10) for x in orientation]
        one.ImagePositionPatient = [round(x, 6) for x in np.array([-20.0, 30.0, 5.0]) + 4.0 * number * normal]
        one.PixelSpacing = [1.5, 0.75]
        one.SliceThickness = 4
        series.append(one)
    return series


def enhanced(frames=6):
    """Return the same slices as one multi-frame object."""
    sources = mr_series(frames)
    for one in sources:
        one.AcquisitionNumber = 1
        one.ScanningSequence, one.SequenceVariant, one.ScanOptions, one.MRAcquisitionType = "SE", "NONE", "", "2D"
        one.EchoTime, one.EchoTrainLength, one.RepetitionTime, one.ReferringPhysicianName = 10, 1, 500, ""
    made = highdicom.legacy.LegacyConvertedEnhancedMRImage(
        legacy_datasets=sources,
        series_instance_uid=f"{ROOT}.5",
        series_number=2,
        sop_instance_uid=f"{ROOT}.5.1",
        instance_number=1,
    )
    return reopened(made)


def xray(rows=16, columns=14):
    """Return a chest X-ray, which has no place in space."""
    one = _image(pydicom.uid.ComputedRadiographyImageStorage, 1, rows, columns)
    one.Modality = "CR"
    one.ViewPosition = "PA"
    return one


def reopened(dataset):
    """Return a data set as it is read from a file."""
    file = io.BytesIO()
    pydicom.dcmwrite(file, dataset, enforce_file_format=True)
    return pydicom.dcmread(io.BytesIO(file.getvalue()))


SEGMENTS = (
    Segment(label="Anterior", category=BODY, kind=HIPPOCAMPUS, tracking="anterior"),
    Segment(label="海马后部", category=BODY, kind=HIPPOCAMPUS, tracking="posterior"),
)


def labels(shape=(6, 12, 10)):
    """Return two labels that miss the first frame and the last."""
    values = np.zeros(shape, dtype=np.uint8)
    values[1:4, 2:6, 3:7] = 1
    values[2:5, 7:10, 1:4] = 2
    return values


def mask(values=None, kind=SegmentationType.BINARY, **changes):
    return Mask(values=labels() if values is None else values, segments=SEGMENTS, kind=kind, **changes)
