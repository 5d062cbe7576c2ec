"""Occlusion: what changes when one place at a time is made typical."""

from collections.abc import Callable

import torch
from captum.attr import FeatureAblation

from primum.plugins import Floats


class Occlusion:
    """The fall in log-odds when a place takes the reference value, one place at a time.

    Source:
        Zeiler & Fergus 2014, ECCV (occlusion); captum ``FeatureAblation``.
    """

    def weigh(self, score: Callable[[Floats], Floats], case: Floats, reference: Floats, seed: int) -> Floats:
        """Return one weight a place, shape (places,): above zero where the case's own value raises the log-odds.

        captum is shown which places are the case's own (1) or the reference's (0), so that a missing value, for which
        arithmetic has no meaning, can be ablated as any other.
        """
        del seed
        own, typical = torch.from_numpy(case.copy()), torch.from_numpy(reference.copy())

        def log_odds(kept: torch.Tensor) -> torch.Tensor:
            return torch.from_numpy(score(torch.where(kept > 0, own, typical).numpy()))

        ones = torch.ones((1, len(case)), dtype=torch.float64)
        weights = FeatureAblation(log_odds).attribute(
            ones, baselines=torch.zeros_like(ones), perturbations_per_eval=len(case)
        )
        found: Floats = weights[0].numpy().astype("float64")
        return found
