"""Made-up people only."""

from primum.privacy.fhir.charts import introduced
from synthetic.fhir_people import PATIENT, UUID, bundle, cleaned, observation, somebody


def test_what_is_known_of_staff_and_patients_is_told_apart():
    doctor = {"resourceType": "Practitioner", "id": "d9", "name": [{"family": "Ferncastle", "given": ["A."]}]}
    relative = {
        "resourceType": "RelatedPerson",
        "id": "r",
        "patient": {"reference": "Patient/p1"},
        "name": [{"text": "Ann Lowe"}],
    }
    found = list(introduced(bundle(PATIENT, {**PATIENT, "id": "p2"}, doctor, relative)))
    assert [name for name, _ in found] == ["p1", "p2", "", "p1"]
    pairs = found[0][1].pairs
    assert ("name", "Zebediah Quartermain") in pairs
    assert ("phone", "617-555-0199") in pairs
    assert ("phone", "617-555-0100") in pairs
    assert ("email", "z@q.example") in pairs
    assert ("address", "1 Quartermain Way") in pairs
    assert ("other", "MRN-778899") in pairs
    assert found[2][1].pairs == (("name", "A. Ferncastle"),)


def test_each_patient_of_a_bundle_has_days_of_its_own():
    first, second = {**PATIENT, "id": "a"}, {**PATIENT, "id": "b"}
    seen = [observation(id=one, subject={"reference": f"Patient/{one}"}) for one in "ab"]
    entry = {
        "resourceType": "Provenance",
        "id": "v",
        "recorded": "2020-03-01T00:00:00Z",
        "target": [{"reference": "Observation/a"}, {"reference": "https://q.example/fhir/Patient/b"}],
        "agent": [{"who": {"display": "Dr Quartermain"}}],
    }
    safe = cleaned(bundle(first, second, *seen, entry), who=lambda name: somebody({"a": 1, "b": 2}.get(name, 0)))
    days = [one["resource"].get("effectiveDateTime", "")[:10] for one in safe["entry"]]
    assert days[2:4] == ["2020-02-29", "2020-03-01"]
    assert safe["entry"][4]["resource"]["recorded"] == "2020-03-03T00:00:00Z"
    assert safe["entry"][4]["resource"]["agent"][0]["who"]["display"] == "[NAME]"


def test_references_by_the_addresses_of_a_bundle_find_their_patient():
    patient = {"resourceType": "Patient", "id": "a", "name": [{"family": "Quartermain"}]}
    other = {"resourceType": "Patient", "id": "b"}
    seen = observation(subject={"reference": f"urn:uuid:{UUID}", "display": "whoever"})
    given = bundle(patient, other, seen)
    given["entry"][0]["fullUrl"] = f"urn:uuid:{UUID}"
    asked = []
    safe = cleaned(given, who=lambda name: asked.append(name) or somebody())
    assert set(asked) == {"", "a", "b", UUID}
    assert safe["entry"][2]["resource"]["subject"]["display"] == "[NAME]"
