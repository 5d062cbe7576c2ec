"""Our candidate for notes: learns, is kept and read back, reads long notes whole, tells its slopes."""

import numpy as np
import pytest
import torch

from primum.domain.tokens import Cells, Texts
from primum.errors import IntegrityError
from primum.models.fitting import Teaching
from primum.models.running import Running
from primum.models.text.classifier import fit
from primum.models.text.scorer import ENCODER, GRAPH, HEAD, SHAPE, Classifier, Notes, TextScorer
from primum.models.text.windows import Ends
from synthetic.small_notes import COLUMN, SMALL, WORDS, encoder, notes


def taught(**changed):
    tokens, outcome = notes()
    fold = np.full(len(outcome), -1)
    fold[:16] = 0
    teaching = Teaching(
        model=SMALL.model_copy(update=changed), seed=0, encoder=encoder().files(), running=lambda _: Running()
    )
    return fit(tokens, outcome, fold, teaching), outcome


@pytest.fixture(scope="module")
def fitted():
    return taught()


def right(scorer, seed=5):
    tokens, outcome = notes(40, seed=seed)
    return float((scorer.logits(tokens).argmax(axis=1) == outcome).mean())


def test_it_learns_what_tells_the_classes_apart(fitted):
    done, outcome = fitted
    assert right(done.scorer) > 0.9
    held = ~np.isnan(done.unseen[:, 0])
    assert held.tolist() == [True] * 16 + [False] * 48
    assert (done.unseen[held].argmax(axis=1) == outcome[held]).mean() > 0.8


def test_the_same_bits_come_back_from_its_files(fitted):
    scorer = fitted[0].scorer
    tokens, _ = notes(10, seed=3)
    assert np.array_equal(TextScorer.load(scorer.state()).logits(tokens), scorer.logits(tokens))


def test_what_is_said_of_a_note_does_not_depend_on_those_beside_it(fitted):
    scorer = fitted[0].scorer
    tokens, _ = notes(10, seed=3)
    alone = np.vstack([scorer.logits(tokens.take(np.array([row]))) for row in range(10)])
    assert np.array_equal(alone, scorer.logits(tokens))


def test_a_long_note_is_read_to_its_end(fitted):
    scorer = fitted[0].scorer
    empty = "the patient sleeps well. " * 400

    def said(text):
        return scorer.logits(Texts(values=((text,),), columns=(COLUMN,)))[0]

    plain = said(empty)
    for at, word in enumerate(WORDS):
        moved = said(empty + f"{word} " * 40) - plain
        assert moved[at] > moved[1 - at]


def test_an_empty_note_gets_finite_logits(fitted):
    assert np.isfinite(fitted[0].scorer.logits(Texts(values=(("",),), columns=(COLUMN,)))).all()


def test_slopes_name_the_word_that_decides(fitted):
    scorer = fitted[0].scorer
    tokens, outcome = notes(20, seed=7)
    named = 0
    for row in range(20):
        one = tokens.take(np.array([row]))
        weight = np.where(np.arange(2) == outcome[row], 1.0, -1.0)
        kept = np.full((1, len(one.places(0))), 0.5)
        slopes = scorer.slopes(one, kept, weight)
        assert slopes.shape == kept.shape
        start, end = one.words(0)[int(slopes[0].argmax())]
        named += one.document(0)[start:end] == WORDS[outcome[row]]
    assert named >= 16


def test_slopes_add_up_to_the_difference_between_all_words_and_none(fitted):
    scorer = fitted[0].scorer
    one, weight = notes(1, seed=2)[0], np.array([1.0, -1.0])
    places = len(one.places(0))
    steps = (np.arange(400) + 0.5) / 400
    gained = scorer.slopes(one, np.tile(steps[:, None], (1, places)), weight).mean(axis=0).sum()
    coder, net = scorer._encoder, scorer._net
    ids = coder.tokenizer.encode(one.document(0), add_special_tokens=False).ids
    hidden = [coder.mask] * (len(ids) - 1) + ids[-1:]  # the full stop is no place
    tokens = torch.tensor([[coder.begin, *hidden, coder.end]])
    with torch.inference_mode():
        nothing = net(tokens, torch.ones_like(tokens), torch.tensor([0]))[0].double().numpy()
    assert gained == pytest.approx(float((scorer.logits(one)[0] - nothing) @ weight), rel=0.02, abs=0.02)


@pytest.mark.parametrize("tuning", ["body", "lora", "head"])
def test_less_may_be_tuned(tuning):
    before = encoder().files()
    (done, _) = taught(tuning=tuning)
    after = {name.removeprefix(ENCODER): data for name, data in done.scorer.state().items() if name.startswith(ENCODER)}
    assert set(after) == set(before)
    assert (after["encoder.safetensors"] == before["encoder.safetensors"]) == (tuning == "head")
    tokens, _ = notes(5, seed=3)
    assert np.array_equal(TextScorer.load(done.scorer.state()).logits(tokens), done.scorer.logits(tokens))
    if tuning == "lora":
        assert right(done.scorer) > 0.7


