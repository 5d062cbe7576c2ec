"""A picture with its place in space: pixels, millimetres and allow-listed technical facts, as one cell of a record."""

import base64
import json
import math
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primum.errors import IntegrityError
from primum.ids import Digest, digest

Affine = tuple[tuple[float, ...], ...]
"""Four rows of four numbers: sample to millimetres in a patient's right-left, back-front, feet-head (RAS)."""

START = "picture/1:"
TYPES = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float32")
"""How samples are kept; what is not one of them is brought to one before."""
LARGEST = 1 << 31
"""Bytes of the samples of one picture."""
PACKED = 1
"""Of zlib, 1 to 9: the fastest is within a tenth of the smallest for medical pictures."""
AXES = (2, 3)
CORNERS = 4
REPAIRS = (
    "inverted",
    "sorted",
    "reoriented",
    "turned_upright",
    "colours_unfolded",
    "to_rgb",
    "grey_of_equal_channels",
    "opaque_alpha_dropped",
    "rescaled",
    "burned_in_blackened",
    "empty_boxes_dropped",
    "overlay_bits_cleared",
)
"""What readers do to a picture and say: nothing else is ever mended."""
_NUMBER = r"[+-]?\d{1,9}(?:\.\d{1,9})?(?:e[+-]?\d{1,2})?"
_FACTS: Mapping[str, str] = {
    "format": "npz|png|jpeg|tiff|bmp|nifti|dicom",
    "dicom_modality": "[A-Z]{2,10}",
    "photometric": "MONOCHROME[12]|RGB|PALETTE COLOR|YBR_[A-Z0-9_]{3,12}",
    "bits": r"\d{1,2}",
    "window": f"{_NUMBER}/{_NUMBER}",
    "rescale": f"{_NUMBER} {_NUMBER}",
    "unit": "HU|US|OD|PCT|BQML|SUV",
    "orientation": "[RLAPSI]{3}",
    "syntax": r"1\.2\.840\.10008\.[0-9.]{1,40}",
    "lossy": "yes",
    "burned_in": "no|yes|unsaid",
    "face": "possible",
    "frames": r"\d{1,5}",
    "repairs": f"(?:{'|'.join(REPAIRS)})(?:,(?:{'|'.join(REPAIRS)}))*",
}
FACTS: Mapping[str, re.Pattern[str]] = MappingProxyType({name: re.compile(one) for name, one in _FACTS.items()})
"""The only facts a picture may carry, each with the only form it may have: none of them can hold a name or number."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """Samples in two or three axes of space, and what is known of their place.

    Attributes:
        values: Shape (channels, *space), of one of ``TYPES``, finite, in stored or rescaled units. Two axes are rows
            and columns as shown; three run to the patient's right, front and head as far as the affine tells.
        spacing: Millimetres between samples along each axis of space; empty where nobody told.
        affine: Index along the axes of space (a third one 0 where there are two) to millimetres; empty where unknown.
        facts: Of ``FACTS`` alone.

    Raises:
        ValueError: A part is not as it should be.
    """

    values: NDArray[Any] = field(repr=False)
    spacing: tuple[float, ...] = ()
    affine: Affine = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.values.dtype.name not in TYPES:
            raise ValueError(f"samples of type {self.values.dtype.name}")
        if self.values.ndim - 1 not in AXES or 0 in self.values.shape:
            raise ValueError(f"shape {self.values.shape}")
        if self.spacing and (len(self.spacing) != self.values.ndim - 1 or not all(map(_is_length, self.spacing))):
            raise ValueError("spacing is not one positive length an axis of space")
        if self.affine and not _is_affine(self.affine):
            raise ValueError("affine is no regular matrix of four rows and columns")
        for name, value in self.facts.items():
            if name not in FACTS or not FACTS[name].fullmatch(value):
                raise ValueError(f"the fact {name!r} is not one that a picture may carry, or not in its form")

    @property
    def space(self) -> tuple[int, ...]:
        """Return the number of samples along each axis of space."""
        return tuple(self.values.shape[1:])

    @property
    def repairs(self) -> tuple[str, ...]:
        """Return what its reader did to it, of ``REPAIRS``."""
        return tuple(one for one in self.facts.get("repairs", "").split(",") if one)

    def mended(self, *repairs: str) -> dict[str, str]:
        """Return the facts with some repairs more."""
        all_of_them = dict.fromkeys((*self.repairs, *repairs))
        return {**self.facts, **({"repairs": ",".join(all_of_them)} if all_of_them else {})}

    def fingerprint(self) -> Digest:
        """Return a digest of shape and samples alone: pictures that show the same share it, whatever their headers."""
        head = json.dumps([self.values.dtype.name, list(self.values.shape)]).encode()
        return digest(head + _plain(self.values))


def encode(picture: Picture) -> str:
    """Return a picture as text, without loss; equal pictures give equal texts. ``decode`` gives it back."""
    head = {
        "type": picture.values.dtype.name,
        "shape": list(picture.values.shape),
        "spacing": list(picture.spacing),
        "affine": [list(row) for row in picture.affine],
        "facts": dict(picture.facts),
    }
    line = json.dumps(head, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    packed = zlib.compress(line + b"\n" + _plain(picture.values), PACKED)
    return START + base64.b64encode(packed).decode("ascii")


def decode(text: str) -> Picture:
    """Return the picture that ``encode`` wrote.

    Raises:
        IntegrityError: The text is no picture, or not whole.
    """
    try:
        return _decoded(text)
    except (ValueError, TypeError, KeyError, zlib.error) as fault:
        raise IntegrityError(
            "A cell that should hold a picture does not, or holds a damaged one.",
            remedy="Read the pictures from their source again; find out what altered the store.",
        ) from fault


def is_picture(value: object) -> bool:
    """Return whether a cell holds a picture."""
    return isinstance(value, str) and value.startswith(START)


def _decoded(text: str) -> Picture:
    if not text.startswith(START):
        raise ValueError("another start")
    unpack = zlib.decompressobj()
    data = unpack.decompress(base64.b64decode(text[len(START) :], validate=True), LARGEST)
    if not unpack.eof or unpack.unused_data:
        raise ValueError("not whole")
    line, _, samples = data.partition(b"\n")
    head = json.loads(line)
    kind = str(head["type"])
    shape = tuple(map(int, head["shape"]))
    if kind not in TYPES or len(samples) != math.prod(shape) * np.dtype(kind).itemsize:
        raise ValueError("another size than said")
    values = np.frombuffer(samples, dtype=np.dtype(kind).newbyteorder("<")).astype(kind).reshape(shape)
    return Picture(
        values=values,
        spacing=tuple(map(float, head["spacing"])),
        affine=tuple(tuple(map(float, row)) for row in head["affine"]),
        facts={str(name): str(value) for name, value in head["facts"].items()},
    )


def _plain(values: NDArray[Any]) -> bytes:
    return np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<")).tobytes()


def _is_length(value: float) -> bool:
    return math.isfinite(value) and value > 0


def _is_affine(affine: Affine) -> bool:
    if len(affine) != CORNERS or any(len(row) != CORNERS for row in affine):
        return False
    matrix = np.array(affine, dtype=float)
    return bool(np.isfinite(matrix).all() and abs(np.linalg.det(matrix[:3, :3])) > 0)
