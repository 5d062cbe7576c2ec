# ruff: noqa: RUF001 - signs that look alike are what is tested
import pytest

from primum.privacy.folding import fold, unaccented
from primum.privacy.spans import Kind, Span


def seen(text, part):
    """Where a part of the folded text stands in the original."""
    folded = fold(text)
    start = folded.text.index(part)
    span = folded.original(Span(start, start + len(part), Kind.NAME, "rule"))
    return text[span.start : span.end]


def test_plain_text_is_itself():
    folded = fold("Ann Smith\r\n12/3")
    assert folded.text == "Ann Smith\r\n12/3"
    assert folded.starts is None


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ａｎｎ　１２３", "Ann 123"),
        ("O’Neil", "O'Neil"),
        ("4–7 July", "4-7 July"),
        ("a\u00a0b", "a b"),
        ("姓名：张伟，（女）", "姓名：张伟，（女）"),
        ("𝐒𝐦𝐢𝐭𝐡", "Smith"),
    ],
)
def test_signs_of_equal_meaning_are_made_one(text, folded):
    assert fold(text).text == folded
    assert len(fold(text).text) == len(text)


@pytest.mark.parametrize(
    ("text", "part", "original"),
    [
        ("Dr Sm\u200bith said", "Smith", "Sm\u200bith"),
        ("Dr \u200bSmith\u200b said", "Smith", "Smith"),
        ("\u202eJose\u0301 came", "José", "Jose\u0301"),
        ("call 0\u00ad20 79\x0046", "020 7946", "0\u00ad20 79\x0046"),
        ("😀 Ann\ufeffe", "Anne", "Ann\ufeffe"),
        ("Zoe\u0308\u0323 x", "x", "x"),
        ("张\u200d伟", "张伟", "张\u200d伟"),
    ],
)
def test_what_is_invisible_is_passed_over_and_the_way_back_is_exact(text, part, original):
    assert seen(text, part) == original


@pytest.mark.parametrize("text", ["", "\u200b", "\u0301", "\x00\x00", "e\u0301" * 3, "\ud800 lone"])
def test_odd_texts_are_folded_without_complaint(text):
    folded = fold(text)
    assert len(folded.text) <= len(text)


def test_folding_twice_is_folding_once():
    once = fold("Jose\u0301 Ｍüller–O’Neil\u200b").text
    assert fold(once).text == once == "José Müller-O'Neil"


@pytest.mark.parametrize(("text", "bare"), [("José", "Jose"), ("ÑU", "NU"), ("straße", "straße"), ("张伟", "张伟")])
def test_accents_go_and_the_length_stays(text, bare):
    assert unaccented(text) == bare
