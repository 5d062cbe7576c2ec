"""Boxes around what was found: as JSON, as COCO, and read back from COCO and Pascal VOC.

One convention inside: edges of pixels, counted from the upper left corner of the upper left pixel, so that the pixel in
column c and row r covers (c, r) to (c + 1, r + 1). A box of one pixel is one wide. The others are brought to it:

* COCO: ``[x, y, width, height]`` of the same edges: left = x, right = x + width.
* Pascal VOC: numbers of pixels, counted from 1, both ends inside: left = xmin - 1, right = xmax.

Source: Lin et al. 2014, COCO data format; Everingham et al. 2012, VOC development kit, annotation format.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree as ET

from primum.errors import DataError

_AGAIN = "Write the file again with the tool that made it."


class Fault(StrEnum):
    """What is wrong with a box."""

    NO_NUMBER = "a corner that is no number"
    INVERTED = "right of it left of its left, or bottom above its top"
    EMPTY = "no width or no height"
    OUTSIDE = "a part outside the image"
    NO_LABEL = "no label"
    SCORE = "a score outside 0 to 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in edges of pixels.

    Attributes:
        left: Edge, columns from the left.
        top: Edge, rows from the top.
        right: Edge; columns from the left.
        bottom: Edge; rows from the top.
        label: What is in it.
        score: How sure the model is, 0 to 1; None where a person drew it.
    """

    left: float
    top: float
    right: float
    bottom: float
    label: str
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """The boxes of one image.

    Attributes:
        width: Columns of the image.
        height: Rows of the image.
        boxes: Those without fault.
        refused: Position in the file, from 1, and what was wrong with it, of every box that was not taken.
    """

    width: int
    height: int
    boxes: tuple[Box, ...]
    refused: tuple[tuple[int, Fault], ...] = ()

    def strictly(self) -> "Boxes":
        """Return the same, where no box was refused.

        Raises:
            DataError: One was; every one is named with its fault.
        """
        if self.refused:
            named = "; ".join(f"box {at}: {fault.value}" for at, fault in self.refused)
            raise DataError(f"Boxes were refused ({named}).", remedy="Mend or remove them in the annotation.")
        return self


def fault_of(box: Box, width: int, height: int) -> Fault | None:
    """Return what is wrong with a box in an image of this size, or None."""
    corners = (box.left, box.top, box.right, box.bottom)
    if not all(math.isfinite(one) for one in corners):
        return Fault.NO_NUMBER
    if box.right < box.left or box.bottom < box.top:
        return Fault.INVERTED
    if box.right == box.left or box.bottom == box.top:
        return Fault.EMPTY
    if box.left < 0 or box.top < 0 or box.right > width or box.bottom > height:
        return Fault.OUTSIDE
    if not box.label.strip():
        return Fault.NO_LABEL
    return Fault.SCORE if box.score is not None and not 0 <= box.score <= 1 else None


def sifted(boxes: Iterable[Box], width: int, height: int) -> Boxes:
    """Return the boxes of an image, those with a fault apart.

    Raises:
        DataError: The image has no size.
    """
    if width < 1 or height < 1:
        raise DataError("The annotation does not tell the size of its image.", remedy=_AGAIN)
    judged = [(one, fault_of(one, width, height)) for one in boxes]
    return Boxes(
        width=width,
        height=height,
        boxes=tuple(one for one, fault in judged if fault is None),
        refused=tuple((at, fault) for at, (_, fault) in enumerate(judged, 1) if fault is not None),
    )


def _sound(boxes: Boxes) -> Boxes:
    return sifted(boxes.boxes, boxes.width, boxes.height).strictly()


