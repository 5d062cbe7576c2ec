"""New notes before a released model: every format is read, words are the reasons, strange notes are doubted."""

import datetime as dt
import json

import numpy as np
import pytest

from primum import plugins
from primum.custody import bundle, crypto
from primum.errors import DataError
from primum.ids import digest, digest_of
from primum.models.calibrated import Doubt, to_files
from primum.models.calibration import recalibrate
from primum.models.predictor import Predictor
from synthetic import notes
from synthetic.tables import LESSON

SEED = bytes(range(32))
NOW = dt.datetime(2030, 6, 1, tzinfo=dt.UTC)
NOTE = "Since two days a dry cough and wheeze, no rash."


@pytest.fixture(scope="module")
def predictor(tmp_path_factory):
    folder, study = tmp_path_factory.mktemp("release"), notes.study()
    seen, outcome = notes.written(120)
    new, truth = notes.written(60, seed=1)
    scorer = plugins.load("baseline", "tfidf_logistic").fit(notes.texts(*seen), outcome, LESSON)
    recalibration = recalibrate(scorer.logits(notes.texts(*new)), truth)
    doubt = Doubt(quantile=np.full(3, 0.6), threshold=0.5)
    parts = (notes.texts(*seen), notes.texts(*new))
    kept = to_files(study, ("tfidf_logistic", scorer), parts, recalibration, doubt)
    files = {f"model/{name}": data for name, data in kept.items()} | {
        "evidence/faithfulness.json": json.dumps({"facts": {"chosen": "occlusion"}}).encode(),
        "card.json": b"{}",
        "study.json": study.model_dump_json().encode(),
    }
    statement = {
        "released_at": "2030-01-01T00:00:00+00:00",
        "expires_at": "2031-01-01T00:00:00+00:00",
        "model": digest_of({name: digest(data) for name, data in kept.items()}),
        "grade": "research",
    }
    bundle.write(folder / "bundle", files, statement, SEED)
    return Predictor.open(folder / "bundle", {"release": crypto.public_of(SEED)}, NOW)


def test_words_are_the_reasons_with_their_place_and_side_for_the_class_that_is_told(predictor):
    (said,) = predictor.predict([notes.record(NOTE)])
    assert said.prediction_set == ["lung"]
    assert not said.abstained
    assert (said.method, said.explained) == ("occlusion", "lung")
    for one in said.reasons:
        start, end = (int(part) for part in one.place.rpartition(":")[2].split("-"))
        assert one.place.startswith("text:note:")
        assert NOTE[start:end] == one.shown
    weights = {one.shown: one.weight for one in said.reasons}
    assert weights["cough"] > 0
    assert weights["rash"] < 0
    assert said.as_document()["explanation"]["explained"] == "lung"


def test_an_empty_and_a_foreign_note_are_not_answered(predictor):
    empty, foreign = predictor.predict([notes.record(None), notes.record("胃痛三天，无发热。")])
    assert empty.abstained
    assert empty.why_abstained.startswith("There is no word to read.")
    assert empty.reasons == ()
    assert foreign.abstained
    assert "0%" in foreign.why_abstained


def test_a_long_note_is_answered_and_explained(predictor):
    long = f"{'no fever today. ' * 400}Then cough, wheeze and sputum. {'more at night. ' * 400}"
    (said,) = predictor.predict([notes.record(long)])
    assert said.explained == "lung"
    assert {"cough", "wheeze", "sputum"} & {one.shown for one in said.reasons[:6]}


def test_new_notes_are_read_from_every_format_without_an_outcome(predictor, tmp_path):
    (tmp_path / "n-1.txt").write_text(NOTE)
    (tmp_path / "more.csv").write_text(f'number,note\nn-2,"{NOTE}"\n')
    (tmp_path / "some.ndjson").write_text(json.dumps({"number": "n-3", "note": NOTE}) + "\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    found = predictor.read(tmp_path)
    assert sorted(one.subject for one in found) == ["n-1", "n-2", "n-3"]
    assert {one.payload["note"] for one in found} == {NOTE}
    assert {one.modality for one in found} == {"text"}
    assert len(predictor.predict(found)) == 3
    assert predictor.read(tmp_path / "n-1.txt")[0].subject == "n-1"


def test_bad_new_notes_are_told_without_their_names(predictor, tmp_path):
    (tmp_path / "Quartermain.txt").write_bytes(b"na\xefve")
    with pytest.raises(DataError) as refusal:
        predictor.read(tmp_path)
    assert "Quartermain" not in refusal.value.what + refusal.value.remedy
    with pytest.raises(DataError):
        predictor.read(tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no record"):
        predictor.read(tmp_path / "empty")
