"""Intervals of the classification report: of each class by score intervals, of the averages by resampling subjects."""

from collections.abc import Callable

import numpy as np

from primum.domain.evidence import Estimate
from primum.domain.tokens import Floats
from primum.models.metrics import Scored, bootstrap, f1_of, wilson

FIGURES = ("precision", "recall", "f1-score")
AVERAGES = ("macro avg", "weighted avg")


def intervals(scored: Scored, classes: tuple[str, ...], seed: int) -> dict[str, dict[str, Estimate]]:
    """Return row name of scikit-learn's classification report to figure to estimate, over all subjects.

    Args:
        scored: The subjects; what was called is compared with what happened.
        classes: Names in the order of class indices.
        seed: Of the resampling.

    Source:
        Precision and recall: Wilson 1927. F1: Wilson on Jaccard's share J of the called or true, F1 = 2J / (1 + J).
        Averages over classes: Efron & Tibshirani 1993, ch. 13, stratified by outcome.
    """
    truth, called = (np.eye(len(classes))[one] for one in (scored.outcome, scored.called))
    found = {name: _of_class(truth[:, at] > 0, called[:, at] > 0) for at, name in enumerate(classes)}
    for name in AVERAGES:
        found[name] = {
            figure: bootstrap(
                float(_average(truth, called, name, figure)(np.ones((1, len(truth))))[0]),
                scored.outcome,
                seed,
                _average(truth, called, name, figure),
            )
            for figure in FIGURES
        }
    return found


def _of_class(truth: np.ndarray, called: np.ndarray) -> dict[str, Estimate]:
    hits = int((truth & called).sum())
    found = (wilson(hits, int(called.sum())), wilson(hits, int(truth.sum())), f1_of(truth, called))
    return dict(zip(FIGURES, found, strict=True))


def _average(truth: Floats, called: Floats, name: str, figure: str) -> Callable[[Floats], Floats]:
    """Return how often each subject was drawn, shape (replicates, subjects), to the average, shape (replicates,)."""

    def measure(drawn: Floats) -> Floats:
        hits, told, true = drawn @ (truth * called), drawn @ called, drawn @ truth
        above = {"precision": hits, "recall": hits, "f1-score": 2 * hits}[figure]
        below = {"precision": told, "recall": true, "f1-score": told + true}[figure]
        each = above / np.where(below > 0, below, np.inf)
        weight = np.ones_like(true) if name == "macro avg" else true
        result: Floats = (each * weight).sum(axis=1) / weight.sum(axis=1)
        return result

    return measure
