"""NIfTI: texts of the header and its extensions are emptied, the image is left to the last bit."""

import math
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from primum.deid.formats import again, blocks
from primum.deid.jobs import Job
from primum.deid.nouns import Outcome, Piece, RefusedError, Source, Written

_PAIR = frozenset({b"ni1", b"ni2"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where things stand in a header.

    Attributes:
        size: Bytes of the header.
        texts: Name of a text to offset and length.
        shape: Format and offset of the eight dimensions.
        bits: Offset of the bits of a voxel.
        offset: Format and offset of where the image begins.

    Source: nifti1.h and nifti2.h, NIfTI Data Format Working Group.
    """

    size: int
    texts: dict[str, tuple[int, int]]
    shape: tuple[str, int]
    bits: int
    offset: tuple[str, int]


FIRST = Layout(
    size=348,
    texts={
        "data_type": (4, 10),
        "db_name": (14, 18),
        "descrip": (148, 80),
        "aux_file": (228, 24),
        "intent_name": (328, 16),
    },
    shape=("8h", 40),
    bits=72,
    offset=("f", 108),
)
SECOND = Layout(
    size=540,
    texts={"descrip": (240, 80), "aux_file": (320, 24), "intent_name": (508, 16), "unused_str": (525, 15)},
    shape=("8q", 16),
    bits=14,
    offset=("q", 168),
)


def clean(job: Job) -> Outcome:
    """Write an image without the texts beside it.

    Raises:
        RefusedError: It is cut short, goes on behind the image, or is one of a pair of files.
    """
    stream = blocks(job.source)
    head = b""
    while len(head) < SECOND.size and (block := next(stream, b"")):
        head += block
    layout, order = _layout(head)
    start, length = _extent(head, layout, order)
    while len(head) < start and (block := next(stream, b"")):
        head += block
    if len(head) < start:
        raise RefusedError("corrupt")
    cleaned, changed = _emptied(head[:start], layout)
    job.target.write(cleaned + head[start:])
    total = len(head)
    for block in stream:
        job.target.write(block)
        total += len(block)
    if total != start + length:
        raise RefusedError("corrupt")
    pieces = [
        Piece(subject=job.subject, start=at, end=at + size, original=head[at : at + size])
        for at, size in changed.values()
    ]
    return Outcome(
        marks=[{"element": name, "kind": "other_id", "method": "header"} for name in changed],
        counts=Counter({"other_id": len(changed)}) if changed else Counter(),
        notes=["face"],
        pieces=pieces,
        reread=lambda draft: _texts(draft, job.subject),
    )


def _layout(head: bytes) -> tuple[Layout, str]:
    size, magic = head[:4], {FIRST.size: head[344:347], SECOND.size: head[4:7]}
    for order in "<>":
        for layout in (FIRST, SECOND):
            if size == struct.pack(f"{order}i", layout.size):
                if magic[layout.size] in _PAIR:
                    raise RefusedError("nifti-pair")
                return layout, order
    raise RefusedError("corrupt")


def _extent(head: bytes, layout: Layout, order: str) -> tuple[int, int]:
    """Return where the image begins, and how many bytes it has."""
    try:
        (offset,) = struct.unpack_from(order + layout.offset[0], head, layout.offset[1])
        shape = struct.unpack_from(order + layout.shape[0], head, layout.shape[1])
        (bits,) = struct.unpack_from(f"{order}h", head, layout.bits)
    except struct.error as fault:
        raise RefusedError("corrupt") from fault
    dimensions = shape[1 : 1 + shape[0]]
    is_sound = math.isfinite(offset) and offset >= layout.size and 0 < shape[0] < len(shape) and min(dimensions) > 0
    if not is_sound or bits <= 0:
        raise RefusedError("corrupt")
    return int(offset), (math.prod(dimensions) * bits + 7) // 8


def _emptied(head: bytes, layout: Layout) -> tuple[bytes, dict[str, tuple[int, int]]]:
    """Return a header with empty texts and extensions, and what was changed: name to offset and length."""
    stretches = {**layout.texts, "extensions": (layout.size, len(head) - layout.size)}
    changed = {name: one for name, one in stretches.items() if any(head[one[0] : sum(one)])}
    found = bytearray(head)
    for at, size in changed.values():
        found[at : at + size] = bytes(size)
    return bytes(found), changed


def text_of(source: Source) -> str:
    """Return what of the header can be read as text.

    Raises:
        RefusedError: It is broken.
    """
    return "\n".join(_fields(next(blocks(source), b"")))


def _texts(draft: BinaryIO, subject: str) -> Iterator[Written]:
    for one in _fields(next(again(draft), b"")):
        yield Written(text=one, subject=subject)


def _fields(head: bytes) -> Iterator[str]:
    """Yield the texts of a header and its extensions that are not empty."""
    layout, order = _layout(head)
    start, _ = _extent(head, layout, order)
    fields = [head[at : at + size] for at, size in layout.texts.values()]
    for one in [*fields, head[layout.size : start]]:
        text = one.decode("latin-1").strip("\0 ")
        if text:
            yield text
