"""A folder is walked in a fixed order and never left."""

import os

import pytest

from primum.deid.walking import check_places, walk
from primum.errors import DataError


def test_files_come_sorted_and_numbered_with_paths_below_the_folder(tmp_path):
    for name in ("b.txt", "a/z.txt", "a/b/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    found = walk(tmp_path)
    assert [(one.number, one.path.as_posix()) for one in found] == [(1, "a/b/c.txt"), (2, "a/z.txt"), (3, "b.txt")]
    assert all(one.is_plain and not one.is_litter for one in found)


def test_the_order_is_that_of_sort_on_bytes(tmp_path):
    for name in ("a b/x", "a/x", "a.txt", "B", "ä"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [one.path.as_posix() for one in walk(tmp_path)] == ["B", "a b/x", "a.txt", "a/x", "ä"]


def test_a_single_file_is_a_folder_of_one(tmp_path):
    (tmp_path / "one.txt").write_text("x")
    assert [one.path.as_posix() for one in walk(tmp_path / "one.txt")] == ["one.txt"]


def test_links_are_listed_and_not_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("x")
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "folder").symlink_to(outside)
    (inside / "file.txt").symlink_to(outside / "secret.txt")
    (inside / "broken").symlink_to(tmp_path / "nowhere")
    found = {one.path.as_posix(): one.is_plain for one in walk(inside)}
    assert found == {"broken": False, "file.txt": False, "folder": False}


def test_pipes_are_no_plain_files(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert [one.is_plain for one in walk(tmp_path)] == [False]


def test_litter_of_operating_systems_is_known(tmp_path):
    for name in (".DS_Store", "Thumbs.db", "._note.txt", "note.txt"):
        (tmp_path / name).write_text("x")
    assert {one.path.as_posix() for one in walk(tmp_path) if one.is_litter} == {".DS_Store", "Thumbs.db", "._note.txt"}


def test_a_place_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError, match="nothing to read"):
        walk(tmp_path / "nowhere")


@pytest.mark.parametrize(("here", "there"), [("in", "in/out"), ("in/sub", "in"), ("in", "in"), ("in", "in/../in/x")])
def test_one_place_in_the_other_is_refused(tmp_path, here, there):
    (tmp_path / "in" / "sub").mkdir(parents=True)
    with pytest.raises(DataError, match="lies in"):
        check_places(tmp_path / here, tmp_path / there)


def test_a_link_does_not_hide_that_one_place_lies_in_the_other(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "elsewhere").symlink_to(tmp_path / "in")
    with pytest.raises(DataError):
        check_places(tmp_path / "in", tmp_path / "elsewhere" / "out")


def test_places_beside_each_other_are_fine(tmp_path):
    (tmp_path / "in").mkdir()
    check_places(tmp_path / "in", tmp_path / "in-out")
