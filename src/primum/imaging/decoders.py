"""The second decoder: SimpleITK reads every file again, and must find what the first one found."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk  # noqa: N813 - the name its users know
from numpy.typing import NDArray

from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError

NEAR = 1e-3
"""Of a sample's length: how far a corner may lie from where the other decoder puts it."""
ROUNDING = 1e-5
"""Of the range of samples: by how much computed samples may differ."""
JPEG_TOLERANCE = 1.0
"""Levels of 255 by which two JPEG decoders may differ in greys, and in colours kept at full size.

Source: ITU-T T.83 lets each be one level from the ideal inverse transform; ours were never further apart than this.
"""
COARSE, COARSE_TOLERANCE = 16, 4.0
"""Colours kept at half size are widened in two ways, which differ at edges by dozens of levels: there the means of
blocks of so many pixels a side are compared, by so many levels. On 364 photographs the most was 1.5."""
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """What the second decoder read.

    Attributes:
        values: Axes of space as in the file, slowest first, channels last where there are several.
        affine: Index (fastest axis first) to millimetres, RAS, shape (4, 4).
        channels: How many.
    """

    values: NDArray[Any]
    affine: NDArray[np.float64]
    channels: int


def second(files: Path | list[Path], reader: str = "") -> Second:
    """Return what SimpleITK reads from a file, or from the files of a series in their order.

    Args:
        files: One, or several.
        reader: The name of ITK's reader; empty to have it chosen by content.

    Raises:
        PictureRefusedError: It cannot read them.
    """
    sitk.ProcessObject.SetGlobalWarningDisplay(False)  # noqa: FBT003 - its only argument
    try:
        image = sitk.ReadImage(
            [str(one) for one in files] if isinstance(files, list) else str(files), sitk.sitkUnknown, reader
        )
    except RuntimeError as fault:
        raise PictureRefusedError(Reason.DECODERS, "the second one cannot read it") from fault
    return Second(
        values=sitk.GetArrayFromImage(image),
        affine=_affine(image),
        channels=image.GetNumberOfComponentsPerPixel(),
    )


def agree(first: NDArray[Any], other: NDArray[Any], tolerance: float | None = None) -> None:
    """Refuse samples that two decoders read differently.

    Args:
        first: What the first decoder read.
        other: What the second one read, in the same order of axes.
        tolerance: By how much samples may differ; nothing for whole numbers, a rounding for others, unless given.

    Raises:
        PictureRefusedError: They differ in shape or samples.
    """
    if first.shape != other.shape:
        raise PictureRefusedError(Reason.DECODERS, f"sizes {first.shape} and {other.shape}")
    if first.dtype.kind in "biu" and other.dtype.kind in "biu" and not tolerance:
        apart = 0.0 if np.array_equal(first, other) else float(_distance(first, other))
    else:
        apart = float(_distance(first, other))
    if tolerance is None:
        floats = first.dtype.kind == "f" or other.dtype.kind == "f"
        tolerance = ROUNDING * max(1.0, float(np.abs(first).max(initial=0))) if floats else 0.0
    if not apart <= tolerance:
        raise PictureRefusedError(Reason.DECODERS, f"samples up to {apart:.4g} apart")


def coarse(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return the means of square blocks of rows and columns, the first two axes; the last blocks may be smaller."""
    means: NDArray[np.float64] = values.astype(np.float64)
    for axis in (0, 1):
        edges = np.arange(0, values.shape[axis], COARSE)
        shape = [1] * values.ndim
        shape[axis] = len(edges)
        widths = np.diff(np.append(edges, values.shape[axis])).reshape(shape)
        means = np.add.reduceat(means, edges, axis=axis) / widths
    return means


def agree_in_place(first: NDArray[Any], other: NDArray[Any], shape: tuple[int, ...]) -> None:
    """Refuse geometry that two decoders read differently.

    Args:
        first: Index to millimetres, shape (4, 4).
        other: The same by the second decoder.
        shape: Samples along the axes of the index.

    Raises:
        PictureRefusedError: A corner is apart.
    """
    apart = corners_apart(first, other, shape)
    if not apart <= NEAR * float(np.linalg.norm(first[:3, :3], axis=0).min()):
        raise PictureRefusedError(Reason.DECODERS, f"corners {apart:.3g} mm apart")


def corners_apart(first: NDArray[Any], other: NDArray[Any], shape: tuple[int, ...]) -> float:
    """Return the largest distance along an axis, in millimetres, between the corners of a grid in two places."""
    sizes = (*shape, 1, 1, 1)[:3]
    corners = np.array(np.meshgrid(*((0, size - 1) for size in sizes), [1], indexing="ij")).reshape(4, -1)
    return float(np.abs((np.asarray(first) - np.asarray(other)) @ corners).max())


def _distance(first: NDArray[Any], other: NDArray[Any]) -> np.float64:
    with np.errstate(invalid="ignore"):
        apart = np.abs(first.astype(np.float64) - other.astype(np.float64))
    same = (first == other) | (np.isnan(first.astype(np.float64)) & np.isnan(other.astype(np.float64)))
    return np.float64(np.where(same, 0.0, apart).max(initial=0))


def _affine(image: sitk.Image) -> NDArray[np.float64]:
    axes = image.GetDimension()
    direction = np.array(image.GetDirection()).reshape(axes, axes)
    own = np.eye(4)
    used = min(axes, 3)
    own[:used, :used] = (direction * np.array(image.GetSpacing()))[:used, :used]
    own[:used, 3] = np.array(image.GetOrigin())[:used]
    return LPS_TO_RAS @ own
