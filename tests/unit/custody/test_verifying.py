import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from primum.custody import crypto, note, verifying
from primum.custody.custodian import Custodian
from primum.errors import IntegrityError
from unit.custody.homes import a_set, named, open_home, rows


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "PATIENCE", 3)


@pytest.fixture
def trust(home: Path) -> dict[str, Any]:
    """A home with a dozen entries, closed; what an auditor has of it."""
    with open_home(home) as one:
        for number in range(10):
            one.record("made-up act", named(str(number)), {"number": number})
    return dict(json.loads((home / "out" / "trust.json").read_text()))


def test_a_whole_log_is_verified_with_nothing_but_public_keys(home: Path, trust: dict[str, Any]) -> None:
    state = verifying.verify_log(home / "audit", trust)
    entries = verifying.read_log(home / "audit")
    assert state.size == len(entries) == 12
    assert [one["seq"] for one in entries] == list(range(12))
    assert len(bytes.fromhex(state.root)) == 32


def test_verifying_needs_no_passphrase_and_no_store(home: Path, trust: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(home / "audit", tmp_path / "copy")
    shutil.rmtree(home)
    assert verifying.verify_log(tmp_path / "copy", trust).size == 12


def test_an_auditors_program_brings_neither_store_nor_tensors() -> None:
    heavy = ("sqlalchemy", "pyarrow", "torch")
    code = f"import sys, primum.custody.verifying; print([one for one in {heavy} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_log_grew_from_every_witness(home: Path, trust: dict[str, Any]) -> None:
    witnesses = []
    with open_home(home) as one:
        for number in range(3):
            witnesses.append(one.checkpoint())
            one.record("made-up act", named(str(number)), {})
    assert verifying.verify_log(home / "audit", trust, witnesses).size > 12


def change(index: int, old: bytes, new: bytes) -> Callable[[list[bytes]], list[bytes]]:
    def changed(lines: list[bytes]) -> list[bytes]:
        lines[index] = lines[index].replace(old, new)
        return lines

    return changed


@pytest.mark.parametrize(
    ("tamper", "named_so"),
    [
        (change(5, b'"allowed":true', b'"allowed":false'), "entry 5 was edited"),
        (change(11, b'"allowed":true', b'"allowed":false'), "entry 11 was edited"),
        (lambda lines: lines[:-3], "entries 9 to 11 are missing"),
        (lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]], "where entry 4 belongs stands one numbered 5"),
        (lambda lines: [*lines[:6], lines[5], *lines[6:]], "where entry 6 belongs stands one numbered 5"),
        (lambda lines: [*lines[:6], *lines[7:]], "where entry 6 belongs stands one numbered 7"),
        (lambda lines: [*lines, b'{"seq":12}\n'], "entry 12 is not signed"),
        (lambda lines: [*lines, b'{"seq":'], "entry 12 is not signed"),
        (lambda _: [], "entries 0 to 11 are missing"),
    ],
)
def test_a_log_that_was_tampered_with_is_refused_and_the_entry_named(
    home: Path, trust: dict[str, Any], tamper: Callable[[list[bytes]], list[bytes]], named_so: str
) -> None:
    path = home / "audit" / "entries.jsonl"
    path.write_bytes(b"".join(tamper(path.read_bytes().splitlines(keepends=True))))
    with pytest.raises(IntegrityError) as refused:
        verifying.verify_log(home / "audit", trust)
    assert named_so in refused.value.what


def test_a_log_rolled_back_with_its_checkpoint_is_found_by_a_witness_alone(
    home: Path, trust: dict[str, Any], tmp_path: Path
) -> None:
    shutil.copytree(home / "audit", tmp_path / "old")
    with open_home(home) as one:
        one.record("made-up act", named("x"), {})
        witness = one.checkpoint()
    assert verifying.verify_log(tmp_path / "old", trust).size == 12
    with pytest.raises(IntegrityError, match="entries 12 to 13 are missing"):
        verifying.verify_log(tmp_path / "old", trust, [witness])


def test_a_checkpoint_rolled_back_alone_is_found_by_a_witness(home: Path, trust: dict[str, Any]) -> None:
    old = (home / "audit" / "checkpoint").read_bytes()
    lines = (home / "audit" / "entries.jsonl").read_bytes()
    with open_home(home) as one:
        witness = one.checkpoint()
    (home / "audit" / "checkpoint").write_bytes(old)
    with pytest.raises(IntegrityError, match="entry 12 is not signed"):
        verifying.verify_log(home / "audit", trust, [witness])
    (home / "audit" / "entries.jsonl").write_bytes(lines)
    with pytest.raises(IntegrityError, match="missing"):
        verifying.verify_log(home / "audit", trust, [witness])


