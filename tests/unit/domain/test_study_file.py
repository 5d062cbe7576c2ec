"""A study file that is not one is refused with all its faults, each with its line and a remedy."""

import json
from pathlib import Path

import pytest

from primum.domain import study_file
from primum.errors import StudyError
from synthetic.tiny_study import TEXT

ROOT = Path(__file__).parents[3]


def parse(text):
    return study_file.parse(text.encode())


def refused(text):
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(StudyError) as caught:
        study_file.parse(data)
    assert caught.value.remedy
    return caught.value.what


def line_of(text, words):
    return next(at for at, line in enumerate(text.splitlines(), start=1) if words in line)


def test_a_good_file_is_a_study(tmp_path):
    file = tmp_path / "study.yaml"
    file.write_text(TEXT, encoding="utf-8")
    study = study_file.load(file)
    assert study.name == "tiny"
    assert study.title.zh == "微型"
    assert study.column("size").path == "Size (mm)"
    assert study.subgroups[0].edges == (40.0, 60.0)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing():
    assert study_file.parse(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()) == parse(TEXT)


def test_comments_and_layout_are_no_part_of_the_identity():
    spread = TEXT.replace("title: {en: Tiny, zh: 微型}", "# a comment\ntitle:\n  zh: 微型\n  en: 'Tiny'")
    assert study_file.identity(parse(spread)) == study_file.identity(parse(TEXT))
    assert study_file.identity(parse(TEXT.replace("en: Tiny", "en: Small"))) != study_file.identity(parse(TEXT))


def test_a_file_that_cannot_be_opened_says_why(tmp_path):
    for path in (tmp_path / "nowhere.yaml", tmp_path):
        with pytest.raises(StudyError, match="cannot be read") as caught:
            study_file.load(path)
        assert "primum init" in caught.value.remedy


def test_the_file_is_named_in_what_is_said(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("primum: 2\n")
    with pytest.raises(StudyError, match=r"mine\.yaml has") as caught:
        study_file.load(file)
    assert "mine.yaml" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1, column 1: is empty"),
        ("# nothing but a comment\n", "is empty"),
        ("   \n\n", "is empty"),
        ("- a\n- b\n", "line 1, column 1: holds a list"),
        ("just words", "holds a text"),
        ("42", "holds a number"),
        ("a: 1\n---\nb: 2\n", "line 2, column 1: a second document begins"),
        ("primum: 1\n\tname: x\n", "line 2, column 1: a tab where YAML wants spaces"),
        ("primum: 1\nname: [a\n", "line 3"),
        ('primum: 1\nname: "a\n', "unexpected end"),
        ("primum: 1\nname: a: b\n", "line 2, column 8"),
        ("a: &x 1\nb: *x\n", "line 1, column 4: holds an anchor"),
        ("a: *x\n", "line 1, column 4: holds an anchor"),
        ("a: \x07\n", "line 1, column 4: holds a control character"),
        (b"primum: 1\nname: \xff\n", "line 2, column 7: is not UTF-8"),
        ("[" * 3000 + "]" * 3000, "nested too deeply"),
        ("{a: " * 3000 + "1" + "}" * 3000, "nested too deeply"),
        ("a: " + "x" * 1_000_001, "larger than"),
    ],
)
def test_what_is_no_single_yaml_mapping_is_refused_with_its_place(text, said):
    assert said in refused(text)


def test_faults_of_every_kind_are_told_together_in_the_order_of_lines():
    text = (
        TEXT.replace("seed:", "sead:")
        .replace("grade: research", "grade: reserch")
        .replace("column: age, edges", "column: agee, edges")
        .replace("positive: ill", "positive: illl")
    )
    said = refused(text + "name: again\n")
    assert said.startswith("study.yaml has 5 faults:")
    lines = [int(line.split()[1].rstrip(",")) for line in said.splitlines()[1:]]
    places = [line_of(text, words) for words in ("reserch", "column: outcome", "agee", "sead")]
    assert lines == [*places, len(text.splitlines()) + 1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seed: 1", "sead: 1", "sead: there is no such field; did you mean seed?"),
        ("role: feature, unit", "rule: feature, unit", "did you mean role?"),
        ("role: feature, unit", "rule: feature, unit", "role: is missing"),
        ("grade: research", "grade: advise", "Use one of: research, shadow, advisory"),
        ("role: quasi_identifier", "role: quasi-identifier", "did you mean quasi_identifier?"),
        ("format: csv", "format: excel", "Use one of: csv, parquet, fhir"),
        ("name: tiny", "name: Tiny Study", '"Tiny Study" is no name'),
        ("seed: 1", "seed: one", "seed: must be a valid integer"),
        ("seed: 1", "seed: 1.5", "seed: must be a valid integer"),
        ("primum: 1", "primum: 2", "primum: cannot be 2"),
        ("users: Testers", "users: 5", "must be a text, not a number. Put it in quotes"),
        ("users: Testers", "users: true", "must be a text, not true or false. Put it in quotes"),
        ("users: Testers", "users:", "must be a text, not nothing"),
        ("users: Testers", "users: ''", "users: string should have at least 1 character"),
        ("  users: Testers\n", "", "intended_use.users: is missing. Add it (Who meets what the model says)"),
        ("high: 100", "high: -1", "low must be below high"),
        ("source: lab, role: outcome", "source: lba, role: outcome", "there is no source lba; did you mean lab?"),
        ("not_for: [Anything else]", "not_for: Anything else", "not_for: must be a valid array"),
        ("norms: [gdpr]", "norms: []", "norms: "),
        ("  - {column: age, edges: [40, 60]}", "  - {column: age, edges: [60, 40]}", "edges must rise"),
        ("  positive: ill", "  positive: ill\n  labels: {il: {en: a, zh: b}}", "labels: 'il' is not among classes"),
        (
            "  positive: ill",
            "  positive: ill\n  labels: {ill: {en: a}}",
            "outcome.labels.ill.zh: is missing. Add it (Simp",
        ),
        ("  positive: ill", "  positive: ill\n  labels: {ill: {en: a, zh: b, es: c}}", "Known here: en, zh"),
    ],
)
def test_a_fault_is_told_with_its_line_its_field_and_a_remedy(old, new, said):
    assert old in TEXT
    assert said.lower() in refused(TEXT.replace(old, new, 1)).lower()


