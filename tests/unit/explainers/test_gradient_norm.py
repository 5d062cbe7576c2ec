"""Gradient norm: passed on as the scorer tells it, never signed, refused where there is none."""

import numpy as np
import pytest

from primum.explainers.gradient_norm import GradientNorm


class Pulled:
    places = 3

    def log_odds(self, kept):
        return kept.sum(axis=1)

    def attention(self):
        return []

    def pulls(self):
        return np.array([0.5, 0.0, 2.0])


def test_a_place_weighs_what_the_model_hangs_on_it():
    assert GradientNorm().weigh(Pulled(), 0).tolist() == [0.5, 0.0, 2.0]
    assert not GradientNorm.signed


def test_a_case_without_vectors_is_refused():
    class Plain:
        places = 3

        def log_odds(self, kept):
            return kept.sum(axis=1)

    with pytest.raises(TypeError, match="has none"):
        GradientNorm().weigh(Plain(), 0)
