import numpy as np
import pytest

from primum.privacy.spans import Kind
from primum.privacy.tagger.decoding import Limits, Marks, spans

KINDS = (Kind.NAME, Kind.DATE)
LIMITS = Limits(found=0.5, grown=0.9)
OUT = (0.99, 0.01, 0, 0, 0)
B_NAME, I_NAME, B_DATE, I_DATE = (tuple(0.96 if at == one else 0.01 for at in range(5)) for one in (1, 2, 3, 4))
WEAK_NAME = (0.8, 0.0, 0.2, 0.0, 0.0)
WEAK_DATE = (0.8, 0.0, 0.0, 0.0, 0.2)


def decoded(text, chances, limits=LIMITS):
    starts, at = [], 0
    words = text.replace("\n", " \n ").split(" ")
    words = [one for one in words if one]
    for word in words:
        at = text.index(word, at)
        starts.append(at)
        at += len(word)
    ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
    marks = Marks.made(np.array(starts), np.array(ends), np.array(chances, dtype=np.float32))
    return [(text[start:end], kind) for start, end, kind in spans(text, marks, KINDS, limits)]


def test_neighbours_of_one_kind_are_one():
    assert decoded("Dr Ana Ruiz ya", [OUT, B_NAME, I_NAME, OUT]) == [("Ana Ruiz", Kind.NAME)]


def test_a_new_beginning_parts():
    assert decoded("Ana Luz", [B_NAME, B_NAME]) == [("Ana", Kind.NAME), ("Luz", Kind.NAME)]


def test_another_kind_parts():
    assert decoded("Ana lunes", [B_NAME, I_DATE]) == [("Ana", Kind.NAME), ("lunes", Kind.DATE)]


def test_doubtful_neighbours_are_taken_in_and_named_as_the_sure_one():
    assert decoded("Ana de Luz ya", [B_NAME, WEAK_DATE, WEAK_NAME, OUT]) == [("Ana de Luz", Kind.NAME)]


def test_doubtful_ones_alone_are_nothing():
    assert decoded("Ana de Luz", [WEAK_NAME, WEAK_NAME, OUT]) == []


def test_the_end_of_a_line_parts():
    assert decoded("Ana\nLuz", [B_NAME, I_NAME, I_NAME]) == [("Ana", Kind.NAME), ("Luz", Kind.NAME)]


def test_doubt_does_not_reach_over_the_end_of_a_line():
    assert decoded("Ana\nLuz", [B_NAME, WEAK_NAME, WEAK_NAME]) == [("Ana", Kind.NAME)]


def test_signs_alone_are_nothing():
    assert decoded("Ana . . ya", [OUT, B_NAME, I_NAME, OUT]) == []


def test_higher_limits_find_more():
    chances = [WEAK_NAME, OUT, B_NAME]
    found = [
        sum(len(value) for value, _ in decoded("uno dos tres", chances, Limits(found=one, grown=one)))
        for one in (0.01, 0.5, 0.85, 1.0)
    ]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_nothing_is_found_in_nothing():
    assert list(spans("", Marks.nothing(), KINDS, LIMITS)) == []
    assert list(spans("", Marks.joined([]), KINDS, LIMITS)) == []


def test_pieces_are_joined_in_order():
    one = Marks.made(np.array([0]), np.array([1]), np.array([OUT], dtype=np.float32))
    two = Marks.made(np.array([2]), np.array([3]), np.array([B_NAME], dtype=np.float32))
    both = Marks.joined([one, two])
    assert both.starts.tolist() == [0, 2]
    assert both.outside.tolist() == pytest.approx([0.99, 0.01])
    assert both.begins.tolist() == [True, True]
