"""A draft of notes: a study of texts that loads, with baselines that read, and ready once a person has filled it in."""

import csv

import numpy as np
import pytest

from primum.domain import study_file
from primum.drafting.draft import draft
from primum.drafting.guess import guess, is_chinese, looks_like_outcome
from primum.drafting.problems import problems
from primum.drafting.sight import see_table

ENGLISH = ("Cough and wheeze at night", "Itching rash on both arms", "Vertigo and nausea on rising")
HAN = ("患者近三天反复咳嗽伴夜间喘息", "双臂皮疹伴明显瘙痒一周余", "起床时头晕恶心并伴呕吐两次")
KINDS = ("lung", "skin", "ear")


def export(folder, texts=ENGLISH, kinds=KINDS, more=(), count=240):
    """Write made-up notes, one a row."""
    dice = np.random.default_rng(0)
    with (folder / "notes.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["note_id", "note", "category", *(name for name, _ in more)])
        for row in range(count):
            at = row % len(kinds)
            said = f"{texts[at % len(texts)]}, {dice.integers(2, 90)} {texts[at % len(texts)]}"
            lines.writerow([f"note-{row:05d}", said, kinds[at], *(str(one(row)) for _, one in more)])
    return folder / "notes.csv"


def drafted(folder, **changed):
    text = draft(export(folder, **changed), folder)
    return text, study_file.parse(text.encode())


def test_notes_and_a_label_become_a_study_of_texts(tmp_path):
    _, study = drafted(tmp_path)
    (source,) = study.sources
    assert (source.modality, source.format, source.path, source.subject) == ("text", "csv", "notes.csv", "note_id")
    assert {one.name: one.role for one in study.columns} == {
        "note_id": "identifier",
        "note": "feature",
        "category": "outcome",
    }
    assert study.modality == "text"
    assert study.is_text(study.column("note"))
    assert set(study.outcome.classes) == set(KINDS)


def test_its_baselines_and_methods_are_those_that_read(tmp_path):
    _, study = drafted(tmp_path)
    assert study.comparison.baselines == ("majority", "tfidf_svm", "tfidf_logistic", "frozen_embeddings")
    assert study.comparison.folds == 1
    assert study.explanation.methods == ("occlusion", "integrated_gradients")
    assert study.model.encoder == ""


def test_of_chinese_notes_an_encoder_begins_from_characters(tmp_path):
    _, study = drafted(tmp_path, texts=HAN)
    assert study.modality == "text"
    assert study.model.encoder == "scratch"
    assert study.model.pretraining.epochs > 0
    assert "frozen_embeddings" not in study.comparison.baselines, "the offline encoder reads no Chinese"


@pytest.mark.parametrize("texts", [ENGLISH, HAN])
def test_once_filled_in_it_is_ready(tmp_path, texts):
    text, _ = drafted(tmp_path, texts=texts)
    filled = (
        text.replace("state-the-purpose", "tiny-research").replace(" State ", " We state ").replace("请说明", "说明：")
    )
    assert problems(study_file.parse(filled.encode()), tmp_path) == []


def test_it_tells_nothing_of_what_the_notes_say(tmp_path):
    text, _ = drafted(tmp_path)
    assert not any(word in text for word in ("wheeze", "Itching", "note-0"))


def test_beside_measurements_notes_are_scrubbed_and_not_read(tmp_path):
    _, study = drafted(tmp_path, more=[("pulse", lambda row: 60 + row % 40)])
    assert study.modality == "table"
    assert study.column("note").role == "text"
    assert study.column("pulse").role == "feature"


def test_many_classes_are_an_outcome_where_the_header_says_so(tmp_path):
    kinds = tuple(f"kind {one}" for one in range(15))
    _, study = drafted(tmp_path, kinds=kinds)
    assert set(study.outcome.classes) == set(kinds)


def test_a_header_does_not_make_an_outcome_of_what_hardly_comes_twice():
    assert looks_like_outcome("diagnosis", [f"kind {one % 20}" for one in range(240)])
    assert not looks_like_outcome("diagnosis", [f"kind {one % 20}" for one in range(60)])
    assert not looks_like_outcome("diagnosis", [f"kind {one % 70}" for one in range(2000)])
    assert not looks_like_outcome("remark", [f"kind {one % 20}" for one in range(240)])


def test_a_han_character_says_as_much_as_three_others():
    assert guess("记录", [f"{one}{at}" for at in range(20) for one in HAN]).role == "text"
    assert guess("remark", [f"short remark {at}" for at in range(60)]).role == "ignored"


def test_chinese_is_told_by_most_of_its_letters():
    assert is_chinese(HAN)
    assert is_chinese(["行CT检查示右肺结节"])
    assert not is_chinese(ENGLISH)
    assert not is_chinese(["Patient reports 头晕 since Monday morning"])
    assert not is_chinese(["", "12 / 80"])


def test_a_very_long_note_is_looked_at_too(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text(f'note_id,note,label\nnote-00001,"{"so it went on. " * 20_000}",a\n', encoding="utf-8")
    assert len(see_table(path).cells["note"][0]) > 200_000
