"""Made-up people only."""

from primum.privacy.fhir.elements import action, element, rules


def test_every_rule_is_about_an_element_that_fhir_defines():
    unknown = [path for path in rules().elements if element(*path.rsplit(".", 1)) is None]
    assert unknown == []
    known = {
        "number",
        "code",
        "version",
        "scrub",
        "shift",
        "instant",
        "birth",
        "token",
        "link",
        "remove",
        "name",
        "organisation",
        "contact",
        "region",
        "postcode",
        "narrative",
        "blob",
        "query",
        "age",
        "numbers",
        "etag",
    }
    assert set(rules().elements.values()) | set(rules().types.values()) <= known


def test_an_element_is_found_where_it_is_defined():
    assert element("Patient.contact", "name").path == "Patient.contact.name"
    assert element("Observation.component", "referenceRange").path == "Observation.referenceRange"
    assert element("Age", "value").type == "decimal"
    assert action(element("HumanName", "family")) == "name"
    assert element("Patient", "shoe") is None
