"""A folder of everything through the real command line: cleaned, verified, killed, restored, erased; nothing leaks."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from synthetic import deid_folder
from synthetic.command_line import Desk, environment

GRANT = """\
  - role: privacy-officer
    purpose: subject-access
    classes: [identified]
    actions: [read]
    because: The committee's decision of 2026-01-02.
"""


@pytest.fixture(scope="module")
def at(tmp_path_factory) -> Desk:
    """A folder to work in, with ``in`` filled and de-identified into ``out`` with a home."""
    desk = Desk(folder=tmp_path_factory.mktemp("deid"))
    deid_folder.fill(desk.folder / "in")
    desk.primum("deid", "in", "out", "--home", "home")
    policy = desk.folder / "home" / "access.yaml"
    policy.write_text(policy.read_text().replace("actors:\n", "actors:\n  officer: [privacy-officer]\n", 1) + GRANT)
    return desk


@pytest.fixture
def copy(at, tmp_path) -> Desk:
    return at.copy(tmp_path / "copy")


def restored(desk: Desk, to: str = "back", *, code: int = 0, actor: str = "officer", purpose: str = "subject-access"):
    return desk.primum("restore", "home", "out", to, "--purpose", purpose, code=code, PRIMUM_ACTOR=actor)


def tree(folder: Path) -> dict[str, bytes]:
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_what_is_printed_tells_figures_and_no_identifier(at, tmp_path):
    done = at.primum("deid", "in", tmp_path / "out")
    said = done.stdout + done.stderr
    assert "15 files cleaned" in said
    assert "forgotten" in said
    assert not any(needle in said for needle in deid_folder.NEEDLES)


def test_json_is_the_summary_of_the_report(at, tmp_path):
    found = json.loads(at.primum("deid", "in", tmp_path / "out", "--json").stdout)
    assert found["attested"]
    assert found["totals"]["cleaned"] == 15
    assert Path(found["report"]).is_file()
    assert not any(needle in json.dumps(found) for needle in deid_folder.NEEDLES)


def test_no_identifier_is_anywhere_in_the_clear(at):
    for place in ("out", "home", "scratch"):
        for name, data in tree(at.folder / place).items():
            found = [needle for needle in deid_folder.NEEDLES if needle.encode() in data or needle in name]
            assert not found, (place, name)


def test_anybody_can_verify_and_whoever_has_the_keys_knows_by_whom(at):
    assert "Unaltered" in at.primum("verify", "out").stdout
    assert "Genuine" in at.primum("verify", "out", "--trust", "home/out/trust.json").stdout
    found = json.loads(at.primum("verify", "out", "--json").stdout)
    assert found["genuine"]
    assert found["files"] == 15


def test_an_altered_folder_does_not_verify(copy):
    (copy.folder / "out" / "patients.csv").write_text("x")
    done = copy.primum("verify", "out", code=13)
    assert "patients.csv was altered" in " ".join((done.stdout + done.stderr).split())


def test_a_later_run_with_the_same_home_gives_the_same_surrogates(at, tmp_path):
    at.primum("deid", "in/patients.csv", tmp_path / "one", "--home", "home")
    assert (tmp_path / "one" / "patients.csv").read_bytes() == (at.folder / "out" / "patients.csv").read_bytes()


# -- the way back ------------------------------------------------------------------------------------------------------
def test_originals_come_back_to_the_last_byte(copy):
    restored(copy)
    assert tree(copy.folder / "back") == tree(copy.folder / "in")


@pytest.mark.parametrize(
    ("actor", "purpose"), [("officer", "research"), ("officer", "de-identification"), ("somebody", "subject-access")]
)
def test_nothing_comes_back_without_a_grant_and_the_log_tells(copy, actor, purpose):
    restored(copy, code=12, actor=actor, purpose=purpose)
    assert not (copy.folder / "back").exists()
    entries = json.loads(copy.primum("audit", "home", "--json").stdout)["entries"]
    refused = [one for one in entries if not one["allowed"]]
    assert refused[-1]["actor"] == actor
    assert refused[-1]["purpose"] == purpose


def test_what_is_allowed_is_in_the_log_as_well(copy):
    restored(copy)
    entries = json.loads(copy.primum("audit", "home", "--json").stdout)["entries"]
    read = [one for one in entries if one["action"] == "read data set"]
    assert read
    assert all(one["allowed"] and one["actor"] == "officer" and "2026-01-02" in one["why"] for one in read)


def test_an_altered_folder_is_not_restored(copy):
    (copy.folder / "out" / "ward" / "p001" / "note.txt").write_text("x")
    restored(copy, code=13)


def test_another_home_does_not_restore(copy):
    copy.primum("deid", "in/letter.pdf", "other-out", "--home", "other")
    done = copy.primum("restore", "other", "out", "back", "--purpose", "subject-access", code=13)
    assert "another key" in done.stdout + done.stderr


def test_a_home_that_is_not_there_is_not_made(copy):
    copy.primum("restore", "nowhere", "out", "back", "--purpose", "subject-access", code=10)
    assert not (copy.folder / "nowhere").exists()


def test_a_folder_that_is_not_empty_takes_no_originals(copy):
    (copy.folder / "back").mkdir()
    (copy.folder / "back" / "mine.txt").write_text("mine")
    restored(copy, code=11)
    assert tree(copy.folder / "back") == {"mine.txt": b"mine"}


def test_an_erased_subject_does_not_come_back(copy):
    copy.primum("erase", "home", deid_folder.MRN)
    restored(copy)
    back, source = tree(copy.folder / "back"), tree(copy.folder / "in")
    about = {name for name, data in source.items() if b"Lindqvist" in data or deid_folder.MRN in name}
    assert {"fhir.json", "letter.pdf", "ct", "labs.parquet", f"{deid_folder.MRN}_visit.md"} & set(back) == set()
    assert not any(b"Lindqvist" in data for data in back.values())
    others = set(source) - about
    assert {name: back[name] for name in others & set(back)} == {name: source[name] for name in others & set(back)}
    assert b"Whitlock" in back["patients.csv"]


def test_no_backup_of_the_store_brings_an_erased_subject_back(copy):
    home = copy.folder / "home"
    before = tree(home)
    copy.primum("erase", "home", deid_folder.MRN)
    for name in ("store.db", "store.db-wal", "store.db-shm"):
        (home / name).unlink(missing_ok=True)
        if name in before:
            (home / name).write_bytes(before[name])
    restored(copy, code=13)


def test_an_erased_subject_is_not_taken_in_again(copy, tmp_path):
    copy.primum("erase", "home", deid_folder.MRN)
    done = copy.primum("deid", "in", tmp_path / "again", "--home", "home", "--json", code=11)
    assert json.loads(done.stdout)["reasons"]["erased"] >= 4
    assert not any(b"Lindqvist" in data for data in tree(tmp_path / "again").values())


# -- who is it ---------------------------------------------------------------------------------------------------------
IDENTIFY = """\
  - role: privacy-officer
    purpose: unexpected-finding
    classes: [identified]
    actions: [identify]
    because: The committee's decision of 2026-01-03.
