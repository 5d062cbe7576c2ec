"""From what the network says of each token to stretches of the text."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from primum.privacy.spans import Kind
from primum.privacy.tagger.tokens import Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How sure the tagger must be that a token is no identifier.

    Attributes:
        found: A token with a lower chance to be none is one.
        grown: A token beside one that is found, on the same line, with a lower chance is part of it.
    """

    found: float
    grown: float


@dataclass(frozen=True, slots=True)
class Marks:
    """What is said of tokens of a text, in order.

    Attributes:
        starts: First character of each, int64, shape (n,).
        ends: One past the last character of each, likewise.
        outside: The chance that it is no identifier, float32, likewise.
        kinds: The likeliest kind, as its place in the tagger's list, int64, likewise.
        begins: Whether a new identifier is likelier to begin here than an old one to go on, bool, likewise.
        places: Which token of the text each is, int64, likewise; tokens of which little is to be said may be missing.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    outside: NDArray[np.float32]
    kinds: NDArray[np.int64]
    begins: NDArray[np.bool_]
    places: NDArray[np.int64]

    @classmethod
    def made(cls, read: Tokens, odds: NDArray[np.float32], below: float = math.inf) -> "Marks":
        """Return the marks of tokens.

        Args:
            read: The tokens.
            odds: How much likelier than none ``B-first, I-first, B-second, ...`` are, float32, shape (tokens, labels).
            below: Tokens with a higher chance to be no identifier are left out.
        """
        total = odds @ np.ones(odds.shape[1], dtype=np.float32)
        near = (total > 1 / below - 1).nonzero()[0]
        some = odds.take(near, axis=0)
        begin, inside = some[:, ::2], some[:, 1::2]
        kinds = (begin + inside).argmax(axis=1)
        at = np.arange(len(kinds))
        begins = begin[at, kinds] > inside[at, kinds]
        outside: NDArray[np.float32] = np.float32(1) / (1 + total[near])
        return cls(read.starts[near], read.ends[near], outside, kinds, begins, read.places[near])

    @classmethod
    def joined(cls, pieces: Sequence["Marks"]) -> "Marks":
        """Return the marks of the pieces of a text in one."""
        if len(pieces) == 1:
            return pieces[0]
        return cls(*(np.concatenate([getattr(one, field.name) for one in pieces]) for field in fields(cls)))


def spans(text: str, marks: Marks, kinds: Sequence[Kind], limits: Limits) -> Iterator[tuple[int, int, Kind]]:
    """Yield start, end and kind of the stretches in order, none over the end of a line.

    Args:
        text: What was read.
        marks: Of its tokens; of all that may be identifiers within the limits.
        kinds: The tagger's list.
        limits: How sure it must be.
    """
    run: list[int] = []
    places, starts = marks.places.tolist(), marks.starts.tolist()
    said = [kinds[one] for one in marks.kinds.tolist()]
    is_sure = (marks.outside < limits.found).tolist()
    for at, is_near in enumerate((marks.outside < limits.grown).tolist()):
        if not is_near or text[starts[at]] in "\r\n":
            continue
        if run and places[at] > places[run[-1]] + 1:
            yield from _cut(text, marks, run, _named(said, run, is_sure))
            run = []
        run.append(at)
    yield from _cut(text, marks, run, _named(said, run, is_sure))


def _named(said: Sequence[Kind], run: Sequence[int], is_sure: Sequence[bool]) -> list[Kind]:
    """Return the kind of each of neighbouring tokens, that of the nearest which is sure; none where none is."""
    sure = [at for at in run if is_sure[at]]
    named: list[Kind] = []
    of = 0
    for at in run if sure else ():
        while of + 1 < len(sure) and sure[of + 1] - at < at - sure[of]:
            of += 1
        named.append(said[sure[of]])
    return named


def _cut(text: str, marks: Marks, run: Sequence[int], kinds: Sequence[Kind]) -> Iterator[tuple[int, int, Kind]]:
    """Yield the stretches of neighbouring tokens, parted where the kind changes or another of it begins."""
    first = 0
    for at in range(1, len(kinds) + 1):
        if at == len(kinds) or kinds[at] is not kinds[first] or marks.begins[run[at]]:
            start, end = int(marks.starts[run[first]]), int(marks.ends[run[at - 1]])
            if any(sign.isalnum() for sign in text[start:end]):
                yield start, end, kinds[first]
            first = at
