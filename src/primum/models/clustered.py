"""Figures of units that lie in subjects, as words lie in notes: intervals draw subjects, never words.

Words of one note are alike, so that an interval over words would promise too much.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np

from primum.domain import drawn, mentions
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

    def means(self, shares: list[tuple[Floats, Floats]]) -> Estimate:
        """Return the mean of several shares with its interval; those of which nothing is below are left out.

        Args:
            shares: Of each what is above and below, sums over each subject.
        """
        known = [one for one in shares if one[1].any()]

        def mean(often: Floats) -> Floats:
            result: Floats = np.mean([_share(often, *one) for one in known], axis=0)
            return result

        value = float(mean(np.ones((1, self._subjects)))[0]) if known else math.nan
        return self.drawn(value, mean if known else lambda often: np.full(len(often), math.nan))

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
    recalls = [
        (clusters.sums((called == one) & (outcome == one)), clusters.sums(outcome == one)) for one in np.unique(outcome)
    ]

    def balanced(drawn: Floats) -> Floats:
        result: Floats = np.mean([_share(drawn, *one) for one in recalls], axis=0)
        return result

    found = {
        "accuracy": clusters.share(called == outcome, every),
        "balanced_accuracy": clusters.drawn(points["balanced_accuracy"], balanced),
        "specificity": clusters.share(~scored.found & (truth < 1), 1 - truth),
        "roc_auc": clusters.area(points["roc_auc"], roc_auc),
        "average_precision": clusters.area(points["average_precision"], average_precision),
        "brier_score_loss": clusters.share((scored.score - truth) ** 2, every),
        "log_loss": clusters.share(scored.loss, every),
        **(_of_drawings(scored, clusters) if is_drawn(scored) else _of_mentions(scored, clusters)),
    }
    return {name: found[name] for name in points}


def is_drawn(scored: Scored) -> bool:
    """Return whether units are samples of pictures, and not words of texts."""
    return scored.labels[:1] == (drawn.NOTHING,)


def _of_mentions(scored: Scored, clusters: Clusters) -> dict[str, Estimate]:
    """Return precision, recall and F1 of the mentions of all kinds together."""
    total = np.sum(list(counts(scored).values()), axis=0)
    return {
        "precision": clusters.ratio(total[:, 0], total[:, 1]),
        "recall": clusters.ratio(total[:, 0], total[:, 2]),
        "f1": clusters.ratio(2 * total[:, 0], total[:, 1] + total[:, 2]),
    }


def _of_drawings(scored: Scored, clusters: Clusters) -> dict[str, Estimate]:
    """Return means over classes of means over subjects: of precision, recall and Dice."""
    shares = [drawn.shares(one) for one in counts(scored).values()]
    return {name: clusters.means([one[name] for one in shares]) for name in ("precision", "recall", "f1")}


def differences(first: Scored, second: Scored, seed: int) -> dict[str, Estimate]:
    """Return first minus second on the same subjects: log loss a unit, and F1 of mentions or Dice, resampled in pairs.

    Source:
        Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 16 (paired samples).
    """
    clusters = Clusters(first, seed)
    mine, other = (_overlaps(one) for one in (first, second))

    def gap(often: Floats) -> Floats:
        ours, theirs = (np.mean([_share(often, *one) for one in some], axis=0) for some in (mine, other))
        result: Floats = ours - theirs
        return result

    one = np.ones((1, first.subjects))
    return {
        "log_loss": clusters.share(first.loss - second.loss, np.ones(len(first.outcome))),
        "f1": clusters.drawn(float(gap(one)[0]), gap),
    }


def counts(scored: Scored) -> Mapping[str, Floats]:
    """Return by kind, for each subject, how many mentions are found exactly, told, and there; shape (subjects, 3).

    Where units are samples of pictures, these are counted and not mentions.
    """
    if is_drawn(scored):
        owner = np.arange(len(scored.outcome)) if scored.owner is None else scored.owner
        return drawn.matches(scored.outcome, scored.called, owner, scored.labels)
    return mentions.matches(scored.by_subject(scored.outcome), scored.by_subject(scored.called), scored.labels)


def by_kind(scored: Scored, seed: int) -> dict[str, dict[str, Estimate]]:
    """Return precision, recall and F1 of the mentions of each kind, or of each class drawn, intervals over subjects."""
    clusters = Clusters(scored, seed)
    if is_drawn(scored):
        return {
            kind: {name: clusters.ratio(*share) for name, share in drawn.shares(one).items()}
            for kind, one in counts(scored).items()
        }
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


def _overlaps(scored: Scored) -> list[tuple[Floats, Floats]]:
    """Return above and below of F1: of the mentions of all kinds together, or of each class that is drawn."""
    counted = list(counts(scored).values())
    if is_drawn(scored):
        return [drawn.shares(one)["f1"] for one in counted]
    total = np.sum(counted, axis=0)
    return [(2 * total[:, 0], total[:, 1] + total[:, 2])]
