import errno
import os
from pathlib import Path

import pytest

from primum.custody.blobs import Blobs
from primum.errors import IntegrityError
from primum.ids import digest


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def test_a_container_is_named_by_its_content(blobs: Blobs, tmp_path: Path) -> None:
    name = blobs.put(b"x")
    assert name == digest(b"x")
    assert blobs.get(name) == b"x"
    assert (tmp_path / "blobs" / name[:2] / name).is_file()


def test_an_altered_container_is_refused(blobs: Blobs, tmp_path: Path) -> None:
    name = blobs.put(b"x")
    (tmp_path / "blobs" / name[:2] / name).write_bytes(b"y")
    with pytest.raises(IntegrityError, match="altered") as refused:
        blobs.get(name)
    assert name in refused.value.remedy


def test_a_missing_container_is_refused(blobs: Blobs) -> None:
    with pytest.raises(IntegrityError, match="missing"):
        blobs.get(digest(b"x"))


def test_what_nothing_refers_to_is_removed_with_its_folder(blobs: Blobs, tmp_path: Path) -> None:
    kept, left = blobs.put(b"kept"), blobs.put(b"left")
    blobs.keep_only({kept})
    assert blobs.get(kept) == b"kept"
    found = [one.name for one in (tmp_path / "blobs").rglob("*")]
    assert sorted(found) == sorted([kept[:2], kept])
    assert left not in found


def test_an_empty_folder_is_tidy(blobs: Blobs) -> None:
    blobs.keep_only(set())


def test_a_full_disk_leaves_nothing(blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(IntegrityError, match="disk is full"):
        blobs.put(b"x")
    assert not [one for one in (tmp_path / "blobs").rglob("*") if one.is_file()]
