"""A part of the cohort as models see it: tokens, outcomes, and the records they came from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from primum import plugins
from primum.domain.record import Record
from primum.domain.study import Column
from primum.domain.tokens import Ints, Tokens
from primum.errors import DataError
from primum.ids import SubjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Subjects in the order of their data set.

    Attributes:
        tokens: What a model sees, one row a subject.
        outcome: Class index, shape (subjects,).
        records: Where the tokens came from, one a subject.
    """

    tokens: Tokens
    outcome: Ints
    records: tuple[Record, ...] = field(repr=False)

    @classmethod
    def from_rows(cls, rows: Sequence[tuple[SubjectId, bytes]], columns: Sequence[Column]) -> Self:
        """Return the sample in a data set's rows, each JSON of ``record`` and ``outcome``, as its modality sees it.

        Raises:
            DataError: There is no row.
        """
        if not rows:
            raise DataError(
                "A part of the cohort holds no subject.", remedy="Widen the criteria, or bring more records."
            )
        documents = [json.loads(data) for _, data in rows]
        records = tuple(Record.from_document(one["record"]) for one in documents)
        return cls(
            tokens=plugins.load("modality", records[0].modality).tokenize(records, columns),
            outcome=np.array([one["outcome"] for one in documents], dtype=np.int64),
            records=records,
        )


def deal(outcome: Ints, parts: int, seed: int) -> Ints:
    """Return a part for each subject, 0 to ``parts`` - 1, every class spread evenly; shape (subjects,).

    Source:
        Kohavi 1995, IJCAI (stratified cross-validation).
    """
    dice = np.random.default_rng(seed)
    dealt = np.zeros(len(outcome), dtype=np.int64)
    for one in np.unique(outcome):
        members = dice.permutation(np.flatnonzero(outcome == one))
        dealt[members] = np.arange(len(members)) % parts
    return dealt
