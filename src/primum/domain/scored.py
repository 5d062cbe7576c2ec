"""What happened beside what one scorer said: of subjects, or of the units that lie in them, as words lie in notes."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primum.domain.tokens import Floats, Ints

TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Units with what happened and what one scorer said.

    Attributes:
        outcome: Label index, shape (units,).
        probability: Calibrated, shape (units, labels).
        threshold: With two labels, the positive one is called from here on; with more, the likeliest is.
        positives: Indices of the labels of interest: the disease; or whatever is no gap between mentions.
        owner: The subject each unit lies in, from 0, rising, shape (units,); None where a subject is one unit.
        labels: Names in the order of indices; needed where units lie in subjects.
    """

    outcome: Ints
    probability: Floats
    threshold: float
    positives: tuple[int, ...]
    owner: Ints | None = None
    labels: tuple[str, ...] = field(default=())

    @property
    def truth(self) -> Floats:
        """Return 1 where a unit has a label of interest, else 0; shape (units,)."""
        result: Floats = np.isin(self.outcome, self.positives).astype(np.float64)
        return result

    @property
    def score(self) -> Floats:
        """Return the probability of the labels of interest together, shape (units,)."""
        result: Floats = self.probability[:, list(self.positives)].sum(axis=1)
        return result

    @property
    def called(self) -> Ints:
        """Return the label called for each unit, shape (units,)."""
        if self.probability.shape[1] > TWO:
            likeliest: Ints = self.probability.argmax(axis=1)
            return likeliest
        (positive,) = self.positives
        return np.where(self.score >= self.threshold, positive, 1 - positive)

    @property
    def found(self) -> NDArray[np.bool_]:
        """Return where a label of interest is called, shape (units,)."""
        return np.isin(self.called, self.positives)

    @property
    def loss(self) -> Floats:
        """Return minus the log-probability of what happened, in nats, shape (units,)."""
        told = self.probability[np.arange(len(self.outcome)), self.outcome]
        result: Floats = -np.log(np.clip(told, np.finfo(np.float64).eps, 1.0))
        return result

    @property
    def subjects(self) -> int:
        """Return how many subjects the units lie in."""
        return len(self.outcome) if self.owner is None else int(self.owner[-1]) + 1 if len(self.owner) else 0

    def by_subject(self, values: NDArray[Any]) -> list[NDArray[Any]]:
        """Return what belongs to the units of each subject.

        Args:
            values: One a unit.
        """
        if self.owner is None:
            return list(values[:, None])
        return np.split(values, np.searchsorted(self.owner, np.arange(1, self.subjects)))

    def drawn(self, dice: np.random.Generator) -> Ints:
        """Return the rows of units of subjects drawn again, as many as there are, with replacement."""
        if self.owner is None:
            return dice.integers(0, len(self.outcome), size=len(self.outcome))
        edges = np.searchsorted(self.owner, np.arange(self.subjects + 1))
        chosen = dice.integers(0, self.subjects, size=self.subjects)
        return np.concatenate([np.arange(edges[one], edges[one + 1]) for one in chosen])

    def only(self, rows: Ints) -> "Scored":
        """Return some of the subjects, in rising order."""
        units = rows if self.owner is None else np.flatnonzero(np.isin(self.owner, rows))
        owner = None if self.owner is None else np.searchsorted(np.unique(rows), self.owner[units])
        return Scored(
            outcome=self.outcome[units],
            probability=self.probability[units],
            threshold=self.threshold,
            positives=self.positives,
            owner=owner,
            labels=self.labels,
        )
