"""Attention rollout: how much of each word reaches what the model decides by, layer after layer."""

import numpy as np

from primum.domain.tokens import Floats
from primum.plugins import AttentiveCase, Case

THROUGH = 0.5
"""Share of a token that goes past attention, through the residual connection."""


class AttentionRollout:
    """The share of each word in the mean of the last layer's tokens, attention multiplied through the layers.

    It tells how strongly a word is read, whatever the class: no weight is below zero, and none speaks against. captum
    has no method of attention.

    Source:
        Abnar & Zuidema 2020, ACL (attention rollout, residual connections counted as a half).
    """

    needs = AttentiveCase
    signed = False

    def weigh(self, case: Case, seed: int) -> Floats:
        """Return one weight a place, shape (places,), none below zero; what lies in no place is missing from 1.

        Raises:
            TypeError: The model pays no attention.
        """
        del seed
        if not isinstance(case, AttentiveCase):
            raise TypeError("This method asks for attention, and the model pays none.")
        windows = case.attention()
        found, tokens = np.zeros(case.places + 1), sum(len(place) for _, place in windows)
        for layers, place in windows:
            reached = np.full(len(place), 1 / tokens)
            for layer in layers[::-1]:
                reached = THROUGH * reached + (1 - THROUGH) * (reached @ layer)
            np.add.at(found, place, reached)
        return found[:-1]
