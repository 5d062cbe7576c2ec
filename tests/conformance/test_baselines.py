"""Every registered baseline: what is loaded scores as what was fitted, to the bit, on whatever a table may hold."""

import numpy as np
import pytest

from primum import plugins
from primum.errors import IntegrityError
from synthetic.tables import LESSON, table, tokens

OF_OTHERS = {"tfidf_svm", "tfidf_logistic", "frozen_embeddings", "lexicon", "maxent", "hog"}
"""Those that read texts or pictures; their own tests ask the same of them."""
NAMES = [one for one in plugins.names("baseline") if one not in OF_OTHERS]


@pytest.fixture(params=NAMES)
def baseline(request):
    return plugins.load("baseline", request.param)


@pytest.mark.parametrize("classes", [2, 3, 4])
def test_what_is_loaded_scores_as_what_was_fitted_to_the_bit(baseline, classes):
    seen, outcome = table(classes=classes)
    new, _ = table(n=40, classes=classes, seed=1, gaps=0.3)
    fitted = baseline.fit(seen, outcome, LESSON)
    loaded = baseline.load(fitted.state())
    assert fitted.logits(new).tobytes() == loaded.logits(new).tobytes()
    assert loaded.logits(new).shape == (40, classes)
    assert loaded.logits(new).dtype == np.float64


def test_equal_input_gives_equal_files(baseline):
    seen, outcome = table()
    first, second = (baseline.fit(seen, outcome, LESSON).state() for _ in range(2))
    assert first == second
    assert all(isinstance(one, bytes) for one in first.values())


def test_scores_are_finite_though_everything_is_missing_or_extreme(baseline):
    seen, outcome = table()
    scorer = baseline.fit(seen, outcome, LESSON)
    odd = tokens([[np.nan] * 5, [1e9, -1e9, 0, 0, 2], [0, 0, 0, 0, np.nan]])
    assert np.isfinite(scorer.logits(odd)).all()


def test_a_column_that_is_never_known_or_never_varies_does_no_harm(baseline):
    seen, outcome = table()
    values = seen.values.copy()
    values[:, 1], values[:, 2] = np.nan, 3.0
    scorer = baseline.fit(tokens(values), outcome, LESSON)
    assert np.isfinite(scorer.logits(seen)).all()


def test_a_subject_scores_alone_as_in_company(baseline):
    seen, outcome = table()
    scorer = baseline.fit(seen, outcome, LESSON)
    together = scorer.logits(seen)[:20]
    alone = np.vstack([scorer.logits(tokens(row[None])) for row in seen.values[:20]])
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-12)


def test_scoring_nobody_gives_nothing(baseline):
    seen, outcome = table()
    assert len(baseline.fit(seen, outcome, LESSON).logits(tokens(np.zeros((0, 5))))) == 0


@pytest.mark.parametrize("damage", ["absent", "empty", "garbled", "cut"])
def test_files_it_did_not_write_are_refused(baseline, damage):
    seen, outcome = table()
    state = dict(baseline.fit(seen, outcome, LESSON).state())
    name = next(iter(state))
    broken = {
        "absent": {},
        "empty": {**state, name: b""},
        "garbled": {**state, name: b"\x00 not what it wrote"},
        "cut": {**state, name: state[name][: len(state[name]) // 2]},
    }[damage]
    with pytest.raises(IntegrityError) as refusal:
        baseline.load(broken)
    assert refusal.value.remedy


def test_complexities_order_the_baselines_from_simple_to_complex():
    ours = ("majority", "logistic_regression", "lightgbm")
    assert [plugins.load("baseline", one).complexity for one in ours] == [0, 1, 2]


@pytest.mark.parametrize("name", [one for one in NAMES if one != "majority"])
def test_what_the_table_tells_is_learnt(name):
    seen, outcome = table(n=300)
    new, truth = table(n=200, seed=1)
    called = plugins.load("baseline", name).fit(seen, outcome, LESSON).logits(new).argmax(axis=1)
    assert (called == truth).mean() > 0.8
