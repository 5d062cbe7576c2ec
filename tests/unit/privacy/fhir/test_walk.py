"""Made-up people only."""

import base64
import json
import re

import pytest

from synthetic.fhir_people import bundle, cleaned, observation, only


def test_attached_text_is_scrubbed_and_other_data_taken_out_with_a_note():
    def attached(kind, data):
        one = {
            "contentType": kind,
            "data": base64.b64encode(data).decode(),
            "hash": "aGFzaA==",
            "size": 9,
            "title": "Letter to z@q.example",
            "creation": "2020-03-01",
        }
        return only({"resourceType": "DocumentReference", "content": [{"attachment": one}]})["content"][0]["attachment"]

    safe = attached("text/plain; charset=utf-8", "Zebediah has 糖尿病".encode())
    assert base64.b64decode(safe["data"]).decode() == "[X] has 糖尿病"
    assert safe["title"] == "Letter to [X]"
    assert safe["creation"] == "2020-02-20"
    assert not {"hash", "size"} & safe.keys()
    picture = attached("application/pdf", b"%PDF Zebediah")
    assert "data" not in picture
    assert picture["_data"]["extension"][0]["valueCode"] == "masked"
    page = attached("text/html", b"<div>Zebediah <b>is</b> well</div>")
    assert b"[X] <b>is</b> well" in base64.b64decode(page["data"])
    assert "data" not in attached("text/plain", b"\xff\xfe\x00")
    assert "data" not in attached("text/plain; charset=nonsense", b"x")


def test_other_attachments_can_be_cleaned_by_whoever_knows_their_form():
    given = {"resourceType": "Binary", "contentType": "application/pdf", "data": base64.b64encode(b"secret").decode()}
    safe = only(given, attached=lambda kind, data: data.replace(b"secret", kind.encode()))
    assert base64.b64decode(safe["data"]) == b"application/pdf"
    assert "data" not in only({**given, "data": "no base64!"}, attached=lambda _, data: data)


@pytest.mark.parametrize(
    "node",
    [
        {"url": "http://quartermain.example/x", "valueString": "Zebediah"},
        {"url": "ssn", "valueString": "Zebediah"},
        {"valueString": "Zebediah"},
        "no structure",
    ],
)
def test_free_extensions_go(node):
    assert "extension" not in only({"resourceType": "Patient", "extension": [node]})


def test_modifiers_stay_cleaned_for_they_turn_the_meaning():
    given = {"url": "http://quartermain.example/x", "valueString": "not Zebediah"}
    safe = only({"resourceType": "Patient", "modifierExtension": [given]})["modifierExtension"]
    assert safe[0]["valueString"] == "not [X]"
    assert safe[0]["url"].endswith(".invalid")


def test_extensions_of_standards_are_treated_by_type():
    url = "http://hl7.org/fhir/StructureDefinition/something"
    given = [
        {"url": url, "valueDate": "2020-03-01"},
        {"url": url, "valueAddress": {"city": "Wakefield", "state": "MA"}},
    ]
    safe = only({"resourceType": "Patient", "extension": given})["extension"]
    assert [safe[0]["valueDate"], safe[1]["valueAddress"]] == ["2020-02-20", {"state": "MA"}]


def test_elements_that_nobody_defines_are_treated_by_content_and_shape():
    given = {
        "resourceType": "Patient",
        "comment": "mail z@q.example",
        "when": "2020-03-01",
        "where": "https://q.example/zeb",
        "count": 7,
        "blob": "A" * 400,
        "nick": {"family": "Quartermain"},
        "own id 617": "x",
        "ident": {"system": "http://q.example", "value": "778899"},
        "deep": {"more": [{"text": "Zebediah"}]},
    }
    safe = only(given)
    assert safe["comment"] == "mail [X]"
    assert safe["when"] == "2020-02-20"
    assert safe["count"] == 7
    assert safe["nick"] == {"family": "[NAME]"}
    assert safe["deep"] == {"more": [{"text": "[X]"}]}
    assert not {"blob", "own id 617"} & safe.keys()
    assert not {"778899", "zeb", "617"} & set(re.findall(r"\w+", json.dumps(safe)))


