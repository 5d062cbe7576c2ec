"""Classification: one class a subject, of two or more that exclude each other."""

from collections.abc import Mapping

import numpy as np
from sklearn import metrics

from primum.domain.tokens import Floats, Ints

TWO = 2


class Classify:
    """Softmax probabilities, and scikit-learn's metrics of the class of interest against the rest."""

    def decode(self, logits: Floats) -> Floats:
        """Return probabilities, shape (subjects, classes), rows summing to 1; stable for logits of any size."""
        shifted = logits - logits.max(axis=1, keepdims=True)
        weight = np.exp(shifted)
        result: Floats = weight / weight.sum(axis=1, keepdims=True)
        return result

    def measure(self, outcome: Ints, probability: Floats, threshold: float, positive: int) -> Mapping[str, float]:
        """Return point metrics under scikit-learn's names; NaN where a metric is not defined for this sample.

        With two classes a subject is called positive from ``threshold`` on; with more, the likeliest class is called.
        Precision, recall, specificity, F1, AUROC, average precision and Brier score are of the positive class against
        the rest; accuracy, balanced accuracy and log loss are over all classes.

        Source:
            scikit-learn user guide 3.4 (metrics and scoring); specificity: Altman & Bland 1994, BMJ 308:1552.
        """
        truth, score = outcome == positive, probability[:, positive]
        called = _called(probability, threshold, positive)
        both = bool(truth.any() and not truth.all())
        found = called == positive
        return {
            "accuracy": float((called == outcome).mean()) if len(outcome) else np.nan,
            "balanced_accuracy": float(np.mean([(called[outcome == one] == one).mean() for one in np.unique(outcome)]))
            if len(outcome)
            else np.nan,
            "precision": float(metrics.precision_score(truth, found)) if found.any() else np.nan,
            "recall": float(metrics.recall_score(truth, found)) if truth.any() else np.nan,
            "specificity": float((~found[~truth]).mean()) if not truth.all() else np.nan,
            "f1": float(metrics.f1_score(truth, found)) if (truth | found).any() else np.nan,
            "roc_auc": float(metrics.roc_auc_score(truth, score)) if both else np.nan,
            "average_precision": float(metrics.average_precision_score(truth, score)) if truth.any() else np.nan,
            "brier_score_loss": float(metrics.brier_score_loss(truth, score)) if both else np.nan,
            "log_loss": float(metrics.log_loss(outcome, probability, labels=np.arange(probability.shape[1])))
            if len(outcome)
            else np.nan,
        }


def _called(probability: Floats, threshold: float, positive: int) -> Ints:
    """Return the class called for each subject, shape (subjects,)."""
    if probability.shape[1] > TWO:
        likeliest: Ints = probability.argmax(axis=1)
        return likeliest
    return np.where(probability[:, positive] >= threshold, positive, 1 - positive)
