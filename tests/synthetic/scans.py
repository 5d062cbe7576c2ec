"""Made-up scans: DICOM series, NIfTI volumes and photographs of nobody."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pydicom
from PIL import Image
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid


def body(shape: tuple[int, ...] = (20, 24, 16), seed: int = 0, kind: str = "int16") -> Any:
    """Return samples in which no two axes or ends look alike."""
    rng = np.random.default_rng(seed)
    ramps = sum(np.arange(size).reshape([-1 if at == axis else 1 for at in range(len(shape))]) * (axis + 3)
                for axis, size in enumerate(shape))  # fmt: skip
    return (ramps + rng.integers(0, 9, shape)).astype(kind)


def slice_of(number: int, **changes: Any) -> Dataset:
    """Return one slice of a made-up MR series, 3 mm above the one before, from a file in pydicom's wheel."""
    dataset = pydicom.dcmread(str(get_testdata_file("MR_small.dcm")))
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid(
        entropy_srcs=["slice", str(number)]
    )
    dataset.SeriesInstanceUID = "1.2.826.0.1.3680043.8.498.1"
    dataset.PatientID, dataset.PatientName = "MADE-UP-1", "Made^Up"
    dataset.SeriesDescription = "T1 axial"
    dataset.InstanceNumber = number
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.ImagePositionPatient = [-10.0, -20.0, 3.0 * number]
    dataset.PixelSpacing = [0.5, 0.75]
    dataset.SliceThickness = 3
    values = dataset.pixel_array.astype("int16") + 10 * number
    dataset.PixelData = values.tobytes()
    for name, value in changes.items():
        if value is None:
            delattr(dataset, name)
        else:
            setattr(dataset, name, value)
    return dataset


def series_in(folder: Path, slices: Mapping[str, Dataset]) -> Path:
    """Write data sets under names, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, dataset in slices.items():
        dataset.save_as(folder / name)
    return folder


def stack(folder: Path, count: int = 6, **changes: Any) -> Path:
    """Write a whole series, in an order of names that is not that of space."""
    return series_in(folder, {f"{(number * 7) % 11:02}.dcm": slice_of(number, **changes) for number in range(count)})


def volume(file: Path, values: Any = None, affine: Any = None, codes: tuple[int, int] = (1, 1)) -> Path:
    """Write a NIfTI file; codes are those of qform and sform."""
    own = np.diag([1.0, 1.5, 2.0, 1.0]) if affine is None else np.asarray(affine)
    image = nib.Nifti1Image(body() if values is None else values, own)
    image.set_qform(own, code=codes[0])
    image.set_sform(own, code=codes[1])
    image.header.set_xyzt_units("mm")
    file.parent.mkdir(parents=True, exist_ok=True)
    nib.save(image, file)
    return file


def photograph(file: Path, values: Any = None, **options: Any) -> Path:
    """Write a picture by the suffix of its name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(body((24, 32), kind="uint8") if values is None else values).save(file, **options)
    return file
