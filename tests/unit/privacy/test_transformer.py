from types import SimpleNamespace

import pytest
import torch

from primum.errors import DataError
from primum.privacy import notes
from primum.privacy.spans import Kind, Span
from primum.privacy.transformer import LABELS, Transformer, _meanings

WINDOW, STRIDE = 6, 2


class Words:
    """A tokenizer of words that cuts its windows as the library does."""

    model_max_length = WINDOW

    def __call__(self, text, **how):
        assert how["stride"] < how["max_length"] == WINDOW
        words = [(at, at + len(word)) for at, word in self._words(text)]
        starts = range(0, max(1, len(words) - STRIDE), WINDOW - STRIDE)
        windows = [words[start : start + WINDOW] for start in starts]
        padded = [one + [(0, 0)] * (WINDOW - len(one)) for one in windows]
        ids = [[self._id(text[start:end]) for start, end in one] for one in padded]
        return {
            "input_ids": torch.tensor(ids),
            "attention_mask": torch.ones(len(ids), WINDOW),
            "offset_mapping": torch.tensor(padded),
        }

    @staticmethod
    def _words(text):
        at = 0
        for word in text.split(" "):
            yield at, word
            at += len(word) + 1

    @staticmethod
    def _id(word):
        return 1 if word.istitle() else 2 if word.isdigit() else 0


def network(input_ids, attention_mask):
    assert input_ids.shape == attention_mask.shape
    return SimpleNamespace(logits=torch.nn.functional.one_hot(input_ids, 3) * 4.0)


KINDS = [None, Kind.NAME, Kind.RECORD_NUMBER]
FINDER = Transformer(network, Words(), KINDS)


def test_neighbouring_tokens_of_one_kind_are_one_span():
    text = "seen by Ann Smith 12 34 today"
    assert FINDER.find(text) == [
        Span(8, 17, Kind.NAME, "thorough"),
        Span(18, 23, Kind.RECORD_NUMBER, "thorough"),
    ]


def test_windows_overlap_so_that_nothing_is_lost():
    text = " ".join(["on"] * 30 + ["Ann"] + ["off"] * 31)
    assert [(one.start, one.end) for one in FINDER.find(text)] == [(90, 93)]
    across = "x " * 3 + "Ann Smith " + "y " * 9
    assert FINDER.find(across)[0] == Span(6, 15, Kind.NAME, "thorough")


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_is_asked_of_nothing(text):
    assert FINDER.find(text) == []


def test_more_doubt_finds_more():
    def unsure(input_ids, attention_mask):
        return SimpleNamespace(logits=torch.zeros(*input_ids.shape, 3) + torch.tensor([0.5, 0.0, -9.0]))

    assert Transformer(unsure, Words(), KINDS).find("x y") == []
    assert Transformer(unsure, Words(), KINDS, doubt=0.7).find("x y") == [Span(0, 3, Kind.NAME, "thorough")]


def test_notes_take_it_as_a_second_opinion(monkeypatch):
    monkeypatch.setattr(notes.tagger, "is_there", lambda _language: False)
    found = notes.find("then Brim came", thorough=FINDER)
    assert found == [Span(5, 9, Kind.NAME, "thorough")]
    assert notes.find("then Brim came") == []


def test_labels_are_kinds_and_strange_ones_are_refused():
    assert _meanings(["O", "B-PER", "I-PATIENT", "S-DATE", "MISC", "E-hosp"], {}) == [
        None, Kind.NAME, Kind.NAME, Kind.DATE, None, Kind.HOSPITAL,
    ]  # fmt: skip
    assert _meanings(["O", "B-PET"], {"pet": Kind.OTHER_ID}) == [None, Kind.OTHER_ID]
    with pytest.raises(DataError, match="PET"):
        _meanings(["O", "B-PET"], {})
    assert set(LABELS.values()) >= set(Kind) - {Kind.BED, Kind.SOCIAL}


def test_without_the_library_it_says_so(tmp_path):
    with pytest.raises(DataError) as refused:
        Transformer.open(tmp_path)
    assert refused.value.remedy
