"""Encoders in integers: one graph for notes of any length, near the floats, and refused where it is damaged."""

import numpy as np
import onnx
import pytest
import torch

from primum.errors import IntegrityError
from primum.models.text.serving import FOUND, GIVEN, SLOWER, Served, attending_plainly, in_integers
from synthetic.small_notes import encoder


@pytest.fixture(scope="module")
def coder():
    return encoder()


@pytest.fixture(scope="module")
def graph(coder):
    return in_integers(coder.net)


def numbers(windows, length, seed=0):
    return np.random.default_rng(seed).integers(5, 20, size=(windows, length), dtype=np.int64)


def floats(coder, ids):
    with torch.inference_mode():
        return coder.net.eval()(input_ids=torch.from_numpy(ids)).last_hidden_state.mean(dim=(0, 1)).numpy()


@pytest.mark.parametrize(("windows", "length"), [(1, 2), (1, 37), (3, 16)])
def test_the_mean_of_notes_of_any_length_is_near_that_in_floats(coder, graph, windows, length):
    ids = numbers(windows, length)
    found, real = Served(graph).mean(ids), floats(coder, ids)
    assert found.shape == real.shape
    assert found.dtype == np.float64
    assert np.corrcoef(found, real)[0, 1] > 0.99


def test_windows_count_by_their_tokens(graph):
    served = Served(graph)
    one, two = numbers(1, 12, seed=1), numbers(1, 12, seed=2)
    both = served.mean(np.concatenate([one, two]))
    np.testing.assert_allclose(both, (served.mean(one) + served.mean(two)) / 2, atol=0.05)


def test_equal_notes_get_equal_bits(graph):
    ids = numbers(1, 20)
    assert Served(graph).mean(ids).tobytes() == Served(graph).mean(ids).tobytes()


def test_products_are_in_integers_and_word_vectors_as_they_were(coder, graph):
    model = onnx.load_from_string(graph)
    kinds = [one.op_type for one in model.graph.node]
    assert "MatMulInteger" in kinds
    assert [one.name for one in model.graph.input] == [GIVEN]
    assert [one.name for one in model.graph.output] == [FOUND]
    kept = [onnx.numpy_helper.to_array(one) for one in model.graph.initializer]
    vectors = coder.vectors.weight.detach().numpy()
    assert any(one.shape == vectors.shape and np.array_equal(one, vectors) for one in kept)


def test_no_rewriting_that_costs_more_than_it_saves_is_made(graph, monkeypatch):
    import onnxruntime

    given = {}

    def session(data, options, **named):
        given.update(named)

    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    Served(graph)
    assert given["disabled_optimizers"] == list(SLOWER)


def test_attention_is_as_it_was_afterwards_even_where_something_fails(coder):
    usual = coder.net.config._attn_implementation

    def fails():
        with attending_plainly(coder.net):
            assert coder.net.config._attn_implementation == "eager"
            raise ValueError("fault")

    with pytest.raises(ValueError, match="fault"):
        fails()
    assert coder.net.config._attn_implementation == usual


@pytest.mark.parametrize("data", [b"\xff", b"no graph at all"])
def test_what_is_no_graph_is_refused(data):
    with pytest.raises(IntegrityError, match="not what was written"):
        Served(data)
