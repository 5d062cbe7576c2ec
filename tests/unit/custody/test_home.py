import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from primum.custody import audit, store, verifying
from primum.custody.custodian import Act, Custodian
from primum.custody.store import Store
from primum.errors import AccessDeniedError, IntegrityError
from unit.custody.homes import PASSPHRASE, POLICY, Clock, a_set, named, open_home, rows, subject


def actions(place: Path) -> list[str]:
    return [str(one["action"]) for one in verifying.read_log(place / "audit")]


# -- making -----------------------------------------------------------------------------------------------------------
def test_a_home_is_made_with_all_that_belongs_to_it(home: Path) -> None:
    open_home(home).close()
    folders, files = {"audit", "blobs", "evidence", "out", "signatures"}, {"access.yaml", "people.json", "store.db"}
    assert {one.name for one in home.iterdir()} == folders | files | {"keyring.json", "lock"}
    assert actions(home) == ["policy in force", "open home"]
    assert (home / "access.yaml").read_text() == POLICY


def test_a_home_is_for_its_owner_alone(home: Path) -> None:
    open_home(home).close()
    assert home.stat().st_mode & 0o077 == 0
    assert (home / "audit" / "entries.jsonl").stat().st_mode & 0o077 == 0


def test_a_home_made_without_a_policy_denies_everything(home: Path) -> None:
    act = Act(actor="ann", purpose="research")
    with Custodian.open(home, PASSPHRASE, act, Clock()) as one:
        with pytest.raises(AccessDeniedError, match="has no role"):
            one.write_dataset(a_set(), rows(1))
        with pytest.raises(AccessDeniedError, match="has no role"):
            one.put_evidence({"kind": "x"})


def test_the_homes_policy_holds_not_the_one_offered_later(home: Path, tmp_path: Path) -> None:
    open_home(home).close()
    other = tmp_path / "generous.yaml"
    other.write_text(POLICY.replace("purpose: diagnosis-research", "purpose: anything"))
    with (
        Custodian.open(home, PASSPHRASE, Act(actor="ann", purpose="anything"), Clock(), policy=other) as one,
        pytest.raises(AccessDeniedError),
    ):
        one.write_dataset(a_set(), rows(1))


