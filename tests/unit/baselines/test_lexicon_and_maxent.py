"""Taggers without an encoder: they learn what is marked, keep nothing that few share, and load as they were."""

import numpy as np
import pytest

from primum import plugins
from primum.domain.mentions import labels
from primum.domain.study import Column, Model
from primum.domain.tokens import Texts
from primum.errors import IntegrityError
from primum.plugins import Lesson
from primum.tasks.tag import Tag
from synthetic import marked_notes

KINDS = ("drug", "complaint")
NAMES = labels(KINDS)


@pytest.fixture(scope="module")
def data():
    rows = marked_notes.written(80)
    tokens = Texts(
        values=tuple((str(one["note"]),) for one in rows),
        columns=(Column(name="note", source="notes", role="feature"),),
    )
    return tokens, Tag().truth(tokens, [one["mentions"] for one in rows], KINDS), Tag().owners(tokens)


def lesson(owner, small=5):
    return Lesson(model=Model(), seed=1, small_number=small, labels=len(NAMES), owner=owner)


@pytest.mark.parametrize(("name", "least"), [("lexicon", 0.8), ("maxent", 0.97)])
def test_it_learns_what_is_marked(data, name, least):
    tokens, outcome, owner = data
    half = np.arange(40)
    baseline = plugins.load("baseline", name)
    mine = owner < 40
    scorer = baseline.fit(tokens.take(half), outcome[mine], lesson(owner[mine]))
    said = scorer.logits(tokens.take(np.arange(40, 80))).argmax(axis=1)
    real = outcome[~mine]
    assert (said[real > 0] == real[real > 0]).mean() > least
    assert np.array_equal(scorer.logits(tokens), baseline.load(scorer.state()).logits(tokens))


@pytest.mark.parametrize("name", ["lexicon", "maxent"])
def test_what_few_subjects_share_is_not_kept(data, name):
    tokens, outcome, owner = data
    scorer = plugins.load("baseline", name).fit(tokens, outcome, lesson(owner))
    kept = b"".join(scorer.state().values()).decode("latin-1")
    assert "marwick012" not in kept
    assert "warfarin" in kept


@pytest.mark.parametrize("name", ["lexicon", "maxent"])
def test_a_label_that_was_never_met_is_unlikely_and_finite(data, name):
    tokens, outcome, owner = data
    without = np.where(outcome == NAMES.index("I-complaint"), 0, outcome)
    said = plugins.load("baseline", name).fit(tokens, without, lesson(owner)).logits(tokens)
    assert said.shape == (len(outcome), len(NAMES))
    assert np.isfinite(said).all()
    assert (said.argmax(axis=1) != NAMES.index("I-complaint")).all()


@pytest.mark.parametrize("name", ["lexicon", "maxent"])
def test_other_files_are_refused(data, name):
    baseline = plugins.load("baseline", name)
    with pytest.raises(IntegrityError):
        baseline.load({})
    tokens, outcome, owner = data
    state = dict(baseline.fit(tokens, outcome, lesson(owner)).state())
    for file in state:
        with pytest.raises(IntegrityError):
            baseline.load({**state, file: b"{}"})
