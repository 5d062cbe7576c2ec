"""Our candidate for pictures: learns flat ones and volumes, is kept and read back, tells its slopes and its maps."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from primum.domain.looking import Looking
from primum.domain.tokens import Cells, Pictures
from primum.errors import DataError, IntegrityError, StudyError
from primum.models.calibrated import Calibrated
from primum.models.calibration import Recalibration
from primum.models.fitting import Teaching
from primum.models.image.classifier import fit
from primum.models.image.kept import WEIGHTS
from primum.models.image.recipes import Recipe
from primum.models.image.scorer import SHAPE, ImageScorer
from primum.models.questions import ask
from primum.models.running import Running
from primum.plugins import Featured, Mapped, MappedCase, Sloped, load
from synthetic.small_pictures import COLUMN, SMALL, blobs, where

GENTLE = Recipe(shift=0.03, turn=3, zoom=0.03, average=0.8)


def taught(shown, recipe=GENTLE, seed=0, **changed):
    tokens, outcome = shown
    fold = np.full(len(outcome), -1)
    fold[:8] = 0
    model = SMALL.model_copy(update=changed)
    teaching = Teaching(model=model, seed=seed, encoder={}, running=lambda _: Running(device="cpu"))
    return fit(tokens, outcome, fold, teaching, recipe)


@pytest.fixture(scope="module")
def fitted():
    return taught(blobs())


def right(scorer, **made):
    tokens, outcome = blobs(40, seed=5, **made)
    return float((scorer.logits(tokens).argmax(axis=1) == outcome).mean())


def test_it_learns_what_tells_the_classes_apart(fitted):
    assert right(fitted.scorer) > 0.9
    held = ~np.isnan(fitted.unseen[:, 0])
    assert held.tolist() == [True] * 8 + [False] * 56
    assert 1 <= fitted.epochs <= SMALL.epochs


def test_pictures_may_differ_in_size(fitted):
    assert right(fitted.scorer, space=(20, 14), spread=9) > 0.8


def test_volumes_are_learnt_too():
    scorer = taught(blobs(32, (12, 8, 8)), epochs=10, batch_size=8).scorer
    assert right(scorer, space=(12, 8, 8)) > 0.85


def test_equal_seeds_give_equal_bits_and_other_seeds_others():
    first, again, other = (taught(blobs(20), seed=seed, epochs=1).scorer for seed in (0, 0, 1))
    tokens, _ = blobs(6, seed=3)
    assert np.array_equal(again.logits(tokens), first.logits(tokens))
    assert again.state() == first.state()
    assert not np.array_equal(other.logits(tokens), again.logits(tokens))


def test_the_same_bits_come_back_from_its_files(fitted):
    tokens, _ = blobs(6, seed=3)
    back = ImageScorer.load(fitted.scorer.state())
    assert np.array_equal(back.logits(tokens), fitted.scorer.logits(tokens))
    assert back.state() == fitted.scorer.state()


def test_what_is_said_of_a_picture_does_not_depend_on_those_beside_it(fitted):
    tokens, _ = blobs(10, seed=3)
    for told in (fitted.scorer.logits, fitted.scorer.features):
        alone = np.vstack([told(tokens.take(np.array([row]))) for row in range(10)])
        assert np.array_equal(alone, told(tokens))


def test_it_can_be_asked_for_slopes_maps_and_features(fitted):
    assert isinstance(fitted.scorer, Sloped)
    assert isinstance(fitted.scorer, Mapped)
    assert isinstance(fitted.scorer, Featured)
    tokens, _ = blobs(5, seed=3)
    assert fitted.scorer.features(tokens).shape == (5, SMALL.width * 2)


@pytest.mark.parametrize("how", ["slopes", "maps"])
def test_the_place_that_decides_is_named(fitted, how):
    tokens, outcome = blobs(20, seed=7)
    ranks = []
    for row in range(20):
        one = tokens.take(np.array([row]))
        weight = np.where(np.arange(2) == outcome[row], 1.0, -1.0)
        if how == "maps":
            found = fitted.scorer.maps(one, weight)
        else:
            found = fitted.scorer.slopes(one, np.full((1, len(one.places(0))), 0.5), weight)[0]
        assert found.shape == (len(one.places(0)),)
        ranks.append(int((found > found[where(tokens, row)]).sum()))
    assert np.median(ranks) <= (2 if how == "slopes" else 16), ranks


def test_slopes_add_up_to_the_difference_between_all_cells_and_none(fitted):
    tokens, _ = blobs(1, seed=2)
    weight, places = np.array([1.0, -1.0]), len(tokens.places(0))
    steps = (np.arange(200) + 0.5) / 200
    gained = fitted.scorer.slopes(tokens, np.tile(steps[:, None], (1, places)), weight).mean(axis=0).sum()
    none, every = fitted.scorer.logits(tokens.kept(0, np.array([[0.0] * places, [1.0] * places])))
    assert gained == pytest.approx(float((every - none) @ weight), rel=0.02, abs=0.02)


def test_slopes_and_maps_reach_back_through_another_size(fitted):
    tokens, _ = blobs(1, (30, 11), seed=2)
    kept = np.full((2, len(tokens.places(0))), 0.5)
    assert np.isfinite(fitted.scorer.slopes(tokens, kept, np.array([0.0, 1.0]))).all()
    assert fitted.scorer.maps(tokens, np.array([0.0, 1.0])).shape == (len(tokens.places(0)),)


def test_maps_of_a_flat_head_sum_to_its_logits(fitted):
    tokens, _ = blobs(1, seed=2)
    net = fitted.scorer._net
    bias = net.head.bias.double().numpy()
    with torch.no_grad():
        maps = net.encoder(fitted.scorer._look.tensor(tokens))
        dense = torch.einsum("c,nchw->nhw", net.head.weight[1], maps).mean()
    assert float(dense) == pytest.approx(float(fitted.scorer.logits(tokens)[0, 1] - bias[1]), abs=1e-4)


def calibrated(scorer):
    card = {
        "kind": "primum",
        "modality": "image",
        "task": "classify",
        "classes": ["a", "b"],
        "labels": ["a", "b"],
        "positive": "b",
    }
    return Calibrated(
        card=card,
        scorer=scorer,
        task=load("task", "classify"),
        recalibration=Recalibration(slopes=np.eye(1), intercepts=np.zeros(1)),
        quantile=np.ones(2),
    )


@pytest.mark.parametrize("name", ["grad_cam", "integrated_gradients", "occlusion"])
def test_every_explainer_of_pictures_is_answered(fitted, name):
    tokens, _ = blobs(3, seed=8)
    case = ask(calibrated(fitted.scorer), tokens, 1, 1)
    assert isinstance(case, MappedCase)
    weights = load("explainer", name).weigh(case, 0)
    assert weights.shape == (case.places,)
    assert np.abs(weights).max() > 0


def test_views_are_averaged(fitted):
    state = dict(fitted.scorer.state())
    for before, after in ((b'"views": 0', b'"views": 1'), (b'"flips": []', b'"flips": [1]')):
        state[SHAPE] = state[SHAPE].replace(before, after)
    several = ImageScorer.load(state)
    tokens, _ = blobs(6, seed=3)
    moved = np.roll(tokens.values[0], 1, axis=2)
    moved[..., 0] = tokens.values[0][..., 0]
    other = replace(tokens.take(np.array([0])), values=(moved,))
    assert not np.array_equal(several.logits(tokens), fitted.scorer.logits(tokens))
    assert np.abs(several.logits(tokens) - fitted.scorer.logits(tokens)).max() < 5
    mirrored = replace(tokens, values=tuple(one[..., ::-1].copy() for one in tokens.values))
    assert np.allclose(several.logits(mirrored), several.logits(tokens), atol=1e-4)
    assert np.isfinite(several.logits(other)).all()


def test_a_picture_of_another_kind_is_refused(fitted):
    volume, _ = blobs(1, (12, 8, 8))
    colour = Pictures(values=(np.zeros((3, 16, 16), np.float32),), columns=(COLUMN,), spacing=((),))
    for one in (volume, colour):
        with pytest.raises(IntegrityError):
            fitted.scorer.logits(one)
    with pytest.raises(StudyError):
        fitted.scorer.logits(Cells(values=np.zeros((1, 1)), columns=(COLUMN,)))


def test_pictures_of_two_kinds_cannot_be_learnt_together():
    grey, outcome = blobs(16)
    mixed = replace(grey, values=(*grey.values[:-1], np.zeros((3, 16, 16), np.float32)))
    with pytest.raises(DataError, match="one kind"):
        taught((mixed, outcome), epochs=1)


def test_a_flip_along_an_axis_that_is_not_there_is_refused():
    with pytest.raises(StudyError, match="axes"):
        taught(blobs(16), Recipe(flips=(2,)), epochs=1)


def test_a_pretrained_encoder_is_begun_with_or_refused(fitted):
    scorer = fitted.scorer
    from safetensors.torch import save

    tokens, outcome = blobs(16)
    encoder = {WEIGHTS: save(dict(scorer._net.encoder.state_dict()))}
    teaching = Teaching(
        model=SMALL.model_copy(update={"epochs": 1, "learning_rate": 1e-9}),
        seed=3,
        encoder=encoder,
        running=lambda _: Running(device="cpu"),
    )
    begun = fit(tokens, outcome, np.full(16, -1), teaching, GENTLE).scorer
    own = scorer._net.encoder.stem.state_dict()["conv.weight"]
    assert torch.allclose(begun._net.encoder.stem.state_dict()["conv.weight"], own, atol=1e-5)
    with pytest.raises(IntegrityError):
        fit(tokens, outcome, np.full(16, -1), replace(teaching, encoder={WEIGHTS: b"\xff"}), GENTLE)


@pytest.mark.parametrize("name", [WEIGHTS, SHAPE])
def test_damaged_files_are_refused(fitted, name):
    state = dict(fitted.scorer.state())
    with pytest.raises(IntegrityError):
        ImageScorer.load({**state, name: b"\xff"})
    del state[name]
    with pytest.raises(IntegrityError):
        ImageScorer.load(state)


def test_what_the_study_says_of_looking_is_what_is_done_and_kept():
    looking = Looking(size=(24, 24), flips=(1,), views=1, average=0.8)
    scorer = taught(blobs(20), recipe=None, pictures=looking, epochs=1).scorer
    kept = json.loads(scorer.state()[SHAPE])["look"]["recipe"]
    assert (kept["size"], kept["flips"], kept["views"]) == ([24, 24], [1], 1)
    plain = taught(blobs(20), recipe=Recipe(size=(24, 24), flips=(1,), views=1, average=0.8), epochs=1).scorer
    tokens, _ = blobs(6, seed=3)
    assert np.array_equal(scorer.logits(tokens), plain.logits(tokens))


def test_a_study_of_flat_pictures_that_mirrors_a_third_axis_is_refused():
    with pytest.raises(StudyError, match="flip"):
        taught(blobs(20), recipe=None, pictures=Looking(flips=(2,)), epochs=1)


@pytest.mark.parametrize("wrong", [{"flips": [3]}, {"size": [4, 4]}, {"turn": 181}, {"views": 9}, {"wiggle": 1}])
def test_a_study_that_looks_in_no_possible_way_is_refused(wrong):
    with pytest.raises(ValidationError):
        Looking.model_validate_json(json.dumps(wrong))
