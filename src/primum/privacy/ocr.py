"""Text in pictures: where it stands and what it says, by the models that rapidocr-onnxruntime carries."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from primum.errors import DataError

LEAST_SIDE = 30
"""Pictures with a shorter side, in pixels, hold no line of text that could be read."""
_UNREAD = 0.0

Picture = NDArray[np.uint8]
_Engine = Callable[..., tuple[list[tuple[list[list[float]], str, float]] | None, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text in a picture.

    Attributes:
        left: First column.
        top: First row.
        right: One past the last column.
        bottom: One past the last row.
        text: What it says, as far as it could be read.
        score: How sure the reading is, 0 to 1.
    """

    left: int
    top: int
    right: int
    bottom: int
    text: str
    score: float


def lines(picture: Picture) -> list[Line]:
    """Return the lines of text in a picture, English and Chinese, upside down as well.

    Args:
        picture: Shape (rows, columns, 3), 0 to 255.

    Raises:
        DataError: The reader cannot be loaded.
    """
    rows, columns = picture.shape[:2]
    if min(rows, columns) < LEAST_SIDE:
        return []
    found, _ = _engine()(np.ascontiguousarray(picture))
    return [_line(corners, text, float(score), (rows, columns)) for corners, text, score in found or []]


@lru_cache(maxsize=1)
def _engine() -> _Engine:
    try:
        made = importlib.import_module("rapidocr_onnxruntime").RapidOCR
    except ImportError as error:
        raise DataError(
            "The reader of text in pictures (rapidocr-onnxruntime) cannot be loaded.",
            remedy="Install the package with all its dependencies; pictures are not passed on unread.",
        ) from error
    return cast("_Engine", made(text_score=_UNREAD, intra_op_num_threads=1, inter_op_num_threads=1))


def _line(corners: list[list[float]], text: str, score: float, size: tuple[int, int]) -> Line:
    across, down = [one[0] for one in corners], [one[1] for one in corners]
    return Line(
        left=max(0, int(min(across))),
        top=max(0, int(min(down))),
        right=min(size[1], int(max(across)) + 1),
        bottom=min(size[0], int(max(down)) + 1),
        text=text,
        score=score,
    )
