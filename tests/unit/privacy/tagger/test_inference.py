import threading

import numpy as np
import pytest
import torch

from primum.privacy.tagger import inference
from primum.privacy.tagger.inference import ONE_THREAD, Shape, Weights
from primum.privacy.tagger.network import Network
from primum.privacy.tagger.tokens import SETTINGS

SHAPE = Shape(features=50, labels=5, looks=8, width=8, dilations=(1, 2, 4))
NARROW = Shape(features=50, labels=5, looks=12, width=8, dilations=(1, 3))


@pytest.fixture
def network():
    torch.manual_seed(3)
    return Network(SHAPE).eval()


def looks_and_settings(count):
    dice = np.random.default_rng(4)
    return dice.standard_normal((count, 8), dtype=np.float32), dice.integers(0, len(SETTINGS), count)


def trained(network, looks, settings):
    with torch.inference_mode():
        state = torch.from_numpy(looks) + network.placed()[torch.from_numpy(settings)]
        logits = network(state)
        return (logits[:, 1:] - logits[:, :1]).exp().numpy()


@pytest.mark.parametrize("count", [0, 1, 2, 7, 40, 41, 130])
def test_odds_are_those_of_the_network_as_it_was_trained(network, count, monkeypatch):
    monkeypatch.setattr(inference, "BLOCK", 40)
    looks, settings = looks_and_settings(count)
    odds = network.weights().odds(looks, settings)
    assert odds.shape == (count, 4)
    assert np.allclose(odds, trained(network, looks, settings), atol=1e-6)


def test_what_is_sure_is_no_overflow(network):
    with torch.no_grad():
        network.out.bias[2] += 1000
    odds = network.weights().odds(*looks_and_settings(3))
    assert np.isfinite(odds.sum(axis=1)).all()
    assert (odds.argmax(axis=1) == 1).all()


@pytest.mark.parametrize("starts", [(0, 1), (0, 0, 20), (0, 3, 3, 5, 39), (0, 40)])
def test_texts_that_are_read_together_do_not_see_each_other(network, starts, monkeypatch):
    monkeypatch.setattr(inference, "BLOCK", 16)
    looks, settings = looks_and_settings(40)
    together = network.weights().odds(looks, settings, starts)
    for first, last in zip(starts, (*starts[1:], 40), strict=True):
        alone = trained(network, looks[first:last], settings[first:last])
        assert np.allclose(together[first:last], alone, atol=1e-6)


@pytest.mark.parametrize("shape", [SHAPE, NARROW])
def test_words_look_as_in_training_and_unknown_features_count_nothing(shape):
    torch.manual_seed(3)
    network = Network(shape).eval()
    with torch.no_grad():
        network.norm.weight.uniform_(0.5, 2)
        network.norm.bias.uniform_(-1, 1)
    looks = network.weights().looks([[1, 2], [], [3, 0, 4]])
    assert looks.shape == (3, 8)
    with torch.inference_mode():
        sums = network.narrow(network.norm(network.words(torch.tensor([1, 2, 3, 4]), torch.tensor([0, 2, 2]))))
    assert np.allclose(looks, sums.numpy(), atol=1e-5)


def test_how_many_words_are_added_up_at_a_time_does_not_matter(network, monkeypatch):
    words = [[at % 49 + 1, at % 7 + 1] for at in range(30)]
    whole = network.weights().looks(words)
    monkeypatch.setattr(inference, "WORDS", 4)
    assert np.array_equal(network.weights().looks(words), whole)


@pytest.mark.parametrize("change", ["missing", "more", "other shape"])
def test_numbers_that_are_not_of_such_a_network_are_refused(network, change):
    arrays = {name: one.numpy() for name, one in network.state_dict().items()}
    if change == "missing":
        arrays.pop("out.bias")
    elif change == "more":
        arrays["mixes.3.bias"] = arrays["out.bias"]
    else:
        arrays["flags"] = arrays["flags"][1:]
    with pytest.raises(ValueError, match="not the numbers"):
        Weights(SHAPE, arrays)


def threads():
    return [one.threads() for one in inference._libraries()]


def test_one_thread_is_used_inside_and_as_many_as_before_outside():
    assert inference._libraries(), "NumPy's matrix library is known"
    for one in inference._libraries():
        one.use(2)
    try:
        before = threads()
        with ONE_THREAD:
            assert set(threads()) == {1}
            with ONE_THREAD:
                assert set(threads()) == {1}
            assert set(threads()) == {1}
        assert threads() == before
    finally:
        for one in inference._libraries():
            one.use(1)


def test_several_may_be_inside_at_once_and_the_last_puts_all_back():
    for one in inference._libraries():
        one.use(2)
    before, wrong = threads(), []

    def ask():
        for _ in range(200):
            with ONE_THREAD:
                if set(threads()) != {1}:
                    wrong.append(threads())

    some = [threading.Thread(target=ask) for _ in range(4)]
    for one in some:
        one.start()
    for one in some:
        one.join()
    assert wrong == []
    assert threads() == before
