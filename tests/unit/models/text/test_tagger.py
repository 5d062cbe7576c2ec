"""Tagging words: it learns, every sentence is tagged whatever its document's length, windows lose nothing."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from primum.models.running import Running
from primum.models.text.tagger import Tagger, TagModel, Windows, _apart, _around, fit
from primum.models.text.tags import Document, labels
from primum.models.text.windows import Ends
from synthetic.small_notes import SMALL, encoder

FILLER = ("the", "patient", "comes", "today", "with", "some", "trouble", "since", "monday", "and", "sleeps", "well")


def documents(count=30, seed=0, sentences=4):
    """Return made-up documents: capitalised words are people, the word after "since" is a time."""
    dice = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        lines, tags = [], []
        for _ in range(sentences):
            words = [str(one) for one in dice.choice(FILLER, size=int(dice.integers(3, 8)))]
            marks = ["O"] * len(words)
            at = int(dice.integers(0, len(words)))
            words[at], marks[at] = str(dice.choice(FILLER)).capitalize(), "B-PER"
            lines.append(tuple(words))
            tags.append(tuple(marks))
        found.append(Document(sentences=tuple(lines), tags=tuple(tags)))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a tiny encoder."""
    place, coder = tmp_path_factory.mktemp("encoder"), encoder()
    coder.net.save_pretrained(place)
    names = {f"{one}_token": f"[{one.upper()}]" for one in ("cls", "sep", "mask", "pad", "unk")}
    PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(coder.tokenizer.to_str()), **names).save_pretrained(
        place
    )
    return str(place)


def test_it_finds_by_letters_what_the_uncased_encoder_cannot_see(folder):
    model = SMALL.model_copy(update={"encoder": folder, "window": 40, "epochs": 25, "patience": 25, "batch_size": 4})
    tagger, done = fit((documents(), documents(10, seed=1)), model, 0, Running())
    assert -done.losses[done.epochs] > 0.9
    unseen = documents(10, seed=2)
    said = tagger.tag(unseen)
    right = [a == b for one, tags in zip(unseen, said, strict=True) for x, y in zip(one.tags, tags, strict=True)
             for a, b in zip(x, y, strict=True)]  # fmt: skip
    assert np.mean(right) > 0.95


def model_of(window=24):
    coder, names = encoder(), labels(documents(3))
    torch.manual_seed(0)
    return TagModel(Tagger(coder, len(names)), coder, names, window), coder


def test_documents_of_any_length_get_a_tag_a_word():
    tagger, _ = model_of()
    long = documents(1, sentences=60)[0]
    strange = Document(sentences=(("x" * 300,), ("well",) * 80, ("\u200b",), ("发热",)))
    for one, tags in zip([long, strange], tagger.tag([long, strange]), strict=True):
        assert [len(sentence) for sentence in one.sentences] == [len(sentence) for sentence in tags]
        assert all(tag for sentence in tags for tag in sentence)
    assert tagger.tag([]) == []


def test_what_is_said_of_a_document_does_not_depend_on_those_beside_it():
    tagger, _ = model_of()
    many = documents(6, sentences=5)
    assert [tagger.tag([one])[0] for one in many] == tagger.tag(many)


def test_to_learn_from_every_sentence_is_in_one_window_with_its_tags():
    tagger, coder = model_of()
    many = documents(5, sentences=9)
    windows = tagger.windows(many, learning=True)
    words = [word for one in windows for word in one.words]
    assert words == [word for one in many for sentence in one.sentences for word in sentence]
    names = labels(many)
    tags = [names[tag] for one in windows for tag in one.tags]
    assert tags == [tag for one in many for sentence in one.tags for tag in sentence]
    rows = Windows(windows, Ends.of(coder))
    ids, told, spans, looks, letters, there, marks = rows.take(torch.arange(len(rows)))
    assert int(there.sum()) == len(words)
    assert ids.shape == told.shape
    assert looks[..., 0].sum() == 5 * 9
    assert letters.shape[:2] == there.shape == marks.shape
    at = spans[0, 0]
    assert ids[0, at[0] : at[1]].tolist() == list(windows[0].pieces[0])
    assert int(told.sum(dim=1).max()) <= 24


@given(st.lists(st.integers(1, 30), max_size=40), st.integers(5, 60))
def test_runs_apart_hold_every_sentence_once_and_fit_where_they_can(sizes, most):
    runs = _apart(sizes, most)
    assert [at for one, _ in runs for at in one] == list(range(len(sizes)))
    assert all(len(one) == 1 or sum(sizes[at] for at in one) <= most for one, _ in runs)


@given(st.lists(st.integers(1, 30), max_size=40), st.integers(5, 60))
def test_runs_around_tell_every_sentence_once_and_fit_where_they_can(sizes, most):
    runs = _around(sizes, most)
    told = [one.start + at for one, part in runs for at in part]
    assert sorted(told) == list(range(len(sizes)))
    assert all(len(one) == 1 or sum(sizes[at] for at in one) <= most for one, _ in runs)


def test_a_sentence_is_told_where_it_has_most_around_it():
    runs = _around([10] * 9, 50)
    for one, part in runs:
        for at in (one.start + step for step in part):
            assert at in {0, 1, 7, 8} or one.start < at < one.stop - 1
