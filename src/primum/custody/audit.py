"""The audit log: one line an act, appended and made durable before the act, under a signed Merkle root."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from primum.custody import crypto, note
from primum.custody.files import SUFFIX, keeping
from primum.custody.merkle import Frontier, leaf_hash
from primum.custody.note import Checkpoint
from primum.errors import IntegrityError
from primum.ids import canonical

ENTRIES = "entries.jsonl"
CHECKPOINT = "checkpoint"

Entry = Mapping[str, Any]
"""``seq at actor purpose action about detail allowed why before``; ``before`` is the leaf hash of the line above."""

REMEDY = (
    "Stop work on this home, keep its disk as evidence, and compare the log with a backup and with older checkpoints."
)


def tampered(what: str) -> IntegrityError:
    """Return the refusal that a log which is not as it was signed gets."""
    return IntegrityError(f"The audit log is not as it was signed: {what}.", remedy=REMEDY)


def read_lines(folder: Path) -> tuple[list[bytes], bytes]:
    """Return the whole lines of a log without their line ends, and what stands after the last line end.

    Raises:
        IntegrityError: The file is there and cannot be read.
    """
    path = folder / ENTRIES
    if not path.exists():
        return [], b""
    with keeping("the reading of the audit log"):
        *lines, rest = path.read_bytes().split(b"\n")
    return lines, rest


def read_entry(seq: int, line: bytes) -> Entry:
    """Return the entry of a line.

    Raises:
        IntegrityError: It is no entry, or not the one of this number.
    """
    try:
        entry = json.loads(line)
    except ValueError:
        entry = None
    if not isinstance(entry, dict):
        raise tampered(f"entry {seq} was edited, it cannot be read")
    if entry.get("seq") != seq:
        raise tampered(
            f"where entry {seq} belongs stands one numbered {entry.get('seq')}, some were removed, inserted or moved"
        )
    return entry


def check(lines: Sequence[bytes], states: Sequence[Checkpoint]) -> Iterator[tuple[Entry, Frontier]]:
    """Yield the entries up to the largest of some signed states, each with the tree that ends in it.

    Every line is bound to the one above by a hash, so that the first wrong one can be named; the root of every state is
    bound by a signature, so that none can be exchanged.

    Args:
        lines: The log.
        states: States that were signed, in any order.

    Raises:
        IntegrityError: An entry was edited, removed, inserted or moved; it is named.

    Source: RFC 6962, section 2.1.
    """
    roots: dict[int, bytes] = {}
    for one in states:
        if roots.setdefault(one.size, one.root) != one.root:
            raise tampered(f"two different logs of {one.size} entries were signed")
    size = max(roots, default=0)
    tree, before = Frontier(), ""
    if roots.get(0, tree.root) != tree.root:
        raise tampered("the signed state of the empty log is none")
    for seq, line in enumerate(lines[:size]):
        entry, leaf = read_entry(seq, line), leaf_hash(line)
        if entry.get("before") != before:
            raise tampered(f"{_culprit(seq, leaf, lines)} was edited")
        tree.append(leaf)
        before = leaf.hex()
        if roots.get(tree.size, tree.root) != tree.root:
            raise tampered(f"entry {seq} was edited, or entries up to it were rewritten together")
        yield entry, tree
    if len(lines) < size:
        raise tampered(f"entries {len(lines)} to {size - 1} are missing, it was truncated or rolled back")


def _culprit(seq: int, leaf: bytes, lines: Sequence[bytes]) -> str:
    """Return which of two lines that do not fit was edited: the upper one, if the line below them fits the lower."""
    if seq == 0:
        return "entry 0"
    if seq + 1 < len(lines) and f'"before":"{leaf.hex()}"'.encode() in lines[seq + 1]:
        return f"entry {seq - 1}"
    return f"entry {seq - 1} or entry {seq}"


class AuditLog:
    """The log of a home, open for appending.

    Opening verifies all of it against the checkpoint and against the state the store remembers. What a killed process
    left after the last signed entry was never answered, so it is cut off; ``recovered`` tells of it.

    Args:
        folder: Of ``entries.jsonl`` and ``checkpoint``.
        seed: Ed25519 seed of the log.
        witness: The signed note that the store remembers, or empty.
        visit: Called with every entry, oldest first, and with each new one.

    Raises:
        IntegrityError: The log was edited, truncated, reordered or rolled back, or cannot be written.

    Source: RFC 6962 (the tree), C2SP tlog-checkpoint and signed-note (the signature).
    """

    def __init__(self, folder: Path, seed: bytes, witness: str, visit: Callable[[Entry], None]) -> None:
        self._folder = folder
        self._seed = seed
        self.origin = f"primum/log/{crypto.public_of(seed)[:16]}"
        self.verifier = note.verifier(self.origin, crypto.public_of(seed))
        self._tree, self._before = Frontier(), ""
        self._broken = False
        self._visit = visit
        with keeping("the audit log"):
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(folder / ENTRIES, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self.recovered = self._open(witness)
        except BaseException:
            self.close()
            raise

    def _open(self, witness: str) -> dict[str, str | int]:
        known = read_checkpoint(self._folder)
        states = [self.read(one) for one in (known, witness) if one]
        lines, rest = read_lines(self._folder)
        for entry, tree in check(lines, states):
            self._visit(entry)
            self._tree = tree
        size = self._tree.size
        self._before = leaf_hash(lines[size - 1]).hex() if size else ""
        self.note = self._signed(self._tree)
        extra = b"".join(line + b"\n" for line in lines[size:]) + rest
        self._length = sum(len(line) + 1 for line in lines[:size])
        behind = size - (self.read(known).size if known else 0)
        if not extra and not behind:
            return {}
        with keeping("the audit log"):
            os.ftruncate(self._file, self._length)
            os.fsync(self._file)
        return {"unsigned_entries": len(lines) - size, "unsigned_bytes": len(extra), "checkpoint_behind": behind}

    def read(self, text: str) -> Checkpoint:
        """Return the state that a note of this log tells.

        Raises:
            IntegrityError: It is not signed by this log's key.
        """
        return read_state(text, self.verifier)

    def _signed(self, tree: Frontier) -> str:
        state = Checkpoint(origin=self.origin, size=tree.size, root=tree.root)
        return note.sign(state.text, self.origin, self._seed)

    @property
    def size(self) -> int:
        """Return how many entries there are."""
        return self._tree.size

    def append(self, entry: Entry) -> None:
        """Add an entry and sign the new state; both are durable when this returns.

        Args:
            entry: All but ``seq`` and ``before``; digests, pseudonyms and words of ours alone.

        Raises:
            IntegrityError: The disk did not take it, so the act must be refused; the log is as it was.
        """
        if self._broken:
            raise IntegrityError(
                "The audit log could not be written before, so nothing is done any more.",
                remedy="Repair the disk, then start anew: opening the home recovers the log.",
            )
        line = canonical({**entry, "seq": self._tree.size, "before": self._before})
        tree = self._tree.copy()
        tree.append(leaf_hash(line))
        signed = self._signed(tree)
        draft = self._folder / (CHECKPOINT + SUFFIX)
        try:
            with keeping("the audit entry"):
                _write_draft(draft, signed.encode())
                _write_all(self._file, line + b"\n")
                os.fsync(self._file)
                draft.replace(self._folder / CHECKPOINT)
        except IntegrityError:
            self._undo()
            raise
        self._tree, self._before, self.note = tree, leaf_hash(line).hex(), signed
        self._length += len(line) + 1
        self._visit(entry)

    def _undo(self) -> None:
        """Take a half-written entry back; where even that fails, the log stays shut until it is opened again."""
        try:
            os.ftruncate(self._file, self._length)
            os.fsync(self._file)
        except OSError:
            self._broken = True

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def _write_draft(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _write_all(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]


def read_checkpoint(folder: Path) -> str:
    """Return the signed note of the last state, empty where there is none yet."""
    path = folder / CHECKPOINT
    try:
        return path.read_bytes().decode() if path.exists() else ""
    except (OSError, ValueError) as fault:
        raise tampered("its checkpoint cannot be read") from fault


def read_state(text: str, verifier: str) -> Checkpoint:
    """Return the state that a signed note tells.

    Raises:
        IntegrityError: The log's key did not sign it, or it tells of another log.

    Source: C2SP tlog-checkpoint.
    """
    try:
        state = Checkpoint.from_text(note.read(text, verifier))
        origin, _ = note.read_verifier(verifier)
    except ValueError as fault:
        raise tampered("a checkpoint is not signed by its key") from fault
    if state.origin != origin:
        raise tampered("a checkpoint tells of another log")
    return state
