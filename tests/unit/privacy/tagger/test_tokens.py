import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.privacy.tagger import tokens as tokens_module
from primum.privacy.tagger.tokens import FLAGS, LONGEST, NEWLINE, SETTINGS, tokens, tokens_of

ANY = st.text(alphabet=st.characters(), max_size=200) | st.text(alphabet="aB9 \n\r张三.-é\x00😀", max_size=200)


def cut(text):
    found = tokens(text)
    return [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t ", []),
        ("Nombre:  Pedro.", ["Nombre", ":", "Pedro", "."]),
        ("NHC12-3", ["NHC", "12", "-", "3"]),
        ("a_b", ["a", "_", "b"]),
        ("José\nÁlvaro", ["José", "\n", "Álvaro"]),
        ("a\r\nb\rc", ["a", "\r\n", "b", "\r", "c"]),
        ("王小明 Wang", ["王", "小", "明", "Wang"]),
        ("😀\x00", ["😀", "\x00"]),
    ],
)
def test_words_numbers_signs_and_line_ends_are_tokens(text, expected):
    assert cut(text) == expected


def test_a_chinese_character_is_told_with_the_one_after_it():
    assert list(tokens("王小明a").words) == ["王小", "小明", "明", "a"]


def test_every_way_to_end_a_line_is_told_alike():
    assert list(tokens("a\r\nb\nc\r").words) == ["a", NEWLINE, "b", NEWLINE, "c", NEWLINE]


def test_long_runs_are_cut():
    assert [len(one) for one in cut("x" * (2 * LONGEST + 3))] == [LONGEST, LONGEST, 3]


@settings(deadline=None)
@given(ANY)
def test_tokens_are_in_order_and_leave_out_nothing_but_blanks(text):
    found = tokens(text)
    edges = np.stack([found.starts, found.ends], axis=1).ravel()
    assert (np.diff(edges) >= 0).all()
    assert (found.ends > found.starts).all()
    left = list(text)
    for start, end in zip(found.starts, found.ends, strict=True):
        left[start:end] = [" "] * (end - start)
    assert not "".join(left).strip()


@settings(deadline=None)
@given(ANY)
def test_flags_are_within_bounds_and_each_group_has_its_own(text):
    flags = SETTINGS[tokens(text).settings]
    assert flags.shape == (len(tokens(text).words), 5)
    assert ((flags >= 0) & (flags < FLAGS)).all()
    bounds = [0, 2, 4, 10, 16, FLAGS]
    for at in range(5):
        assert ((flags[:, at] >= bounds[at]) & (flags[:, at] < bounds[at + 1])).all()


def test_flags_tell_neighbours_and_the_place_in_the_line():
    flags = SETTINGS[tokens("ab1 c\nd").settings]
    assert flags[:, 0].tolist() == [0, 1, 0, 1, 1]
    assert flags[:, 1].tolist() == [3, 2, 3, 3, 2]
    assert flags[0, 2] == flags[4, 2] != flags[1, 2]
    assert flags[2, 3] == flags[4, 3]


def test_a_part_of_a_text_is_read_in_the_places_of_the_whole():
    text = "uno dos\ntres cuatro"
    part = tokens(text, 4, 12)
    assert [text[start:end] for start, end in zip(part.starts, part.ends, strict=True)] == ["dos", "\n", "tres"]


def test_every_way_to_stand_in_a_line_is_told_apart():
    assert len(np.unique(SETTINGS, axis=0)) == len(SETTINGS)
    assert SETTINGS.max() < FLAGS


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), max_size=12))
def test_the_place_in_the_line_does_not_depend_on_other_lines(lengths):
    lines = [" ".join(["wort"] * length) for length in lengths]
    together = SETTINGS[tokens("".join(f"{one}\n" for one in lines)).settings][:, 2:]
    alone = [SETTINGS[tokens(f"{one}\n").settings][:, 2:] for one in lines]
    assert together.tolist() == [setting for line in alone for setting in line.tolist()]


@settings(deadline=None)
@given(st.lists(ANY, max_size=6))
def test_tokens_of_several_texts_are_those_of_each(texts):
    if not texts:
        return
    read, firsts, begins = tokens_of(texts)
    each = [tokens(one) for one in texts]
    assert read.words == [word for one in each for word in one.words]
    assert read.settings.tolist() == [way for one in each for way in one.settings.tolist()]
    starts = [begin + start for begin, one in zip(begins, each, strict=True) for start in one.starts.tolist()]
    assert read.starts.tolist() == starts
    sizes = [len(one.words) for one in each]
    assert firsts == [sum(sizes[:at]) for at in range(len(sizes))]
    for first, size in zip(firsts[1:], sizes[1:], strict=True):
        if first and size:
            assert read.places[first] > read.places[first - 1] + 1, "no token of two texts is next to another"


def test_a_part_of_a_text_has_its_places_in_the_whole():
    read = tokens("Ana Ruiz, 王小明", 4, 12)
    assert read.words == ["Ruiz", ",", "王小", "小"]
    assert read.starts.tolist() == [4, 8, 10, 11]
    assert read.part(slice(1, 3), 7).places.tolist() == [7, 8]


@settings(deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=80))
def test_tokens_of_plain_text_are_those_of_any_text(text):
    assert tokens_module._PLAIN_TOKEN.split(text) == tokens_module._TOKEN.split(text)
