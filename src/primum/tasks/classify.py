"""Classification: one class a subject, of two or more that exclude each other."""

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn import metrics

from primum.domain.scored import Scored
from primum.domain.tokens import Ints, Tokens


class Classify:
    """A subject is one unit, and a label is a class; measured is the class of interest against the rest."""

    def labels(self, classes: Sequence[str]) -> tuple[str, ...]:
        """Return the classes."""
        return tuple(classes)

    def owners(self, tokens: Tokens) -> Ints:
        """Return the subjects' own rows."""
        return np.arange(len(tokens))

    def truth(self, tokens: Tokens, told: Sequence[int], classes: Sequence[str]) -> Ints:
        """Return the class index of each subject, which is what is told of it."""
        del tokens, classes
        return np.array(told, dtype=np.int64)

    def measure(self, scored: Scored) -> Mapping[str, float]:
        """Return point metrics under scikit-learn's names; NaN where a metric is not defined for this sample.

        With two classes a subject is called positive from the threshold on; with more, the likeliest class is called.
        Precision, recall, specificity, F1, AUROC, average precision and Brier score are of the positive class against
        the rest; accuracy, balanced accuracy and log loss are over all classes.

        Source:
            scikit-learn user guide 3.4 (metrics and scoring); specificity: Altman & Bland 1994, BMJ 308:1552.
        """
        outcome, called, found = scored.outcome, scored.called, scored.found
        truth, score = scored.truth > 0, scored.score
        both = bool(truth.any() and not truth.all())
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
            "log_loss": float(
                metrics.log_loss(outcome, scored.probability, labels=np.arange(scored.probability.shape[1]))
            )
            if len(outcome)
            else np.nan,
        }
