"""Curves for people: ROC, precision-recall, and net benefit over thresholds."""

import numpy as np
from sklearn.metrics import precision_recall_curve, roc_curve

from primum.domain.scored import Scored
from primum.domain.tokens import Floats

MOST_POINTS = 101
THRESHOLDS = np.round(np.arange(0.01, 1.0, 0.02), 2)


def roc(scored: Scored) -> list[list[float]]:
    """Return (false positive rate, true positive rate), at most 101 points from (0, 0) to (1, 1).

    Source:
        scikit-learn ``roc_curve``; Hanley & McNeil 1982, Radiology 143:29.
    """
    false, true, _ = roc_curve(scored.truth, scored.score)
    return _thinned(np.column_stack([false, true]))


def precision_recall(scored: Scored) -> list[list[float]]:
    """Return (recall, precision), at most 101 points by rising recall.

    Source:
        scikit-learn ``precision_recall_curve``; Davis & Goadrich 2006, ICML.
    """
    precision, recall, _ = precision_recall_curve(scored.truth, scored.score)
    return _thinned(np.column_stack([recall, precision])[::-1])


def decision_curve(scored: Scored) -> list[dict[str, float]]:
    """Return the net benefit of the model, of treating all and of treating none, at thresholds from 0.01 to 0.99.

    Net benefit is true positives less false positives weighted by the odds of the threshold, a subject.

    Source:
        Vickers & Elkin 2006, Med Decis Making 26:565.
    """
    share = float(scored.truth.mean())
    found = []
    for threshold in THRESHOLDS:
        odds = threshold / (1 - threshold)
        called = scored.score >= threshold
        hits, alarms = float((scored.truth * called).mean()), float(((1 - scored.truth) * called).mean())
        found.append(
            {
                "threshold": float(threshold),
                "model": round(float(hits - odds * alarms), 6),
                "treat_all": round(float(share - odds * (1 - share)), 6),
                "treat_none": 0.0,
            }
        )
    return found


def _thinned(points: Floats) -> list[list[float]]:
    """Return at most 101 of the points, evenly picked, both ends among them."""
    rows = np.unique(np.linspace(0, len(points) - 1, min(MOST_POINTS, len(points))).round().astype(int))
    return [[round(float(x), 6), round(float(y), 6)] for x, y in points[rows]]
