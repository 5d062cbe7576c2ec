"""Long texts read in stretches that end where a paragraph or line ends, each with what stands before and after it."""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from primum.deid.nouns import Encoding

CORE = 40_000
"""Characters of a stretch at most."""
BESIDE = 1_000
"""Characters before and after it; what identifies somebody is never so long."""
_BORDERS = (re.compile(r"\n[ \t\r]*\n"), re.compile(r"[\n\r]"), re.compile(r"[.。；;!！?？]"), re.compile(r"\s"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of a text.

    Attributes:
        start: Of its core in the whole text, in characters.
        text: The core with what stands beside it.
        before: Characters of ``text`` before the core.
        core: Characters of the core.
    """

    start: int
    text: str = field(repr=False)
    before: int
    core: int

    @property
    def origin(self) -> int:
        """Where ``text`` begins in the whole."""
        return self.start - self.before

    @property
    def end(self) -> int:
        """One past the core's last character in the whole."""
        return self.start + self.core


def decoded(blocks: Iterable[bytes], encoding: Encoding) -> Iterator[str]:
    """Yield the characters of a file given in blocks, its byte order mark left out."""
    decoder = codecs.getincrementaldecoder(encoding.name)("strict")
    skip = len(encoding.mark)
    for block in blocks:
        yield decoder.decode(block[skip:] if skip else block)
        skip = 0
    yield decoder.decode(b"", final=True)


def lines(parts: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a text with their ends; only a line feed ends one."""
    rest = ""
    for part in parts:
        *whole, rest = (rest + part).split("\n")
        yield from (f"{line}\n" for line in whole)
    if rest:
        yield rest


def windows(parts: Iterable[str], size: int = CORE, beside: int = BESIDE) -> Iterator[Window]:
    """Yield the stretches of a text; their cores, one after the other, are the text.

    Args:
        parts: The text in parts of any length.
        size: Characters of a core at most.
        beside: Characters before and after it.
    """
    stream = iter(parts)
    held, origin, at = "", 0, 0
    while True:
        held, is_all = _filled(held, stream, at - origin + size + beside)
        here = at - origin
        if here >= len(held):
            return
        cut = len(held) if is_all and len(held) - here <= size else _border(held, here, min(here + size, len(held)))
        low = max(0, here - beside)
        yield Window(start=at, text=held[low : cut + beside], before=here - low, core=cut - here)
        at += cut - here
        drop = max(0, cut - beside)
        held, origin = held[drop:], origin + drop


def _filled(held: str, stream: Iterator[str], wanted: int) -> tuple[str, bool]:
    parts, length = [held], len(held)
    while length < wanted:
        part = next(stream, None)
        if part is None:
            return "".join(parts), True
        parts.append(part)
        length += len(part)
    return "".join(parts), False


def _border(text: str, start: int, end: int) -> int:
    """Return where to cut: after the last paragraph of the second half, or line, or sentence, or word."""
    half = (start + end) // 2
    for border in _BORDERS:
        found = [match.end() for match in border.finditer(text, half, end)]
        if found:
            return found[-1]
    return end
