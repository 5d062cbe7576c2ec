import base64
import json
import time

import pytest

from primum.domain.study import Column, Source
from primum.errors import DataError, StudyError
from primum.modalities.table.elements import plain
from primum.modalities.table.fhir import read_fhir

SOURCE = Source(name="charts", format="fhir", path="charts", subject="Patient.identifier.where(system='mrn').value")
SECRET = "Wilhelmina"


def column(name, path="", role="feature", **more):
    return Column(name=name, source="charts", path=path, role=role, **more)


def patient(number="A1", **more):
    return {
        "resourceType": "Patient",
        "id": f"p-{number}",
        "identifier": [{"system": "mrn", "value": number}, {"system": "other", "value": "999"}],
        **more,
    }


def observation(name, value, unit="mm", when="2021-01-01", **more):
    quantity = {"value": value, "unit": unit, "code": unit}
    return {
        "resourceType": "Observation",
        "code": {"text": name},
        "effectiveDateTime": when,
        "valueQuantity": quantity,
        **more,
    }


def bundle(*resources):
    return {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}


def read(tmp_path, columns, *documents, source=SOURCE):
    folder = tmp_path / "charts"
    folder.mkdir(exist_ok=True)
    for at, document in enumerate(documents):
        (folder / f"{SECRET}-{at:03d}.json").write_text(json.dumps(document))
    return list(read_fhir(source, columns, folder))


def refused(tmp_path, columns, *documents):
    with pytest.raises(DataError) as caught:
        read(tmp_path, columns, *documents)
    assert SECRET not in caught.value.what + caught.value.remedy, "file names may hold identifiers"
    assert str(tmp_path) not in caught.value.what
    return caught.value


def test_paths_are_evaluated_and_observations_found_by_the_column_s_name(tmp_path):
    columns = [
        column("born", "Patient.birthDate", "date"),
        column("size"),
        column("hb", "Observation.where(code.coding.code='718-7').valueQuantity"),
        column("smoker", "Observation.where(code.text = 'smoking').value.text", categories=("never", "daily")),
    ]
    resources = [
        patient(birthDate="1960-02-03"),
        observation("size", 12.5),
        {**observation("Haemoglobin", 13, "g/dL"), "code": {"coding": [{"system": "loinc", "code": "718-7"}]}},
        {"resourceType": "Observation", "code": {"text": "smoking"}, "valueCodeableConcept": {"text": "never"}},
    ]
    (record,) = read(tmp_path, columns, bundle(*resources))
    assert record.subject == "A1"
    assert record.payload == {
        "born": "1960-02-03",
        "size": 12.5,
        "size@unit": "mm",
        "hb": 13.0,
        "hb@unit": "g/dL",
        "smoker": "never",
    }


def test_of_several_observations_the_latest_counts(tmp_path):
    resources = [
        patient(),
        observation("size", 1, when="2020-01-01"),
        observation("size", 3, when="2022-01-01"),
        observation("size", 2, when="2021-01-01"),
    ]
    (record,) = read(tmp_path, [column("size")], bundle(*resources))
    assert record.payload["size"] == 3.0


def test_two_values_of_the_same_time_are_refused(tmp_path):
    error = refused(tmp_path, [column("size")], bundle(patient(), observation("size", 1), observation("size", 2)))
    assert "size" in error.what
    assert "file 1 of 1 in charts" in error.what


def test_several_values_at_a_path_are_refused_for_features_and_joined_for_names_and_texts(tmp_path):
    two = patient(telecom=[{"value": "111"}, {"value": "222"}])
    assert "phone" in refused(tmp_path, [column("phone", "Patient.telecom.value")], bundle(two)).what
    phone = column("phone", "Patient.telecom.value", "identifier", identifier="phone")
    text = column("note", "Patient.telecom.value", "text")
    (record,) = read(tmp_path, [phone, text], bundle(two))
    assert record.payload == {"phone": "111; 222", "note": "111\n222"}


@pytest.mark.parametrize(
    "path",
    [
        "DocumentReference.content.attachment",
        "DocumentReference.content.attachment.data",
        "DocumentReference.content.where(attachment.contentType.startsWith('text')).attachment",
    ],
)
def test_an_attached_text_is_decoded(tmp_path, path):
    data = base64.b64encode("病理：良好".encode()).decode()
    document = {
        "resourceType": "DocumentReference",
        "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": data}}],
    }
    (record,) = read(tmp_path, [column("note", path, "text")], bundle(patient(), document))
    assert record.payload["note"] == "病理：良好"


