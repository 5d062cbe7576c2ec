"""The intake of a source: looks at every picture, gathers all that is wrong, and refuses once, with everything."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primum.domain.picture import Picture
from primum.imaging.reasons import Reason
from primum.imaging.refusals import Fault, IntakeRefusedError, PictureRefusedError

SMALLEST = 8
"""Samples along rows and columns; fewer show nothing."""
LARGEST = 1 << 30
"""Bytes of one picture's samples."""
BYTE = 8
COLOURS = 3


@dataclass(slots=True)
class Intake:
    """What is found while the pictures of one source are read.

    Attributes:
        source: Its name.
        one_scale: Its samples mean the same in every picture, so that another bit depth is another scale; not so in
            magnetic resonance, which has no unit.
        faults: What is wrong so far.
    """

    source: str
    one_scale: bool = field(default=True, kw_only=True)
    faults: list[Fault] = field(default_factory=list)
    _depths: list[tuple[int, str]] = field(default_factory=list)
    _channels: list[tuple[int, str]] = field(default_factory=list)

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Gather the refusal of what is read inside, as a fault at this place."""
        try:
            yield
        except PictureRefusedError as refusal:
            self.refuse(refusal.reason, place, refusal.detail)

    def refuse(self, reason: Reason, place: str, detail: str = "") -> None:
        """Gather a fault."""
        self.faults.append(Fault(reason=reason, place=place, detail=detail))

    def take(self, picture: Picture, place: str) -> Picture:
        """Return a picture that is fit to be looked at.

        Raises:
            PictureRefusedError: It is too small, blank, or holds what is no number.
        """
        check_samples(picture.values)
        self._depths.append((picture.values.dtype.itemsize, place))
        self._channels.append((picture.values.shape[0], place))
        return picture

    def close(self) -> None:
        """Refuse the source if anything is wrong with any of its pictures, or with one beside the others.

        Raises:
            IntakeRefusedError: Something is.
        """
        if self.one_scale:
            self.faults += _strangers(self._depths, Reason.DEPTH_MIXED, "{} byte(s) a sample")
        self.faults += _strangers(self._channels, Reason.COLOUR, "{} channel(s)")
        if self.faults:
            raise IntakeRefusedError(self.source, self.faults)


def check_samples(values: NDArray[Any]) -> None:
    """Refuse samples, shape (channels, *space), that can show nothing.

    Raises:
        PictureRefusedError: They are too few, too many, all equal, or not finite.
    """
    space = values.shape[1:]
    if min(sorted(space)[-2:]) < SMALLEST:
        raise PictureRefusedError(Reason.TOO_SMALL, " x ".join(map(str, space)))
    if values.nbytes > LARGEST:
        raise PictureRefusedError(Reason.TOO_LARGE, f"{values.nbytes >> 20} MiB")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise PictureRefusedError(Reason.NOT_FINITE, f"{int((~np.isfinite(values)).sum())} samples")
    if values.min() == values.max():
        raise PictureRefusedError(Reason.CONSTANT)


def kept(values: NDArray[Any]) -> NDArray[Any]:
    """Return samples in the type they are kept in: whole numbers as they are, truth as 0 and 1, others as float32.

    Raises:
        PictureRefusedError: They are of a type that no picture has, or do not fit.
    """
    kind, size = values.dtype.kind, values.dtype.itemsize
    if kind == "b":
        return values.astype(np.uint8)
    if kind == "f":
        return values.astype(np.float32)
    if kind not in "iu":
        raise PictureRefusedError(Reason.NOT_AN_IMAGE, f"samples of type {values.dtype}")
    if size <= np.dtype(np.int32).itemsize:
        return values.astype(values.dtype.newbyteorder("="))
    lowest, highest = (int(values.min()), int(values.max())) if values.size else (0, 0)
    narrow = np.int32 if lowest < 0 else np.uint32
    if lowest < np.iinfo(narrow).min or highest > np.iinfo(narrow).max:
        raise PictureRefusedError(Reason.DEPTH, "whole numbers beyond 32 bits")
    return values.astype(narrow)


def _strangers(found: list[tuple[int, str]], reason: Reason, words: str) -> list[Fault]:
    """Return a fault for each picture that is not as most are."""
    counts = Counter(one for one, _ in found)
    if len(counts) <= 1:
        return []
    usual = counts.most_common(1)[0][0]
    return [
        Fault(reason=reason, place=place, detail=f"{words.format(one)}, most have {usual}")
        for one, place in found
        if one != usual
    ]
