"""Figures of units that lie in subjects, as words lie in notes: intervals draw subjects, never words.

Words of one note are alike, so that an interval over words would promise too much.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np

from primum.domain import mentions
from primum.domain.evidence import Estimate
from primum.domain.scored import Scored
from primum.domain.tokens import Floats
from primum.models.metrics import Bools, average_precision, bootstrap, roc_auc

STEPS = 2000
"""Scores are told apart in so many steps of equally many units where areas are resampled."""


class Clusters:
    """Sums over the units of each subject, from which any share is found again for subjects drawn anew.

    Args:
        scored: Whose units lie in subjects.
        seed: Of the resampling.

    Source:
        Efron & Tibshirani 1993, ch. 8 (the subject as the unit that is drawn); Rutter 2000, Acad Radiol 7:413
        (areas under curves of clustered data).
    """

    def __init__(self, scored: Scored, seed: int) -> None:
        self._scored, self._seed, self._subjects = scored, seed, scored.subjects

    def sums(self, values: Floats | Bools) -> Floats:
        """Return the sum of what belongs to units over each subject, shape (subjects,)."""
        if self._scored.owner is None:
            return values.astype(np.float64)
        found: Floats = np.bincount(self._scored.owner, weights=values, minlength=self._subjects).astype(np.float64)
        return found

    def drawn(self, value: float, measure: Callable[[Floats], Floats]) -> Estimate:
        """Return a figure with its percentile interval over subjects drawn again.

        Args:
            value: The point estimate.
            measure: How often each subject was drawn, shape (replicates, subjects), to the figure, shape (replicates,).
        """
        return bootstrap(value, np.zeros(self._subjects, dtype=np.int64), self._seed, measure)

    def ratio(self, above: Floats, below: Floats) -> Estimate:
        """Return a share with its interval; NaN where nothing is below.

        Args:
            above: Sums over each subject.
            below: Likewise.
        """
        total = float(below.sum())
        return self.drawn(float(above.sum()) / total if total else math.nan, lambda drawn: _share(drawn, above, below))

    def share(self, hits: Floats | Bools, among: Floats | Bools) -> Estimate:
        """Return the share of some units among others, both 1 or 0 a unit."""
        return self.ratio(self.sums(hits), self.sums(among))

    def area(self, value: float, measure: Callable[[Floats, Floats, Floats], Floats]) -> Estimate:
        """Return an area under a curve with its interval.

        Args:
            value: The point estimate.
            measure: ``roc_auc`` or ``average_precision``.
        """
        scored = self._scored
        edges = np.unique(np.quantile(scored.score, np.linspace(0, 1, STEPS + 1)))
        step = np.searchsorted(edges, scored.score)
        owner = np.arange(len(step)) if scored.owner is None else scored.owner
        size = len(edges) + 1
        sick, well = (
            np.bincount(owner * size + step, weights=one, minlength=self._subjects * size).reshape(-1, size)
            for one in (scored.truth, 1 - scored.truth)
        )
        truth, score = np.repeat([1.0, 0.0], size), np.tile(np.arange(size, dtype=np.float64), 2)
        both = np.concatenate([sick, well], axis=1)
        return self.drawn(value, lambda drawn: measure(truth, score, drawn @ both))


def estimates(points: Mapping[str, float], scored: Scored, seed: int) -> dict[str, Estimate]:
    """Return a task's figures with their intervals over subjects.

    Args:
        points: What ``Task.measure`` returned for these very units.
        scored: The units.
        seed: Of the resampling.
    """
    clusters = Clusters(scored, seed)
    truth, called, outcome = scored.truth, scored.called, scored.outcome
    every = np.ones(len(outcome))
    counted = counts(scored)
    total = np.sum(list(counted.values()), axis=0)
    recalls = [
        (clusters.sums((called == one) & (outcome == one)), clusters.sums(outcome == one)) for one in np.unique(outcome)
    ]

    def balanced(drawn: Floats) -> Floats:
        result: Floats = np.mean([_share(drawn, *one) for one in recalls], axis=0)
        return result

    found = {
        "accuracy": clusters.share(called == outcome, every),
        "balanced_accuracy": clusters.drawn(points["balanced_accuracy"], balanced),
        "precision": clusters.ratio(total[:, 0], total[:, 1]),
        "recall": clusters.ratio(total[:, 0], total[:, 2]),
        "specificity": clusters.share(~scored.found & (truth < 1), 1 - truth),
        "f1": clusters.ratio(2 * total[:, 0], total[:, 1] + total[:, 2]),
        "roc_auc": clusters.area(points["roc_auc"], roc_auc),
        "average_precision": clusters.area(points["average_precision"], average_precision),
        "brier_score_loss": clusters.share((scored.score - truth) ** 2, every),
        "log_loss": clusters.share(scored.loss, every),
    }
    return {name: found[name] for name in points}


def differences(first: Scored, second: Scored, seed: int) -> dict[str, Estimate]:
    """Return first minus second on the same subjects: log loss a unit, and F1 of mentions, resampled in pairs.

    Source:
        Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 16 (paired samples).
    """
    clusters = Clusters(first, seed)
    mine, other = (np.sum(list(counts(one).values()), axis=0) for one in (first, second))

    def gap(drawn: Floats) -> Floats:
        return _f1(drawn, mine) - _f1(drawn, other)

    one = np.ones((1, first.subjects))
    return {
        "log_loss": clusters.share(first.loss - second.loss, np.ones(len(first.outcome))),
        "f1": clusters.drawn(float(gap(one)[0]), gap),
    }


def counts(scored: Scored) -> Mapping[str, Floats]:
    """Return by kind, for each subject, how many mentions are found exactly, told, and there; shape (subjects, 3)."""
    return mentions.matches(scored.by_subject(scored.outcome), scored.by_subject(scored.called), scored.labels)


def by_kind(scored: Scored, seed: int) -> dict[str, dict[str, Estimate]]:
    """Return precision, recall and F1 of the mentions of each kind, with intervals over subjects."""
    clusters = Clusters(scored, seed)
    return {
        kind: {
            "precision": clusters.ratio(one[:, 0], one[:, 1]),
            "recall": clusters.ratio(one[:, 0], one[:, 2]),
            "f1": clusters.ratio(2 * one[:, 0], one[:, 1] + one[:, 2]),
        }
        for kind, one in counts(scored).items()
    }


def _share(drawn: Floats, above: Floats, below: Floats) -> Floats:
    total = drawn @ below
    result: Floats = np.divide(drawn @ above, total, out=np.zeros_like(total), where=total > 0)
    return result


def _f1(drawn: Floats, counted: Floats) -> Floats:
    return _share(drawn, 2 * counted[:, 0], counted[:, 1] + counted[:, 2])
