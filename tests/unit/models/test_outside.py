"""Strange pictures: noise, blanks, turned and inverted ones are told; what is kept is nobody's own."""

import numpy as np
import pytest

from primum import plugins
from primum.domain.study import Column
from primum.domain.tokens import Pictures
from primum.errors import DataError, IntegrityError
from primum.models import outside
from primum.models.outside import Gate, learn, limit, looks
from synthetic.film_room import film
from synthetic.small_pictures import blobs
from synthetic.tables import LESSON

MARK = 77.125
COLUMN = Column(name="film", source="films", role="feature")


def pictures(values):
    return Pictures(values=tuple(values), columns=(COLUMN,), spacing=((),) * len(values))


def films(count, seed=0, size=28):
    """Return made-up films, their lungs a little darker or lighter each."""
    dice = np.random.default_rng(seed)
    return [
        film(seed * 1000 + at, size).values.astype(np.float32) * dice.uniform(0.85, 1.0) + dice.uniform(0, 30)
        for at in range(count)
    ]


class Plain:
    """A scorer that tells of no features."""


class Telling:
    """A scorer whose one feature is dead but for a mark that nobody sees."""

    def features(self, tokens):
        return np.array([[one[0, 0, 0] == MARK] for one in tokens.values], dtype=np.float64)


@pytest.fixture(scope="module")
def gate():
    return learn(Plain(), (pictures(films(150)), pictures(films(100, seed=1))), 5)


def share(gate, values):
    return float((gate.times(pictures(values), Plain()) > 1).mean())


def test_new_films_of_the_same_kind_pass_as_often_as_promised(gate):
    assert share(gate, films(100, seed=1)) <= 0.05
    assert share(gate, [one for seed in (2, 3, 4) for one in films(60, seed=seed)]) <= 0.1


@pytest.mark.parametrize(
    "changed",
    [
        lambda one: 255 - one,
        lambda one: np.rot90(one, axes=(1, 2)).copy(),
        lambda one: one * 16,
        lambda one: np.random.default_rng(3).uniform(0, 255, one.shape).astype(np.float32),
        lambda one: np.full_like(one, 90.0) + np.random.default_rng(4).normal(0, 0.5, one.shape).astype(np.float32),
    ],
    ids=["inverted", "turned", "other bits", "noise", "nearly blank"],
)
def test_what_is_no_such_film_is_unlike(gate, changed):
    assert share(gate, [changed(one) for one in films(30, seed=2)]) >= 0.9


def test_it_is_told_in_both_languages_by_how_much(gate):
    (said,) = gate.doubts(pictures([255 - films(1)[0]]), Plain())
    (words,) = said
    assert words.en.startswith("The picture is unlike those the model learned from: it lies ")
    assert "不相似" in words.zh
    assert "times:" not in words.en + words.zh


def test_a_blank_picture_and_one_of_another_size_are_told_at_sight(gate):
    blank, large, good = gate.doubts(pictures([np.full((1, 28, 28), 7.0), films(1, size=56)[0], films(1)[0]]), Plain())
    assert blank == [outside.BLANK]
    assert large[0].en == "The picture has 56 × 56 samples; the model learned from pictures of 28 × 28."
    assert "56 × 56" in large[0].zh
    assert good == []


def test_a_picture_in_colour_or_a_volume_cannot_be_answered_at_all(gate):
    for shape in ((3, 28, 28), (1, 28, 28, 28)):
        with pytest.raises(DataError, match="the model reads 1 in 2"):
            gate.doubts(pictures([np.zeros(shape)]), Plain())


def test_sizes_may_vary_as_far_as_they_did():
    sizes = [(1, 20 + at % 10, 30) for at in range(60)]
    dice = np.random.default_rng(0)
    some = pictures([dice.normal(size=one) for one in sizes])
    gate = learn(Plain(), (some, some), 5)
    assert gate.sizes.tolist() == [[11, 30], [38, 30]]
    assert gate.channels == 1


def test_pictures_of_two_kinds_are_no_development_part():
    mixed = pictures([np.zeros((1, 9, 9)), np.zeros((3, 9, 9))])
    with pytest.raises(DataError, match="differ in channels or axes"):
        learn(Plain(), (mixed, mixed), 1)


def test_what_a_scorer_makes_of_a_picture_counts_as_well():
    parts = (pictures(films(150)), pictures(films(100, seed=1)))
    gate = learn(Telling(), parts, 5)
    odd = films(1, seed=3)[0]
    odd[0, 0, 0] = MARK
    assert gate.features is not None
    assert gate.times(pictures([odd]), Telling())[0] > learn(Plain(), parts, 5).times(pictures([odd]), Plain())[0]
    passed = (gate.times(parts[1], Telling()) <= 1).mean()
    assert passed >= 0.95, "two views together flag no more than one"


def test_the_gate_comes_back_from_its_bytes(gate):
    other = learn(Telling(), (pictures(films(60)), pictures(films(60, seed=1))), 5)
    again = Gate.from_bytes(other.to_bytes())
    strange = pictures([255 - one for one in films(5)])
    assert again.times(strange, Telling()).tobytes() == other.times(strange, Telling()).tobytes()
    assert again.sizes.tolist() == other.sizes.tolist()
    assert Gate.from_bytes(gate.to_bytes()).features is None
    for broken in (b"", b"x" * 20, gate.to_bytes()[:-8]):
        with pytest.raises(IntegrityError):
            Gate.from_bytes(broken)


def test_the_limit_is_a_distance_that_enough_subjects_reach():
    far = np.arange(1, 101, dtype=float)
    assert limit(far, 5) == 96
    assert (far >= limit(far, 5)).sum() == 5
    assert limit(np.arange(1, 10_001, dtype=float), 5) == 9901
    assert limit(np.zeros(3), 5) > 0


def test_one_subject_more_or_less_moves_the_gate_little_and_nobody_is_kept():
    some = films(100)
    gate = learn(Plain(), (pictures(some), pictures(films(60, seed=1))), 5)
    kept = np.concatenate([gate.looks.mean, gate.looks.scale])
    assert not any(np.allclose(kept[:5], one[:5], rtol=1e-3) for one in looks(pictures(some)))


def test_looks_are_the_same_numbers_in_pictures_of_any_size_and_depth():
    assert looks(pictures([np.eye(28)[None], np.eye(61)[None], np.eye(5)[None]])).shape == (3, 54)
    assert np.isfinite(looks(pictures([np.zeros((2, 3, 4, 5))]))).all()
    assert looks(pictures([np.zeros((2, 3, 4, 5))])).shape == (1, 2 * (5 + 125))


def test_a_model_of_pictures_doubts_by_its_gate():
    tokens, outcome = blobs(80)
    scorer = plugins.load("baseline", "hog").fit(tokens, outcome, LESSON)
    gate = learn(scorer, (tokens, blobs(80, seed=1)[0]), 5)
    (said,) = gate.doubts(pictures([tokens.values[0] * 100]), scorer)
    assert said[0].en.startswith("The picture is unlike")