def test_an_attachment_that_is_no_text_is_refused(tmp_path):
    report = {
        "resourceType": "DiagnosticReport",
        "presentedForm": [{"contentType": "application/pdf", "data": "JVBERg=="}],
    }
    refused(tmp_path, [column("note", "DiagnosticReport.presentedForm", "text")], bundle(patient(), report))
    broken = {"resourceType": "DiagnosticReport", "presentedForm": [{"contentType": "text/plain", "data": "!!"}]}
    refused(tmp_path, [column("note", "DiagnosticReport.presentedForm.data", "text")], bundle(patient(), broken))


def test_a_concept_gives_the_name_the_study_lists(tmp_path):
    concept = {"coding": [{"code": "M", "display": "Malignant"}], "text": "bösartig"}
    resource = {"resourceType": "Observation", "code": {"text": "kind"}, "valueCodeableConcept": concept}
    (record,) = read(tmp_path, [column("kind", categories=("B", "M"))], bundle(patient(), resource))
    assert record.payload["kind"] == "M"
    (record,) = read(tmp_path, [column("kind")], bundle(patient(), resource))
    assert record.payload["kind"] == "bösartig"


def test_a_unit_may_stand_at_a_path_of_its_own(tmp_path):
    size = column("size", "Observation.valueQuantity.value", unit="mm", unit_column="Observation.valueQuantity.unit")
    (record,) = read(tmp_path, [size], bundle(patient(), observation("size", 3, "cm")))
    assert record.payload == {"size": 3.0, "size@unit": "cm"}


def test_ndjson_and_bundles_of_many_are_gathered_by_patient(tmp_path):
    first, second = patient("A1"), patient("A2")
    sizes = [
        {**observation("size", 1), "subject": {"reference": "Patient/p-A1"}},
        {**observation("size", 2), "subject": {"reference": "https://example.org/fhir/Patient/p-A2"}},
    ]
    folder = tmp_path / "charts"
    folder.mkdir()
    (folder / "Patient.ndjson").write_text("\n".join(json.dumps(one) for one in (first, second)))
    (folder / "Observation.ndjson").write_text("\n".join(json.dumps(one) for one in sizes) + "\n\n")
    records = list(read_fhir(SOURCE, [column("size")], folder))
    assert {one.subject: one.payload["size"] for one in records} == {"A1": 1.0, "A2": 2.0}
    one_file = tmp_path / "all.json"
    one_file.write_text(json.dumps(bundle(first, second, *sizes)))
    assert list(read_fhir(SOURCE, [column("size")], one_file)) == records


def test_a_bundle_that_mixes_patients_is_refused(tmp_path):
    foreign = {**observation("size", 1), "subject": {"reference": "Patient/p-Z9"}}
    error = refused(tmp_path, [column("size")], bundle(patient(), foreign))
    assert "another patient" in error.what
    assert "Z9" not in error.what


def test_an_observation_of_a_patient_in_no_file_is_refused(tmp_path):
    orphan = {**observation("size", 1), "subject": {"reference": "Patient/p-Z9"}}
    assert "in no file" in refused(tmp_path, [column("size")], bundle(patient("A1"), patient("A2"), orphan)).what


def test_a_column_that_no_patient_has_is_refused_with_the_likeliest_code(tmp_path):
    documents = [bundle(patient(f"A{at}"), observation("radius_maen", at)) for at in range(3)]
    error = refused(tmp_path, [column("radius_mean")], *documents)
    assert "radius_mean" in error.what
    assert "Did you mean radius_maen?" in error.remedy


def test_a_single_patient_may_lack_anything(tmp_path):
    columns = [column("size"), column("born", "Patient.birthDate", "date")]
    (record,) = read(tmp_path, columns, bundle(patient(), observation("other", 1)))
    assert record.payload == {"size": None, "born": None}


