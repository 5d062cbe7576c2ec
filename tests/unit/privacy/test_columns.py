"""Made-up people only."""

import re

import pytest

from primum.privacy.columns import ACTIONS, named, roles
from synthetic.people_tables import KINDS, MORE, table


def kinds(header, rows):
    return [one.kind for one in roles(header, rows)]


@pytest.mark.parametrize("language", list(MORE))
def test_columns_are_known_by_their_headers_in_three_languages(language):
    assert kinds(MORE[language], table()) == KINDS


def test_columns_without_headers_are_known_by_their_cells():
    found = kinds([f"c{at}" for at in range(13)], table())
    assert found == [
        "id",
        "name",
        "date",
        "phone",
        "email",
        "street",
        "category",
        "id",
        "category",
        "measurement",
        "date",
        "measurement",
        "text",
    ]


def test_wrong_headers_do_not_let_identifiers_through():
    header = MORE["en"][3:] + MORE["en"][:3]
    kept = {one.name for one in roles(header, table()) if one.action == "keep"}
    places = {header.index(one) for one in kept}
    assert places <= {6, 8, 9, 11}, "city of one value, sex, age and weight"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("patient_id", "subject"),
        ("patientNbr", "subject"),
        ("PatientName", "name"),
        ("drug name", "kept"),
        ("Date of Birth", "birth"),
        ("admission_type_id", "some_id"),
        ("ssn", "id"),
        ("身份证号码", "id"),
        ("检验项目名称", "kept"),
        ("Médico", "name"),
        ("hours-per-week", ""),
        ("emergency contact phone", "phone"),
        ("glucose", ""),
        ("time_in_hospital", "kept"),
        ("IP", "url"),
        ("纬度", "position"),
        ("", ""),
    ],
)
def test_headers_are_read_word_by_word(header, kind):
    assert named(header) == kind


def test_flags_under_identifying_headers_stay():
    assert kinds(["phone", "contact"], [["1", "yes"], ["0", "no"]] * 40) == ["phone", "category"]


def test_codes_of_few_values_are_no_identifiers_though_they_are_called_so():
    assert kinds(["admission_type_id", "stay_id"], [[str(at % 7), str(at)] for at in range(200)]) == [
        "measurement",
        "subject",
    ]


def test_names_in_numbers_are_not_believed():
    assert kinds(["patient", "city"], [[str(at), str(at % 5)] for at in range(100)]) == ["measurement", "measurement"]


def test_one_column_names_the_subject():
    found = roles(["patient_id", "mrn"], [[str(at), str(at)] for at in range(50)])
    assert [one.action for one in found] == ["subject", "token"]
    assert "subject" not in kinds(["fnlwgt"], [[str(77516 + at * 13)] for at in range(50)])


def test_every_column_is_explained_in_two_languages():
    for one in roles([*MORE["en"], "x"], [[*row, ""] for row in table()]):
        assert one.why
        assert re.search(r"[\u4e00-\u9fff]", one.why_zh)
        assert one.action == ACTIONS[one.kind]
        assert "555" not in repr(one)


def test_columns_of_nothing_are_treated_as_text():
    assert kinds(["x", "ssn"], [["", ""], [""]]) == ["text", "id"]
    assert kinds(["x"], []) == ["text"]
    assert roles([], [[]]) == []


def test_quasi_identifiers_are_marked():
    found = {one.name for one in roles(MORE["en"], table()) if one.is_quasi}
    assert found == {"dob", "City", "ZIP", "Sex", "Age"}


def test_many_words_that_nothing_explains_do_not_pass():
    words = [
        [f"{one}{other}"]
        for one in ("Ald", "Bur", "Cam", "Dun", "Els", "Far", "Gil")
        for other in ("bury", "ham", "ton", "wick", "ford", "ley", "by")
    ]
    (found,) = roles(["c1"], words)
    assert (found.kind, found.action) == ("unknown", "token")
    (named_,) = roles(["gene"], words)
    assert (named_.kind, named_.action) == ("category", "keep")


def test_names_of_people_under_the_header_of_a_disease_are_seen():
    people = [
        [f"{one} {other}"] for one in ("Mary", "James", "Linda", "Robert") for other in ("Johnson", "Smith", "Brown")
    ]
    assert kinds(["diagnosis"], people) == ["name"]
