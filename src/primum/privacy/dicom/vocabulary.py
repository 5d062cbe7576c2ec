"""Words that a description of images may keep: all others go, so that a name nobody foresaw goes too."""

import importlib.resources
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

LONGEST_NUMBER = 3
"""Digits that may stand together; more may be a record number or a year."""
LONGEST_CLUSTER = 6
"""Digits of numbers joined by points, dashes, slashes, colons or single spaces; more may be a telephone number."""
_PIECE = re.compile(r"[\u3400-\u9fff]+|[^\W\d_\u3400-\u9fff]+|\d+|[\W_]+")
_SIGNS = re.compile(r"[^\x00-\x7f\s°µ±×·²³Ωμ，。：；（）、℃]+")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_CLUSTER = re.compile(r"\d+(?:[ ./:\-]\d+)+")
_CLUSTERS = re.compile(r"\d+(?:[ ./:\-年月]\d+)*")
_DATE_LIKE = re.compile(r"\d{1,4}([./\-])\d{1,2}\1\d{1,4}")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_UNITS = frozenset({"ms", "mm", "hz", "mhz", "kv", "ma", "mas", "s", "ml", "hu", "sec", "um", "cm", "bq", "mbq"})
_LONGEST_WORD = 8
DROPPED = "\0"
"""Stands where something was taken out, until the text is tidied."""


@lru_cache(maxsize=1)
def words() -> frozenset[str]:
    """Return the vocabulary: words of the standard, of medicine and of technique that are nobody's name."""
    file = importlib.resources.files("primum.privacy.dicom").joinpath("vocabulary.txt")
    return frozenset(one for one in file.read_text(encoding="utf-8").splitlines() if not one.startswith("#"))


def is_known(word: str) -> bool:
    """Return whether a word may stay."""
    return len(word) == 1 or word.casefold() in words()


def pieces(text: str) -> set[str]:
    """Return the words and numbers of a text in small letters."""
    return {one.casefold() for one in _PIECE.findall(text) if one[0].isalnum()}


def written_in(before: str, after: str) -> frozenset[str]:
    """Return the words and numbers that stand in a text only since somebody cleaned it, those of new dates too."""
    if before == after:
        return frozenset()
    dates = set(_CLUSTERS.findall(after)) - set(_CLUSTERS.findall(before))
    return frozenset((pieces(after) - pieces(before)).union(*map(pieces, dates)))


def tidy(text: str) -> str:
    """Return a text without the marks of what was dropped, and without the separators that they leave behind."""
    bare = re.sub(r"[ _^,;:/\\\-.@]*\0[\0 _^,;:/\\\-.@]*", " ", text)
    bare = re.sub(r"\(\s*\)|\[\s*\]|<\s*>|\"\s*\"", " ", bare)
    bare = re.sub(r"[ \t]{2,}", " ", bare).strip(" _^,;:/\\-")
    return bare if any(one.isalnum() for one in bare) else ""


@dataclass(frozen=True, slots=True)
class Sieve:
    """Lets through what is known, and nothing of the subject.

    Attributes:
        forbidden: Words and numbers of the subject, in small letters; they go even where they are ordinary words.
        allowed: Words and numbers that stay whatever they are: what a cleaner wrote in.
        loose: Unknown words in small letters stay too, as in a report that a cleaner of notes went through.
    """

    forbidden: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()
    loose: bool = False

    def keep(self, text: str) -> str:
        """Return the text without what may not stay; unchanged where all may."""
        found = [match.group() for match in _PIECE.finditer(self._without_clusters(text))]
        kept = [self._kept(found, at) for at in range(len(found))]
        joined = "".join(kept)
        return text if joined == text and DROPPED not in text else tidy(joined)

    def _without_clusters(self, text: str) -> str:
        def kept(match: re.Match[str]) -> str:
            whole = match.group()
            parts = re.findall(r"\d+", whole)
            if all(one in self.allowed for one in parts):
                return whole
            many = sum(map(len, parts)) > LONGEST_CLUSTER
            return DROPPED if many or _DATE_LIKE.fullmatch(whole) else whole

        return _CLUSTER.sub(kept, text)

    def _kept(self, found: list[str], at: int) -> str:
        piece = found[at]
        if not piece[0].isalnum():
            return _SIGNS.sub(DROPPED, piece)
        plain = piece.casefold()
        if plain in self.forbidden:
            return DROPPED
        if plain in self.allowed:
            return piece
        if piece.isdigit():
            return piece if self._may_be_number(found, at) else DROPPED
        if _HAN.fullmatch(piece):
            return piece if self.loose else "".join(self._han(piece))
        return piece if self._is_word(piece) else self._parts(piece)

    def _may_be_number(self, found: list[str], at: int) -> bool:
        around = {found[at - 1].casefold() if at else "", *(one.casefold() for one in found[at + 1 : at + 2])}
        most = LONGEST_NUMBER + (not around.isdisjoint(_UNITS | {"b"}))
        return len(found[at]) <= most and found[at].isascii()

    def _is_word(self, piece: str) -> bool:
        return is_known(piece) or (self.loose and piece.islower())

    def _parts(self, piece: str) -> str:
        """Return the known parts of a word written together, AxFlair; nothing of one that has a forbidden part."""
        parts = _CAMEL.findall(piece)
        if len(parts) < 2 or "".join(parts) != piece:  # noqa: PLR2004 - one part is the word itself
            return DROPPED
        fit = [one for one in parts if one.casefold() not in self.forbidden and self._is_word(one)]
        return "".join(fit) or DROPPED

    def _han(self, run: str) -> Iterator[str]:
        """Yield the known words of a run of Chinese, longest first, and a mark for what is none."""
        at = 0
        while at < len(run):
            longest = next(
                (n for n in range(min(_LONGEST_WORD, len(run) - at), 0, -1) if self._is_han(run[at:][:n])), 0
            )
            yield run[at : at + longest] if longest else DROPPED
            at += longest or 1

    def _is_han(self, word: str) -> bool:
        return word in self.allowed or (word in words() and word not in self.forbidden)
