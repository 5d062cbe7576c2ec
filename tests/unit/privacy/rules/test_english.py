"""Identifiers in English texts, each kind in its forms and beside what only looks like it. Nobody here is real."""

import time

import pytest

from primum.privacy.merging import SOFT, merge
from primum.privacy.rules import english, universal
from primum.privacy.spans import Kind


def covered(text: str, value: str) -> set[Kind]:
    """Return the kinds of the finds that together cover a value."""
    start = text.index(value)
    found = [one for one in english.find(text) if one.start < start + len(value) and one.end > start]
    places = {at for one in found for at in range(one.start, one.end)}
    is_whole = all(at in places for at in range(start, start + len(value)) if text[at].isalnum())
    return {one.kind for one in found} if is_whole else set()


def hard(text: str) -> list[str]:
    """Return what would be replaced under Safe Harbor."""
    return [
        text[one.start : one.end] for one in english.find(text) if one.kind not in SOFT and one.method != "rule:year"
    ]


DATES = [
    "March 4th",
    "4 Mar",
    "the 3rd of May",
    "Christmas Eve 2019",
    "Q3 2021",
    "summer of 2019",
    "March 2020",
    "Mar '20",
    "12-Mar-2020",
    "12MAR2020",
    "mar 4 2020",
    "May 5",
    "Tuesday, March 4, 2020 at 5:30 PM",
    "03/04/2021 14:30",
    "2021-03-04T10:00:00Z",
    "3.4.2021",
    "3/4/21",
    "3-4-21",
    "03/2021",
    "2021/03",
    "20210304",
    "March 4-6, 2020",
    "4-6 March 2020",
    "March fourth, 2020",
    "the fourth of July",
    "Sept. 5",
    "Jan 5th '21",
    "1990 March 5",
    "Friday the 13th",
    "Thu 12 Jan",
    "twenty-first of June 2020",
    "Thanksgiving",
    "New Year's Eve",
    "5 March 1999",
    "AUGUST 12, 2018",
    "2020-Mar-05",
    "third quarter of 2021",
    "Halloween 2018",
    "Jun/20/2019",
    "7.4.80",
]


@pytest.mark.parametrize("value", DATES)
def test_dates_are_found_as_people_write_them(value: str) -> None:
    assert Kind.DATE in covered(f"She was seen on {value}, and went home.", value)


@pytest.mark.parametrize(
    "text", ["on 3/4 he fell", "since 12/1", "Mon 3/4", "visit 03/04", "on the 5th.", "in March", "since August"]
)
def test_parts_of_dates_need_a_word_beside_them(text: str) -> None:
    assert hard(text)


@pytest.mark.parametrize(
    "text",
    [
        "pain 5/10",
        "strength 5/5",
        "BP 120/80",
        "1/2 tab",
        "score 7/10",
        "MMSE 24/30",
        "2/6 murmur",
        "grade 2 may be",
        "he may need it",
        "march in place",
        "decreased Marked separate",
        "10-20 mg",
        "3-4 days",
        "12.5 mg",
        "Mark the site",
        "on Monday",
        "yesterday, last week",
        "2000 mg",
        "1.2-3.4",
        "in 2 weeks",
        "8 am",
        "June said hello to nobody",
        "q4-6h",
        "over 1990 patients",
    ],
)
def test_what_looks_like_a_date_stays(text: str) -> None:
    assert not [one for one in english.find(text) if one.kind is Kind.DATE]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a 92-year-old man", "92-year-old"),
        ("he is 95, and", "95"),
        ("ninety-two years old", "ninety-two years old"),
        ("91 yrs old", "91 yrs old"),
        ("101 yo F", "101 yo"),
        ("aged 93", "93"),
        ("she turned 97.", "97"),
        ("a hundred and two years old", "hundred and two years old"),
        ("45 yo", "45"),
        ("age 44", "44"),
        ("45F with", "45"),
        ("Age: 7", "7"),
        ("30 y/o", "30"),
        ("12 years old", "12"),
    ],
)
def test_ages(text: str, value: str) -> None:
    assert covered(text, value) == {Kind.AGE}


