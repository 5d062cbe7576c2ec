"""Notes are read whole from every format, lose identifiers as any text, and bad input is told without its content."""

import json

import pytest

from primum.custody.nouns import SubjectKey
from primum.domain.record import Record
from primum.errors import DataError
from primum.ids import SubjectId
from primum.modalities.text.modality import TextModality
from synthetic import notes

TEXT = TextModality()


def source(form, path, **changes):
    return [{"name": "notes", "modality": "text", "format": form, "path": path, "subject": "number", **changes}]


def read(folder, form="csv", path="notes.csv", columns=None):
    changes = {"columns": columns} if columns else {}
    study = notes.study(sources=source(form, path), **changes)
    return list(TEXT.read(study.sources[0], study, folder))


ONLY_NOTE = [
    {"name": "note", "source": "notes", "role": "feature"},
    {"name": "organ", "source": "labels", "role": "outcome"},
]


def read_folder(folder):
    study = notes.study(
        sources=[*source("txt", "notes"), {"name": "labels", "format": "csv", "path": "l.csv", "subject": "number"}],
        columns=ONLY_NOTE,
    )
    return list(TEXT.read(study.sources[0], study, folder))


def test_csv_notes_keep_every_character(tmp_path):
    note = 'Two lines,\nquotes " and 咳嗽；\ttabs.  '
    notes.csv_of(tmp_path, [("n-1", note, "lung"), ("n-2", "", "skin")])
    first, second = read(tmp_path)
    assert first.payload == {"note": note, "organ": "lung"}
    assert (first.subject, first.modality, first.source) == ("n-1", "text", "notes")
    assert second.payload["note"] == ""


def test_a_note_of_200000_characters_is_read_whole(tmp_path):
    note = "cough and fever. " * 12_000
    notes.csv_of(tmp_path, [("n-1", note, "lung")])
    assert read(tmp_path)[0].payload["note"] == note
    assert len(note) > 200_000


def test_parquet_notes_are_read(tmp_path):
    import polars as pl

    pl.DataFrame({"number": ["n-1"], "note": ["cough"], "organ": ["lung"]}).write_parquet(tmp_path / "notes.parquet")
    assert read(tmp_path, "parquet", "notes.parquet")[0].payload == {"note": "cough", "organ": "lung"}


def test_ndjson_notes_are_read_and_null_is_missing(tmp_path):
    lines = [{"number": 7, "note": "a\nb\u2028c", "organ": "lung"}, {"number": "n-2", "note": None, "organ": "skin"}]
    (tmp_path / "n.ndjson").write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lines) + "\n\n")
    first, second = read(tmp_path, "ndjson", "n.ndjson")
    assert (first.subject, first.payload["note"]) == ("7", "a\nb\u2028c")
    assert second.payload["note"] is None


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "line 2 is no JSON."),
        ("[1]", "line 2 is no JSON object."),
        ('{"note": "x", "organ": "lung"}', "line 2 has no number."),
        ('{"number": "", "note": "x", "organ": "lung"}', "line 2 has no number."),
        ('{"number": 1, "organ": "lung"}', "line 2 has no note."),
        ('{"number": 1, "note": {"deep": "secret"}, "organ": "lung"}', "line 2 holds a structure in note"),
    ],
)
def test_a_bad_line_of_ndjson_is_told_by_its_number(tmp_path, line, what):
    good = '{"number": "n-1", "note": "x", "organ": "lung"}'
    (tmp_path / "n.ndjson").write_text(f"{good}\n{line}\n")
    with pytest.raises(DataError) as refusal:
        read(tmp_path, "ndjson", "n.ndjson")
    assert what in refusal.value.what
    assert "secret" not in refusal.value.what + refusal.value.remedy


def test_a_folder_of_texts_is_a_record_a_file_in_order_of_names(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "b-2.txt").write_text("rash", encoding="utf-16")
    (folder / "a-1.txt").write_text("\ufeffcough\r\nand fever", encoding="utf-8", newline="")
    (folder / "other.md").write_text("not a note")
    found = read_folder(tmp_path)
    assert [(one.subject, one.payload["note"]) for one in found] == [("a-1", "cough\r\nand fever"), ("b-2", "rash")]


def test_a_folder_without_texts_is_told(tmp_path):
    (tmp_path / "notes").mkdir()
    with pytest.raises(DataError, match=r"no \.txt file"):
        read_folder(tmp_path)


def test_undecodable_bytes_are_told_by_file_number_and_line_and_not_by_name_or_content(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "Quartermain.txt").write_bytes(b"fine\nna\xefve\n")
    with pytest.raises(DataError) as refusal:
        read_folder(tmp_path)
    assert "file 1 in order of names is not UTF-8: line 2" in refusal.value.what
    assert "Quartermain" not in refusal.value.what
    notes.csv_of(tmp_path, [("n-1", "x", "lung")]).write_bytes(b"number,note,organ\nn-1,na\xefve,lung\n")
    with pytest.raises(DataError, match="line 2"):
        read(tmp_path)


def test_a_folder_of_texts_has_one_column(tmp_path):
    (tmp_path / "notes").mkdir()
    with pytest.raises(DataError, match="declares 2 columns"):
        read(tmp_path, "txt", "notes")


def test_what_is_not_there_is_told(tmp_path):
    with pytest.raises(DataError, match="nothing at"):
        read(tmp_path)
    (tmp_path / "notes.csv").mkdir()
    with pytest.raises(DataError, match="cannot be read"):
        read(tmp_path)


def test_a_text_the_model_reads_loses_identifiers_as_any_other():
    study = notes.study(
        columns=[
            {"name": "full_name", "source": "notes", "role": "identifier", "identifier": "name"},
            *notes.study().model_dump(mode="json")["columns"],
        ]
    )
    payload = {
        "full_name": "Zebediah Quartermain",
        "note": "Mr Quartermain coughs, phone 020 7946 0958.",
        "organ": "lung",
    }
    record = Record(subject=SubjectId("P1"), modality="text", source="notes", payload=payload)
    (safe,), counts = TEXT.deidentify([record], study, SubjectKey(days=30, key=b"k" * 32))
    assert "full_name" not in safe.payload
    assert "Quartermain" not in safe.payload["note"]
    assert "7946" not in safe.payload["note"]
    assert "coughs" in safe.payload["note"]
    assert safe.payload["organ"] == "lung"
    assert counts["note"] == 1
    assert counts["identifier.name"] == 1


def test_tokens_are_texts_and_a_missing_one_is_empty():
    found = TEXT.tokenize([notes.record("Cough."), notes.record(None), notes.record("NA")], [notes.NOTE])
    assert found.values == (("Cough.",), ("",), ("",))
    assert found.places(0) == ("text:note:0-5",)
    assert found.places(1) == ()


def test_people_are_shown_the_text_as_it_is():
    shown = TEXT.render(notes.record("Cough <b>."), notes.study())
    assert shown == [("text:note", "Note", "Cough <b>.")]
    assert TEXT.render(notes.record(None), notes.study())[0][2] == "—"
