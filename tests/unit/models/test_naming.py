"""What a model marks in a text, and what moves it: places, kinds, doubt; the word explained is never left out."""

from dataclasses import dataclass

import numpy as np
import pytest

from primum.domain.mentions import labels
from primum.domain.study import Column
from primum.domain.tokens import Texts
from primum.models.naming import named
from primum.models.questions import WordQuestion
from primum.tasks.tag import Tag

LABELS = labels(("drug", "sign"))
NOTE = Column(name="note", source="notes", role="feature")


def texts(text):
    return Texts(values=((text,),), columns=(NOTE,))


def test_mentions_have_place_kind_least_probability_and_what_is_possible():
    tokens = texts("Takes low-dose aspirin, has a cough.")
    words = ["Takes", "low", "-", "dose", "aspirin", ",", "has", "a", "cough", "."]
    assert [tokens.document(0)[a:b] for a, b in tokens.units(0)] == words
    probability = np.full((len(words), 5), 0.02)
    probability[:, 0] = 0.92
    probability[1] = [0.1, 0.8, 0.05, 0.03, 0.02]
    probability[2:5] = [0.2, 0.05, 0.7, 0.03, 0.02]
    probability[8] = [0.3, 0.05, 0.0, 0.6, 0.05]
    sets = probability >= 0.25
    drug, sign = named(tokens, LABELS, probability, sets)
    assert (drug.place, drug.shown, drug.kind) == ("text:note:6-22", "low-dose aspirin", "drug")
    assert drug.probability == pytest.approx(0.75)
    assert drug.is_sure
    assert (sign.shown, list(sign.possible), sign.is_sure) == ("cough", ["", "sign"], False)


@dataclass
class Counting:
    """Says of each word how many words stand before it, and remembers what it was shown."""

    shown: list

    def log_odds(self, tokens, of):
        assert of == 1
        self.shown.append(tokens.document(0))
        return np.arange(len(tokens.units(0)), dtype=np.float64)


def test_the_word_explained_is_found_again_among_the_words_that_are_left():
    tokens = texts("He takes aspirin, 糖尿病 too.")
    start = tokens.document(0).index("病")
    model = Counting([])
    question = WordQuestion(model=model, tokens=tokens, of=1, start=start)
    places = len(tokens.places(0))
    kept = np.ones((3, places))
    kept[1, :2] = 0
    kept[2] = 0
    assert question.log_odds(kept).tolist() == [6.0, 4.0, 0.0]
    assert model.shown[0] == tokens.document(0)
    assert model.shown[2].strip() == "病"
    assert question.asked == 3


def test_words_of_a_text_belong_to_it():
    tokens = Texts(values=(("One two.",), ("",), ("Three",)), columns=(NOTE,))
    assert Tag().owners(tokens).tolist() == [0, 0, 0, 2]
