"""What a word looks like: case, signs, lists, letters."""

import pytest

from primum.models.text.looks import LISTS, LONGEST, LOOKS, SHAPES, characters, look


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("12", "digits"),
        ("B12", "with digits"),
        ("fever", "lower"),
        ("I", "one capital"),
        ("HIV", "capitals"),
        ("Turkey", "first capital"),
        ("McDonald", "first capital and more"),
        ("iPhone", "inner capital"),
        ("-", "signs"),
        ("咳嗽", "signs"),
    ],
)
def test_the_shape_of_a_word_is_one(word, shape):
    shapes = look(word)[: len(SHAPES)]
    assert sum(shapes) == 1
    assert SHAPES[shapes.index(1)] == shape


def test_lists_are_looked_up_whatever_the_case():
    names = dict(zip(LISTS, look("GERMAN")[len(SHAPES) :], strict=True))
    assert names["en_nations"] == 1
    assert dict(zip(LISTS, look("Germany")[len(SHAPES) :], strict=True))["en_lands"] == 1
    assert not any(look("xqzzt")[len(SHAPES) :])
    assert len(look("x")) == LOOKS


def test_characters_are_cut_and_filled_to_one_length():
    assert len(characters("a")) == len(characters("a" * 99)) == LONGEST
    assert characters("ab")[:3] == (97, 98, 0)
    assert characters("王")[0] == 255
    assert characters("\0")[0] == 1