def test_a_malformed_policy_makes_no_home(home: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("grants: everything\n")
    with pytest.raises(AccessDeniedError, match="not a policy"):
        Custodian.open(home, PASSPHRASE, Act(actor="ann", purpose="x"), Clock(), policy=bad)
    assert not (home / "keyring.json").exists()
    open_home(home).close()


def test_a_policy_that_is_not_there_makes_no_home(home: Path, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError):
        Custodian.open(home, PASSPHRASE, Act(actor="ann", purpose="x"), Clock(), policy=tmp_path / "nowhere.yaml")


def test_somebody_elses_folder_is_left_alone(home: Path) -> None:
    (home / "holiday").mkdir(parents=True)
    (home / "draft.tmp").write_text("not ours")
    with pytest.raises(IntegrityError, match="is no home") as refused:
        open_home(home)
    assert "empty or new folder" in refused.value.remedy
    assert sorted(one.name for one in home.iterdir()) == ["draft.tmp", "holiday"]


def test_a_file_in_place_of_the_folder_is_an_integrity_error(home: Path) -> None:
    home.write_text("x")
    with pytest.raises(IntegrityError):
        open_home(home)


@pytest.mark.parametrize("where", ["home.write_whole", "home.Store", "keyring.PassphraseKeyRing.create"])
def test_a_making_that_was_killed_is_made_anew(home: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def killed(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"primum.custody.{where}", killed)
    with pytest.raises(KeyboardInterrupt):
        open_home(home)
    monkeypatch.undo()
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(2))
        assert one.read_dataset(named("identified")) == rows(2)


def test_a_home_killed_before_its_first_entry_opens(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(audit.AuditLog, "append", killed)
    with pytest.raises(KeyboardInterrupt):
        open_home(home)
    monkeypatch.undo()
    open_home(home).close()
    assert actions(home) == ["policy in force", "open home"]


# -- opening ----------------------------------------------------------------------------------------------------------
def test_the_wrong_passphrase_opens_nothing_and_leaves_no_lock(home: Path) -> None:
    open_home(home).close()
    with pytest.raises(AccessDeniedError, match="passphrase"):
        open_home(home, passphrase="a guess")
    open_home(home).close()


def test_two_programs_do_not_hold_one_home(home: Path) -> None:
    with open_home(home):
        with pytest.raises(IntegrityError, match="Another program holds") as refused:
            open_home(home)
        assert "verify" in refused.value.remedy
    open_home(home).close()


def test_the_lock_dies_with_its_program(home: Path) -> None:
    open_home(home).close()
    code = f"""
        import fcntl, os, time
        handle = os.open({str(home / "lock")!r}, os.O_RDWR)
        fcntl.flock(handle, fcntl.LOCK_EX)
        print("held", flush=True)
        time.sleep(60)
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE)
    with process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(IntegrityError, match="Another program"):
            open_home(home)
        process.kill()
    open_home(home).close()


def test_a_closed_custodian_opens_nothing(home: Path) -> None:
    one = open_home(home)
    one.close()
    with pytest.raises(IntegrityError, match="was closed"):
        one.read_dataset(named("x"))
    with pytest.raises(IntegrityError, match="was closed"):
        one.record("x", named("x"), {})
    one.close()


def test_unfinished_files_of_a_killed_program_are_removed(home: Path) -> None:
    open_home(home).close()
    (home / "out" / "release.tmp").mkdir()
    (home / "out" / "release.tmp" / "x").write_text("x")
    (home / "evidence" / "ab.json.tmp").write_text("x")
    open_home(home).close()
    assert not list(home.rglob("*.tmp"))


@pytest.mark.parametrize("lost", ["store.db", "audit"])
def test_a_home_without_its_store_or_log_does_not_open(home: Path, lost: str) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(1))
    shutil.rmtree(home / lost) if lost == "audit" else (home / lost).unlink()
    with pytest.raises(IntegrityError, match="missing") as refused:
        open_home(home)
    assert refused.value.remedy


@pytest.mark.parametrize("fill", ["data", "evidence", "stage"])
def test_a_home_without_its_key_ring_is_not_made_anew_over_the_data(home: Path, fill: str) -> None:
    with open_home(home) as one:
        if fill == "data":
            one.write_dataset(a_set(), rows(1))
        elif fill == "evidence":
            one.put_evidence({"kind": "x"})
        else:
            one.finish("ingest", named("key"), {})
    (home / "keyring.json").unlink()
    with pytest.raises(IntegrityError, match=r"keyring\.json is missing"):
        open_home(home)
    assert (home / "store.db").exists()


def test_the_key_ring_of_another_home_does_not_open_this_one(home: Path, tmp_path: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(1))
    open_home(tmp_path / "another").close()
    shutil.copy(tmp_path / "another" / "keyring.json", home / "keyring.json")
    with pytest.raises(IntegrityError):
        open_home(home)


# -- rolling back -----------------------------------------------------------------------------------------------------
def copy_of(home: Path, name: str, to: Path) -> Path:
    return Path(shutil.copytree(home / name, to) if (home / name).is_dir() else shutil.copy(home / name, to))


def put_back(home: Path, name: str, copy: Path) -> None:
    if copy.is_dir():
        shutil.rmtree(home / name)
        shutil.copytree(copy, home / name)
    else:
        shutil.copy(copy, home / name)


@pytest.mark.parametrize(("name", "words"), [("audit", "truncated or rolled back"), ("store.db", "was rolled back")])
def test_log_or_store_put_back_to_an_older_time_is_found(home: Path, tmp_path: Path, name: str, words: str) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(2))
    old = copy_of(home, name, tmp_path / "old")
    with open_home(home) as one:
        one.erase(subject(1))
    put_back(home, name, old)
    with pytest.raises(IntegrityError, match=words):
        open_home(home)


def test_both_put_back_together_are_found_by_a_witness_alone(home: Path, tmp_path: Path) -> None:
    open_home(home).close()
    shutil.copytree(home, tmp_path / "old")
    with open_home(home) as one:
        one.record("made-up act", named("x"), {})
        witness, trust = one.checkpoint(), one.trust()
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "old", home)
    with pytest.raises(IntegrityError, match="missing"):
        verifying.verify_log(home / "audit", trust, [witness])


def test_a_store_that_forgot_the_log_is_found(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(1))
    with closing(Store(home / "store.db")) as kept, kept.transaction() as work:
        work.execute(sa.delete(store.meta).where(store.meta.c.name == "witness"))
    with pytest.raises(IntegrityError, match="rolled back"):
        open_home(home)


# -- kill -9 ----------------------------------------------------------------------------------------------------------
WORKER = """
    import sys, datetime as dt
    from pathlib import Path
    from unit.custody.homes import CHEAP, open_home, subject, named, a_set, rows
    from primum.custody import crypto
    crypto.COST = CHEAP
    with open_home(Path(sys.argv[1])) as one:
        print("ready", flush=True)
        for number in range(int(sys.argv[2]), 100_000):
            one.append_event("cases", subject(number % 7), str(number).encode())
            print(number, flush=True)
            if number % 5 == 0:
                one.write_dataset(a_set(f"set {number}"), rows(3))
                print(f"set {number}", flush=True)
"""


def test_kill_9_at_any_moment_loses_nothing_that_was_answered(home: Path) -> None:
    dice = random.Random(7)  # noqa: S311 - how long a test waits
    open_home(home).close()
    told: list[str] = []
    for _ in range(4):
        command = [sys.executable, "-c", textwrap.dedent(WORKER), str(home), str(len(told))]
        environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ["PATH"]}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        with process:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            time.sleep(dice.uniform(0.05, 0.4))
            process.send_signal(signal.SIGKILL)
            told += process.stdout.read().splitlines()
        with open_home(home) as one:
            events = [data.decode() for _, _, data in one.events("cases")]
            numbers = [line for line in told if not line.startswith("set")]
            assert [line for line in numbers if line not in set(events)] == []
            for line in told:
                if line.startswith("set"):
                    assert one.read_dataset(named(line)) == rows(3)
            trust = one.trust()
        assert verifying.verify_log(home / "audit", trust).size > 0
        assert not list(home.rglob("*.tmp"))
    assert len(told) > 10


@pytest.mark.parametrize("at", ["append", "_witness"])
def test_an_act_killed_between_log_and_store_is_known_not_to_have_happened(
    home: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    with open_home(home) as one:
        one.append_event("cases", subject(1), b"first")
    copies = home.parent / "moment"
    real = {"append": audit.AuditLog.append}.get(at)

    def photographed(log: audit.AuditLog, entry: dict[str, object]) -> None:
        assert real
        real(log, entry)
        if entry["action"] == "append event":
            shutil.copytree(home, copies)

    with open_home(home) as one:
        if real:
            monkeypatch.setattr(audit.AuditLog, "append", photographed)
        else:
            witness = type(one._door)._witness
            monkeypatch.setattr(
                type(one._door), "_witness", lambda door, work: (shutil.copytree(home, copies), witness(door, work))
            )
        one.append_event("cases", subject(1), b"second")
    monkeypatch.undo()
    with open_home(copies) as one:
        assert [data for _, _, data in one.events("cases")] == [b"first"]
        one.append_event("cases", subject(1), b"second")
        assert [data for _, _, data in one.events("cases")] == [b"first", b"second"]
    assert verifying.verify_log(copies / "audit", json.loads((copies / "out" / "trust.json").read_text()))


def test_what_a_killed_program_left_in_the_log_is_cut_off_and_the_log_tells_of_it(home: Path) -> None:
    open_home(home).close()
    with (home / "audit" / "entries.jsonl").open("ab") as file:
        file.write(b'{"about":"half a li')
    open_home(home).close()
    entry = next(one for one in verifying.read_log(home / "audit") if one["action"] == "recover log")
    assert entry["detail"] == {"unsigned_entries": 0, "unsigned_bytes": 19, "checkpoint_behind": 0}
    assert entry["why"] == "what was never signed was cut off"
    assert actions(home).count("recover log") == 1
    open_home(home).close()
    assert actions(home).count("recover log") == 1


# -- disks that do not take it ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("number", "words"), [(errno.EROFS, "read-only"), (errno.EACCES, "may not be written")])
def test_a_folder_that_may_not_be_written_is_an_integrity_error(
    home: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    open_home(home).close()
    real = os.open

    def refused(path: object, flags: int, *more: int, **named: int) -> int:
        if flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
            raise OSError(number, "told by the system")
        return real(path, flags, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(IntegrityError, match=words) as found:
        open_home(home)
    assert "write permission" in found.value.remedy


def small_disk(room: Path, options: str) -> None:
    room.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(room)], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("this machine does not let us mount")


def test_a_full_disk_is_refused_and_gone_on_from_when_there_is_room(tmp_path: Path) -> None:
    room = tmp_path / "room"
    small_disk(room, "size=1m")
    try:
        with open_home(room / "home") as one:
            one.write_dataset(a_set("small"), rows(3))
            with pytest.raises(IntegrityError, match="disk is full"):
                one.write_dataset(a_set("large"), [(subject(1), bytes(2_000_000))])
            assert one.read_dataset(named("small")) == rows(3)
            with pytest.raises(IntegrityError, match="disk is full"):
                [one.append_event("cases", subject(number), b"x" * 2000) for number in range(2000)]
        subprocess.run(["mount", "-o", "remount,size=20m", str(room)], check=True)
        with open_home(room / "home") as one:
            assert one.read_dataset(named("small")) == rows(3)
            one.write_dataset(a_set("large"), [(subject(1), bytes(2_000_000))])
            kept = len(one.events("cases"))
            one.append_event("cases", subject(1), b"x")
            assert len(one.events("cases")) == kept + 1
            trust = one.trust()
        assert verifying.verify_log(room / "home" / "audit", trust)
        assert not list((room / "home").rglob("*.tmp"))
    finally:
        subprocess.run(["umount", str(room)], check=False)


def test_a_home_that_does_not_fit_is_not_half_made(tmp_path: Path) -> None:
    room = tmp_path / "room"
    small_disk(room, "size=64k")
    try:
        with pytest.raises(IntegrityError, match="disk is full"):
            open_home(room / "home")
        subprocess.run(["mount", "-o", "remount,size=20m", str(room)], check=True)
        with open_home(room / "home") as one:
            one.write_dataset(a_set(), rows(3))
    finally:
        subprocess.run(["umount", str(room)], check=False)


def test_a_disk_mounted_read_only_is_an_integrity_error(tmp_path: Path) -> None:
    room = tmp_path / "room"
    small_disk(room, "size=20m")
    try:
        open_home(room / "home").close()
        subprocess.run(["mount", "-o", "remount,ro", str(room)], check=True)
        with pytest.raises(IntegrityError, match="read-only"):
            open_home(room / "home")
    finally:
        subprocess.run(["umount", str(room)], check=False)