def test_word_vectors_stay_where_the_body_is_tuned():
    before = encoder().vectors.weight
    scorer = taught(tuning="body")[0].scorer
    assert torch.equal(scorer._encoder.vectors.weight, before)


def test_from_scratch_it_begins_without_pretraining_too():
    tokens, outcome = notes()
    teaching = Teaching(model=SMALL.model_copy(update={"epochs": 1}), seed=0, encoder={}, running=lambda _: Running())
    assert fit(tokens, outcome, np.full(len(outcome), -1), teaching).scorer.logits(tokens).shape == (64, 2)


def test_in_integers_it_says_nearly_the_same_and_that_is_what_is_kept(fitted):
    done, _ = taught(served="int8")
    state = done.scorer.state()
    assert GRAPH in state
    tokens, _ = notes(30, seed=3)
    floats, integers = fitted[0].scorer.logits(tokens), done.scorer.logits(tokens)
    assert not np.array_equal(floats, integers)
    assert np.corrcoef(floats[:, 0], integers[:, 0])[0, 1] > 0.98
    assert np.array_equal(TextScorer.load(state).logits(tokens), integers)


@pytest.mark.parametrize("name", [HEAD, SHAPE, f"{ENCODER}encoder.safetensors"])
def test_damaged_files_are_refused(fitted, name):
    state = dict(fitted[0].scorer.state())
    with pytest.raises(IntegrityError):
        TextScorer.load({**state, name: b"\xff"})
    del state[name]
    with pytest.raises(IntegrityError):
        TextScorer.load(state)


def test_a_damaged_graph_is_refused(fitted):
    with pytest.raises(IntegrityError, match="graph"):
        TextScorer.load({**fitted[0].scorer.state(), GRAPH: b"no graph"})


def test_other_data_than_notes_is_refused(fitted):
    with pytest.raises(IntegrityError, match="other data"):
        fitted[0].scorer.logits(Cells(values=np.zeros((1, 1)), columns=(COLUMN,)))


def test_a_note_in_windows_is_the_mean_of_all_its_tokens():
    coder = encoder()
    net = Classifier(coder.net, coder.width, 2).eval()
    torch.nn.init.normal_(net.head.weight)
    rows = Notes([list(range(5, 25)), [7, 8]], Ends.of(coder), 12, None)
    ids, told, owners = rows.take(torch.tensor([0, 1]))
    assert owners.tolist() == [0, 0, 0, 1]
    with torch.inference_mode():
        both = net(ids, told, owners)
        apart = [net(*rows.take(torch.tensor([at]))) for at in range(2)]
    assert torch.allclose(both, torch.cat(apart), atol=1e-5)


def test_attention_is_told_of_every_token_and_its_place(fitted):
    scorer = fitted[0].scorer
    tokens = Texts(values=(("The patient has fever.",),), columns=(COLUMN,))
    ((layers, place),) = scorer.attention(tokens)
    assert layers.shape == (1, len(place), len(place))
    np.testing.assert_allclose(layers.sum(axis=2), 1.0, atol=1e-5)
    assert place[0] == place[-1] == -1
    assert set(place.tolist()) == {-1, 0, 1, 2, 3}
    before = scorer.logits(tokens)
    scorer.attention(tokens)
    assert np.array_equal(scorer.logits(tokens), before)


def test_attention_of_a_long_note_is_told_window_by_window(fitted):
    scorer = fitted[0].scorer
    tokens = Texts(values=(("the patient sleeps well. " * 400,),), columns=(COLUMN,))
    told = scorer.attention(tokens)
    assert len(told) > 1
    assert len({layers.shape for layers, _ in told}) == 1
    seen = np.concatenate([place for _, place in told])
    assert set(seen[seen >= 0].tolist()) == set(range(len(tokens.places(0))))


def test_pulls_are_the_length_of_the_gradient_by_a_words_vectors(fitted):
    scorer = fitted[0].scorer
    coder, net = scorer._encoder, scorer._net
    one, towards = notes(1, seed=2)[0], np.array([1.0, -1.0])
    found = scorer.pulls(one, towards)
    read = coder.tokenizer.encode(one.document(0), add_special_tokens=False)
    ids = torch.tensor([[coder.begin, *read.ids, coder.end]])
    own = coder.vectors(ids).detach().requires_grad_()
    logits = net(own, torch.ones_like(ids), torch.tensor([0]))[0]
    logits[0].sub(logits[1]).backward()
    lengths = own.grad[0].norm(dim=1).numpy()[1:-1]
    assert found.shape == (len(one.places(0)),)
    for at, (start, end) in enumerate(one.words(0)):
        mine = [start <= first < end for first, _ in read.offsets]
        assert found[at] == pytest.approx(lengths[mine].sum(), rel=1e-4)


def test_in_integers_windows_are_added_as_in_floats():
    scorer = taught(served="int8")[0].scorer
    plain = TextScorer.load({name: data for name, data in scorer.state().items() if name != GRAPH})
    long = Texts(values=(("the patient sleeps well fever. " * 300,),), columns=(COLUMN,))
    assert np.allclose(scorer.logits(long), plain.logits(long), atol=0.5)
    assert scorer.logits(long).argmax() == plain.logits(long).argmax()
