import errno
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from primum.custody import audit, merkle, note
from primum.custody.audit import CHECKPOINT, ENTRIES, AuditLog
from primum.errors import IntegrityError

SEED = bytes(range(32))
STRANGER = bytes(32)


def entry(number: int) -> dict[str, Any]:
    return {
        "at": "2030-01-01T00:00:00+00:00",
        "actor": "ann",
        "action": f"act {number}",
        "allowed": True,
        "why": "因为",
    }


class Opened:
    """A log that a test opens as often as it likes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries = folder / ENTRIES
        self.checkpoint = folder / CHECKPOINT
        self.logs: list[AuditLog] = []
        self.seen: list[dict[str, Any]] = []

    def open(self, witness: str = "", seed: bytes = SEED) -> AuditLog:
        self.seen = []
        log = AuditLog(self.folder, seed, witness, lambda one: self.seen.append(dict(one)))
        self.logs.append(log)
        return log

    def fill(self, count: int) -> str:
        log = self.open()
        for number in range(count):
            log.append(entry(number))
        return log.note

    def lines(self) -> list[bytes]:
        return self.entries.read_bytes().splitlines(keepends=True)

    def write(self, lines: list[bytes]) -> None:
        self.entries.write_bytes(b"".join(lines))


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Opened]:
    opened = Opened(tmp_path / "audit")
    yield opened
    for log in opened.logs:
        log.close()


def test_a_new_log_is_empty(at: Opened) -> None:
    log = at.open()
    assert log.size == 0
    assert log.recovered == {}
    assert not at.checkpoint.exists()


def test_entries_are_numbered_canonical_and_bound_to_the_one_above(at: Opened) -> None:
    at.fill(3)
    lines = [line.rstrip(b"\n") for line in at.lines()]
    documents = [json.loads(line) for line in lines]
    assert [one["seq"] for one in documents] == [0, 1, 2]
    assert [one["before"] for one in documents] == ["", *(merkle.leaf_hash(line).hex() for line in lines[:2])]
    assert "因为".encode() in lines[0]


def test_the_checkpoint_is_a_signed_note_over_the_rfc_6962_root(at: Opened) -> None:
    at.fill(5)
    log = at.logs[0]
    text = note.read(at.checkpoint.read_text(), log.verifier)
    leaves = [merkle.leaf_hash(line.rstrip(b"\n")) for line in at.lines()]
    state = note.Checkpoint.from_text(text)
    assert (state.origin, state.size, state.root) == (log.origin, 5, merkle.root_of(leaves))


def test_opening_again_sees_all_entries_and_goes_on(at: Opened) -> None:
    witness = at.fill(4)
    log = at.open(witness)
    assert [one["action"] for one in at.seen] == [f"act {number}" for number in range(4)]
    log.append(entry(4))
    assert [one["action"] for one in at.seen] == [f"act {number}" for number in range(5)]
    assert at.open(log.note).size == 5


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 9, 16, 17])
def test_a_log_of_any_size_opens_again(at: Opened, count: int) -> None:
    assert at.open(at.fill(count)).size == count


def change(index: int, old: bytes, new: bytes) -> Callable[[list[bytes]], list[bytes]]:
    def changed(lines: list[bytes]) -> list[bytes]:
        assert old in lines[index]
        lines[index] = lines[index].replace(old, new)
        return lines

    return changed


TAMPERED = {
    "the first entry is edited": (change(0, b"true", b"false"), "entry 0"),
    "an entry is edited": (change(3, b"true", b"false"), "entry 3"),
    "the last entry is edited": (change(7, b"true", b"false"), "entry 7"),
    "the binding of an entry is edited": (change(3, b'"before":"', b'"before":"0'), "entry 3"),
    "the binding of the first entry is edited": (change(0, b'"before":"', b'"before":"0'), "entry 0 was edited"),
    "the number of an entry is edited": (change(3, b'"seq":3', b'"seq":33'), "entry 3"),
    "white space is added": (change(5, b",", b", "), "entry 5"),
    "an entry becomes nonsense": (change(2, b"{", b""), "entry 2"),
    "an entry becomes a list": (lambda lines: [*lines[:2], b"[]\n", *lines[3:]], "entry 2"),
    "an entry is no longer text": (lambda lines: [*lines[:2], b"\xff\xfe\n", *lines[3:]], "entry 2"),
    "an entry is emptied": (lambda lines: [*lines[:4], b"\n", *lines[5:]], "entry 4"),
    "an entry is removed": (lambda lines: [*lines[:4], *lines[5:]], "entry 4"),
    "an entry is inserted": (lambda lines: [*lines[:4], lines[3], *lines[4:]], "entry 4"),
    "two entries are exchanged": (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "entry 2"),
    "the last entry is removed": (lambda lines: lines[:-1], "entries 7 to 7 are missing"),
    "the last three are removed": (lambda lines: lines[:-3], "entries 5 to 7 are missing"),
    "the first is removed": (lambda lines: lines[1:], "entry 0"),
    "all are removed": (lambda _: [], "entries 0 to 7 are missing"),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_tampering_is_found_and_the_entry_named(at: Opened, how: str) -> None:
    tamper, named = TAMPERED[how]
    witness = at.fill(8)
    at.write(tamper(at.lines()))
    for known in (witness, ""):
        with pytest.raises(IntegrityError, match=named) as refused:
            at.open(known)
        assert "evidence" in refused.value.remedy


def rewritten(lines: list[bytes], index: int) -> list[bytes]:
    """Return a log in which everything from an entry on was made anew, each line fitting the one above."""
    before = json.loads(lines[index])["before"]
    for at in range(index, len(lines)):
        document = json.loads(lines[at])
        document["before"] = before
        if at == index:
            document["allowed"] = False
        lines[at] = audit.canonical(document) + b"\n"
        before = merkle.leaf_hash(lines[at].rstrip(b"\n")).hex()
    return lines


def test_a_tail_rewritten_so_that_it_fits_is_found_by_the_signed_root(at: Opened) -> None:
    witness = at.fill(8)
    at.write(rewritten(at.lines(), 3))
    with pytest.raises(IntegrityError, match="rewritten together"):
        at.open(witness)


def test_a_log_forked_with_a_key_of_ones_own_is_found(at: Opened, tmp_path: Path) -> None:
    witness = at.fill(3)
    other = Opened(tmp_path / "other")
    log = other.open(seed=STRANGER)
    log.append(entry(0))
    at.checkpoint.write_bytes(other.checkpoint.read_bytes())
    log.close()
    with pytest.raises(IntegrityError, match="not signed by its key"):
        at.open(witness)


def test_a_log_forked_with_the_operators_key_is_found_by_the_witness(at: Opened, tmp_path: Path) -> None:
    witness = at.fill(4)
    other = Opened(tmp_path / "other")
    log = other.open()
    for number in range(6):
        log.append({**entry(number), "actor": "somebody else"})
    log.close()
    at.entries.write_bytes(other.entries.read_bytes())
    at.checkpoint.write_bytes(other.checkpoint.read_bytes())
    assert at.open().size == 6
    with pytest.raises(IntegrityError, match="entry 3 was edited, or entries up to it"):
        at.open(witness)


def test_two_states_of_one_size_cannot_both_be_true(at: Opened, tmp_path: Path) -> None:
    witness = at.fill(2)
    other = Opened(tmp_path / "other")
    log = other.open()
    for number in range(2):
        log.append(entry(number + 5))
    at.checkpoint.write_bytes(other.checkpoint.read_bytes())
    log.close()
    with pytest.raises(IntegrityError, match="two different logs of 2 entries"):
        at.open(witness)


def test_a_log_rolled_back_with_its_checkpoint_is_found_by_the_witness(at: Opened) -> None:
    log = at.open()
    for number in range(3):
        log.append(entry(number))
    entries, checkpoint = at.entries.read_bytes(), at.checkpoint.read_bytes()
    for number in range(3, 6):
        log.append(entry(number))
    at.entries.write_bytes(entries)
    at.checkpoint.write_bytes(checkpoint)
    assert at.open("").size == 3
    with pytest.raises(IntegrityError, match="entries 3 to 5 are missing, it was truncated or rolled back"):
        at.open(log.note)


@pytest.mark.parametrize("spoilt", [b"nonsense", b"\xff\xfe", b"a\n1\nAA==\n\n\xe2\x80\x94 a AAAA\n"])
def test_a_spoilt_checkpoint_is_found(at: Opened, spoilt: bytes) -> None:
    witness = at.fill(3)
    at.checkpoint.write_bytes(spoilt)
    with pytest.raises(IntegrityError, match="checkpoint"):
        at.open(witness)


def test_an_edited_checkpoint_is_found(at: Opened) -> None:
    at.fill(3)
    at.checkpoint.write_text(at.checkpoint.read_text().replace("\n3\n", "\n2\n"))
    with pytest.raises(IntegrityError, match="not signed"):
        at.open()


def test_a_note_of_another_log_of_the_same_key_is_refused(at: Opened) -> None:
    log = at.open()
    text = note.Checkpoint(origin="another/log", size=0, root=merkle.EMPTY).text
    with pytest.raises(IntegrityError, match="another log"):
        log.read(note.sign(text, log.origin, SEED))


def test_an_empty_log_that_is_signed_with_a_root_is_refused(at: Opened) -> None:
    log = at.open()
    text = note.Checkpoint(origin=log.origin, size=0, root=bytes(32)).text
    with pytest.raises(IntegrityError, match="empty log"):
        at.open(note.sign(text, log.origin, SEED))


# -- what a killed process leaves -------------------------------------------------------------------------------------
@pytest.mark.parametrize("rest", [b"{", b'{"actor":"ann"', b"\xe2\x80", b"x" * 5000])
def test_half_a_line_is_cut_off_and_told_of(at: Opened, rest: bytes) -> None:
    witness = at.fill(3)
    with at.entries.open("ab") as file:
        file.write(rest)
    log = at.open(witness)
    assert log.size == 3
    assert log.recovered == {"unsigned_entries": 0, "unsigned_bytes": len(rest), "checkpoint_behind": 0}
    log.append(entry(3))
    assert at.open(log.note).size == 4


def test_a_whole_line_that_was_not_signed_yet_is_cut_off_for_nobody_acted_on_it(at: Opened) -> None:
    log = at.open()
    for number in range(4):
        log.append(entry(number))
        if number == 2:
            signed, checkpoint = log.note, at.checkpoint.read_bytes()
    at.checkpoint.write_bytes(checkpoint)
    again = at.open(signed)
    assert again.size == 3
    assert again.recovered["unsigned_entries"] == 1
    assert len(at.lines()) == 3


def test_what_a_stranger_appends_is_never_signed_by_us(at: Opened) -> None:
    witness = at.fill(3)
    line = audit.canonical({**entry(3), "seq": 3, "before": merkle.leaf_hash(at.lines()[2].rstrip(b"\n")).hex()})
    with at.entries.open("ab") as file:
        file.write(line + b"\n")
    log = at.open(witness)
    assert log.size == 3
    assert "act 3" not in at.entries.read_text()


def test_a_checkpoint_older_than_the_stores_memory_is_made_good_and_told_of(at: Opened) -> None:
    log = at.open()
    log.append(entry(0))
    old = at.checkpoint.read_bytes()
    log.append(entry(1))
    at.checkpoint.write_bytes(old)
    again = at.open(log.note)
    assert again.size == 2
    assert again.recovered == {"unsigned_entries": 0, "unsigned_bytes": 0, "checkpoint_behind": 1}


def test_a_checkpoint_newer_than_the_stores_memory_counts(at: Opened) -> None:
    log = at.open()
    log.append(entry(0))
    first = log.note
    log.append(entry(1))
    assert at.open(first).size == 2


# -- a disk that does not take it -------------------------------------------------------------------------------------
class Failing:
    """Lets the first calls through, fails the next, and lets later ones through again."""

    def __init__(self, real: Callable[..., Any], allowed: int, fails: int = 1) -> None:
        self.real, self.allowed, self.fails = real, allowed, fails

    def __call__(self, *arguments: Any) -> Any:
        self.allowed -= 1
        if -self.fails <= self.allowed < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self.real(*arguments)


@pytest.mark.parametrize(("call", "allowed"), [("fsync", 0), ("fsync", 1), ("write", 0)])
def test_a_full_disk_refuses_the_entry_and_leaves_the_log_as_it_was(
    at: Opened, monkeypatch: pytest.MonkeyPatch, call: str, allowed: int
) -> None:
    log = at.open()
    log.append(entry(0))
    before = (at.lines(), log.note, log.size)
    monkeypatch.setattr(os, call, Failing(getattr(os, call), allowed))
    with pytest.raises(IntegrityError, match="disk is full"):
        log.append(entry(1))
    assert (at.lines(), log.note, log.size) == before
    monkeypatch.undo()
    log.append(entry(1))
    assert at.open(log.note).size == 2


def test_a_write_that_takes_half_a_line_at_a_time_is_gone_on_with(at: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    log = at.open()
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, bytes(data)[:10]))
    log.append(entry(0))
    assert at.open(log.note).size == 1


def test_a_half_written_line_that_cannot_be_taken_back_shuts_the_log(
    at: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = at.open()
    log.append(entry(0))
    witness = log.note
    monkeypatch.setattr(os, "fsync", Failing(os.fsync, 1, fails=2))
    with pytest.raises(IntegrityError, match="disk is full"):
        log.append(entry(1))
    monkeypatch.undo()
    with pytest.raises(IntegrityError, match="could not be written before"):
        log.append(entry(2))
    again = at.open(witness)
    again.append(entry(1))
    assert at.open(again.note).size == 2


def test_a_folder_that_may_not_be_written_is_an_integrity_error(at: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(*_arguments: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(IntegrityError, match="read-only"):
        at.open()


def test_content_json_cannot_hold_is_refused_before_anything_is_written(at: Opened) -> None:
    log = at.open()
    with pytest.raises(ValueError, match="JSON"):
        log.append({"x": float("nan")})
    assert log.size == 0
    assert at.entries.read_bytes() == b""


def test_appending_stays_cheap_as_the_log_grows(at: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    log = at.open()
    hashed = []
    real = merkle.node_hash
    monkeypatch.setattr(merkle, "node_hash", lambda left, right: hashed.append(1) or real(left, right))
    monkeypatch.setattr(os, "fsync", lambda _file: None)
    most = 0
    for number in range(300):
        hashed.clear()
        log.append(entry(number))
        most = max(most, len(hashed))
    assert most <= 9 + 9
