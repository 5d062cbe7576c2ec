"""A run that was killed goes on, leaves no half file, and touches nothing that is not its own."""

import hashlib
import json

import pytest

from primum.deid.journal import JOURNAL, Journal, Line
from primum.errors import DataError

CLEAN = hashlib.sha256(b"clean").hexdigest()
HEAD = {"run": "r1", "like": "same"}


def kept(journal: Journal, name: str, text: str = "clean") -> None:
    draft = journal.draft(len(journal.digests) + 1)
    draft.write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    journal.keep(Line(source=f"mark of {name}", entry={"path": name, "number": 1}, digest=digest), draft)


def names(folder) -> list[str]:
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())


def test_a_file_gets_its_name_and_the_journal_knows_it(tmp_path):
    journal = Journal(tmp_path / "out", HEAD)
    kept(journal, "a/b.txt")
    assert names(tmp_path / "out") == [JOURNAL, "a/b.txt"]
    assert journal.done("mark of a/b.txt")
    assert journal.line("mark of a/b.txt").entry["path"] == "a/b.txt"
    assert journal.digests == {"a/b.txt": CLEAN}


def test_a_later_run_like_it_takes_over(tmp_path):
    kept(Journal(tmp_path / "out", HEAD), "a.txt")
    again = Journal(tmp_path / "out", {"run": "r2", "like": "same"})
    assert again.run == "r1"
    assert again.done("mark of a.txt")
    assert again.digests == {"a.txt": CLEAN}


def test_a_later_run_unlike_it_begins_anew(tmp_path):
    kept(Journal(tmp_path / "out", HEAD), "a/b/c.txt")
    again = Journal(tmp_path / "out", {"run": "r2", "like": "other"})
    assert again.run == "r2"
    assert not again.done("mark of a/b/c.txt")
    assert names(tmp_path / "out") == [JOURNAL]
    assert [one.name for one in (tmp_path / "out").iterdir()] == [JOURNAL]


def test_drafts_of_a_killed_run_are_removed(tmp_path):
    journal = Journal(tmp_path / "out", HEAD)
    journal.draft(1).write_text("half of a note")
    Journal(tmp_path / "out", HEAD)
    assert names(tmp_path / "out") == [JOURNAL]


def test_a_file_that_never_got_its_name_is_done_again(tmp_path):
    journal = Journal(tmp_path / "out", HEAD)
    kept(journal, "a.txt")
    (tmp_path / "out" / "a.txt").unlink()
    assert not Journal(tmp_path / "out", HEAD).done("mark of a.txt")


def test_a_file_that_was_altered_since_is_done_again(tmp_path):
    kept(Journal(tmp_path / "out", HEAD), "a.txt")
    (tmp_path / "out" / "a.txt").write_text("other")
    assert not Journal(tmp_path / "out", HEAD).done("mark of a.txt")


def test_a_line_cut_short_is_cut_off(tmp_path):
    journal = Journal(tmp_path / "out", HEAD)
    kept(journal, "a.txt")
    kept(journal, "b.txt")
    path = tmp_path / "out" / JOURNAL
    path.write_bytes(path.read_bytes()[:-5])
    (tmp_path / "out" / "b.txt").unlink()
    again = Journal(tmp_path / "out", HEAD)
    assert again.done("mark of a.txt")
    assert not again.done("mark of b.txt")
    kept(again, "b.txt")
    assert all(json.loads(line) for line in path.read_text().splitlines())


@pytest.mark.parametrize("name", ["mine.txt", "sub/mine.txt", "report.json"])
def test_a_folder_with_other_files_is_refused_and_left_as_it_is(tmp_path, name):
    place = tmp_path / "out" / name
    place.parent.mkdir(parents=True)
    place.write_text("mine")
    with pytest.raises(DataError, match="not empty"):
        Journal(tmp_path / "out", HEAD)
    assert names(tmp_path / "out") == [name]


def test_strangers_beside_an_unfinished_run_are_refused(tmp_path):
    kept(Journal(tmp_path / "out", HEAD), "a.txt")
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="not empty"):
        Journal(tmp_path / "out", {"run": "r2", "like": "other"})
    assert (tmp_path / "out" / "mine.txt").exists()


def test_what_was_refused_is_looked_at_again(tmp_path):
    journal = Journal(tmp_path / "out", HEAD)
    journal.keep(Line(source="m", entry={"path": "x.bin", "number": 1}), None)
    assert journal.line("m").entry["path"] == "x.bin"
    assert not Journal(tmp_path / "out", HEAD).done("m")
    assert names(tmp_path / "out") == [JOURNAL]


def test_what_is_not_wanted_any_more_is_removed(tmp_path):
    journal = Journal(tmp_path / "out", HEAD)
    kept(journal, "a/a.txt")
    kept(journal, "b.txt")
    journal.forget({"mark of b.txt"})
    assert names(tmp_path / "out") == [JOURNAL, "b.txt"]
    assert journal.digests == {"b.txt": CLEAN}
    assert not (tmp_path / "out" / "a").exists()


def test_the_end_removes_the_journal(tmp_path):
    journal = Journal(tmp_path / "out", HEAD)
    kept(journal, "a.txt")
    journal.end()
    assert names(tmp_path / "out") == ["a.txt"]
