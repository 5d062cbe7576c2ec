"""Tables without identifiers, CSV and Parquet alike."""

import csv
import datetime as dt
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from primum.deid import columnar, sealing, tables
from primum.deid.nouns import RefusedError
from synthetic import deid_folder
from synthetic.deid_jobs import Done, Remembering, desk, source, written


def rows(done) -> list[list[str]]:
    return list(csv.reader(io.StringIO(done.text)))


@pytest.fixture
def patients(tmp_path):
    deid_folder.write_table(tmp_path / "patients.csv")
    return source(tmp_path / "patients.csv")


def test_rows_introduce_their_subjects(patients):
    found = list(tables.introduce(patients))
    assert len(found) == 30
    assert found[0].names == (deid_folder.MRN,)
    assert ("name", deid_folder.NAME) in found[0].known
    assert ("phone", deid_folder.PHONE) in found[0].known


def test_identifiers_go_and_measurements_stay(patients):
    done = Done(patients)
    header, *cleaned = rows(done)
    assert header[:3] == ["mrn", "name", "birth_date"]
    assert [row[5] for row in cleaned] == [str(90 + at) for at in range(30)]
    assert [row[3] for row in cleaned] == ["MF"[at % 2] for at in range(30)]
    assert not any(one in done.text for one in deid_folder.NEEDLES)
    assert not done.found.left.certain


def test_a_subject_has_its_pseudonym_and_one_shift(patients):
    done = Done(patients)
    first = rows(done)[1]
    assert first[0] == done.desk.name(deid_folder.MRN)
    moved = dt.date.fromisoformat(first[6]) - dt.date(2024, 1, 11)
    assert moved.days == done.desk.identity(deid_folder.MRN).days


def test_the_name_of_a_row_is_gone_from_its_comment_too(patients):
    first = rows(Done(patients))[1]
    assert first[1] in first[7]


def test_marks_name_columns_and_places_in_cells(patients):
    marks = Done(patients).outcome.marks
    assert {"column": 1, "kind": "record_number", "method": "column:subject", "count": 30} in marks
    inside = [one for one in marks if one.get("row") == 1]
    assert inside
    assert all(one["column"] == 8 for one in inside)
    assert not any(needle in str(marks) for needle in deid_folder.NEEDLES)


def test_the_report_tells_columns_and_risk(patients):
    table = Done(patients).outcome.table
    assert table["rows"] == 30
    assert [one["kind"] for one in table["columns"]][:2] == ["subject", "name"]
    assert all(one["why"] and one["why_zh"] for one in table["columns"])
    assert table["risk"]["smallest"] is None
    assert table["risk"]["prosecutor"]["highest"] is None


def test_separator_line_ends_and_quotes_are_kept(tmp_path):
    data = b'mrn;comment\r\n1001;"a; b"\r\n1002;"two\r\nlines"\r\n1003;c\r\n'
    done = Done(written(tmp_path / "x.csv", data))
    assert done.data.count(b"\r\n") == data.count(b"\r\n")
    assert b'"a; b"' in done.data
    assert b'"two\r\nlines"' in done.data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"mrn,comment\n1001,a\n1002,b,c\n", "ragged"),
        (b'mrn,comment\n1001,"a\n', "ragged"),
        (b"1001,ann@example.org\n1002,bob@example.org\n", "no-header"),
        (b"2024-03-05,120\n2024-03-06,130\n", "no-header"),
        (b"mrn,mrn\n1,2\n", "no-header"),
    ],
)
def test_tables_that_cannot_be_understood_are_refused(tmp_path, data, code):
    with pytest.raises(RefusedError) as refused:
        Done(written(tmp_path / "x.csv", data))
    assert refused.value.code == code


def test_every_row_is_a_piece_of_its_own_subject(patients):
    done = Done(patients, desk(*tables.introduce(patients), keeper=Remembering(b"k" * 32)))
    assert {one.subject for one in done.outcome.pieces} == {str(77712345 + at) for at in range(30)}
    back = b"".join(sealing._restored(io.BytesIO(done.data), done.outcome.pieces))
    assert back == patients.place.read_bytes()


def test_nothing_is_remembered_where_nobody_may_ask(patients):
    assert not Done(patients).outcome.pieces


