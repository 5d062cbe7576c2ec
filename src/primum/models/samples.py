"""A part of the cohort as models see it: tokens, the truth of each unit, and the records they came from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from primum import plugins
from primum.domain.record import Record
from primum.domain.study import Study
from primum.domain.tokens import Ints, Tokens
from primum.errors import DataError
from primum.ids import SubjectId
from primum.models.asked import Asked, units_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Subjects in the order of their data set.

    Attributes:
        tokens: What a model sees, one row a subject.
        outcome: Label index, shape (units,).
        owner: The row of the subject in which each unit lies, rising, shape (units,).
        records: Where the tokens came from, one a subject.
    """

    tokens: Tokens
    outcome: Ints
    owner: Ints
    records: tuple[Record, ...] = field(repr=False)

    @classmethod
    def from_rows(cls, rows: Sequence[tuple[SubjectId, bytes]], study: Study) -> Self:
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
        asked = Asked.of(study)
        tokens: Tokens = plugins.load("modality", records[0].modality).tokenize(records, study.features())
        return cls(
            tokens=tokens,
            outcome=asked.task.truth(tokens, [one["outcome"] for one in documents], asked.classes),
            owner=asked.task.owners(tokens),
            records=records,
        )

    @property
    def is_clustered(self) -> bool:
        """Return whether units lie in subjects, and are not the subjects themselves."""
        return not np.array_equal(self.owner, np.arange(len(self.tokens)))

    @property
    def clusters(self) -> Ints | None:
        """Return the owners, None where a subject is one unit."""
        return self.owner if self.is_clustered else None

    def part(self, rows: Ints) -> Self:
        """Return some of the subjects, in rising order."""
        units = self.units(rows)
        return replace(
            self,
            tokens=self.tokens.take(rows),
            outcome=self.outcome[units],
            owner=np.searchsorted(rows, self.owner[units]),
            records=tuple(self.records[int(row)] for row in rows),
        )

    def units(self, rows: Ints) -> Ints:
        """Return the numbers of the units of some subjects."""
        return units_of(self.owner, rows)

    def holders(self, labels: int) -> Ints:
        """Return how many subjects hold a unit of each label, shape (labels,)."""
        pairs = np.unique(self.owner * labels + self.outcome)
        return np.bincount(pairs % labels, minlength=labels)

    @property
    def strata(self) -> Ints:
        """Return the rarest label that each subject holds, shape (subjects,), -1 of an empty one."""
        labels = int(self.outcome.max(initial=0)) + 1
        rank = np.argsort(np.argsort(self.holders(labels), kind="stable"))
        found = np.full(len(self.tokens), labels)
        np.minimum.at(found, self.owner, rank[self.outcome])
        back = np.append(np.argsort(rank), -1)
        strata: Ints = back[found]
        return strata


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
