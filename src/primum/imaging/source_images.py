"""The images that a result rests on: one series, never two; completed where de-identification emptied them."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from highdicom._standard_utils import is_multiframe_image  # what highdicom itself decides by
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from primum.errors import DataError
from primum.privacy.dicom.elements import FAULTS

_NEEDED = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "Rows", "Columns")
_ONE_OF = ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "Rows", "Columns")
_MAY_BE_EMPTY = (
    "PatientID", "PatientName", "PatientBirthDate", "PatientSex", "AccessionNumber", "StudyID", "StudyDate",
    "StudyTime", "ReferringPhysicianName", "Laterality", "PatientPosition", "PositionReferenceIndicator",
)  # fmt: skip
"""Type 2 of the standard: they must stand there, and may stand there empty. De-identification often takes them away."""
_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData", "ExtendedOffsetTable", "ExtendedOffsetTableLengths")
_TO_RAS = np.array([-1.0, -1.0, 1.0])
"""DICOM counts to the left, back and up; NIfTI and Picture to the right, front and up."""
_AFFINE = (4, 4)
_SAME_DIRECTION = 1e-3
_OFF = 0.05
"""Of a pixel: so far apart may two grids be that are called the same."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plane:
    """Where one frame lies.

    Attributes:
        corner: Centre of the first pixel, right-anterior-superior, mm.
        down: Step from one row to the next, mm.
        across: Step from one column to the next, mm.
    """

    corner: NDArray[np.float64]
    down: NDArray[np.float64]
    across: NDArray[np.float64]

    def lies_at(self, other: "Plane") -> bool:
        """Return whether two planes are the same, to a twentieth of a pixel over a hundred pixels."""
        pixel = min(np.linalg.norm(self.down), np.linalg.norm(self.across))
        steps = _SAME_DIRECTION * pixel
        return bool(
            np.abs(self.corner - other.corner).max() <= _OFF * pixel
            and np.abs(self.down - other.down).max() <= steps
            and np.abs(self.across - other.across).max() <= steps
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The source of a result.

    Attributes:
        images: Copies without pixels, in the order given, text in UTF-8, type 2 attributes completed with nothing.
        frames: How many frames they hold together.
        planes: Where each frame lies; empty where the images have no place in space (an X-ray, a photograph).
    """

    images: tuple[Dataset, ...]
    frames: int
    planes: tuple[Plane, ...]

    @property
    def is_multi_frame(self) -> bool:
        """Whether the image is of a kind that numbers its frames, be it one."""
        return bool(is_multiframe_image(self.images[0]))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Frames, rows and columns."""
        return self.frames, int(self.images[0].Rows), int(self.images[0].Columns)


def series_of(sources: Sequence[Dataset]) -> Series:
    """Return the series that a result is written for.

    Args:
        sources: Single-frame instances of one series in the order of the frames, or one multi-frame instance.

    Raises:
        DataError: None was given, one lacks what no image may lack, or they are not of one series, frame of reference,
            size and orientation.
    """
    if not sources:
        raise DataError("No source image was given.", remedy="Give the instances that the result rests on.")
    for at, one in enumerate(sources, 1):
        missing = [name for name in _NEEDED if not one.get(name)]
        if missing:
            raise DataError(
                f"Source image {at} of {len(sources)} lacks {', '.join(missing)}.",
                remedy="Give complete DICOM images; no result can refer to this one.",
            )
    _check_one_series(sources)
    frames = sum(frames_of(one) for one in sources)
    images = tuple(completed(one) for one in sources)
    planes = tuple(plane for one in images for plane in planes_of(one))
    _check_orientation(planes)
    return Series(images=images, frames=frames, planes=planes)


def _check_one_series(sources: Sequence[Dataset]) -> None:
    for name in _ONE_OF:
        if len({str(one.get(name, "")) for one in sources}) > 1:
            raise DataError(
                f"The source images differ in {name}.", remedy="Write one result for each series of equal images."
            )
    if len({str(one.SOPInstanceUID) for one in sources}) < len(sources):
        raise DataError("A source image was given twice.", remedy="Give each instance once, in the order of the mask.")
    if len(sources) > 1 and any(is_multiframe_image(one) for one in sources):
        raise DataError(
            "Several multi-frame objects were given.", remedy="Write one result for each multi-frame object."
        )
    if any(frames_of(one) > 1 and not is_multiframe_image(one) for one in sources):
        raise DataError(
            "An image of a kind that has one frame says that it has more.",
            remedy="Give images as the scanner made them.",
        )


def frames_of(image: Dataset) -> int:
    """Return how many frames an image holds; one where it does not say.

    Raises:
        DataError: It says what is no number of frames.
    """
    try:
        number = int(image.get("NumberOfFrames") or 1)
    except FAULTS:
        number = 0
    if number < 1:
        raise DataError("A source image's number of frames is none.", remedy="Give images as the scanner made them.")
    return number


def completed(source: Dataset) -> Dataset:
    """Return a copy without pixels, its text in UTF-8, and attributes of type 2 that are missing there but empty."""
    whole = Dataset()
    for tag in source.keys():  # noqa: SIM118 - a data set iterates over elements
        whole[tag] = source.get_item(tag)
    for name in _PIXELS:
        if name in whole:
            del whole[name]
    implicit, little = source.original_encoding
    whole.set_original_encoding(implicit, little, source.original_character_set)
    whole = copy.deepcopy(whole)
    for element in whole.iterall():
        if element.VR == "PN" and element.value:
            element.value = [str(one) for one in element.value] if element.VM > 1 else str(element.value)
    whole.SpecificCharacterSet = "ISO_IR 192"
    for name in _MAY_BE_EMPTY:
        if name not in whole:
            setattr(whole, name, "")
    _regroup(whole)
    return whole


def _regroup(image: Dataset) -> None:
    """Tell the position with each frame, orientation and spacing once: the standard lets them stand in either place."""
    frames = image.get("PerFrameFunctionalGroupsSequence") or ()
    for shared in image.get("SharedFunctionalGroupsSequence") or ():
        for frame in frames:
            if "PlanePositionSequence" in shared and "PlanePositionSequence" not in frame:
                frame.PlanePositionSequence = shared.PlanePositionSequence
        for name in ("PlaneOrientationSequence", "PixelMeasuresSequence"):
            if frames and name in frames[0] and name not in shared:
                setattr(shared, name, frames[0][name].value)


def planes_of(image: Dataset) -> tuple[Plane, ...]:
    """Return where each frame of an image lies; nothing where it does not say.

    Raises:
        DataError: Its geometry cannot be read.
    """
    shared = tuple(image.get("SharedFunctionalGroupsSequence") or ())
    groups: list[tuple[Dataset, ...]] = [(one, *shared) for one in image.get("PerFrameFunctionalGroupsSequence") or ()]
    if not groups and frames_of(image) == 1:
        groups = [(image,)]
    try:
        planes = [_plane(one) for one in groups]
    except FAULTS as error:
        raise DataError(
            "The geometry of a source image cannot be read.", remedy="Give images whose position is complete."
        ) from error
    return tuple(one for one in planes if one is not None) if all(planes) else ()


def _plane(groups: tuple[Dataset, ...]) -> Plane | None:
    position = _numbers(groups, "PlanePositionSequence", "ImagePositionPatient")
    orientation = _numbers(groups, "PlaneOrientationSequence", "ImageOrientationPatient")
    spacing = _numbers(groups, "PixelMeasuresSequence", "PixelSpacing")
    if position is None or orientation is None or spacing is None:
        return None
    along_row, along_column = orientation[:3], orientation[3:]
    return Plane(
        corner=position * _TO_RAS, down=along_column * spacing[0] * _TO_RAS, across=along_row * spacing[1] * _TO_RAS
    )


def _numbers(groups: tuple[Dataset, ...], sequence: str, name: str) -> NDArray[np.float64] | None:
    """Return an attribute of the frame, of what all frames share, or of the image itself."""
    for one in groups:
        holder: Any = one[sequence].value[0] if one.get(sequence) else one
        if holder.get(name):
            return np.asarray([float(number) for number in holder[name].value])
    return None


def check_place(affine: NDArray[np.float64], series: Series) -> None:
    """Refuse a grid of (frame, row, column) that is not the one of the images.

    Raises:
        DataError: The affine is not 4 by 4, the images have no place in space, or it lies elsewhere than they.
    """
    if not series.planes or affine.shape != _AFFINE:
        raise DataError(
            "The mask has a place in space and the images have none, or its affine is not 4 by 4.",
            remedy="Give an affine of 4 by 4 for images with a position, and none for others.",
        )
    for at, plane in enumerate(series.planes):
        corner = affine[:3, 3] + at * affine[:3, 0]
        if not plane.lies_at(Plane(corner=corner, down=affine[:3, 1], across=affine[:3, 2])):
            raise DataError(
                f"The mask lies elsewhere than the images, or is turned or flipped against them (frame {at + 1}).",
                remedy="Give the images in the order of the mask, and the affine of (frame, row, column).",
            )


def _check_orientation(planes: Sequence[Plane]) -> None:
    first = planes[0] if planes else None
    for one in planes:
        if first and not one.lies_at(Plane(corner=one.corner, down=first.down, across=first.across)):
            raise DataError(
                "The source images differ in orientation or pixel spacing.",
                remedy="Write one result for each stack of parallel images.",
            )
