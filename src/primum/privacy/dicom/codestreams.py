"""Compressed frames without the comments, thumbnails and trailing bytes that no picture needs."""

from collections.abc import Iterator

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
APP0, APP8, APP14, COM = 0xE0, 0xE8, 0xEE, 0xFE
_RESTARTS = range(0xD0, 0xD8)
_J2K_START, _J2K_TILE, _J2K_COMMENT, _J2K_END = b"\xff\x4f\xff\x51", b"\xff\x90", b"\xff\x64", b"\xff\xd9"
_JFIF_BARE = 14
"""Bytes of a JFIF segment up to its thumbnail."""
_RLE_WORDS, _RLE_HEADER, _RLE_FIRST, _RLE_NOTHING = 16, 64, b"\x40\0\0\0", 128
_SMALLEST_MARKER = 0xC0


def bare(frame: bytes, plane: int = 0) -> bytes:
    """Return a frame with everything that decodes the picture, and nothing else; unknown codes as they are.

    Args:
        frame: Compressed.
        plane: How many pixels the frame has, by which the end of run-length codes is known; 0 if it has none such.

    Source: ITU-T T.81 Annex B (JPEG), T.87 (JPEG-LS), T.800 Annex A (JPEG 2000); DICOM PS3.5 Annex G (RLE).
    """
    if plane and 0 < int.from_bytes(frame[:4], "little") < _RLE_WORDS and frame[4:8] == _RLE_FIRST:
        return _even(_run_lengths(frame, plane))
    if frame[:2] == b"\xff\xd8":
        return _even(b"".join(_jpeg(frame)))
    start = frame.find(_J2K_START)
    if start == 0 or (start > 0 and frame[4:8] == b"jP  "):
        return _even(_jpeg_2000(frame[start:]))
    return frame


def _jpeg(frame: bytes) -> Iterator[bytes]:
    """Yield the segments and scans of a JPEG or JPEG-LS stream that its picture needs."""
    yield frame[:2]
    at = 2
    while at + 4 <= len(frame):
        marker = frame[at + 1]
        if marker == EOI:
            break
        end = at + 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
        segment = frame[at:end]
        if marker == SOS:
            end = _scan_end(frame, end)
            yield frame[at:end]
        elif _is_needed(marker, segment):
            yield _without_thumbnail(segment) if marker == APP0 else segment
        at = end
    yield b"\xff\xd9"


def _is_needed(marker: int, segment: bytes) -> bool:
    """Return whether a segment is part of the picture: colour transforms stay, all other application data goes."""
    if marker == APP0:
        return segment[4:9] == b"JFIF\0"
    if marker in {APP8, APP14}:
        return segment[4:8] in {b"mrfx", b"SPIF", b"Adob"}
    return not (APP0 <= marker < APP0 + 16) and marker != COM


def _without_thumbnail(segment: bytes) -> bytes:
    head = segment[4 : 4 + _JFIF_BARE - 2]
    return b"\xff\xe0" + (2 + len(head) + 2).to_bytes(2, "big") + head + b"\0\0"


def _scan_end(frame: bytes, at: int) -> int:
    """Return where the entropy-coded data ends: at the next marker that is no restart."""
    while (at := frame.find(b"\xff", at)) >= 0 and at + 1 < len(frame):
        after = frame[at + 1]
        if after >= _SMALLEST_MARKER and after not in _RESTARTS and after != 0xFF:  # noqa: PLR2004 - fill byte
            return at
        at += 1
    return len(frame)


def _jpeg_2000(frame: bytes) -> bytes:
    """Return a codestream without the comments of its main header and what follows its end."""
    parts, at = [frame[:2]], 2
    while at + 4 <= len(frame) and frame[at : at + 2] != _J2K_TILE:
        end = at + 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
        if frame[at : at + 2] != _J2K_COMMENT:
            parts.append(frame[at:end])
        at = end
    last = frame.rfind(_J2K_END, at)
    return b"".join([*parts, frame[at : last + 2 if last >= 0 else len(frame)]])


def _run_lengths(frame: bytes, plane: int) -> bytes:
    """Return a run-length coded frame up to where its last segment has given every pixel."""
    segments = int.from_bytes(frame[:4], "little")
    at, given = int.from_bytes(frame[4 * segments : 4 * segments + 4], "little"), 0
    while given < plane and at < len(frame):
        code = frame[at]
        literal = code < _RLE_NOTHING
        given += 0 if code == _RLE_NOTHING else code + 1 if literal else 257 - code
        at += code + 2 if literal else 1 if code == _RLE_NOTHING else 2
    unused = 4 * (_RLE_WORDS - 1 - segments)
    return frame[: 4 * segments + 4] + b"\0" * unused + frame[_RLE_HEADER:at]


def _even(data: bytes) -> bytes:
    return data + b"\0" * (len(data) % 2)
