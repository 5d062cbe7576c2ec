"""What people marked in notes: read from cells, held against the texts, searched for marks that contradict others."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primum.domain import mentions
from primum.domain.mentions import Mention
from primum.domain.record import Value
from primum.domain.study import Study
from primum.domain.tokens import UNIT
from primum.errors import DataError

SHORTEST = 5
"""Characters of a mention whose other occurrences are looked at."""
OFTEN, SURELY = 5, 0.8
"""Occurrences of one spelling, and the share of them marked alike, from which on the others are doubtful."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The mentions of one subject's text.

    Attributes:
        mentions: None overlapping another, sorted.
        overlapping: How many were left out because they overlap one that begins earlier, or is longer.
        widened: How many begin or end within a word.
    """

    mentions: tuple[Mention, ...]
    overlapping: int
    widened: int


def marked(cell: Value, text: str, study: Study) -> Marked:
    """Return the mentions in a cell.

    Args:
        cell: As ``mentions.read`` takes it.
        text: The document they lie in.
        study: Names the kinds.

    Raises:
        ValueError: The cell holds no mentions, or one of no known kind, or one beyond the text.
    """
    found = mentions.read(str(cell))
    if any(one.kind not in study.outcome.classes for one in found):
        raise ValueError("an unknown kind")
    if any(one.end > len(text) for one in found):
        raise ValueError("beyond the text")
    kept = mentions.apart(found)
    spans = [one.span() for one in UNIT.finditer(text)]
    return Marked(mentions=kept, overlapping=len(found) - len(kept), widened=mentions.widened(spans, kept))


def marked_in(cells: Sequence[tuple[Value, str]], study: Study) -> list[Marked]:
    """Return the mentions of every subject, all faults reported together.

    Args:
        cells: Each with the document its mentions lie in.
        study: Names the kinds.

    Raises:
        DataError: Some cells hold no mentions, or ones of no known kind, or ones beyond their text.
    """
    found: list[Marked] = []
    faults: Counter[str] = Counter()
    for cell, text in cells:
        try:
            found.append(marked(cell, text, study))
        except ValueError as fault:
            known = str(fault) if str(fault) in {"an unknown kind", "beyond the text"} else "no list of mentions"
            faults[known] += 1
    if faults:
        told = "; ".join(f"{count} subject(s) with {what}" for what, count in sorted(faults.items()))
        raise DataError(
            f"{study.outcome.column}: {told}.",
            remedy="Write each subject's mentions as a JSON list of [start, end, kind], counted in characters of the "
            f"text from 0, of the kinds {', '.join(study.outcome.classes)}.",
        )
    return found


def doubtful(texts: Sequence[str], marks: Sequence[Sequence[Mention]]) -> NDArray[np.bool_]:
    """Return in which texts a spelling is not marked as it nearly always is elsewhere, shape (texts,).

    Source:
        Dickinson & Meurers 2003, EACL (errors of annotation found by variation of equal words).
    """
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    for text, some in zip(texts, marks, strict=True):
        for one in some:
            spelled[text[one.start : one.end].casefold()][one.kind] += 1
    usual = {word: kinds.most_common(1)[0] for word, kinds in spelled.items() if len(word) >= SHORTEST}
    usual = {word: one for word, one in usual.items() if one[1] >= OFTEN}
    if not usual:
        return np.zeros(len(texts), dtype=np.bool_)
    longest_first = sorted(usual, key=lambda word: (-len(word), word))
    search = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    met = [
        (at, word, kind) for at, pair in enumerate(zip(texts, marks, strict=True)) for word, kind in _met(*pair, search)
    ]
    often = Counter(word for _, word, _ in met)
    found = np.zeros(len(texts), dtype=np.bool_)
    for at, word, kind in met:
        usually, count = usual[word]
        found[at] |= kind != usually and count >= SURELY * often[word]
    return found


def _met(text: str, marks: Sequence[Mention], search: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield each occurrence of a spelling and the kind it is marked with, empty where it is not; none within a mark."""
    folded = text.casefold()
    if len(folded) != len(text):  # places would not be the text's own
        return
    own = {(one.start, one.end): one.kind for one in marks}
    covered = np.zeros(len(text), dtype=np.bool_)
    for one in marks:
        covered[one.start : one.end] = True
    for there in search.finditer(folded):
        kind = own.get(there.span(), "")
        if kind or not covered[there.start() : there.end()].any():
            yield there.group(), kind