@pytest.mark.parametrize(
    "text", ["pulse is 96", "sat 94%", "temp 98.6", "5 year survival", "for 12 weeks old news", "95 mg", "O2 sat of 93"]
)
def test_what_is_no_age(text: str) -> None:
    assert not [one for one in english.find(text) if one.kind is Kind.AGE]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "seen at St. Vincent's Medical Center of Northern Idaho today",
            "St. Vincent's Medical Center of Northern Idaho",
        ),
        ("Mercy Hospital in Boise", "Mercy Hospital"),
        ("the Oak Ridge Nursing Home", "Oak Ridge Nursing Home"),
        ("Kaiser Health System", "Kaiser Health System"),
        ("at Lakewood Family Practice.", "Lakewood Family Practice"),
        ("Tampa VA Medical Center", "Tampa VA Medical Center"),
        ("Royal Free London NHS Foundation Trust", "Royal Free London NHS Foundation Trust"),
        ("Springfield Children's Hospital", "Springfield Children's Hospital"),
    ],
)
def test_hospitals_are_found_whole(text: str, value: str) -> None:
    assert Kind.HOSPITAL in covered(text, value)


@pytest.mark.parametrize(
    "text",
    [
        "the Hospital was full",
        "Community Hospital",
        "Home Health",
        "Intensive Care Unit",
        "Discharge to Skilled Nursing Facility",
        "General Surgery Clinic",
    ],
)
def test_any_hospital_is_none(text: str) -> None:
    assert Kind.HOSPITAL not in {one.kind for one in english.find(text)}


@pytest.mark.parametrize(
    "value",
    [
        "12 Main St, Apt 4B, Boston, MA 02115",
        "221B Baker Street, London NW1 6XE",
        "PO Box 123",
        "Calle Mayor 5, 28001 Madrid",
        "Hauptstraße 12, 10115 Berlin",
        "12 rue de la Paix, 75002 Paris",
        "ul. Nowa 12/4, 00-123 Warszawa",
        "742 evergreen terrace, springfield 49007",
        "1600 Pennsylvania Avenue NW, Washington, DC 20500",
        "4123 Calle Mayor 56 Apt. 3 TOLEDO OH 43604",
        "4123 Oak Drive\n  Suite 123\n  BOISE\n  Norway 12345",
        "Unit 9876 Box 12\nDPO AE 44085",
        "Elm Street",
        "Suite 400",
    ],
)
def test_addresses_are_found_whole(value: str) -> None:
    text = f"I live at {value}"
    found = [one for one in merge(text, english.find(text) + universal.find(text)) if one.kind not in SOFT]
    places = {at for one in found for at in range(one.start, one.end)}
    assert all(at in places for at in range(len("I live at "), len(text)) if text[at].isalnum())


@pytest.mark.parametrize(
    "text",
    [
        "took 2 units",
        "unit 2 of blood",
        "flat affect",
        "12 patients at risk",
        "5 West of the ward",
        "room air",
        "bed rest",
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert not [one for one in english.find(text) if one.kind in {Kind.STREET, Kind.PLACE, Kind.POSTCODE, Kind.BED}]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("zip 90210", Kind.POSTCODE, "90210"),
        ("postcode SW1A 1AA", Kind.POSTCODE, "SW1A 1AA"),
        ("at K1A 0B1", Kind.POSTCODE, "K1A 0B1"),
        ("in Springfield, Illinois", Kind.PLACE, "Springfield"),
        ("from St. Louis, MO 63101", Kind.PLACE, "St. Louis"),
        ("in bed 12", Kind.BED, "bed 12"),
        ("room 204B", Kind.BED, "room 204B"),
        ("Smith LLC", Kind.ORGANISATION, "Smith LLC"),
        ("Jones, Brown and Sons", Kind.ORGANISATION, "Jones, Brown and Sons"),
        ("University of Michigan", Kind.ORGANISATION, "University of Michigan"),
        ("Oakwood High School", Kind.ORGANISATION, "Oakwood High School"),
        ("moved to the Netherlands", Kind.REGION, "Netherlands"),
        ("living in france", Kind.REGION, "france"),
        ("She is Ukrainian", Kind.NATIONALITY, "Ukrainian"),
        ("a Jewish man", Kind.NATIONALITY, "Jewish"),
        ("in TEXAS", Kind.REGION, "TEXAS"),
        ("two Icelanders met a Chechen", Kind.NATIONALITY, "Icelanders"),
        ("two Icelanders met a Chechen", Kind.NATIONALITY, "Chechen"),
        ("i am ukrainian", Kind.NATIONALITY, "ukrainian"),
    ],
)
def test_places_and_institutions(text: str, kind: Kind, value: str) -> None:
    assert kind in covered(text, value)


