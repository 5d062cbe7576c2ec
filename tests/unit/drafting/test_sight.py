"""A first look at exports of every kind, and refusals of what is none."""

import json

import polars as pl
import pytest

from primum.drafting.sight import see, see_table
from primum.errors import DataError

PATIENT = {
    "resourceType": "Patient",
    "identifier": [{"value": "MR-1"}],
    "name": [{"text": "Made Up"}],
    "birthDate": "1961-03-07",
}
SIZE = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"text": "size"},
    "valueQuantity": {"value": 1.5, "unit": "mm"},
}


def bundle(*resources):
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    )


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_csv_is_seen_whatever_separates_its_cells(tmp_path, separator):
    file = tmp_path / "lab.csv"
    file.write_text(separator.join(["a", "b"]) + "\n" + separator.join(["1", "x"]) + "\n\n")
    sight = see_table(file)
    assert sight.cells == {"a": ["1"], "b": ["x"]}
    assert (sight.name, sight.format, sight.rows) == ("lab", "csv", 1)


def test_quotes_byte_order_marks_and_utf_16_are_read(tmp_path):
    file = tmp_path / "lab.csv"
    file.write_bytes('\ufeff"姓名, 全",b\n"x, y",2\n'.encode())
    assert see_table(file).cells == {"姓名, 全": ["x, y"], "b": ["2"]}
    file.write_bytes("a,b\n1,2\n".encode("utf-16"))
    assert see_table(file).cells == {"a": ["1"], "b": ["2"]}


def test_short_rows_are_filled_for_the_look(tmp_path):
    file = tmp_path / "lab.csv"
    file.write_text("a,b\n1\n2,3\n")
    assert see_table(file).cells == {"a": ["1", "2"], "b": ["", "3"]}


def test_parquet_is_seen_as_text(tmp_path):
    file = tmp_path / "lab.parquet"
    pl.DataFrame({"a": [1, None], "b": ["x", "y"]}).write_parquet(file)
    assert see_table(file).cells == {"a": ["1", ""], "b": ["x", "y"]}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("headonly.csv", b"a,b\n"),
        ("latin.csv", b"a,b\n\xe9,1\n"),
        ("broken.parquet", b"PAR1 but no more"),
        ("picture.png", b"\x89PNG"),
    ],
)
def test_what_is_no_table_is_a_data_error_that_repeats_none_of_it(tmp_path, name, content):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(DataError, match=name) as caught:
        see_table(file)
    assert caught.value.remedy


def test_bundles_are_seen_by_path_and_observations_by_the_text_of_their_code(tmp_path):
    (tmp_path / "1.json").write_text(bundle(PATIENT, SIZE))
    (tmp_path / "2.json").write_text(bundle({**PATIENT, "birthDate": "1970-01-01"}))
    (tmp_path / "note.json").write_text('{"resourceType": "Basic"}')
    (tmp_path / "broken.json").write_text("{")
    (sight,) = see(tmp_path)
    assert sight.format == "fhir"
    assert sight.rows == 2
    assert sight.cells["Patient.birthDate"] == ["1961-03-07", "1970-01-01"]
    assert sight.cells["Observation.where(code.text='size').value.value"] == ["1.5", ""]
    assert "Patient.telecom.value" not in sight.cells, "what no bundle answers is not there"


@pytest.mark.parametrize(
    "broken",
    [
        {"resourceType": "Bundle"},
        {"resourceType": "Bundle", "entry": None},
        {"resourceType": "Bundle", "entry": [None, 3, {"resource": "x"}]},
        {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Observation", "code": "x"}}]},
        {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Observation", "code": {"text": 3}}}]},
        {"resourceType": "Bundle", "entry": [{"resource": {**SIZE, "valueQuantity": "1.5 mm"}}]},
        ["Bundle"],
    ],
)
def test_malformed_bundles_answer_nothing_and_break_nothing(tmp_path, broken):
    (tmp_path / "1.json").write_text(bundle(PATIENT))
    (tmp_path / "2.json").write_text(json.dumps(broken))
    (sight,) = see(tmp_path)
    assert sight.cells["Patient.birthDate"][0] == "1961-03-07"
    assert all(texts[1:] in ([""], []) for texts in sight.cells.values())


def test_a_code_that_would_break_out_of_its_path_is_left_out(tmp_path):
    (tmp_path / "1.json").write_text(bundle(PATIENT, {**SIZE, "code": {"text": "a') or true or ('"}}))
    (sight,) = see(tmp_path)
    assert not [path for path in sight.cells if path.startswith("Observation")]


def test_a_folder_is_searched_but_not_the_home_of_a_study(tmp_path):
    (tmp_path / "lab.csv").write_text("a,b\n1,2\n")
    (tmp_path / "fhir").mkdir()
    (tmp_path / "fhir" / "1.json").write_text(bundle(PATIENT))
    (tmp_path / ".primum").mkdir()
    (tmp_path / ".primum" / "secret.csv").write_text("a,b\n1,2\n")
    assert [(one.name, one.format) for one in see(tmp_path)] == [("lab", "csv"), ("fhir", "fhir")]


def test_where_there_is_nothing_to_see_a_data_error_says_what_to_export(tmp_path):
    with pytest.raises(DataError, match="nothing at"):
        see(tmp_path / "nowhere")
    with pytest.raises(DataError, match="holds no CSV") as caught:
        see(tmp_path)
    assert "FHIR" in caught.value.remedy


def test_cells_are_not_shown_when_a_sight_is_printed(tmp_path):
    file = tmp_path / "lab.csv"
    file.write_text("mrn\nMR-secret\n")
    assert "MR-secret" not in repr(see_table(file))
