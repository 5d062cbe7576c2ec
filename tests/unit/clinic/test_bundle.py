"""A bundle over the wire never lies on a disk."""

from pathlib import Path

import pytest

from primum.clinic import bundle
from primum.domain.record import Record
from primum.errors import DataError
from synthetic.clinic_room import MadeUpPredictor

BUNDLE = {"resourceType": "Bundle", "entry": [{"resource": {"id": "MRN-8", "radius": 4.0}}]}


def test_it_is_read_from_memory_and_gone(tmp_path: Path) -> None:
    predictor = MadeUpPredictor()
    [record] = bundle.records(BUNDLE, predictor, tmp_path)
    assert record.subject == "MRN-8"
    assert list(tmp_path.iterdir()) == []
    assert predictor.read_from[0].parent.parent == tmp_path


def test_it_is_gone_when_reading_fails_and_was_for_no_other_eyes(tmp_path: Path) -> None:
    class Broken(MadeUpPredictor):
        def read(self, path: Path) -> list[Record]:
            assert path.stat().st_mode & 0o077 == 0
            assert path.parent.stat().st_mode & 0o077 == 0
            raise DataError("It cannot be read.", remedy="Export it again.")

    with pytest.raises(DataError):
        bundle.records(BUNDLE, Broken(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_memory_it_is_refused_rather_than_written(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file system in memory"):
        bundle.records(BUNDLE, MadeUpPredictor(), tmp_path / "none")


def test_the_usual_place_is_in_memory() -> None:
    assert bundle.MEMORY.name == "shm"
