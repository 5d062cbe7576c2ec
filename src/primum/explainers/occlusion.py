"""Occlusion: what changes when one place at a time is made typical, or one word left out."""

import numpy as np
import torch
from captum.attr import FeatureAblation

from primum.domain.tokens import Floats, Ints
from primum.plugins import Case

MOST = 128
"""Places that are taken one by one; a longer text is first taken apart in so many groups of neighbouring words."""
CLOSER = 8
"""Groups looked into word by word."""


class Occlusion:
    """The fall in log-odds when a place is not the case's own, one place at a time.

    In a long text neighbouring words are left out together first; the strongest groups are then taken word by word, and
    in the others each word has an equal share of its group's fall.

    Source:
        Zeiler & Fergus 2014, ECCV (occlusion); captum ``FeatureAblation``.
    """

    needs = Case
    signed = True

    def weigh(self, case: Case, seed: int) -> Floats:
        """Return one weight a place, shape (places,): above zero where the case's own value raises the log-odds.

        captum is shown which places are the case's own (1) or not (0), so that a missing value, for which arithmetic
        has no meaning, can be ablated as any other.
        """
        del seed
        if case.places <= MOST:
            return _falls(case, np.arange(case.places))
        group = np.arange(case.places) * MOST // case.places
        falls = _falls(case, group)
        found = falls / np.bincount(group)[group]
        strength = np.array([abs(falls[group == one][0]) for one in range(MOST)])
        closer = np.argsort(-strength, kind="stable")[:CLOSER]
        words = np.flatnonzero(np.isin(group, closer))
        alone = np.zeros(case.places, dtype=np.int64)
        alone[words] = np.arange(1, len(words) + 1)
        found[words] = _falls(case, alone)[words]
        return found


def _falls(case: Case, group: Ints) -> Floats:
    """Return for each place the fall in log-odds without its group, shape (places,)."""

    def log_odds(kept: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(case.log_odds(kept.numpy()))

    ones = torch.ones((1, case.places), dtype=torch.float64)
    weights = FeatureAblation(log_odds).attribute(
        ones,
        baselines=torch.zeros_like(ones),
        feature_mask=torch.from_numpy(group)[None],
        perturbations_per_eval=len(np.unique(group)),
    )
    found: Floats = weights[0].numpy().astype("float64")
    return found
