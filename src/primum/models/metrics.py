"""Figures with their doubt: point estimates under scikit-learn's names, each with a 95% interval over subjects."""

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import beta, norm

from primum.domain.evidence import Estimate
from primum.domain.scored import Scored
from primum.domain.tokens import Floats, Ints

Bools = NDArray[np.bool_]

REPLICATES = 2000
CELLS = 4_000_000
"""Numbers held at once while resampling."""
LEVEL = 0.95
Z = float(norm.ppf(0.5 + LEVEL / 2))

UNSHOWN = Estimate(value=math.nan, low=math.nan, high=math.nan, n=0, shown=False)
"""What stands where numbers are too small: not even how small."""


def wilson(hits: int, n: int) -> Estimate:
    """Return a share with its score interval; NaN with the interval 0 to 1 where n is 0.

    Source:
        Wilson 1927, J Am Stat Assoc 22:209.
    """
    if n == 0:
        return Estimate(value=math.nan, low=0.0, high=1.0, n=0)
    share = hits / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    low = 0.0 if hits == 0 else middle - half
    high = 1.0 if hits == n else middle + half
    return Estimate(value=share, low=low, high=high, n=n)


def f1_of(truth: Bools, called: Bools) -> Estimate:
    """Return F1 with the score interval of Jaccard's share J of the called or true, F1 = 2J / (1 + J); n is that of J.

    Source:
        Wilson 1927, J Am Stat Assoc 22:209, carried through the monotone map from J to F1.
    """
    jaccard = wilson(int((truth & called).sum()), int((truth | called).sum()))
    value, low, high = (2 * one / (1 + one) for one in (jaccard.value, jaccard.low, jaccard.high))
    return Estimate(value=value, low=low, high=high, n=jaccard.n)


def clopper_pearson(hits: int, n: int) -> Estimate:
    """Return a share with its exact interval, which never covers less than 95%.

    Source:
        Clopper & Pearson 1934, Biometrika 26:404.
    """
    if n == 0:
        return Estimate(value=math.nan, low=0.0, high=1.0, n=0)
    tail = (1 - LEVEL) / 2
    low = float(beta.ppf(tail, hits, n - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, n - hits)) if hits < n else 1.0
    return Estimate(value=hits / n, low=low, high=high, n=n)


def proportion_difference(first: Estimate, second: Estimate) -> Estimate:
    """Return the difference of two independent shares from their own score intervals.

    Source:
        Newcombe 1998, Stat Med 17:873 (method 10).
    """
    value = first.value - second.value
    return Estimate(
        value=value,
        low=max(-1.0, value - math.hypot(first.value - first.low, second.high - second.value)),
        high=min(1.0, value + math.hypot(first.high - first.value, second.value - second.low)),
        n=first.n + second.n,
    )


def auroc_interval(value: float, positives: int, negatives: int) -> tuple[float, float]:
    """Return the score interval of an area under the ROC curve; it does not collapse where the area is 1.

    Source:
        Newcombe 2006, Stat Med 25:559 (method 5); Hanley & McNeil 1982, Radiology 143:29 (the variance).
    """
    mean = (positives + negatives) / 2 - 1

    def distance(area: float) -> float:
        inner = 1 + mean * ((1 - area) / (2 - area) + area / (1 + area))
        return abs(value - area) - Z * math.sqrt(area * (1 - area) * inner / (positives * negatives))

    edge = 1e-12
    low = 0.0 if value <= edge else float(brentq(distance, 0.0, min(value, 1 - edge)))
    high = 1.0 if value >= 1 - edge else float(brentq(distance, max(value, edge), 1.0))
    return low, high


def resamples(outcome: Ints, seed: int) -> Iterator[Floats]:
    """Yield how often each subject is drawn, shape (some replicates, subjects), class by class with replacement.

    Source:
        Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13; stratified by outcome.
    """
    dice = np.random.default_rng(seed)
    step = max(1, CELLS // len(outcome))
    for start in range(0, REPLICATES, step):
        drawn = np.zeros((min(step, REPLICATES - start), len(outcome)))
        for one in np.unique(outcome):
            members = np.flatnonzero(outcome == one)
            drawn[:, members] = dice.multinomial(len(members), np.full(len(members), 1 / len(members)), size=len(drawn))
        yield drawn


def bootstrap(value: float, outcome: Ints, seed: int, measure: Callable[[Floats], Floats]) -> Estimate:
    """Return a figure with its percentile interval.

    Args:
        value: The point estimate.
        outcome: Class index by which resampling is stratified, shape (subjects,).
        seed: Equal seeds draw equal subjects, so that differences are paired.
        measure: How often each subject was drawn, shape (replicates, subjects), to the figure, shape (replicates,).

    Source:
        Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13.
    """
    if not math.isfinite(value):
        return Estimate(value=value, low=math.nan, high=math.nan, n=len(outcome))
    drawn = np.concatenate([measure(weights) for weights in resamples(outcome, seed)])
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value=value, low=min(float(low), value), high=max(float(high), value), n=len(outcome))


def weighted_mean(values: Floats, weights: Floats) -> Floats:
    """Return the mean of values under each row of weights, shape (replicates,).

    Source:
        Brier 1950, Mon Weather Rev 78:1 and Good 1952, J R Stat Soc B 14:107, for the scores averaged with it.
    """
    result: Floats = weights @ values / weights.sum(axis=1)
    return result


