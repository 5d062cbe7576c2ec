"""Our candidate for what is drawn on pictures: the U-Net, fitted within a study, telling how likely each label is."""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np

from primum.domain.tokens import Floats, Ints, Pictures, Tokens, pictures_of
from primum.models.asked import units_of
from primum.models.fitting import Fitted, Teaching
from primum.models.image.recipes import Recipe
from primum.models.image.segmenter import Segmenter
from primum.models.image.segmenter import fit as learn
from primum.models.image.tiles import Masks

LEAST = np.finfo(np.float32).tiny
"""A probability below this is told as this: its logarithm stays finite."""


def fit(tokens: Pictures, outcome: Ints, fold: Ints, teaching: Teaching) -> Fitted:
    """Return our candidate, and what its like said of the pictures of each fold that they were not shown.

    Every net learns for all the epochs of the study's model, so that no picture has to tell when to stop.

    Args:
        tokens: Of the development part.
        outcome: Label index of each sample, shape (units,).
        fold: Which fold a subject is in, shape (subjects,); below 0 for those in none, who are never held out.
        teaching: What is the same in every fold; its labels are those of samples, nothing first.

    Raises:
        DataError: Pictures differ in their channels or axes.
        StudyError: A flip names an axis that pictures do not have.

    Source:
        Stone 1974, J R Stat Soc B 36:111 (cross-validation).
    """
    recipe = Recipe.of(teaching.model.pictures)
    owner, masks = owners(tokens), masks_of(tokens, outcome)
    unseen = np.full((len(outcome), len(teaching.labels)), np.nan)
    for one in np.unique(fold[fold >= 0]):
        rows, left = np.flatnonzero(fold != one), np.flatnonzero(fold == one)
        drawer = learn(tokens.take(rows), [masks[row] for row in rows.tolist()], teaching, recipe)
        unseen[units_of(owner, left)] = SegmentScorer(drawer).logits(tokens.take(left))
    drawer = learn(tokens, masks, teaching, recipe)
    return Fitted(scorer=SegmentScorer(drawer), unseen=unseen, epochs=teaching.model.epochs)


def owners(tokens: Pictures) -> Ints:
    """Return the picture of each sample, shape (units,)."""
    return np.repeat(np.arange(len(tokens)), [one[0].size for one in tokens.values])


def masks_of(tokens: Pictures, outcome: Ints) -> Masks:
    """Return the label of each sample in the shape of its picture.

    Args:
        tokens: The pictures.
        outcome: Label index of each sample, picture by picture, shape (units,).
    """
    ends = np.cumsum([one[0].size for one in tokens.values])[:-1]
    parts: Sequence[Ints] = np.split(outcome, ends)
    return [part.reshape(one.shape[1:]) for part, one in zip(parts, tokens.values, strict=True)]


class SegmentScorer:
    """Says of each sample of a picture how likely each label is.

    Args:
        drawer: The U-Net.
    """

    def __init__(self, drawer: Segmenter) -> None:
        self._drawer = drawer

    def logits(self, tokens: Tokens) -> Floats:
        """Return log-probabilities, shape (units, labels)."""
        pictures = pictures_of(tokens)
        found = [
            np.log(np.maximum(one.reshape(len(one), -1).T, LEAST)).astype(np.float64)
            for one in self._drawer.probabilities(pictures)
        ]
        return np.concatenate(found)

    def state(self) -> Mapping[str, bytes]:
        """Return weights as safetensors, and the shape as JSON."""
        return self._drawer.state()

    @classmethod
    def load(cls, state: Mapping[str, bytes]) -> Self:
        """Return the scorer whose state this is.

        Raises:
            IntegrityError: It is not one this class wrote.
        """
        return cls(Segmenter.load(state))
