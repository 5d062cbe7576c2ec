"""Doubt: prediction sets that hold the truth as often as promised in each class, and the operating threshold."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from primum.domain.tokens import Floats, Ints
from primum.errors import DataError

Sets = NDArray[np.bool_]
"""Shape (subjects, classes): True where a class cannot be ruled out."""

SURE = 1e-9
"""Slack of rounding when a coverage times a count should be whole."""


def quantiles(probability: Floats, outcome: Ints, coverage: float) -> tuple[Floats, Ints]:
    """Return for each class the largest unlikeliness that is still not ruled out, and the subjects it rests on.

    A class ``c`` is in a subject's set when ``1 - p_c`` is at most the class's quantile: the
    ``ceil((n + 1) coverage)``-th smallest ``1 - p_c`` among the ``n`` calibration subjects of that class, or 1 where
    there are too few of them. Then P(c in set | truth is c) >= coverage for exchangeable subjects, at any n.

    Args:
        probability: Calibrated, of subjects that served neither fitting nor recalibration, shape (subjects, classes).
        outcome: Class indices, shape (subjects,).
        coverage: Above 0.5, below 1.

    Source:
        Vovk, Gammerman & Shafer 2005, Algorithmic Learning in a Random World, ch. 4.5 (Mondrian conformal predictors).
    """
    classes = probability.shape[1]
    found, counts = np.ones(classes), np.zeros(classes, dtype=np.int64)
    for one in range(classes):
        unlikely = np.sort(1 - probability[outcome == one, one])
        rank = math.ceil((len(unlikely) + 1) * coverage - SURE)
        counts[one] = len(unlikely)
        if rank <= len(unlikely):
            found[one] = unlikely[rank - 1]
    return found, counts


def prediction_sets(probability: Floats, quantile: Floats) -> Sets:
    """Return the classes that cannot be ruled out, shape (subjects, classes).

    Source:
        Vovk, Gammerman & Shafer 2005, Algorithmic Learning in a Random World, ch. 2.
    """
    result: Sets = (1 - probability) <= quantile
    return result


def abstains(sets: Sets) -> Sets:
    """Return where the model must hold its tongue: no class is left, or more than one; shape (subjects,).

    Source:
        Chow 1970, IEEE Trans Inf Theory 16:41 (the reject option).
    """
    result: Sets = sets.sum(axis=1) != 1
    return result


def named(row: Sequence[bool], classes: Sequence[str]) -> list[str]:
    """Return the classes of one prediction set by name, in the study's order."""
    return [name for name, kept in zip(classes, row, strict=True) if kept]


def operating_threshold(score: Floats, truth: Sets, sensitivity: float) -> float:
    """Return the highest probability from which on enough of the sick are called, halfway to the next subject below.

    Args:
        score: Probability of the class of interest, shape (subjects,).
        truth: Whether a subject has it, shape (subjects,).
        sensitivity: Share of the sick that must be called, 0 to 1.

    Raises:
        DataError: Nobody has the class of interest.

    Source:
        Youden 1950, Cancer 3:32, with sensitivity fixed instead of maximising the sum.
    """
    sick = np.sort(score[truth])[::-1]
    if not sick.size:
        raise DataError(
            "No subject of the validation part has the class of interest, so no threshold can be set.",
            remedy="Bring more subjects of that class, or give the validation part a larger share in `cohort.split`.",
        )
    needed = max(1, math.ceil(sensitivity * len(sick) - SURE))
    lowest = sick[needed - 1]
    below = score[score < lowest]
    return float((lowest + (below.max() if below.size else 0.0)) / 2)
