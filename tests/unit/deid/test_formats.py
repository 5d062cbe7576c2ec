"""What a file is, is told by its content, whatever it is called."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from primum.deid.formats import blocks, content, recognise, separator
from primum.deid.nouns import RefusedError
from primum.deid.walking import walk
from synthetic import deid_folder


def entry(place: Path):
    return walk(place)[0]


def form(tmp_path: Path, data: bytes, name: str = "file") -> str:
    (tmp_path / name).write_bytes(data)
    return recognise(entry(tmp_path / name)).form


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    return deid_folder.fill(tmp_path_factory.mktemp("filled"))


@pytest.mark.parametrize(
    ("name", "wanted", "packed"),
    [
        ("ward/p001/note.txt", "text", ""),
        ("ward/p002/zh.txt", "text", ""),
        ("fhir.json", "json", ""),
        ("fhir.ndjson", "json lines", ""),
        ("other.json", "json", ""),
        ("patients.csv", "table", ""),
        ("labs.parquet", "parquet", ""),
        ("brain.nii", "nifti", ""),
        ("brain.nii.gz", "nifti", "gzip"),
        ("calls.vcf", "vcf", ""),
        ("calls.vcf.gz", "vcf", "gzip"),
        ("ct", "dicom", ""),
        ("letter.pdf", "pdf", ""),
    ],
)
@pytest.mark.parametrize("renamed", [False, True])
def test_formats_are_recognised_whatever_the_name(filled, tmp_path, name, wanted, packed, renamed):
    place = filled / name
    if renamed:
        place = tmp_path / "unnamed"
        place.write_bytes((filled / name).read_bytes())
    found = recognise(entry(place))
    assert (found.form, found.packed) == (wanted, packed)


def test_a_name_alone_makes_no_format(tmp_path):
    for name in ("x.dcm", "x.pdf", "x.nii", "x.vcf", "x.parquet"):
        assert form(tmp_path, b"only a note\n", name) == "text"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04rest", "archive"),
        (b"7z\xbc\xaf\x27\x1crest", "archive"),
        (b"\xd0\xcf\x11\xe0rest", "office"),
        (b"{\\rtf1 x}", "office"),
        (b"\x89PNG\r\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"II*\x00rest", "picture"),
        (b"SQLite format 3\x00", "database"),
        (b"<?xml version='1.0'?><a/>", "markup"),
        (b"<html><p>x</p></html>", "markup"),
        (b"MSH|^~\\&|A|B\rPID|1||123\r", "hl7"),
        (b'{"resourceType": "Patient", "name"', "corrupt"),
        (b"\x00\x01\x02\x03", "binary"),
        (b"\x1f\x8b\x08\x00broken", "corrupt"),
    ],
)
def test_what_is_not_handled_is_refused_with_its_reason(tmp_path, data, code):
    with pytest.raises(RefusedError) as refused:
        form(tmp_path, data)
    assert refused.value.code == code


def test_a_packed_archive_is_no_less_an_archive(tmp_path):
    with pytest.raises(RefusedError) as refused:
        form(tmp_path, gzip.compress(b"PK\x03\x04rest"), "x.gz")
    assert refused.value.code == "archive"


def test_links_are_refused(tmp_path):
    (tmp_path / "target").write_text("x")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path / "target")
    with pytest.raises(RefusedError) as refused:
        recognise(entry(tmp_path / "in"))
    assert refused.value.code == "link"


def test_a_dual_file_with_the_preamble_of_a_picture_is_dicom(tmp_path):
    assert form(tmp_path, b"II*\x00" + bytes(124) + b"DICM" + bytes(20)) == "dicom"


@pytest.mark.parametrize(
    "text",
    [
        "[NAME] came on Monday.\n",
        "[1] Smith et al.\n",
        "a note, with commas\nand lines, of words\n",
        "one\ntwo\nthree\n",
    ],
)
def test_texts_that_resemble_other_formats_are_texts(tmp_path, text):
    assert form(tmp_path, text.encode()) == "text"


def test_a_text_named_as_json_that_is_none_is_refused(tmp_path):
    with pytest.raises(RefusedError):
        form(tmp_path, b"[1, 2", "x.json")


def test_json_may_be_pretty_or_in_lines(tmp_path):
    document = {"a": [1, {"b": "c"}]}
    assert form(tmp_path, json.dumps(document, indent=2).encode()) == "json"
    assert form(tmp_path, json.dumps([document], indent=2).encode()) == "json"
    assert form(tmp_path, (json.dumps(document) + "\n").encode() * 3) == "json lines"


@pytest.mark.parametrize("mark", list(",;|\t"))
def test_tables_are_told_by_rows_of_equal_length(mark):
    rows = [["mrn", "name", "age"], ["1", "x", "20"], ["2", "y", "30"]]
    text = "".join(mark.join(row) + "\n" for row in rows)
    assert separator(text, trusting=False) == mark


def test_rows_of_unequal_length_make_no_table():
    assert separator("a,b\n1,2\n3\n", trusting=False) == ""


def test_a_header_alone_is_a_table_only_by_its_name():
    assert separator("mrn,name\n", trusting=False) == ""
    assert separator("mrn,name\n", trusting=True) == ","


def test_content_is_unpacked_in_blocks(tmp_path):
    data = b"note of a ward\n" * 40_000
    (tmp_path / "x.gz").write_bytes(gzip.compress(data))
    source = recognise(entry(tmp_path / "x.gz"))
    assert content(source) == data
    assert len(list(blocks(source))) > 1


def test_a_packed_file_that_unfolds_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("primum.deid.formats.LARGEST_UNPACKED", 1000)
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"a" * 5000))
    with pytest.raises(RefusedError) as refused:
        recognise(entry(tmp_path / "x.gz"))
    assert refused.value.code == "too-large"


def test_a_packed_file_cut_short_is_refused(tmp_path):
    data = gzip.compress(bytes(range(32, 127)) * 5000)
    (tmp_path / "x.gz").write_bytes(data[: len(data) // 2])
    with pytest.raises(RefusedError) as refused:
        recognise(entry(tmp_path / "x.gz"))
    assert refused.value.code == "corrupt"


def test_a_source_does_not_tell_its_path_when_printed(tmp_path):
    (tmp_path / "garrison.txt").write_text("x")
    source = recognise(entry(tmp_path))
    assert "garrison" not in repr(source)
    assert replace(source, form="pdf").form == "pdf"