@pytest.mark.parametrize("word", ["yes", "No", "ON", "off", "0x1F", "1_000", "12:30", "010", ".inf", ".nan", "1e999"])
def test_bare_words_that_programs_read_differently_must_be_quoted(word):
    said = refused(TEXT.replace("zh: 微型", f"zh: {word}"))
    assert f"many programs read {word} without quotes" in said
    assert f"line {line_of(TEXT, '微型')}, column" in said
    assert "title.zh" in said
    assert parse(TEXT.replace("zh: 微型", f"zh: '{word}'")).title.zh == word


def test_a_place_is_blamed_once():
    assert refused(TEXT.replace("seed: 1", "seed: 010")).startswith("study.yaml has 1 fault:")


@pytest.mark.parametrize(("written", "read"), [("1e-3", 0.001), ("1.5e-3", 0.0015), ("0.002", 0.002), ("2E-3", 0.002)])
def test_numbers_are_read_as_people_mean_them(written, read):
    assert parse(f"{TEXT}model: {{learning_rate: {written}}}\n").model.learning_rate == read


def test_dates_and_times_stay_texts():
    assert parse(TEXT.replace("setting: A test", "setting: 2024-02-29")).intended_use.setting == "2024-02-29"


def test_null_is_nothing():
    assert parse(TEXT.replace("low: 0", "low: null")).column("size").low is None
    assert parse(TEXT.replace("low: 0", "low: ~")).column("size").low is None


def test_keys_listed_twice_are_refused_at_any_depth():
    text = TEXT.replace("users: Testers", "users: Testers\n  users: Others")
    said = refused(text + "seed: 2\n")
    assert f"seed: is listed twice (first in line {line_of(text, 'seed:')})" in said
    assert "intended_use.users: is listed twice" in said


@pytest.mark.parametrize("key", ["<<: {a: 1}", "? [a, b]\n: 1", "? {a: b}\n: 1"])
def test_merge_and_composed_keys_are_refused(key):
    assert "a key that is no plain word" in refused(f"{TEXT}{key}\n")


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system [ls]", "!mine x", "!!binary aGk=", "!!str 5"])
def test_tags_are_never_acted_on(tag):
    assert "study.yaml has" in refused(TEXT.replace("users: Testers", f"users: {tag}"))


def test_nothing_of_python_is_made_from_a_tag(tmp_path):
    target = tmp_path / "touched"
    refused(TEXT.replace("users: Testers", f"users: !!python/object/apply:os.mkdir ['{target}']"))
    assert not target.exists()


def test_a_fault_is_one_line_for_people():
    fault = study_file.Fault(line=3, column=7, where="seed", what="is missing", remedy="Add it")
    assert str(fault) == "line 3, column 7: seed: is missing. Add it."
    whole = study_file.Fault(line=1, column=1, where="", what="is empty", remedy="Write it")
    assert str(whole) == "line 1, column 1: is empty. Write it."


def test_a_class_may_be_called_like_a_merge_key_in_quotes():
    text = TEXT.replace("classes: [well, ill]", 'classes: ["<<", ill]\n  labels: {"<<": {en: less, zh: 少}}')
    assert parse(text).outcome.words("<<").zh == "少"


def test_the_committed_schema_is_that_of_the_code():
    kept = json.loads((ROOT / "docs" / "reference" / "study.schema.json").read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(study_file.schema())), "make it anew: make reference"


def test_the_schema_names_every_field_and_forbids_others():
    schema = study_file.schema()
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(type(parse(TEXT)).model_fields)
    assert schema["$schema"].endswith("2020-12/schema")


def test_every_field_of_the_tutorial_example_is_known():
    example = ROOT / "examples" / "breast-cytology" / "study.yaml"
    assert len(study_file.load(example).features()) == 30
