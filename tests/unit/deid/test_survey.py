"""The first pass tells what each file is, who is in it, whose it is, and what nobody may read."""

import pytest

from primum.deid import handlers
from primum.deid.keeping import Nobody
from primum.deid.nouns import RefusedError
from primum.deid.survey import admitted, survey
from primum.errors import DataError
from synthetic import deid_folder

KEY = b"k" * 32


def silent(label: str, done: int, total: int) -> None:
    """Tell nobody."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return survey(deid_folder.fill(tmp_path_factory.mktemp("survey") / "in"), silent)


def of(found, path: str) -> str:
    """Return the subject of a file."""
    (source,) = [one for one in found.sources.values() if one.path.as_posix() == path]
    return found.subjects[source.number]


def test_every_file_is_recognised_by_its_content(filled):
    forms = {one.path.as_posix(): one.form for one in filled.sources.values()}
    assert forms["ct"] == "dicom"
    assert forms["ward/p002/zh.txt"] == "text"
    assert forms["fhir.ndjson"] == "json lines"
    assert not filled.refused


def test_files_about_one_person_belong_to_one_subject(filled):
    about = {of(filled, one) for one in ("ct", "fhir.json", "letter.pdf", "ward/p001/note.txt")}
    assert about == {deid_folder.MRN}
    assert of(filled, "ward/p002/zh.txt") not in about


def test_a_file_of_many_people_belongs_to_none_of_them(filled):
    assert of(filled, "patients.csv") not in filled.register.subjects()


def test_what_is_known_of_somebody_is_gathered_from_all_files(filled):
    known = filled.register.known(deid_folder.MRN)
    assert ("name", deid_folder.NAME) in known
    assert {"record_number", "phone"} <= {kind for kind, _ in known}


def test_an_empty_folder_and_one_that_is_not_there_are_told(tmp_path):
    (tmp_path / "empty").mkdir()
    for place in ("empty", "nowhere"):
        with pytest.raises(DataError):
            survey(tmp_path / place, silent)


def test_it_tells_how_far_it_is(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "b.bin").write_bytes(b"\0")
    told = []
    survey(tmp_path, lambda *one: told.append(one))
    assert told == [("Reading", 1, 2), ("Reading", 2, 2)]


@pytest.mark.parametrize(
    ("fault", "code", "detail"),
    [
        (ZeroDivisionError("Lindqvist"), "fault", "ZeroDivisionError"),
        (DataError("Resource 3 has no type.", remedy="Export again."), "library", "Resource 3 has no type."),
        (RefusedError("corrupt"), "corrupt", ""),
    ],
)
def test_a_reader_that_breaks_on_a_file_refuses_it_and_the_rest_goes_on(tmp_path, monkeypatch, fault, code, detail):
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "b.txt").write_text("slept well\n")

    def broken(_source):
        raise fault

    monkeypatch.setattr(handlers, "INTRODUCE", {**handlers.INTRODUCE, "json": broken})
    found = survey(tmp_path, silent)
    assert (found.refused[1].code, found.refused[1].detail) == (code, detail)
    assert set(found.sources) == {2}


def test_the_mark_of_a_file_changes_with_all_that_it_is_cleaned_by(tmp_path):
    (tmp_path / "a.csv").write_text("mrn,name\n77712345,Ann Whitlock\n77712346,Bob Ortega\n77712347,Cleo Marsh\n")
    (tmp_path / "b.txt").write_text("slept well\n")
    one = survey(tmp_path, silent)
    again = survey(tmp_path, silent)
    assert one.mark(KEY)(one.sources[2]) == again.mark(KEY)(again.sources[2])
    assert one.mark(KEY)(one.sources[2]) != one.mark(b"z" * 32)(one.sources[2])
    (tmp_path / "a.csv").write_text("mrn,name\n77712345,Ann Whitlock\n77712346,Bob Ortega\n77712347,Dora Finch\n")
    other = survey(tmp_path, silent)
    assert other.mark(KEY)(other.sources[2]) != one.mark(KEY)(one.sources[2]), "somebody else may be named in it"


def test_a_mark_tells_nothing(tmp_path):
    (tmp_path / "Lindqvist.txt").write_text("slept well\n")
    found = survey(tmp_path, silent)
    mark = found.mark(KEY)(found.sources[1])
    assert len(mark) == 64
    assert set(mark) <= set("0123456789abcdef")


def test_files_of_the_erased_are_not_read(tmp_path):
    class Home(Nobody):
        def admit(self, subjects):
            return frozenset({"77712345"} & set(subjects))

    (tmp_path / "77712345").mkdir()
    (tmp_path / "77712346").mkdir()
    for name in ("77712345", "77712346"):
        (tmp_path / name / "note.txt").write_text("slept well\n")
    found = survey(tmp_path, silent)
    admitted(found, Home(KEY))
    assert [one.code for one in found.refused.values()] == ["erased"]
    assert [one.path.as_posix() for one in found.sources.values()] == ["77712346/note.txt"]
