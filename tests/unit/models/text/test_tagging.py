"""Our tagger in a study: sentences, likelihoods over all paths, files that give the same model back."""

from itertools import pairwise, product

import numpy as np
import pytest
import torch
from torchcrf import CRF

from primum.domain.mentions import labels
from primum.domain.study import Column, Model
from primum.domain.tokens import Texts
from primum.errors import IntegrityError
from primum.models.fitting import Teaching
from primum.models.running import Running
from primum.models.text.sentences import LONGEST, plain, sentences
from primum.models.text.tagging import SHAPE, TagScorer, fit, marginals
from primum.tasks.tag import Tag
from synthetic import marked_notes

KINDS = ("drug", "complaint")
NAMES = labels(KINDS)
COLUMN = Column(name="note", source="notes", role="feature")


def texts(*values):
    return Texts(values=tuple((one,) for one in values), columns=(COLUMN,))


def test_a_sentence_ends_at_a_stop_before_a_new_one_or_with_the_line():
    document = plain(texts("He is well. She has a temp. of 38.5 today\nNo rash! 咳嗽三天。无发热。"), 0)
    assert [" ".join(one) for one in document.sentences] == [
        "He is well .",
        "She has a temp . of 38 . 5 today",
        "No rash !",
        "咳 嗽 三 天 。",
        "无 发 热 。",
    ]


def test_a_sentence_without_end_is_cut_and_nothing_is_lost():
    text = "word " * 95
    spans = texts(text).units(0)
    found = sentences(text, spans)
    assert [len(one) for one in found] == [LONGEST, LONGEST, 95 - 2 * LONGEST]
    assert sentences("", []) == []


def test_likelihoods_are_sums_over_all_paths():
    torch.manual_seed(0)
    paths, fits = CRF(3, batch_first=True), torch.randn(4, 3)
    for one in paths.parameters():
        one.data.normal_()
    with torch.no_grad():
        total = np.zeros((4, 3))
        for path in product(range(3), repeat=4):
            score = paths.start_transitions[path[0]] + paths.end_transitions[path[-1]]
            score = score + sum(fits[at, one] for at, one in enumerate(path))
            score = score + sum(paths.transitions[a, b] for a, b in pairwise(path))
            for at, one in enumerate(path):
                total[at, one] += float(score.exp())
        found = marginals(paths, fits).exp().numpy()
    np.testing.assert_allclose(found, total / total.sum(axis=1, keepdims=True), atol=1e-5)


@pytest.fixture(scope="module")
def fitted():
    rows = marked_notes.written(30)
    tokens = texts(*(str(one["note"]) for one in rows))
    outcome = Tag().truth(tokens, [one["mentions"] for one in rows], KINDS)
    model = Model(
        encoder="scratch", width=16, depth=1, heads=2, window=64, epochs=10, batch_size=4, learning_rate=0.001
    )
    teaching = Teaching(model=model, seed=1, encoder={}, running=lambda _: Running(), labels=NAMES)
    fold = np.where(np.arange(30) % 5 == 0, 0, -1)
    return tokens, outcome, fold, fit(tokens, outcome, fold, teaching)


def test_it_learns_and_says_of_each_word_of_those_left_out_how_likely_each_label_is(fitted):
    tokens, outcome, fold, done = fitted
    held = fold[Tag().owners(tokens)] >= 0
    assert np.isfinite(done.unseen[held]).all()
    assert np.isnan(done.unseen[~held]).all()
    np.testing.assert_allclose(np.exp(done.unseen[held]).sum(axis=1), 1, atol=1e-5)
    said = done.scorer.logits(tokens).argmax(axis=1)
    assert (said == outcome).mean() > 0.9


def test_files_give_the_same_scorer_back_and_others_are_refused(fitted):
    tokens, _, _, done = fitted
    state = done.scorer.state()
    again = TagScorer.load(state)
    assert np.array_equal(again.logits(tokens), done.scorer.logits(tokens))
    assert again.logits(texts("", "  ")).shape == (0, len(NAMES))
    with pytest.raises(IntegrityError):
        TagScorer.load({**state, SHAPE: b"{}"})
    with pytest.raises(IntegrityError):
        TagScorer.load({name: data for name, data in state.items() if name != "tagger.safetensors"})


def test_what_is_said_of_a_note_does_not_depend_on_what_is_beside_it(fitted):
    tokens, _, _, done = fitted
    alone = done.scorer.logits(tokens.take(np.array([3])))
    together = done.scorer.logits(tokens)[Tag().owners(tokens) == 3]
    assert np.array_equal(alone, together)
