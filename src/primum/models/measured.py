"""Figures with their intervals, whether subjects are asked about or the units that lie in them."""

import math
from collections.abc import Mapping

import numpy as np

from primum.domain.evidence import Estimate
from primum.domain.scored import Scored
from primum.models import clustered, metrics
from primum.models.clustered import Clusters
from primum.models.metrics import Bools, auroc_interval, clopper_pearson, f1_of, roc_auc, wilson


def estimates(points: Mapping[str, float], scored: Scored, seed: int) -> dict[str, Estimate]:
    """Return a task's figures with their intervals, over subjects in any case.

    Args:
        points: What ``Task.measure`` returned for these very units.
        scored: The units.
        seed: Of the resampling.
    """
    return (
        metrics.estimates(points, scored, seed) if scored.owner is None else clustered.estimates(points, scored, seed)
    )


def differences(first: Scored, second: Scored, seed: int) -> dict[str, Estimate]:
    """Return first minus second on the same subjects: log loss, and AUROC or F1 of mentions, resampled in pairs."""
    return (
        metrics.differences(first, second, seed) if first.owner is None else clustered.differences(first, second, seed)
    )


def share(hits: Bools, among: Bools, scored: Scored, seed: int) -> Estimate:
    """Return the share of some units among others: a score interval, or one over the subjects in which they lie."""
    if scored.owner is None:
        return wilson(int((hits & among).sum()), int(among.sum()))
    return Clusters(scored, seed).share(hits & among, among)


def exact_share(hits: Bools, among: Bools, scored: Scored, seed: int) -> Estimate:
    """Return the same; where subjects are asked about, with an interval that never covers less than 95%."""
    if scored.owner is None:
        return clopper_pearson(int((hits & among).sum()), int(among.sum()))
    return Clusters(scored, seed).share(hits & among, among)


def area(scored: Scored, seed: int) -> Estimate:
    """Return the area under the ROC curve with its interval; NaN where one of the sides is empty."""
    positives, n = int(scored.truth.sum()), len(scored.truth)
    value = float(roc_auc(scored.truth, scored.score, np.ones((1, n)))[0])
    if scored.owner is not None:
        return Clusters(scored, seed).area(value, roc_auc)
    low, high = auroc_interval(value, positives, n - positives) if math.isfinite(value) else (math.nan, math.nan)
    return Estimate(value=value, low=low, high=high, n=n)


def f1_share(truth: Bools, called: Bools, scored: Scored, seed: int) -> Estimate:
    """Return F1 of the units called against those that are true."""
    if scored.owner is None:
        return f1_of(truth, called)
    clusters = Clusters(scored, seed)
    return clusters.ratio(2 * clusters.sums(truth & called), clusters.sums(truth) + clusters.sums(called))
