import pytest

from primum.privacy import notes
from primum.privacy.known import Known
from primum.privacy.spans import POLICIES, Kind, Span
from primum.privacy.surrogates import Identity
from primum.privacy.titles import title_of, with_titles

IDENTITY = Identity(days=11, key=b"k" * 32)


def scrubbed(text, policy="safe-harbor"):
    return notes.scrub(text, Known(), IDENTITY, POLICIES[policy])


def titled(text, *spans, language="en"):
    found = [Span(text.index(value), text.index(value) + len(value), kind, "rule:x") for value, kind in spans]
    return [(text[one.start : one.end], one.kind) for one in with_titles(text, found, lambda _: language)]


@pytest.mark.parametrize("title", ["Mr.", "Mrs", "Ms.", "Dr", "dr.", "DR.", "Prof.", "Doctor", "Nurse", "Miss"])
def test_an_english_title_is_part_of_the_name(title):
    text = f"Seen by {title} Okonjo today."
    assert titled(text, ("Okonjo", Kind.NAME)) == [(f"{title} Okonjo", Kind.NAME)]
    assert titled(text, (title, Kind.TITLE), ("Okonjo", Kind.NAME)) == [(f"{title} Okonjo", Kind.NAME)]


@pytest.mark.parametrize("text", ["Temper Okonjo", "the nurse, Okonjo", "Dr.\nOkonjo", "St Okonjo", "a.dr Okonjo"])
def test_what_is_no_title_before_a_name_stays(text):
    assert titled(text, ("Okonjo", Kind.NAME)) == [("Okonjo", Kind.NAME)]


def test_titles_alone_and_of_other_languages_stay():
    assert titled("The doctor left.", ("doctor", Kind.TITLE)) == [("doctor", Kind.TITLE)]
    found = (("Dr.", Kind.TITLE), ("Okonjo", Kind.NAME))
    assert titled("El Dr. Okonjo", *found, language="es") == list(found)


def test_nothing_overlaps():
    assert titled("visit Mr Okonjo", ("visit Mr", Kind.OTHER_ID), ("Okonjo", Kind.NAME)) == [
        ("visit Mr", Kind.OTHER_ID),
        ("Okonjo", Kind.NAME),
    ]


def test_safe_harbor_replaces_the_title_with_the_name_and_writes_the_same_title():
    found = scrubbed("Show me the last A1c of Mr. Okonjo.")
    assert [found.pairs[at].original for at in range(len(found.pairs))] == ["Mr. Okonjo"]
    assert found.text.startswith("Show me the last A1c of Mr. ")
    assert "Okonjo" not in found.text
    assert notes.restore(found.text, found.pairs) == "Show me the last A1c of Mr. Okonjo."


def test_the_title_stays_before_a_tag_as_well():
    assert notes.scrub("Seen by Dr. Okonjo.", Known(), Identity(days=0)).text == "Seen by Dr. [NAME]."


@pytest.mark.parametrize(
    ("name", "title"), [("Mr. Wong", "Mr. "), ("dr  wong", "dr  "), ("Drew Wong", ""), ("Nurse", "")]
)
def test_title_of(name, title):
    assert title_of(name) == title


def test_one_person_stays_one_person_with_title_and_without():
    found = scrubbed("Mr. Okonjo was seen. Okonjo left. MR OKONJO came back.").text
    name = found.split()[1]
    assert found.count(name) == 2
    assert name.upper() in found


def test_everything_replaces_the_title_by_itself():
    found = scrubbed("Seen by Mr. Okonjo.", "everything")
    assert {one.kind for one in found.spans} == {Kind.TITLE, Kind.NAME}
    assert "Mr." not in found.text
