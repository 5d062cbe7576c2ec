"""Made-up people in FHIR, and how they are cleaned in tests."""

import re

from primum.privacy.fhir.cleaning import Options, clean
from primum.privacy.person import Person

KEY = b"0123456789abcdef"
UUID = "63731047-b5a9-4b05-a14b-8cf6507efc98"
FOUND = re.compile(r"\S+@\S+|\d{3}-\d{3}-\d{4}|Quartermain|Zebediah")


def scrub(text):
    return FOUND.sub("[X]", text)


def somebody(days=-10, **more):
    return Person(days=days, scrub=scrub, **more)


def cleaned(document, who=None, **options):
    return clean(document, KEY, who or (lambda _: somebody()), Options(**{"year": 2026, **options})).document


def only(resource, **options):
    return cleaned(resource, **options)


PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "meta": {
        "versionId": "3",
        "lastUpdated": "2020-05-01T10:00:00Z",
        "source": "https://quartermain.example/feed",
        "profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"],
        "security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}],
        "tag": [{"system": "https://quartermain.example/users", "code": "zebediah"}],
    },
    "text": {
        "status": "generated",
        "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Zebediah <b>Quartermain</b></p><p>Diabetes</p></div>',
    },
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName", "valueString": "Quartermain"},
        {"url": "http://quartermain.example/free", "valueString": "Zebediah"},
        {
            "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
            "extension": [{"url": "text", "valueString": "White"}],
        },
    ],
    "identifier": [
        {
            "system": "http://quartermain.example/mrn",
            "value": "MRN-778899",
            "assigner": {"display": "Quartermain Hospital"},
            "period": {"start": "2001-01-05"},
        }
    ],
    "name": [
        {
            "use": "official",
            "text": "Dr Zebediah Quartermain",
            "family": "Quartermain",
            "given": ["Zebediah", "Q."],
            "prefix": ["Dr"],
        }
    ],
    "telecom": [
        {"system": "phone", "value": "617-555-0199", "use": "home"},
        {"system": "email", "value": "z@q.example"},
    ],
    "gender": "male",
    "birthDate": "1950-07-09",
    "_birthDate": {
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime",
                "valueDateTime": "1950-07-09T03:04:05Z",
            }
        ]
    },
    "deceasedDateTime": "2020-03-04T05:06:07+01:00",
    "address": [
        {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/geolocation",
                    "extension": [
                        {"url": "latitude", "valueDecimal": 42.5},
                        {"url": "longitude", "valueDecimal": -71.1},
                    ],
                }
            ],
            "line": ["1 Quartermain Way"],
            "city": "Wakefield",
            "district": "Middlesex",
            "state": "MA",
            "postalCode": "01880-1234",
            "country": "US",
        }
    ],
    "photo": [{"contentType": "image/png", "data": "aGVsbG8="}],
    "contact": [{"name": {"family": "Quartermain"}, "telecom": [{"system": "phone", "value": "617-555-0100"}]}],
    "generalPractitioner": [{"reference": "Practitioner/d9", "display": "Dr Quartermain"}],
}


def observation(**more):
    return {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {
            "coding": [{"system": "http://loinc.org", "code": "718-7", "display": "Hemoglobin [Mass/volume] in Blood"}],
            "text": "Haemoglobin",
        },
        "subject": {"reference": "Patient/p1", "display": "Zebediah Quartermain"},
        "effectiveDateTime": "2020-02-28T23:30:00+01:00",
        "valueQuantity": {"value": 13.5, "unit": "g/dL", "system": "http://unitsofmeasure.org", "code": "g/dL"},
        "note": [{"authorString": "Nurse Quartermain", "time": "2020-03-01", "text": "Call 617-555-0123 tomorrow"}],
        **more,
    }


def bundle(*resources, **more):
    entries = [
        {"fullUrl": f"https://quartermain.example/fhir/{one['resourceType']}/{one.get('id')}", "resource": one}
        for one in resources
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries, **more}
