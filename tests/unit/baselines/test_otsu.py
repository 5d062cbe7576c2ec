"""Otsu's threshold and the mean atlas: guesses that learn nothing from pictures."""

import numpy as np
import pytest

from primum.baselines.otsu import atlas, otsu
from synthetic.small_pictures import blobs


@pytest.mark.parametrize("sign", [1, -1])
def test_what_stands_out_is_drawn_be_it_bright_or_dark(sign):
    tokens, _ = blobs(10, (20, 20))
    for one in tokens.values:
        said, truth = otsu(sign * one), one[0] > 1.5
        assert 2 * (said & truth).sum() / (said.sum() + truth.sum()) > 0.75


def test_volumes_and_colours_are_drawn_too():
    volume = np.zeros((2, 6, 6, 6), np.float32)
    volume[:, 1:3, 1:3, 1:3] = 1
    assert otsu(volume).sum() == 8


def test_nothing_is_drawn_on_a_blank_picture():
    assert not otsu(np.full((1, 5, 5), 3, np.float32)).any()


def test_the_atlas_is_how_often_a_sample_was_marked():
    masks = [np.eye(3, dtype=bool), np.ones((3, 3), dtype=bool)]
    assert np.array_equal(atlas(masks), np.where(np.eye(3), 1, 0.5))
