"""A made-up test part: probabilities, outcomes, and the figures a study would draw from them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from primum.domain.evidence import Estimate

Json = Any
Floats = NDArray[np.float64]

SEED = 20_250_301
THRESHOLD = 0.31
TEST = 114
"""Subjects in the made-up test part."""


def estimate(value: float, low: float, high: float, n: int = TEST) -> dict[str, Json]:
    return Estimate(value=value, low=low, high=high, n=n).as_document()


def hidden(n: int) -> dict[str, Json]:
    """An estimate on too few subjects to be shown."""
    return Estimate(value=0.5, low=0.0, high=1.0, n=n, shown=False).as_document()


def rate(hits: int, n: int) -> dict[str, Json]:
    """A share with its Wilson interval."""
    share, z = hits / n, 1.959964
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return estimate(share, float(middle - half), float(middle + half), n)


def cases() -> tuple[Floats, Floats]:
    """Made-up probabilities and outcomes of the test part: 72 benign, 42 malignant."""
    dice = np.random.default_rng(SEED)
    outcome = np.repeat([0.0, 1.0], [72, 42])
    logits = np.where(outcome > 0, dice.normal(2.6, 1.9, TEST), dice.normal(-3.2, 1.8, TEST))
    return 1 / (1 + np.exp(-logits)), outcome


def curves(probability: Floats, outcome: Floats) -> dict[str, Json]:
    """ROC, precision-recall and decision curves, at most 101 points each."""
    positives, negatives = outcome.sum(), (1 - outcome).sum()
    roc, pr, decision = [[0.0, 0.0]], [[0.0, 1.0]], []
    for cut in sorted(set(np.round(probability, 3)), reverse=True):
        called = probability >= cut
        true, false = (outcome * called).sum(), ((1 - outcome) * called).sum()
        roc.append([round(false / negatives, 6), round(true / positives, 6)])
        if true + false:
            pr.append([round(true / positives, 6), round(true / (true + false), 6)])
    for cut in np.arange(0.01, 1.0, 0.02):
        called, odds = probability >= cut, cut / (1 - cut)
        benefit = ((outcome * called).sum() - (1 - outcome) @ called * odds) / TEST
        everyone = (positives - negatives * odds) / TEST
        decision.append(
            {"threshold": round(cut, 2), "model": round(benefit, 6), "treat_all": round(everyone, 6), "treat_none": 0.0}
        )
    step = -(-len(roc) // 100)
    return {"roc": [*roc[::step], [1.0, 1.0]], "pr": [*pr[::step], pr[-1]], "decision_curve": decision}


def bins(probability: Floats, outcome: Floats) -> list[dict[str, Json]]:
    found = []
    for part in np.array_split(np.argsort(probability, kind="stable"), 8):
        observed = rate(int(outcome[part].sum()), len(part))
        ends = {"low": observed["low"], "high": observed["high"]}
        predicted = round(float(probability[part].mean()), 6)
        found.append({"predicted": predicted, "observed": observed["value"], **ends, "n": len(part)})
    return found


def scores(centre: float) -> dict[str, Json]:
    """Metrics under scikit-learn's names for a candidate of about this AUROC."""
    half = 0.012 + (1 - centre) * 0.35
    shares = {
        "accuracy": centre - 0.02,
        "balanced_accuracy": centre - 0.021,
        "precision": centre - 0.05,
        "recall": centre - 0.012,
        "specificity": centre - 0.045,
        "f1": centre - 0.03,
        "roc_auc": centre,
        "average_precision": centre - 0.008,
    }
    found = {name: estimate(x, max(0, x - half), min(1, x + half * 0.7)) for name, x in shares.items()}
    for name, x in {"brier_score_loss": (1 - centre) * 1.6 + 0.01, "log_loss": (1 - centre) * 4 + 0.03}.items():
        found[name] = estimate(x, x * 0.6, x * 1.5)
    return found
