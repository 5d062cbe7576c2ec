"""Pixels searched for burned-in text, and blacked out where it stands; untouched where there is none."""

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_fragments, generate_frames, parse_basic_offsets
from pydicom.pixels.processing import apply_color_lut
from pydicom.pixels.utils import get_expected_length, iter_pixels, pack_bits, pixel_array
from pydicom.uid import UID, ExplicitVRLittleEndian, RLELossless

from primum.errors import DataError
from primum.privacy import ocr
from primum.privacy.dicom import labels
from primum.privacy.dicom.codestreams import bare
from primum.privacy.dicom.elements import FAULTS
from primum.privacy.dicom.options import Box, Options, Searched
from primum.privacy.dicom.pictures import Frame, pictures
from primum.privacy.dicom.reading import syntax_of
from primum.privacy.dicom.refusals import DicomRefusedError, Reason

FEW = 16
"""Up to so many frames, each is looked at by itself."""
TOGETHER = 8
"""Of more frames, so many are looked at together: text is brighter or darker than what moves behind it."""
ROUNDS = 3
MARGIN = 0.3
"""Of a line's height, on each side."""
_LEAST_MARGIN = 2
_NAMES = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_ADDRESS = 0x00287FE0
_OFFSETS = (0x7FE00001, 0x7FE00002)
_OFFSET_BYTES = 8
_GREY = 2


def search(dataset: Dataset, options: Options) -> Searched:
    """Return how the pixels of a file were searched and what was blacked out.

    Args:
        dataset: As it was read; its pixels are changed in place.
        options: What is to happen with pixels that cannot be searched, and how large they may be.

    Raises:
        DicomRefusedError: The pixels are elsewhere, too large, cut off, or cannot be decoded or read for text.
    """
    if _ADDRESS in dataset:
        raise DicomRefusedError(Reason.PIXELS_ELSEWHERE)
    if not any(name in dataset for name in _NAMES):
        return Searched(how="none", dataset=dataset)
    try:
        return _search(dataset, options)
    except DicomRefusedError as refusal:
        if options.keep_unsearched_pixels and refusal.reason in {Reason.PIXELS_UNREADABLE, Reason.READER_MISSING}:
            return Searched(how="unsearched", dataset=dataset)
        raise


def _search(dataset: Dataset, options: Options) -> Searched:
    count = _frame_count(dataset)
    if _size(dataset, count) > options.largest:
        raise DicomRefusedError(Reason.TOO_LARGE)
    _without_extras(dataset, count)
    boxes: set[Box] = set()
    for _ in range(ROUNDS):
        found = set(_boxes(dataset, count, {one.frame for one in boxes}))
        if not found:
            break
        _blacken(dataset, found)
        boxes |= found
    else:
        raise DicomRefusedError(Reason.TEXT_LEFT)
    how = "frames" if count <= FEW else "projections"
    ordered = tuple(sorted(boxes, key=lambda one: (one.frame, one.top, one.left, one.bottom, one.right)))
    return Searched(how=how, frames=count, boxes=ordered, dataset=dataset)


def _frame_count(dataset: Dataset) -> int:
    try:
        count = int(dataset.get("NumberOfFrames") or 1)
    except FAULTS as error:
        raise DicomRefusedError(Reason.PIXELS_UNREADABLE) from error
    if count < 1:
        raise DicomRefusedError(Reason.PIXELS_UNREADABLE)
    return count


def _size(dataset: Dataset, count: int) -> int:
    try:
        per_pixel = dataset.SamplesPerPixel * max(dataset.BitsAllocated, 8) // 8
        return int(dataset.Rows * dataset.Columns * per_pixel * count)
    except FAULTS as error:
        raise DicomRefusedError(Reason.PIXELS_UNREADABLE) from error


