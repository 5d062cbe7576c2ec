"""Made-up people only."""

import pytest

from primum.privacy.fhir import dates
from synthetic.fhir_people import observation, only


@pytest.mark.parametrize(
    ("given", "days", "expected"),
    [
        ("2020-03-01", -1, "2020-02-29"),
        ("2020-03-01T10:11:12.5+02:00", 1, "2020-03-02T10:11:12.5+02:00"),
        ("2020-03", 20, "2020-04"),
        ("2020", 300, "2020"),
        ("2020-02-31", 1, None),
        ("9999-12-31", 1, None),
        ("soon", 1, None),
    ],
)
def test_dates_move_in_their_own_precision(given, days, expected):
    assert dates.shifted(given, days) == expected


def test_distances_between_dates_stay():
    period = {"start": "2019-12-30T08:00:00Z", "end": "2020-01-02T09:00:00Z"}
    safe = only({"resourceType": "Encounter", "status": "finished", "period": period})
    assert safe["period"] == {"start": "2019-12-20T08:00:00Z", "end": "2019-12-23T09:00:00Z"}


def test_dates_can_be_cut_to_the_year():
    safe = only(observation(issued="2020-03-01T10:00:00Z"), dates="year")
    assert safe["effectiveDateTime"] == "2020"
    assert safe["issued"] == "2020-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("born", "died", "birth", "expected"),
    [
        ("1950-07-09", None, "year", "1950"),
        ("1950-07-09", None, "shift", "1950-06-29"),
        ("1930-07-09", None, "year", "1936"),
        ("1930-07-09", None, "shift", "1936"),
        ("1930-07-09", "1980-01-01", "year", "1930"),
        ("1880-07-09", "1980-01-01", "year", "1890"),
        ("1950", None, "shift", "1950"),
    ],
)
def test_nobody_is_older_than_ninety(born, died, birth, expected):
    given = {"resourceType": "Patient", "birthDate": born} | ({"deceasedDateTime": died} if died else {})
    assert only(given, birth=birth)["birthDate"] == expected


def test_ages_above_eighty_nine_become_ninety():
    age = {"value": 94, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}
    safe = only(
        {"resourceType": "Condition", "onsetAge": age, "abatementRange": {"low": {**age}, "high": {**age, "value": 89}}}
    )
    assert safe["onsetAge"]["value"] == 90
    assert [safe["abatementRange"][one]["value"] for one in ("low", "high")] == [90, 89]
    months = only({"resourceType": "Condition", "onsetAge": {"value": 94, "code": "mo"}})
    assert months["onsetAge"]["value"] == 94


def test_an_observed_age_is_capped_and_other_numbers_are_not():
    coding = {"coding": [{"system": "http://loinc.org", "code": "30525-0"}]}
    value = {"value": 97, "unit": "a", "code": "a"}
    assert only(observation(code=coding, valueQuantity=value))["valueQuantity"]["value"] == 90
    assert only(observation(valueQuantity=value))["valueQuantity"]["value"] == 97
    part = only(observation(component=[{"code": coding, "valueQuantity": value}]))["component"][0]
    assert part["valueQuantity"]["value"] == 90
