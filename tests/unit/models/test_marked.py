"""What people marked: held against the texts, faults told together, contradictions counted."""

import pytest

from primum.domain.mentions import Mention
from primum.domain.study_file import load
from primum.errors import DataError
from primum.models.marked import doubtful, marked, marked_in
from synthetic import marked_notes


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    marked_notes.write_study(folder, 3)
    return load(folder / "study.yaml")


def test_mentions_are_read_and_what_overlaps_or_is_within_a_word_is_counted(study):
    found = marked('[[0, 7, "drug"], [3, 7, "drug"], [8, 10, "complaint"]]', "aspirin cough", study)
    assert found.mentions == (Mention(0, 7, "drug"), Mention(8, 10, "complaint"))
    assert (found.overlapping, found.widened) == (1, 1)


def test_all_faults_are_told_together_and_no_content_is(study):
    cells = [("no list", "secret"), ('[[0, 3, "poison"]]', "secret"), ('[[0, 99, "drug"]]', "secret"), ("[]", "secret")]
    with pytest.raises(DataError) as told:
        marked_in(cells, study)
    assert "1 subject(s) with an unknown kind" in told.value.what
    assert "1 subject(s) with beyond the text" in told.value.what
    assert "1 subject(s) with no list of mentions" in told.value.what
    assert "secret" not in f"{told.value}{told.value.remedy}"
    assert "poison" not in f"{told.value}{told.value.remedy}"


def test_a_word_that_is_nearly_always_marked_is_doubtful_where_it_is_not():
    texts = ["takes aspirin daily"] * 6 + ["aspirin given", "walks well", "aspirination"]
    marks = [[Mention(6, 13, "drug")]] * 6 + [[], [], []]
    assert doubtful(texts, marks).tolist() == [False] * 6 + [True, False, False]


def test_a_word_that_is_often_unmarked_is_no_sign_of_error():
    texts = ["takes aspirin daily"] * 6 + ["aspirin given"] * 6
    marks = [[Mention(6, 13, "drug")]] * 6 + [[]] * 6
    assert not doubtful(texts, marks).any()


def test_an_occurrence_within_a_longer_mention_is_no_contradiction():
    texts = ["takes aspirin daily"] * 6 + ["aspirin allergy"]
    marks = [[Mention(6, 13, "drug")]] * 6 + [[Mention(0, 15, "disease")]]
    assert not doubtful(texts, marks).any()
