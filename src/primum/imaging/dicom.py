"""One DICOM file: its header's technical facts, and its samples as they are meant, or why it is not taken."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.pixels.utils import get_expected_length, get_j2k_parameters, pixel_array
from pydicom.uid import (
    JPEG2000,
    UID,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLSLossless,
    JPEGLSNearLossless,
)

from primum.domain.picture import FACTS
from primum.errors import DataError
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError
from primum.imaging.source_images import Plane, planes_of
from primum.privacy.dicom import reading
from primum.privacy.dicom.elements import FAULTS
from primum.privacy.dicom.faces import may_show_face
from primum.privacy.dicom.refusals import DicomRefusedError
from primum.privacy.dicom.refusals import Reason as Unread

PLUGINS = {
    JPEGBaseline8Bit: "pillow",
    JPEGLSLossless: "pyjpegls",
    JPEGLSNearLossless: "pyjpegls",
    JPEG2000Lossless: "pylibjpeg",
    JPEG2000: "pylibjpeg",
}
"""Decoders of another make than GDCM, by which the second reader decodes; JPEG Lossless has none but GDCM's."""
LOSSY = {JPEGBaseline8Bit, JPEGExtended12Bit}
NO_PICTURES = {"SEG", "RTDOSE", "RTSTRUCT", "RTPLAN", "SR", "PR", "KO", "REG", "ECG", "DOC"}
"""Modalities whose objects are results or plans, even where they hold pixels."""
_UNREAD = {
    Unread.NOT_DICOM: Reason.NOT_AN_IMAGE,
    Unread.TRUNCATED: Reason.TRUNCATED,
    Unread.UNKNOWN_CLASS: Reason.NO_PIXELS,
    Unread.DIRECTORY: Reason.NO_PIXELS,
    Unread.VOICE: Reason.NO_PIXELS,
    Unread.TOO_LARGE: Reason.TOO_LARGE,
}
_GREYS = ("MONOCHROME1", "MONOCHROME2")
_COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "YBR_PARTIAL_420", "YBR_PARTIAL_422")
_HOUNSFIELD = "CT"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """A file that holds a picture.

    Attributes:
        file: Where it is.
        place: How it is told of.
        dataset: Its content.
        planes: Where each frame lies; empty where it does not say.
        facts: Allow-listed technical facts.
    """

    file: Path
    place: str
    dataset: Dataset = field(repr=False)
    planes: tuple[Plane, ...]
    facts: dict[str, str]

    @property
    def is_colour(self) -> bool:
        """Return whether its samples are colours, or numbers of colours."""
        return str(self.dataset.get("PhotometricInterpretation", "")) not in _GREYS

    @property
    def kind(self) -> tuple[str, ...]:
        """Return what all slices of a series must have in common."""
        return (self.facts["photometric"], self.facts["dicom_modality"], self.facts.get("unit", ""))


def opened(file: Path, place: str) -> Instance:
    """Return a file's content, pixels not decoded yet.

    Raises:
        PictureRefusedError: It is no DICOM, cut off, damaged, no picture, or in an unknown transfer syntax.
    """
    with reading.quiet():
        try:
            dataset = reading.read(file.read_bytes())
        except DicomRefusedError as refusal:
            raise PictureRefusedError(_UNREAD.get(refusal.reason, Reason.CORRUPT)) from refusal
        if not is_picture(dataset):
            raise PictureRefusedError(Reason.NO_PIXELS, str(dataset.get("Modality", ""))[:16])
        _check_syntax(dataset)
        _check_pixels(dataset)
        try:
            planes = planes_of(dataset)
        except DataError as fault:
            raise PictureRefusedError(Reason.GEOMETRY) from fault
        return Instance(file=file, place=place, dataset=dataset, planes=planes, facts=_facts(dataset))


def is_picture(dataset: Dataset) -> bool:
    """Return whether a data set says that it is a picture."""
    return "Rows" in dataset and str(dataset.get("Modality", "")) not in NO_PICTURES


def samples(instance: Instance, repairs: list[str]) -> NDArray[Any]:
    """Return samples in the unit the file says, shape (frames, rows, columns) or (frames, rows, columns, 3).

    MONOCHROME1 is inverted as the second decoder does: within its stored bits, before rescaling.

    Args:
        instance: An opened file.
        repairs: What is done is added.

    Raises:
        PictureRefusedError: They cannot be decoded, or have more bits than the file says.
    """
    dataset = instance.dataset
    with reading.quiet():
        try:
            values = _decoded(dataset)
            has_overlays = _has_overlays(dataset)
            _check_depth(values, dataset, has_overlays=has_overlays)
            if has_overlays:
                repairs.append("overlay_bits_cleared")
            return _meant(values, dataset, repairs)
        except FAULTS as fault:
            raise PictureRefusedError(Reason.CORRUPT) from fault