def roc_auc(truth: Floats, score: Floats, weights: Floats) -> Floats:
    """Return the area under the ROC curve under each row of weights, shape (replicates,); ties count one half.

    Source:
        Hanley & McNeil 1982, Radiology 143:29 (as the Mann-Whitney statistic).
    """
    sick, well = _grouped(truth, score, weights)
    below = np.cumsum(well, axis=1) - well
    result: Floats = (sick * (below + well / 2)).sum(axis=1) / (sick.sum(axis=1) * well.sum(axis=1))
    return result


def average_precision(truth: Floats, score: Floats, weights: Floats) -> Floats:
    """Return the sum over thresholds of precision times the rise in recall, shape (replicates,).

    Source:
        scikit-learn ``average_precision_score``; Davis & Goadrich 2006, ICML (no interpolation between points).
    """
    sick, well = (one[:, ::-1] for one in _grouped(truth, score, weights))
    hits, called = np.cumsum(sick, axis=1), np.cumsum(sick + well, axis=1)
    precision = np.divide(hits, called, out=np.zeros_like(hits), where=called > 0)
    result: Floats = (sick * precision).sum(axis=1) / hits[:, -1]
    return result


def _grouped(truth: Floats, score: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the weight of the sick and of the well at each distinct score, lowest first, (replicates, scores)."""
    order = np.argsort(score, kind="stable")
    ranked = score[order]
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    drawn, sick = weights[:, order], truth[order]
    return np.add.reduceat(drawn * sick, starts, axis=1), np.add.reduceat(drawn * (1 - sick), starts, axis=1)


def estimates(points: Mapping[str, float], scored: Scored, seed: int) -> dict[str, Estimate]:
    """Return the task's figures with their intervals, each over all subjects.

    Args:
        points: What ``Task.measure`` returned for these very subjects.
        scored: The subjects.
        seed: Of the resampling.

    Source:
        Shares: Wilson 1927. Balanced accuracy: Zou & Donner 2008, Stat Med 27:1693 (from the shares' own intervals).
        F1: Wilson on Jaccard's share J of the called or sick, F1 = 2J / (1 + J). AUROC: Newcombe 2006. Average
        precision, Brier score and log loss: bootstrap.
    """
    truth, called = scored.truth > 0, scored.found
    hits, n = int((truth & called).sum()), len(truth)
    positives = int(truth.sum())
    squared = (scored.score - scored.truth) ** 2
    ends = {
        "accuracy": _ends(wilson(int((scored.called == scored.outcome).sum()), n)),
        "balanced_accuracy": _balanced_ends(scored),
        "precision": _ends(wilson(hits, int(called.sum()))),
        "recall": _ends(wilson(hits, positives)),
        "specificity": _ends(wilson(int((~truth & ~called).sum()), n - positives)),
        "f1": _ends(f1_of(truth, called)),
    }
    if 0 < positives < n:
        ends["roc_auc"] = auroc_interval(points["roc_auc"], positives, n - positives)
    resampled: dict[str, Callable[[Floats], Floats]] = {
        "average_precision": lambda drawn: average_precision(scored.truth, scored.score, drawn),
        "brier_score_loss": lambda drawn: weighted_mean(squared, drawn),
        "log_loss": lambda drawn: weighted_mean(scored.loss, drawn),
    }
    found = {}
    for name, value in points.items():
        if name in resampled:
            found[name] = bootstrap(value, scored.outcome, seed, resampled[name])
        else:
            low, high = ends.get(name, (math.nan, math.nan))
            found[name] = Estimate(value=value, low=min(low, value), high=max(high, value), n=n)
    return found


def differences(first: Scored, second: Scored, seed: int) -> dict[str, Estimate]:
    """Return first minus second on the same subjects, AUROC and log loss, resampled in pairs.

    Source:
        Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 16 (paired samples).
    """
    unit = np.ones((1, len(first.outcome)))
    gap = first.loss - second.loss
    found = {
        "log_loss": bootstrap(float(gap.mean()), first.outcome, seed, lambda drawn: weighted_mean(gap, drawn)),
    }

    def areas(drawn: Floats) -> Floats:
        result: Floats = roc_auc(first.truth, first.score, drawn) - roc_auc(second.truth, second.score, drawn)
        return result

    both = 0 < first.truth.sum() < len(first.truth)
    found["roc_auc"] = bootstrap(float(areas(unit)[0]), first.outcome, seed, areas) if both else UNSHOWN
    return found


def _ends(estimate: Estimate) -> tuple[float, float]:
    return estimate.low, estimate.high


def _balanced_ends(scored: Scored) -> tuple[float, float]:
    """Return the interval of the mean of each class's recall, from the recalls' own intervals."""
    recalls = [
        wilson(int((scored.called[scored.outcome == one] == one).sum()), int((scored.outcome == one).sum()))
        for one in np.unique(scored.outcome)
    ]
    value = sum(one.value for one in recalls) / len(recalls)
    down = math.sqrt(sum((one.value - one.low) ** 2 for one in recalls)) / len(recalls)
    up = math.sqrt(sum((one.high - one.value) ** 2 for one in recalls)) / len(recalls)
    return max(0.0, value - down), min(1.0, value + up)
