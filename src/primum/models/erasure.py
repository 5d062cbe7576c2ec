"""Erasure: without the words that an explanation names a model changes its mind, with nothing but them it keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from primum.domain.tokens import Floats, Ints
from primum.models.faithfulness import mean, without
from primum.plugins import Case

SHARES = (0.05, 0.1, 0.2, 0.5)
"""Of the words, the strongest first."""
ORDERS = 4
"""Random orders beside which an explanation stands, a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What erasing words does to the probability of the class explained, each shape (cases,).

    Attributes:
        comprehensiveness: Mean fall when the strongest words are left out; high where they were needed.
        sufficiency: Mean fall when nothing but them is left; low where they are enough.
        random_comprehensiveness: The first, for words in random order.
        random_sufficiency: The second, for words in random order.
    """

    comprehensiveness: Floats
    sufficiency: Floats
    random_comprehensiveness: Floats
    random_sufficiency: Floats

    def as_document(self, seed: int) -> dict[str, Mapping[str, object]]:
        """Return each with its interval over cases as plain JSON."""
        return {
            name: mean(getattr(self, name), seed).as_document()
            for name in ("comprehensiveness", "sufficiency", "random_comprehensiveness", "random_sufficiency")
        }


def erase(cases: Sequence[Case], weights: Sequence[Floats], seed: int) -> Erasure:
    """Return what erasing the words an explanation weighs most does, and what erasing random ones does.

    Args:
        cases: What may be asked of the model.
        weights: Of each place, one array of shape (places,) a case; above zero speaks for the class explained.
        seed: Of the random orders.

    Source:
        DeYoung et al. 2020, ACL (ERASER: comprehensiveness and sufficiency, averaged over shares of the words).
    """
    dice = np.random.default_rng(seed)
    found = np.zeros((4, len(cases)))
    for row, (case, weight) in enumerate(zip(cases, weights, strict=True)):
        orders = [np.argsort(-weight, kind="stable"), *(dice.permutation(case.places) for _ in range(ORDERS))]
        falls = _falls(case, orders)
        found[:2, row], found[2:, row] = falls[0], falls[1:].mean(axis=0)
    return Erasure(
        comprehensiveness=found[0],
        sufficiency=found[1],
        random_comprehensiveness=found[2],
        random_sufficiency=found[3],
    )


def _falls(case: Case, orders: Sequence[Ints]) -> Floats:
    """Return for each order the mean fall without its first words and with nothing else, shape (orders, 2)."""
    counts = [max(1, round(share * case.places)) for share in SHARES]
    gone = without(case.places, [order[:count] for order in orders for count in counts])
    told = expit(case.log_odds(np.concatenate([np.ones((1, case.places)), gone, 1 - gone])))
    falls = (told[0] - told[1:]).reshape(2, len(orders), len(SHARES)).mean(axis=2)
    result: Floats = falls.T
    return result
