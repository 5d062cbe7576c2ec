"""A case put to a model: parts of a note, the class that is explained, slopes where there are any, and the count."""

from dataclasses import replace

import numpy as np
import pytest

from primum import plugins
from primum.models.calibrated import Calibrated, Doubt, to_files
from primum.models.calibration import recalibrate
from primum.models.questions import Question, SlopedQuestion, ask
from primum.models.seen import familiar
from primum.plugins import AttentiveCase, SlopedCase
from synthetic import notes
from synthetic.tables import LESSON


class Linear:
    """A scorer whose logits are sums over words, with their gradient."""

    def __init__(self, weights):
        self.weights = weights

    def logits(self, tokens):
        return np.array([self._sum(tokens, row) for row in range(len(tokens))])

    def _sum(self, tokens, row):
        document = tokens.document(row)
        return sum((self.weights.get(document[a:b], np.zeros(3)) for a, b in tokens.words(row)), np.zeros(3))

    def slopes(self, tokens, kept, towards):
        document = tokens.document(0)
        each = [self.weights.get(document[a:b], np.zeros(3)) @ towards for a, b in tokens.words(0)]
        return np.tile(each, (len(kept), 1))

    def state(self):
        return {}


WEIGHTS = {"cough": np.array([2.0, 0.0, -1.0]), "rash": np.array([-1.0, 3.0, 0.5]), "mild": np.array([0.1, 0.2, 0.0])}


@pytest.fixture(scope="module")
def model():
    seen, outcome = notes.written()
    scorer = plugins.load("baseline", "tfidf_logistic").fit(notes.texts(*seen), outcome, LESSON)
    recalibration = recalibrate(scorer.logits(notes.texts(*seen)), outcome)
    doubt = Doubt(quantile=np.full(3, 0.6), threshold=0.5)
    return Calibrated.from_files(
        to_files(notes.study(), ("tfidf_logistic", scorer), (notes.texts(*seen),) * 2, recalibration, doubt)
    )


def test_of_more_than_two_classes_the_likeliest_is_explained(model):
    tokens = notes.texts("Cough and wheeze at night.", "Rash with itching, blister.", "Vertigo, nausea, dizzy.")
    assert model.explained(tokens).tolist() == [0, 1, 2]


def test_what_is_kept_is_what_the_model_reads_and_rows_are_counted(model):
    tokens = notes.texts("Mild", "Cough and rash")
    case = ask(model, tokens, 1, 0)
    assert isinstance(case, Question)
    assert not isinstance(case, SlopedCase)
    assert case.places == 3
    told = case.log_odds(np.array([[1.0, 1, 1], [0, 0, 1]]))
    wanted = model.log_odds(notes.texts("Cough and rash", "rash"), 0)
    np.testing.assert_allclose(told, wanted)
    assert told[0] > told[1]
    assert case.asked == 2


def test_log_odds_are_those_of_the_probability(model):
    tokens = notes.texts("cough", "rash")
    probability = model.probability(tokens)
    for of in range(3):
        wanted = np.log(probability[:, of] / (1 - probability[:, of]))
        np.testing.assert_allclose(model.log_odds(tokens, of), wanted, atol=1e-9)


def test_slopes_are_those_of_the_log_odds_after_recalibration(model):
    from dataclasses import replace

    sloped = replace(model, scorer=Linear(WEIGHTS))
    tokens = notes.texts("mild cough no rash")
    case = ask(sloped, tokens, 0, 1)
    assert isinstance(case, SlopedQuestion)
    assert isinstance(case, SlopedCase)

    def at(logits):
        moved = sloped.recalibration.apply(logits[None])[0]
        return moved[1] - np.log(np.exp(moved[[0, 2]]).sum())

    logits = sloped.scorer.logits(tokens)[0]
    found = case.slopes(np.ones((1, 4)))[0]
    for place, word in enumerate(("mild", "cough", "no", "rash")):
        step = 1e-5 * WEIGHTS.get(word, np.zeros(3))
        assert found[place] == pytest.approx((at(logits + step) - at(logits - step)) / 2e-5, abs=1e-6)
    assert case.asked == 3


def test_a_scorer_without_slopes_says_so(model):
    with pytest.raises(TypeError, match="no gradient"):
        model.slopes(notes.texts("cough"), np.ones((1, 1)), 0)


class Reading(Linear):
    """A scorer whose tokens all attend to the first word."""

    def attention(self, tokens):
        places = len(tokens.places(0))
        layer = np.zeros((1, places, places))
        layer[:, :, 0] = 1.0
        return [(layer, np.arange(places))]

    def pulls(self, tokens, towards):
        return np.abs(self.slopes(tokens, np.ones((1, len(tokens.places(0)))), towards)[0])


def test_attention_and_pulls_are_asked_of_a_scorer_that_knows_them(model):
    reading = replace(model, scorer=Reading(WEIGHTS))
    tokens = notes.texts("mild cough no rash")
    case = ask(reading, tokens, 0, 1)
    assert isinstance(case, AttentiveCase)
    assert isinstance(case, SlopedCase)
    ((layers, place),) = case.attention()
    assert layers.shape == (1, 4, 4)
    assert place.tolist() == [0, 1, 2, 3]
    assert case.asked == 1
    np.testing.assert_allclose(case.pulls(), np.abs(case.slopes(np.ones((1, 4)))[0]))


def test_a_scorer_without_attention_says_so(model):
    assert not isinstance(ask(model, notes.texts("cough"), 0, 0), AttentiveCase)
    with pytest.raises(TypeError, match="no attention"):
        model.attention(notes.texts("cough"))
    with pytest.raises(TypeError, match="by vectors"):
        model.pulls(notes.texts("cough"), 0)


def test_empty_and_foreign_notes_are_doubted_in_both_languages(model):
    said = model.doubts(
        notes.texts("", "  ...", "today a cough", "completely foreign vocabulary everywhere", "胃痛三天")
    )
    assert [bool(one) for one in said] == [True, True, False, True, True]
    assert said[0][0].en == "There is no word to read."
    assert said[3][0].en.startswith("Only 0% of the words")
    assert said[3][0].zh.startswith("仅 0%")
    assert model.abstains(notes.texts(""), np.array([[0.98, 0.01, 0.01]])).tolist() == [True]


def test_familiar_words_are_those_of_enough_subjects():
    assert familiar(["Cough now", "cough", "cough cough rash"], 3) == ["cough"]
    assert familiar([], 1) == []


def test_the_card_of_a_text_model_keeps_nothing_of_cells(model):
    assert "reference" not in model.card
    assert "cough" in model.card["familiar"]
    assert model.card["modality"] == "text"
