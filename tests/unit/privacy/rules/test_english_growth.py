import time

import pytest

from primum.privacy.rules.english_growth import grown
from primum.privacy.spans import Kind, Span


def whole(text, part, kind=Kind.NAME):
    start = text.index(part)
    return [text[one.start : one.end] for one in grown(text, [Span(start, start + len(part), kind, "tagger:en")])]


@pytest.mark.parametrize(
    ("text", "part", "name"),
    [
        ("Seen by Ambrose Vellacott today", "Ambrose", "Ambrose Vellacott"),
        ("Seen by Ambrose Vellacott today", "Vellacott", "Ambrose Vellacott"),
        ("update: Thelonious Grubb moved", "Grubb", "Thelonious Grubb"),
        ("Mark Vellacott needs it", "Vellacott", "Mark Vellacott"),
        ("for T. J. Vellacott?", "T. J", "T. J. Vellacott"),
        ("ask Hollis Vellacott III?", "Hollis", "Hollis Vellacott III"),
        ("ask Hollis Vellacott, Jr. now", "Vellacott", "Hollis Vellacott, Jr."),
        ("MR AMBROSE VELLACOTT CAME", "VELLACOTT", "AMBROSE VELLACOTT"),
    ],
)
def test_a_name_found_in_part_is_found_whole(text, part, name):
    assert whole(text, part) == [name]


def test_a_place_and_an_institution_grow_too():
    assert whole("at Ombersley Klinik Vellacott", "Ombersley", Kind.HOSPITAL) == ["Ombersley Klinik Vellacott"]
    assert whole("in Ombersley Vellacott", "Ombersley", Kind.PLACE) == ["Ombersley Vellacott"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Show Vellacott the scan", "Vellacott"),
        ("Patient Vellacott left", "Vellacott"),
        ("Dr. Vellacott left", "Vellacott"),
        ("on Monday Vellacott left", "Vellacott"),
        ("In March Vellacott left", "Vellacott"),
        ("the MRI Vellacott had", "Vellacott"),
        ("gave Vellacott Lipitor", "Vellacott"),
        ("In France Vellacott left", "Vellacott"),
        ("Vellacott, Ambrose left", "Vellacott"),
        ("Vellacott\nAmbrose", "Vellacott"),
        ("Vellacott left. Ambrose stayed", "left"),
    ],
)
def test_what_is_beside_a_name_and_no_part_of_it_stays(text, part):
    assert whole(text, part) == []


def test_dates_do_not_grow():
    assert whole("May Vellacott", "May", Kind.DATE) == []


def test_long_texts_take_little_time():
    text = "Ambrose Vellacott Ombersley " * 2000
    spans = [Span(at, at + 7, Kind.NAME, "x") for at in range(0, len(text), 28)]
    begun = time.process_time()
    assert len(list(grown(text, spans))) == len(spans)
    assert time.process_time() - begun < 1.0
