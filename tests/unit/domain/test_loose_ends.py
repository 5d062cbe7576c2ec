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


NOTES = {
    "sources": [
        {"name": "notes", "modality": "text", "format": "csv"},
        {"name": "lab", "format": "csv"},
    ],
    "columns": [{"name": "note", "source": "notes", "role": "feature"}],
}


def said(**changes):
    return [what for _, what in loose_ends({**NOTES, **changes})]


def test_features_are_of_one_modality():
    size = {"name": "size", "source": "lab", "role": "feature"}
    assert said() == []
    assert said(columns=[*NOTES["columns"], size]) == [
        "column size: all features must be of one modality, and the first is of text"
    ]
    assert said(columns=[*NOTES["columns"], {**size, "role": "quasi_identifier"}]) == []


def test_pictures_tell_whose_they_are_in_the_way_of_their_format():
    films = {"name": "films", "modality": "image", "format": "npz", "subject": "PatientID"}
    columns = [{"name": "film", "source": "films", "role": "feature"}]
    assert any(
        "the subject of npz is told by number, not PatientID" in one for one in said(sources=[films], columns=columns)
    )
    scans = films | {"format": "dicom"}
    assert not any("subject" in one for one in said(sources=[scans], columns=columns))


def test_a_format_is_one_of_its_modality():
    sources = [{"name": "notes", "modality": "text", "format": "fhir"}, {"name": "lab", "format": "ndjson"}]
    assert said(sources=sources) == [
        "source notes: the format fhir is none of modality text (csv, parquet, txt, ndjson, brat)",
        "source lab: the format ndjson is none of modality table (csv, parquet, fhir)",
    ]
    assert said(sources=[{"name": "notes", "modality": "outside", "format": "fhir"}, NOTES["sources"][1]]) == []


def test_an_official_split_names_a_column_whose_role_is_part():
    part = {"name": "part", "source": "notes", "role": "part"}
    split = {"cohort": {"split": {"column": "part"}}}
    assert said(columns=[*NOTES["columns"], part], **split) == []
    assert said(columns=[*NOTES["columns"], {**part, "role": "ignored"}], **split) == [
        "column part: tells the official split, so its role must be part"
    ]
    assert said(columns=[*NOTES["columns"], part]) == ["column part: has the role part, but cohort.split names another"]
    assert said(cohort={"split": {"column": "prat"}}, columns=[*NOTES["columns"], part])[0] == (
        "cohort: there is no column prat; did you mean part?"
    )


def asked(**outcome):
    """Return the parts of a study of mentions that hang together."""
    return {
        "task": "tag",
        "sources": [{"name": "notes", "modality": "text", "format": "ndjson"}],
        "columns": [
            {"name": "note", "source": "notes", "role": "feature"},
            {"name": "marks", "source": "notes", "role": "outcome"},
        ],
        "outcome": {"column": "marks", "classes": ["drug"], **outcome},
    }


def test_a_study_of_mentions_of_one_kind_hangs_together():
    assert loose_ends(asked()) == []


def test_where_mentions_are_told_no_class_is_positive():
    assert [place for place, _ in loose_ends(asked(positive="drug"))] == [("outcome", "positive")]


def test_mentions_lie_in_one_text_of_the_same_source():
    two = asked()
    two["columns"].append({"name": "plan", "source": "notes", "role": "feature"})
    assert "one alone may have the role feature" in loose_ends(two)[0][1]
    apart = asked()
    apart["sources"].append({"name": "marked", "modality": "text", "format": "ndjson"})
    apart["columns"][1]["source"] = "marked"
    assert loose_ends(apart)[0][1] == "columns: text and mentions must come from the same source"


def test_classes_of_subjects_are_two_at_least_and_one_is_positive():
    one = asked(classes=["ill"])
    one["task"] = "classify"
    told = dict(loose_ends(one))
    assert "must be named" in told["outcome", "positive"]
    assert "two at least" in told["outcome", "classes"]
