"""How a file's characters are written as bytes; what cannot be told is refused, for a garbled name is not found."""

import codecs
import re
from collections import Counter
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
_HAN = re.compile(r"[\u3400-\u9fff]")
_COMMON_AT_LEAST = 0.9
"""Share of Han characters that are in everyday use, below which GB 18030 was not what wrote them: Big5 read so is."""
_BIG5_EVERYDAY = (0xA4, 0xC6)
"""First bytes of the characters in everyday use in Big5."""
_WESTERN = re.compile(
    r"[\u00c0-\u00ff\u0160\u0152\u017d\u0161\u0153\u017e\u0178\u2013-\u2026\u20ac\u00a0\u00a1\u00a3\u00a7\u00a9-\u00ab\u00ae\u00b0\u00b2-\u00b5\u00ba-\u00bf]"
)
_HIGH = re.compile(r"[^\x00-\x7f]")
_WESTERN_AT_LEAST = 0.8
"""Share of characters beyond ASCII that Western texts use, below which Windows-1252 was not what wrote them."""
_ENOUGH = 8
"""Han characters, nearly all of them in everyday use, that are no accident of another encoding."""
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
    holds = [name for name, one in tries.items() if one.end() and one.is_likely]
    if "utf-8" not in holds and "gb18030" in holds and tries["gb18030"].counted >= _ENOUGH:
        holds = ["gb18030"]
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
        self._least = {"gb18030": _COMMON_AT_LEAST, "cp1252": _WESTERN_AT_LEAST}.get(name, 0.0)
        self._name, self._all, self._usual = name, 0, 0

    @property
    def is_likely(self) -> bool:
        """Return whether what was decoded is made of the characters that this encoding is used for."""
        return self._usual >= self._least * self._all

    @property
    def counted(self) -> int:
        """Return how many characters that could be likely or not it has seen."""
        return self._all

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
                self._count(text)

    def _count(self, text: str) -> None:
        if self._name == "gb18030":
            counts = Counter(_HAN.findall(text))
            self._all += counts.total()
            self._usual += sum(count for sign, count in counts.items() if _is_everyday(sign))
        elif self._name == "cp1252":
            self._all += len(_HIGH.findall(text))
            self._usual += len(_WESTERN.findall(text))


def _is_everyday(sign: str) -> bool:
    if sign.encode("gb2312", "ignore"):
        return True
    written = sign.encode("big5", "ignore")
    return bool(written) and _BIG5_EVERYDAY[0] <= written[0] <= _BIG5_EVERYDAY[1]


def _chosen(holds: list[str], high: int, isolated: int, sequences: int) -> str:
    if "utf-8" in holds:
        return "utf-8"
    if high and sequences > high / 2:
        raise RefusedError("mixed-encoding")
    if len(holds) == 1:
        return holds[0]
    share = isolated / high if high else 1.0
    if share <= _SIDES[0] and "gb18030" in holds:
        return "gb18030"
    if share >= _SIDES[1] and "cp1252" in holds:
        return "cp1252"
    raise RefusedError("encoding")
