"""How much text drawn into real images is found and blacked out, and whether all else stays as it was."""

import io
import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from primum.privacy.dicom.cleaning import clean
from primum.privacy.dicom.options import Cleaned, DicomIdentity

DATA = Path(os.environ.get("PRIMUM_DATA", Path(__file__).parents[3] / "shared" / "data"))
IDENTITY = DicomIdentity(subject="SUBJECT-0001", days=-211, key=bytes(range(32)))
WRITTEN = ("DOE JANE", "ID 4711-0815", "1957-03-21", "Zhang Wei", "MRN 00923817", "St. Mary Hospital")
"""Made-up; four stand in each image."""
SIZES = (10, 12, 16, 24)
PLACES = 4
EVERY = 12


def images() -> list[Path]:
    """Return some slices of a real study."""
    return sorted((DATA / "image" / "mr_dicom").rglob("*.dcm"))[::EVERY]


def burned_in() -> dict[str, Any]:
    """Return the share of drawn lines that are wholly covered, and of plain images that stay as they are."""
    dice, counts = np.random.default_rng(7), Counter[str]()
    for at, path in enumerate(images()):
        plain = pydicom.dcmread(path)
        if min(plain.Rows, plain.Columns) < 256:  # noqa: PLR2004 - room for text
            continue
        untouched = clean(path.read_bytes(), IDENTITY)
        same = np.array_equal(pydicom.dcmread(io.BytesIO(untouched.data)).pixel_array, plain.pixel_array)
        counts.update(plain=1, plain_same=int(same and not untouched.boxes))
        size = SIZES[at % len(SIZES)]
        drawn, places = _drawn(plain.pixel_array, size, dice)
        plain.PixelData = drawn.tobytes()
        buffer = io.BytesIO()
        plain.save_as(buffer)
        done = clean(buffer.getvalue(), IDENTITY)
        covered = sum(_is_covered(done, place) for place in places)
        counts.update(drawn=len(places), covered=covered, **{f"drawn_{size}": len(places), f"covered_{size}": covered})
        counts.update(outside_same=int(_same_outside(done, drawn)), marked=1)
    return dict(sorted(counts.items()))


def _drawn(
    pixels: NDArray[np.uint16], size: int, dice: np.random.Generator
) -> tuple[NDArray[np.uint16], list[tuple[int, int, int, int]]]:
    """Return pixels with lines of text in the brightest value, and where these stand."""
    rows, columns = pixels.shape
    mask = Image.new("L", (columns, rows), 0)
    pen, font = ImageDraw.Draw(mask), ImageFont.load_default(size=size)
    places = []
    for text, top in zip(dice.permutation(WRITTEN)[:PLACES], (4, rows // 3, rows // 2, rows - 36), strict=True):
        left = int(dice.integers(4, columns - 200))
        pen.text((left, top), str(text), fill=255, font=font)
        box = pen.textbbox((left, top), str(text), font=font)
        places.append((int(box[0]), int(box[1]), int(box[2]) + 1, int(box[3]) + 1))
    drawn = pixels.copy()
    drawn[np.asarray(mask) > 100] = pixels.max()  # noqa: PLR2004 - the pen's core
    return drawn, places


def _is_covered(done: Cleaned, place: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = place
    hidden = np.zeros((bottom - top, right - left), dtype=bool)
    for box in done.boxes:
        hidden[max(0, box.top - top) : max(0, box.bottom - top), max(0, box.left - left) : max(0, box.right - left)] = (
            True
        )
    return bool(hidden.mean() > 0.97)  # noqa: PLR2004 - a column of empty margin does not matter


def _same_outside(done: Cleaned, drawn: NDArray[np.uint16]) -> bool:
    new = pydicom.dcmread(io.BytesIO(done.data)).pixel_array.copy()
    old = drawn.copy()
    for box in done.boxes:
        new[box.top : box.bottom, box.left : box.right] = old[box.top : box.bottom, box.left : box.right] = 0
    return bool(np.array_equal(new, old))
