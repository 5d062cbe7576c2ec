"""Laws of the audit log: every entry is provably in it, every state grew from each earlier, no change goes unseen."""

import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from primum.custody import crypto, merkle, note, verifying
from primum.custody.audit import CHECKPOINT, ENTRIES, AuditLog
from primum.errors import IntegrityError

SEED = bytes(range(32))
entries = st.lists(st.binary(max_size=20), min_size=1, max_size=40)
words = st.text(max_size=20)
acts = st.lists(
    st.fixed_dictionaries({"actor": words, "action": words, "allowed": st.booleans(), "why": words}),
    min_size=1,
    max_size=12,
)


@contextlib.contextmanager
def a_log(written: list[dict[str, Any]]) -> Iterator[tuple[Path, dict[str, str], list[str]]]:
    """Give a closed log: its folder, its public key, and the signed state after each entry."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = AuditLog(folder, SEED, "", lambda _entry: None)
        witnesses = []
        for one in written:
            log.append(one)
            witnesses.append(log.note)
        log.close()
        yield folder, {"log": log.verifier}, witnesses


def reopen(folder: Path, witness: str) -> int:
    log = AuditLog(folder, SEED, witness, lambda _entry: None)
    log.close()
    return log.size


# -- the tree ---------------------------------------------------------------------------------------------------------
def slow_root(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 6962 defines it, word by word."""
    if len(leaves) == 1:
        return leaves[0]
    at = 1
    while at * 2 < len(leaves):
        at *= 2
    return merkle.node_hash(slow_root(leaves[:at]), slow_root(leaves[at:]))


@given(entries)
def test_the_root_kept_while_appending_is_the_one_the_standard_defines(data: list[bytes]) -> None:
    leaves = [merkle.leaf_hash(one) for one in data]
    assert merkle.root_of(leaves) == slow_root(leaves)


@given(entries)
def test_every_entry_has_a_valid_inclusion_proof(data: list[bytes]) -> None:
    leaves = [merkle.leaf_hash(one) for one in data]
    root = merkle.root_of(leaves)
    for index, leaf in enumerate(leaves):
        proof = merkle.inclusion_proof(leaves, index)
        assert merkle.is_included(leaf, index, len(leaves), proof, root)


@given(entries)
def test_every_two_states_have_a_valid_consistency_proof(data: list[bytes]) -> None:
    leaves = [merkle.leaf_hash(one) for one in data]
    now = (len(leaves), merkle.root_of(leaves))
    for size in range(len(leaves) + 1):
        then = (size, merkle.root_of(leaves[:size]))
        assert merkle.is_consistent(then, now, merkle.consistency_proof(leaves, size))


@given(entries, st.data())
def test_no_inclusion_proof_serves_another_leaf(data: list[bytes], draw: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(one) for one in data]
    index = draw.draw(st.integers(0, len(leaves) - 1))
    other = merkle.leaf_hash(draw.draw(st.binary(max_size=20)))
    assume(other != leaves[index])
    proof = merkle.inclusion_proof(leaves, index)
    assert not merkle.is_included(other, index, len(leaves), proof, merkle.root_of(leaves))


@given(entries, st.data())
def test_an_inclusion_proof_with_any_bit_flipped_proves_nothing(data: list[bytes], draw: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(one) for one in data]
    assume(len(leaves) > 1)
    index = draw.draw(st.integers(0, len(leaves) - 1))
    proof = merkle.inclusion_proof(leaves, index)
    at = draw.draw(st.integers(0, len(proof) - 1))
    proof[at] = flipped(proof[at], draw.draw(st.integers(0, 255)))
    assert not merkle.is_included(leaves[index], index, len(leaves), proof, merkle.root_of(leaves))


@given(entries, st.data())
def test_no_consistency_proof_serves_a_log_with_another_past(data: list[bytes], draw: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(one) for one in data]
    size = draw.draw(st.integers(1, len(leaves)))
    forged = list(leaves)
    changed = draw.draw(st.integers(0, size - 1))
    forged[changed] = merkle.leaf_hash(b"rewritten" + data[changed])
    proof = merkle.consistency_proof(forged, size)
    then, now = (size, merkle.root_of(leaves[:size])), (len(forged), merkle.root_of(forged))
    assert not merkle.is_consistent(then, now, proof)


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


# -- the file ---------------------------------------------------------------------------------------------------------
@settings(max_examples=25, deadline=None)
@given(acts)
def test_what_was_written_is_read_verified_and_gone_on_with(written: list[dict[str, Any]]) -> None:
    with a_log(written) as (folder, trust, witnesses):
        assert verifying.verify_log(folder, trust, witnesses).size == len(written)
        read = verifying.read_log(folder)
        assert [{name: one[name] for name in written[0]} for one in read] == written
        assert reopen(folder, witnesses[-1]) == len(written)


