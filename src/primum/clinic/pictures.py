"""Pictures on the desk: which planes a doctor looks at, through which window, and which cells moved the model."""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from primum.domain.picture import Picture
from primum.domain.study import Column
from primum.domain.tokens import Pictures

LONGEST = 448
"""Points on the screen along the longer side of a picture; of each plane of a volume half of it."""
NEARLY_ALL = (0.5, 99.5)
"""Percentiles that a window spans where nothing tells another."""
BYTE = 255
COLOURS = 3
VOLUME = 3
FLAT = "flat"
PLANES: Mapping[str, tuple[int, tuple[int, int]]] = {
    "axial": (2, (1, 0)),
    "coronal": (1, (2, 0)),
    "sagittal": (0, (2, 1)),
}
"""Of a volume, by name: the axis of its slices, and those that run down and across, all seen from the far end.

Source: radiological convention, the patient's right on the left of the screen; axes run right, front, head (RAS).
"""
ENDS: Mapping[str, tuple[str, str, str, str]] = {
    "axial": ("A", "P", "R", "L"),
    "coronal": ("S", "I", "R", "L"),
    "sagittal": ("S", "I", "A", "P"),
}
"""What lies at the top, bottom, left and right of a plane."""


_Told = tuple[str, tuple[slice, ...], float]
"""Name, cell and weight of a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the reader asks to see.

    Attributes:
        slices: Slice of each plane; the middle one where it names none.
        low: Sample that is black; the picture's own window where empty.
        high: Sample that is white.
    """

    slices: Mapping[str, int]
    low: float | None = None
    high: float | None = None


