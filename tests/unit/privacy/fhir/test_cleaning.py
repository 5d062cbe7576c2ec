"""Made-up people only."""

import copy
import json
import re

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.patient import Patient

from primum.errors import DataError
from primum.privacy.fhir.cleaning import LABEL, Options, clean
from synthetic.fhir_people import KEY, PATIENT, bundle, cleaned, observation, only, somebody


def test_nothing_that_identifies_the_patient_is_left_and_what_was_valid_stays_valid():
    Patient.model_validate(PATIENT)
    safe = only(PATIENT)
    Patient.model_validate(safe)
    text = json.dumps(safe)
    for piece in (
        "Zebediah",
        "Quartermain",
        "quartermain",
        "zebediah",
        "778899",
        "555",
        "Wakefield",
        "Middlesex",
        "1880",
        "42.5",
        "07-09",
        "z@q",
        "Dr ",
        "03:04",
        "hello",
        '"p1"',
        "d9",
    ):
        assert piece not in text, piece
    assert "aGVsbG8" not in text


def test_what_may_stay_of_a_patient_stays():
    safe = only(PATIENT)
    assert safe["gender"] == "male"
    assert safe["birthDate"] == "1950"
    assert safe["deceasedDateTime"] == "2020-02-23T05:06:07+01:00"
    assert safe["address"] == [{"state": "MA", "postalCode": "018", "country": "US"}]
    assert safe["meta"]["profile"] == PATIENT["meta"]["profile"]
    assert safe["meta"]["versionId"] == "3"
    assert safe["meta"]["lastUpdated"] == "2020-04-21T10:00:00Z"
    assert safe["extension"][1] == PATIENT["extension"][2]
    assert [one["use"] for one in safe["telecom"] if "use" in one] == ["home"]
    assert safe["identifier"][0]["period"] == {"start": "2000-12-26"}
    assert "photo" not in safe


def test_the_label_says_pseudonymised_once_and_never_anonymised():
    given = copy.deepcopy(PATIENT)
    given["meta"]["security"].append({"system": LABEL["system"], "code": "ANONYED"})
    codes = [one["code"] for one in only(given)["meta"]["security"]]
    assert codes == ["R", "PSEUDED"]
    assert [one["code"] for one in only(only(given))["meta"]["security"]] == ["R", "PSEUDED"]


def test_resources_inside_others_carry_no_label_for_fhir_forbids_it():
    safe = only(
        observation(contained=[{"resourceType": "Patient", "id": "inner", "name": [{"family": "Quartermain"}]}])
    )
    assert "meta" not in safe["contained"][0]
    assert "Quartermain" not in json.dumps(safe)
    assert safe["meta"]["security"] == [LABEL]


def test_the_input_is_not_changed():
    before = copy.deepcopy(PATIENT)
    only(PATIENT)
    assert before == PATIENT


def test_codes_quantities_and_texts_of_medicine_stay():
    safe = only(observation())
    assert safe["code"] == observation()["code"]
    assert safe["valueQuantity"] == observation()["valueQuantity"]
    assert safe["effectiveDateTime"] == "2020-02-18T23:30:00+01:00"
    assert safe["note"] == [{"authorString": "[NAME]", "time": "2020-02-20", "text": "Call [X] tomorrow"}]
    assert safe["subject"]["display"] == "[NAME]"


def test_references_hold_within_and_across_documents():
    safe = cleaned(bundle(PATIENT, observation()))
    Bundle.model_validate(safe)
    patient, seen = (one["resource"] for one in safe["entry"])
    assert seen["subject"]["reference"] == f"Patient/{patient['id']}"
    assert safe["entry"][0]["fullUrl"].endswith(f"/Patient/{patient['id']}")
    assert ".invalid/" in safe["entry"][0]["fullUrl"]
    assert only(observation())["subject"]["reference"] == seen["subject"]["reference"]
    other = clean(observation(), b"another key, as long", lambda _: somebody(), Options(year=2026)).document
    assert other["subject"]["reference"] != seen["subject"]["reference"]


def test_transactions_keep_working_without_saying_whom_they_are_about():
    given = bundle(PATIENT, type="transaction")
    given["entry"][0]["request"] = {
        "method": "PUT",
        "url": "Patient/p1",
        "ifNoneExist": "identifier=http://q.example|778899",
        "ifMatch": 'W/"3"',
    }
    given["link"] = [{"relation": "self", "url": "https://q.example/fhir/Patient?name=Zebediah"}]
    safe = cleaned(given)
    request = safe["entry"][0]["request"]
    assert request["url"] == f"Patient/{safe['entry'][0]['resource']['id']}"
    assert request["ifMatch"] == 'W/"3"'
    assert not {"778899", "Zebediah"} & set(re.findall(r"\w+", json.dumps(safe)))


def test_surrogates_come_from_whoever_knows_the_person():
    seen = []
    one = somebody(surrogate=lambda kind, value: seen.append((kind, value)) or f"<{kind.value}>")
    safe = cleaned(PATIENT, who=lambda _: one)
    assert safe["name"][0]["text"] == "<NAME> <NAME> <NAME>"
    assert {one["value"] for one in safe["telecom"]} == {"<PHONE>", "<EMAIL>"}
    assert ("NAME", "Quartermain") in seen


def test_what_was_done_is_counted_without_values():
    done = clean(bundle(PATIENT, observation()), KEY, lambda _: somebody(), Options(year=2026)).actions
    assert done["HumanName.family name"] == 2
    assert done["Patient.photo remove"] == 1
    assert done["Patient.birthDate birth"] == 1
    assert "Zebediah" not in json.dumps(done)


@pytest.mark.parametrize("document", [{}, {"resourceType": 7}, {"type": "Patient"}])
def test_what_is_no_resource_is_refused(document):
    with pytest.raises(DataError, match="no FHIR resource"):
        cleaned(document)


def test_bottomless_nesting_is_refused():
    node = inner = {"resourceType": "Patient"}
    for _ in range(300):
        inner["x"] = {}
        inner = inner["x"]
    with pytest.raises(DataError, match="nested too deeply"):
        cleaned(node)
