"""Bad input of every kind gets the right error with its remedy; a killed run goes on where it stopped."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from synthetic.command_line import environment


def break_file(name, change):
    def broken(desk):
        file = desk.folder / name
        file.write_text(change(file.read_text()))

    return broken


def rows(change):
    def changed(text):
        header, *lines = text.splitlines()
        names = header.split(",")
        return "\n".join([header, *change(names, lines)]) + "\n"

    return changed


def set_cell(column, value, every=1):
    def change(names, lines):
        place = names.index(column)
        return [
            ",".join(value if at == place and number % every == 0 else cell for at, cell in enumerate(line.split(",")))
            for number, line in enumerate(lines)
        ]

    return rows(change)


def remove(name):
    def removed(desk):
        (desk.folder / name).unlink()

    return removed


FAULTS = {
    "a missing file": (remove("data/cytology.csv"), 11, "cytology.csv"),
    "a wrong column": (
        break_file("data/cytology.csv", lambda text: text.replace("radius_mean", "radius_maen", 1)),
        11,
        "radius_m",
    ),
    "an empty file": (break_file("data/cytology.csv", lambda _: ""), 11, "cytology"),
    "one class only": (break_file("data/cytology.csv", set_cell("diagnosis", "benign")), 11, "class"),
    "an unknown class": (break_file("data/cytology.csv", set_cell("diagnosis", "perhaps", every=50)), 11, "diagnosis"),
    "a unit that cannot be converted": (
        break_file("data/cytology.csv", set_cell("size_unit", "kg", every=9)),
        11,
        "unit",
    ),
    "words where numbers belong": (
        break_file("data/cytology.csv", set_cell("radius_mean", "wide", every=2)),
        11,
        "radius_mean",
    ),
    "a duplicate subject": (
        break_file("data/cytology.csv", rows(lambda _, lines: [*lines, lines[0].replace(".", ".9", 1)])),
        11,
        "twice",
    ),
    "a study that is not YAML": (break_file("study.yaml", lambda text: text + "\n  - ]["), 10, "line"),
    "a key listed twice": (break_file("study.yaml", lambda text: text + "\nseed: 3\n"), 10, "seed"),
    "an unknown key": (break_file("study.yaml", lambda text: text + "\nsede: 3\n"), 10, "sede"),
    "an unknown norm": (
        break_file("study.yaml", lambda text: text.replace("eu-ai-act", "eu-ai-akt", 1)),
        10,
        "eu-ai-akt",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_bad_input_gets_the_right_error_with_its_remedy(small, tmp_path, fault):
    spoil, code, word = FAULTS[fault]
    desk = small.copy(tmp_path / "study")
    spoil(desk)
    done = desk.primum("run", desk.folder, "--json", code=code)
    refused = json.loads(done.stdout.splitlines()[-1])
    assert word.lower() in (refused["what"] + refused["remedy"]).lower()
    assert refused["remedy"]
    assert refused["owner"] == {10: "the study author", 11: "the data steward"}[code]


def test_all_faults_of_a_study_are_reported_together_with_their_lines(small, tmp_path):
    desk = small.copy(tmp_path / "study")
    desk.study.write_text(desk.study.read_text().replace("seed:", "sead:", 1) + "\nvalidity: 3\n")
    refused = json.loads(desk.primum("check", desk.folder, "--json", code=10).stdout)
    assert "sead" in refused["what"]
    assert "validity" in refused["what"]
    assert refused["what"].count("line") >= 2


def test_a_missing_study_and_a_missing_passphrase_say_what_to_do(small, tmp_path):
    desk = small.copy(tmp_path / "study")
    assert "init" in json.loads(desk.primum("run", tmp_path / "nowhere", "--json", code=10).stdout)["remedy"]
    refused = json.loads(desk.primum("run", desk.folder, "--json", code=12, PRIMUM_PASSPHRASE="").stdout)
    assert "PRIMUM_PASSPHRASE" in refused["remedy"]


@pytest.mark.skipif(os.geteuid() != 0, reason="a file system of one megabyte needs mount")
def test_a_full_disk_stops_with_a_remedy_and_the_run_resumes_when_there_is_room(small, tmp_path):
    desk = small.copy(tmp_path / "study")
    room = tmp_path / "room"
    room.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(room)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine does not let us mount")
    try:
        refused = json.loads(
            desk.primum("run", desk.folder, "--home", room / "home", "--json", code=13).stdout.splitlines()[-1]
        )
        assert refused["error"] == "IntegrityError"
        assert "disk" in refused["what"].lower() or "full" in refused["what"].lower()
        subprocess.run(["mount", "-o", "remount,size=200m", str(room)], check=True)
        resumed = json.loads(desk.primum("run", desk.folder, "--home", room / "home", "--json", code=None).stdout)
        assert resumed["verdict"] in {"released", "refused"}
    finally:
        subprocess.run(["umount", str(room)], check=False)


def test_a_run_killed_at_any_moment_goes_on_and_ends_with_the_same_digests(small, tmp_path):
    calm = small.copy(tmp_path / "calm")
    expected = calm.run(code=None)
    hurt = small.copy(tmp_path / "hurt")
    kills = 0
    for wait in (0.8, 1.6, 2.4, 3.2, 4.0, 5.0, 6.0, 8.0):
        process = subprocess.Popen(
            [sys.executable, "-m", "primum", "run", str(hurt.folder), "--json"],
            cwd=hurt.folder,
            env=environment(hurt.folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(wait)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
    assert kills >= 3
    ended = hurt.run(code=None)
    assert ended["model"] == expected["model"]
    assert ended["metrics"] == expected["metrics"]
    assert ended["verdict"] == expected["verdict"]
    assert json.loads(hurt.primum("audit", hurt.folder, "--json").stdout)["size"] > 0
    assert not list(Path(hurt.home).rglob("*.tmp"))
