"""The report adds up what came of the files, and holds nothing that stood in them."""

import json

import pytest

from primum.deid import report, telling
from primum.deid.attestation import Attested
from primum.deid.journal import Journal, Line
from primum.deid.nouns import Encoding, Found, Outcome, RefusedError, Source, Status
from primum.deid.restoring import Restored
from primum.deid.schema import File, schema
from primum.privacy.residual import Left

FACTS = {"version": 1, "run": "r", "reversible": False}


def source(tmp_path, **changes) -> Source:
    told = {"number": 7, "path": "ward/garrison.txt", "place": tmp_path, "digest": "d", "form": "text", **changes}
    return Source(**told)


def outcome(**changes) -> Outcome:
    return Outcome(reread=lambda _: iter(()), **changes)


def entry(path: str, **changes):
    """Return what the report says of a file that was cleaned."""
    return {
        "path": path,
        "number": 1,
        "status": "cleaned",
        "format": "text",
        "reason": None,
        "subject": "P1",
        "counts": {"name": 2},
        "kept": {"age": 1},
        "notes": [],
        "residual": {"texts": 3, "left": {}, "doubtful": {"number": 1}},
        "table": None,
        **changes,
    }


def written(tmp_path, *entries, missed=None):
    """Write a report of files and return its head and the whole of it."""
    (tmp_path / "out").mkdir()
    journal = Journal(tmp_path / "out", {"run": "r", "like": "x"})
    names = []
    for at, one in enumerate(entries):
        journal.keep(Line(source=f"mark {at}", entry=one), None)
        names.append(f"mark {at}")
    head = report.write(tmp_path / "out", FACTS, journal, names, missed or {})
    return head, json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))


# -- one file ----------------------------------------------------------------------------------------------------------
def test_a_file_is_told_by_figures_and_places(tmp_path):
    left = Left()
    left.doubtful.update(number=2)
    made = outcome(marks=[{"start": 1, "end": 4, "kind": "name", "method": "known"}], language="en", notes=["pdf"])
    made.counts.update(name=1, date=2)
    found = report.entry(source(tmp_path), made, Found(left=left, texts=5), "P1")
    assert found["number"] == 7
    assert found["counts"] == {"date": 2, "name": 1}
    assert found["residual"] == {"texts": 5, "left": {}, "doubtful": {"number": 2}}
    assert found["encoding"] == "utf-8"
    assert "garrison" not in json.dumps(found)
    File.model_validate({**found, "path": "ward/x.txt", "status": "cleaned"})


@pytest.mark.parametrize("form", ["dicom", "nifti", "parquet", "pdf"])
def test_what_is_no_text_has_no_encoding(tmp_path, form):
    one = source(tmp_path, form=form, encoding=Encoding(name="gb18030"))
    assert report.entry(one, outcome(), Found(), "P1")["encoding"] == ""


def test_a_finer_name_of_the_format_counts(tmp_path):
    assert report.entry(source(tmp_path, form="json"), outcome(form="fhir"), Found(), "P1")["format"] == "fhir"


def test_a_refusal_names_its_reason_and_the_format_where_it_is_known(tmp_path):
    known = report.refused((3, "x", Status.REFUSED), source(tmp_path), RefusedError("left", "name 1"))
    unknown = report.refused((3, "x", Status.LEFT_OUT), None, RefusedError("litter"))
    assert (known["format"], known["reason"]) == ("text", {"code": "left", "detail": "name 1"})
    assert (unknown["format"], unknown["status"]) == ("unknown", "left out")
    File.model_validate(known)


