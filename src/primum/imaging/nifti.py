"""NIfTI: read by nibabel, checked by ITK; brought to right-front-head order where the file says where that is."""

import math
import zlib
from gzip import BadGzipFile
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError
from numpy.typing import NDArray

from primum.domain.picture import Picture
from primum.imaging import geometry
from primum.imaging.decoders import agree, agree_in_place, corners_apart, second
from primum.imaging.intake import LARGEST, kept
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError

SUFFIXES = (".nii.gz", ".nii")
READER = "NiftiImageIO"
MOST_CHANNELS = 16
"""Of a fourth axis; more are a series in time."""
NEAR = 1e-2
"""Of a sample's length: how far apart the two places that a header gives may be."""
UPRIGHT = 1e-3
"""Cosine between two axes of a grid, at most."""
_MILLIMETRES = {"mm", "unknown"}
_AXES = 3


def read(file: Path) -> Picture:
    """Return the volume of a file, axes as near to the patient's right, front and head as they go.

    Raises:
        PictureRefusedError: It is no NIfTI, not whole, does not say where it lies or says so twice differently, is
            not in millimetres, is a series in time, or two decoders disagree.
    """
    image = _opened(file)
    own: NDArray[np.float64] = np.asarray(image.affine, dtype=np.float64)
    try:
        _check_place(image, own)
    except (ArithmeticError, HeaderDataError, LookupError, TypeError, ValueError) as fault:
        raise PictureRefusedError(Reason.CORRUPT) from fault
    values = _samples(image)
    _compare(values, own, file)
    canonical, affine, is_turned = geometry.canonical(values, own)
    facts = {"format": "nifti", "orientation": geometry.letters(own)}
    proxy: Any = image.dataobj
    if (proxy.slope, proxy.inter) != (1, 0):
        facts["repairs"] = "rescaled"
    if is_turned:
        facts["repairs"] = ",".join(filter(None, (facts.get("repairs", ""), "reoriented")))
    channels = np.moveaxis(canonical, -1, 0) if canonical.ndim > _AXES else canonical[None]
    return Picture(
        values=kept(np.ascontiguousarray(channels)),
        spacing=geometry.lengths(affine),
        affine=geometry.as_rows(affine),
        facts=facts,
    )


def _opened(file: Path) -> "nib.Nifti1Image":
    try:
        image = nib.load(file)
    except EOFError as fault:
        raise PictureRefusedError(Reason.TRUNCATED) from fault
    except (ImageFileError, BadGzipFile, zlib.error) as fault:
        raise PictureRefusedError(Reason.NOT_AN_IMAGE) from fault
    except (ArithmeticError, HeaderDataError, LookupError, TypeError, ValueError) as fault:
        raise PictureRefusedError(Reason.CORRUPT) from fault
    if not isinstance(image, nib.Nifti1Image):
        raise PictureRefusedError(Reason.NOT_AN_IMAGE, type(image).__name__)
    return image


def _check_place(image: "nib.Nifti1Image", own: NDArray[np.float64]) -> None:
    header = image.header
    if not int(header["qform_code"]) and not int(header["sform_code"]):
        raise PictureRefusedError(Reason.GEOMETRY)
    if header.get_xyzt_units()[0] not in _MILLIMETRES:
        raise PictureRefusedError(Reason.UNIT, str(header.get_xyzt_units()[0]))
    lengths = np.linalg.norm(own[:3, :3], axis=0)
    if not np.isfinite(own).all() or lengths.min() <= 0:
        raise PictureRefusedError(Reason.GEOMETRY)
    if int(header["qform_code"]) and int(header["sform_code"]):
        apart = corners_apart(header.get_qform(), header.get_sform(), image.shape[:_AXES])
        if not apart <= NEAR * lengths.min():
            raise PictureRefusedError(Reason.ORIENTATION, f"qform and sform {apart:.3g} mm apart")
    cosines = (own[:3, :3] / lengths).T @ (own[:3, :3] / lengths) - np.eye(3)
    if np.abs(cosines).max() > UPRIGHT:
        raise PictureRefusedError(Reason.TILTED)


def _samples(image: "nib.Nifti1Image") -> NDArray[Any]:
    """Return samples, shape (x, y, z) or (x, y, z, channels)."""
    shape = image.shape
    while len(shape) > _AXES and shape[-1] == 1:
        shape = shape[:-1]
    if len(shape) > _AXES + 1 or (len(shape) > _AXES and shape[-1] > MOST_CHANNELS):
        raise PictureRefusedError(Reason.SEVERAL_PICTURES, " x ".join(map(str, shape)))
    if math.prod(max(1, one) for one in shape) * image.get_data_dtype().itemsize > LARGEST:
        raise PictureRefusedError(Reason.TOO_LARGE)
    try:
        values = np.asanyarray(image.dataobj)
    except (ArithmeticError, EOFError, OSError, TypeError, ValueError, zlib.error) as fault:
        raise PictureRefusedError(Reason.TRUNCATED) from fault
    if values.dtype.fields:
        raise PictureRefusedError(Reason.PHOTOMETRIC, "colours in NIfTI")
    if values.dtype.kind not in "iuf":
        raise PictureRefusedError(Reason.NOT_AN_IMAGE, f"samples of type {values.dtype}")
    return values.reshape((*shape, 1, 1)[:_AXES] if len(shape) < _AXES else shape)


def _compare(values: NDArray[Any], own: NDArray[np.float64], file: Path) -> None:
    """Refuse a volume that the second decoder reads differently."""
    found = second(file, READER)
    other = found.values
    if found.channels > 1 and other.ndim == _AXES + 1 and values.ndim == _AXES + 1:
        other = np.moveaxis(other, -1, 0)
    agree(values.T.reshape(_squeezed(values.T)), other.reshape(_squeezed(other)))
    agree_in_place(own, found.affine, values.shape[:_AXES])


def _squeezed(values: NDArray[Any]) -> tuple[int, ...]:
    return tuple(one for one in values.shape if one > 1)
