"""A frozen encoder: vectors of whole notes however long, alone as in company, and kept to the bit without the hub."""

from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load, save

from primum.baselines.frozen_embeddings import NUMBERS, FrozenEmbeddings, embedded
from primum.domain.study import Model
from primum.encoders.text import TextEncoder
from primum.errors import IntegrityError, StudyError
from synthetic import notes
from synthetic.tables import LESSON, table


@pytest.fixture(scope="module")
def encoder():
    documents, _ = notes.written(60)
    return TextEncoder.scratch(documents, Model(width=16, depth=1, heads=2), 4, 0)


@pytest.fixture(scope="module")
def fitted(encoder):
    documents, outcome = notes.written(60)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TextEncoder, "open", staticmethod(lambda _name: encoder))
        return FrozenEmbeddings().fit(notes.texts(*documents), outcome, replace(LESSON, model=Model(window=16)))


def test_what_is_loaded_scores_as_what_was_fitted_to_the_bit(fitted):
    new, _ = notes.written(12, seed=1)
    loaded = FrozenEmbeddings().load(fitted.state())
    told = fitted.logits(notes.texts(*new))
    assert told.shape == (12, 3)
    assert told.tobytes() == loaded.logits(notes.texts(*new)).tobytes()
    assert fitted.logits(notes.texts()).shape == (0, 3)


def test_a_note_scores_alone_as_in_company_and_an_empty_one_is_finite(fitted):
    told = fitted.logits(notes.texts("Cough and wheeze", "", "x " * 5_000))
    assert np.isfinite(told).all()
    assert told[0].tobytes() == fitted.logits(notes.texts("Cough and wheeze"))[0].tobytes()


def test_every_token_of_a_long_note_counts(encoder):
    short, long = embedded(encoder, ("cough " * 10, "cough " * 10 + "rash " * 30), 16)
    assert np.abs(short - long).max() > 0.01


def test_scratch_and_tables_are_refused():
    documents, outcome = notes.written(30)
    with pytest.raises(StudyError, match="nothing to give"):
        FrozenEmbeddings().fit(notes.texts(*documents), outcome, replace(LESSON, model=Model(encoder="scratch")))
    with pytest.raises(StudyError, match="reads texts"):
        FrozenEmbeddings().fit(*table(), LESSON)


@pytest.mark.parametrize("damage", ["absent", "shape", "nan", "encoder"])
def test_files_it_did_not_write_are_refused(fitted, damage):
    state = dict(fitted.state())
    numbers = load(state[NUMBERS])
    broken = {
        "absent": {},
        "shape": {**state, NUMBERS: save({**numbers, "mean": numbers["mean"][None]})},
        "nan": {**state, NUMBERS: save({**numbers, "sd": numbers["sd"] * np.nan})},
        "encoder": {name: data for name, data in state.items() if name == NUMBERS},
    }[damage]
    with pytest.raises(IntegrityError):
        FrozenEmbeddings().load(broken)