CENTRE = Look(slices={})
"""Slices in the middle, in the picture's own window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A cell that moved the model, on one plane.

    Attributes:
        name: As people say it, ``D3``.
        box: Left, top, width and height in points of the plane.
        side: ``pro`` or ``contra``.
        strength: 1 to 3.
        weight: In log-odds.
        slices: First and last slice of the plane in which it lies.
        is_off: Whether it lies in other slices than the one shown.
    """

    name: str
    box: tuple[float, float, float, float]
    side: str
    strength: int
    weight: float
    slices: tuple[int, int]
    is_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """One view of a picture.

    Attributes:
        name: ``flat``, or a key of ``PLANES``.
        shown: Points across and down on the screen, by millimetres where they are known.
        slices: How many there are.
        at: Which one is shown, from 0.
        ends: What lies at the top, bottom, left and right; empty where nobody knows.
        heat: Cells that moved the model.
    """

    name: str
    shown: tuple[int, int]
    slices: int
    at: int
    ends: tuple[str, ...]
    heat: tuple[Heat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture made ready for the page.

    Attributes:
        column: Whose picture.
        planes: One, or three of a volume.
        window: Black and white as shown, then the least and the greatest sample, and a step between.
        size: Samples along each axis.
        spacing: Millimetres between them; empty where unknown.
        facts: Technical facts.
        grid: Letters across and numbers down of a flat picture, each with the middle of its cells in hundredths.
    """

    column: str
    planes: tuple[Plane, ...]
    window: tuple[float, float, float, float, float]
    size: str
    spacing: str
    facts: Mapping[str, str]
    grid: tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]


def figure(picture: Picture, column: Column, look: Look, reasons: Sequence[Mapping[str, Any]]) -> Figure:
    """Return what the page shows of a picture.

    Args:
        picture: Of the case.
        column: Whose.
        look: What the reader asks to see.
        reasons: Those that may be shown; none before.
    """
    told = _told(picture, column, reasons)
    low, high = window(picture, look)
    least, most = float(picture.values.min()), float(picture.values.max())
    names = planes_of(picture)
    return Figure(
        column=column.name,
        planes=tuple(_plane(name, picture, look, told) for name in names),
        window=(low, high, min(least, low), max(most, high), _step(least, most)),
        size=" × ".join(map(str, picture.space)),
        spacing=" × ".join(f"{one:.3g}" for one in picture.spacing),
        facts={name: one for name, one in picture.facts.items() if name != "repairs"},
        grid=_lines(picture, column) if names == (FLAT,) else ((), ()),
    )


def window(picture: Picture, look: Look | None = None) -> tuple[float, float]:
    """Return which samples are black and white: as asked, as the file tells, all of a byte, or nearly all there are.

    Source:
        DICOM PS3.3 C.11.2.1.2 (window centre and width).
    """
    if look is not None and look.low is not None and look.high is not None and look.low < look.high:
        return look.low, look.high
    if told := picture.facts.get("window"):
        middle, width = (float(one) for one in told.split("/"))
        return middle - max(width, 1.0) / 2, middle + max(width, 1.0) / 2
    if picture.values.dtype == np.uint8:
        return 0.0, float(BYTE)
    low, high = np.percentile(picture.values, NEARLY_ALL)
    return float(low), float(high) if high > low else float(low) + 1.0


def planes_of(picture: Picture) -> tuple[str, ...]:
    """Return the names of the planes in which a picture can be looked at."""
    return (FLAT,) if len(picture.space) < VOLUME else tuple(PLANES)


def png(picture: Picture, plane: str, look: Look) -> bytes:
    """Return one plane of a picture as PNG, 8 bits a channel.

    Args:
        picture: Of the case.
        plane: One of ``planes_of``.
        look: Its slice and window are shown.
    """
    low, high = window(picture, look)
    samples = _cut(picture, plane, look).astype(np.float64)
    grey = np.clip((samples - low) / (high - low), 0.0, 1.0) * BYTE
    pixels = np.moveaxis(grey.round().astype(np.uint8), 0, -1)
    image = Image.fromarray(pixels if pixels.shape[-1] == COLOURS else pixels[..., 0])
    out = io.BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()


def cell_names(picture: Picture, column: Column) -> dict[str, str]:
    """Return place to what people call the cell: a letter across, a number down, as on a map; of a volume the level."""
    cells = _cells(picture, column)
    begins = [sorted({one[axis].start for one in cells}) for axis in range(len(picture.space))]
    names = {}
    for place, cell in zip(_pictures(picture, column).places(0), cells, strict=True):
        at = [begins[axis].index(one.start) for axis, one in enumerate(cell)]
        if len(at) < VOLUME:
            names[place] = f"{ascii_uppercase[at[1]]}{at[0] + 1}"
        else:
            across, down = (len(begins[axis]) - 1 - at[axis] for axis in (0, 1))
            names[place] = f"{ascii_uppercase[across]}{down + 1}/{at[2] + 1}"
    return names


def _pictures(picture: Picture, column: Column) -> Pictures:
    return Pictures(values=(picture.values,), columns=(column,), spacing=(picture.spacing,))


def _cells(picture: Picture, column: Column) -> list[tuple[slice, ...]]:
    return _pictures(picture, column).cells(0)


def _told(picture: Picture, column: Column, reasons: Sequence[Mapping[str, Any]]) -> list[_Told]:
    """Return the name, the cell and the weight of each reason that lies in this picture."""
    weights = {str(one["place"]): float(one["weight"]) for one in reasons}
    names = cell_names(picture, column)
    pairs = zip(names.items(), _cells(picture, column), strict=True)
    return [(name, cell, weights[place]) for (place, name), cell in pairs if place in weights]


def _plane(name: str, picture: Picture, look: Look, told: Sequence[_Told]) -> Plane:
    axis, (down, across) = PLANES.get(name, (-1, (0, 1)))
    space, spacing = picture.space, picture.spacing or (1.0,) * len(picture.space)
    lengths = [space[one] * spacing[one] for one in (across, down)]
    scale = LONGEST / (2 if name in PLANES else 1) / max(lengths)
    shown = (max(1, round(lengths[0] * scale)), max(1, round(lengths[1] * scale)))
    longest = max((abs(weight) for *_, weight in told), default=1.0) or 1.0
    at, count = _slice(picture, name, _led(name, look, told))
    heat = []
    for title, cell, weight in told:
        first, last = (cell[axis].start, cell[axis].stop - 1) if name in PLANES else (0, 0)
        sides = [
            _side(cell[one], space[one], points, turned=name in PLANES)
            for one, points in zip((across, down), shown, strict=True)
        ]
        size = abs(weight)
        heat.append(
            Heat(
                name=title,
                box=(sides[0][0], sides[1][0], sides[0][1], sides[1][1]),
                side="pro" if weight > 0 else "contra",
                strength=1 + (size > longest / 3) + (size > longest * 2 / 3),
                weight=weight,
                slices=(first, last),
                is_off=not first <= at <= last,
            )
        )
    ends = ENDS[name] if name in PLANES and picture.affine else ()
    return Plane(name=name, shown=shown, slices=count, at=at, ends=ends, heat=tuple(heat))


def _led(name: str, look: Look, told: Sequence[_Told]) -> Look:
    """Return a look that begins where the strongest cell lies, unless the reader asks for a slice."""
    if name == FLAT or name in look.slices or not told:
        return look
    _, cell, _ = max(told, key=lambda one: abs(one[2]))
    part = cell[PLANES[name][0]]
    return Look(slices={name: (part.start + part.stop - 1) // 2}, low=look.low, high=look.high)


def _side(cell: slice, size: int, points: int, *, turned: bool) -> tuple[float, float]:
    """Return where a cell begins on the screen and how long it is; volumes are seen from the far end of both axes."""
    begin = size - cell.stop if turned else cell.start
    return round(begin * points / size, 2), round((cell.stop - cell.start) * points / size, 2)


def _slice(picture: Picture, plane: str, look: Look) -> tuple[int, int]:
    """Return which slice of a plane is shown, and how many there are."""
    if plane == FLAT:
        return 0, 1
    count = picture.space[PLANES[plane][0]]
    return min(look.slices.get(plane, count // 2), count - 1), count


def _cut(picture: Picture, plane: str, look: Look) -> NDArray[Any]:
    """Return one plane, shape (channels, down, across)."""
    if plane == FLAT:
        return picture.values
    at, _ = _slice(picture, plane, look)
    found: NDArray[Any] = np.take(picture.values, at, axis=1 + PLANES[plane][0]).swapaxes(1, 2)
    return found[:, ::-1, ::-1]


def _step(least: float, most: float) -> float:
    """Return a step of the window: whole samples, or a hundredth of the span where that is smaller."""
    span = most - least
    return 1.0 if span >= 100 else 10.0 ** math.floor(math.log10(span / 100)) if span > 0 else 1.0  # noqa: PLR2004


def _lines(picture: Picture, column: Column) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]:
    """Return letters across and numbers down, each with the middle of its cells in hundredths of the picture."""
    cells, space = _cells(picture, column), picture.space
    found = []
    for axis in (1, 0):
        spans = sorted({(one[axis].start, one[axis].stop) for one in cells})
        named = ascii_uppercase if axis else [str(one + 1) for one in range(len(spans))]
        found.append(
            tuple(
                (name, round(50 * (begin + end) / space[axis], 2))
                for name, (begin, end) in zip(named, spans, strict=False)
            )
        )
    return found[0], found[1]
