"""Similar past cases, against distances worked out by hand."""

import json
import math

import pytest

from primum.clinic.similar import nearest, shown
from primum.domain.record import Record
from primum.ids import SubjectId
from synthetic.clinic_room import MadeUpModality, record, study


def past(*values: tuple[float | None, float | None, str, int]) -> list[tuple[SubjectId, bytes]]:
    rows = []
    for at, (radius, texture, side, outcome) in enumerate(values):
        one = Record(
            subject=SubjectId(f"P{at}"),
            modality="made-up",
            source="cells",
            payload={"radius": radius, "texture": texture, "side": side},
        )
        rows.append((one.subject, json.dumps({"record": one.as_document(), "outcome": outcome}).encode()))
    return rows


def case(radius: float | None = 10.0) -> Record:
    return record("x", radius)


def test_the_nearest_come_first_with_outcome_and_distance() -> None:
    rows = past((14.0, 3.0, "left", 1), (10.0, 3.0, "left", 0), (12.0, 3.0, "left", 1), (20.0, 3.0, "left", 1))
    found = nearest(case(), rows, study(), MadeUpModality())
    assert [one.subject for one in found] == ["P1", "P2", "P0"]
    assert [one.outcome for one in found] == ["benign", "malignant", "malignant"]
    deviation = math.sqrt(14.0)  # of 14, 10, 12, 20 about 14
    assert [one.distance for one in found] == [0.0, *(round(d / deviation / math.sqrt(3), 3) for d in (2.0, 4.0))]


def test_the_greatest_differences_are_named_with_both_values() -> None:
    rows = past((14.0, 3.0, "right", 1), (10.0, 5.0, "left", 0))
    found = {one.subject: one for one in nearest(case(), rows, study(), MadeUpModality())}
    assert [(one.column, one.there, one.here) for one in found[SubjectId("P0")].differences] == [
        ("radius", "14 um", "10 um"),
        ("side", "right", "left"),
    ]
    assert [(one.column, one.deviations) for one in found[SubjectId("P1")].differences] == [("texture", 2.0)]


def test_what_is_missing_on_either_side_is_left_out() -> None:
    rows = past((None, 3.0, "left", 1), (10.0, None, "left", 0), (11.0, 4.0, "left", 0))
    found = nearest(case(), rows, study(), MadeUpModality())
    assert [one.subject for one in found] == ["P0", "P1", "P2"]
    assert [one.distance for one in found[:2]] == [0.0, 0.0]
    assert nearest(case(None), rows, study(), MadeUpModality())[0].distance == 0.0


def test_a_past_case_that_shares_nothing_is_not_similar() -> None:
    rows = past((None, None, "left", 1))
    blank = Record(subject=SubjectId("P"), modality="made-up", source="cells", payload={"radius": 1.0})
    assert nearest(blank, rows, study(), MadeUpModality()) == ()
    assert nearest(case(), [], study(), MadeUpModality()) == ()


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [(17.99000001, "radius", "17.99 um"), (3.0, "radius", "3 um"), (3.0, "texture", "3"), (1.0, "side", "right")],
)
def test_a_value_is_shown_with_its_unit_or_as_its_category(value: float, column: str, text: str) -> None:
    assert shown(value, study().column(column)) == text
