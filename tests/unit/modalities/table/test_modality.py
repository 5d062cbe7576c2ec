import datetime as dt
import math

import pytest

from primum import plugins
from primum.custody.nouns import SubjectKey
from primum.domain.record import Record
from primum.errors import DataError
from primum.ids import SubjectId
from synthetic import ward

TABLE = plugins.load("modality", "table")
STUDY = ward.study()


def record(**payload):
    return Record(subject=SubjectId("P0"), modality="table", source="lab", time=dt.date(2022, 1, 10), payload=payload)


def clean(study=STUDY, days=10, **payload):
    (safe,), counts = TABLE.deidentify([record(**payload)], study, SubjectKey(days=days, key=b""))
    return safe, counts


def test_the_ward_is_read_from_both_sources(tmp_path):
    ward.write(tmp_path, ward.rows(4))
    lab, charts = (list(TABLE.read(source, STUDY, tmp_path)) for source in STUDY.sources)
    assert {one.subject for one in lab} == {one.subject for one in charts}
    assert lab[0].payload["size@unit"] == "mm"
    assert charts[0].payload["full_name"].startswith("Odile Vanter")
    assert "seen on 2022" in charts[0].payload["note"]


@pytest.mark.parametrize("path", ["data/nothing.csv", "data"])
def test_a_source_that_is_not_there_or_no_file_is_refused(tmp_path, path):
    (tmp_path / "data").mkdir()
    source = STUDY.sources[0].model_copy(update={"path": path})
    with pytest.raises(DataError) as caught:
        list(TABLE.read(source, STUDY, tmp_path))
    assert path in caught.value.what
    assert str(tmp_path) not in caught.value.what


def test_identifiers_and_what_is_not_declared_do_not_pass():
    safe, counts = clean(
        mrn="W400000", full_name="Odile Vanterak", size="20", extra="Odile", **{"@known/name/0": "Odile"}
    )
    assert safe.payload == {"size": "20"}
    assert counts == {"identifier.name": 1, "identifier.record_number": 1}


def test_ignored_columns_do_not_pass():
    study = ward.study(columns=ward.columns(grade={"role": "ignored", "categories": []}))
    safe, counts = clean(study, grade="low", size="20")
    assert "grade" not in safe.payload
    assert counts == {}


def test_dates_move_in_their_own_way_of_writing_and_with_the_day_of_observation():
    safe, counts = clean(drawn="10/01/2022")
    assert safe.payload["drawn"] == "20/01/2022"
    assert safe.time == dt.date(2022, 1, 20)
    assert counts == {"date": 1}


def test_a_date_column_that_holds_no_date_is_emptied():
    safe, _ = clean(drawn="the day Odile came")
    assert safe.payload["drawn"] is None


def test_a_text_is_scrubbed_of_what_is_known_of_the_subject_in_other_columns():
    known = {"@known/name/0": "Odile Vanterak", "@known/record_number/1": "W400000"}
    safe, counts = clean(note="VANTERAK, w-400-000, came 2022-01-10.", **known)
    assert safe.payload["note"] == "[NAME], [RECORD_NUMBER], came 2022-01-20."
    assert counts == {"note": 1, "span.date": 1, "span.name": 1, "span.record_number": 1}


def test_what_one_text_tells_is_removed_from_all_texts_of_the_record():
    study = ward.study(columns=ward.columns(letter={"source": "charts", "role": "text"}))
    safe, counts = clean(study, note="Seen by Dr. Odile Vanterak.", letter="VANTERAK agrees; O. Vanterak signed.")
    assert safe.payload["note"] == "Seen by Dr. [NAME]."
    assert safe.payload["letter"] == "[NAME] agrees; [NAME] signed."
    assert counts == {"note": 2, "span.name": 3}


def test_what_one_encounter_tells_is_removed_from_the_notes_of_all_encounters_of_the_subject():
    notes = ["Seen by Dr. Odile Vanterak.", "VANTERAK agrees.", "The mass is stable.", ""]
    records = [record(note=one) for one in notes]
    safe, counts = TABLE.deidentify(records, STUDY, SubjectKey(days=10, key=b""))
    assert [one.payload["note"] for one in safe] == ["Seen by Dr. [NAME].", "[NAME] agrees.", "The mass is stable.", ""]
    assert counts == {"note": 3, "span.name": 2}


