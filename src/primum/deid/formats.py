"""What a file is, by its content: the first bytes, then whether the rest keeps what they promise."""

import csv
import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import BinaryIO, cast

from primum.deid import encodings
from primum.deid.nouns import RefusedError, Source
from primum.deid.walking import Entry
from primum.deid.windows import decoded

BLOCK = 1 << 18
"""Bytes read at a time."""
HEAD = 4096
LARGEST_UNPACKED = 4 << 30
"""Bytes into which a packed file may unfold; more is refused."""
SEPARATORS = ",\t;|"
SAMPLE_ROWS = 50
FEWEST_ROWS = 2
_GZIP = b"\x1f\x8b"
_BGZF = b"BC\x02\x00"
_FOREIGN = (
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "office"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"SQLite format 3", "database"),
)
_MARKUP = ("<?xml", "<!doctype", "<html", "<clinicaldocument")
_HL7 = ("MSH|", "FHS|", "BHS|")


def blocks(source: Source) -> Iterator[bytes]:
    """Yield the content of a file, unpacked, in blocks.

    Raises:
        RefusedError: It is packed, and broken or too large.
    """
    with source.place.open("rb") as raw:
        yield from _unpacked(raw, source.packed)


def again(draft: BinaryIO) -> Iterator[bytes]:
    """Yield what was written, from its beginning, in blocks."""
    draft.seek(0)
    while block := draft.read(BLOCK):
        yield block


def content(source: Source) -> bytes:
    """Return the content of a file, unpacked."""
    return b"".join(blocks(source))


def _unpacked(raw: BinaryIO, packed: str) -> Iterator[bytes]:
    stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
    total = 0
    try:
        while block := stream.read(BLOCK):
            total += len(block)
            if packed and total > LARGEST_UNPACKED:
                raise RefusedError("too-large")
            yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raise RefusedError("corrupt") from fault


def recognise(entry: Entry) -> Source:
    """Return what a file is.

    Raises:
        RefusedError: It is nothing that is handled, or is broken.
    """
    if not entry.is_plain:
        raise RefusedError("link" if entry.place.is_symlink() else "special")
    digest = hashlib.sha256()
    with entry.place.open("rb") as raw:
        head = raw.read(HEAD)
        raw.seek(0)
        while block := raw.read(BLOCK):
            digest.update(block)
    packed = ("bgzf" if head[12:16] == _BGZF else "gzip") if head.startswith(_GZIP) else ""
    source = Source(
        number=entry.number,
        path=entry.path,
        place=entry.place,
        digest=digest.hexdigest(),
        form="",
        packed=packed,
    )
    if packed:
        head = next(blocks(source), b"")[:HEAD]
    form = _by_magic(head)
    if form:
        return replace(source, form=form)
    source = replace(source, encoding=encodings.detect(blocks(source)))
    return replace(source, form=_by_text(source))


def _by_magic(head: bytes) -> str:
    """Return the form of a binary file, or an empty one where it may be a text."""
    if head[128:132] == b"DICM" or _is_bare_dicom(head):
        return "dicom"
    for magic, code in _FOREIGN:
        if head.startswith(magic):
            raise RefusedError(code)
    if head.startswith(b"PAR1"):
        return "parquet"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    return "nifti" if _is_nifti(head) else ""


def _is_bare_dicom(head: bytes) -> bool:
    """Return whether a file without preamble begins with an element of group 2 or 8, in either byte order."""
    group = head[:2]
    if group not in {b"\x08\x00", b"\x02\x00", b"\x00\x08"} or len(head) < 8:  # noqa: PLR2004 - tag and length
        return False
    element = int.from_bytes(head[2:4], "big" if group == b"\x00\x08" else "little")
    explicit = head[4:6].isalpha() and head[4:6].isupper()
    return element < 0x100 and (explicit or int.from_bytes(head[4:8], "little") < 0x400)  # noqa: PLR2004 - a short value


def _is_nifti(head: bytes) -> bool:
    size = head[:4]
    first = size in {(348).to_bytes(4, "little"), (348).to_bytes(4, "big")} and head[344:347] in {b"n+1", b"ni1"}
    second = size in {(540).to_bytes(4, "little"), (540).to_bytes(4, "big")} and head[4:7] in {b"n+2", b"ni2"}
    return first or second


def _by_text(source: Source) -> str:
    text = beginning(source)
    start = text.lstrip(" \t\r\n")
    if start[:40].lower().startswith(_MARKUP):
        raise RefusedError("markup")
    if start.startswith(_HL7):
        raise RefusedError("hl7")
    if start.startswith("##fileformat=VCF"):
        return "vcf"
    named = unpacked_name(source.path.name)
    if start[:1] in {"{", "["}:
        form = _json_form(source, start)
        if form:
            return form
        if start[0] == "{" or named.endswith((".json", ".ndjson", ".jsonl")):
            raise RefusedError("corrupt")
    is_named = named.endswith((".csv", ".tsv", ".tab"))
    return "table" if is_named or separator(text, trusting=False) else "text"


def beginning(source: Source) -> str:
    """Return some thousand characters from where a text begins."""
    return "".join(islice(decoded(blocks(source), source.encoding), 2))[:BLOCK]


def _json_form(source: Source, start: str) -> str:
    """Return ``json`` or ``json lines``; empty where it is neither."""
    lines = [one for one in start.split("\n", 4)[:3] if one.strip()]
    if len(lines) > 1 and all(_is_object(one) for one in lines[:2]):
        return "json lines"
    try:
        json.loads("".join(decoded(blocks(source), source.encoding)))
    except (ValueError, RecursionError):
        return ""
    return "json"


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def separator(text: str, *, trusting: bool) -> str:
    """Return what separates the cells of a table, or an empty text where it is none.

    Args:
        text: The beginning of a file.
        trusting: Its name says that it is one: a header alone is enough.
    """
    first = text.partition("\n")[0]
    for one in sorted(SEPARATORS, key=first.count, reverse=True):
        if one not in first:
            continue
        rows = _sample(text, one)
        widths = {len(row) for row in rows}
        if len(widths) == 1 and (trusting or (len(rows) > FEWEST_ROWS and _has_header(rows[0]))):
            return one
    return ""


def _sample(text: str, one: str) -> list[list[str]]:
    whole = text[: text.rfind("\n") + 1] or text
    try:
        return [row for row in islice(csv.reader(io.StringIO(whole, newline=""), delimiter=one), SAMPLE_ROWS) if row]
    except csv.Error:
        return []


def _has_header(cells: list[str]) -> bool:
    """Return whether a line may name columns: each cell a few words, none twice, none a number."""
    named = [cell.strip() for cell in cells]
    return len(set(named)) == len(named) and all(0 < len(one) < 60 and not one[:1].isdigit() for one in named)  # noqa: PLR2004 - a title


def unpacked_name(name: str) -> str:
    """Return a file's name in small letters, without the ending of its packing."""
    return name.lower().removesuffix(".gz").removesuffix(".bgz")