def test_values_that_do_not_fit_their_type_are_treated_by_content():
    safe = only(observation(valueInteger="617-555-0123", status="call z@q.example", effectiveDateTime="Zebediah's day"))
    assert safe["valueInteger"] == "[X]"
    assert safe["status"] == "call [X]"
    assert safe["effectiveDateTime"].startswith("[X]")
    named = only({"resourceType": "Patient", "name": "Zebediah", "birthDate": 1950, "gender": None, "telecom": []})
    assert "Zebediah" not in json.dumps(named)
    assert not {"gender", "telecom"} & named.keys()


def test_organisations_places_devices_and_logs_lose_what_identifies():
    given = [
        {"resourceType": "Organization", "id": "1", "name": "Quartermain Clinic", "alias": ["QC"]},
        {
            "resourceType": "Location",
            "id": "2",
            "name": "Ward Quartermain",
            "position": {"longitude": 1.5, "latitude": 2.5},
        },
        {"resourceType": "Device", "id": "3", "serialNumber": "SN778899", "udiCarrier": [{"carrierHRF": "(01)778899"}]},
        {
            "resourceType": "AuditEvent",
            "id": "4",
            "agent": [
                {"altId": "zebediah", "name": "Quartermain", "requestor": True, "network": {"address": "10.1.2.3"}}
            ],
            "entity": [{"what": {"reference": "Patient/778899"}}],
        },
        {
            "resourceType": "Coverage",
            "id": "5",
            "subscriberId": "778899",
            "class": [{"value": "778899", "name": "Quartermain"}],
        },
        {"resourceType": "ImagingStudy", "id": "6", "series": [{"uid": "1.2.840.778899.1.2"}]},
        {"resourceType": "Observation", "valueSampledData": {"data": "1 2.5 E -3", "origin": {"value": 0}}},
    ]
    safe = cleaned(bundle(*given))
    words = re.findall(r"[\w.]+", json.dumps(safe))
    assert not any("778899" in one or "uartermain" in one or "zebediah" in one or one == "10.1.2.3" for one in words)
    assert "position" not in safe["entry"][1]["resource"]
    assert safe["entry"][6]["resource"]["valueSampledData"]["data"] == "1 2.5 E -3"
    assert safe["entry"][5]["resource"]["series"][0]["uid"].startswith("2.25.")


def test_the_fifth_version_is_known_where_it_differs():
    safe = only({"resourceType": "Coverage", "subscriberId": [{"system": "http://q.example", "value": "778899"}]})
    assert "778899" not in json.dumps(safe)
    reason = {"reason": [{"use": [{"text": "z@q.example"}], "value": [{"concept": {"text": "see z@q.example"}}]}]}
    safe = only({"resourceType": "Encounter", **reason})
    assert "z@q" not in json.dumps(safe)


def test_what_stands_beside_a_simple_value_goes_with_it():
    given = {
        "resourceType": "Patient",
        "name": [
            {
                "given": ["Zebediah", None],
                "_given": [
                    None,
                    {
                        "extension": [
                            {
                                "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
                                "valueCode": "unknown",
                            }
                        ]
                    },
                ],
            }
        ],
        "_gender": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/x", "valueString": "Zebediah"}]},
        "address": [
            {"city": "W", "_city": {"extension": [{"url": "http://hl7.org/x", "valueString": "W"}]}, "state": "MA"}
        ],
    }
    safe = only(given)
    assert safe["name"][0] == {"given": ["[NAME]", None], "_given": given["name"][0]["_given"]}
    assert safe["_gender"]["extension"][0]["valueString"] == "[X]"
    assert safe["address"] == [{"state": "MA"}]
