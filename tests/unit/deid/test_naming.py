"""Names of files and folders that identify somebody are replaced; all others stay."""

from pathlib import PurePosixPath

import pytest

from primum.deid.naming import Namer
from primum.deid.nouns import Introduced
from synthetic.deid_jobs import desk

ANN = Introduced(names=("4711001",), known=(("name", "Zora Quillmark"), ("record_number", "4711001")))


@pytest.fixture(scope="module")
def namer():
    return Namer(desk(ANN))


def named(namer: Namer, path: str, subject: str = "") -> str:
    return namer.name(PurePosixPath(path), subject or f"file:{path}").as_posix()


@pytest.mark.parametrize(
    "path",
    [
        "notes/discharge summary.txt",
        "labs.csv",
        "a/b/c/README.md",
        "scan_0001.dcm",
        "p001/note2.txt",
        "brain.nii.gz",
        "x",
    ],
)
def test_names_that_identify_nobody_stay(namer, path):
    assert named(namer, path) == path


@pytest.mark.parametrize(
    "path",
    [
        "zora quillmark.txt",
        "Quillmark_Zora.txt",
        "ZoraQuillmark.txt",
        "MRN12345678.txt",
        "visit-2024-03-05.txt",
        "1.2.840.113619.2.55.3.txt",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301.json",
        "ann@example.org.txt",
        "note.quillmark",
        "garrison.txt",
        "王小明.txt",
        "Theodore_notes.txt",
        "lopez_ct.nii.gz",
    ],
)
def test_names_that_identify_somebody_are_replaced(namer, path):
    found = named(namer, path)
    assert found != path
    assert found.startswith("x-")


def test_a_subjects_own_number_becomes_the_pseudonym(namer):
    name = namer._desk.name("4711001")
    assert named(namer, "4711001.txt", "4711001") == f"{name}.txt"
    assert named(namer, "4711001/a.txt", "4711001") == f"{name}/a.txt"
    assert named(namer, "4711001_ct.txt", "4711001").startswith(f"{name}-")


def test_two_files_of_one_subject_do_not_meet(namer):
    assert named(namer, "4711001_ct.txt", "4711001") != named(namer, "4711001_mr.txt", "4711001")


def test_names_are_the_same_each_time_and_not_under_another_key(namer):
    assert named(namer, "MRN12345678.txt") == named(Namer(desk(ANN)), "MRN12345678.txt")


def test_folders_are_replaced_alike_for_all_their_files(namer):
    one, two = named(namer, "Zora Quillmark/a.txt"), named(namer, "Zora Quillmark/b.txt")
    assert one.partition("/")[0] == two.partition("/")[0]
    assert "Quillmark" not in one


def test_names_of_our_own_files_are_not_taken(namer):
    assert named(namer, "report.json") == "input-report.json"
    assert named(namer, "sub/report.json") == "sub/report.json"


def test_a_name_that_is_no_text_is_replaced(namer):
    assert named(namer, "bad\udcff\x07name.txt").startswith("x-")
