"""A study of mentions through the command line: marks move with the texts, the release marks new notes word by word."""

import json

import pytest

from synthetic import marked_notes
from synthetic.command_line import Desk, Released


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Released:
    folder = tmp_path_factory.mktemp("mentions")
    marked_notes.write_study(folder)
    desk = Desk(folder=folder)
    desk.primum("check", folder)
    spoken = desk.primum("run", folder, code=None)
    return Released(folder=folder, result=desk.run(code=None), spoken=spoken.stdout + spoken.stderr)


def test_a_study_of_mentions_is_released_with_figures_of_exact_mentions(told):
    assert told.result["verdict"] == "released", told.spoken
    assert told.result["metrics"]["f1"]["value"] > 0.9
    assert told.result["metrics"]["f1"]["n"] == 30
    assert told.result["worked"] == []


def test_the_dossier_tells_mentions_by_kind_in_both_languages_and_no_note(told):
    page = (told.out / "dossier.html").read_text(encoding="utf-8")
    assert "Mentions found exactly, by kind" in page
    assert "准确找出的提及（按类别）" in page
    assert "药物：首词" in page
    assert "Marwick" not in page


def test_new_notes_are_marked_with_place_kind_and_probability(told):
    done = told.primum("predict", told.out / "release", told.folder / "incoming")
    (said,) = [json.loads(line) for line in done.stdout.splitlines()]
    found = {one["shown"]: one for one in said["mentions"]}
    assert found["warfarin"]["kind"] == "drug"
    assert found["chest pain"]["kind"] == "complaint"
    assert found["chest pain"]["place"] == "text:note:39-49"
    assert 0.5 < found["warfarin"]["probability"] <= 1
    assert said["probabilities"] == {}


def test_the_workbench_says_that_it_does_not_show_mentions(told):
    done = told.primum("serve", told.folder, code=None)
    assert done.returncode == 10
    assert "primum predict" in done.stdout + done.stderr


def test_marks_that_are_none_stop_the_check_and_the_run(told, tmp_path):
    rows = marked_notes.write_study(tmp_path, 20)
    rows[3]["mentions"] = [[0, 10_000, "drug"]]
    rows[4]["mentions"] = [[0, 2, "planet"]]
    (tmp_path / "data" / "notes.ndjson").write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    desk = Desk(folder=tmp_path)
    checked = desk.primum("check", tmp_path, code=None)
    assert "1 subject(s) with an unknown kind" in " ".join((checked.stdout + checked.stderr).split())
    assert desk.primum("run", tmp_path, code=None).returncode == 11
