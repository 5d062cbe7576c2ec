"""Commands given wrongly, or in a wrong place: the right error, one object of JSON, and never an internal error."""

import json

import pytest

from synthetic import tiny_study
from synthetic.command_line import Desk


@pytest.fixture
def tiny(tmp_path) -> Desk:
    """A tiny study, not run."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    tiny_study.write(folder)
    (folder / "study.yaml").write_text(tiny_study.TEXT, encoding="utf-8")
    return Desk(folder=folder)


def said(done):
    """Return the one object that ``--json`` ends with."""
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    "words", [["run"], ["frobnicate"], ["run", "x", "--nonsense"], ["serve", "x", "--port", "99999"], ["predict"]]
)
def test_a_command_that_is_not_understood_ends_with_one_object_too(tiny, words):
    assert said(tiny.primum(*words, "--json", code=2))["error"] == "UsageError"


def test_a_draft_that_cannot_be_written_is_told(tiny):
    done = tiny.primum("init", "lab.csv", "--out", "nowhere/deep/study.yaml", "--json", code=10)
    assert "cannot be written" in said(done)["what"]


@pytest.mark.parametrize("keys", ["[1]", "7", "{", "", '"word"'])
def test_public_keys_that_are_none_are_told(tiny, keys):
    (tiny.folder / "trust.json").write_text(keys)
    (tiny.folder / "release").mkdir()
    assert (
        said(tiny.primum("verify", "release", "--trust", "trust.json", "--json", code=13))["error"] == "IntegrityError"
    )


@pytest.mark.parametrize("home", ["lab.csv", "/dev/null/home"])
def test_a_home_that_cannot_be_is_told(tiny, home):
    done = tiny.primum("run", tiny.folder, "--home", home, "--json", code=13)
    assert said(done)["error"] == "IntegrityError"


def test_the_audit_log_is_read_in_whole_words(tiny):
    tiny.primum("run", tiny.folder, code=12)
    assert "local-operator: open home" in tiny.primum("audit", tiny.folder).stdout


def test_a_role_that_does_not_exist_is_told_before_anything_is_opened(tiny):
    found = said(tiny.primum("enrol", tiny.folder, "Test Person", "ethic-board", "--json", code=10))
    assert "ethics-board" in found["remedy"]
    assert not tiny.home.exists()