def _boxes(dataset: Dataset, count: int, only: set[int]) -> Iterator[Box]:
    """Yield what is to be blacked out, in all frames or only in some."""
    window = _window(dataset)
    for numbers, stack in _stacks(dataset, count):
        if only and only.isdisjoint(numbers):
            continue
        for picture in _pictures_of(stack, window):
            for left, top, right, bottom in places(picture):
                yield from (Box(frame=at, left=left, top=top, right=right, bottom=bottom) for at in numbers)


def _stacks(dataset: Dataset, count: int) -> Iterator[tuple[list[int], list[Frame]]]:
    """Yield frames with their numbers: one by one where they are few, several together where they are many."""
    frames = _frames(dataset, count)
    size, at = (1 if count <= FEW else TOGETHER), 0
    while some := list(islice(frames, size)):
        yield list(range(at, at + len(some))), some
        at += len(some)
    if at != count:
        raise DicomRefusedError(Reason.TRUNCATED)


def _frames(dataset: Dataset, count: int) -> Iterator[Frame]:
    """Yield the frames as grey values or colours."""
    try:
        if "PixelData" in dataset and not _is_compressed(dataset):
            _check_length(dataset)
        for frame in islice(iter_pixels(dataset), count):
            yield apply_color_lut(frame, dataset) if dataset.PhotometricInterpretation == "PALETTE COLOR" else frame
    except DicomRefusedError:
        raise
    except FAULTS as error:
        raise DicomRefusedError(Reason.PIXELS_UNREADABLE) from error


def _check_length(dataset: Dataset) -> None:
    if len(dataset.PixelData) < get_expected_length(dataset):
        raise DicomRefusedError(Reason.TRUNCATED)


def _pictures_of(stack: list[Frame], window: tuple[float, float] | None) -> Iterator[ocr.Picture]:
    if len(stack) == 1:
        yield from pictures(stack[0], window)
        return
    together = np.stack(stack)
    yield from pictures(together.max(axis=0), window)
    yield from islice(pictures(together.min(axis=0)), 1)
    yield from islice(pictures(stack[0]), 1)


def _window(dataset: Dataset) -> tuple[float, float] | None:
    """Return the lowest and highest stored value that the file says to show."""
    try:
        centre, width = (
            float(np.atleast_1d(np.asarray(dataset[name].value, dtype=float))[0])
            for name in ("WindowCenter", "WindowWidth")
        )
        slope, zero = float(dataset.get("RescaleSlope") or 1), float(dataset.get("RescaleIntercept") or 0)
        low, high = ((centre + side * width / 2 - zero) / slope for side in (-1, 1))
    except FAULTS:
        return None
    return (min(low, high), max(low, high)) if np.isfinite([low, high]).all() else None


def places(picture: ocr.Picture) -> Iterator[tuple[int, int, int, int]]:
    """Yield the rectangles of text that is no mere label, with a margin: left, top, right, bottom.

    Raises:
        DicomRefusedError: The reader of text cannot be loaded.
    """
    try:
        found = ocr.lines(picture)
    except DataError as error:
        raise DicomRefusedError(Reason.READER_MISSING) from error
    rows, columns = picture.shape[:2]
    for line in found:
        if labels.is_text(line) and not labels.is_label(line.text):
            margin = max(_LEAST_MARGIN, round(MARGIN * min(line.bottom - line.top, line.right - line.left)))
            yield (
                max(0, line.left - margin),
                max(0, line.top - margin),
                min(columns, line.right + margin),
                min(rows, line.bottom + margin),
            )


def _is_compressed(dataset: Dataset) -> bool:
    return UID(syntax_of(dataset)).is_compressed


def _blacken(dataset: Dataset, boxes: set[Box]) -> None:
    """Black out rectangles; compressed pixels are written uncompressed, colours as RGB."""
    try:
        whole = np.array(pixel_array(dataset))
        photometric = str(dataset.PhotometricInterpretation)
        colours = dataset.SamplesPerPixel > 1
        frames = whole if _frame_count(dataset) > 1 else whole[None]
        for box in boxes:
            frame = frames[box.frame]
            frame[box.top : box.bottom, box.left : box.right] = _black(dataset, frame, photometric)
        _store(dataset, frames, colours=colours)
    except FAULTS as error:
        raise DicomRefusedError(Reason.PIXELS_UNREADABLE) from error


