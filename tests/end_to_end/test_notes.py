"""A study of notes through the command line: released, its dossier shows the words, new notes are answered by word."""

import json
from pathlib import Path

import pytest

from synthetic import notes
from synthetic.command_line import Desk, Released


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Released:
    folder = tmp_path_factory.mktemp("notes")
    notes.write_study(folder)
    desk = Desk(folder=folder)
    desk.primum("check", folder)
    spoken = desk.primum("run", folder, code=None)
    return Released(folder=folder, result=desk.run(code=None), spoken=spoken.stdout + spoken.stderr)


def test_a_study_of_notes_is_released_with_the_simplest_adequate_model(told):
    assert told.result["verdict"] == "released", told.spoken
    assert told.result["metrics"]["accuracy"]["value"] > 0.9
    assert told.result["worked"] == []


def test_the_dossier_shows_words_by_class_with_sign_and_line_in_both_languages(told):
    page = (told.out / "dossier.html").read_text(encoding="utf-8")
    assert '<span class="spoken for">+' in page
    assert '<span class="spoken against">\u2212' in page
    assert "Words that speak for and against each class" in page
    assert "支持与不支持各类别的词语" in page
    assert "Comprehensiveness" in page
    for document in notes.written(180)[0]:
        assert document not in page


def test_new_notes_are_answered_with_words_as_reasons(told):
    done = told.primum("predict", told.out / "release", told.folder / "incoming")
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(said) == 2
    first = said[0]["explanation"]
    assert first["explained"] == "lung"
    assert {one["shown"] for one in first["reasons"] if one["weight"] > 0} >= {"cough", "wheeze"}
    assert Path(told.out / "release").is_dir()
