"""Texts with what is marked in them: brat folders, and lists in NDJSON."""

import json

import pytest

from primum.domain.study import Column, Source
from primum.errors import DataError
from primum.modalities.text.files import read_brat, read_ndjson

NOTE = Column(name="note", source="notes", role="feature")
MARKS = Column(name="marks", source="notes", role="outcome")
SOURCE = Source(name="notes", modality="text", format="brat", path="folder", subject="file")


def folder(tmp_path, marks):
    (tmp_path / "p1.txt").write_text("Takes aspirin.\n", encoding="utf-8")
    if marks is not None:
        (tmp_path / "p1.ann").write_text(marks, encoding="utf-8")
    return tmp_path


def test_text_bound_lines_are_mentions_and_others_are_passed_over(tmp_path):
    marks = "T1\tdrug 6 13\taspirin\n#1\tAnnotatorNotes T1\tsure\nT2\tsign 0 2;10 13\tTa rin\n"
    (record,) = read_brat(SOURCE, [NOTE, MARKS], folder(tmp_path, marks))
    assert (record.subject, record.payload["note"]) == ("p1", "Takes aspirin.\n")
    assert json.loads(record.payload["marks"]) == [[0, 13, "sign"], [6, 13, "drug"]]


@pytest.mark.parametrize("marks", ["T1 drug 6 13 aspirin\n", "T1\tdrug six 13\taspirin\n", None])
def test_other_files_are_refused_by_number_and_not_by_name(tmp_path, marks):
    with pytest.raises(DataError) as told:
        list(read_brat(SOURCE, [NOTE, MARKS], folder(tmp_path, marks)))
    assert "file 1 in order of names" in told.value.what
    assert "p1" not in str(told.value)


def test_a_folder_without_texts_is_refused(tmp_path):
    with pytest.raises(DataError, match="there is no"):
        list(read_brat(SOURCE, [NOTE, MARKS], tmp_path))


def test_new_texts_need_no_marks(tmp_path):
    (record,) = read_brat(SOURCE, [NOTE], folder(tmp_path, None))
    assert list(record.payload) == ["note"]


def test_a_list_in_ndjson_is_taken_for_what_is_marked_and_refused_elsewhere(tmp_path):
    file = tmp_path / "notes.ndjson"
    file.write_text(json.dumps({"id": "p1", "note": "Takes aspirin.", "marks": [[6, 13, "drug"]]}), encoding="utf-8")
    source = Source(name="notes", modality="text", format="ndjson", path="notes.ndjson", subject="id")
    (record,) = read_ndjson(source, [NOTE, MARKS], file)
    assert json.loads(record.payload["marks"]) == [[6, 13, "drug"]]
    with pytest.raises(DataError, match="structure in marks"):
        list(read_ndjson(source, [NOTE, MARKS.model_copy(update={"role": "ignored"})], file))
