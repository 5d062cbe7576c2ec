"""Originals are written back one by one, whole or as far as nobody in them was erased, and nowhere else."""

import json
from pathlib import PurePosixPath

import pytest

from primum.deid import attestation, restoring
from primum.deid.nouns import Piece
from primum.deid.sealing import Original
from primum.errors import DataError, IntegrityError
from synthetic.deid_jobs import sha256

WRITTEN = b"Name [NAME]."
ORIGINAL = b"Name Ann."
PIECE = Piece(subject="s", start=5, end=11, original=b"Ann")


def original(**changes) -> Original:
    told = {"name": "ward/note.txt", "digest": sha256(ORIGINAL), "parts": 1, "found": 1, "pieces": [PIECE], **changes}
    return Original(**told)


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "n.txt").write_bytes(WRITTEN)
    return tmp_path / "out"


def put_back(tmp_path, out, kept):
    return restoring._put_back(out, tmp_path / "back", "n.txt", kept)


def back(tmp_path):
    return {one.relative_to(tmp_path / "back").as_posix() for one in (tmp_path / "back").rglob("*") if one.is_file()}


def test_an_original_comes_back_under_its_own_name(tmp_path, out):
    assert put_back(tmp_path, out, original()) == "whole"
    assert (tmp_path / "back" / "ward" / "note.txt").read_bytes() == ORIGINAL
    assert back(tmp_path) == {"ward/note.txt"}


def test_the_folder_of_originals_is_nobody_elses(tmp_path, out):
    put_back(tmp_path, out, original())
    assert (tmp_path / "back" / "ward").stat().st_mode & 0o077 == 0


def test_what_is_left_of_a_file_of_several_people_comes_back_in_part(tmp_path, out):
    assert put_back(tmp_path, out, original(parts=2)) == "partial"
    assert (tmp_path / "back" / "ward" / "note.txt").read_bytes() == ORIGINAL


@pytest.mark.parametrize(
    "kept", [None, original(name=""), original(parts=1, found=0, pieces=[]), original(sealed=b"noise", pieces=[])]
)
def test_of_the_erased_nothing_comes_back(tmp_path, out, kept):
    assert put_back(tmp_path, out, kept) == "gone"
    assert not (tmp_path / "back").exists()


def test_what_is_not_the_original_is_not_left_lying(tmp_path, out):
    with pytest.raises(IntegrityError, match=r"n\.txt is not the original"):
        put_back(tmp_path, out, original(digest=sha256(b"other")))
    assert back(tmp_path) == set()


@pytest.mark.parametrize("name", ["../escape.txt", "/etc/escape.txt", "a/../../escape.txt"])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path, out, name):
    with pytest.raises(IntegrityError, match="out of the folder"):
        put_back(tmp_path, out, original(name=name))
    assert not (tmp_path / "escape.txt").exists()


def test_ordinary_names_stay():
    assert restoring._inside("ward/a..b/note.txt") == PurePosixPath("ward/a..b/note.txt")


# -- a whole folder ----------------------------------------------------------------------------------------------------
class Custodian:
    """Plays a home."""

    def __init__(self, rows=()):
        self.rows = list(rows)
        self.read = []

    def trust(self):
        return {"release": "key"}

    def read_dataset(self, digest):
        self.read.append(digest)
        return self.rows


@pytest.fixture
def attested(monkeypatch):
    monkeypatch.setattr(attestation, "verify", lambda *_: None)


def test_a_folder_made_without_a_home_has_no_way_back(attested, tmp_path, out):
    (out / "report.json").write_text(json.dumps({"files": [{"path": "n.txt", "originals": None}]}))
    with pytest.raises(DataError, match="No originals"):
        restoring.restore(Custodian(), out, tmp_path / "back", lambda *_: None)


def test_nothing_is_read_where_the_place_is_not_empty(attested, tmp_path, out):
    (out / "report.json").write_text(json.dumps({"files": [{"path": "n.txt", "originals": "d" * 64}]}))
    (tmp_path / "back").mkdir()
    (tmp_path / "back" / "mine.txt").write_text("mine")
    home = Custodian()
    with pytest.raises(DataError, match="not empty"):
        restoring.restore(home, out, tmp_path / "back", lambda *_: None)
    assert home.read == []


def test_nothing_is_read_where_the_folder_was_altered(tmp_path, out):
    home = Custodian()
    with pytest.raises(IntegrityError, match="not attested"):
        restoring.restore(home, out, tmp_path / "back", lambda *_: None)
    assert home.read == []


def test_each_data_set_is_read_once_and_progress_is_told(attested, tmp_path, out):
    (out / "m.txt").write_bytes(WRITTEN)
    listed = [{"path": name, "originals": "d" * 64, "sha256": "x"} for name in ("n.txt", "m.txt")]
    (out / "report.json").write_text(json.dumps({"files": [*listed, {"path": "refused", "sha256": None}]}))
    rows = []
    for name in ("n.txt", "m.txt"):
        head = {"file": name, "name": f"in/{name}", "sha256": sha256(ORIGINAL), "whole": False, "parts": 1}
        rows.append(("P1", json.dumps(head).encode() + b"\n"))
        rows.append(("P1", json.dumps({"file": name, "cuts": [[5, 11, 3]]}).encode() + b"\nAnn"))
    home, told = Custodian(rows), []
    done = restoring.restore(home, out, tmp_path / "back", lambda *one: told.append(one))
    assert (done.whole, done.partial, done.gone) == (2, 0, 0)
    assert home.read == ["d" * 64]
    assert told == [("Restoring", 1, 2), ("Restoring", 2, 2)]
    assert back(tmp_path) == {"in/n.txt", "in/m.txt"}
