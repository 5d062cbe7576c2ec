"""Loose ends are found in whatever was written, however malformed, each with its place."""

import pytest
import yaml

from primum.domain.loose_ends import like, loose_ends
from synthetic.tiny_study import TEXT

DOCUMENT = yaml.safe_load(TEXT)


def test_a_study_that_fits_has_none():
    assert loose_ends(DOCUMENT) == []


@pytest.mark.parametrize("document", [{}, {"columns": 3}, {"columns": [1, None]}, {"outcome": []}, {"cohort": "all"}])
def test_what_is_malformed_is_passed_over(document):
    assert loose_ends(document) == []


def test_the_place_is_that_of_the_word_that_leads_nowhere():
    changed = {**DOCUMENT, "subgroups": [{"column": "age"}, {"column": "agee"}]}
    assert loose_ends(changed) == [
        (("subgroups", 1, "column"), "subgroups: there is no column agee; did you mean age?")
    ]


def test_all_are_told_at_once():
    columns = [{**one, "source": "lba"} for one in DOCUMENT["columns"]]
    changed = {**DOCUMENT, "columns": [*columns, columns[0]], "norms": ["a", "b", "a"]}
    places = [place for place, _ in loose_ends(changed)]
    assert places[:2] == [("columns", 5, "name"), ("norms", 2)]
    assert [("columns", at, "source") for at in range(6)] == places[2:]


def test_a_guess_is_made_only_where_a_word_is_near():
    assert like("reserch", ["research", "shadow"]) == "; did you mean research?"
    assert like("zzz", ["research", "shadow"]) == ""
    assert like("x", []) == ""
