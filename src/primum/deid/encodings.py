"""How a file's characters are written as bytes; what cannot be told is refused, for a garbled name is not found."""

import codecs
import re
from collections.abc import Iterable, Iterator

from primum.deid.nouns import Encoding, RefusedError

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, the longer ones of equal beginning first."""
MANY_NULS = 0.3
"""Of the bytes at even or odd places, in UTF-16 without a mark."""
_RUN = re.compile(rb"[\x80-\xff]+")
_ISOLATED = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]{1,2}|[\x80-\xff]{1,2}(?=[A-Za-z])")
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_SIDES = (0.25, 0.75)
"""Share of isolated bytes up to which a text is Chinese, and from which it is Western; between them nobody can tell."""


def detect(blocks: Iterable[bytes]) -> Encoding:
    """Return the encoding of a file given in blocks, each read once.

    Raises:
        RefusedError: Its bytes are no text, or the encoding cannot be told.
    """
    stream = iter(blocks)
    first = next(stream, b"")
    marked = next((Encoding(name=name, mark=mark) for mark, name in MARKS if first.startswith(mark)), None)
    if marked is None and b"\0" in first:
        marked = _unmarked(first)
    wanted = [marked.name] if marked else ["utf-8", "gb18030", "cp1252"]
    tries = {name: _Try(name) for name in wanted}
    high = isolated = sequences = 0
    skip = len(marked.mark) if marked else 0
    for block in _with(first[skip:], stream):
        for one in tries.values():
            one.read(block)
        if not block.isascii():
            high += sum(1 for _ in _RUN.finditer(block))
            isolated += sum(1 for _ in _ISOLATED.finditer(block))
            sequences += sum(_is_utf_8(match.group()) for match in _RUN.finditer(block))
    holds = [name for name, one in tries.items() if one.end()]
    return marked if marked and holds else Encoding(name=_chosen(holds, high, isolated, sequences))


def _with(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _is_utf_8(run: bytes) -> bool:
    try:
        run.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unmarked(head: bytes) -> Encoding:
    """Return UTF-16 by where its zero bytes stand."""
    shares = [head[at::2].count(0) / max(1, len(head[at::2])) for at in (0, 1)]
    if max(shares) < MANY_NULS or min(shares) > MANY_NULS / 10:
        raise RefusedError("binary")
    return Encoding(name="utf-16-be" if shares[0] > shares[1] else "utf-16-le")


class _Try:
    """Decodes block by block, until it fails."""

    def __init__(self, name: str) -> None:
        self._decoder = codecs.getincrementaldecoder(name)("strict")
        self._fits = True
        self._binary = False

    def read(self, block: bytes) -> None:
        """Take the next block."""
        self._take(block, final=False)

    def end(self) -> bool:
        """Return whether all could be decoded.

        Raises:
            RefusedError: It could, and holds what no text holds.
        """
        self._take(b"", final=True)
        if self._fits and self._binary:
            raise RefusedError("binary")
        return self._fits

    def _take(self, block: bytes, *, final: bool) -> None:
        if self._fits:
            try:
                text = self._decoder.decode(block, final)
            except UnicodeDecodeError:
                self._fits = False
            else:
                self._binary = self._binary or _BINARY.search(text) is not None


def _chosen(holds: list[str], high: int, isolated: int, sequences: int) -> str:
    if "utf-8" in holds:
        return "utf-8"
    if high and sequences > high / 2:
        raise RefusedError("mixed-encoding")
    share = isolated / high if high else 1.0
    if share <= _SIDES[0] and "gb18030" in holds:
        return "gb18030"
    if share >= _SIDES[1] and "cp1252" in holds:
        return "cp1252"
    raise RefusedError("encoding")
