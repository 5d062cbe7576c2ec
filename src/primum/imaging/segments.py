"""Masks as DICOM Segmentation objects, on the images that they were drawn on, and read back slice by slice.

A mask that does not belong to its images is refused: of another size, of another place in space, or, when it is read,
of another series or of frames that lie elsewhere than the images they name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import highdicom
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from primum.errors import DataError, IntegrityError
from primum.imaging.provenance import MANUFACTURER, Provenance, built, settled
from primum.imaging.source_images import Series, check_place, planes_of, series_of
from primum.privacy.dicom.elements import FAULTS

ARTIFICIAL_INTELLIGENCE = codes.DCM.ArtificialIntelligence
_LABELS, _STACK = 3, 4
_STEP = 1 / 510 + 1e-6
"""How far a fraction may be off: half of one of 255 steps."""
_SAME_STUDY = "Give the images that the segmentation was made from, all of them."


class SegmentationType(StrEnum):
    """How a mask is kept; the names are DICOM's."""

    BINARY = "BINARY"
    FRACTIONAL = "FRACTIONAL"
    LABELMAP = "LABELMAP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """What one label of a mask stands for.

    Attributes:
        label: The word a reader sees.
        category: Coded, for instance SNOMED CT 123037004 "Body structure".
        kind: Coded, for instance SNOMED CT 5366008 "Hippocampus".
        tracking: Name of this very finding; the same in a report refers to the same thing.
    """

    label: str
    category: Code
    kind: Code
    tracking: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mask:
    """What was segmented.

    Attributes:
        values: Frames, rows, columns, of whole numbers: 0 is nothing, n the n-th segment. Or frames, rows, columns,
            segments: fractions 0 to 1 where the kind is FRACTIONAL, else booleans of segments that may overlap.
        segments: What the labels stand for, in their order.
        kind: How it is kept. FRACTIONAL keeps 256 steps: what is read back is within 1/510 of what was written.
        affine: (frame, row, column) to right-anterior-superior mm, 4 x 4, where the mask knows its place; it must then
            be that of the images. None trusts the order of the images.
        frame_of_reference: UID, where the mask knows it; empty otherwise.
    """

    values: NDArray[np.generic]
    segments: tuple[Segment, ...]
    kind: SegmentationType = SegmentationType.BINARY
    affine: NDArray[np.float64] | None = None
    frame_of_reference: str = ""


def write_segments(
    sources: Sequence[Dataset], mask: Mask, provenance: Provenance, *, every_frame: bool = False
) -> Dataset:
    """Return a mask as a DICOM Segmentation of a series.

    Args:
        sources: Single-frame instances in the order of the mask's frames, or one multi-frame instance.
        mask: What was segmented.
        provenance: Who made it; the digest of the release names the algorithm.
        every_frame: Keep frames that hold nothing as well; larger, for readers who expect as many frames as images.

    Raises:
        DataError: The mask is not of these images, its values are not those of its segments, or the images lack what
            no image may lack.
        IntegrityError: What was written does not read back as the mask.

    Source: PS3.3 A.51 Segmentation IOD, A.51 Label Map Segmentation IOD.
    """
    series = series_of(sources)
    _check_place(mask, series)
    values = _checked(mask, series.shape)
    uid = provenance.uid("SEG", str(series.images[0].SeriesInstanceUID))

    def make() -> Dataset:
        return highdicom.seg.Segmentation(
            source_images=series.images,
            pixel_array=values,
            segmentation_type=mask.kind.value,
            segment_descriptions=_descriptions(mask, series, provenance),
            series_instance_uid=uid,
            series_number=provenance.series_number,
            sop_instance_uid=uid,
            instance_number=1,
            manufacturer=MANUFACTURER,
            manufacturer_model_name=provenance.device,
            software_versions=provenance.version,
            device_serial_number=provenance.serial,
            omit_empty_frames=not every_frame and bool(values.any()),
            content_label="SUGGESTION",
            content_description="Suggested by a model; not verified by a doctor",
            series_description="Segmentation by a model, not verified",
            specific_character_set="ISO_IR 192",
        )

    made = settled(built(make, "segmentation"), provenance)
    _check_read_back(read_segments(made, sources).values, values)
    return made


def read_segments(dataset: Dataset, sources: Sequence[Dataset]) -> Mask:
    """Return the mask that a Segmentation holds, frame by frame of its source images; an absent frame holds nothing.

    Args:
        dataset: The Segmentation.
        sources: Its source images, in the order in which the mask is wanted.

    Returns:
        Labels as unsigned integers, float32 fractions, or booleans where segments overlap.

    Raises:
        DataError: It is no Segmentation that can be read, of other images, or its frames lie elsewhere than they.
    """
    series = series_of(sources)
    try:
        opened = highdicom.seg.Segmentation.from_dataset(dataset)
    except FAULTS as error:
        raise DataError("This is no DICOM segmentation that can be read.", remedy=_SAME_STUDY) from error
    _check_same_images(dataset, series)
    kind = SegmentationType(opened.segmentation_type.value)
    try:
        _check_frames(dataset, series)
        values = _pixels(opened, series, kind)
    except FAULTS as error:
        raise DataError("The frames of a segmentation cannot be read.", remedy="Ask for it again.") from error
    return Mask(
        values=values,
        segments=tuple(_segment(item) for item in opened.SegmentSequence if int(item.SegmentNumber) > 0),
        kind=kind,
        frame_of_reference=str(dataset.get("FrameOfReferenceUID", "")),
    )


def _check_place(mask: Mask, series: Series) -> None:
    own = str(series.images[0].get("FrameOfReferenceUID", ""))
    if mask.frame_of_reference and mask.frame_of_reference != own:
        raise DataError(
            "The mask is of another frame of reference than the images.",
            remedy="Write it on the images it was drawn on, or resample it first.",
        )
    if mask.affine is not None:
        check_place(np.asarray(mask.affine, dtype=float), series)


def _checked(mask: Mask, shape: tuple[int, int, int]) -> NDArray[np.generic]:
    """Return the values as the library wants them."""
    values, count = np.asarray(mask.values), len(mask.segments)
    if values.shape[:_LABELS] != shape or values.ndim not in {_LABELS, _STACK}:
        raise DataError(
            f"The mask is of shape {values.shape}, and the images are {shape[0]} frames of {shape[1]} by {shape[2]}.",
            remedy="Give a mask of the size of the images.",
        )
    if (values.ndim == _STACK and values.shape[3] != count) or not count:
        raise DataError("The mask has not as many segments as are described.", remedy="Describe each segment once.")
    if mask.kind is SegmentationType.FRACTIONAL:
        return _fractions(values, count)
    if values.dtype == np.bool_ and (values.ndim == _STACK or count == 1):
        return values.astype(np.uint8)
    if values.ndim == _STACK or not np.issubdtype(values.dtype, np.integer):
        raise DataError(
            "The mask's values are neither labels nor booleans of each segment.",
            remedy="Give whole numbers of (frame, row, column), or booleans of (frame, row, column, segment).",
        )
    if int(values.min(initial=0)) < 0 or int(values.max(initial=0)) > count:
        raise DataError(
            f"The mask holds labels outside 0 to {count}.", remedy="Describe a segment for each label of the mask."
        )
    return values.astype(np.uint16)


def _fractions(values: NDArray[np.generic], count: int) -> NDArray[np.generic]:
    if not np.issubdtype(values.dtype, np.floating):
        raise DataError("The mask is not of fractions of each segment.", remedy="Give floats, one layer a segment.")
    stacked = np.asarray(values if values.ndim == _STACK else values[..., None], dtype=np.float64)
    if stacked.shape[3] != count:
        raise DataError("The mask has not as many segments as are described.", remedy="Give one layer a segment.")
    if not bool(np.all((stacked >= 0) & (stacked <= 1))):
        raise DataError("The mask holds fractions outside 0 to 1.", remedy="Give probabilities.")
    return stacked


def _check_read_back(back: NDArray[np.generic], given: NDArray[np.generic]) -> None:
    """Stop where a mask does not come back as it was given: nobody could tell it from one that does."""
    labels = range(1, given.shape[3] + 1) if given.ndim == _STACK else ()
    stacked = np.stack([back == one for one in labels], axis=-1) if labels and back.ndim == _LABELS else back
    wrong = np.abs(stacked.astype(np.float64) - given.astype(np.float64)).max(initial=0)
    if wrong > (_STEP if back.dtype == np.float32 else 0):
        raise IntegrityError(
            "A segmentation does not read back as the mask that was written.",
            remedy="Send nothing of it; report it with the kind of the images.",
        )


def _descriptions(mask: Mask, series: Series, provenance: Provenance) -> list[highdicom.seg.SegmentDescription]:
    algorithm = highdicom.AlgorithmIdentificationSequence(
        name=provenance.release, family=ARTIFICIAL_INTELLIGENCE, version=provenance.version, source=MANUFACTURER
    )
    study = str(series.images[0].StudyInstanceUID)
    return [
        highdicom.seg.SegmentDescription(
            segment_number=number,
            segment_label=one.label,
            segmented_property_category=one.category,
            segmented_property_type=one.kind,
            algorithm_type="AUTOMATIC",
            algorithm_identification=algorithm,
            tracking_uid=provenance.uid("tracking", study, one.tracking),
            tracking_id=one.tracking,
        )
        for number, one in enumerate(mask.segments, 1)
    ]


def _check_same_images(dataset: Dataset, series: Series) -> None:
    named = {
        (str(one.SeriesInstanceUID), str(instance.ReferencedSOPInstanceUID))
        for one in dataset.get("ReferencedSeriesSequence") or ()
        for instance in one.get("ReferencedInstanceSequence") or ()
    }
    given = {(str(one.SeriesInstanceUID), str(one.SOPInstanceUID)) for one in series.images}
    if named != given:
        raise DataError("The segmentation is of other images than these.", remedy=_SAME_STUDY)
    if (int(dataset.get("Rows", 0)), int(dataset.get("Columns", 0))) != series.shape[1:]:
        raise DataError("The segmentation is of another size than its images.", remedy=_SAME_STUDY)
    if str(dataset.get("FrameOfReferenceUID", "")) != str(series.images[0].get("FrameOfReferenceUID", "")):
        raise DataError("The segmentation is of another frame of reference than its images.", remedy=_SAME_STUDY)


def _check_frames(dataset: Dataset, series: Series) -> None:
    """Refuse frames that name no frame of the images, or lie elsewhere than the one they name."""
    places, planes = {str(one.SOPInstanceUID): at for at, one in enumerate(series.images)}, planes_of(dataset)
    groups = dataset.PerFrameFunctionalGroupsSequence
    if len(planes) != (len(groups) if series.planes else 0):
        raise DataError("The segmentation and its images do not both have a place in space.", remedy=_SAME_STUDY)
    for frame, group in enumerate(groups):
        source = group.DerivationImageSequence[0].SourceImageSequence[0]
        at = places[str(source.ReferencedSOPInstanceUID)]
        if series.is_multi_frame:
            at = range(series.frames)[int(source.ReferencedFrameNumber) - 1]
        if planes and not series.planes[at].lies_at(planes[frame]):
            raise DataError(
                "A frame of the segmentation lies elsewhere than the image it names.",
                remedy="Do not use it: it is shifted, turned or flipped against its images.",
            )


def _pixels(opened: highdicom.seg.Segmentation, series: Series, kind: SegmentationType) -> NDArray[np.generic]:
    overlaps = opened.get("SegmentsOverlap", "NO") == "YES"
    combine = kind is not SegmentationType.FRACTIONAL and not overlaps
    if series.is_multi_frame:
        values = opened.get_pixels_by_source_frame(
            source_sop_instance_uid=str(series.images[0].SOPInstanceUID),
            source_frame_numbers=list(range(1, series.frames + 1)),
            combine_segments=combine,
            assert_missing_frames_are_empty=True,
        )
    else:
        values = opened.get_pixels_by_source_instance(
            source_sop_instance_uids=[str(one.SOPInstanceUID) for one in series.images],
            combine_segments=combine,
            assert_missing_frames_are_empty=True,
        )
    if kind is SegmentationType.FRACTIONAL:
        return np.asarray(values, dtype=np.float32)
    return np.asarray(values, dtype=np.bool_ if overlaps else np.uint16)


def _segment(item: Dataset) -> Segment:
    return Segment(
        label=str(item.SegmentLabel),
        category=code_of(item.SegmentedPropertyCategoryCodeSequence[0]),
        kind=code_of(item.SegmentedPropertyTypeCodeSequence[0]),
        tracking=str(item.get("TrackingID", "")),
    )


def code_of(item: Dataset) -> Code:
    """Return the code that an item of a code sequence holds."""
    value = next((item[name].value for name in ("CodeValue", "LongCodeValue", "URNCodeValue") if item.get(name)), "")
    return Code(str(value), str(item.CodingSchemeDesignator), str(item.CodeMeaning))
