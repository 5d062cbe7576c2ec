"""What would block a study is told before anything runs: in counts and headers, never in values."""

import pytest

from primum.domain import study_file
from primum.drafting.problems import needed, problems
from primum.errors import StudyError
from synthetic import tiny_study
from synthetic.tiny_study import HEADER, TEXT, rows


def found(folder, text=TEXT):
    return problems(study_file.parse(text.encode()), folder)


def blocking(folder, text=TEXT):
    return [one.what for one in found(folder, text) if one.severity == "blocks"]


def test_nothing_is_in_the_way_of_a_good_study(tmp_path):
    assert found(tiny_study.write(tmp_path)) == []


@pytest.mark.parametrize(
    ("old", "new", "said", "owner"),
    [
        ("norms: [gdpr]", "norms: [gdrp]", "no norm named gdrp; did you mean gdpr?", "the study author"),
        ("seed: 1", "seed: 1\ntask: clasify", "no task named clasify; did you mean classify?", "the study author"),
        (
            "seed: 1",
            "seed: 1\ncomparison: {baselines: [lightgmb]}",
            "no baseline named lightgmb; did you mean lightgbm?",
            "the study author",
        ),
        (
            "seed: 1",
            "seed: 1\nexplanation: {methods: [shaply]}",
            "no explainer named shaply; did you mean shapley?",
            "the study author",
        ),
        ("format: csv", "format: csv, modality: tabel", "no modality named tabel", "the study author"),
        ("purpose: tiny-research", "purpose: tiny-rating", "is not among those", "the data access committee"),
        (
            "ground: Made-up people need none",
            "ground: State the ground",
            "lawful_basis.ground is not",
            "the study author",
        ),
        ("zh: 微型", "zh: 请说明标题", "title.zh is not", "the study author"),
        ("unit: mm", "unit: furlongs", "furlongs is no unit", "the study author"),
        ("path: lab.csv", "path: lba.csv", "nothing at lba.csv; did you mean lab.csv?", "the data steward"),
        ("path: Size (mm)", "path: Size (cm)", "no column Size (cm); did you mean Size (mm)?", "the data steward"),
        ("subject: mrn", "subject: mnr", "no column mnr; did you mean mrn?", "the data steward"),
        ("time: day", "time: date", "no column date", "the data steward"),
        ("unit: mm,", "unit: mm, unit_column: units,", "no column units", "the data steward"),
        ("classes: [well, ill]", "classes: [sound, ill]", "150 of 200 outcomes are not among", "the data steward"),
        ("categories: [red, blue]", "categories: [red, green]", "100 of 200 values are not among", "the data steward"),
        ("path: Size (mm), role", "path: colour, role", "200 of 200 values are not numbers", "the data steward"),
        ("seed: 1", "seed: 1\nlimits: {coverage: 0.95}", "Class ill: about 10 subjects", "the data steward"),
        (
            "role: identifier, identifier: record_number",
            "role: quasi_identifier",
            "mrn looks like an identifier (record_number",
            "the study author",
        ),
    ],
)
def test_what_blocks_is_told_with_what_to_do_and_who_must(tmp_path, old, new, said, owner):
    assert old in TEXT
    listed = found(tiny_study.write(tmp_path), TEXT.replace(old, new, 1))
    told = [one for one in listed if said in one.what]
    assert told, [one.what for one in listed]
    assert told[0].severity == "blocks"
    assert told[0].owner == owner
    assert told[0].remedy.strip(".")


def test_what_is_wrong_with_headers_is_told_together(tmp_path):
    text = TEXT.replace("Size (mm)", "Size").replace("name: age, source", "name: age, path: years, source")
    listed = blocking(tiny_study.write(tmp_path), text)
    assert len(listed) == 2


def test_what_blocks_comes_first(tmp_path):
    text = TEXT.replace("grade: research", "grade: advisory").replace("norms: [gdpr]", "norms: [gdpr, x]")
    order = [one.severity for one in found(tiny_study.write(tmp_path), text)]
    assert order[0] == "blocks"
    assert order[-1] == "informs"


@pytest.mark.parametrize("content", [b"", b"mrn,day\n", b"\xff\xfe\xfd", b"a,b\n\xe9,1\n"])
def test_a_source_that_cannot_be_read_is_told_once(tmp_path, content):
    (tmp_path / "lab.csv").write_bytes(content)
    (told,) = found(tmp_path)
    assert told.owner == "the data steward"


def test_a_ragged_row_is_told(tmp_path):
    tiny_study.write(tmp_path, [*rows(), "MR-1"])
    assert any("ragged" in one for one in blocking(tmp_path))


def test_subjects_who_appear_twice_are_counted(tmp_path):
    tiny_study.write(tmp_path, [*rows(), *rows(2), rows(1)[0]])
    assert "Source lab: 2 subjects appear twice or more." in blocking(tmp_path)


def test_one_class_only_is_told(tmp_path):
    tiny_study.write(tmp_path, [one.replace(",ill", ",well") for one in rows()])
    assert any("at most one class" in one for one in blocking(tmp_path))


def test_too_few_of_a_class_for_prediction_sets_are_told(tmp_path):
    tiny_study.write(tmp_path, rows(160))
    assert blocking(tmp_path) == [
        "Class ill: about 8 subjects in the validation part; prediction sets with coverage 0.9 need 9."
    ]


