"""Masks as NIfTI, in the place of the picture that they were drawn on, and read back with the same place."""

import gzip
import zlib
from dataclasses import dataclass

import nibabel
import numpy as np
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError
from nibabel.wrapstruct import WrapStructError
from numpy.typing import NDArray

from primum.errors import DataError

_AXES = 3
_SCANNER = 1
_MILLIMETRES = "mm"
_AGAIN = "Give the mask of the picture, on the picture's own grid."
_TYPES = (np.uint8, np.uint16, np.int32)
"""Whole numbers that every reader of NIfTI-1 knows, the smallest first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Where the samples of a picture lie.

    Attributes:
        shape: Samples along the three axes of space.
        affine: Index to millimetres right, front and head (RAS), 4 x 4, of float32, as NIfTI-1 keeps it.
    """

    shape: tuple[int, int, int]
    affine: NDArray[np.float32]

    @property
    def orientation(self) -> str:
        """Where the axes run to, for instance ``RAS``."""
        return "".join(nibabel.aff2axcodes(self.affine))


def grid_of(shape: tuple[int, ...], affine: NDArray[np.floating] | tuple[tuple[float, ...], ...]) -> Grid:
    """Return a grid whose orientation can be told.

    Raises:
        DataError: It has not three axes of space, or the affine is no place: not 4 by 4, not finite, flat, or with two
            axes that run to the same side.
    """
    matrix = np.asarray(affine, dtype=np.float32)
    if len(shape) != _AXES or min(shape) < 1:
        raise DataError("The grid of a mask has not three axes of space.", remedy=_AGAIN)
    if matrix.shape != (4, 4) or not bool(np.isfinite(matrix).all()) or matrix[3].tolist() != [0, 0, 0, 1]:
        raise DataError("The affine of a mask is not a finite one of 4 by 4.", remedy=_AGAIN)
    if np.linalg.matrix_rank(matrix[:3, :3]) < _AXES or None in nibabel.aff2axcodes(matrix):
        raise DataError("The affine of a mask is flat: two of its axes run to the same side.", remedy=_AGAIN)
    rows, columns, slices = shape
    return Grid(shape=(int(rows), int(columns), int(slices)), affine=matrix)


def write_nifti_mask(mask: NDArray[np.generic], grid: Grid) -> bytes:
    """Return a mask as compressed NIfTI-1; equal masks give equal bytes.

    Args:
        mask: Whole numbers or booleans on the grid's shape, or fractions (kept as float32).
        grid: Of the picture that it was drawn on.

    Raises:
        DataError: The mask is of another shape, or holds what is neither label nor fraction.
    """
    if mask.shape != grid.shape:
        raise DataError(f"The mask is of shape {mask.shape}, and the picture of {grid.shape}.", remedy=_AGAIN)
    image = nibabel.Nifti1Image(_kept(mask), None)
    image.header.set_xyzt_units(_MILLIMETRES)
    image.set_sform(grid.affine, code=_SCANNER)
    image.header.set_qform(grid.affine, code=_SCANNER, strip_shears=True)
    image.header["intent_name"] = b"mask"
    return gzip.compress(image.to_bytes(), mtime=0)


def _kept(mask: NDArray[np.generic]) -> NDArray[np.generic]:
    if np.issubdtype(mask.dtype, np.floating):
        if not bool(np.isfinite(mask).all()):
            raise DataError("The mask holds what is no number.", remedy="Give labels, or fractions of 0 to 1.")
        return mask.astype(np.float32)
    if mask.dtype != np.bool_ and not np.issubdtype(mask.dtype, np.integer):
        raise DataError("The mask holds neither labels nor fractions.", remedy="Give whole numbers or fractions.")
    low, high = int(mask.min()), int(mask.max())
    for kind in _TYPES:
        limits = np.iinfo(kind)
        if limits.min <= low and high <= limits.max:
            return mask.astype(kind)
    raise DataError("The mask holds labels beyond 32 bits.", remedy="Number the labels from 0.")


def read_nifti_mask(data: bytes, grid: Grid | None = None) -> tuple[NDArray[np.generic], Grid]:
    """Return a mask and where it lies.

    Args:
        data: NIfTI-1, compressed or not.
        grid: Of the picture that it is of, where it must be on that very grid.

    Raises:
        DataError: It is no NIfTI, it does not say where it lies, or it is not on the picture's grid.
    """
    try:
        plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        image = nibabel.Nifti1Image.from_bytes(plain)
        values = np.asanyarray(image.dataobj)
    except (ImageFileError, HeaderDataError, WrapStructError, OSError, EOFError, ValueError, zlib.error) as error:
        raise DataError("The mask is no NIfTI that can be read.", remedy="Ask for it again.") from error
    if not image.header["sform_code"] and not image.header["qform_code"]:
        raise DataError("The mask does not say where it lies.", remedy="Write it with an affine.")
    own = grid_of(values.shape, image.affine)
    if grid is not None:
        _check_same(own, grid)
    return values, own


def _check_same(own: Grid, grid: Grid) -> None:
    if own.shape != grid.shape:
        raise DataError(f"The mask is of shape {own.shape}, and the picture of {grid.shape}.", remedy=_AGAIN)
    if own.orientation != grid.orientation:
        raise DataError(
            f"The mask runs to {own.orientation}, and the picture to {grid.orientation}: it is turned or flipped.",
            remedy=_AGAIN,
        )
    steps = np.linalg.norm(grid.affine[:3, :3], axis=0).min()
    if not np.allclose(own.affine, grid.affine, rtol=0, atol=1e-3 * float(steps)):
        raise DataError("The mask lies elsewhere than the picture, or has another spacing.", remedy=_AGAIN)
