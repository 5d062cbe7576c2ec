"""Masks: whole numbers on the very grid of their picture, or not taken."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from primum.domain.picture import Picture
from primum.domain.study import Column
from primum.imaging.intake import kept
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError

NEAR = 1e-3
"""Of a sample's length: how far a mask's corner may lie from its picture's."""
MOST = 255
"""Labels of one mask."""
ABSENT, EMPTY = "absent", "empty"
"""Words for a column's ``missing``: that where there is no mask, or an empty one, the outcome is not known."""


def checked(
    values: NDArray[Any], column: Column, picture: Picture | None, mask: Picture | None = None
) -> Picture | None:
    """Return a mask as a picture on the grid of the picture it belongs to; None where it says nothing.

    Args:
        values: Shape (1, *space).
        column: Its ``categories`` are the labels there may be: these numbers, or names in the order of 0, 1, 2;
            its ``low`` how many samples are marked at least, 1 if it says nothing.
        picture: What is marked, where it is known.
        mask: The mask with its own place in space, where it has one.

    Raises:
        PictureRefusedError: The mask is of another size or elsewhere, marks nothing, or holds what is no label.
    """
    values = _labels(values, column)
    if picture is not None and values.shape[1:] != picture.space:
        sizes = (" x ".join(map(str, one)) for one in (values.shape[1:], picture.space))
        raise PictureRefusedError(Reason.MASK_SIZE, "{} for {}".format(*sizes))
    if picture is not None and mask is not None:
        check_place(mask, picture)
    least = 1 if column.low is None else column.low
    if np.count_nonzero(values) < least:
        if EMPTY in column.missing:
            return None
        raise PictureRefusedError(Reason.MASK_EMPTY)
    at = picture if picture is not None else mask
    return Picture(
        values=values,
        spacing=at.spacing if at is not None else (),
        affine=at.affine if at is not None else (),
        facts={"format": at.facts["format"]} if at is not None and "format" in at.facts else {},
    )


def check_place(mask: Picture, picture: Picture) -> None:
    """Refuse a mask that does not lie where its picture does; where neither says so, nothing can be told.

    Raises:
        PictureRefusedError: Only one of the two has a place, or a corner is apart.
    """
    if bool(mask.affine) != bool(picture.affine):
        raise PictureRefusedError(Reason.MASK_PLACE, "only one of the two says where it lies")
    if not picture.affine:
        return
    shape = (*picture.space, 1, 1, 1)[:3]
    corners = np.array(np.meshgrid(*((0, size - 1) for size in shape), [1], indexing="ij")).reshape(4, -1)
    apart = np.abs((np.array(mask.affine) - np.array(picture.affine)) @ corners).max()
    if apart > NEAR * min(picture.spacing):
        raise PictureRefusedError(Reason.MASK_PLACE, f"corners {apart:.3g} mm apart")


def _labels(values: NDArray[Any], column: Column) -> NDArray[Any]:
    if values.shape[0] != 1:
        raise PictureRefusedError(Reason.MASK_LABELS, f"{values.shape[0]} channels")
    if values.dtype.kind == "f":
        if not np.isfinite(values).all() or (values != np.round(values)).any():
            raise PictureRefusedError(Reason.MASK_LABELS, "fractions")
        values = values.astype(np.int64)
    values = kept(values)
    found = np.unique(values)
    if found[0] < 0 or found[-1] > MOST:
        raise PictureRefusedError(Reason.MASK_LABELS, f"{found[0]} to {found[-1]}")
    allowed = _allowed(column)
    foreign = sorted(set(found.tolist()) - allowed) if allowed else []
    if foreign:
        raise PictureRefusedError(Reason.MASK_LABELS, ", ".join(map(str, foreign[:5])))
    return values.astype(np.uint8)


def _allowed(column: Column) -> set[int]:
    """Return the labels a mask may hold; none where the study does not say."""
    if all(one.isdecimal() for one in column.categories):
        return {0, *map(int, column.categories)} if column.categories else set()
    return set(range(len(column.categories)))
