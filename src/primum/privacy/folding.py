"""A text in one spelling for those who search it, with the way back to the places of the original."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from primum.privacy.spans import Span

INVISIBLE = (
    "\u0000-\u0008\u000e-\u001f\u007f\u0080-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
"""Controls and characters of no width, for use inside brackets: whoever reads does not see them."""
_UNSEEN = re.compile(f"[{INVISIBLE}]")
_KEPT = frozenset("\uff0c\uff1a\uff1b\uff08\uff09\uff01\uff1f\u2026")
"""Chinese punctuation stays as it is: rules know it."""
_ALIKE = {
    "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\uff07": "'",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-", "\u00a0": " ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is searched.

    Attributes:
        text: Composed accents, plain apostrophes, hyphens and spaces, full-width letters and digits made plain,
            nothing invisible.
        starts: Where each character of it begins in the original; None where both are equally long.
        ends: Where each character of it ends in the original; None likewise.
    """

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def original(self, span: Span) -> Span:
        """Return a span of the searched text in the characters of the original."""
        if self.starts is None or self.ends is None:
            return span
        return Span(self.starts[span.start], self.ends[span.end - 1], span.kind, span.method)


def fold(text: str) -> Folded:
    """Return a text in one spelling; time is linear in its length."""
    if text.isascii() and not _UNSEEN.search(text):
        return Folded(text)
    table = {ord(one): alike for one in set(text) if (alike := _plain(one)) != one}
    if _is_as_long(text):
        return Folded(text.translate(table))
    return _shortened(text, table)


def _is_as_long(text: str) -> bool:
    return not _UNSEEN.search(text) and unicodedata.is_normalized("NFC", text)


def _shortened(text: str, table: dict[int, str]) -> Folded:
    """Return the text without what is invisible, a letter and the accents after it made one character."""
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, one in enumerate(text):
        if _UNSEEN.match(one):
            continue
        if signs and ends[-1] == at and unicodedata.combining(one):
            whole = unicodedata.normalize("NFC", signs[-1] + one)
            signs[-1] = whole if len(whole) == 1 else signs[-1]
            ends[-1] = at + 1
            continue
        signs.append(table.get(ord(one), one))
        starts.append(at)
        ends.append(at + 1)
    return Folded("".join(signs), starts, ends)


@lru_cache(maxsize=4096)
def _plain(sign: str) -> str:
    """Return the letter, digit or sign that a sign of equal meaning stands for."""
    if sign.isascii() or sign in _KEPT:
        return sign
    if sign in _ALIKE:
        return _ALIKE[sign]
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 and plain.isascii() else sign


def unaccented(text: str) -> str:
    """Return a text of the same length without accents."""
    if text.isascii():
        return text
    return text.translate({ord(one): _base(one) for one in set(text) if not one.isascii()})


@lru_cache(maxsize=4096)
def _base(sign: str) -> str:
    bare = unicodedata.normalize("NFD", sign)[0]
    return bare if bare.isascii() and bare.isalpha() else sign
