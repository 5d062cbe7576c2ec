"""Shapley values: each place's fair share of the difference from a typical subject."""

from collections.abc import Iterator

import torch
from captum.attr import ShapleyValueSampling

from primum.domain.tokens import Floats
from primum.plugins import Case

ORDERS = 32
"""Random orders in which places are put in; the error falls with the square root."""


class Shapley:
    """The mean rise in log-odds when a place takes the case's own value, over random orders of putting places in.

    Weights sum to the log-odds of the case less those of the reference.

    Source:
        Castro, Gomez & Tejada 2009, Comput Oper Res 36:1726; captum ``ShapleyValueSampling``.
    """

    needs = Case
    signed = True

    def weigh(self, case: Case, seed: int) -> Floats:
        """Return one weight a place, shape (places,): above zero where the case's own value raises the log-odds.

        captum is shown which places are the case's own (1) or the reference's (0), so that a missing value, for which
        arithmetic has no meaning, can be put in as any other.
        """

        def log_odds(kept: torch.Tensor) -> torch.Tensor:
            return torch.from_numpy(case.log_odds(kept.numpy()))

        def orders(places: int, count: int) -> Iterator[list[int]]:
            dice = torch.Generator().manual_seed(seed)
            for _ in range(count):
                yield torch.randperm(places, generator=dice).tolist()

        method = ShapleyValueSampling(log_odds)
        method.permutation_generator = orders
        ones = torch.ones((1, case.places), dtype=torch.float64)
        weights = method.attribute(
            ones, baselines=torch.zeros_like(ones), n_samples=ORDERS, perturbations_per_eval=case.places
        )
        found: Floats = weights[0].numpy().astype("float64")
        return found
