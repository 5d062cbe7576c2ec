"""The example: real measurements, made-up people, exports that are valid and a study that fits them."""

import csv
import datetime as dt
import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from fhir.resources.R4B.bundle import Bundle
from sklearn.datasets import load_breast_cancer

from primum.domain import study_file
from primum.domain.measurement import measure
from primum.drafting.draft import draft
from primum.drafting.problems import problems
from primum.norms import library

EXAMPLE = Path(__file__).parents[3] / "examples" / "breast-cytology"


def load_script():
    spec = importlib.util.spec_from_file_location("make_data", EXAMPLE / "make_data.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = load_script()
STUDY = study_file.load(EXAMPLE / "study.yaml")


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    SCRIPT.main(folder)
    return folder


@pytest.fixture(scope="module")
def table(export):
    with (export / "data" / "cytology.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def charts(export):
    return [json.loads(one.read_text()) for one in sorted((export / "data" / "fhir").glob("*.json"))]


@pytest.fixture(scope="module")
def incoming(export):
    return [json.loads(one.read_text()) for one in sorted((export / "incoming").glob("*.json"))]


def resource(bundle, kind):
    return next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind)


def observations(bundle):
    listed = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "Observation"]
    return {one["code"]["text"]: one["valueQuantity"] for one in listed}


def test_550_are_studied_and_19_are_tomorrows(table, charts, incoming):
    assert (len(table), len(charts), len(incoming)) == (550, 550, 19)
    counts = {label: sum(one["diagnosis"] == label for one in table) for label in ("malignant", "benign")}
    assert counts == {"malignant": 205, "benign": 345}


def test_the_sources_name_the_same_subjects_once(table, charts, incoming):
    in_table = [one["mrn"] for one in table]
    in_charts = [resource(one, "Patient")["identifier"][0]["value"] for one in charts]
    later = [resource(one, "Patient")["identifier"][0]["value"] for one in incoming]
    assert len(set(in_table)) == 550
    assert sorted(in_table) == sorted(in_charts)
    assert not set(later) & set(in_table)


def test_the_measurements_are_the_real_ones_whatever_their_unit(table, incoming):
    rows = [
        [
            measure(one[column.name], one["size_unit"] if column.unit_column else "", column).value
            for column in STUDY.features()
        ]
        for one in table
    ]
    rows += [
        [measure(quantity["value"], quantity["code"], STUDY.column(name)).value for name, quantity in seen.items()]
        for seen in map(observations, incoming)
    ]
    real = load_breast_cancer()
    assert [SCRIPT.column_name(one) for one in real.feature_names] == [one.name for one in STUDY.features()]
    made = np.array(rows, dtype=float)
    complete = made[~np.isnan(made).any(axis=1)]
    assert 569 - SCRIPT.MISSING_CELLS <= len(complete) < 569
    known = {tuple(np.round(one, 6)) for one in real.data}
    assert {tuple(np.round(one, 6)) for one in complete} <= known
    assert np.isnan(made).sum() == SCRIPT.MISSING_CELLS


def test_the_untidiness_is_small_and_declared(table):
    millimetres = [one for one in table if one["size_unit"] == "mm"]
    assert 30 <= len(millimetres) <= 80
    assert all(float(one["radius_mean"]) < 1 for one in millimetres if one["radius_mean"] != "NA")
    assert {one.name for one in STUDY.columns if one.unit_column} == set(SCRIPT.LENGTHS)
    assert "size_unit" not in {one.name for one in STUDY.columns}, "it is named as unit_column, and not kept"


def test_a_table_row_has_no_cell_that_would_need_quotes(export):
    text = (export / "data" / "cytology.csv").read_text()
    assert '"' not in text
    assert {line.count(",") for line in text.splitlines()} == {34}


@pytest.mark.parametrize("which", ["charts", "incoming"])
def test_every_bundle_is_valid_fhir_r4_and_marked_as_made_up(which, request):
    for bundle in request.getfixturevalue(which)[::10]:
        Bundle.model_validate(bundle)
        for entry in bundle["entry"]:
            assert [one["code"] for one in entry["resource"]["meta"]["tag"]] == ["HTEST"]


def test_references_of_a_bundle_lead_to_its_patient(charts, incoming):
    for bundle in (*charts[:20], *incoming):
        patient = next(one["fullUrl"] for one in bundle["entry"] if one["resource"]["resourceType"] == "Patient")
        others = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] != "Patient"]
        assert {one["subject"]["reference"] for one in others} == {patient}
        assert len({one["fullUrl"] for one in bundle["entry"]}) == len(bundle["entry"])


def test_an_incoming_case_is_enough_to_predict_and_keeps_the_diagnosis_back(incoming):
    units = set()
    for bundle in incoming:
        assert list(observations(bundle)) == [one.name for one in STUDY.features()]
        assert not re.search(r"benign|malignant|carcinoma|cancer", json.dumps(bundle))
        units |= {one["code"] for one in observations(bundle).values()}
    assert units == {"um", "mm", "um2", "1"}


def test_notes_mention_their_patient_and_never_the_diagnosis(charts):
    mentioned = 0
    for bundle in charts:
        patient, note = resource(bundle, "Patient"), resource(bundle, "DiagnosticReport")["conclusion"]
        own = [patient["name"][0]["family"], patient["telecom"][0]["value"], patient["identifier"][0]["value"]]
        mentioned += any(one in note for one in own)
        assert not re.search(r"benign|malignan|cancer|carcinoma|tumou?r|atypi", note, re.IGNORECASE)
    assert mentioned > 400


