"""Made-up people only."""

import copy
import json
import xml.dom.minidom

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from primum.privacy.fhir.files import written
from primum.privacy.fhir.links import Links
from primum.privacy.fhir.narrative import clean
from synthetic.fhir_people import PATIENT, cleaned, observation

TEXTS = st.text(max_size=20) | st.sampled_from(
    ["2020-01-01", "http://hl7.org/x", "urn:oid:1.2", "Patient/1", "#x", "a@b.example", "[", "%"]
)
NUMBERS = st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.none() | st.booleans() | NUMBERS | TEXTS
KEYS = st.text(max_size=8) | st.sampled_from(
    [
        "name",
        "family",
        "given",
        "text",
        "div",
        "extension",
        "url",
        "valueString",
        "reference",
        "display",
        "resourceType",
        "contained",
        "meta",
        "tag",
        "security",
        "identifier",
        "value",
        "system",
        "_given",
        "birthDate",
        "onsetAge",
        "code",
        "coding",
        "id",
        "data",
        "entry",
    ]
)
JSON = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["Patient", "Observation", "Bundle", "Condition", "Nothing"]),
    st.dictionaries(KEYS, JSON, max_size=6),
)
def test_whatever_a_resource_holds_it_is_cleaned_into_json_and_again_into_the_same_shape(kind, content):
    document = {**content, "resourceType": kind}
    before = copy.deepcopy(document)
    safe = cleaned(document)
    assert document == before
    assert json.loads(written(safe)) == json.loads(json.dumps(safe))
    assert safe["resourceType"] == kind
    assert [one["code"] for one in safe["meta"]["security"] if isinstance(one, dict)][-1] == "PSEUDED"
    cleaned(safe)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(PATIENT)), JSON)
def test_a_broken_element_hides_nothing_of_the_others(key, value):
    if key == "resourceType":
        return
    text = json.dumps(cleaned({**PATIENT, key: value}))
    for piece in ("Zebediah", "Quartermain", "778899", "617-555"):
        assert piece not in text


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="<>/ab &;\"'=div!-[]?xp\n", max_size=80))
def test_any_narrative_ends_well_formed(div):
    safe = clean(div, lambda one: one, Links(b"0123456789abcdef"))
    xml.dom.minidom.parseString(safe)  # noqa: S318 - our own text


@given(st.text(max_size=40), st.text(max_size=40))
def test_tokens_are_one_to_one_and_tell_nothing(one, other):
    links = Links(b"0123456789abcdef")
    assert links.token(one) == links.token(one)
    if one.lower() != other.lower():
        assert links.token(one) != links.token(other)
    if len(one) > 3:
        assert one not in links.token(one) or one.lower().startswith("urn:")


def test_cleaning_twice_changes_no_code_and_no_number():
    once = cleaned(observation())
    twice = cleaned(once)
    assert twice["code"] == once["code"]
    assert twice["valueQuantity"] == once["valueQuantity"]
