"""A draft is a study that loads, says what it guessed, and leaves to a person what only a person can say."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.domain import study_file
from primum.drafting.draft import draft
from primum.drafting.problems import problems
from primum.errors import DataError
from synthetic import tiny_study

TEXT_CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


def drafted(folder, data=None):
    text = draft(data or folder, folder)
    return text, study_file.parse(text.encode())


def test_a_draft_of_a_table_loads_and_guesses_what_a_person_would(tmp_path):
    _, study = drafted(tiny_study.write(tmp_path), tmp_path / "lab.csv")
    roles = {one.name: (one.role, one.unit) for one in study.columns}
    assert roles == {
        "mrn": ("identifier", ""),
        "day": ("date", ""),
        "size": ("feature", "mm"),
        "colour": ("feature", ""),
        "age": ("quasi_identifier", ""),
        "outcome": ("outcome", ""),
    }
    assert study.column("size").path == "Size (mm)"
    assert study.column("colour").categories == ("blue", "red")
    assert study.outcome.classes == ("well", "ill")
    assert study.outcome.positive == "ill"
    assert list(study.outcome.labels) == ["well", "ill"], "for a person to translate"
    (source,) = study.sources
    assert (source.path, source.subject, source.time) == ("lab.csv", "mrn", "day")


def test_a_draft_is_the_same_each_time(tmp_path):
    tiny_study.write(tmp_path)
    assert draft(tmp_path, tmp_path) == draft(tmp_path, tmp_path)


def test_a_draft_tells_no_identifier_and_no_extreme_value(tmp_path):
    text, _ = drafted(tiny_study.write(tmp_path))
    assert "MR-1000" not in text
    assert "49.5" not in text


def test_every_placeholder_is_found_by_check(tmp_path):
    _, study = drafted(tiny_study.write(tmp_path))
    blocking = [one.what for one in problems(study, tmp_path) if one.severity == "blocks"]
    for field in (
        "title.en",
        "title.zh",
        "question.en",
        "intended_use.purpose",
        "intended_use.users",
        "intended_use.not_for",
        "lawful_basis.ground",
        "lawful_basis.exception",
        "lawful_basis.permitted_purposes",
        "outcome.reference_standard",
    ):
        assert f"{field} is not filled in." in blocking
    assert all("not filled in" in one for one in blocking), "nothing else is wrong with the draft"


def test_a_draft_that_is_filled_in_is_ready(tmp_path):
    text, _ = drafted(tiny_study.write(tmp_path))
    filled = (
        text.replace("state-the-purpose", "tiny-research").replace(" State ", " We state ").replace("请说明", "说明：")
    )
    assert problems(study_file.parse(filled.encode()), tmp_path) == []


def test_sources_are_relative_where_they_lie_below_the_study_and_absolute_elsewhere(tmp_path):
    data, other = tmp_path / "data", tmp_path / "other"
    data.mkdir()
    other.mkdir()
    tiny_study.write(data)
    assert study_file.parse(draft(data, tmp_path).encode()).sources[0].path == "data/lab.csv"
    assert study_file.parse(draft(data, other).encode()).sources[0].path == (data / "lab.csv").resolve().as_posix()


def test_names_are_unlike_each_other_whatever_the_headers(tmp_path):
    header = "mrn,Size (mm),size,SIZE,大小,1st,outcome"
    lines = [f"MR-{100000 + at},{at},{at + 0.5},{at * 2},{at * 3},{at * 4},{'ab'[at % 2]}" for at in range(40)]
    _, study = drafted(tiny_study.write(tmp_path, lines, header))
    assert [one.name for one in study.columns] == ["mrn", "size", "size_2", "size_3", "column_5", "column_6", "outcome"]
    assert [one.path for one in study.columns][4:6] == ["大小", "1st"]


def test_headers_that_yaml_takes_for_something_else_get_another_name(tmp_path):
    lines = [f"MR-{100000 + at},{at}.5,{at / 3},{'ab'[at % 2]}" for at in range(40)]
    _, study = drafted(tiny_study.write(tmp_path, lines, "mrn,no,Null,outcome"))
    assert [(one.name, one.path) for one in study.features()] == [("no_column", "no"), ("null_column", "Null")]


def test_two_tables_are_two_sources_joined_by_their_record_numbers(tmp_path):
    tiny_study.write(tmp_path)
    (tmp_path / "ward.csv").write_text(
        "Patient ID,size\n" + "".join(f"MR-{100000 + at},{at / 3:.2f}\n" for at in range(200))
    )
    _, study = drafted(tmp_path)
    assert [(one.name, one.subject) for one in study.sources] == [("lab", "mrn"), ("ward", "Patient ID")]
    assert study.column("size_2").source == "ward"


def test_an_outcome_without_a_telling_name_is_the_last_column_with_two_values(tmp_path):
    lines = [f"MR-{100000 + at},{at},{'xy'[at % 2]},{('no', 'yes')[at % 2]}" for at in range(40)]
    text, study = drafted(tiny_study.write(tmp_path, lines, "mrn,size,kind,cured"))
    assert study.outcome.column == "cured"
    assert "confirm" in text
    assert set(study.outcome.classes) == {"no", "yes"}


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("size,outcome", "{at},{letter}", "says whose"),
        ("mrn,size", "MR-{code},{at}.5", "looks like an outcome"),
        ("mrn,outcome", "MR-{code},{letter}", "model could learn from"),
    ],
)
def test_without_subject_outcome_or_feature_there_is_no_draft(tmp_path, header, row, said):
    lines = [row.format(at=at, code=100000 + at, letter="ab"[at % 2]) for at in range(40)]
    tiny_study.write(tmp_path, lines, header)
    with pytest.raises(DataError, match=said) as caught:
        draft(tmp_path, tmp_path)
    assert "draft again" in caught.value.remedy


@given(
    names=st.lists(TEXT_CELLS.filter(lambda one: one.strip()), min_size=1, max_size=4, unique_by=str.strip),
    cells=st.lists(TEXT_CELLS, min_size=2, max_size=5),
)
@settings(max_examples=40, deadline=None)
def test_whatever_headers_and_cells_hold_a_draft_loads(tmp_path_factory, names, cells):
    folder = tmp_path_factory.mktemp("draft")
    quoted = ['"' + one.replace('"', '""') + '"' for one in [*names, *cells]]
    header = ",".join(["mrn", "size", "outcome", *quoted[: len(names)]])
    lines = [
        ",".join([f"MR-{100000 + at}", f"{at}.5", "ab"[at % 2], *(quoted[len(names) + at % len(cells)],) * len(names)])
        for at in range(30)
    ]
    (folder / "lab.csv").write_bytes("\n".join([header, *lines]).encode())
    _, study = drafted(folder)
    assert study.features()


def test_chinese_headers_and_classes_stay_readable_and_load_as_they_were(tmp_path):
    lines = [f"MR-{100000 + at},{at}.5,{('健康', '患病')[at % 2]}" for at in range(40)]
    text, study = drafted(tiny_study.write(tmp_path, lines, "病历号,胆固醇 (mg/dL),诊断"))
    assert "胆固醇" in text
    assert "\\u" not in text
    assert [one.path for one in study.columns] == ["病历号", "胆固醇 (mg/dL)", "诊断"]
    assert set(study.outcome.classes) == {"健康", "患病"}


def test_an_outcome_of_three_classes_without_a_telling_name_is_found(tmp_path):
    lines = [f"MR-{100000 + at},{at}.5,{('red', 'white', 'pink')[at % 3]}" for at in range(40)]
    _, study = drafted(tiny_study.write(tmp_path, lines, "mrn,alcohol,cultivar"))
    assert study.outcome.column == "cultivar"
    assert len(study.outcome.classes) == 3


def test_a_draft_of_parquet_names_categories_as_they_are_read(tmp_path):
    rows = range(60)
    pl.DataFrame(
        {
            "mrn": [f"MR-{100000 + at}" for at in rows],
            "size": [at + 0.5 for at in rows],
            "fasting": [float(at % 3 == 0) for at in rows],
            "outcome": [float(at % 2) for at in rows],
        }
    ).write_parquet(tmp_path / "lab.parquet")
    _, study = drafted(tmp_path, tmp_path / "lab.parquet")
    assert study.column("fasting").categories == ("0", "1")
    assert set(study.outcome.classes) == {"0", "1"}
    said = [one.what for one in problems(study, tmp_path) if "filled in" not in one.what]
    assert not [one for one in said if "categories" in one or "classes" in one]