def test_a_patient_without_identifier_is_refused(tmp_path):
    nobody = {"resourceType": "Patient", "identifier": [{"system": "other", "value": SECRET}]}
    assert "no identifiers" in refused(tmp_path, [], bundle(nobody, observation("size", 1))).what


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"{", "not JSON"),
        (b"[]", "no FHIR resource"),
        (b'{"name": "x"}', "no FHIR resource"),
        ('{"resourceType": "Patient", "name": "Núñez"}'.encode("latin-1"), "not UTF-8"),
    ],
)
def test_what_is_no_fhir_is_refused_by_the_file_s_number(tmp_path, content, word):
    folder = tmp_path / "charts"
    folder.mkdir()
    (folder / f"{SECRET}.json").write_bytes(content)
    with pytest.raises(DataError, match=word) as caught:
        list(read_fhir(SOURCE, [], folder))
    assert "file 1 of 1" in caught.value.what
    assert SECRET not in caught.value.what


def test_an_empty_folder_is_refused(tmp_path):
    assert "no FHIR file" in refused(tmp_path, []).what


@pytest.mark.parametrize("path", ["name.text", "Patient.foo()", "Patient.name.where("])
def test_a_path_that_is_none_is_the_study_author_s_to_mend(tmp_path, path):
    with pytest.raises(StudyError):
        read(tmp_path, [column("x", path)], bundle(patient(name=[{"text": "x"}]), observation("size", 1)))


def test_a_path_that_ends_at_a_structure_is_refused(tmp_path):
    refused(
        tmp_path, [column("x", "Patient.contact")], bundle(patient(contact=[{"gender": "male"}]), observation("s", 1))
    )


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ({"given": ["Ada", "M."], "family": "Lovelace"}, "Ada M. Lovelace"),
        ({"text": "张伟", "family": "张"}, "张伟"),
        ({"line": ["1 Some Road"], "city": "Town", "postalCode": "Z1"}, "1 Some Road, Town, Z1"),
        ({"value": 3, "unit": "mm"}, 3.0),
        ({"system": "phone", "value": "123"}, "123"),
        ({"code": "A", "display": "Alpha"}, "A"),
        (True, True),
        (4, 4),
        ({"reference": "x"}, None),
        ({"coding": []}, None),
    ],
)
def test_elements_in_one_value(item, value):
    element = plain(item)
    assert (element and element.value) == value


def test_six_hundred_bundles_by_forty_paths_are_quick(tmp_path):
    names = [f"m{at}" for at in range(30)]
    columns = [column(name, f"Observation.where(code.text='{name}').valueQuantity.value") for name in names]
    columns += [column(f"p{at}", "Patient.birthDate", "date") for at in range(10)]
    one = bundle(patient(birthDate="1960-01-01"), *(observation(name, 1.5) for name in names))
    folder = tmp_path / "charts"
    folder.mkdir()
    for at in range(30):
        (folder / f"{at}.json").write_text(json.dumps(one))
    begun = time.process_time()
    records = list(read_fhir(SOURCE, columns, folder))
    spent = time.process_time() - begun
    assert len(records) == 30
    assert records[0].payload["m7"] == 1.5
    assert spent * 20 < 15, "600 bundles"


@pytest.mark.parametrize(
    "text", ['{"resourceType": "Bundle", "entry": 3}', '{"resourceType": "Bundle", "entry": {}}', "[" * 100_000]
)
def test_what_is_shaped_like_no_bundle_is_refused(tmp_path, text):
    (tmp_path / f"{SECRET}.json").write_text(text)
    with pytest.raises(DataError, match="file 1 of 1") as caught:
        list(read_fhir(SOURCE, [column("size")], tmp_path))
    assert SECRET not in caught.value.what + caught.value.remedy


@pytest.mark.parametrize("code", ["size", ["size"], {"coding": ["size"]}, {"coding": {"code": "else"}}, 7, None])
def test_codes_of_another_shape_than_fhir_says_break_nothing(tmp_path, code):
    document = bundle(patient(), observation("size", 3), observation("other", 4, code=code))
    (tmp_path / "a.json").write_text(json.dumps(document))
    (record,) = read_fhir(SOURCE, [column("size")], tmp_path)
    assert record.payload["size"] == 3


@pytest.mark.parametrize("given", ["Anna", ["Anna"], None, 7])
def test_a_name_of_another_shape_is_still_a_name(given):
    found = plain({"family": SECRET, "given": given}).value
    assert SECRET in found
    assert ("Anna" in found) == ("Anna" in str(given))
