"""Segmentation: what is drawn on a picture, told by a label of each sample."""

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn import metrics

from primum.domain import drawn
from primum.domain.picture import decode
from primum.domain.scored import Scored
from primum.domain.tokens import Floats, Ints, Tokens, pictures_of
from primum.errors import DataError


class Segment:
    """A unit is a sample of a picture or volume; a label is nothing, or the class of what the sample belongs to."""

    def labels(self, classes: Sequence[str]) -> tuple[str, ...]:
        """Return ``nothing`` and the classes."""
        return drawn.labels(classes)

    def owners(self, tokens: Tokens) -> Ints:
        """Return the picture of each sample."""
        pictures = pictures_of(tokens)
        return np.repeat(np.arange(len(pictures)), [one[0].size for one in pictures.values])

    def truth(self, tokens: Tokens, told: Sequence[str], classes: Sequence[str]) -> Ints:
        """Return the label of each sample.

        Args:
            tokens: The pictures.
            told: Of each its mask, encoded as pictures are; its numbers are those of the labels.
            classes: Of what is drawn.

        Raises:
            DataError: A mask has another size than its picture, or a number that is no label's.
        """
        found = [decode(one).values[0] for one in told]
        for mask, picture in zip(found, pictures_of(tokens).values, strict=True):
            if mask.shape != picture.shape[1:] or not 0 <= int(mask.min()) <= int(mask.max()) <= len(classes):
                raise DataError(
                    "A mask has another size than its picture, or numbers beyond those of the classes.",
                    remedy="Bring masks drawn on the very pictures, 0 for nothing and 1, 2, ... for the classes.",
                )
        return np.concatenate([np.zeros(0, dtype=np.int64), *(one.ravel() for one in found)]).astype(np.int64)

    def measure(self, scored: Scored) -> Mapping[str, float]:
        """Return point metrics under scikit-learn's names; NaN where a metric is not defined for this sample.

        Precision, recall and F1 are means over classes of means over subjects; F1 is Dice, which is 1 where nothing is
        drawn and nothing is there. Specificity, AUROC, average
        precision and Brier score are of samples of any class against nothing; accuracy, balanced accuracy and log loss
        are over all labels of samples.

        Source:
            Dice 1945, Ecology 26:297; scikit-learn user guide 3.4.
        """
        truth, score, outcome, called = scored.truth > 0, scored.score, scored.outcome, scored.called
        owner = np.arange(len(outcome)) if scored.owner is None else scored.owner
        both = bool(truth.any() and not truth.all())
        shares = [drawn.shares(one) for one in drawn.matches(outcome, called, owner, scored.labels).values()]
        there = np.bincount(outcome, minlength=len(scored.labels))
        right = np.bincount(outcome[called == outcome], minlength=len(scored.labels))
        return {
            "accuracy": float(right.sum() / there.sum()) if len(outcome) else np.nan,
            "balanced_accuracy": float((right[there > 0] / there[there > 0]).mean()) if len(outcome) else np.nan,
            "precision": _mean([one["precision"] for one in shares]),
            "recall": _mean([one["recall"] for one in shares]),
            "specificity": float((called[~truth] == 0).mean()) if not truth.all() else np.nan,
            "f1": _mean([one["f1"] for one in shares]),
            "roc_auc": float(metrics.roc_auc_score(truth, score)) if both else np.nan,
            "average_precision": float(metrics.average_precision_score(truth, score)) if truth.any() else np.nan,
            "brier_score_loss": float(np.mean((score - truth) ** 2)) if both else np.nan,
            "log_loss": float(scored.loss.mean()) if len(outcome) else np.nan,
        }


def _mean(shares: Sequence[tuple[Floats, Floats]]) -> float:
    """Return the mean over classes of means over subjects; NaN where no subject has any."""
    known = [float(above.sum() / below.sum()) for above, below in shares if below.any()]
    return float(np.mean(known)) if known else np.nan