# -- all of them -------------------------------------------------------------------------------------------------------
def test_sums_are_those_of_the_files(tmp_path):
    table = {"rows": 3, "columns": [], "risk": None, "hiding": None}
    head, whole = written(
        tmp_path,
        entry("a.txt"),
        entry("b.csv", format="table", table=table, subject="P2", counts={"name": 1, "date": 4}, status="unchanged"),
        report.refused((3, "c.bin", Status.REFUSED), None, RefusedError("binary")),
        report.refused((4, ".DS_Store", Status.LEFT_OUT), None, RefusedError("litter")),
        missed={"overall": {"value": 0.0}},
    )
    assert head["totals"] == {
        "files": 4, "cleaned": 1, "unchanged": 1, "refused": 1, "left out": 1, "subjects": 2,
    }  # fmt: skip
    assert head["counts"] == {"date": 4, "name": 3}
    assert head["kept"] == {"age": 2}
    assert head["residual"] == {"texts": 6, "left": {}, "doubtful": {"number": 2}}
    assert head["reasons"] == {"binary": 1, "litter": 1}
    assert head["tables"] == [{"path": "b.csv", **table}]
    assert head["formats"]["unknown"] == {"left out": 1, "refused": 1}
    assert head["attested"]
    assert whole["missed"] == {"overall": {"value": 0.0}}
    assert [one["path"] for one in whole["files"]] == ["a.txt", "b.csv", "c.bin", ".DS_Store"]
    assert {key: value for key, value in whole.items() if key != "files"} == head


def test_one_file_in_which_something_was_left_spoils_the_attestation_of_all(tmp_path):
    spoilt = report.refused((2, "b.txt", Status.REFUSED), None, RefusedError("left", "email 1"))
    head, _ = written(tmp_path, entry("a.txt"), spoilt)
    assert not head["attested"]
    assert telling.is_incomplete(head)


def test_a_report_of_nothing_is_sound_json(tmp_path):
    head, whole = written(tmp_path)
    assert whole["files"] == []
    assert head["totals"]["files"] == 0
    assert not list((tmp_path / "out").glob("*.tmp"))


def test_letters_of_all_scripts_stand_in_it_as_they_are(tmp_path):
    written(tmp_path, entry("病历/x.txt"))
    assert "病历/x.txt" in (tmp_path / "out" / "report.json").read_text(encoding="utf-8")


def test_kinds_are_listed_in_order():
    assert report.kinds({"phone": 1, "email": 2}) == "email 2, phone 1"


def test_the_schema_allows_no_field_that_is_not_described():
    parts = [one for one in schema()["$defs"].values() if one["type"] == "object"]
    assert parts
    assert all(one["additionalProperties"] is False for one in parts)


# -- at the terminal ---------------------------------------------------------------------------------------------------
SUMMARY = {
    "totals": {"cleaned": 3, "unchanged": 1, "refused": 0, "left out": 0},
    "counts": {"name": 4},
    "missed": {},
    "reversible": True,
    "attested": True,
}


def said(tmp_path, **changes) -> str:
    return "\n".join(telling.done({**SUMMARY, **changes}, tmp_path))


def test_a_clean_end_says_what_was_done_and_where_the_report_is(tmp_path):
    text = said(tmp_path)
    assert "4 identifiers replaced" in text
    assert "report.html" in text
    assert not any(word in text for word in ("refused", "forgotten", "Not attested", "missed"))
    assert not telling.is_incomplete(SUMMARY)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"reversible": False}, "forgotten"),
        ({"attested": False}, "Not attested"),
        ({"totals": {**SUMMARY["totals"], "refused": 2}}, "2 files were refused"),
        ({"missed": {"overall": {"value": 0.02, "low": 0.01, "high": 0.05}}}, "2.0% were missed"),
    ],
)
def test_whatever_must_be_known_is_said(tmp_path, changes, word):
    assert word in said(tmp_path, **changes)


def test_a_share_that_was_not_estimated_is_not_said(tmp_path):
    assert "missed" not in said(tmp_path, missed={"overall": {"value": None, "low": None, "high": None}})


@pytest.mark.parametrize(
    ("trusted", "home", "word"), [(True, True, "Genuine"), (False, True, "--trust"), (False, False, "forgotten")]
)
def test_a_check_says_by_whom_as_far_as_it_is_known(trusted, home, word):
    found = Attested(files=2, statement={}, key="abcdef" * 4, is_home=home)
    text = "\n".join(telling.verified(found, is_trusted=trusted))
    assert "2 files" in text
    assert word in text


def test_a_restoring_tells_of_the_erased_only_where_there_are_any():
    assert "erased" not in "\n".join(telling.restored(Restored(whole=3, partial=0, gone=0)))
    text = "\n".join(telling.restored(Restored(whole=3, partial=1, gone=2)))
    assert "1 files are back in part, 2 are gone" in text
