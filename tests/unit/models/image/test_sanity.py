"""Whether explanations are of the model: its weights in disorder give another one, a baseline's too."""

import numpy as np
import pytest

from primum import plugins
from primum.baselines.hog import Hog
from primum.domain.study import Model
from primum.models.calibrated import Calibrated
from primum.models.calibration import Recalibration
from primum.models.fitting import Teaching
from primum.models.image.classifier import fit
from primum.models.image.kept import WEIGHTS
from primum.models.image.recipes import Recipe
from primum.models.image.sanity import disordered, likeness, randomised
from primum.models.image.scorer import SHAPE, ImageScorer
from primum.models.questions import ask
from primum.models.running import Running
from primum.plugins import Lesson
from synthetic.small_pictures import SMALL, blobs


def model(scorer, kind="primum"):
    return Calibrated(
        card={
            "kind": kind,
            "modality": "image",
            "task": "classify",
            "classes": ["a", "b"],
            "labels": ["a", "b"],
            "positive": "b",
        },
        scorer=scorer,
        task=plugins.load("task", "classify"),
        recalibration=Recalibration(slopes=np.eye(1), intercepts=np.zeros(1)),
        quantile=np.ones(2),
    )


@pytest.fixture(scope="module")
def scorer():
    tokens, outcome = blobs(32)
    teaching = Teaching(
        model=SMALL.model_copy(update={"epochs": 5}), seed=0, encoder={}, running=lambda _: Running(device="cpu")
    )
    return fit(tokens, outcome, np.full(32, -1), teaching, Recipe(average=0.8)).scorer


def test_the_shape_stays_and_what_was_learnt_is_gone(scorer):
    other = randomised(model(scorer), 0).scorer
    assert isinstance(other, ImageScorer)
    assert other.state()[SHAPE] == scorer.state()[SHAPE]
    tokens, outcome = blobs(40, seed=4)
    assert (scorer.logits(tokens).argmax(axis=1) == outcome).mean() > 0.8
    assert abs((other.logits(tokens).argmax(axis=1) == outcome).mean() - 0.5) < 0.3
    assert np.isfinite(other.logits(tokens)).all()


def test_equal_seeds_disorder_equally_and_sizes_of_weights_stay(scorer):
    from safetensors.numpy import load

    state = scorer.state()
    first, again, other = (disordered(state, seed)[WEIGHTS] for seed in (0, 0, 1))
    assert first == again != other
    for name, one in load(state[WEIGHTS]).items():
        assert np.array_equal(np.sort(one.ravel()), np.sort(load(first)[name].ravel()))


@pytest.mark.parametrize("name", ["grad_cam", "integrated_gradients"])
def test_gradients_change_with_the_weights(scorer, name):
    tokens, _ = blobs(8, seed=6)
    explainer, other = plugins.load("explainer", name), randomised(model(scorer), 0)
    alike = [
        likeness(explainer.weigh(ask(model(scorer), tokens, row, 1), 0), explainer.weigh(ask(other, tokens, row, 1), 0))
        for row in range(8)
    ]
    assert np.mean(alike) < 0.7


def test_a_baseline_is_put_in_disorder_too():
    tokens, outcome = blobs(16, (28, 28))
    fitted = Hog().fit(tokens, outcome, Lesson(model=Model(), seed=0, small_number=5, labels=2))
    other = randomised(model(fitted, "hog"), 0).scorer
    assert not np.allclose(other.logits(tokens), fitted.logits(tokens))


def test_likeness_is_a_rank_correlation_of_sizes():
    some = np.array([1.0, -2.0, 3.0, -4.0])
    assert likeness(some, -some) == pytest.approx(1)
    assert likeness(some, np.array([4.0, 3.0, 2.0, 1.0])) == pytest.approx(-1)
    assert likeness(some, np.ones(4)) == 1
