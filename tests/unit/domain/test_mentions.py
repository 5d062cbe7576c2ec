"""Mentions: read and written, apart from each other, told by labels of words, matched exactly."""

import numpy as np
import pytest

from primum.domain import mentions
from primum.domain.mentions import Mention

KINDS = ("drug", "disease")
NAMES = mentions.labels(KINDS)


def test_a_cell_of_lists_or_of_objects_is_read_and_written_back():
    found = mentions.read('[[9, 12, "drug"], {"start": 0, "end": 4, "kind": "disease"}]')
    assert found == (Mention(0, 4, "disease"), Mention(9, 12, "drug"))
    assert mentions.read(mentions.written(found)) == found


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "nothing",
        "3",
        "[3]",
        "[[1, 2]]",
        '[[2, 2, "drug"]]',
        '[[3, 2, "drug"]]',
        '[["a", 2, "drug"]]',
        '[[-1, 2, "x"]]',
        '{"a": 1}',
    ],
)
def test_what_is_no_list_of_mentions_is_refused(cell):
    with pytest.raises(ValueError):  # noqa: PT011 - the caller says what is wrong
        mentions.read(cell)


def test_labels_are_none_then_first_and_later_word_of_each_kind():
    assert NAMES == ("O", "B-drug", "I-drug", "B-disease", "I-disease")


def test_of_two_that_overlap_the_first_or_the_longer_is_kept():
    some = [Mention(5, 9, "drug"), Mention(0, 6, "drug"), Mention(0, 8, "disease"), Mention(8, 9, "drug")]
    assert mentions.apart(some) == (Mention(0, 8, "disease"), Mention(8, 9, "drug"))


def test_words_are_labelled_and_a_mention_that_ends_within_a_word_has_all_of_it():
    spans = [(0, 4), (5, 9), (10, 14), (14, 15)]
    marks = [Mention(0, 7, "disease"), Mention(14, 15, "drug")]
    assert [NAMES[one] for one in mentions.labelled(spans, marks, KINDS)] == ["B-disease", "I-disease", "O", "B-drug"]
    assert mentions.widened(spans, marks) == 1


def test_runs_are_those_of_conlleval():
    told = ["I-drug", "I-drug", "B-drug", "I-disease", "O", "B-drug"]
    assert list(mentions.runs(told)) == [(0, 2, "drug"), (2, 3, "drug"), (3, 4, "disease"), (5, 6, "drug")]


def test_labels_and_runs_give_mentions_back():
    spans = [(at * 5, at * 5 + 4) for at in range(8)]
    marks = [Mention(0, 9, "drug"), Mention(10, 14, "drug"), Mention(25, 39, "disease")]
    told = [NAMES[one] for one in mentions.labelled(spans, marks, KINDS)]
    assert [Mention(spans[a][0], spans[b - 1][1], kind) for a, b, kind in mentions.runs(told)] == marks


def test_only_exact_matches_of_the_right_kind_count():
    real = [np.array([1, 2, 0, 3]), np.array([0, 0])]
    told = [np.array([1, 0, 0, 3]), np.array([1, 0])]
    found = mentions.matches(real, told, NAMES)
    assert found["drug"].tolist() == [[0, 1, 1], [0, 1, 0]]
    assert found["disease"].tolist() == [[1, 1, 1], [0, 0, 0]]
