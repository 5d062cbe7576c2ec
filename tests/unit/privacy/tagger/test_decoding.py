import math
from dataclasses import replace

import numpy as np
import pytest

from primum.privacy.spans import Kind
from primum.privacy.tagger.decoding import Limits, Marks, spans
from primum.privacy.tagger.tokens import Tokens

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
    found = [
        [(text[start:end], kind) for start, end, kind in spans(text, marks, KINDS, limits)]
        for marks in (made(starts, ends, chances), made(starts, ends, chances, limits.grown))
    ]
    assert found[0] == found[1], "tokens that are surely nothing may be left out"
    return found[0]


def made(starts, ends, chances, below=math.inf):
    edges = np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)
    read = Tokens([], *edges, np.zeros(len(starts), dtype=np.int64), np.arange(len(starts)))
    whole = np.array(chances, dtype=np.float32).reshape(-1, 5)
    return Marks.made(read, whole[:, 1:] / whole[:, :1], below)


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
    assert list(spans("", made([], [], []), KINDS, LIMITS)) == []


def test_tokens_that_are_not_next_to_each_other_are_apart():
    text = "Ana Ruiz"
    marks = made([0, 4], [3, 8], [B_NAME, I_NAME])
    assert [one[:2] for one in spans(text, marks, KINDS, LIMITS)] == [(0, 8)]
    apart = replace(marks, places=np.array([0, 2]))
    assert [one[:2] for one in spans(text, apart, KINDS, LIMITS)] == [(0, 3), (4, 8)]


def test_of_two_sure_ones_the_nearest_names_the_doubtful():
    words = "Ana de la calle el lunes"
    chances = [B_NAME, WEAK_DATE, WEAK_DATE, WEAK_NAME, WEAK_NAME, I_DATE]
    assert decoded(words, chances) == [("Ana de la", Kind.NAME), ("calle el lunes", Kind.DATE)]


def test_pieces_are_joined_in_order():
    one, two = made([0], [1], [OUT]), made([2], [3], [B_NAME])
    both = Marks.joined([one, two])
    assert both.starts.tolist() == [0, 2]
    assert both.outside.tolist() == pytest.approx([0.99, 0.01])
    assert both.begins.tolist() == [True, True]
