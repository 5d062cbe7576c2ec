from itertools import pairwise

import pytest

from primum.privacy.merging import merge
from primum.privacy.spans import Kind, Span

TEXT = "Dr. Anna Smith-Jones, 12 Baker Street, Leeds, Ohio 44101; MRN 12-345/6 on 3 May 2020, aged 93."


def at(part, kind=Kind.NAME, method="rule:x", text=TEXT):
    start = text.index(part)
    return Span(start, start + len(part), kind, method)


def merged(*spans, text=TEXT):
    return [(text[one.start : one.end], one.kind.value) for one in merge(text, spans)]


def test_nothing_is_nothing():
    assert merge(TEXT, []) == []
    assert merge("", []) == []
    assert merge(TEXT, [Span(5, 5, Kind.NAME, "rule")]) == []


def test_overlapping_finds_are_one_under_the_name_of_the_longest():
    assert merged(at("Baker"), at("12 Baker Street", Kind.STREET)) == [("12 Baker Street", "STREET")]
    assert merged(at("12 Baker", Kind.STREET), at("Baker Street", Kind.NAME)) == [("12 Baker Street", "NAME")]


def test_of_equally_long_finds_the_better_told_names_the_whole():
    other, record = at("12-345/6", Kind.OTHER_ID, "known"), at("12-345/6", Kind.RECORD_NUMBER, "consistency")
    assert merged(other, record) == [("12-345/6", "RECORD_NUMBER")]
    assert merge(TEXT, [at("Leeds", Kind.PLACE, "tagger:en"), at("Leeds", Kind.NAME, "known")])[0].method == "known"


@pytest.mark.parametrize(
    ("part", "kind", "whole"),
    [
        ("mit", Kind.NAME, "Smith-Jones"),
        ("Jones", Kind.NAME, "Smith-Jones"),
        ("345", Kind.RECORD_NUMBER, "12-345/6"),
        ("ay 202", Kind.DATE, "May 2020"),
        (" Leeds ", Kind.PLACE, "Leeds"),
        ("aker", Kind.STREET, "Baker"),
    ],
)
def test_edges_grow_to_whole_words_and_numbers(part, kind, whole):
    text = TEXT.replace("Leeds,", "Leeds ,")
    assert merged(at(part, kind, text=text), text=text) == [(whole, kind.value)]


@pytest.mark.parametrize(
    ("text", "part", "kind", "whole"),
    [
        ("Smith's mass", "Smith's", Kind.NAME, "Smith"),
        ("Smith's mass", "Smith", Kind.NAME, "Smith"),
        ("St. Vincent's clinic", "St. Vincent", Kind.HOSPITAL, "St. Vincent's"),
        ("患者张伟今天", "张伟", Kind.NAME, "张伟"),
        ("Foley-catheter", "Foley", Kind.NAME, "Foley"),
        ("ward 12-bed", "12", Kind.BED, "12"),
        ("call 555-1234.", "555", Kind.PHONE, "555-1234"),
        ("no 555-x", "555", Kind.PHONE, "555"),
    ],
)
def test_what_belongs_to_a_find_and_what_does_not(text, part, kind, whole):
    assert merged(at(part, kind, text=text), text=text) == [(whole, kind.value)]


def test_kinds_that_may_stay_give_way_and_are_clipped():
    title = at("Dr. Anna", Kind.TITLE)
    assert merged(title, at("Anna Smith-Jones")) == [("Dr. ", "TITLE"), ("Anna Smith-Jones", "NAME")]
    assert merged(at("aged 93", Kind.AGE), at("93", Kind.OTHER_ID)) == [("aged ", "AGE"), ("93", "OTHER_ID")]
    assert merged(at("Anna", Kind.SEX), at("Anna Smith-Jones")) == [("Anna Smith-Jones", "NAME")]
    inside = merged(at("12 Baker Street, Leeds", Kind.PROFESSION), at("Baker", Kind.NAME))
    assert inside == [("12 ", "PROFESSION"), ("Baker", "NAME"), (" Street, Leeds", "PROFESSION")]


@pytest.mark.parametrize(
    ("text", "title", "name"),
    [("Dr. Ann Smith", "Dr.", "Ann Smith"), ("SRA GARCÍA", "SRA", "GARCÍA"), ("Doctor Who", "Doctor", "Who")],
)
def test_a_title_before_a_name_is_a_find_of_its_own(text, title, name):
    whole = at(text, Kind.NAME, text=text)
    assert merged(whole, text=text) == [(title, "TITLE"), (name, "NAME")]


def test_a_title_alone_is_no_title_of_a_name():
    assert merged(at("Mr", text="Mr"), text="Mr") == [("Mr", "NAME")]


def test_a_state_beside_a_part_of_an_address_is_one():
    spans = [at("Leeds", Kind.PLACE), at("Ohio", Kind.REGION), at("44101", Kind.POSTCODE)]
    assert merged(*spans) == [("Leeds, Ohio", "PLACE"), ("44101", "POSTCODE")]
    assert merged(at("Ohio", Kind.REGION)) == [("Ohio", "REGION")]


def test_parts_of_one_name_or_street_are_put_together():
    assert merged(at("Anna"), at("Smith")) == [("Anna Smith-Jones", "NAME")]
    two = "Calle Mayor,\r\nBajo 3"
    assert merged(at("Calle Mayor", Kind.STREET, text=two), at("Bajo 3", Kind.STREET, text=two), text=two) == [
        (two, "STREET")
    ]
    list_of_people = "Ann, Bob"
    assert len(merged(at("Ann", text=list_of_people), at("Bob", text=list_of_people), text=list_of_people)) == 2


@pytest.mark.parametrize("done", ["[NAME]", "[RECORD_NUMBER]", "90+", "021**", "90岁以上"])
def test_what_an_earlier_scrubbing_wrote_is_left_alone(done):
    text = f"saw {done} today"
    assert merged(at(done, text=text), text=text) == []
    assert merged(at(f"saw {done}", text=text), text=text) == []
    assert merged(at("today", text=text), text=text) == [("today", "NAME")]


def test_an_answer_never_overlaps_itself_and_is_in_order():
    spans = [Span(start, start + size, kind, "rule") for start in range(0, 60, 7) for size in (3, 9) for kind in Kind]
    answer = merge(TEXT, spans)
    assert all(one.end <= two.start for one, two in pairwise(answer))


def test_growing_costs_no_more_in_a_text_without_spaces():
    text = "x" * 200_000
    spans = [Span(start, start + 1, Kind.OTHER_ID, "rule") for start in range(0, len(text), 500)]
    assert len(merge(text, spans)) == len(spans)


def test_states_and_countries_beside_an_address_are_parts_of_it_on_both_sides():
    text = "Ohio, Texas, Leeds, Kenya, Peru; Chile"
    regions = [at(one, Kind.REGION, text=text) for one in ("Ohio", "Texas", "Kenya", "Peru", "Chile")]
    found = merged(*regions, at("Leeds", Kind.PLACE, text=text), text=text)
    assert found == [("Ohio, Texas, Leeds, Kenya, Peru", "PLACE"), ("Chile", "REGION")]
