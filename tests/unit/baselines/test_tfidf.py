"""TF-IDF baselines: the weights of scikit-learn, words of enough subjects alone, to the bit what was kept."""

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from primum.baselines import tfidf
from primum.baselines.tfidf import TfidfLogistic, TfidfSvm, spelled, weighed
from primum.errors import DataError, IntegrityError, StudyError
from synthetic import notes
from synthetic.tables import LESSON, table


@pytest.fixture(params=[TfidfSvm, TfidfLogistic], ids=["svm", "logistic"])
def baseline(request):
    return request.param()


@pytest.mark.parametrize("classes", [2, 3])
def test_what_is_loaded_scores_as_what_was_fitted_to_the_bit(baseline, classes):
    seen, outcome = notes.written(classes=classes)
    new, _ = notes.written(n=20, classes=classes, seed=1)
    fitted = baseline.fit(notes.texts(*seen), outcome, LESSON)
    loaded = baseline.load(fitted.state())
    told = fitted.logits(notes.texts(*new))
    assert told.shape == (20, classes)
    assert told.dtype == np.float64
    assert told.tobytes() == loaded.logits(notes.texts(*new)).tobytes()


def test_what_the_notes_tell_is_learnt_and_a_note_scores_alone_as_in_company(baseline):
    seen, outcome = notes.written()
    new, truth = notes.written(n=60, seed=1)
    scorer = baseline.fit(notes.texts(*seen), outcome, LESSON)
    together = scorer.logits(notes.texts(*new))
    assert (together.argmax(axis=1) == truth).mean() > 0.9
    alone = np.vstack([scorer.logits(notes.texts(one)) for one in new])
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-12)


def test_words_of_too_few_subjects_are_kept_nowhere(baseline):
    seen, outcome = notes.written()
    seen[:4] = [f"{one} Quartermain" for one in seen[:4]]
    seen[4:9] = [f"{one} quinine" for one in seen[4:9]]
    state = baseline.fit(notes.texts(*seen), outcome, LESSON).state()
    terms = json.loads(state["tfidf.json"])["terms"]
    assert "quinine" in terms
    assert "quartermain" not in b"".join(state.values()).decode("latin-1").lower()
    fewer = baseline.fit(notes.texts(*seen), outcome, replace(LESSON, small_number=2)).state()
    assert "quartermain" in json.loads(fewer["tfidf.json"])["terms"]


def test_equal_notes_give_equal_files_that_hold_no_code(baseline):
    seen, outcome = notes.written()
    first, second = (baseline.fit(notes.texts(*seen), outcome, LESSON).state() for _ in range(2))
    assert first == second
    assert set(first) == {"tfidf.json", "tfidf.safetensors"}


def test_empty_unknown_and_huge_notes_get_finite_scores(baseline):
    seen, outcome = notes.written()
    scorer = baseline.fit(notes.texts(*seen), outcome, LESSON)
    told = scorer.logits(notes.texts("", "zzz qqq", "cough " * 40_000, "咳嗽"))
    assert np.isfinite(told).all()
    assert (told[0] == told[1]).all()
    assert len(scorer.logits(notes.texts())) == 0


def test_notes_without_a_common_word_and_tables_are_refused(baseline):
    with pytest.raises(DataError, match="No word is used by 5"):
        baseline.fit(notes.texts("one", "two", "three"), np.array([0, 1, 0]), LESSON)
    with pytest.raises(StudyError, match="reads texts"):
        baseline.fit(*table(), LESSON)


def test_rows_are_weighed_as_scikit_learn_weighs_them():
    seen, _ = notes.written()
    documents = [spelled(one) for one in seen]
    theirs = TfidfVectorizer(analyzer=spelled, sublinear_tf=True)
    wanted = theirs.fit_transform(seen).toarray()
    terms = theirs.get_feature_names_out().tolist()
    ours = weighed(documents, {term: at for at, term in enumerate(terms)}, theirs.idf_)
    np.testing.assert_allclose(ours.toarray(), wanted, atol=1e-12)


def test_words_are_spelled_small_with_their_pairs_and_han_by_sign():
    assert spelled("Dry cough, fever.") == ["dry", "cough", "fever", "dry cough", "cough fever"]
    assert spelled("胃痛") == ["胃", "痛", "胃 痛"]


@pytest.mark.parametrize("damage", ["absent", "cut", "shape", "nan", "shorter"])
def test_files_it_did_not_write_are_refused(baseline, damage):
    from safetensors.numpy import load, save

    seen, outcome = notes.written()
    state = dict(baseline.fit(notes.texts(*seen), outcome, LESSON).state())
    numbers = load(state[tfidf.NUMBERS])
    if damage == "absent":
        state = {}
    elif damage == "cut":
        state[tfidf.VOCABULARY] = state[tfidf.VOCABULARY][:10]
    elif damage == "shape":
        state[tfidf.NUMBERS] = save({**numbers, "rarity": numbers["rarity"][None]})
    elif damage == "nan":
        state[tfidf.NUMBERS] = save({**numbers, "intercept": numbers["intercept"] * np.nan})
    else:
        state[tfidf.VOCABULARY] = json.dumps({"terms": ["cough"]}).encode()
    with pytest.raises(IntegrityError):
        baseline.load(state)
