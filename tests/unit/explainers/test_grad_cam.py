"""HiResCAM: says what the model's maps say, and refuses models that have none."""

import numpy as np
import pytest

from primum.explainers.grad_cam import GradCam
from primum.plugins import MappedCase


class Mapped:
    places = 3

    def log_odds(self, kept):
        return kept.sum(axis=1)

    def maps(self):
        return np.array([0.5, -1.0, 2.0])


class Flat:
    places = 3

    def log_odds(self, kept):
        return kept.sum(axis=1)


def test_it_tells_the_maps_of_the_case_with_their_signs():
    assert GradCam().weigh(Mapped(), 0).tolist() == [0.5, -1.0, 2.0]


def test_it_needs_a_model_with_maps():
    assert GradCam.needs is MappedCase
    assert not isinstance(Flat(), MappedCase)
    with pytest.raises(TypeError, match="maps"):
        GradCam().weigh(Flat(), 0)
