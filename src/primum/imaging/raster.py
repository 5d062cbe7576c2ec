"""PNG, JPEG, TIFF and BMP: read by Pillow, checked by ITK; bits, colours and orientation kept, not guessed."""

import io
import struct
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from primum.domain.picture import Picture
from primum.imaging.decoders import COARSE_TOLERANCE, JPEG_TOLERANCE, agree, coarse, second
from primum.imaging.intake import LARGEST, kept
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
READERS = {"PNG": "PNGImageIO", "JPEG": "JPEGImageIO", "TIFF": "TIFFImageIO", "BMP": "BMPImageIO"}
_PNG_START, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_JPEG_END = b"\xff\xd9"
_TAIL = 1 << 16
_BROKEN = "Corrupt EXIF"
_FAULTS = (ArithmeticError, EOFError, LookupError, OSError, SyntaxError, TypeError, ValueError, struct.error)
"""What Pillow raises on bytes that are not what they claim to be."""
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0
_SIXTEEN = 16
_OPAQUE = 255
_GREYS = {"1", "L", "I;16", "I;16L", "I;16B", "I", "F"}
_UPRIGHT = 1


def read(file: Path) -> Picture:
    """Return the picture of a file: rows and columns as shown, one channel or three.

    Raises:
        PictureRefusedError: It is no picture, not whole, partly transparent, of several pages, of pixels that are not
            square, or two decoders disagree.
    """
    image = _opened(file)
    repairs: list[str] = []
    values = _samples(image, file, repairs)
    _compare(values, image, file, repairs)
    orientation = image.getexif().get(ExifTags.Base.Orientation, _UPRIGHT)
    if orientation != _UPRIGHT:
        values = _upright(values, orientation)
        repairs.append("turned_upright")
    facts = {"format": str(image.format).lower(), "bits": str(8 * values.dtype.itemsize)}
    values = np.moveaxis(values, -1, 0) if values.ndim > 2 else values[None]  # noqa: PLR2004 - rows and columns
    if repairs:
        facts["repairs"] = ",".join(repairs)
    return Picture(values=np.ascontiguousarray(values), facts=facts)


def read_labels(file: Path) -> NDArray[Any]:
    """Return a mask's labels, shape (1, rows, columns): palette numbers as they are, colours refused.

    Raises:
        PictureRefusedError: It is no picture, compressed with loss, or in colour.
    """
    image = _opened(file)
    if image.format == "JPEG":
        raise PictureRefusedError(Reason.MASK_LABELS, "JPEG")
    if image.mode == "P":
        return np.asarray(image)[None]
    values = _samples(image, file, [])
    if values.ndim > 2:  # noqa: PLR2004 - rows and columns
        if (values != values[..., :1]).any():
            raise PictureRefusedError(Reason.MASK_LABELS, "colours")
        values = values[..., 0]
    agree(values, second(file, READERS[str(image.format)]).values.reshape(*values.shape, -1)[..., 0])
    labels = np.unique(values)
    if labels.tolist() in ([0, _OPAQUE], [_OPAQUE]):
        values = (values > 0).astype(np.uint8)
    return values[None]


def _opened(file: Path) -> Image.Image:
    """Return the decoded picture.

    Raises:
        PictureRefusedError: It is none, of several, too large, or not whole.
    """
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        image = _loaded(file)
    if any(_BROKEN in str(one.message) for one in told):
        raise PictureRefusedError(Reason.CORRUPT, "how it is turned cannot be read")
    _check_square(image)
    return image


def _loaded(file: Path) -> Image.Image:
    data = io.BytesIO(file.read_bytes())
    try:
        image = Image.open(data, formats=tuple(READERS))
        if image.width * image.height > LARGEST:
            raise PictureRefusedError(Reason.TOO_LARGE)
        _check_whole(file, str(image.format))
        if getattr(image, "n_frames", 1) > 1:
            raise PictureRefusedError(Reason.SEVERAL_PICTURES)
        image.load()
        image.getexif()
    except Image.DecompressionBombError as fault:
        raise PictureRefusedError(Reason.TOO_LARGE) from fault
    except UnidentifiedImageError as fault:
        raise PictureRefusedError(Reason.NOT_AN_IMAGE) from fault
    except _FAULTS as fault:
        cut = "truncated" in str(fault) or "end of file" in str(fault)
        raise PictureRefusedError(Reason.TRUNCATED if cut else Reason.CORRUPT) from fault
    return image


def _check_whole(file: Path, form: str) -> None:
    with file.open("rb") as raw:
        raw.seek(0, 2)
        raw.seek(max(0, raw.tell() - _TAIL))
        tail = raw.read()
    end = {"PNG": _PNG_END, "JPEG": _JPEG_END}.get(form, b"")
    if end not in tail:
        raise PictureRefusedError(Reason.TRUNCATED)