def _check_syntax(dataset: Dataset) -> None:
    syntax = UID(reading.syntax_of(dataset))
    if syntax.is_private or not syntax.is_transfer_syntax:
        raise PictureRefusedError(Reason.SYNTAX, "private or unknown")
    pixels = dataset.get_item("PixelData")
    if pixels is None:
        raise PictureRefusedError(Reason.NO_PIXELS, "none in the file")
    is_encapsulated = bytes(pixels.value or b"")[:4] == b"\xfe\xff\x00\xe0"
    if syntax.is_compressed and syntax.is_encapsulated != is_encapsulated:
        raise PictureRefusedError(Reason.SYNTAX, "said to be compressed, and is not")
    if not syntax.is_encapsulated and is_encapsulated:
        raise PictureRefusedError(Reason.SYNTAX, "compressed, and not said to be")


def _check_pixels(dataset: Dataset) -> None:
    """Refuse what the header says of pixels and cannot be."""
    photometric, channels = str(dataset.get("PhotometricInterpretation", "")), int(dataset.get("SamplesPerPixel") or 0)
    wanted = {**dict.fromkeys((*_GREYS, "PALETTE COLOR"), 1), **dict.fromkeys(_COLOURS, 3)}
    if wanted.get(photometric) != channels:
        raise PictureRefusedError(Reason.PHOTOMETRIC, f"{channels} sample(s) a pixel")
    allocated, stored = int(dataset.get("BitsAllocated") or 0), int(dataset.get("BitsStored") or 0)
    if not 0 < stored <= allocated or int(dataset.get("HighBit", stored - 1)) != stored - 1:
        raise PictureRefusedError(Reason.DEPTH, f"{stored} of {allocated} bits")
    ratio = [float(one) for one in dataset.get("PixelAspectRatio") or (1, 1)]
    if "PixelSpacing" not in dataset and len(ratio) == 2 and ratio[0] != ratio[1]:  # noqa: PLR2004 - two axes
        raise PictureRefusedError(Reason.ASPECT, f"{ratio[0]:g} : {ratio[1]:g}")


def _decoded(dataset: Dataset) -> NDArray[Any]:
    """Return stored values with frames first; colours as RGB."""
    syntax = UID(reading.syntax_of(dataset))
    if not syntax.is_compressed and len(dataset.PixelData) < get_expected_length(dataset):
        raise PictureRefusedError(Reason.TRUNCATED)
    values: NDArray[Any] = np.asarray(pixel_array(dataset, decoding_plugin=PLUGINS.get(syntax, "")))
    return values if int(dataset.get("NumberOfFrames") or 1) > 1 else values[None]


def _has_overlays(dataset: Dataset) -> bool:
    """Return whether bits above the highest one hold overlays, as in old files."""
    return any(
        (0x6000 + 2 * at, 0x0102) in dataset
        and (0x6000 + 2 * at, 0x3000) not in dataset
        and int(dataset[0x6000 + 2 * at, 0x0102].value) >= int(dataset.BitsStored)
        for at in range(16)
    )


def _check_depth(values: NDArray[Any], dataset: Dataset, *, has_overlays: bool) -> None:
    """Refuse values beyond the bits that are said to be stored, and codestreams of another sign.

    Decoders clear the bits above the highest one in silence, so that 12-bit values said to have 8 would come out
    wrapped: of uncompressed pixels it is the bytes that are looked at. Negative numbers may be filled up with ones or
    noughts.
    """
    stored, is_signed = int(dataset.BitsStored), bool(dataset.get("PixelRepresentation", 0))
    syntax = UID(reading.syntax_of(dataset))
    plain = np.dtype(f"{'<' if syntax.is_little_endian else '>'}u{int(dataset.BitsAllocated) // 8 or 1}")
    given = values
    if not syntax.is_compressed and plain.itemsize in {2, 4}:
        given = np.frombuffer(dataset.PixelData[: get_expected_length(dataset)], dtype=plain)
    lowest, highest = (-(1 << (stored - 1)), (1 << (stored - 1)) - 1) if is_signed else (0, (1 << stored) - 1)
    signed = given.astype(given.dtype.newbyteorder("=")).view(f"i{given.dtype.itemsize}") if is_signed else given
    fits = (signed >= lowest) & (signed <= highest)
    if is_signed and given.dtype.kind == "u":
        fits |= given < (1 << stored)
    if not has_overlays and not fits.all():
        raise PictureRefusedError(Reason.DEPTH, f"{stored} bits said, {int((~fits).sum())} samples have more")
    if syntax in {JPEG2000, JPEG2000Lossless}:
        count = int(dataset.get("NumberOfFrames") or 1)
        found = get_j2k_parameters(next(generate_frames(dataset.PixelData, number_of_frames=count)))
        if found and bool(found["is_signed"]) != is_signed:
            raise PictureRefusedError(Reason.DEPTH, "signed in only one of header and codestream")


