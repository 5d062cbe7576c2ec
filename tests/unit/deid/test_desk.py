"""What is known of somebody is asked for where it could stand, and nowhere is it left out that it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.deid.desk import Recorder
from primum.deid.nouns import Introduced
from primum.privacy import known
from primum.privacy.spans import Kind
from synthetic.deid_jobs import desk

PAIRS = (
    ("address", "12 Juniper Lane, Springfield"),
    ("email", "ann@example.org"),
    ("name", "Ann Whitlock"),
    ("name", "欧阳小明"),
    ("other", "AX-7719"),
    ("phone", "+44 7700 900123"),
    ("record_number", "4711001"),
)
ANN = Introduced(names=("4711001",), known=PAIRS)


@pytest.mark.parametrize(
    "text",
    [
        "A. Whitlock came",
        "WHITLOCK, A",
        "Whít\u200block",
        "mail ANN@EXAMPLE.ORG",
        "07700 900 123",
        "no. 471-10-01",
        "AX 7719",
        "lives at 12 juniper lane",
        "患者欧阳小明",
        "欧阳先生",
        "nothing of hers",
        "12",
        "",
    ],
)
def test_the_part_that_could_stand_finds_all_that_the_whole_finds(text):
    at = desk(ANN)
    part, whole = at.known_in(text, "4711001"), at.known("4711001")
    assert set(part.pairs) <= set(whole.pairs)
    assert {(one.start, one.end) for one in known.find(text, part)} == {
        (one.start, one.end) for one in known.find(text, whole)
    }


@given(
    st.lists(st.sampled_from(["Ann", "whitlock", "A.", "4711001", "44", "lane", "x", "\u200b", "12", "的"]), max_size=6)
)
def test_the_part_is_as_good_as_the_whole_for_any_text(words):
    text = " ".join(words)
    at = desk(ANN)
    assert known.find(text, at.known_in(text, "4711001")) == known.find(text, at.known("4711001"))


def test_a_text_without_anything_of_a_subject_asks_for_next_to_nothing():
    assert desk(ANN).known_in("slept well", "4711001").pairs == (("name", "欧阳小明"),)


def test_a_person_is_recorded_as_it_is_written():
    at, recorder = desk(ANN), Recorder(keeps_texts=True)
    person = at.person("4711001", recorder)
    surrogate = person.surrogate(Kind.NAME, "Ann Whitlock")
    text = person.scrub("Ann Whitlock wrote from ann@example.org.")
    assert surrogate in text
    assert "example.org" not in text or "ann@" not in text
    assert surrogate in recorder.written
    assert recorder.counts["name"] >= 2
    assert recorder.scrubbed[0][0].startswith("Ann")
    recorder.clear()
    assert not recorder.written
    assert recorder.counts["name"] >= 2


def test_tags_need_no_key():
    assert desk(ANN, tags=True).person("4711001", Recorder()).surrogate(Kind.NAME, "Ann Whitlock") == "[NAME]"


def test_who_is_named_in_a_text_is_noted():
    recorder = Recorder()
    desk(ANN).person("somebody", recorder).scrub("asked for Ann Whitlock")
    assert recorder.named == {"4711001"}
