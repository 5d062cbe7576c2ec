"""People met in different files are one, and each file goes to whom it is about."""

from pathlib import Path, PurePosixPath

import pytest

from primum.deid.nouns import Introduced, Source
from primum.deid.subjects import OWN, Register, assigned, stem


def register(*introductions: Introduced) -> Register:
    made = Register()
    for one in introductions:
        made.meet(one)
    made.settle()
    return made


def source(number: int, path: str) -> Source:
    return Source(number=number, path=PurePosixPath(path), place=Path("x"), digest="", form="text")


ANN = Introduced(names=("4711001", "p1"), known=(("name", "Ann Whitlock"), ("record_number", "4711001")))
SAME = Introduced(names=("p1",), known=(("phone", "415-555-1000"),))
BOB = Introduced(names=("4711002",), known=(("name", "Bob Ortega"), ("record_number", "4711002")))
STAFF = Introduced(names=(), known=(("name", "Dora Quill"),))
HAN = Introduced(names=("90001",), known=(("name", "欧阳小明"),))


def test_introductions_that_share_a_name_are_of_one_person():
    made = register(ANN, SAME, BOB)
    assert made.subject("p1") == made.subject("4711001") == "4711001"
    assert made.subject("4711002") == "4711002"
    assert made.subjects() == ["4711001", "4711002"]
    assert set(made.known("4711001")) == {*ANN.known, *SAME.known}


def test_the_order_of_files_does_not_change_by_which_name_a_person_goes():
    for order in ((ANN, SAME), (SAME, ANN)):
        assert register(*order).subject("p1") == "4711001"


def test_chains_of_names_are_followed():
    chain = [Introduced(names=(f"n{at}", f"n{at + 1}")) for at in range(5)]
    made = register(*chain[::-1])
    assert {made.subject(f"n{at}") for at in range(6)} == {"n0"}


def test_staff_is_known_to_everybody():
    made = register(ANN, STAFF)
    assert ("name", "Dora Quill") in made.known("4711001")
    assert ("name", "Dora Quill") in made.known("anybody")


def test_a_name_nobody_goes_by_is_nobody():
    assert register(ANN).subject("other") == ""


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Spoke to Ann Whitlock today", {"name"}),
        ("WHITLOCK, ANN was here", {"name"}),
        ("ann whitlock", {"name"}),
        ("Ann Whit\u200block", {"name"}),
        ("\uff21nn Whítlock", {"name"}),
        ("number 4711001.", {"record_number"}),
        ("number 471-1001", {"record_number"}),
        ("call (415) 555 1000", {"phone"}),
        ("Whitlock alone", set()),
        ("14711001", set()),
        ("", set()),
    ],
)
def test_people_are_found_in_texts_by_whole_names_and_long_numbers(text, kinds):
    made = register(ANN, SAME, BOB)
    assert {kind for kind, _ in made.mentioned(text)} == kinds


def test_chinese_names_are_found_among_other_signs():
    assert register(HAN).mentioned("患者欧阳小明入院") == {("name", "欧阳小明")}


def test_a_text_that_names_one_subject_is_about_him():
    made = register(ANN, SAME, BOB, STAFF)
    assert made.about("Bob Ortega, seen by Dora Quill") == "4711002"
    assert made.about("4711001 asked for Bob Ortega") == "4711001"
    assert made.about("Ann Whitlock and Bob Ortega") == ""
    assert made.about("Dora Quill") == ""


def found(paths, told=None, made=None):
    listed = [source(at, path) for at, path in enumerate(paths, start=1)]
    return list(assigned(listed, told or {}, made or register()).values())


def test_a_file_goes_by_what_it_tells_before_its_name():
    assert found(["4711002.txt"], {1: "4711001"}, register(ANN, BOB)) == ["4711001"]


@pytest.mark.parametrize(
    "path", ["4711002.txt", "ward/4711002/note.txt", "ward/MRN-4711002_ct.nii.gz", "4711002/a/b.txt"]
)
def test_a_file_goes_by_its_name_or_a_folder_of_it(path):
    assert found([path], made=register(ANN, BOB)) == ["4711002"]


def test_folders_that_are_numbers_like_others_beside_are_subjects():
    assert found(["p001/a.txt", "p001/b.txt", "p002/a.txt"]) == ["p001", "p001", "p002"]


def test_a_single_folder_is_no_subject_nor_are_years():
    assert found(["p001/a.txt", "p001/b.txt"]) == [f"{OWN}p001/a.txt", f"{OWN}p001/b.txt"]
    assert found(["2023/a.txt", "2024/a.txt"]) == [f"{OWN}2023/a.txt", f"{OWN}2024/a.txt"]


def test_a_number_that_several_files_bear_is_a_subject():
    assert found(["text/case17.txt", "scan/case17.nii.gz", "text/readme.txt", "scan/readme.txt"]) == [
        "case17",
        "case17",
        f"{OWN}text/readme.txt",
        f"{OWN}scan/readme.txt",
    ]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("a.txt", "a"), ("a.nii.gz", "a"), ("1.2.840.1", "1.2.840.1"), ("a", "a"), ("scan.001", "scan.001")],
)
def test_a_stem_is_a_name_without_endings(name, wanted):
    assert stem(PurePosixPath(name)) == wanted