def _meant(values: NDArray[Any], dataset: Dataset, repairs: list[str]) -> NDArray[Any]:
    photometric = str(dataset.PhotometricInterpretation)
    if photometric == "PALETTE COLOR":
        repairs.append("colours_unfolded")
        return _bytes_if_enough(np.asarray(apply_color_lut(values, dataset)))
    if photometric in _COLOURS:
        if photometric != "RGB":
            repairs.append("to_rgb")
        return values
    if photometric == "MONOCHROME1":
        repairs.append("inverted")
        bits = int(dataset.BitsStored)
        top = -1 if dataset.get("PixelRepresentation", 0) else (1 << bits) - 1
        values = (top - values.astype(np.int64)).astype(values.dtype)
    return _rescaled(values, dataset, repairs)


def _bytes_if_enough(colours: NDArray[Any]) -> NDArray[Any]:
    """Return colours of 16 bits as 8 where the lower byte says nothing of its own."""
    if colours.dtype.itemsize == 1:
        return colours
    upper, lower = colours >> 8, colours & 0xFF
    return upper.astype(np.uint8) if not lower.any() or np.array_equal(upper, lower) else colours


def _rescaled(values: NDArray[Any], dataset: Dataset, repairs: list[str]) -> NDArray[Any]:
    """Return values in the file's unit, whole numbers where slope and intercept keep them whole."""
    if dataset.get("ModalityLUTSequence"):
        repairs.append("rescaled")
        return np.asarray(apply_modality_lut(values, dataset))
    lines = lines_of(dataset)
    if all(line == (1.0, 0.0) for line in lines):
        return values
    repairs.append("rescaled")
    if all(slope == 1 and zero.is_integer() for slope, zero in lines):
        shifts = np.array([int(zero) for _, zero in lines], dtype=np.int64).reshape(-1, 1, 1)
        moved = values.astype(np.int64) + shifts
        low, high = int(moved.min()), int(moved.max())
        fits = np.iinfo(np.int16).min <= low and high <= np.iinfo(np.int16).max
        return moved.astype(np.int16 if fits else np.int32)
    slopes, zeros = (np.array([line[at] for line in lines]).reshape(-1, 1, 1) for at in (0, 1))
    return np.asarray(values * slopes + zeros)


def lines_of(dataset: Dataset) -> list[tuple[float, float]]:
    """Return slope and intercept of each frame: its own, those all frames share, or the file's."""
    frames = int(dataset.get("NumberOfFrames") or 1)
    per_frame = dataset.get("PerFrameFunctionalGroupsSequence") or [None] * frames
    shared = next(iter(dataset.get("SharedFunctionalGroupsSequence") or ()), None)
    return [_line(one, shared, dataset) for one in per_frame]


def _line(*places: Dataset | None) -> tuple[float, float]:
    for one in places:
        groups = None if one is None else one.get("PixelValueTransformationSequence")
        holder = groups[0] if groups else one
        if holder is not None and ("RescaleSlope" in holder or "RescaleIntercept" in holder):
            slope, zero = holder.get("RescaleSlope"), holder.get("RescaleIntercept")
            return float(1 if slope is None else slope), float(zero or 0)
    return 1.0, 0.0


def _facts(dataset: Dataset) -> dict[str, str]:
    """Return what the header says that a picture may carry; what is not in its form is left out."""
    slope, zero = lines_of(dataset)[0]
    burned = str(dataset.get("BurnedInAnnotation") or "").upper()
    modality = str(dataset.get("Modality") or "OT")
    said = {
        "format": "dicom",
        "dicom_modality": modality,
        "photometric": str(dataset.PhotometricInterpretation),
        "bits": str(int(dataset.BitsStored)),
        "window": _window(dataset),
        "rescale": f"{_short(slope)} {_short(zero)}" if (slope, zero) != (1.0, 0.0) else "",
        "unit": str(dataset.get("RescaleType") or ("HU" if modality == _HOUNSFIELD else "")),
        "syntax": str(reading.syntax_of(dataset)),
        "lossy": "yes" if str(dataset.get("LossyImageCompression") or "") == "01" else "",
        "burned_in": {"YES": "yes", "NO": "no"}.get(burned, "unsaid"),
        "face": "possible" if may_show_face(dataset) else "",
        "frames": str(int(dataset.get("NumberOfFrames") or 1)),
    }
    facts = {name: value for name, value in said.items() if FACTS[name].fullmatch(value)}
    return {"dicom_modality": "OT", **facts}


def _window(dataset: Dataset) -> str:
    """Return the first window, centre and width."""
    try:
        centre, width = (
            float(np.atleast_1d(np.asarray(dataset[name].value, dtype=float))[0])
            for name in ("WindowCenter", "WindowWidth")
        )
    except FAULTS:
        return ""
    return f"{_short(centre)}/{_short(width)}"


def _short(value: float) -> str:
    return f"{value:.9g}"
