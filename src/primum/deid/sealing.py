"""What puts originals back: cut into pieces that are sealed under the key of whom each is about, and joined again."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from primum.custody import together
from primum.custody.nouns import Row
from primum.deid.keeping import Keeper
from primum.deid.nouns import Outcome, Piece, Source
from primum.ids import SubjectId, canonical

BLOCK = 1 << 20


def rows(source: Source, written: BinaryIO, path: str, subject: str, made: tuple[Outcome, Keeper]) -> list[Row]:
    """Return what puts a file back, each row to be sealed under its subject's key.

    Pieces are used where they are exact, and each piece's subject is known; else the whole original is sealed once, to
    be opened only as long as nobody in it is erased.

    Args:
        source: The original.
        written: What was made of it, not packed.
        path: Where it is written.
        subject: Whose it is.
        made: What was done, and who holds the keys.
    """
    outcome, keeper = made
    head = {"file": path, "name": source.path.as_posix(), "sha256": source.digest}
    owners = sorted({subject, *outcome.subjects})
    by_piece = len(owners) == 1 or len({one.subject for one in outcome.pieces}) > 1
    if outcome.pieces and by_piece and not source.packed and _is_exact(written, outcome.pieces, source.digest):
        return _cut(head, outcome.pieces, subject, keeper)
    sealed, shares = together.split(source.place.read_bytes(), len(owners))
    found = [_row(keeper, subject, {**head, "whole": True}, sealed)]
    return found + [
        _row(keeper, owner, {"file": path, "share": at}, share)
        for at, (owner, share) in enumerate(zip(owners, shares, strict=True))
    ]


def _row(keeper: Keeper, subject: str, head: Mapping[str, Any], body: bytes) -> Row:
    return keeper.name(subject), canonical(dict(head)) + b"\n" + body


def _cut(head: Mapping[str, Any], pieces: Sequence[Piece], subject: str, keeper: Keeper) -> list[Row]:
    owned: dict[str, list[Piece]] = defaultdict(list)
    for one in pieces:
        owned[one.subject].append(one)
    found = [_row(keeper, subject, {**head, "whole": False, "parts": len(owned)}, b"")]
    for owner, own in sorted(owned.items()):
        cuts = [[one.start, one.end, len(one.original)] for one in own]
        body = b"".join(one.original for one in own)
        found.append(_row(keeper, owner, {"file": head["file"], "cuts": cuts}, body))
    return found


def _is_exact(written: BinaryIO, pieces: Sequence[Piece], digest: str) -> bool:
    found = hashlib.sha256()
    for block in _restored(written, pieces):
        found.update(block)
    return found.hexdigest() == digest


def _restored(written: BinaryIO, pieces: Iterable[Piece]) -> Iterator[bytes]:
    """Yield an original: what was written, with pieces put back."""
    at = 0
    written.seek(0)
    for one in sorted(pieces, key=lambda piece: (piece.start, piece.end)):
        yield from _read(written, one.start - at)
        yield one.original
        written.seek(one.end)
        at = one.end
    while block := written.read(BLOCK):
        yield block


def _read(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0 and (block := file.read(min(length, BLOCK))):
        length -= len(block)
        yield block


# -- the way back ------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Original:
    """What is left of one file's original.

    Attributes:
        name: Where it was read, below the folder that was read; empty where it cannot be told any more.
        digest: SHA-256 of it.
        parts: In how many subjects' pieces it was cut; 0 where it was sealed as a whole.
        pieces: Those whose subjects were not erased.
        found: How many subjects' pieces there are.
    """

    name: str = field(default="", repr=False)
    digest: str = ""
    parts: int = 0
    sealed: bytes = field(default=b"", repr=False)
    pieces: list[Piece] = field(default_factory=list, repr=False)
    shares: list[bytes] = field(default_factory=list, repr=False)
    found: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it was erased."""
        if self.sealed:
            return together.joined(self.sealed, self.shares) is not None
        return bool(self.name) and self.found == self.parts

    def blocks(self, written: BinaryIO) -> Iterator[bytes]:
        """Yield the original, or what of it is left between what was written instead."""
        if self.sealed:
            yield together.joined(self.sealed, self.shares) or b""
        else:
            yield from _restored(written, self.pieces)


def originals(listed: Iterable[tuple[SubjectId, bytes]]) -> dict[str, Original]:
    """Return path of each file as it was written to what is left of its original."""
    found: dict[str, Original] = {}
    for subject, row in listed:
        head, _, body = row.partition(b"\n")
        document = json.loads(head)
        one = found.setdefault(str(document["file"]), Original())
        if "name" in document:
            one.name, one.digest = document["name"], document["sha256"]
            one.sealed, one.parts = (body, 0) if document["whole"] else (b"", document["parts"])
        elif "share" in document:
            one.shares.append(body)
        else:
            one.found += 1
            one.pieces += _pieces(subject, document["cuts"], body)
    return found


def _pieces(subject: str, cuts: Sequence[Sequence[int]], body: bytes) -> Iterator[Piece]:
    at = 0
    for start, end, length in cuts:
        yield Piece(subject=subject, start=start, end=end, original=body[at : at + length])
        at += length
