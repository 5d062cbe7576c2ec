"""Attention rollout: shares that add up, follow attention through the layers, and are gathered over windows."""

import numpy as np
import pytest

from primum.explainers.attention_rollout import AttentionRollout


class Attending:
    """A case of made-up attention."""

    def __init__(self, places, *windows):
        self.places, self.windows = places, windows

    def log_odds(self, kept):
        return kept.sum(axis=1)

    def attention(self):
        return list(self.windows)

    def pulls(self):
        return np.zeros(self.places)


def weigh(*given):
    return AttentionRollout().weigh(Attending(*given), 0)


def to(which, tokens):
    """Return attention that goes to one token alone."""
    found = np.zeros((tokens, tokens))
    found[:, which] = 1.0
    return found


def test_one_layer_gives_half_to_whom_all_attend_and_shares_the_rest():
    weights = weigh(4, (to(2, 4)[None], np.arange(4)))
    np.testing.assert_allclose(weights, [0.125, 0.125, 0.625, 0.125])


def test_layers_are_multiplied_the_last_one_first():
    layers = np.stack([to(0, 3), to(1, 3)])
    reached = np.full(3, 1 / 3)
    for layer in (layers[1], layers[0]):
        reached = reached @ (0.5 * np.eye(3) + 0.5 * layer)
    np.testing.assert_allclose(weigh(3, (layers, np.arange(3))), reached)


def test_even_attention_tells_nothing():
    np.testing.assert_allclose(weigh(5, (np.full((6, 5, 5), 0.2), np.arange(5))), 0.2)


def test_pieces_of_a_word_are_added_and_ends_left_out():
    weights = weigh(2, (np.full((2, 5, 5), 0.2), np.array([-1, 0, 0, 1, -1])))
    np.testing.assert_allclose(weights, [0.4, 0.2])


def test_windows_weigh_as_the_tokens_they_hold():
    small, large = (
        (np.full((1, 2, 2), 0.5), np.array([0, 1])),
        (np.full((1, 6, 6), 1 / 6), np.array([1, 1, 2, 2, 2, 2])),
    )
    np.testing.assert_allclose(weigh(3, small, large), [1 / 8, 3 / 8, 4 / 8])


def test_a_case_without_attention_is_refused():
    class Blind:
        places = 2

        def log_odds(self, kept):
            return kept.sum(axis=1)

    with pytest.raises(TypeError, match="pays none"):
        AttentionRollout().weigh(Blind(), 0)


def test_it_has_no_signs_and_says_so():
    assert not AttentionRollout.signed
    dice = np.random.default_rng(0)
    layers = dice.dirichlet(np.ones(7), size=(3, 7))
    weights = weigh(7, (layers, np.arange(7)))
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1.0)
