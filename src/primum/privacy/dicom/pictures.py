"""Frames as pictures in which text can be read: several windows, colours, and values that stand out by their number."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from primum.privacy.ocr import Picture

_ENDS = (1.0, 99.0)
"""Percentiles between which the second window lies."""
_SPIKE = 8.0
"""How much more often than its neighbours a value must occur to be looked at by itself."""
_FEWEST, _MOST = 24, 0.2
"""A value that writes text occurs in at least so many pixels and at most in this share of them."""
_NEIGHBOURS = 8
_SPIKES = 2

Frame = NDArray[np.generic]


def pictures(frame: Frame, window: tuple[float, float] | None = None) -> Iterator[Picture]:
    """Yield the pictures of a frame, each of shape (rows, columns, 3).

    Args:
        frame: Shape (rows, columns) for grey values, (rows, columns, 3) for colours.
        window: Lowest and highest value that the file says to show, in stored values.
    """
    if frame.ndim > 2:  # noqa: PLR2004 - colours
        yield _stretched(frame, float(frame.min()), _colour_top(frame))
        return
    values = frame.astype(np.float32)
    seen = set()
    for low, high in _windows(values, window):
        if high > low and (low, high) not in seen:
            seen.add((low, high))
            yield np.repeat(_stretched(values, low, high)[..., None], 3, axis=2)
    for value in _spikes(frame):
        yield np.repeat(np.where(frame == value, 255, 0).astype(np.uint8)[..., None], 3, axis=2)


def _windows(values: NDArray[np.float32], window: tuple[float, float] | None) -> Iterator[tuple[float, float]]:
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return
    yield float(finite.min()), float(finite.max())
    low, high = np.percentile(finite, _ENDS)
    yield float(low), float(high)
    if window is not None:
        yield window


def _colour_top(frame: Frame) -> float:
    return 255.0 if frame.dtype == np.uint8 else float(frame.max())


def _stretched(frame: NDArray[np.generic], low: float, high: float) -> Picture:
    if frame.dtype == np.uint8 and (low, high) == (0.0, 255.0):
        return np.asarray(frame, dtype=np.uint8)
    scaled = (frame.astype(np.float32) - low) * (255.0 / max(high - low, 1e-9))
    return np.asarray(np.clip(np.nan_to_num(scaled), 0, 255), dtype=np.uint8)


def _spikes(frame: Frame) -> list[np.generic]:
    """Return the values that occur far more often than those next to them: a pen of one value."""
    if frame.dtype.kind not in "iu":
        return []
    values, counts = np.unique(frame, return_counts=True)
    if values.size < _NEIGHBOURS:
        return []
    around = np.array([np.median(counts[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS + 1]) for at in range(values.size)])
    fit = (counts >= _FEWEST) & (counts <= _MOST * frame.size) & (counts > _SPIKE * around)
    best = np.argsort(np.where(fit, counts / around, 0))[::-1][:_SPIKES]
    return [values[at] for at in best if fit[at]]