def _check_square(image: Image.Image) -> None:
    """Refuse a picture whose file says that pixels are not as wide as high: how long they are nobody says.

    Raises:
        PictureRefusedError: They are not.
    """
    for name in ("dpi", "jfif_density", "aspect"):
        across, down = map(float, image.info.get(name) or (1, 1))
        if across > 0 and down > 0 and abs(across / down - 1) > 0.01:  # noqa: PLR2004 - rounding of whole numbers
            raise PictureRefusedError(Reason.ASPECT, f"{across:g} : {down:g}")


def _samples(image: Image.Image, file: Path, repairs: list[str]) -> NDArray[Any]:
    """Return samples, shape (rows, columns) or (rows, columns, 3), as they are stored."""
    if image.format == "TIFF" and image.getexif().get(_PHOTOMETRIC) == _WHITE_IS_ZERO and image.mode != "1":
        if image.mode != "L":
            raise PictureRefusedError(Reason.PHOTOMETRIC, "white is zero")
        repairs.append("inverted")
    if "transparency" in image.info:
        raise PictureRefusedError(Reason.ALPHA)
    if image.mode in _GREYS:
        return kept(np.asarray(image))
    if _is_deep_colour(file):
        return _deep_colour(image, file)
    return _colours(image, repairs)


def _colours(image: Image.Image, repairs: list[str]) -> NDArray[Any]:
    """Return colours of 8 bits, or greys where that is what they are."""
    match image.mode:
        case "P":
            repairs.append("colours_unfolded")
            values = np.asarray(image.convert("RGB"))
        case "RGB":
            values = np.asarray(image)
        case "LA" | "RGBA":
            values = np.asarray(image)
            if (values[..., -1] != _OPAQUE).any():
                raise PictureRefusedError(Reason.ALPHA)
            repairs.append("opaque_alpha_dropped")
            values = values[..., :-1]
        case _:
            raise PictureRefusedError(Reason.PHOTOMETRIC, image.mode)
    return _grey_if_equal(values, repairs) if values.shape[-1] > 1 else values[..., 0]


def _grey_if_equal(values: NDArray[Any], repairs: list[str]) -> NDArray[Any]:
    """Return colours as they are, or one channel where all three are equal everywhere."""
    if (values != values[..., :1]).any():
        return values
    repairs.append("grey_of_equal_channels")
    return values[..., 0]


def _is_deep_colour(file: Path) -> bool:
    """Return whether a PNG has colours of 16 bits, of which Pillow would keep 8 in silence."""
    with file.open("rb") as raw:
        head = raw.read(26)
    return head.startswith(_PNG_START) and head[24] == _SIXTEEN and head[25] in {2, 6}


def _deep_colour(image: Image.Image, file: Path) -> NDArray[Any]:
    """Return 16-bit colours as ITK reads them; Pillow must have their upper bytes."""
    if image.mode != "RGB":
        raise PictureRefusedError(Reason.ALPHA)
    values = second(file, READERS["PNG"]).values
    agree(np.asarray(image), (values >> 8).astype(np.uint8))
    return values


def _compare(values: NDArray[Any], image: Image.Image, file: Path, repairs: list[str]) -> None:
    """Refuse a picture that the second decoder reads differently."""
    if _is_deep_colour(file):
        return
    found = second(file, READERS[str(image.format)]).values
    colours = found.reshape(*found.shape[:2], -1)
    if "opaque_alpha_dropped" in repairs:
        colours = colours[..., :-1]
    if values.ndim == 2:  # noqa: PLR2004 - rows and columns
        if colours.shape[-1] > 1 and (colours != colours[..., :1]).any():
            raise PictureRefusedError(Reason.DECODERS, "only one of the two finds colours")
        colours = colours[..., 0]
    if image.mode == "1" and colours.max(initial=0) > 1:
        colours = (colours > 0).astype(np.uint8)
    if image.format == "JPEG" and values.ndim > 2 and _is_widened(image):  # noqa: PLR2004 - rows and columns
        agree(coarse(values), coarse(colours), COARSE_TOLERANCE)
    else:
        agree(values, colours, JPEG_TOLERANCE if image.format == "JPEG" else None)


def _is_widened(image: Image.Image) -> bool:
    """Return whether a JPEG keeps colours at a smaller size than brightness."""
    return len({(across, down) for _, across, down, _ in getattr(image, "layer", ())}) > 1


def _upright(values: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Return samples turned as the file's orientation tag says, whatever their type."""
    numbers = Image.fromarray(np.arange(values.shape[0] * values.shape[1], dtype=np.int32).reshape(values.shape[:2]))
    numbers.getexif()[ExifTags.Base.Orientation] = orientation
    turned = np.asarray(ImageOps.exif_transpose(numbers))
    flat: NDArray[Any] = values.reshape(-1, *values.shape[2:])
    return np.asarray(flat[turned])