def test_an_identifier_in_a_column_that_stays_is_found_by_the_scan(patients):
    done = Done(patients)
    lines = done.text.splitlines(keepends=True)
    lines[2] = lines[2].replace(",91,", f",{deid_folder.MRN},")
    assert done.scanned("".join(lines).encode()).left.certain["record_number"] == 1


def test_a_header_of_technical_words_is_a_header(tmp_path):
    names = "encounter_id,patient_nbr,admission_source_id,diag_1,num_lab_procedures,glyburide-metformin,A1Cresult"
    row = "2278392,8222157,7,250.83,41,No,None\n"
    done = Done(written(tmp_path / "x.csv", f"{names}\n{row * 3}".encode()))
    assert done.text.splitlines()[0] == names


def test_measurements_with_many_decimals_are_not_taken_for_telephone_numbers_that_were_left(tmp_path):
    cells = "".join(f"{at},0.79089355{at:02d},706577.000,10.39843750\n" for at in range(10, 40))
    done = Done(written(tmp_path / "x.csv", f"sno,surv2m,charges,wblc\n{cells}".encode()))
    assert not done.found.left.certain
    assert not done.found.left.doubtful


@pytest.mark.parametrize("first", ["2024-01-02,90", "ann@example.org,90", "415-555-1234,90", "MRN 77712345,x"])
def test_a_table_whose_first_row_is_data_is_refused(tmp_path, first):
    with pytest.raises(RefusedError) as refused:
        Done(written(tmp_path / "x.csv", f"{first}\nb,c\nd,e\n".encode()), desk())
    assert refused.value.code == "no-header"


def test_a_table_without_subjects_introduces_nobody_and_is_cleaned(tmp_path):
    one = written(tmp_path / "x.csv", b"name,glucose\nAnn Whitlock,90\nBob Ortega,91\nCleo Marsh,92\n")
    assert list(tables.introduce(one)) == []
    done = Done(one)
    assert "Whitlock" not in done.text
    assert [row[1] for row in rows(done)[1:]] == ["90", "91", "92"]


# -- Parquet -----------------------------------------------------------------------------------------------------------
def test_parquet_is_cleaned_and_keeps_its_types(tmp_path):
    deid_folder.write_parquet(tmp_path / "labs.parquet")
    one = source(tmp_path / "labs.parquet")
    done = Done(one)
    table = pq.read_table(done.place)
    assert [str(each.type) for each in table.schema] == ["string", "date32[day]", "double", "string"]
    assert table.column("hb").to_pylist() == [12.5 + at / 10 for at in range(30)]
    assert not any(needle.encode() in done.data for needle in deid_folder.NEEDLES)
    moved = table.column("visit").to_pylist()[0] - dt.date(2024, 1, 1)
    assert moved.days == done.desk.identity(deid_folder.MRN).days
    assert not done.found.left.certain


def test_parquet_loses_its_metadata(tmp_path):
    table = pa.table({"mrn": ["1001", "1002"], "hb": [1.0, 2.0]}).replace_schema_metadata(
        {"made_by": "Thaddeus Lindqvist"}
    )
    pq.write_table(table, tmp_path / "x.parquet")
    assert b"Lindqvist" not in Done(source(tmp_path / "x.parquet")).data


def test_missing_cells_stay_missing(tmp_path):
    pq.write_table(
        pa.table({"mrn": ["1001", None], "hb": [None, 2.0], "day": [dt.date(2024, 1, 1), None]}), tmp_path / "x"
    )
    table = pq.read_table(Done(source(tmp_path / "x")).place)
    assert table.column("hb").to_pylist() == [None, 2.0]
    assert table.column("day").to_pylist()[1] is None


def test_columns_of_columns_are_refused(tmp_path):
    pq.write_table(pa.table({"mrn": ["1"], "names": [["Ann", "Bob"]]}), tmp_path / "x")
    with pytest.raises(RefusedError) as refused:
        list(columnar.introduce(source(tmp_path / "x")))
    assert refused.value.code == "nested"


def test_broken_parquet_is_refused(tmp_path):
    with pytest.raises(RefusedError) as refused:
        list(columnar.introduce(written(tmp_path / "x", b"PAR1" + bytes(50) + b"PAR1")))
    assert refused.value.code == "corrupt"
