"""A volume on its own axes, as the frames of its DICOM series: axes exchanged and turned round, never resampled."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from primum.errors import DataError
from primum.imaging.source_images import Series, check_place, series_of

_AXES = 3
_OFF = 0.05
_REMEDY = "Give the mask on the grid of the picture that was read from these images; resample it first if need be."


def in_frames(
    values: NDArray[np.generic], affine: Sequence[Sequence[float]] | NDArray[np.floating], sources: Sequence[Dataset]
) -> NDArray[np.generic]:
    """Return a volume as frames, rows and columns of its images, in the order in which they are given.

    Args:
        values: Three axes of space, and any that follow (segments).
        affine: Index along the axes of space to millimetres right, front and head, 4 x 4, as ``Picture`` has it.
        sources: The series, or the multi-frame instance, that the picture was read from.

    Raises:
        DataError: The volume is not on the grid of the images: other axes, spacing, place or size.
    """
    series = series_of(sources)
    own = np.asarray(affine, dtype=float)
    if values.ndim < _AXES or own.shape != (4, 4) or not series.planes or np.linalg.matrix_rank(own) < own.shape[0]:
        raise DataError("A volume or its images have no place in space of three axes.", remedy=_REMEDY)
    steps = np.linalg.solve(own, _affine(series, own))
    turns, start = np.rint(steps[:_AXES, :_AXES]).astype(int), np.rint(steps[:_AXES, _AXES]).astype(int)
    axes = np.abs(turns).argmax(axis=0)
    if sorted(axes) != [0, 1, 2] or np.abs(turns).sum() != _AXES or np.abs(steps[:_AXES, :_AXES] - turns).max() > _OFF:
        raise DataError("The volume's axes are not those of the images.", remedy=_REMEDY)
    signs = turns[axes, range(_AXES)]
    moved = values.transpose(*axes, *range(_AXES, values.ndim))
    if moved.shape[:_AXES] != series.shape or any(
        start[axis] != (0 if sign > 0 else values.shape[axis] - 1) for axis, sign in zip(axes, signs, strict=True)
    ):
        raise DataError("The volume is of another size than the images, or lies elsewhere.", remedy=_REMEDY)
    exact = np.eye(4)
    exact[:_AXES, :_AXES], exact[:_AXES, _AXES] = turns, start
    check_place(own @ exact, series)
    return moved[tuple(slice(None, None, int(sign)) for sign in signs)]


def _affine(series: Series, own: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where (frame, row, column) lies; a single frame takes the direction that the volume has left."""
    first, last = series.planes[0], series.planes[-1]
    grid = np.eye(4)
    grid[:_AXES, 1], grid[:_AXES, 2], grid[:_AXES, _AXES] = first.down, first.across, first.corner
    if series.frames > 1:
        grid[:_AXES, 0] = (last.corner - first.corner) / (series.frames - 1)
        return grid
    taken = {int(np.abs(np.linalg.solve(own[:_AXES, :_AXES], one)).argmax()) for one in (first.down, first.across)}
    grid[:_AXES, 0] = own[:_AXES, min({0, 1, 2} - taken)]
    return grid
