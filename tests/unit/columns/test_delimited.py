import datetime as dt

import polars as pl
import pytest

from primum.columns.delimited import read_csv, read_parquet
from primum.domain.study import Column, Source
from primum.errors import DataError

SOURCE = Source(name="lab", format="csv", path="data/lab.csv", subject="mrn", time="day")
SIZE = Column(name="size", source="lab", role="feature", unit="mm", unit_column="unit")
NOTE = Column(name="note", source="lab", role="text", path="Free text")
COLUMNS = [SIZE, NOTE]
SECRET = "Wilhelmina"


def read(tmp_path, content, source=SOURCE, columns=COLUMNS):
    file = tmp_path / "lab.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_csv(source, columns, file))


def refused(tmp_path, content, columns=COLUMNS):
    with pytest.raises(DataError) as caught:
        read(tmp_path, content, columns=columns)
    assert "data/lab.csv" in caught.value.what
    assert str(tmp_path) not in caught.value.what
    assert SECRET not in caught.value.what + caught.value.remedy
    assert caught.value.remedy
    return caught.value


def test_declared_columns_are_taken_as_text_with_their_unit_and_the_rest_left_behind(tmp_path):
    (record,) = read(tmp_path, "mrn,day,size,unit,Free text,ward\n A1 ,2021-07-17,3.10,mm,well,7\n")
    assert record.subject == "A1"
    assert record.time == dt.date(2021, 7, 17)
    assert record.payload == {"size": "3.10", "size@unit": "mm", "note": "well"}
    assert record.source == "lab"
    assert record.modality == "table"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_separator_is_understood(tmp_path, separator):
    lines = ["mrn,day,size,unit,Free text", "A1,,3,mm,x", "A2,,4,mm,y"]
    records = read(tmp_path, "\n".join(line.replace(",", separator) for line in lines))
    assert [one.payload["size"] for one in records] == ["3", "4"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_with_and_without_byte_order_mark(tmp_path, encoding):
    (record,) = read(tmp_path, "mrn,day,size,unit,Free text\r\nA1,,3,mm,良好\r\n".encode(encoding))
    assert record.payload["note"] == "良好"


def test_quoted_cells_may_hold_separators_quotes_and_line_ends(tmp_path):
    (record,) = read(tmp_path, 'mrn,day,size,unit,Free text\nA1,,3,mm,"one, ""two""\nthree"\n')
    assert record.payload["note"] == 'one, "two"\nthree'


def test_blank_lines_are_passed_over(tmp_path):
    assert len(read(tmp_path, "mrn,day,size,unit,Free text\n\nA1,,3,mm,x\n,,,,\n\n")) == 1


def test_another_encoding_is_refused_by_its_line_not_guessed(tmp_path):
    error = refused(tmp_path, f"mrn,day,size,unit,Free text\nA1,,3,mm,x\nA2,,3,mm,{SECRET} Núñez\n".encode("latin-1"))
    assert "line 3" in error.what
    assert "UTF-8" in error.what


def test_a_ragged_line_is_named(tmp_path):
    error = refused(tmp_path, f"mrn,day,size,unit,Free text\nA1,,3,mm,x\nA2,,3,mm,{SECRET},too\n")
    assert "line 3 has 6 cells, the header 5" in error.what
    assert "line 3 has 2 cells" in refused(tmp_path, f"mrn,day,size,unit,Free text\nA1,,3,mm,x\nA2,{SECRET}\n").what


def test_a_missing_column_is_named_with_the_likeliest_other(tmp_path):
    error = refused(tmp_path, "mrn,day,sise,unit,Free text\nA1,,3,mm,x\n")
    assert "no column size" in error.what
    assert "Did you mean sise?" in error.remedy


def test_a_file_without_header_does_not_show_its_first_row(tmp_path):
    refused(tmp_path, f"A1,{SECRET},3,mm,x\n")


def test_a_column_named_twice_is_refused_by_place(tmp_path):
    error = refused(tmp_path, "mrn,day,size,size,unit,Free text\nA1,,3,4,mm,x\n")
    assert "places 3, 4" in error.what


@pytest.mark.parametrize("content", ["", "\n", "   \n"])
def test_an_empty_file_is_refused(tmp_path, content):
    assert "empty" in refused(tmp_path, content).what


def test_a_row_that_is_nobody_s_is_named(tmp_path):
    assert "line 3 has no mrn" in refused(tmp_path, f"mrn,day,size,unit,Free text\nA1,,3,mm,x\n ,,3,mm,{SECRET}\n").what


def test_an_open_quote_is_refused(tmp_path):
    refused(tmp_path, f'mrn,day,size,unit,Free text\nA1,,3,mm,"{SECRET}\n')


def test_a_time_that_is_no_date_is_named_by_line(tmp_path):
    assert "line 2" in refused(tmp_path, f"mrn,day,size,unit,Free text\nA1,{SECRET},3,mm,x\n").what


def test_parquet_keeps_numbers_and_turns_the_rest_into_text(tmp_path):
    file = tmp_path / "lab.parquet"
    frame = {"mrn": ["A1"], "day": [dt.date(2021, 7, 17)], "size": [3.5], "unit": ["mm"], "Free text": [None]}
    pl.DataFrame(frame).write_parquet(file)
    (record,) = read_parquet(SOURCE, COLUMNS, file)
    assert record.payload == {"size": 3.5, "size@unit": "mm", "note": None}
    assert record.time == dt.date(2021, 7, 17)


def test_what_is_no_parquet_is_refused(tmp_path):
    file = tmp_path / "lab.parquet"
    file.write_text(SECRET)
    with pytest.raises(DataError) as caught:
        list(read_parquet(SOURCE, COLUMNS, file))
    assert SECRET not in caught.value.what


@pytest.mark.parametrize("nobody", ["", " ", "NA", "NaN", "null"])
def test_a_spelling_of_nothing_is_no_subject(tmp_path, nobody):
    assert "line 3" in refused(tmp_path, f"mrn,day,size,unit,Free text\nA1,,3,mm,\n{nobody},,4,mm,\n").what


def test_a_number_that_parquet_keeps_as_a_fraction_is_the_same_subject_as_in_a_table(tmp_path):
    pl.DataFrame({"mrn": [1234567.0], "size": [3.0]}).write_parquet(tmp_path / "lab.parquet")
    source = Source(name="lab", format="parquet", path="lab.parquet", subject="mrn")
    columns = [Column(name="size", source="lab", role="feature")]
    (record,) = read_parquet(source, columns, tmp_path / "lab.parquet")
    assert record.subject == "1234567"


def test_a_subject_that_is_no_number_in_parquet_is_refused(tmp_path):
    pl.DataFrame({"mrn": [1.0, float("nan")], "size": [3.0, 4.0]}).write_parquet(tmp_path / "lab.parquet")
    source = Source(name="lab", format="parquet", path="lab.parquet", subject="mrn")
    with pytest.raises(DataError, match="line 2 has no mrn"):
        list(read_parquet(source, [], tmp_path / "lab.parquet"))