def write_json(boxes: Boxes) -> str:
    """Return the boxes of one image as JSON, with the convention beside them.

    Raises:
        DataError: A box has a fault.
    """
    sound = _sound(boxes)
    return json.dumps(
        {
            "convention": "edges of pixels, from the upper left corner of the image",
            "width": sound.width,
            "height": sound.height,
            "boxes": [
                {name: getattr(one, name) for name in ("left", "top", "right", "bottom", "label", "score")}
                for one in sound.boxes
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def read_json(text: str) -> Boxes:
    """Return what ``write_json`` wrote.

    Raises:
        DataError: It is no such JSON.
    """
    try:
        document = json.loads(text)
        boxes = [
            Box(
                **{name: float(one[name]) for name in ("left", "top", "right", "bottom")},
                label=str(one["label"]),
                score=_score(one),
            )
            for one in document["boxes"]
        ]
        return sifted(boxes, int(document["width"]), int(document["height"]))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise DataError("The boxes are not in Primum's JSON.", remedy=_AGAIN) from error


def write_coco(images: Mapping[str, Boxes]) -> str:
    """Return the boxes of images as a COCO data set; numbers are given in the order of the names.

    Raises:
        DataError: A box has a fault.
    """
    sound = {name: _sound(images[name]) for name in sorted(images)}
    labels = sorted({one.label for boxes in sound.values() for one in boxes.boxes})
    annotations: list[dict[str, Any]] = []
    for number, boxes in enumerate(sound.values(), 1):
        for one in boxes.boxes:
            width, height = one.right - one.left, one.bottom - one.top
            score = {} if one.score is None else {"score": one.score}
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": labels.index(one.label) + 1,
                    "bbox": [one.left, one.top, width, height],
                    "area": width * height,
                    "iscrowd": 0,
                }
                | score
            )
    return json.dumps(
        {
            "images": [
                {"id": number, "file_name": name, "width": one.width, "height": one.height}
                for number, (name, one) in enumerate(sound.items(), 1)
            ],
            "categories": [{"id": number, "name": label} for number, label in enumerate(labels, 1)],
            "annotations": annotations,
        },
        ensure_ascii=False,
        indent=1,
    )


def read_coco(text: str) -> dict[str, Boxes]:
    """Return the boxes of a COCO data set by file name, images without boxes too.

    Raises:
        DataError: It is no COCO data set, or a box is of an image or a category that is not there.
    """
    try:
        document = json.loads(text)
        labels = {one["id"]: str(one["name"]) for one in document["categories"]}
        found: dict[Any, list[Box]] = {one["id"]: [] for one in document["images"]}
        for one in document["annotations"]:
            left, top, width, height = (float(number) for number in one["bbox"])
            box = Box(
                left=left,
                top=top,
                right=left + width,
                bottom=top + height,
                label=labels[one["category_id"]],
                score=_score(one),
            )
            found[one["image_id"]].append(box)
        return {
            str(one["file_name"]): sifted(found[one["id"]], int(one["width"]), int(one["height"]))
            for one in document["images"]
        }
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise DataError(
            "The annotation is no COCO data set, or names an image or a category that it does not hold.", remedy=_AGAIN
        ) from error


def _score(one: Mapping[str, Any]) -> float | None:
    return None if one.get("score") is None else float(one["score"])


def read_voc(text: str) -> Boxes:
    """Return the boxes of one Pascal VOC annotation.

    Raises:
        DataError: It is no such XML, declares entities, or does not tell the size of its image.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise DataError("The annotation declares a document type.", remedy="Remove the declaration.")
    try:
        root = ET.fromstring(text)  # noqa: S314 - without a document type there is nothing to expand
        size = [int(root.findtext(f"size/{name}") or 0) for name in ("width", "height")]
        boxes = [
            Box(
                left=float(_corner(one, "xmin")) - 1,
                top=float(_corner(one, "ymin")) - 1,
                right=float(_corner(one, "xmax")),
                bottom=float(_corner(one, "ymax")),
                label=one.findtext("name") or "",
            )
            for one in root.iter("object")
        ]
    except (ET.ParseError, ValueError) as error:
        raise DataError("The annotation is no Pascal VOC.", remedy=_AGAIN) from error
    return sifted(boxes, *size)


def _corner(one: ET.Element, name: str) -> str:
    return one.findtext(f"bndbox/{name}") or "nan"


def voc_of(box: Box) -> tuple[float, float, float, float]:
    """Return xmin, ymin, xmax, ymax as Pascal VOC counts them."""
    return box.left + 1, box.top + 1, box.right, box.bottom
