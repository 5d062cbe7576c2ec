"""Explanations of pictures as heat on a grid: tested beside maps that know nothing of the model, and told as a mean."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Self

import numpy as np

from primum.domain.tokens import Floats, Pictures
from primum.models.calibrated import Calibrated
from primum.models.controls import CONTROLS
from primum.models.erasure import erase
from primum.models.faithfulness import deleted, mean, times
from primum.models.image import sanity
from primum.models.questions import Question, ask
from primum.plugins import Case, Explainer

MARGIN = 1.1
"""Times as far as without a control's places the model must move without those of an explanation."""
ALIKE_AT_MOST = 0.5
"""Mean rank correlation of an explanation with that of the same model with random weights, beyond which it is of the
picture and not of the model."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """What every method of a model of pictures is put beside.

    Attributes:
        changes: Control to how far the model moves without its places, shape (cases,).
        erased: Control to what erasing its places does.
        random: The same cases before the model with random weights; empty where its scorer cannot have any.
        seed: Of what is drawn.
    """

    changes: Mapping[str, Floats]
    erased: Mapping[str, Mapping[str, Any]]
    random: Sequence[Case] = field(repr=False)
    seed: int

    @classmethod
    def of(cls, tokens: Pictures, cases: Sequence[Question], model: Calibrated, seed: int) -> Self:
        """Return the tests of a model's explanations of some cases."""
        maps = {name: [one(tokens, row) for row in range(len(tokens))] for name, one in CONTROLS.items()}
        other = sanity.randomised(model, seed)
        return cls(
            changes={name: deleted(cases, one) for name, one in maps.items()},
            erased={name: erase(cases, one, seed).as_document(seed) for name, one in maps.items()},
            random=[ask(other, tokens, row, one.of) for row, one in enumerate(cases)],
            seed=seed,
        )

    def controls(self) -> dict[str, Any]:
        """Return what the maps that know nothing of the model reach."""
        return {
            name: {"deleted": mean(one, self.seed).as_document(), **self.erased[name]}
            for name, one in self.changes.items()
        }

    def of_method(self, explainer: Explainer, weights: Sequence[Floats], moved: Floats) -> dict[str, Any]:
        """Return how a method stands beside the controls and beside itself on random weights.

        Args:
            explainer: The method.
            weights: What it said of each case.
            moved: How far the model moves without the places it weighs most, shape (cases,).

        Source:
            Adebayo et al. 2018, NeurIPS (sanity checks: an explanation must change when the model's weights do).
        """
        beside = {name: times(moved, one, self.seed) for name, one in self.changes.items()}
        alike = np.array(
            [
                sanity.likeness(own, explainer.weigh(case, self.seed))
                for own, case in zip(weights, self.random, strict=True)
            ]
        )
        likeness = mean(alike, self.seed)
        beats = all(one.shown and one.low >= MARGIN for one in beside.values())
        return {
            "beside": {name: one.as_document() for name, one in beside.items()},
            "likeness": likeness.as_document(),
            "passes": bool(beats and likeness.high <= ALIKE_AT_MOST),
        }


def cells(tokens: Pictures, row: int) -> list[str]:
    """Return the name of each cell by its place in the grid, the same in pictures of any size, ``cell:0,3``."""
    return [f"cell:{','.join(map(str, one))}" for one in product(*(range(size) for size in shape(tokens, row)))]


def shape(tokens: Pictures, row: int) -> tuple[int, ...]:
    """Return how many cells the grid of a picture has along each axis of space."""
    grid = tokens.cells(row)
    return tuple(len({one[axis].start for one in grid}) for axis in range(len(grid[0])))


def mean_map(tokens: Pictures, weights: Sequence[Floats]) -> dict[str, Any]:
    """Return the mean size of weights in each cell, and their mean with sign, over cases of the commonest grid.

    Args:
        tokens: The cases.
        weights: Of each place, one array a case.
    """
    shapes = [shape(tokens, row) for row in range(len(tokens))]
    ((common, count),) = Counter(shapes).most_common(1)
    some = np.array([one for one, own in zip(weights, shapes, strict=True) if own == common])
    return {
        "shape": list(common),
        "cases": count,
        "sizes": np.abs(some).mean(axis=0).round(6).tolist(),
        "signed": some.mean(axis=0).round(6).tolist(),
    }
