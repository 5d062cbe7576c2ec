"""Histograms of oriented gradients: tell directions apart, read any size, are kept and read back."""

import numpy as np
import pytest

from primum import plugins
from primum.baselines.hog import FILE, Hog
from primum.domain.study import Model
from primum.domain.tokens import Cells, Pictures
from primum.errors import IntegrityError, StudyError
from primum.plugins import Lesson
from synthetic.small_pictures import COLUMN, blobs

LESSON = Lesson(model=Model(), seed=0, small_number=5, labels=2)


def stripes(count=40, size=(28, 28), seed=0, classes=2, channels=1):
    """Return pictures whose stripes run another way in each class."""
    dice = np.random.default_rng(seed)
    outcome = np.arange(count) % classes
    rows, columns = np.mgrid[: size[0], : size[1]]
    found = []
    for kind in outcome:
        angle = np.pi * kind / classes + dice.normal(0, 0.05)
        wave = np.sin((rows * np.cos(angle) + columns * np.sin(angle)) + dice.uniform(0, 6))
        found.append((wave + dice.normal(0, 0.3, (channels, *size))).astype(np.float32))
    return Pictures(values=tuple(found), columns=(COLUMN,), spacing=((),) * count), outcome


@pytest.mark.parametrize(("classes", "channels"), [(2, 1), (3, 3)])
def test_it_tells_directions_apart(classes, channels):
    scorer = Hog().fit(*stripes(60, classes=classes, channels=channels), LESSON)
    tokens, outcome = stripes(30, seed=1, classes=classes, channels=channels)
    logits = scorer.logits(tokens)
    assert logits.shape == (30, classes)
    assert (logits.argmax(axis=1) == outcome).mean() > 0.9


def test_pictures_of_other_sizes_are_brought_to_the_frame():
    scorer = Hog().fit(*stripes(), LESSON)
    for size in ((35, 28), (20, 20), (200, 150)):
        assert np.isfinite(scorer.logits(stripes(4, size)[0])).all()


def test_another_light_changes_little():
    scorer = Hog().fit(*stripes(), LESSON)
    tokens, _ = stripes(6, seed=2)
    other = Pictures(values=tuple(3 * one + 7 for one in tokens.values), columns=(COLUMN,), spacing=((),) * 6)
    assert np.allclose(scorer.logits(tokens), scorer.logits(other), atol=0.05)


def test_the_same_bits_come_back_from_its_files_and_alone_as_in_company():
    scorer = Hog().fit(*stripes(), LESSON)
    tokens, _ = stripes(5, seed=3)
    said = scorer.logits(tokens)
    assert np.array_equal(Hog().load(scorer.state()).logits(tokens), said)
    alone = np.vstack([scorer.logits(tokens.take(np.array([row]))) for row in range(5)])
    assert np.array_equal(alone, said)


def test_volumes_and_tables_are_refused():
    with pytest.raises(StudyError, match="volumes"):
        Hog().fit(*blobs(4, (12, 8, 8)), LESSON)
    with pytest.raises(StudyError, match="images"):
        Hog().fit(Cells(values=np.zeros((2, 1)), columns=(COLUMN,)), np.array([0, 1]), LESSON)


def test_damaged_files_are_refused():
    state = Hog().fit(*stripes(8), LESSON).state()
    for damaged in ({FILE: b"\xff"}, {}, {FILE: state[FILE][:-8]}):
        with pytest.raises(IntegrityError):
            Hog().load(damaged)


def test_it_is_reached_by_name():
    assert isinstance(plugins.load("baseline", "hog"), Hog)
    assert Hog.complexity == 1
