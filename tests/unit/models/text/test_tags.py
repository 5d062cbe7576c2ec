"""Tags: reading files and spans, entities, and how good a tagging is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.errors import DataError
from primum.models.text.tags import Document, begun, columns, counts, entities, f1, labels, tagged

TAGS = st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B"]), max_size=12)


def test_entities_are_what_the_shared_task_counts():
    assert entities(["B-PER", "I-PER", "O", "B-LOC", "B-LOC"]) == [(0, 2, "PER"), (3, 4, "LOC"), (4, 5, "LOC")]
    assert entities(["I-PER", "I-LOC", "I-LOC"]) == [(0, 1, "PER"), (1, 3, "LOC")]
    assert entities([]) == []


@given(TAGS)
def test_tags_that_begin_properly_mark_the_same(tags):
    proper = begun(tags)
    assert entities(proper) == entities(tags)
    assert begun(proper) == proper
    for before, tag in zip(["O", *proper], proper, strict=False):
        assert not tag.startswith("I-") or before[2:] == tag[2:]


def test_a_file_of_the_shared_task_is_read_with_its_documents_and_sentences():
    text = """-DOCSTART- -X- -X- O

EU NNP B-NP I-ORG
rejects VBZ B-VP O
German JJ B-NP I-MISC

Peter NNP B-NP I-PER
-DOCSTART- -X- -X- O

Rome NNP B-NP I-LOC
Paris NNP B-NP B-LOC
"""
    first, second = columns(text.splitlines())
    assert first.sentences == (("EU", "rejects", "German"), ("Peter",))
    assert first.tags == (("B-ORG", "O", "B-MISC"), ("B-PER",))
    assert second.sentences == (("Rome", "Paris"),)
    assert second.tags == (("B-LOC", "B-LOC"),)
    assert labels([first, second]) == (
        "O", "B-LOC", "I-LOC", "B-MISC", "I-MISC", "B-ORG", "I-ORG", "B-PER", "I-PER",
    )  # fmt: skip


def test_a_file_without_document_marks_is_one_document():
    (only,) = columns(["aspirin\tB-Chemical", "", "pain\tB-Disease"])
    assert only.sentences == (("aspirin",), ("pain",))
    assert list(columns([])) == []


@pytest.mark.parametrize(
    ("line", "what"),
    [("word", "Line 2 has no tag"), ("word X-LOC", "Line 2 has a tag"), ("word B-", "Line 2 has a tag")],
)
def test_a_wrong_line_is_named(line, what):
    with pytest.raises(DataError, match=what):
        list(columns(["good O", line]))


def test_spans_of_characters_become_tags_of_words():
    words = [(0, 4), (5, 9), (9, 10), (11, 15)]
    assert tagged(words, [(5, 10, "Drug"), (0, 4, "Name")]) == ["B-Name", "B-Drug", "I-Drug", "O"]
    assert tagged(words, []) == ["O"] * 4


@pytest.mark.parametrize("span", [(1, 4), (0, 3), (4, 5), (9, 5), (5, 5), (0, 99)])
def test_a_span_that_cuts_words_is_refused_and_its_place_named(span):
    with pytest.raises(DataError, match=f"{span[0]} to {span[1]}"):
        tagged([(0, 4), (5, 9), (9, 10)], [(*span, "Drug")])


def test_spans_that_overlap_are_refused():
    with pytest.raises(DataError, match="overlaps"):
        tagged([(0, 4), (5, 9)], [(0, 9, "Drug"), (5, 9, "Dose")])


def test_counts_by_kind_and_the_harmonic_mean():
    truth = [["B-A", "I-A", "O"], ["B-B", "O", "B-A"]]
    told = [["B-A", "O", "O"], ["B-B", "B-A", "B-A"]]
    found = counts(truth, told)
    assert found == {"A": (1, 3, 2), "B": (1, 1, 1)}
    assert f1(*found["A"]) == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))
    assert f1(0, 0, 0) == 0


@given(st.lists(TAGS, max_size=4))
def test_a_perfect_tagging_has_f1_of_one(truth):
    for right, said, wanted in counts(truth, truth).values():
        assert right == said == wanted
        assert f1(right, said, wanted) == 1


def test_a_document_never_shows_its_words():
    assert "secret" not in repr(Document(sentences=(("secret",),), tags=(("O",),)))
