"""Intervals of the classification report: of each class by score intervals, of the averages by resampling subjects."""

from collections.abc import Callable, Sequence

import numpy as np

from primum.domain.evidence import Estimate
from primum.domain.scored import Scored
from primum.domain.tokens import Floats
from primum.models.measured import f1_share, share
from primum.models.metrics import Bools, bootstrap

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
    found = {name: _of_class((truth[:, at] > 0, called[:, at] > 0), scored, seed) for at, name in enumerate(classes)}
    tables = [_summed(one, scored) for one in (truth * called, called, truth)]
    strata = scored.outcome if scored.owner is None else np.zeros(scored.subjects, dtype=np.int64)
    for name in AVERAGES:
        for figure in FIGURES:
            average = _average(tables, name, figure)
            value = float(average(np.ones((1, len(strata))))[0])
            found.setdefault(name, {})[figure] = bootstrap(value, strata, seed, average)
    return found


def _summed(table: Floats, scored: Scored) -> Floats:
    """Return a table of units as one of subjects, shape (subjects, classes)."""
    if scored.owner is None:
        return table
    found: Floats = np.zeros((scored.subjects, table.shape[1]))
    np.add.at(found, scored.owner, table)
    return found


def _of_class(pair: tuple[Bools, Bools], scored: Scored, seed: int) -> dict[str, Estimate]:
    truth, called = pair
    found = (
        share(truth, called, scored, seed),
        share(called, truth, scored, seed),
        f1_share(truth, called, scored, seed),
    )
    return dict(zip(FIGURES, found, strict=True))


def _average(tables: Sequence[Floats], name: str, figure: str) -> Callable[[Floats], Floats]:
    """Return how often each subject was drawn, shape (replicates, subjects), to the average, shape (replicates,)."""

    def measure(drawn: Floats) -> Floats:
        hits, told, true = (drawn @ one for one in tables)
        above = {"precision": hits, "recall": hits, "f1-score": 2 * hits}[figure]
        below = {"precision": told, "recall": true, "f1-score": told + true}[figure]
        each = above / np.where(below > 0, below, np.inf)
        weight = np.ones_like(true) if name == "macro avg" else true
        result: Floats = (each * weight).sum(axis=1) / weight.sum(axis=1)
        return result

    return measure
