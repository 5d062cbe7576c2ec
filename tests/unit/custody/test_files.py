import errno
import os
from pathlib import Path

import pytest

from primum.custody import files
from primum.errors import DataError, IntegrityError


def test_a_file_is_written_with_the_folders_above_it(tmp_path: Path) -> None:
    files.write_whole(tmp_path / "a" / "b" / "c", b"x")
    assert (tmp_path / "a" / "b" / "c").read_bytes() == b"x"


def test_a_file_that_is_there_is_replaced(tmp_path: Path) -> None:
    files.write_whole(tmp_path / "a", b"longer than the next")
    files.write_whole(tmp_path / "a", b"x")
    assert (tmp_path / "a").read_bytes() == b"x"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_full_disk_leaves_the_old_file_and_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write_whole(tmp_path / "a", b"old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_drafts_of_killed_processes_are_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "release.tmp" / "deep").mkdir(parents=True)
    (tmp_path / "release.tmp" / "deep" / "x.tmp").write_text("x")
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "ab.tmp").write_text("x")
    (tmp_path / "blobs" / "ab").write_text("kept")
    files.remove_drafts(tmp_path)
    assert sorted(str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*")) == ["blobs", "blobs/ab"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "may not be written"),
        (errno.EPERM, "may not be written"),
        (errno.EIO, "EIO"),
    ],
)
def test_a_disk_that_refuses_is_an_integrity_error_with_its_reason(number: int, words: str) -> None:
    with pytest.raises(IntegrityError, match=words) as refused, files.keeping("the thing"):
        raise OSError(number, "told by the system")
    assert "the thing was not kept" in refused.value.what
    assert "same command" in refused.value.remedy


def test_other_errors_pass_unchanged() -> None:
    with pytest.raises(DataError, match="wrong"), files.keeping("the thing"):
        raise DataError("wrong", remedy="mend it")
    with pytest.raises(KeyError), files.keeping("the thing"):
        raise KeyError


def test_nothing_wrong_is_nothing_said() -> None:
    with files.keeping("the thing"):
        pass