@settings(max_examples=40, deadline=None)
@given(acts, st.data())
def test_any_bit_flipped_anywhere_is_found(written: list[dict[str, Any]], draw: st.DataObject) -> None:
    with a_log(written) as (folder, trust, witnesses), pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifying, "PATIENCE", 1)
        path = folder / draw.draw(st.sampled_from([ENTRIES, CHECKPOINT]))
        data = path.read_bytes()
        path.write_bytes(flipped(data, draw.draw(st.integers(0, len(data) * 8 - 1))))
        if path.name == CHECKPOINT and without_signature(path, trust):
            return
        with pytest.raises(IntegrityError):
            verifying.verify_log(folder, trust, witnesses)
        if path.name == ENTRIES:
            with pytest.raises(IntegrityError):
                reopen(folder, witnesses[-1])


def without_signature(path: Path, trust: dict[str, str]) -> bool:
    """Return whether a checkpoint still reads as signed: base 64 has spare bits that mean nothing."""
    try:
        note.read(path.read_bytes().decode(), trust["log"])
    except ValueError:
        return False
    return True


@settings(max_examples=40, deadline=None)
@given(acts, st.data())
def test_lines_removed_repeated_or_exchanged_are_found(written: list[dict[str, Any]], draw: st.DataObject) -> None:
    with a_log(written) as (folder, trust, witnesses), pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifying, "PATIENCE", 1)
        path = folder / ENTRIES
        lines = path.read_bytes().splitlines(keepends=True)
        order = draw.draw(st.lists(st.integers(0, len(lines) - 1), max_size=len(lines) + 2))
        assume(order != list(range(len(lines))))
        path.write_bytes(b"".join(lines[at] for at in order))
        with pytest.raises(IntegrityError):
            verifying.verify_log(folder, trust)
        if order[: len(lines)] != list(range(len(lines))):
            with pytest.raises(IntegrityError):
                reopen(folder, witnesses[-1])


@settings(max_examples=40, deadline=None)
@given(acts, st.data())
def test_the_first_entry_that_was_edited_is_the_one_named(written: list[dict[str, Any]], draw: st.DataObject) -> None:
    with a_log(written) as (folder, trust, _):
        path = folder / ENTRIES
        lines = path.read_bytes().splitlines(keepends=True)
        edited = sorted(draw.draw(st.sets(st.integers(0, len(lines) - 1), min_size=1)))
        for at in edited:
            document = json.loads(lines[at])
            document["allowed"] = not document["allowed"]
            lines[at] = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        path.write_bytes(b"".join(lines))
        with pytest.raises(IntegrityError) as refused:
            verifying.verify_log(folder, trust)
        first = edited[0]
        alone = f"entry {first} was edited"
        with_next = f"entry {first} or entry {first + 1} was edited"
        assert alone in refused.value.what or with_next in refused.value.what
        if edited == [first] and first < len(lines) - 2:
            assert alone in refused.value.what


@settings(max_examples=30, deadline=None)
@given(acts, acts)
def test_a_log_rolled_back_and_grown_again_is_found_by_any_witness_of_what_was_lost(
    written: list[dict[str, Any]], other: list[dict[str, Any]]
) -> None:
    half = len(written) // 2
    rewritten = [*written[:half], *other]
    with a_log(written) as (_, _, witnesses), a_log(rewritten) as (folder, trust, _):
        for size, witness in enumerate(witnesses, start=1):
            agrees = rewritten[:size] == written[:size]
            if agrees:
                assert verifying.verify_log(folder, trust, [witness]).size == len(rewritten)
            else:
                with pytest.raises(IntegrityError):
                    verifying.verify_log(folder, trust, [witness])


@settings(max_examples=30, deadline=None)
@given(acts, st.binary(max_size=60))
def test_whatever_a_killed_program_left_after_the_last_entry_is_cut_off(
    written: list[dict[str, Any]], rest: bytes
) -> None:
    with a_log(written) as (folder, trust, witnesses):
        before = (folder / ENTRIES).read_bytes()
        with (folder / ENTRIES).open("ab") as file:
            file.write(rest)
        assert reopen(folder, witnesses[-1]) == len(written)
        assert (folder / ENTRIES).read_bytes() == before
        assert verifying.verify_log(folder, trust, witnesses).size == len(written)


@given(st.text(alphabet=st.characters(exclude_categories=["C"]), min_size=1).map(lambda one: one + "\n"))
def test_what_is_signed_is_read_and_nothing_else(text: str) -> None:
    assume("\n\n" not in text)
    known = note.verifier("a/log", crypto.public_of(SEED))
    signed = note.sign(text, "a/log", SEED)
    assert note.read(signed, known) == text
    with pytest.raises(ValueError, match="not signed"):
        note.read("x" + signed, known)
