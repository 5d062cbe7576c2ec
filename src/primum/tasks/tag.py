"""Tagging: the mentions in a text, told by a label of each word."""

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn import metrics

from primum.domain import mentions
from primum.domain.mentions import Mention
from primum.domain.scored import Scored
from primum.domain.tokens import Ints, Tokens, texts_of


class Tag:
    """A unit is a word; a label says of which kind of mention it is the first or a later word, or of none."""

    def labels(self, classes: Sequence[str]) -> tuple[str, ...]:
        """Return ``O``, and ``B-`` and ``I-`` of each class."""
        return mentions.labels(classes)

    def owners(self, tokens: Tokens) -> Ints:
        """Return the text of each word."""
        texts = texts_of(tokens)
        return np.repeat(np.arange(len(texts)), [len(texts.units(row)) for row in range(len(texts))])

    def truth(self, tokens: Tokens, told: Sequence[Sequence[Sequence[int | str]]], classes: Sequence[str]) -> Ints:
        """Return the label of each word.

        Args:
            tokens: The texts.
            told: Of each text ``[start, end, kind]`` a mention, in characters, none overlapping another.
            classes: Kinds of mentions.
        """
        texts = texts_of(tokens)
        found = [
            mentions.labelled(texts.units(row), [Mention(int(a), int(b), str(kind)) for a, b, kind in some], classes)
            for row, some in enumerate(told)
        ]
        return np.concatenate([np.zeros(0, dtype=np.int64), *found])

    def measure(self, scored: Scored) -> Mapping[str, float]:
        """Return point metrics under scikit-learn's names; NaN where a metric is not defined for this sample.

        Precision, recall and F1 count mentions of all kinds, found where first word, last word and kind are right.
        Specificity, AUROC, average precision and Brier score are of words in any mention against the rest; accuracy,
        balanced accuracy and log loss are over all labels of words.

        Source:
            Tjong Kim Sang & De Meulder 2003, CoNLL (exact match of mentions); scikit-learn user guide 3.4.
        """
        truth, score, outcome = scored.truth > 0, scored.score, scored.outcome
        both = bool(truth.any() and not truth.all())
        real, called = scored.by_subject(outcome), scored.by_subject(scored.called)
        counted = np.sum([one.sum(axis=0) for one in mentions.matches(real, called, scored.labels).values()], axis=0)
        hits, told, there = (float(one) for one in counted)
        return {
            "accuracy": float((scored.called == outcome).mean()) if len(outcome) else np.nan,
            "balanced_accuracy": float(
                np.mean([(scored.called[outcome == one] == one).mean() for one in np.unique(outcome)])
            )
            if len(outcome)
            else np.nan,
            "precision": hits / told if told else np.nan,
            "recall": hits / there if there else np.nan,
            "specificity": float((~scored.found[~truth]).mean()) if not truth.all() else np.nan,
            "f1": 2 * hits / (told + there) if told + there else np.nan,
            "roc_auc": float(metrics.roc_auc_score(truth, score)) if both else np.nan,
            "average_precision": float(metrics.average_precision_score(truth, score)) if truth.any() else np.nan,
            "brier_score_loss": float(metrics.brier_score_loss(truth, score)) if both else np.nan,
            "log_loss": float(scored.loss.mean()) if len(outcome) else np.nan,
        }
