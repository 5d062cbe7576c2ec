"""From what the network says of each token to stretches of the text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from primum.privacy.spans import Kind


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
    """What is said of each token of a text.

    Attributes:
        starts: First character of each token, int64, shape (n,).
        ends: One past the last, likewise.
        outside: The chance that it is no identifier, float32, likewise.
        kinds: The likeliest kind, as its place in the tagger's list, int64, likewise.
        begins: Whether a new identifier is likelier to begin here than an old one to go on, bool, likewise.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    outside: NDArray[np.float32]
    kinds: NDArray[np.int64]
    begins: NDArray[np.bool_]

    @classmethod
    def made(cls, starts: NDArray[np.int64], ends: NDArray[np.int64], chances: NDArray[np.float32]) -> "Marks":
        """Return the marks of tokens from the chances of ``O, B-first, I-first, B-second, ...``."""
        begin, inside = chances[:, 1::2], chances[:, 2::2]
        kinds = (begin + inside).argmax(axis=1)
        at = np.arange(len(kinds))
        return cls(starts, ends, chances[:, 0], kinds, begin[at, kinds] > inside[at, kinds])

    @classmethod
    def nothing(cls) -> "Marks":
        """Return the marks of an empty text."""
        none = np.zeros(0, dtype=np.int64)
        return cls(none, none, none.astype(np.float32), none, none.astype(bool))

    @classmethod
    def joined(cls, pieces: Sequence["Marks"]) -> "Marks":
        """Return the marks of the pieces of a text in one."""
        if not pieces:
            return cls.nothing()
        return cls(
            np.concatenate([one.starts for one in pieces]),
            np.concatenate([one.ends for one in pieces]),
            np.concatenate([one.outside for one in pieces]),
            np.concatenate([one.kinds for one in pieces]),
            np.concatenate([one.begins for one in pieces]),
        )


def spans(text: str, marks: Marks, kinds: Sequence[Kind], limits: Limits) -> Iterator[tuple[int, int, Kind]]:
    """Yield start, end and kind of the stretches in order, none over the end of a line.

    Args:
        text: What was read.
        marks: Of all its tokens.
        kinds: The tagger's list.
        limits: How sure it must be.
    """
    near = np.flatnonzero(marks.outside < limits.grown)
    near = near[[text[one] not in "\r\n" for one in marks.starts[near].tolist()]]
    if not len(near):
        return
    for run in np.split(near, np.flatnonzero(np.diff(near) > 1) + 1):
        sure = run[marks.outside[run] < limits.found]
        if len(sure):
            nearest = sure[np.searchsorted((sure[1:] + sure[:-1]) / 2, run)]
            yield from _cut(text, marks, run, [kinds[one] for one in marks.kinds[nearest].tolist()])


def _cut(text: str, marks: Marks, run: NDArray[np.int64], kinds: list[Kind]) -> Iterator[tuple[int, int, Kind]]:
    """Yield the stretches of neighbouring tokens, parted where the kind changes or another of it begins."""
    first = 0
    begins = marks.begins[run].tolist()
    for at in range(1, len(run) + 1):
        if at == len(run) or kinds[at] is not kinds[first] or begins[at]:
            start, end = int(marks.starts[run[first]]), int(marks.ends[run[at - 1]])
            if any(sign.isalnum() for sign in text[start:end]):
                yield start, end, kinds[first]
            first = at