"""


@pytest.fixture
def asked(copy):
    """The home with a grant to turn pseudonyms back, and how to ask."""
    policy = copy.folder / "home" / "access.yaml"
    policy.write_text(policy.read_text() + IDENTIFY)
    pseudonym = deid_folder.files(copy.folder / "out")["ct"]["subject"]

    def ask(*more: str, code: int = 0, actor: str = "officer", purpose: str = "unexpected-finding", who=pseudonym):
        words = ["identify", "home", who, "--purpose", purpose, "--because", "a finding in the CT", *more]
        return copy.primum(*words, code=code, PRIMUM_ACTOR=actor)

    ask.pseudonym = pseudonym
    ask.log = lambda: json.loads(copy.primum("audit", "home", "--json").stdout)["entries"]
    ask.desk = copy
    return ask


def test_a_pseudonym_is_turned_back_for_whom_the_policy_permits_and_the_log_says_why(asked):
    assert asked().stdout.strip() == deid_folder.MRN
    found = json.loads(asked("--json").stdout)
    assert found == {"subject": asked.pseudonym, "identifier": deid_folder.MRN}
    entry = [one for one in asked.log() if one["action"] == "identify subject"][-1]
    assert (entry["about"], entry["actor"], entry["allowed"]) == (asked.pseudonym, "officer", True)
    assert entry["purpose"] == "unexpected-finding"
    assert entry["detail"] == {"because": "a finding in the CT"}
    assert "2026-01-03" in entry["why"]
    assert "because: a finding in the CT" in asked.desk.primum("audit", "home").stdout


@pytest.mark.parametrize(
    ("actor", "purpose"),
    [("officer", "subject-access"), ("officer", "de-identification"), ("somebody", "unexpected-finding")],
)
def test_a_pseudonym_is_not_turned_back_otherwise_and_the_attempt_is_logged(asked, actor, purpose):
    done = asked(code=12, actor=actor, purpose=purpose)
    assert "identify" in done.stdout + done.stderr
    assert deid_folder.MRN not in done.stdout + done.stderr
    entry = [one for one in asked.log() if one["action"] == "identify subject"][-1]
    assert (entry["actor"], entry["purpose"], entry["allowed"]) == (actor, purpose, False)


def test_turning_back_leaves_no_identifier_in_the_home_and_repeats_none(asked):
    asked()
    said = asked(code=11, who=deid_folder.MRN)
    assert deid_folder.MRN not in said.stdout + said.stderr
    for place in ("home", "scratch"):
        for name, data in tree(asked.desk.folder / place).items():
            assert not [needle for needle in deid_folder.NEEDLES if needle.encode() in data], (place, name)


def test_who_is_erased_or_unknown_is_not_turned_back(asked):
    asked(code=11, who="P0123456789abcdef")
    asked.desk.primum("erase", "home", asked.pseudonym)
    asked(code=11)


def test_no_home_is_made_where_one_is_asked_for_a_person(asked):
    asked.desk.primum("identify", "nowhere", asked.pseudonym, "--purpose", "x", "--because", "y", code=10)
    assert not (asked.desk.folder / "nowhere").exists()


# -- refusals ----------------------------------------------------------------------------------------------------------
def test_something_refused_gives_the_exit_code_and_the_rest_is_done(tmp_path):
    desk = Desk(folder=tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(deid_folder.NOTE)
    (tmp_path / "in" / "b.bin").write_bytes(b"\x00Lindqvist")
    done = desk.primum("deid", "in", "out", code=11)
    assert "1 files were refused" in " ".join((done.stdout + done.stderr).split())
    assert "Lindqvist" not in done.stdout + done.stderr
    assert set(tree(tmp_path / "out")) == {"a.txt", "report.json", "report.html", "attestation.json"}
    desk.primum("verify", "out")


@pytest.mark.parametrize(("source", "out"), [("in", "in/out"), ("in/sub", "in"), ("nowhere", "out"), ("in", "full")])
def test_places_that_do_not_fit_are_refused(tmp_path, source, out):
    desk = Desk(folder=tmp_path)
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "sub" / "a.txt").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    desk.primum("deid", source, out, code=11)
    assert tree(tmp_path / "full") == {"mine.txt": b"mine"}
    assert tree(tmp_path / "in") == {"sub/a.txt": b"x"}


def test_a_folder_that_may_not_be_written_is_a_refusal_with_a_remedy(tmp_path):
    desk = Desk(folder=tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("x")
    (tmp_path / "file").write_text("no folder")
    desk.primum("deid", "in", "file/out", code=None)
    assert (tmp_path / "file").read_text() == "no folder"


def test_people_hide_in_tables_where_that_is_asked(tmp_path):
    desk = Desk(folder=tmp_path)
    (tmp_path / "in").mkdir()
    deid_folder.write_table(tmp_path / "in" / "patients.csv")
    words = ["deid", "in", "out", "--k", "5", "--sensitive", "sex", "--l", "2", "--population", "9000", "--json"]
    (table,) = json.loads(desk.primum(*words).stdout)["tables"]
    assert table["risk"]["smallest"] >= 5
    assert table["risk"]["journalist"]["highest"] < 0.01
    assert table["hiding"]["k"] == 5
    assert table["hiding"]["sensitive"]["distinct"] >= 2
    assert "粗化至人人可隐于他人之中" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("more", [["--l", "2"], ["--t", "0.2"], ["--sensitive", "sex"]])
def test_what_is_asked_of_tables_must_go_together(tmp_path, more):
    desk = Desk(folder=tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("slept well\n")
    done = desk.primum("deid", "in", "out", *more, "--json", code=11)
    assert json.loads(done.stdout)["error"] == "DataError"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("more", [["--k", "-1"], ["--t", "2"], ["--population", "0"], ["--policy", "none"]])
def test_what_cannot_be_asked_is_misuse(tmp_path, more):
    Desk(folder=tmp_path).primum("deid", "in", "out", *more, code=2)


# -- kill -9 -----------------------------------------------------------------------------------------------------------
def killed(tmp_path: Path, words: list[str], wanted: int) -> bool:
    """Run a command, kill it when so many files are written, and return whether it was still running."""
    process = subprocess.Popen(
        [sys.executable, "-m", "primum", *words],
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and len(list((tmp_path / "out").glob("note*"))) < wanted:
        time.sleep(0.002)
    is_running = process.poll() is None
    process.kill()
    process.wait()
    return is_running


@pytest.mark.parametrize("with_home", [True, False])
def test_kill_9_leaves_nothing_unsafe_and_the_same_command_ends_it(tmp_path, with_home):
    desk, folder = Desk(folder=tmp_path), tmp_path / "in"
    folder.mkdir()
    for number in range(60):
        (folder / f"note{number}.txt").write_text(deid_folder.NOTE * 20)
    words = ["deid", "in", "out", *(["--home", "home"] if with_home else [])]
    kills = [killed(tmp_path, words, wanted) for wanted in ((1, 30) if with_home else (1, 20, 40))]
    assert any(kills)
    left = {**tree(tmp_path / "out"), **tree(tmp_path / "scratch")}
    assert not [name for name, data in left.items() if any(one.encode() in data for one in deid_folder.NEEDLES)]
    assert all(len(data) > len(deid_folder.NOTE) * 15 for name, data in left.items() if name.startswith("note"))
    if not (tmp_path / "out" / "attestation.json").exists():
        desk.primum(*words)
    desk.primum("verify", "out")
    assert len(list((tmp_path / "out").glob("note*.txt"))) == 60
    if with_home:
        policy = tmp_path / "home" / "access.yaml"
        policy.write_text(policy.read_text().replace("actors:\n", "actors:\n  officer: [privacy-officer]\n", 1) + GRANT)
        restored(desk)
        assert tree(tmp_path / "back") == tree(folder)