def test_what_is_known_of_the_subject_in_one_record_is_removed_from_the_texts_of_another():
    records = [record(full_name="Odile Vanterak", size="3"), record(note="vanterak came.")]
    (lab, charts), _ = TABLE.deidentify(records, STUDY, SubjectKey(days=10, key=b""))
    assert lab.payload == {"size": "3"}
    assert charts.payload["note"] == "[NAME] came."


def test_days_that_only_one_note_shows_to_name_the_month_first_are_read_so_in_all():
    records = [record(note="Seen on 3/25/2022."), record(note="Seen on 3/4/2022.")]
    safe, _ = TABLE.deidentify(records, STUDY, SubjectKey(days=1, key=b""))
    assert [one.payload["note"] for one in safe] == ["Seen on 3/26/2022.", "Seen on 3/5/2022."]


def test_no_records_give_none():
    assert TABLE.deidentify([], STUDY, SubjectKey(days=10, key=b"")) == ([], {})


def test_a_missing_text_stays_missing():
    safe, counts = clean(note="")
    assert safe.payload["note"] == ""
    assert counts == {}


def test_a_birth_date_among_quasi_identifiers_keeps_its_year_alone():
    study = ward.study(columns=ward.columns(born={"source": "lab", "role": "quasi_identifier"}))
    safe, _ = clean(study, born="1957-03-04")
    assert safe.payload["born"] == "1957"


@pytest.mark.parametrize(("age", "kept"), [("89", "89"), ("90", 90), (104, 90), ("", "")])
def test_ages_of_ninety_and_over_are_said_as_ninety(age, kept):
    safe, counts = clean(age=age)
    assert safe.payload["age"] == kept
    assert counts.get("age", 0) == (kept == 90)


def test_units_and_missing_values_stay_as_they_are():
    safe, _ = clean(size="NA", **{"size@unit": "cm"})
    assert safe.payload == {"size": "NA", "size@unit": "cm"}


def test_tokens_are_numbers_places_and_nan():
    records = [
        record(size="2.5", grade="high", **{"size@unit": "cm"}),
        record(size=None),
        record(size="500", grade="Low"),
    ]
    tokens = TABLE.tokenize(records, STUDY.features())
    assert tokens.places(0) == ("column:size", "column:marker", "column:grade")
    assert tokens.values.shape == (3, 3)
    assert tokens.values[0].tolist()[::2] == [25.0, 1.0]
    assert math.isnan(tokens.values[0, 1])
    assert math.isnan(tokens.values[1, 0])
    assert math.isnan(tokens.values[2, 0]), "outside the physical range"
    assert tokens.values[2, 2] == 0.0


@pytest.mark.parametrize(
    "payload",
    [{"size": "wide"}, {"grade": "medium"}, {"size": "3", "size@unit": "kg"}, {"size": "3", "size@unit": "handful"}],
)
def test_what_cannot_be_a_token_is_refused_without_its_value(payload):
    with pytest.raises(DataError) as caught:
        TABLE.tokenize([record(size="1"), record(**payload)], STUDY.features())
    assert "Record 2" in caught.value.what
    assert not any(str(value) in caught.value.what for value in payload.values())


def test_rendered_values_carry_label_and_unit_in_the_study_s_order():
    shown = TABLE.render(record(grade="low", size=2.54321987, mrn="W1", age=54.0, marker=None), STUDY)
    assert list(shown) == [
        ("column:age", "age", "54 a"),
        ("column:size", "Size", "2.54322 mm"),
        ("column:marker", "marker", "—"),
        ("column:grade", "grade", "low"),
    ]


def test_rendered_raw_values_carry_their_own_unit():
    assert TABLE.render(record(size="2.5", **{"size@unit": "cm"}), STUDY) == [("column:size", "Size", "2.5 cm")]
