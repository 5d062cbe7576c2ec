import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.privacy.rules import scanning
from primum.privacy.rules.scanning import Hints, Seen, before, lowered, near

STREETS = Hints(("st", " street", "reet"))
CITIES = Hints(("St. X", "straße"), exact=True)


def begins(text, words):
    return sorted({at for word in words for at in range(len(text)) if text.startswith(word, at)})


@settings(deadline=None)
@given(
    st.text(alphabet="strestSTREX. aßE", max_size=40)
    | st.lists(st.sampled_from([*STREETS.words, "St", "."])).map("".join)
)
def test_words_are_found_wherever_they_begin_in_small_letters_or_as_they_stand(text):
    seen = Seen(text)
    assert sorted(set(seen.places(STREETS))) == begins(lowered(text), STREETS.words)
    assert sorted(set(seen.places(CITIES))) == begins(text, CITIES.words)
    assert list(seen.places(STREETS)) == sorted(seen.places(STREETS))


def test_hints_that_are_made_later_are_looked_for_as_well():
    assert Seen("a quirk").places(STREETS) == ()
    later = Hints(("quirk",))
    assert list(Seen("a quirk").places(later)) == [2]


def test_a_pattern_is_tried_only_around_its_words():
    seen = Seen("1 2 3 st 4 5 6")
    found = [one[0] for one in seen.near(re.compile(r"\d"), STREETS, before=4, after=5)]
    assert found == ["2", "3", "4"]
    assert list(seen.near(re.compile(r"\d"), CITIES)) == []


def test_places_close_to_each_other_are_one_stretch_so_that_nothing_is_found_twice():
    text = "1 st st st 2"
    found = [one[0] for one in near(text, re.compile(r"\d"), Seen(text).places(STREETS), before=4, after=9)]
    assert found == ["1", "2"]


@pytest.mark.parametrize(("text", "has"), [("", False), ("abc", False), ("a1", True), ("٣", True)])
def test_whether_there_is_a_digit_is_known(text, has):
    assert Seen(text).has_digit is has


@pytest.mark.parametrize("text", ["İstanbul", "STRASSE", "ẞ", "a\ud800B", ""])
def test_each_character_keeps_its_place_in_small_letters(text):
    assert len(lowered(text)) == len(text)


def test_what_stands_before_is_given_without_signs():
    assert before("seen by dr. : x", 14) == "seen by dr"


@settings(deadline=None)
@given(st.lists(st.text(alphabet="strestSTREX. aßE1\n", max_size=12), max_size=6))
def test_texts_that_are_looked_through_together_are_seen_as_each_alone(texts):
    for text, seen in zip(texts, Seen.each(texts), strict=True):
        alone = Seen(text)
        assert (seen.text, seen.low, seen.has_digit) == (text, alone.low, alone.has_digit)
        for hints in (STREETS, CITIES):
            assert list(seen.places(hints)) == list(alone.places(hints))


def test_words_are_found_over_the_end_of_what_is_looked_through_at_a_time(monkeypatch):
    text = "a street " * 20
    whole = list(Seen(text).places(STREETS))
    for size in (1, 2, 7, 50):
        monkeypatch.setattr(scanning, "PIECE", size)
        assert list(Seen(text).places(STREETS)) == whole


def test_whether_any_of_several_hints_is_there_is_known():
    assert Seen("st").has_any(frozenset({STREETS, CITIES}))
    assert not Seen("st").has_any(frozenset({CITIES}))
    assert not Seen("").has_any(frozenset({STREETS, CITIES}))