@pytest.mark.parametrize("witness", ["", "nonsense", "a\n1\nAA==\n\n— a AAAA\n"])
def test_a_witness_that_is_none_is_refused(home: Path, trust: dict[str, Any], witness: str) -> None:
    with pytest.raises(IntegrityError, match="not signed by its key"):
        verifying.verify_log(home / "audit", trust, [witness])


def test_an_entry_that_is_signed_a_moment_later_is_waited_for(
    home: Path, trust: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = (home / "audit" / "checkpoint").read_bytes()
    open_home(home).close()
    new = (home / "audit" / "checkpoint").read_bytes()
    (home / "audit" / "checkpoint").write_bytes(old)
    waits = []

    def signed(seconds: float) -> None:
        waits.append(seconds)
        (home / "audit" / "checkpoint").write_bytes(new)

    monkeypatch.setattr("time.sleep", signed)
    assert verifying.verify_log(home / "audit", trust).size == 13
    assert waits == [verifying.PAUSE_SECONDS]


def test_a_log_of_another_home_is_refused(home: Path, trust: dict[str, Any], tmp_path: Path) -> None:
    open_home(tmp_path / "another").close()
    with pytest.raises(IntegrityError, match="not signed by its key"):
        verifying.verify_log(tmp_path / "another" / "audit", trust)
    assert verifying.verify_log(home / "audit", trust)


@pytest.mark.parametrize("missing", ["checkpoint", "entries.jsonl"])
def test_a_missing_file_is_refused(home: Path, trust: dict[str, Any], missing: str) -> None:
    (home / "audit" / missing).unlink()
    with pytest.raises(IntegrityError, match="missing"):
        verifying.verify_log(home / "audit", trust)


@pytest.mark.parametrize("key", ["", None, "nonsense", note.verifier("another", crypto.public_of(bytes(32)))])
def test_a_trust_file_without_the_right_key_is_refused(home: Path, trust: dict[str, Any], key: object) -> None:
    with pytest.raises(IntegrityError):
        verifying.verify_log(home / "audit", {**trust, "log": key})


def test_a_log_that_cannot_be_read_is_refused(home: Path, trust: dict[str, Any]) -> None:
    path = home / "audit" / "entries.jsonl"
    path.write_bytes(b"nonsense\n" + path.read_bytes())
    with pytest.raises(IntegrityError, match="entry 0"):
        verifying.read_log(home / "audit")


def test_trust_is_exported_when_a_home_is_made_and_when_people_are_enrolled(home: Path, custodian: Custodian) -> None:
    path = home / "out" / "trust.json"
    assert json.loads(path.read_text()) == custodian.trust()
    assert custodian.trust()["people"] == []
    custodian.enrol("Made-up Ann", "clinician", "a password for tests")
    assert json.loads(path.read_text()) == custodian.trust()
    (person,) = custodian.trust()["people"]
    assert sorted(person) == ["key", "name", "roles", "signature"]


def test_trust_is_written_anew_when_it_was_lost_or_altered(home: Path, custodian: Custodian) -> None:
    expected = custodian.trust()
    custodian.close()
    (home / "out" / "trust.json").write_text("{}")
    with open_home(home) as one:
        assert json.loads((home / "out" / "trust.json").read_text()) == one.trust() == expected


def test_a_log_is_verified_while_it_is_written(
    home: Path, custodian: Custodian, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "PATIENCE", 200)
    trust = custodian.trust()
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            custodian.record("made-up act", named("x"), {})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        sizes = [verifying.verify_log(home / "audit", trust).size for _ in range(20)]
    finally:
        stop.set()
        writer.join()
    assert sizes == sorted(sizes)
    assert verifying.verify_log(home / "audit", trust).size >= sizes[-1]


@pytest.fixture
def filled(custodian: Custodian) -> Custodian:
    custodian.write_dataset(a_set(), rows(3))
    return custodian


def test_an_erased_subject_leaves_the_log_provable(home: Path, filled: Custodian) -> None:
    before = filled.checkpoint()
    filled.erase(rows(3)[0][0])
    state = verifying.verify_log(home / "audit", filled.trust(), [before])
    assert verifying.read_log(home / "audit")[state.size - 1]["action"] == "erase subject"
