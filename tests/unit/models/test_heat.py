"""Explanations of pictures: put beside maps that know nothing of the model, and told as nobody's picture."""

from dataclasses import dataclass

import numpy as np
import pytest

from primum.domain.study import Column
from primum.domain.tokens import Pictures
from primum.models import heat
from primum.models.controls import CONTROLS, centre, edges
from primum.models.heat import ALIKE_AT_MOST, MARGIN, Trial, cells, mean_map, shape

COLUMN = Column(name="film", source="films", role="feature")


def pictures(*values):
    return Pictures(values=values, columns=(COLUMN,), spacing=((),) * len(values))


@dataclass
class Weighed:
    """A case whose log-odds are the sum of its places' true weights."""

    truth: np.ndarray

    @property
    def places(self):
        return len(self.truth)

    def log_odds(self, kept):
        return kept @ self.truth


class Honest:
    """Tells the true weights."""

    def weigh(self, case, seed):  # noqa: ARG002 - an explainer's
        return case.truth


def cases(count=20, seed=0):
    """Return cases that look at two cells in the corner, and the same before a model that looks elsewhere."""
    dice = np.random.default_rng(seed)
    truths = [np.concatenate([[5.0, 4.0], dice.normal(0, 0.1, 47)]) for _ in range(count)]
    return [Weighed(one) for one in truths], [Weighed(dice.permutation(one)) for one in truths]


@pytest.fixture
def tried():
    own, random = cases()
    dice = np.random.default_rng(1)
    tokens = pictures(*(dice.normal(size=(1, 28, 28)).astype(np.float32) for _ in own))
    maps = {name: [one(tokens, row) for row in range(len(own))] for name, one in CONTROLS.items()}
    moved = {name: heat.deleted(own, one) for name, one in maps.items()}
    erased = {name: {} for name in CONTROLS}
    return own, Trial(changes=moved, erased=erased, random=random, seed=3)


def test_a_true_explanation_beats_the_controls_and_changes_with_the_model(tried):
    own, trial = tried
    weights = [one.truth for one in own]
    found = trial.of_method(Honest(), weights, heat.deleted(own, weights))
    assert found["passes"] is True
    assert all(one["low"] >= MARGIN for one in found["beside"].values())
    assert found["likeness"]["high"] <= ALIKE_AT_MOST


def test_an_explanation_that_is_the_picture_and_not_the_model_is_not_shown(tried):
    own, trial = tried
    weights = [one.truth for one in own]

    class OfThePicture:
        def weigh(self, case, seed):  # noqa: ARG002 - an explainer's
            return next(w for one, w in zip(trial.random, weights, strict=True) if one is case)

    found = trial.of_method(OfThePicture(), weights, heat.deleted(own, weights))
    assert found["likeness"]["value"] == 1
    assert found["passes"] is False


def test_an_explanation_no_better_than_the_centre_is_not_shown(tried):
    own, trial = tried
    weights = [np.arange(49.0) for _ in own]
    found = trial.of_method(Honest(), weights, trial.changes["centre"])
    assert found["beside"]["centre"]["value"] == 1
    assert found["passes"] is False


def test_the_centre_is_in_the_middle_and_edges_are_where_the_picture_changes():
    picture = np.zeros((1, 28, 28), dtype=np.float32)
    picture[0, :, 20:] = 1
    tokens = pictures(picture)
    assert centre(tokens, 0).argmax() == 24
    assert centre(tokens, 0).min() == 0
    found = edges(tokens, 0).reshape(7, 7)
    assert set(found.argmax(axis=1).tolist()) <= {4, 5}
    assert found[:, :3].max() == 0
    assert edges(pictures(np.zeros((1, 10, 10, 10))), 0).shape == (125,)


def test_cells_are_named_alike_in_pictures_of_any_size():
    tokens = pictures(np.zeros((1, 28, 28)), np.zeros((1, 60, 91)), np.zeros((1, 10, 11, 12)), np.zeros((1, 3, 9)))
    assert cells(tokens, 0) == cells(tokens, 1)
    assert cells(tokens, 0)[8] == "cell:1,1"
    assert cells(tokens, 2)[-1] == "cell:4,4,4"
    assert shape(tokens, 3) == (3, 7)


def test_the_mean_map_is_of_the_commonest_grid():
    tokens = pictures(np.zeros((1, 28, 28)), np.zeros((1, 3, 3)), np.zeros((1, 14, 14)))
    weights = [np.full(49, -1.0), np.zeros(9), np.full(49, 3.0)]
    found = mean_map(tokens, weights)
    assert (found["shape"], found["cases"]) == ([7, 7], 2)
    assert found["sizes"] == [2.0] * 49
    assert found["signed"] == [1.0] * 49