def _black(dataset: Dataset, frame: NDArray[np.generic], photometric: str) -> object:
    if frame.ndim > _GREY:
        return 0
    if photometric == "PALETTE COLOR":
        return frame.flat[int(apply_color_lut(frame, dataset).astype(float).sum(axis=-1).argmin())]
    return frame.max() if photometric == "MONOCHROME1" else frame.min()


def _store(dataset: Dataset, frames: NDArray[np.generic], *, colours: bool) -> None:
    big = syntax_of(dataset) == "1.2.840.10008.1.2.2"
    if _is_compressed(dataset):
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        for tag in _OFFSETS:
            dataset.pop(tag, None)
    if colours:
        dataset.PhotometricInterpretation, dataset.PlanarConfiguration = "RGB", 0
    name = next(one for one in _NAMES if one in dataset)
    if dataset.get("BitsAllocated") == 1:
        stored = pack_bits(frames.astype(np.uint8).ravel())
    else:
        stored = frames.astype(frames.dtype.newbyteorder(">" if big else "<")).tobytes()
    dataset[name].value = stored + b"\0" * (len(stored) % 2)
    if name == "PixelData":
        dataset[name].VR = "OB" if dataset.BitsAllocated <= 8 else "OW"  # noqa: PLR2004 - a byte
        dataset[name].is_undefined_length = False


def _without_extras(dataset: Dataset, count: int) -> None:
    """Take from the pixels what is no picture: bytes after the last one, comments in compressed frames, unused bits."""
    if "PixelData" not in dataset:
        return
    try:
        if _is_compressed(dataset):
            _without_comments(dataset, count)
            return
        length = get_expected_length(dataset)
        if len(dataset.PixelData) > length + length % 2:
            dataset.PixelData = dataset.PixelData[:length] + b"\0" * (length % 2)
        _without_unused_bits(dataset)
    except FAULTS as error:
        raise DicomRefusedError(Reason.PIXELS_UNREADABLE) from error


def _without_comments(dataset: Dataset, count: int) -> None:
    """Write compressed frames anew where they, or the table of their offsets, carry anything else."""
    plane = dataset.Rows * dataset.Columns if syntax_of(dataset) == RLELossless else 0
    frames = [bare(frame, plane) for frame in generate_frames(dataset.PixelData, number_of_frames=count)]
    offsets = parse_basic_offsets(dataset.PixelData)
    as_given = b"".join(generate_fragments(dataset.PixelData)) == b"".join(frames) and len(offsets) in {0, count}
    if not as_given or any(len(dataset[tag].value) != _OFFSET_BYTES * count for tag in _OFFSETS if tag in dataset):
        dataset.PixelData = encapsulate(frames)
        for tag in _OFFSETS:
            dataset.pop(tag, None)


def _without_unused_bits(dataset: Dataset) -> None:
    """Clear the bits above the highest one of unsigned pixels: old files keep overlays there."""
    allocated, high = dataset.BitsAllocated, dataset.get("HighBit", dataset.BitsAllocated - 1)
    if allocated != 16 or high >= allocated - 1 or dataset.get("PixelRepresentation", 0):  # noqa: PLR2004 - two bytes
        return
    order = ">" if syntax_of(dataset) == "1.2.840.10008.1.2.2" else "<"
    length = get_expected_length(dataset)
    values = np.frombuffer(dataset.PixelData[:length], dtype=f"{order}u2")
    mask = (1 << (high + 1)) - 1
    if int(values.max(initial=0)) > mask:
        dataset.PixelData = (values & mask).astype(f"{order}u2").tobytes()
