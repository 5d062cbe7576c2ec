"""Made-up people only."""

import re

import pytest

from primum.privacy.columns import roles
from primum.privacy.person import Person
from primum.privacy.rows import Options, Tally, clean_rows
from synthetic.people_tables import MORE, table

OPTIONS = Options(year=2026)


def somebody(name):
    digits = {"900": 40}.get(name, 10)
    return Person(
        days=digits, scrub=lambda one: re.sub(r"\d{3}-\d{3}-\d{4}|\S+@\S+", "[X]", one), name=f"s{name}" if name else ""
    )


def cleaned(header, rows, found=None):
    tally = Tally()
    return list(clean_rows(rows, found or roles(header, rows), somebody, OPTIONS, tally)), tally


def test_rows_lose_what_identifies_and_keep_what_was_measured():
    rows = table()
    new, tally = cleaned(MORE["en"], rows)
    text = "\n".join("\t".join(one) for one in new)
    for piece in ("Mary", "617-555", "@mail", "Maple", "Wakefield", "1880"):
        assert piece not in text, piece
    assert [one[11] for one in new] == [one[11] for one in rows]
    assert [one[8] for one in new] == [one[8] for one in rows]
    assert new[1][12] == rows[1][12]
    assert new[0][12] == "call [X] tomorrow please"
    assert new[0][0] == f"s{rows[0][0]}"
    assert new[0][10] == "2021-02-11"
    assert {one[7] for one in new} == {"018"}
    assert tally.rows == 120
    assert tally.actions[3, "surrogate"] == 120
    assert (11, "keep") not in tally.actions


def test_dates_of_a_subject_move_together_in_their_own_writing():
    header = ["patient_id", "admission date", "discharge date", "hora"]
    rows = [[str(900 + at), "02/13/2021", "03/01/2021", "2021-02-13 10:00:00"] for at in range(9)]
    new, _ = cleaned(header, rows)
    assert new[0] == ["s900", "03/25/2021", "04/10/2021", "2021-03-25 10:00:00"]
    assert new[1][1:3] == ["02/23/2021", "03/11/2021"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1950-05-06", "1950"),
        ("06/05/1950", "1950"),
        ("1920-05-06", "1936"),
        ("1950", "1950"),
        ("1920", "1936"),
        ("unknown", "[DATE]"),
        ("", ""),
    ],
)
def test_days_of_birth_become_years_of_nobody_over_ninety(cell, expected):
    (row,), _ = cleaned(["dob"], [[cell]], roles(["dob"], [["1950-05-06"]] * 5))
    assert row == [expected]


def test_days_of_birth_can_move_like_other_dates():
    found = roles(["dob"], [["1950-05-06"]])
    rows = list(
        clean_rows([["1950-05-06"], ["1920-05-06"]], found, somebody, Options(year=2026, birth="shift"), Tally())
    )
    assert rows == [["1950-05-16"], ["1936"]]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("89", "89"), ("90", "90"), ("103", "90"), ("94.5", "90"), ("92 years", "[AGE]"), ("12 years", "12 years")],
)
def test_ages_stop_at_ninety(cell, expected):
    (row,), _ = cleaned(["age"], [[cell]], roles(["age"], [["50"]] * 5))
    assert row == [expected]


def test_cells_that_a_category_never_had_are_scrubbed():
    found = roles(["stage"], [["open"], ["closed"]] * 20)
    assert found[0].kind == "category"
    new, tally = cleaned(["stage"], [["open"], ["call 617-555-0123"], ["12"]], found)
    assert [one[0] for one in new] == ["open", "call [X]", "12"]
    assert tally.actions == {(0, "keep"): 1}


def test_a_telephone_number_in_a_column_of_measurements_goes():
    found = roles(["glucose"], [["5.5"], ["6.1"]] * 20)
    new, _ = cleaned(["glucose"], [["7.2"], ["617-555-0123"], ["high, ask a@mail.example"]], found)
    assert [one[0] for one in new] == ["7.2", "[X]", "high, ask [X]"]


def test_rows_of_other_lengths_are_cleaned_too():
    new, _ = cleaned(["glucose"], [["7.2", "a@mail.example"], [], ["7.3"]], roles(["glucose"], [["7.2"]]))
    assert new == [["7.2", "[X]"], [], ["7.3"]]


def test_formulas_are_kept_and_counted():
    rows = [["=1+1"], ["-5"], ["@x"], ["plain"]]
    new, tally = cleaned(["note"], rows)
    assert new == rows
    assert tally.formulas == 2


def test_without_a_subject_everybody_is_nobody():
    asked = []
    found = roles(["glucose"], [["7.2"]])
    list(clean_rows([["7.2"], ["7.3"]], found, lambda name: asked.append(name) or somebody(name), OPTIONS, Tally()))
    assert asked == [""]


def test_rows_are_cleaned_one_by_one():
    def endless():
        while True:
            yield ["7.2"]

    assert next(clean_rows(endless(), roles(["glucose"], [["7.2"]]), somebody, OPTIONS, Tally())) == ["7.2"]


def test_positions_and_pictures_go():
    found = roles(["latitude", "photo"], [["42.5", "a.png"]] * 5)
    new, _ = cleaned(["latitude", "photo"], [["42.5", "a.png"]], found)
    assert new == [["", ""]]