@pytest.mark.parametrize(("coverage", "least"), [(0.8, 4), (0.9, 9), (0.95, 19), (0.99, 99)])
def test_how_many_a_prediction_set_needs(coverage, least):
    assert needed(coverage) == least


def test_units_that_nobody_names_block_and_named_ones_are_converted(tmp_path):
    lines = [f"{one},{'um' if at % 9 == 0 else 'mm'}" for at, one in enumerate(rows())]
    tiny_study.write(tmp_path, lines, f"{HEADER},size_unit")
    assert blocking(tmp_path) == ["Source lab: column size_unit tells 2 different units, and no column names it."]
    assert blocking(tmp_path, TEXT.replace("unit: mm,", "unit: mm, unit_column: size_unit,")) == []


def test_units_that_cannot_be_converted_are_counted(tmp_path):
    lines = [f"{one},{'kg' if at % 10 == 0 else 'mm'}" for at, one in enumerate(rows())]
    tiny_study.write(tmp_path, lines, f"{HEADER},size_unit")
    text = TEXT.replace("unit: mm,", "unit: mm, unit_column: size_unit,")
    assert blocking(tmp_path, text) == ["Column size: 20 of 200 values have a unit that cannot be converted to mm."]


def test_many_impossible_values_are_warned_of(tmp_path):
    told = found(tiny_study.write(tmp_path), TEXT.replace("high: 100", "high: 10"))
    assert [(one.severity, one.what.split(";")[0]) for one in told] == [
        ("warns", "Column size: 160 of 200 values are outside low and high")
    ]


def test_missing_values_are_warned_of_beyond_the_limit(tmp_path):
    tiny_study.write(tmp_path, [one.replace(",red,", ",NA,") for one in rows()])
    (told,) = found(tmp_path)
    assert (told.severity, told.what) == ("warns", "Column colour: 50% of values are missing; at most 20% may be.")


def test_a_column_that_holds_nothing_blocks(tmp_path):
    tiny_study.write(tmp_path, [one.replace(",red,", ",,").replace(",blue,", ",,") for one in rows()])
    assert blocking(tmp_path) == ["Column colour: nothing was found at colour in any record."]


def test_identifiers_are_found_by_their_cells_and_only_warned_of_where_ignored(tmp_path):
    lines = [f"{one},+44 7700 900{at:03d}" for at, one in enumerate(rows())]
    tiny_study.write(tmp_path, lines, f"{HEADER},contact")
    for role, severity in (("feature", "blocks"), ("quasi_identifier", "blocks"), ("ignored", "warns")):
        text = TEXT.replace("columns:\n", f"columns:\n  - {{name: contact, source: lab, role: {role}}}\n", 1)
        told = [one for one in found(tmp_path, text) if "looks like an identifier (phone" in one.what]
        assert [one.severity for one in told] == [severity]


def test_subjects_missing_from_a_source_are_counted(tmp_path):
    tiny_study.write(tmp_path)
    source = "  - {name: ward, format: csv, path: ward.csv, subject: mrn}\ncolumns:\n"
    column = "  - {name: weight, source: ward, role: feature, unit: kg}\n"
    text = TEXT.replace("columns:\n", source + column, 1)
    (tmp_path / "ward.csv").write_text("mrn,weight\n" + "".join(f"MR-{100000 + at},{at + 40}\n" for at in range(190)))
    assert [(one.severity, one.what) for one in found(tmp_path, text)] == [
        ("warns", "10 of 200 subjects are not in every source.")
    ]
    (tmp_path / "ward.csv").write_text("mrn,weight\n" + "".join(f"X{at},{at + 40}\n" for at in range(190)))
    assert blocking(tmp_path, text) == ["The sources have no subject in common."]


def test_a_higher_grade_informs_of_the_signatures_it_needs(tmp_path):
    tiny_study.write(tmp_path)
    (told,) = found(tmp_path, TEXT.replace("grade: research", "grade: advisory"))
    assert told.severity == "informs"
    assert "privacy-officer" in told.what
    assert told.as_document() == {
        "severity": "informs",
        "what": told.what,
        "remedy": told.remedy,
        "owner": "the release reviewer",
    }


def test_no_value_of_a_record_is_ever_told(tmp_path):
    lines = [one.replace("MR-", "SECRET-").replace(",red,", ",purple,").replace(",ill", ",unheard") for one in rows()]
    tiny_study.write(tmp_path, [*lines, lines[0]])
    told = " ".join(f"{one.what} {one.remedy}" for one in found(tmp_path))
    assert told
    for secret in ("SECRET", "purple", "unheard"):
        assert secret not in told


def test_an_outcome_in_another_case_is_its_class_as_in_the_run(tmp_path):
    assert found(tiny_study.write(tmp_path, [one.replace("well", "WELL") for one in rows()])) == []


@pytest.mark.parametrize("path", ["x" * 5000, "x" * 300 + ".csv"])
def test_a_path_that_no_disk_can_hold_is_a_path_where_nothing_is(tmp_path, path):
    (blocked, *_) = blocking(tiny_study.write(tmp_path), TEXT.replace("path: lab.csv", f"path: {path}"))
    assert "there is nothing at" in blocked


def test_a_path_with_a_character_that_no_name_has_is_a_fault_of_the_study():
    with pytest.raises(StudyError, match="character that no file's name has"):
        study_file.parse(TEXT.replace("path: lab.csv", 'path: "lab\\0.csv"').encode())
