"""Mentions: stretches of a text that name something, and the labels of words by which a model tells them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from primum.domain.tokens import Floats, Ints

NONE, BEGIN, INSIDE = "O", "B-", "I-"
COUNTED = 3
"""Hits, mentions told, mentions there are."""


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A stretch of a text.

    Attributes:
        start: Of its first character, from 0.
        end: Past its last character.
        kind: What it names, one of the study's classes.
    """

    start: int
    end: int
    kind: str


def read(cell: str) -> tuple[Mention, ...]:
    """Return the mentions in a cell, sorted: a JSON list of ``[start, end, kind]`` or of objects with these names.

    Raises:
        ValueError: The cell holds something else.
    """
    listed = json.loads(cell)
    try:
        return tuple(sorted(_mention(one) for one in listed))
    except (KeyError, TypeError) as fault:
        raise ValueError("no list of mentions") from fault


def written(mentions: Iterable[Mention]) -> str:
    """Return mentions as the cell that ``read`` gives them back from."""
    return json.dumps([[one.start, one.end, one.kind] for one in sorted(mentions)], ensure_ascii=False)


def labels(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return what a word may be told to be: outside of mentions, or the first or a later word of one of each kind.

    Source:
        Ramshaw & Marcus 1995, WVLC (chunks as labels of words); Tjong Kim Sang & De Meulder 2003, CoNLL (this scheme).
    """
    return (NONE, *(f"{where}{kind}" for kind in kinds for where in (BEGIN, INSIDE)))


def apart(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Return mentions of which none overlaps another: of two that do, the one that begins first, else the longer."""
    kept: list[Mention] = []
    for one in sorted(mentions, key=lambda mention: (mention.start, -mention.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def _mention(one: Any) -> Mention:  # noqa: ANN401 - whatever JSON holds
    start, end, kind = (one["start"], one["end"], one["kind"]) if isinstance(one, dict) else one
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(kind, str) and 0 <= start < end):
        raise ValueError("no mention")
    return Mention(start, end, kind)


def labelled(spans: Sequence[tuple[int, int]], mentions: Sequence[Mention], kinds: Sequence[str]) -> Ints:
    """Return the number of each word's label; a mention that ends within a word has all of it.

    Args:
        spans: Where each word begins and ends, in order.
        mentions: Of which none overlaps another, sorted.
        kinds: The study's classes; ``labels`` gives the order of the numbers.
    """
    known = {kind: 1 + 2 * at for at, kind in enumerate(kinds)}
    found = np.zeros(len(spans), dtype=np.int64)
    at = 0
    for one in mentions:
        while at < len(spans) and spans[at][1] <= one.start:
            at += 1
        begun = at
        while at < len(spans) and spans[at][0] < one.end:
            found[at] = known[one.kind] + (at > begun)
            at += 1
    return found


def widened(spans: Sequence[tuple[int, int]], mentions: Sequence[Mention]) -> int:
    """Return how many mentions begin or end within a word."""
    starts, ends = {one for one, _ in spans}, {one for _, one in spans}
    return sum(one.start not in starts or one.end not in ends for one in mentions)


def runs(told: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield first word, word past the last, and kind of each mention that the labels of one text's words tell.

    A later word of another kind than the one before begins a mention of its own.

    Source:
        The ``conlleval`` program of Tjong Kim Sang & De Meulder 2003, CoNLL.
    """
    start, kind = 0, ""
    for at, label in enumerate([*told, NONE]):
        mine = label[len(BEGIN) :] if label != NONE else ""
        if kind and (mine != kind or label.startswith(BEGIN)):
            yield start, at, kind
            kind = ""
        if mine and not kind:
            start, kind = at, mine


def matches(real: Sequence[Ints], told: Sequence[Ints], names: Sequence[str]) -> Mapping[str, Floats]:
    """Return by kind, for each text, how many mentions are found exactly, told, and there; shape (texts, 3).

    Args:
        real: Numbers of the true labels of each text's words.
        told: Numbers of those that a model told.
        names: The labels, in the order of the numbers.
    """
    kinds = list(dict.fromkeys(one[len(BEGIN) :] for one in names if one != NONE))
    found = {kind: np.zeros((len(real), COUNTED)) for kind in kinds}
    for text, (true, said) in enumerate(zip(real, told, strict=True)):
        here, there = (set(runs([names[one] for one in some])) for some in (true, said))
        for counted, some in enumerate((here & there, there, here)):
            for _, _, kind in some:
                found[kind][text, counted] += 1
    return found
