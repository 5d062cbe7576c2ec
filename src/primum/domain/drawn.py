"""What is drawn on pictures: a label of each sample, and how far two drawings of the same picture overlap."""

from collections.abc import Mapping, Sequence

import numpy as np

from primum.domain.tokens import Floats, Ints

NOTHING = "nothing"
COUNTED = 3
"""Samples of a class in both drawings, in the model's, and in the true one."""


def labels(classes: Sequence[str]) -> tuple[str, ...]:
    """Return what a sample may be told to be: nothing, or one of the classes; their order is that of a mask's numbers.

    Raises:
        ValueError: A class is called nothing.
    """
    if NOTHING in classes:
        raise ValueError("a class is called nothing, which is what belongs to no class")
    return (NOTHING, *classes)


def matches(real: Ints, told: Ints, owner: Ints, names: Sequence[str]) -> Mapping[str, Floats]:
    """Return by class, for each subject, how many samples are of it in both, told, and there; shape (subjects, 3).

    Args:
        real: Number of the true label of each sample, shape (samples,).
        told: Number of that which a model told.
        owner: The subject each sample lies in, from 0, rising.
        names: The labels, in the order of the numbers; the first is nothing.
    """
    subjects, kinds = int(owner.max(initial=-1)) + 1, len(names)

    def counted(some: Ints, lying: Ints) -> Floats:
        found = np.bincount(lying * kinds + some, minlength=subjects * kinds)
        return found.reshape(subjects, kinds).astype(np.float64)

    same = real == told
    both, said, there = counted(real[same], owner[same]), counted(told, owner), counted(real, owner)
    return {name: np.stack([both[:, at], said[:, at], there[:, at]], axis=1) for at, name in enumerate(names) if at}


def dice(counted: Floats) -> Floats:
    """Return the overlap of each subject's drawings, 1 where both are empty; shape (subjects,).

    Args:
        counted: What ``matches`` found of a class, shape (subjects, 3).

    Source:
        Dice 1945, Ecology 26:297.
    """
    total = counted[:, 1] + counted[:, 2]
    return np.divide(2 * counted[:, 0], total, out=np.ones_like(total), where=total > 0)


def shares(counted: Floats) -> Mapping[str, tuple[Floats, Floats]]:
    """Return precision, recall and F1 of each subject's drawing of a class, and 1 where a subject has one, else 0.

    Their means over subjects are sums of the former over sums of the latter. F1 is Dice, which every subject has.

    Args:
        counted: What ``matches`` found of the class, shape (subjects, 3).
    """
    both = counted[:, 0]

    def of(below: Floats) -> tuple[Floats, Floats]:
        some = below > 0
        return np.divide(both, below, out=np.zeros_like(both), where=some), some.astype(np.float64)

    return {"precision": of(counted[:, 1]), "recall": of(counted[:, 2]), "f1": (dice(counted), np.ones_like(both))}
