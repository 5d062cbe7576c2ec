"""What to draw on images, as a grayscale softcopy presentation state: boxes, outlines, text, and a window.

Every PACS viewer draws these over the images and can hide them: the images themselves are not touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from highdicom import pr
from pydicom.dataset import Dataset

from primum.errors import DataError
from primum.imaging.boxes import Box
from primum.imaging.provenance import MANUFACTURER, Provenance, built, settled
from primum.imaging.source_images import Series, series_of
from primum.privacy.dicom.elements import FAULTS

LAYER = "SUGGESTIONS"
Point = tuple[float, float]
_REMEDY = "Give a presentation state that Primum wrote, with the images that it is of."
_PIXELS = "PIXEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing drawn on one image.

    Attributes:
        image: Which of the source images, from 0.
        points: Columns and rows from the upper left corner of the upper left pixel, kept as 32-bit floats: one is a
            point, more are a line, closed where the last is the first.
        text: Written at the first point; may be empty.
        frame: Of a multi-frame image, from 1.
    """

    image: int
    points: tuple[Point, ...]
    text: str = ""
    frame: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """How images are to be shown.

    Attributes:
        marks: In the order in which they are drawn.
        window: Centre and width in rescaled units; None takes the images' own, where they all have the same.
    """

    marks: tuple[Mark, ...]
    window: tuple[float, float] | None = None


def mark_of(box: Box, image: int, frame: int = 1) -> Mark:
    """Return a box as a mark: its outline, its label, and its score where it has one."""
    corners = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))
    text = box.label if box.score is None else f"{box.label} {box.score:.2f}"
    return Mark(image=image, frame=frame, points=(*corners, corners[0]), text=text)


def write_presentation(sources: Sequence[Dataset], presentation: Presentation, provenance: Provenance) -> Dataset:
    """Return a presentation state of a series of grey images.

    Raises:
        DataError: The images are in colour, a mark is on an image that is not there or outside it, a window has no
            width, or the images lack what no image may lack.

    Source: PS3.3 A.33.1 Grayscale Softcopy Presentation State IOD; C.10.5 Graphic Annotation.
    """
    series = series_of(sources)
    _check(presentation, series)
    uid = provenance.uid("PR", str(series.images[0].SeriesInstanceUID))
    layer = pr.GraphicLayer(layer_name=LAYER, order=1, description="Suggested by a model; not verified by a doctor")

    def make() -> Dataset:
        made: Dataset = pr.GrayscaleSoftcopyPresentationState(
            referenced_images=series.images,
            series_instance_uid=uid,
            series_number=provenance.series_number + 2,
            sop_instance_uid=uid,
            instance_number=1,
            manufacturer=MANUFACTURER,
            manufacturer_model_name=provenance.device,
            software_versions=provenance.version,
            device_serial_number=provenance.serial,
            content_label=LAYER,
            content_description="Suggested by a model; not verified by a doctor",
            graphic_layers=[layer],
            graphic_annotations=[_annotation(one, series, layer) for one in presentation.marks],
            voi_lut_transformations=[
                pr.SoftcopyVOILUTTransformation(
                    window_center=presentation.window[0], window_width=presentation.window[1]
                )
            ]
            if presentation.window
            else None,
            series_description="Marks by a model, not verified",
            specific_character_set="ISO_IR 192",
        )
        made.Laterality = series.images[0].Laterality
        return made

    return settled(built(make, "presentation state"), provenance)


def read_presentation(dataset: Dataset, sources: Sequence[Dataset]) -> Presentation:
    """Return what a presentation state draws.

    Args:
        dataset: The presentation state.
        sources: The images, in the order in which marks count them.

    Raises:
        DataError: It is none that can be read, or it is of other images.
    """
    series = series_of(sources)
    uids = [str(one.SOPInstanceUID) for one in series.images]
    try:
        named = {
            str(image.ReferencedSOPInstanceUID)
            for one in dataset.ReferencedSeriesSequence
            for image in one.ReferencedImageSequence
        }
        marks = tuple(_mark(one, uids) for one in dataset.get("GraphicAnnotationSequence") or ())
        window = _window(dataset)
    except FAULTS as error:
        raise DataError("This is no presentation state that can be read.", remedy=_REMEDY) from error
    if named != set(uids):
        raise DataError("The presentation state is of other images than these.", remedy=_REMEDY)
    return Presentation(marks=marks, window=window)


def _check(presentation: Presentation, series: Series) -> None:
    if int(series.images[0].get("SamplesPerPixel", 1)) > 1:
        raise DataError(
            "A grayscale presentation state cannot be of colour images.", remedy="Write the boxes as a report or JSON."
        )
    if presentation.window is not None and not presentation.window[1] >= 1:
        raise DataError("The window has no width.", remedy="Give a width of 1 or more.")
    _, rows, columns = series.shape
    last = series.frames if series.is_multi_frame else 1
    for at, mark in enumerate(presentation.marks, 1):
        if not 0 <= mark.image < len(series.images) or not 1 <= mark.frame <= last:
            raise DataError(f"Mark {at} is on an image that was not given.", remedy="Number the images from 0.")
        points = np.asarray(mark.points, dtype=float).reshape(-1, 2)
        if not points.size or not bool(np.all((points >= 0) & (points <= (columns, rows)))):
            raise DataError(f"Mark {at} has no points, or some outside its image.", remedy="Keep it inside the image.")


def _annotation(mark: Mark, series: Series, layer: pr.GraphicLayer) -> pr.GraphicAnnotation:
    points = np.asarray(mark.points, dtype=float)
    text = pr.TextObject(text_value=mark.text, units=_PIXELS, anchor_point=mark.points[0]) if mark.text else None
    return pr.GraphicAnnotation(
        referenced_images=[series.images[mark.image]],
        referenced_frame_number=mark.frame if series.is_multi_frame else None,
        graphic_layer=layer,
        graphic_objects=[
            pr.GraphicObject(
                graphic_type="POINT" if len(points) == 1 else "POLYLINE", graphic_data=points, units=_PIXELS
            )
        ],
        text_objects=[text] if text else None,
    )


def _mark(item: Dataset, uids: list[str]) -> Mark:
    (image,) = item.ReferencedImageSequence
    (drawn,) = item.GraphicObjectSequence
    numbers = [float(one) for one in drawn.GraphicData]
    return Mark(
        image=uids.index(str(image.ReferencedSOPInstanceUID)),
        frame=int(image.get("ReferencedFrameNumber") or 1),
        points=tuple(zip(numbers[::2], numbers[1::2], strict=True)),
        text=next((str(one.UnformattedTextValue) for one in item.get("TextObjectSequence") or ()), ""),
    )


def _window(dataset: Dataset) -> tuple[float, float] | None:
    transformations = dataset.get("SoftcopyVOILUTSequence") or ()
    if not transformations or "WindowCenter" not in transformations[0]:
        return None
    return float(transformations[0].WindowCenter), float(transformations[0].WindowWidth)