def test_notes_are_no_leak_of_the_diagnosis_by_their_wording(table, charts):
    by_mrn = {one["mrn"]: one["diagnosis"] for one in table}
    for words in (*SCRIPT.SITES, *SCRIPT.HANDLING, *SCRIPT.QUALITY, *SCRIPT.CLOSING):
        labels = [
            by_mrn[resource(one, "Patient")["identifier"][0]["value"]]
            for one in charts
            if words in resource(one, "DiagnosticReport")["conclusion"]
        ]
        assert 0.2 < labels.count("malignant") / len(labels) < 0.55


def test_ages_are_those_at_collection_and_say_nothing_of_the_diagnosis(table, charts):
    born = {resource(one, "Patient")["identifier"][0]["value"]: resource(one, "Patient")["birthDate"] for one in charts}
    for one in table:
        days = dt.date.fromisoformat(one["collected_on"]) - dt.date.fromisoformat(born[one["mrn"]])
        assert int(days.days / 365.2425 + 0.003) - int(one["age"]) in {0, 1}
        assert 18 <= int(one["age"]) <= 89
    ages = {label: [int(one["age"]) for one in table if one["diagnosis"] == label] for label in ("benign", "malignant")}
    assert abs(np.mean(ages["benign"]) - np.mean(ages["malignant"])) < 3


def test_the_same_script_writes_the_same_bytes(export, tmp_path):
    SCRIPT.main(tmp_path)
    for file in ("data/cytology.csv", "data/fhir/bundle-0001.json", "incoming/bundle-0019.json"):
        assert (tmp_path / file).read_bytes() == (export / file).read_bytes()


def test_a_study_that_is_there_is_not_overwritten(tmp_path):
    (tmp_path / "study.yaml").write_text("mine")
    SCRIPT.main(tmp_path)
    assert (tmp_path / "study.yaml").read_text() == "mine"
    assert (tmp_path / "access.yaml").read_text() == (EXAMPLE / "access.yaml").read_text()


def test_identifiers_are_listed_as_written_and_are_many(export):
    listed = SCRIPT.identifiers(export)
    assert len(listed) == len(set(listed)) >= 1000
    raw = "".join(one.read_text() for one in export.rglob("*.json")) + (export / "data" / "cytology.csv").read_text()
    assert all(one in raw for one in listed)
    assert min(map(len, listed)) >= 8, "short enough to occur by chance would be no proof"


def test_no_identifier_occurs_in_what_is_published_anyway(export):
    published = [EXAMPLE / "README.md", EXAMPLE / "study.yaml", *Path(library.__file__).parent.glob("*.yaml")]
    text = "".join(one.read_text() for one in published)
    assert [one for one in SCRIPT.identifiers(export) if one in text] == []


def test_nothing_is_in_the_way_of_the_study(export):
    assert problems(STUDY, export) == []


def test_a_draft_of_the_export_finds_every_identifier(export):
    study = study_file.parse(draft(export / "data", export).encode())
    roles = {one.path or one.name: one.role for one in study.columns}
    for path in (
        "mrn",
        "Patient.identifier.value",
        "Patient.name.text",
        "Patient.telecom.value",
        "Patient.address.line",
    ):
        assert roles[path] == "identifier"
    assert roles["DiagnosticReport.conclusion"] == "text"
    assert roles["Patient.birthDate"] == "date"
    assert roles["diagnosis"] == "outcome"
    assert sum(role == "feature" for role in roles.values()) == 30


def test_an_incoming_folder_can_be_drafted_too(export):
    text = draft(export, export)
    assert "Observation.where(code.text='radius_mean').value.value" in text
    study_file.parse(text.encode())


def test_labels_are_in_both_languages():
    words = [one.label for one in STUDY.columns]
    words += [STUDY.outcome.labels[name] for name in STUDY.outcome.classes]
    words += [one.category_labels[name] for one in STUDY.columns for name in one.categories]
    for one in words:
        assert one is not None
        assert re.search(r"[\u4e00-\u9fff]", one.zh)
        assert not re.search(r"[\u4e00-\u9fff]", one.en)
    assert all(re.search(r"[\u4e00-\u9fff]", one.because_zh) for one in STUDY.cohort.criteria)


def test_every_norm_the_study_names_is_there():
    assert set(STUDY.norms) <= set(library.names())


def test_the_grants_cover_the_study_and_nothing_else():
    policy = yaml.safe_load((EXAMPLE / "access.yaml").read_text())
    engineer, clinician, past = policy["grants"]
    assert policy["actors"] == {"*": ["engineer", "clinician"]}
    assert {one["purpose"] for one in policy["grants"]} == {STUDY.intended_use.purpose}
    assert "clinical" not in engineer["classes"]
    assert not {"identified", "pseudonymised", "sealed"} & set(clinician["classes"])
    assert (past["role"], past["classes"], past["actions"]) == ("clinician", ["pseudonymised"], ["read"])
    assert all(one["because"] for one in policy["grants"])


def test_every_bar_names_its_comparator_and_source():
    expected = json.loads((EXAMPLE / "expected.json").read_text())["metrics"]
    assert {"roc_auc", "accuracy"} <= {one["metric"] for one in expected}
    for one in expected:
        assert ("at_least" in one) != ("at_most" in one)
        assert one["comparator"]
        assert one["source"]
