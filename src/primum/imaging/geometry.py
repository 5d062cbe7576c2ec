"""Where samples lie in a patient: stacks of slices that are whole and even, and axes in one order for all volumes."""

from collections.abc import Sequence
from typing import Any

import nibabel as nib
import numpy as np
from numpy.typing import NDArray

from primum.domain.picture import Affine
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError
from primum.imaging.source_images import Plane

PARALLEL = 1e-3
"""Of a pixel: how far the steps of two slices may differ for them to be parallel."""
EVEN, EVEN_MM = 0.02, 0.01
"""Of the spacing, and in millimetres: how far a gap may be from the others; positions are often written rounded."""
AT_ONE_PLACE = 0.01
"""Millimetres: nearer slices lie at one place."""
ASIDE = 0.1
"""Of a pixel: how far slices may be shifted sideways along the whole stack."""
_IN_ORDER = [[0, 1], [1, 1], [2, 1]]


def stacked(planes: Sequence[Plane]) -> tuple[list[int], NDArray[np.float64]]:
    """Return the order of slices along their normal, and (slice, row, column) to millimetres, shape (4, 4).

    Raises:
        PictureRefusedError: The slices are not parallel, not above each other, not evenly spaced, one is missing or
            there twice.
    """
    first = planes[0]
    pixel = min(float(np.linalg.norm(first.down)), float(np.linalg.norm(first.across)))
    for one in planes:
        if max(np.abs(one.down - first.down).max(), np.abs(one.across - first.across).max()) > PARALLEL * pixel:
            raise PictureRefusedError(Reason.ORIENTATION_MIXED)
    normal = np.cross(first.across, first.down)
    normal /= np.linalg.norm(normal)
    corners = np.array([one.corner for one in planes])
    heights = corners @ normal
    order = np.argsort(heights, kind="stable")
    if len(planes) > 1:
        _check_gaps(np.diff(heights[order]))
        aside = corners - np.outer(heights, normal)
        if np.abs(aside - aside[0]).max() > max(ASIDE * pixel, AT_ONE_PLACE):
            raise PictureRefusedError(Reason.TILTED, f"up to {np.abs(aside - aside[0]).max():.3g} mm aside")
        step = (corners[order[-1]] - corners[order[0]]) / (len(planes) - 1)
    else:
        step = normal
    affine = np.eye(4)
    affine[:3] = np.column_stack([step, first.down, first.across, corners[order[0]]])
    return [int(one) for one in order], affine


def _check_gaps(gaps: NDArray[np.float64]) -> None:
    if gaps.min() < AT_ONE_PLACE:
        raise PictureRefusedError(Reason.SLICE_TWICE, f"{int((gaps < AT_ONE_PLACE).sum())} places")
    usual = float(np.median(gaps))
    near = max(EVEN * usual, EVEN_MM)
    odd = gaps[np.abs(gaps - usual) > near]
    if not odd.size:
        return
    times = np.round(odd / usual)
    seen = f"{gaps.min():.4g} to {gaps.max():.4g} mm"
    if (times > 1).all() and (np.abs(odd - times * usual) <= near * times).all():
        raise PictureRefusedError(Reason.SLICE_MISSING, f"{int((times - 1).sum())} of them, {seen}")
    raise PictureRefusedError(Reason.SPACING_MIXED, seen)


def canonical(values: NDArray[Any], affine: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[np.float64], bool]:
    """Return samples and affine with the three first axes as near to right, front and head as they go.

    Args:
        values: Shape (*space, ...), three axes of space.
        affine: Index to millimetres, RAS.

    Returns:
        Both, and whether axes were exchanged or turned round; no sample is computed anew.
    """
    turned = nib.orientations.io_orientation(affine)
    moved = nib.orientations.apply_orientation(values, turned)
    own = affine @ nib.orientations.inv_ornt_aff(turned, values.shape[:3])
    return moved, own, bool((turned != _IN_ORDER).any())


def letters(affine: NDArray[np.float64]) -> str:
    """Return towards what each axis runs, for instance ``LPS``."""
    return "".join(nib.orientations.aff2axcodes(affine))


def lengths(affine: NDArray[np.float64]) -> tuple[float, ...]:
    """Return millimetres between samples along each axis."""
    return tuple(float(f"{one:.9g}") for one in np.linalg.norm(affine[:3, :3], axis=0))


def as_rows(affine: NDArray[np.float64]) -> Affine:
    """Return a matrix as plain numbers, without the noise of rounding and negative noughts."""
    return tuple(tuple(float(f"{one:.9g}") + 0.0 for one in row) for row in affine.tolist())