@pytest.mark.parametrize(
    "text",
    [
        "German measles",
        "Conservative management",
        "Mongolian spots",
        "a French scale",
        "T2N1M0",
        "Guinea pigs",
        "HR 98052 of",
        "german measles",
        "polish the floor",
        "a danish for breakfast",
    ],
)
def test_medicine_has_no_nationality(text: str) -> None:
    assert english.find(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Mr. Smith said", "Mr. Smith"),
        ("saw Mrs. Jane O'Neil", "Jane O'Neil"),
        ("by Dr. Wong", "Dr. Wong"),
        ("dr patel said", "patel"),
        ("Patient: Doe, John A.", "Doe, John A."),
        ("Name: Mary Ann Long", "Mary Ann Long"),
        ("signed by Jack Ryan", "Jack Ryan"),
        ("his wife Mary was", "Mary"),
        ("John Smith, MD", "John Smith"),
        ("Smith, John", "Smith, John"),
        ("Dr. von Braun", "von Braun"),
        ("Hi Anna, hello", "Anna"),
        ("Show John Miller's labs", "John Miller"),
        ("PATIENT: DOE, JANE", "DOE, JANE"),
        ("Jean-Luc Picard", "Jean-Luc Picard"),
        ("José García came", "José García"),
        ("labs for thomas becker", "thomas becker"),
        ("mr. jones is here", "jones"),
        ("Mr. Parkinson fell", "Parkinson"),
        ("Dr. J. Smith", "J. Smith"),
        ("saw Zorvath Quillmere there", "Zorvath Quillmere"),
        ("saw Zorvath P. Quillmere there", "Zorvath P. Quillmere"),
        ("and will Will Banks be seen", "Will Banks"),
        ("when Mark J. Young was here", "Mark J. Young"),
        ("saw Enoch Quillmere there", "Enoch Quillmere"),
        ("saw Zorvath Montague there", "Zorvath Montague"),
        ("weight of Baby Girl Quillmere", "Baby Girl Quillmere"),
        ("BABY BOY QUILLMERE cried", "BABY BOY QUILLMERE"),
    ],
)
def test_names(text: str, value: str) -> None:
    assert Kind.NAME in covered(text, value)


@pytest.mark.parametrize(
    "text",
    [
        "Parkinson's disease",
        "a Foley catheter",
        "Austin Flint murmur",
        "Bell's Palsy",
        "Hodgkin lymphoma",
        "Lou Gehrig's disease",
        "Glasgow Coma Scale 15",
        "Babinski negative",
        "Dear Sir",
        "his wife is sick",
        "Father died",
        "Patient Denies pain",
        "dr will see you",
        "SUBJECTIVE: LEFT KNEE",
        "HISTORY OF PRESENT ILLNESS",
        "Will follow",
        "May return",
        "Mark the site",
        "Grace period",
        "I am Happy",
        "Past Medical History: None",
        "The Patient Was Seen",
        "Apgar 9 and 9",
        "Wolff-Parkinson-White syndrome",
        "ms 4 mg iv",
        "Zorvath XR daily",
        "the EnZorvath QuilMere",
        "Zorvath quillmere",
        "Zorvath Lipitor",
        "Baby Girl was born",
        "in the Dean Young way",
        "seen. Will Young",
        "a baby girl Monday",
    ],
)
def test_medicine_and_words_are_no_names(text: str) -> None:
    assert hard(text) == []


@pytest.mark.parametrize(
    "sign",
    [
        "1",
        "a ",
        "A ",
        "Aa ",
        "Mr. ",
        "1/",
        "1 Main ",
        "St. ",
        ", CA",
        "Mar ",
        "the 1",
        "apt 1\n",
        "A\n",
        "Box ",
        "Hospital ",
        "A.",
        "é",
    ],
)
def test_time_is_linear_whatever_is_repeated(sign: str) -> None:
    long = sign * (30_000 // len(sign))
    before = time.process_time()
    english.find(long)
    assert time.process_time() - before < 3.0
