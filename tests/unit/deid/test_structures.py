"""JSON without identifiers: FHIR by its elements, anything else by keys and content."""

import json

import pytest

from primum.deid import structures
from primum.deid.nouns import RefusedError
from synthetic import deid_folder
from synthetic.deid_jobs import Done, desk, written


def test_fhir_introduces_its_patient_by_record_number_before_id(tmp_path):
    one = written(tmp_path / "x", json.dumps(deid_folder.bundle()).encode())
    found = list(structures.introduce(one))
    assert found[0].names[0] == deid_folder.MRN
    assert "p9" in found[0].names
    assert ("name", deid_folder.NAME) in found[0].known


def test_fhir_is_cleaned_and_stays_fhir(tmp_path):
    done = Done(written(tmp_path / "x", json.dumps(deid_folder.bundle()).encode()))
    document = json.loads(done.text)
    assert not any(one in done.text for one in deid_folder.NEEDLES)
    patient, observation = (one["resource"] for one in document["entry"])
    assert observation["subject"]["reference"] == f"Patient/{patient['id']}"
    assert observation["code"]["text"] == "Blood pressure"
    assert done.outcome.form == "fhir"
    assert not done.found.left.certain


def test_names_in_fhir_and_in_its_free_text_are_one_surrogate(tmp_path):
    document = json.loads(Done(written(tmp_path / "x", json.dumps(deid_folder.bundle()).encode())).text)
    name = document["entry"][0]["resource"]["name"][0]
    assert f"{name['given'][0]} {name['family']}" in document["entry"][1]["resource"]["valueString"]


def test_marks_name_elements_and_never_values(tmp_path):
    done = Done(written(tmp_path / "x", json.dumps(deid_folder.bundle()).encode()))
    listed = json.dumps(done.outcome.marks)
    assert any(one["element"].startswith("HumanName") for one in done.outcome.marks)
    assert not any(one in listed for one in deid_folder.NEEDLES)


def test_counts_are_kinds(tmp_path):
    counts = Done(written(tmp_path / "x", json.dumps(deid_folder.bundle()).encode())).outcome.counts
    assert counts["date"] == 2
    assert counts["name"] >= 2
    assert counts["phone"] >= 1
    assert not counts.keys() & {"shift", "birth", "token", "link"}


def test_lines_are_cleaned_one_by_one(tmp_path):
    entries = [one["resource"] for one in deid_folder.bundle()["entry"]]
    done = Done(written(tmp_path / "x", "".join(json.dumps(one) + "\n" for one in entries).encode()))
    lines = done.text.splitlines()
    assert [json.loads(line)["resourceType"] for line in lines] == ["Patient", "Observation"]
    assert not any(one in done.text for one in deid_folder.NEEDLES)


def test_other_json_is_scrubbed_beside_its_keys(tmp_path):
    document = {
        "patientName": "Thaddeus Lindqvist",
        "mrn": 77712345,
        "contact": {"mail": ["t@example.org"]},
        "hb": 12.50,
        "ok": True,
    }
    done = Done(written(tmp_path / "x", json.dumps(document).encode()), desk())
    found = json.loads(done.text)
    assert found["hb"] == 12.5
    assert found["ok"] is True
    assert "Lindqvist" not in done.text
    assert "77712345" not in done.text
    assert "t@example.org" not in done.text
    assert {one["element"] for one in done.outcome.marks} >= {".patientName", ".mrn", ".contact.mail[]"}


def test_places_on_the_map_are_taken_out(tmp_path):
    done = Done(written(tmp_path / "x", b'{"home": {"lat": 52.5163, "lng": [13.3777]}, "hb": 12.5163}'), desk())
    assert json.loads(done.text) == {"home": {"lat": None, "lng": [None]}, "hb": 12.5163}
    assert done.outcome.counts == {"place": 2}


def test_keys_that_identify_are_replaced(tmp_path):
    done = Done(written(tmp_path / "x", b'{"ann@example.org": {"hb": 1}, "hb_value": 2}'), desk())
    assert "ann@example.org" not in done.text
    assert "hb_value" in done.text


def test_numbers_keep_every_digit(tmp_path):
    done = Done(written(tmp_path / "x", b'{"a": 1.10, "b": 3E-5, "c": 0.1000000000000000055, "d": [-0.0]}'), desk())
    assert done.text.strip() == '{"a": 1.10, "b": 0.00003, "c": 0.1000000000000000055, "d": [-0.0]}'


@pytest.mark.parametrize("data", [b'{"a": ' * 250 + b"1" + b"}" * 250, b'{"a": NaN}'])
def test_what_is_no_sound_json_is_refused(tmp_path, data):
    with pytest.raises(RefusedError):
        Done(written(tmp_path / "x", data), desk())


def test_what_is_left_is_found(tmp_path):
    one = written(tmp_path / "x", json.dumps(deid_folder.bundle()).encode())
    done = Done(one)
    document = json.loads(done.text)
    document["entry"][1]["resource"]["note"] = [{"text": f"Thaddeus Lindqvist, {deid_folder.MRN}"}]
    assert done.scanned(json.dumps(document).encode()).left.certain.keys() >= {"name", "record_number"}


def test_addresses_of_code_systems_are_no_web_addresses_of_people(tmp_path):
    document = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "1-8"}]},
    }
    done = Done(written(tmp_path / "x", json.dumps(document).encode()))
    assert "http://loinc.org" in done.text
    assert not done.found.left.certain
