"""Tokens: what a model sees of subjects, and the places in it that a doctor can point at."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, product
from typing import Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from primum.domain.study import Column
from primum.errors import StudyError

Floats = NDArray[np.float64]
Pixels = NDArray[np.float32]
Ints = NDArray[np.int64]

BLANK_LINE = "\n\n"
"""What stands between the texts of two columns in a document."""
GRID = {2: 7, 3: 5}
"""Cells along each axis of a picture of so many axes, where it has so many samples."""
_Kind = TypeVar("_Kind", "Cells", "Texts", "Pictures")
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_WORD = re.compile(rf"{_HAN}|(?:(?!{_HAN})[^\W_])+")
"""A Han character, or a run of other letters and digits."""
UNIT = re.compile(rf"{_HAN}|(?:(?!{_HAN})[^\W_])+|[^\w\s]|_")
"""Likewise, or any other sign but a blank."""


class Tokens(Protocol):
    """What a model sees of several subjects, one row a subject."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the study's columns behind the places."""
        ...

    def __len__(self) -> int:
        """Return how many subjects there are."""
        ...

    def take(self, rows: Ints) -> Self:
        """Return the tokens of some subjects, in the order of ``rows``."""
        ...

    def places(self, row: int) -> tuple[str, ...]:
        """Return the names of a subject's places, for instance ``column:radius_mean`` or ``text:note:10-17``."""
        ...

    def kept(self, row: int, kept: Floats) -> Self:
        """Return one subject again and again, each time with some places only.

        Args:
            row: Which subject.
            kept: Shape (n, places), 1 where a place stays and 0 where it is made typical (cells) or left out (texts).
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The tokens of tables: a value a place, the same places in every subject.

    Attributes:
        values: Shape (subjects, places); missing is NaN; a category is its index in ``Column.categories``.
        columns: The study's columns, one a place.
        reference: A typical subject's values, shape (places,), finite; needed by ``kept`` alone.
    """

    values: Floats
    columns: tuple[Column, ...]
    reference: Floats = field(default_factory=lambda: np.zeros(0))

    def __len__(self) -> int:
        """Return how many subjects there are."""
        return len(self.values)

    def take(self, rows: Ints) -> "Cells":
        """Return the tokens of some subjects."""
        return Cells(values=self.values[rows], columns=self.columns, reference=self.reference)

    def places(self, row: int) -> tuple[str, ...]:
        """Return ``column:<name>`` for each column."""
        del row
        return tuple(f"column:{one.name}" for one in self.columns)

    def kept(self, row: int, kept: Floats) -> "Cells":
        """Return one subject n times; what is not kept has the reference value, shape (n, places)."""
        values = np.where(kept > 0, self.values[row], self.reference)
        return Cells(values=values, columns=self.columns, reference=self.reference)


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The tokens of notes: a text a column; places are words, so every subject has its own.

    Attributes:
        values: One tuple of texts a subject, one text a column; empty where there is none.
        columns: The study's text columns.
    """

    values: tuple[tuple[str, ...], ...] = field(repr=False)
    columns: tuple[Column, ...]

    def __len__(self) -> int:
        """Return how many subjects there are."""
        return len(self.values)

    def take(self, rows: Ints) -> "Texts":
        """Return the tokens of some subjects."""
        return Texts(values=tuple(self.values[int(row)] for row in rows), columns=self.columns)

    def document(self, row: int) -> str:
        """Return a subject's texts as one: those that are not blank, a blank line between them."""
        return BLANK_LINE.join(one for one in self.values[row] if one.strip())

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """Return the document of every subject."""
        return tuple(self.document(row) for row in range(len(self)))

    def spans(self, row: int) -> list[tuple[int, int, int]]:
        """Return of each place the column's number, and where it begins and ends in the characters of that text."""
        return [
            (at, start, end) for at, text in enumerate(self.values[row]) if text.strip() for start, end in words(text)
        ]

    def places(self, row: int) -> tuple[str, ...]:
        """Return ``text:<column>:<start>-<end>`` for each word, in the characters of that column's text."""
        return tuple(f"text:{self.columns[at].name}:{start}-{end}" for at, start, end in self.spans(row))

    def words(self, row: int) -> list[tuple[int, int]]:
        """Return where each place begins and ends in the characters of the document."""
        offsets, length = {}, 0
        for at, text in enumerate(self.values[row]):
            if text.strip():
                offsets[at], length = length, length + len(text) + len(BLANK_LINE)
        return [(offsets[at] + start, offsets[at] + end) for at, start, end in self.spans(row)]

    def units(self, row: int) -> list[tuple[int, int]]:
        """Return where each word and each other sign of a document begins and ends: what tagging tells a label of."""
        return [one.span() for one in UNIT.finditer(self.document(row))]

    def kept(self, row: int, kept: Floats) -> "Texts":
        """Return one subject n times, words that are not kept left out together with what stands behind them.

        Where all is kept the texts are the subject's own to the character.
        """
        pieces = [_pieces(text) if text.strip() else [] for text in self.values[row]]
        bounds = np.cumsum([0, *(len(one) for one in pieces)])
        values = tuple(
            tuple(
                "".join(piece for piece, stays in zip(some, one[begin:end], strict=True) if stays > 0)
                for some, (begin, end) in zip(pieces, pairwise(bounds), strict=True)
            )
            for one in kept
        )
        return Texts(values=values, columns=self.columns)


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """The tokens of images: a picture a subject; places are the cells of a grid laid over it.

    Attributes:
        values: One array a subject, shape (channels, *space), space of two or three axes; sizes may differ.
        columns: The study's column of pictures, the only one.
        spacing: Of each subject, millimetres between samples along each axis of space; empty where nobody told.
    """

    values: tuple[Pixels, ...] = field(repr=False)
    columns: tuple[Column, ...]
    spacing: tuple[tuple[float, ...], ...]

    def __len__(self) -> int:
        """Return how many subjects there are."""
        return len(self.values)

    def take(self, rows: Ints) -> "Pictures":
        """Return the tokens of some subjects."""
        return Pictures(
            values=tuple(self.values[int(row)] for row in rows),
            columns=self.columns,
            spacing=tuple(self.spacing[int(row)] for row in rows),
        )

    def cells(self, row: int) -> list[tuple[slice, ...]]:
        """Return the grid's cells, each a slice an axis of space, the last axis running fastest."""
        space = self.values[row].shape[1:]
        return list(product(*(_cut(size, len(space)) for size in space)))

    def places(self, row: int) -> tuple[str, ...]:
        """Return ``image:<column>:<begin>-<end>,<begin>-<end>`` for each cell, in samples along each axis of space."""
        name = self.columns[0].name
        return tuple(f"image:{name}:{','.join(f'{one.start}-{one.stop}' for one in cell)}" for cell in self.cells(row))

    def kept(self, row: int, kept: Floats) -> "Pictures":
        """Return one subject n times; a cell that is not kept is filled with the picture's mean, channel by channel."""
        own, cells = self.values[row], self.cells(row)
        mean = own.mean(axis=tuple(range(1, own.ndim)), keepdims=True, dtype=np.float64).astype(own.dtype)
        found = []
        for one in kept:
            picture = own.copy()
            for cell, stays in zip(cells, one, strict=True):
                if stays <= 0:
                    picture[(slice(None), *cell)] = mean.reshape(-1, *(1 for _ in cell))
            found.append(picture)
        return Pictures(values=tuple(found), columns=self.columns, spacing=(self.spacing[row],) * len(found))


