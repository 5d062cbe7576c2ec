"""Similar past cases: the development subjects nearest to a case, and where they differ most from it."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from primum.domain.record import Record
from primum.domain.study import Column, Study
from primum.domain.tokens import Floats, Pictures, Texts, cells_of
from primum.ids import SubjectId
from primum.models.outside import looks
from primum.plugins import Modality

SHOWN = 3
DIFFERENCES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One column in which the past case differs: the value there and here, with unit, and by how many deviations."""

    column: str
    there: str
    here: str
    deviations: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """One past case.

    Attributes:
        subject: The pseudonym.
        outcome: The class found by the reference standard.
        distance: Root mean square of standardised differences over the columns both tell; 0 is equal.
        differences: Greatest first.
    """

    subject: SubjectId
    outcome: str
    distance: float
    differences: tuple[Difference, ...]


def nearest(
    record: Record, rows: Sequence[tuple[SubjectId, bytes]], study: Study, modality: Modality
) -> tuple[Neighbour, ...]:
    """Return the ``SHOWN`` nearest past cases, nearest first.

    Columns are standardised by the past cases' mean and deviation; categories differ by 0 or 1; what either side does
    not tell is left out of the distance.

    Args:
        record: The case.
        rows: Subject and JSON of ``record`` and ``outcome`` (a class index), as the prepare stage wrote them.
        study: Names the features and classes.
        modality: Turns records into values.

    Source:
        Euclidean distance over standardised features, as in k-nearest neighbours: Fix & Hodges 1951.
    """
    if not rows:
        return ()
    documents = [json.loads(data) for _, data in rows]
    past = [Record.from_document(one["record"]) for one in documents]
    columns = study.features()
    tokens = modality.tokenize([record, *past], columns)
    if isinstance(tokens, Texts):
        return _alike(tokens, rows, [study.outcome.classes[one["outcome"]] for one in documents])
    if isinstance(tokens, Pictures):
        numbers = looks(tokens)
        difference = _differences(numbers[0], numbers[1:], [columns[0]] * numbers.shape[1])
        return _nearest(difference, rows, [study.outcome.classes[one["outcome"]] for one in documents], None)
    values = cells_of(tokens).values
    difference = _differences(values[0], values[1:], columns)
    outcomes = [study.outcome.classes[one["outcome"]] for one in documents]
    return _nearest(difference, rows, outcomes, (values, columns))


def _nearest(
    difference: Floats,
    rows: Sequence[tuple[SubjectId, bytes]],
    outcomes: Sequence[str],
    told_of: tuple[Floats, Sequence[Column]] | None,
) -> tuple[Neighbour, ...]:
    """Return the nearest past cases by standardised differences, shape (past cases, numbers).

    Args:
        difference: NaN where either side tells nothing.
        rows: Of the past cases.
        outcomes: Theirs.
        told_of: Values of the case and of the past cases, with their columns; None where no column is told of.
    """
    told = np.isfinite(difference)
    count = told.sum(axis=1)
    squares = np.where(told, difference, 0.0) ** 2
    distance = np.where(count > 0, np.sqrt(squares.sum(axis=1) / np.maximum(count, 1)), np.inf)
    order = np.argsort(distance, kind="stable")[:SHOWN]
    return tuple(
        Neighbour(
            subject=rows[at][0],
            outcome=outcomes[at],
            distance=round(float(distance[at]), 3),
            differences=_greatest(difference[at], told_of[0][[0, at + 1]], told_of[1]) if told_of else (),
        )
        for at in (int(one) for one in order)
        if math.isfinite(distance[at])
    )


def _alike(tokens: Texts, rows: Sequence[tuple[SubjectId, bytes]], outcomes: Sequence[str]) -> tuple[Neighbour, ...]:
    """Return the past notes nearest to the first one by their words; those that share none are left out.

    Source:
        Salton & Buckley 1988, Inf Process Manag 24:513 (cosine of TF-IDF weights).
    """
    try:
        counted = TfidfVectorizer(sublinear_tf=True).fit_transform(tokens.documents)
    except ValueError:  # no note holds a word
        return ()
    likeness = np.asarray((counted[1:] @ counted[0].T).todense())[:, 0]
    order = np.argsort(-likeness, kind="stable")[:SHOWN]
    return tuple(
        Neighbour(subject=rows[at][0], outcome=outcomes[at], distance=round(1 - float(likeness[at]), 3), differences=())
        for at in (int(one) for one in order)
        if likeness[at] > 0
    )


def _differences(case: Floats, past: Floats, columns: Sequence[Column]) -> Floats:
    """Return standardised differences, shape (past cases, columns); NaN where either side is missing."""
    raw = past - case
    scale = np.ones(len(columns))
    for place, column in enumerate(columns):
        known = past[:, place][np.isfinite(past[:, place])]
        if column.categories:
            raw[:, place] = np.where(np.isfinite(raw[:, place]), raw[:, place] != 0, np.nan)
        elif known.size and known.std() > 0:
            scale[place] = known.std()
    result: Floats = raw / scale
    return result


def _greatest(row: Floats, both: Floats, columns: Sequence[Column]) -> tuple[Difference, ...]:
    """Return the greatest differences; ``both`` holds the values here and there, shape (2, columns)."""
    size = np.where(np.isfinite(row), np.abs(row), -1.0)
    places = [int(place) for place in np.argsort(-size, kind="stable")[:DIFFERENCES] if size[place] > 0]
    return tuple(
        Difference(
            column=columns[place].name,
            here=shown(float(both[0, place]), columns[place]),
            there=shown(float(both[1, place]), columns[place]),
            deviations=round(float(row[place]), 1),
        )
        for place in places
    )


def shown(value: float, column: Column) -> str:
    """Return a token's value as people read it: the category, or the number to four digits with its unit."""
    if column.categories:
        return column.categories[int(value)]
    return f"{value:.4g} {column.unit}" if column.unit not in {"", "1"} else f"{value:.4g}"
