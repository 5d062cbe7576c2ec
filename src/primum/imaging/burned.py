"""Text burned into pictures: looked for as in DICOM files, blacked out, and looked for again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primum.domain.picture import Picture
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError
from primum.privacy.dicom import pixels
from primum.privacy.dicom.pictures import pictures
from primum.privacy.ocr import Picture as Frame

SMALLEST = 64
"""Samples along the shorter side of a plane; a smaller one holds no line that could be read."""
_RIGHT_LEFT, _FRONT_BACK = "RL", "AP"
_FLAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Blackened:
    """A picture without text, and how it was looked for.

    Attributes:
        picture: As it was where nothing was found.
        how: ``searched``; ``said_clean``, by its file; ``too_small`` to hold a line.
        places: How many rectangles were blacked out.
    """

    picture: Picture
    how: str
    places: int = 0


def blackened(picture: Picture) -> Blackened:
    """Return a picture with the text in it blacked out, unless its file says that there is none.

    Flat pictures are looked at one by one. Volumes are looked at along the axis of their slices, eight slices together
    as their brightest and darkest samples; what is found is blacked out in all eight.

    Raises:
        PictureRefusedError: Text is left after three rounds, or the file says that there is text and none was found.
    """
    said = picture.facts.get("burned_in", "unsaid")
    if said == "no":
        return Blackened(picture=picture, how="said_clean")
    axis = _slice_axis(picture)
    planes = [size for at, size in enumerate(picture.space) if at != axis]
    if min(planes) < SMALLEST:
        return Blackened(picture=picture, how="too_small")
    stack = picture.values[None] if axis is None else np.moveaxis(picture.values, axis + 1, 0)
    clean, places = _without_text(stack)
    if not places:
        if said == "yes":
            raise PictureRefusedError(Reason.BURNED_IN_UNSEEN)
        return Blackened(picture=picture, how="searched")
    whole = clean[0] if axis is None else np.moveaxis(clean, 0, axis + 1)
    mended = replace(picture, values=np.ascontiguousarray(whole), facts=picture.mended("burned_in_blackened"))
    return Blackened(picture=mended, how="searched", places=places)


def _without_text(stack: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Return slices, shape (slices, channels, rows, columns), without text, and how many rectangles were blacked out.

    Raises:
        PictureRefusedError: Text is left.
    """
    found = 0
    for _ in range(pixels.ROUNDS):
        boxes = list(_boxes(stack))
        if not boxes:
            return stack, found
        stack = stack.copy()
        found += len(boxes)
        for slices, (left, top, right, bottom) in boxes:
            part = stack[slices]
            part[:, :, top:bottom, left:right] = part.min()
    raise PictureRefusedError(Reason.BURNED_IN_LEFT)


def _slice_axis(picture: Picture) -> int | None:
    """Return along which axis of space the slices of a volume lie: as the file had them, else the widest apart."""
    if len(picture.space) == _FLAT:
        return None
    first = picture.facts.get("orientation", "")[:1]
    if picture.facts.get("format") == "dicom" and first:
        return 0 if first in _RIGHT_LEFT else 1 if first in _FRONT_BACK else 2
    spacing = picture.spacing or (1.0, 1.0, 1.0)
    return max(range(len(spacing)), key=lambda at: (round(spacing[at], 3), at))


def _boxes(stack: NDArray[Any]) -> Iterator[tuple[slice, tuple[int, int, int, int]]]:
    """Yield slices with a rectangle to be blacked out in them; shape (slices, channels, rows, columns)."""
    size = 1 if len(stack) <= pixels.FEW else pixels.TOGETHER
    for begin in range(0, len(stack), size):
        slices = slice(begin, min(begin + size, len(stack)))
        for frame in _frames(stack[slices]):
            for place in pixels.places(frame):
                yield slices, place


def _frames(some: NDArray[Any]) -> Iterator[Frame]:
    """Yield the pictures in which text is looked for: brightest, darkest, and the first slice by itself."""
    if len(some) == 1:
        yield from pictures(_plane(some[0]))
        return
    yield from pictures(_plane(some.max(axis=0)))
    yield from islice(pictures(_plane(some.min(axis=0))), 1)
    yield from islice(pictures(_plane(some[0])), 1)


def _plane(channels: NDArray[Any]) -> NDArray[Any]:
    return np.moveaxis(channels, 0, -1) if channels.shape[0] == 3 else channels[0]  # noqa: PLR2004 - colours
