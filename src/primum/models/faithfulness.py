"""Faithfulness: taking away what an explanation names must move the model more than taking away as much at random."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from primum.domain.evidence import Estimate
from primum.domain.tokens import Floats, Ints
from primum.models.metrics import UNSHOWN, bootstrap
from primum.plugins import Case

K = 3
"""Places taken away."""
ORDERS = 32
"""Random choices of as many places, a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Mean absolute change of the log-odds when places are made typical or left out, each shape (cases,).

    Attributes:
        deleted: The places an explanation weighs most.
        random: As many places at random, averaged over choices.
        reversed: The places it weighs least.
    """

    deleted: Floats
    random: Floats
    reversed: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Faithfulness:
    """What the deletion test found of one method.

    Attributes:
        ratio: Change by the explanation's places over change by random places.
        deleted: Mean change when the strongest places are taken away.
        random: Mean change when places are taken away at random.
        reversed: Mean change when the weakest places are taken away.
        passes: Whether the ratio's low end reaches the limit and the weakest places matter less than random ones.
    """

    ratio: Estimate
    deleted: Estimate
    random: Estimate
    reversed: Estimate
    passes: bool


def places_taken(places: int) -> int:
    """Return how many places are taken away: three, but never more than half of them, and one at least."""
    return max(1, min(K, places // 2))


def change(cases: Sequence[Case], weights: Sequence[Floats], seed: int) -> Change:
    """Return how far the log-odds move, case by case.

    Args:
        cases: What may be asked of the model.
        weights: Of each place, one array of shape (places,) a case.
        seed: Of the random choices.

    Source:
        Samek et al. 2017, IEEE Trans Neural Netw Learn Syst 28:2660 (perturbation against random order).
    """
    dice = np.random.default_rng(seed)
    found = np.zeros((3, len(cases)))
    for row, (case, weight) in enumerate(zip(cases, weights, strict=True)):
        k = places_taken(case.places)
        order = np.argsort(-np.abs(weight), kind="stable")
        drawn = [dice.permutation(case.places)[:k] for _ in range(ORDERS)]
        told = case.log_odds(without(case.places, [order[:0], order[:k], order[-k:], *drawn]))
        moved = np.abs(told[1:] - told[0])
        found[:, row] = moved[0], moved[2:].mean(), moved[1]
    return Change(deleted=found[0], random=found[1], reversed=found[2])


def judge(moved: Change, ratio_at_least: float, seed: int) -> Faithfulness:
    """Return the verdict on a method from its changes.

    Args:
        moved: Case by case.
        ratio_at_least: What the low end of the ratio's interval must reach.
        seed: Of the resampling of cases.

    Source:
        Samek et al. 2017; Efron & Tibshirani 1993, ch. 13 (bootstrap over cases).
    """
    deleted, random, least = (mean(one, seed) for one in (moved.deleted, moved.random, moved.reversed))
    estimate = times(moved.deleted, moved.random, seed)
    return Faithfulness(
        ratio=estimate,
        deleted=deleted,
        random=random,
        reversed=least,
        passes=estimate.shown and estimate.low >= ratio_at_least and least.value < random.value,
    )


def deleted(cases: Sequence[Case], weights: Sequence[Floats]) -> Floats:
    """Return how far the log-odds move without the places that are weighed most, shape (cases,).

    Args:
        cases: What may be asked of the model.
        weights: Of each place, one array of shape (places,) a case.
    """
    found = np.zeros(len(cases))
    for row, (case, weight) in enumerate(zip(cases, weights, strict=True)):
        order = np.argsort(-np.abs(weight), kind="stable")
        told = case.log_odds(without(case.places, [order[:0], order[: places_taken(case.places)]]))
        found[row] = abs(told[1] - told[0])
    return found


def times(above: Floats, below: Floats, seed: int) -> Estimate:
    """Return the mean of one change over that of another on the same cases, not shown where nothing moves.

    Args:
        above: Shape (cases,).
        below: Shape (cases,).
        seed: Of the resampling of cases.

    Source:
        Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13 (pairs are drawn together).
    """
    if below.mean() <= 0:
        return UNSHOWN

    def ratio(drawn: Floats) -> Floats:
        lower = drawn @ below
        found: Floats = (drawn @ above) / np.where(lower > 0, lower, np.inf)
        return found

    return bootstrap(float(above.mean() / below.mean()), _together(above), seed, ratio)


def mean(values: Floats, seed: int) -> Estimate:
    """Return a mean over cases, shape (cases,), with its interval.

    Source:
        Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13.
    """
    return bootstrap(float(values.mean()), _together(values), seed, lambda drawn: drawn @ values / len(values))


def _together(values: Floats) -> Ints:
    """Return one stratum for all cases."""
    return np.zeros(len(values), dtype=np.int64)


def holds(case: Case, weights: Floats, seed: int) -> bool:
    """Return whether an explanation holds for one case: its strongest places move the model more than random ones do.

    Args:
        case: What may be asked of the model.
        weights: Shape (places,).
        seed: Of the random choices.

    Source:
        Samek et al. 2017, IEEE Trans Neural Netw Learn Syst 28:2660, applied to a single case.
    """
    moved = change([case], [weights], seed)
    return bool(moved.deleted[0] > moved.random[0])


def without(places: int, taken: Sequence[Ints]) -> Floats:
    """Return what is kept where some places are taken away, one row a choice, shape (choices, places)."""
    rows = np.ones((len(taken), places))
    for row, some in zip(rows, taken, strict=True):
        row[some] = 0.0
    return rows
