"""What a study asks: a label of each unit, and which labels matter."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from primum import plugins
from primum.domain.mentions import BEGIN
from primum.domain.study import Study
from primum.domain.tokens import Floats, Ints, Tokens
from primum.plugins import Scorer, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A study's question to a model.

    Attributes:
        task: Of what kind it is.
        classes: The study's.
        labels: What a unit may be told to be, in the order of logits.
        positives: Indices of the labels of interest.
    """

    task: Task
    classes: tuple[str, ...]
    labels: tuple[str, ...]
    positives: tuple[int, ...]

    @classmethod
    def of(cls, study: Study) -> Self:
        """Return what a study asks.

        Raises:
            StudyError: Its task is not installed.
        """
        task: Task = plugins.load("task", study.task)
        classes, positive = study.outcome.classes, study.outcome.positive
        labels = task.labels(classes)
        positives = (classes.index(positive),) if positive else tuple(range(1, len(labels)))
        return cls(task=task, classes=classes, labels=labels, positives=positives)

    @property
    def named(self) -> tuple[str, ...]:
        """Return the labels that every part of the cohort must hold: of words, the first ones of mentions."""
        return self.labels if self.is_of_subjects else tuple(f"{BEGIN}{one}" for one in self.classes)

    @property
    def is_of_subjects(self) -> bool:
        """Return whether a label is told of a subject as a whole, and not of what lies in it."""
        return self.labels == self.classes


def logits(scorer: Scorer, tokens: Tokens, owner: Ints) -> Floats:
    """Return what a scorer says of each unit, shape (units, labels); what it says of a subject holds of all its units.

    Args:
        scorer: Ours or a baseline's.
        tokens: The subjects.
        owner: The row of the subject in which each unit lies, shape (units,).
    """
    said = scorer.logits(tokens)
    return said if len(said) == len(owner) else said[owner]


def units_of(owner: Ints, rows: Ints) -> Ints:
    """Return the numbers of the units that lie in some subjects, subject by subject in the order of ``rows``."""
    first, last = np.searchsorted(owner, rows), np.searchsorted(owner, rows, side="right")
    return np.concatenate([np.zeros(0, dtype=np.int64), *map(np.arange, first, last)]).astype(np.int64)