def cells_of(tokens: Tokens) -> Cells:
    """Return the tokens of a table.

    Raises:
        StudyError: They are those of something else.
    """
    return _only(tokens, Cells)


def texts_of(tokens: Tokens) -> Texts:
    """Return the tokens of texts.

    Raises:
        StudyError: They are those of something else.
    """
    return _only(tokens, Texts)


def pictures_of(tokens: Tokens) -> Pictures:
    """Return the tokens of images.

    Raises:
        StudyError: They are those of something else.
    """
    return _only(tokens, Pictures)


_READ = {
    Cells: ("tables", "logistic_regression and lightgbm"),
    Texts: ("texts", "tfidf_svm and tfidf_logistic"),
    Pictures: ("images", "hog"),
}
"""What a kind of tokens is called, and baselines that read it."""


def _only(tokens: Tokens, kind: type[_Kind]) -> _Kind:
    """Return tokens that are of the kind a method reads.

    Raises:
        StudyError: They are of another.
    """
    if isinstance(tokens, kind):
        return tokens
    given, fitting = next(
        (words for one, words in _READ.items() if isinstance(tokens, one)), ("other data", "those of its kind")
    )
    raise StudyError(
        f"A method that reads {_READ[kind][0]} was asked of {given}.",
        remedy=f"Name baselines for {given}, for instance {fitting}.",
    )


def words(text: str) -> list[tuple[int, int]]:
    """Return where each word begins and ends: a run of letters and digits, or one Han character."""
    return [one.span() for one in _WORD.finditer(text)]


def _cut(size: int, axes: int) -> list[slice]:
    """Return an axis cut into cells of about equal length."""
    edges = np.linspace(0, size, min(size, GRID[axes]) + 1).round().astype(int).tolist()
    return [slice(begin, end) for begin, end in pairwise(edges)]


def _pieces(text: str) -> list[str]:
    """Return a text cut before every word; what stands before the first belongs to it."""
    starts = [start for start, _ in words(text)]
    return [text[begin:end] for begin, end in pairwise([0, *starts[1:], len(text)])] if starts else []
