import pytest

from primum.domain.record import Record
from primum.ids import SubjectId
from primum.privacy import canaries
from primum.privacy.rules.shapes import resident_id_is_valid
from synthetic import ward


def records():
    lab = {"mrn": "W1", "size": "3", "@known/name/0": "Real Person"}
    charts = {"full_name": "Real Person", "phone": "123", "note": "A mass."}
    return [
        Record(subject=SubjectId("P"), modality="table", source=source, payload=payload)
        for source, payload in (("lab", lab), ("charts", charts))
    ]


def test_made_up_people_differ_and_are_the_same_each_time():
    people = [canaries.canary(at) for at in range(60)]
    assert len({one.name for one in people}) == 60
    assert len({one.phone for one in people}) == 60
    assert len({one.national_id for one in people}) == 60
    assert people == [canaries.canary(at) for at in range(60)]
    assert all(resident_id_is_valid(one.national_id) for one in people)


def test_canaries_stand_in_identifier_columns_and_in_texts():
    planted, needles = canaries.plant(records(), ward.study(), 0)
    lab, charts = planted
    own = canaries.canary(0)
    assert lab.payload["mrn"] == own.record_number
    assert charts.payload["full_name"] == own.name
    assert own.name.split()[-1].upper() in charts.payload["note"]
    assert charts.payload["note"].startswith("A mass.")
    assert lab.payload["size"] == "3"
    assert "Real Person" not in str(planted)
    assert len(needles) > 10
    assert canaries.found(planted, needles) == len(needles), "the search finds all before protection"


@pytest.mark.parametrize("text", ["ASHVARROW", "07700 9 00000", "zq 870 000"])
def test_the_search_sees_through_capitals_and_separators(text):
    record = Record(subject=SubjectId("P"), modality="table", source="s", payload={"x": text})
    assert canaries.found([record], ["Ashvarrow", "7700 900000", "ZQ-870000"]) == 1


def test_nothing_planted_nothing_found():
    assert canaries.found(records(), []) == 0
