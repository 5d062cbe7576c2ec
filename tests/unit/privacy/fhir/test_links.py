"""Made-up people only."""

import re

import pytest

from primum.privacy.dicom.uids import Uids
from primum.privacy.fhir.links import Links
from synthetic.fhir_people import KEY, UUID


@pytest.mark.parametrize(
    ("given", "shape"),
    [
        ("Patient/123", r"Patient/[0-9a-f]{32}"),
        ("Patient/123/_history/2", r"Patient/[0-9a-f]{32}/_history/2"),
        (f"urn:uuid:{UUID}", r"urn:uuid:[0-9a-f-]{36}"),
        ("urn:oid:1.2.840.113619.2.5", r"urn:oid:2\.25\.\d+"),
        ("https://q.example/r4/Patient/123", r"https://[0-9a-f]{16}\.invalid/Patient/[0-9a-f]{32}"),
        (
            "https://q.example/r4/Patient/123/_history/7#x",
            r"https://[0-9a-f]{16}\.invalid/Patient/[0-9a-f]{32}/_history/7#[0-9a-f]{32}",
        ),
        ("https://q.example/about/zebediah", r"https://[0-9a-f]{16}\.invalid"),
        ("#inner", r"#[0-9a-f]{32}"),
        ("Patient?name=Zeb&_count=10", r"Patient\?name=[0-9a-f]{32}&_count=10"),
        (
            "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|999",
            r"Practitioner\?identifier=http://hl7.org/fhir/sid/us-npi\|[0-9a-f]{32}",
        ),
        ("mailto:z@q.example", r"https://[0-9a-f]{16}\.invalid"),
        ("http://hl7.org/fhir/Patient/123", r"http://hl7.org/fhir/Patient/[0-9a-f]{32}"),
        ("http://user@hl7.org/zebediah", r"https://[0-9a-f]{16}\.invalid"),
        ("http://[broken/zebediah", r"https://[0-9a-f]{16}\.invalid"),
        ("http://hl7.org.q.example/x", r"https://[0-9a-f]{16}\.invalid"),
    ],
)
def test_links_lose_who_they_lead_to(given, shape):
    links = Links(KEY)
    assert re.fullmatch(shape, links.link(given)), links.link(given)
    assert links.link(given) == Links(KEY).link(given)


@pytest.mark.parametrize(
    "given",
    [
        "http://loinc.org",
        "http://hl7.org/fhir/ValueSet/x|4.0.1",
        "http://hl7.org/fhir/StructureDefinition/vitalsigns",
        "urn:oid:2.16.840.1.113883.6.238",
        "urn:ietf:bcp:47",
        "Patient",
        "#",
    ],
)
def test_links_to_standards_stay(given):
    assert Links(KEY).link(given) == given


def test_an_id_has_one_token_wherever_it_stands():
    links = Links(KEY)
    token = links.token("123")
    assert links.link("Patient/123") == f"Patient/{token}"
    assert links.link("https://q.example/Patient/123").endswith(f"/{token}")
    assert links.link("Patient?identifier=123") == f"Patient?identifier={token}"
    assert links.token(UUID) == links.link(f"urn:uuid:{UUID.upper()}").removeprefix("urn:uuid:")
    assert len(token) <= 64
    with pytest.raises(ValueError, match="16 bytes"):
        Links(b"short")


def test_an_imaging_study_is_named_as_its_images_are():
    uid = "1.2.840.113619.2.5.1762583153"
    new = Uids(KEY).new(uid)
    assert Links(KEY).token(uid) == new
    assert Links(KEY).token(f"urn:oid:{uid}") == f"urn:oid:{new}"
    assert new != uid
