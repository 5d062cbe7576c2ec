"""Laws of custody: what is sealed opens unaltered or not at all, who is erased is gone alone, nothing small is told."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from primum.custody import crypto, disclosure, keyring, verifying
from primum.custody.custodian import Custodian
from primum.errors import AccessDeniedError, DataError, IntegrityError
from unit.custody.homes import CHEAP, PASSPHRASE, a_set, named, open_home, subject

keys = st.binary(min_size=32, max_size=32)
bindings = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4)
table_rows = st.lists(st.tuples(st.integers(0, 5).map(subject), st.binary(max_size=40)), max_size=12)


@pytest.fixture(autouse=True, scope="module")
def _cheap_passphrases() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crypto, "COST", CHEAP)
        yield


@contextlib.contextmanager
def a_home() -> Iterator[tuple[Path, Custodian]]:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        with open_home(home) as custodian:
            yield home, custodian


# -- sealing ----------------------------------------------------------------------------------------------------------
@given(keys, st.binary(max_size=200), bindings)
def test_unsealing_undoes_sealing(key: bytes, data: bytes, binding: object) -> None:
    assert crypto.unseal(key, crypto.seal(key, data, binding), binding) == data


@given(keys, st.binary(max_size=50), bindings, st.data())
def test_one_flipped_bit_of_what_is_sealed_fails(key: bytes, data: bytes, binding: object, draw: st.DataObject) -> None:
    sealed = bytearray(crypto.seal(key, data, binding))
    bit = draw.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(crypto.UnsealError):
        crypto.unseal(key, bytes(sealed), binding)


@given(keys, st.binary(max_size=50), bindings, st.integers(0, 255))
def test_one_flipped_bit_of_the_key_fails(key: bytes, data: bytes, binding: object, bit: int) -> None:
    other = bytearray(key)
    other[bit // 8] ^= 1 << bit % 8
    with pytest.raises(crypto.UnsealError):
        crypto.unseal(bytes(other), crypto.seal(key, data, binding), binding)


@given(keys, st.binary(max_size=50), bindings, bindings)
def test_another_binding_fails(key: bytes, data: bytes, binding: object, other: object) -> None:
    assume(crypto.canonical(binding) != crypto.canonical(other))
    with pytest.raises(crypto.UnsealError):
        crypto.unseal(key, crypto.seal(key, data, binding), other)


@given(keys, st.binary(max_size=100), st.data())
def test_what_is_signed_verifies_and_nothing_else_does(seed: bytes, payload: bytes, draw: st.DataObject) -> None:
    public, signature = crypto.public_of(seed), crypto.sign(seed, payload)
    assert crypto.is_signed(public, payload, signature)
    parts = [bytearray.fromhex(public), bytearray(payload), bytearray.fromhex(signature)]
    changed = draw.draw(st.sampled_from([one for one in parts if one]))
    bit = draw.draw(st.integers(0, len(changed) * 8 - 1))
    changed[bit // 8] ^= 1 << bit % 8
    assert not crypto.is_signed(parts[0].hex(), bytes(parts[1]), parts[2].hex())


@settings(max_examples=20, deadline=None)
@given(st.text(min_size=1), st.text(min_size=1), keys)
def test_only_the_passphrase_opens_a_key_ring(passphrase: str, guess: str, key: bytes) -> None:
    assume(is_text(passphrase) and is_text(guess))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "keyring.json"
        wrapped = keyring.PassphraseKeyRing.create(path, passphrase).wrap(key, "P1")
        assert keyring.PassphraseKeyRing.load(path, passphrase).unwrap(wrapped, "P1") == key
        if guess != passphrase:
            with pytest.raises(AccessDeniedError):
                keyring.PassphraseKeyRing.load(path, guess)


def is_text(word: str) -> bool:
    """Return whether a word has an encoding; half a surrogate pair has none, and no keyboard types it."""
    return not any("\ud800" <= one <= "\udfff" for one in word)


# -- data sets --------------------------------------------------------------------------------------------------------
@settings(max_examples=20, deadline=None)
@given(table_rows)
def test_what_is_written_is_read_in_order(rows: list) -> None:
    with a_home() as (_, one):
        one.write_dataset(a_set(), rows)
        assert one.read_dataset(named("identified")) == rows
        assert one.describe(named("identified")).subjects == len({who for who, _ in rows})


@settings(max_examples=20, deadline=None)
@given(table_rows, st.sets(st.integers(0, 5).map(subject)))
def test_a_destroyed_key_makes_exactly_that_subjects_data_unreadable(rows: list, erased: set) -> None:
    with a_home() as (_, one):
        one.write_dataset(a_set(), rows)
        for who, data in rows:
            one.append_event("cases", who, data)
        known = {who for who, _ in rows}
        for who in sorted(erased):
            if who in known:
                assert one.erase(who).data_sets == (named("identified"),)
            else:
                with pytest.raises(DataError):
                    one.erase(who)
        left = [row for row in rows if row[0] not in erased]
        assert one.read_dataset(named("identified")) == left
        assert [(who, data) for _, who, data in one.events("cases")] == left


@settings(max_examples=15, deadline=None)
@given(table_rows, st.sets(st.integers(0, 5).map(subject), max_size=2), st.none() | st.just("a new passphrase"))
def test_rotation_changes_nothing_that_can_be_read(rows: list, erased: set, passphrase: str | None) -> None:
    with a_home() as (home, one):
        one.write_dataset(a_set(), rows)
        model = one.put_model({"weights": b"made up"}, [named("identified")])
        for who in erased & {who for who, _ in rows}:
            one.erase(who)
        left = one.read_dataset(named("identified"))
        one.rotate(passphrase)
        assert one.read_dataset(named("identified")) == left
        assert one.get_model(model) == {"weights": b"made up"}
        one.close()
        with open_home(home, passphrase=passphrase or PASSPHRASE) as again:
            assert again.read_dataset(named("identified")) == left


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_bit_of_a_container_flipped_is_found(draw: st.DataObject) -> None:
    with a_home() as (home, one):
        one.write_dataset(a_set(), [(subject(number), b"made-up row") for number in range(3)])
        (blob,) = [path for path in (home / "blobs").rglob("*") if path.is_file()]
        data = bytearray(blob.read_bytes())
        bit = draw.draw(st.integers(0, len(data) * 8 - 1))
        data[bit // 8] ^= 1 << bit % 8
        blob.write_bytes(data)
        with pytest.raises(IntegrityError):
            one.read_dataset(named("identified"))


@given(st.lists(st.text(), unique=True, min_size=2, max_size=30))
def test_pseudonyms_differ_and_do_not_hold_what_they_stand_for(identifiers: list[str]) -> None:
    assume(all(is_text(one) for one in identifiers))
    names = [NAMING.pseudonym(one) for one in identifiers]
    assert len(set(names)) == len(identifiers)
    assert [NAMING.pseudonym(one) for one in identifiers] == names


@given(st.integers(0, 2**63).map(subject))
def test_a_date_shift_is_within_a_year_never_zero_always_the_same(who: str) -> None:
    identity = NAMING.identity(who)
    assert 1 <= abs(identity.days) <= 365
    assert len(identity.key) == 32
    assert NAMING.identity(who) == identity


@pytest.fixture(autouse=True, scope="module")
def _naming(_cheap_passphrases: None) -> Iterator[None]:
    global NAMING
    with a_home() as (_, NAMING):
        yield


NAMING: Custodian


# -- bundles ----------------------------------------------------------------------------------------------------------
@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,5}(/[a-z]{1,5}\.json)?", fullmatch=True), st.binary(max_size=40), min_size=1
    ),
    st.data(),
)
def test_a_bundle_is_genuine_until_any_bit_of_it_changes(files: dict[str, bytes], draw: st.DataObject) -> None:
    assume(not any(f"{one}/" in other for one in files for other in files))
    folder = Path(tempfile.mkdtemp()) / "release"
    try:
        name = NAMING.seal_bundle(folder, files, {"expires_at": "2031-01-01"})
        found = verifying.verify_bundle(folder, NAMING.trust())
        assert (found.manifest_digest, found.files) == (name, files)
        path = draw.draw(st.sampled_from(sorted(one for one in folder.rglob("*") if one.is_file())))
        data = bytearray(path.read_bytes())
        if data:
            bit = draw.draw(st.integers(0, len(data) * 8 - 1))
            data[bit // 8] ^= 1 << bit % 8
        else:
            data = bytearray(b"x")
        path.write_bytes(data)
        if path.name == "signature.json":
            return
        with pytest.raises(IntegrityError):
            verifying.verify_bundle(folder, NAMING.trust())
    finally:
        shutil.rmtree(folder.parent)


# -- small numbers ----------------------------------------------------------------------------------------------------
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 30), min_size=width, max_size=width), min_size=1, max_size=4)
)


def extended(table: list[list[int]]) -> np.ndarray:
    inner = np.array(table)
    right = np.hstack([inner, inner.sum(axis=1, keepdims=True)])
    return np.vstack([right, right.sum(axis=0, keepdims=True)])


def published(shown: disclosure.Shown) -> list[list[int | None]]:
    rows = [[*cells, total] for cells, total in zip(shown.cells, shown.rows, strict=True)]
    return [*rows, [*shown.columns, shown.total]]


def bounds(seen: list[list[int | None]], cell: tuple[int, int]) -> tuple[float, float]:
    """Return the least and greatest that a withheld count can be for a reader who knows all rules."""
    height, width = len(seen), len(seen[0])
    sums = []
    for r in range(height):
        line = np.zeros((height, width))
        line[r, :-1], line[r, -1] = 1, -1
        sums.append(line.ravel())
    for c in range(width):
        line = np.zeros((height, width))
        line[:-1, c], line[-1, c] = 1, -1
        sums.append(line.ravel())
    limits = [(1, None) if one is None else (one, one) for row in seen for one in row]
    found = []
    for sign in (1, -1):
        goal = np.zeros(height * width)
        goal[cell[0] * width + cell[1]] = sign
        solved = linprog(goal, A_eq=np.array(sums), b_eq=np.zeros(len(sums)), bounds=limits)
        found.append(float("inf") if solved.status == 3 else abs(solved.fun))
    return found[0], found[1]


@settings(max_examples=60, deadline=None)
@given(tables, st.integers(2, 11))
def test_no_small_count_is_told_nor_can_be_worked_out(table: list[list[int]], smallest: int) -> None:
    seen, full = published(disclosure.suppress(table, smallest)), extended(table)
    for r, row in enumerate(seen):
        for c, one in enumerate(row):
            assert one in (None, full[r, c])
            if 0 < full[r, c] < smallest:
                low, high = bounds(seen, (r, c))
                assert low <= full[r, c]
                assert high >= smallest - 1e-6


@settings(max_examples=60, deadline=None)
@given(tables, st.integers(2, 11))
def test_zeros_are_shown_and_a_table_without_small_counts_is_shown_whole(table: list[list[int]], smallest: int) -> None:
    seen, full = published(disclosure.suppress(table, smallest)), extended(table)
    assert all(seen[r][c] == 0 for r, c in zip(*np.where(full == 0), strict=True))
    if not ((full > 0) & (full < smallest)).any():
        assert seen == full.tolist()


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 40), max_size=6), st.integers(2, 11))
def test_no_small_count_can_be_worked_out_from_a_public_sum(counts: dict[str, int], smallest: int) -> None:
    shown = disclosure.suppress_counts(counts, smallest)
    hidden = [name for name, one in shown.items() if one is None]
    assert all(shown[name] == counts[name] for name in counts if name not in hidden)
    assert all(count >= smallest or count == 0 or name in hidden for name, count in counts.items())
    left = sum(counts[name] for name in hidden)
    everything_is_hidden = len(hidden) == len(counts)
    assert not hidden or everything_is_hidden or left - (len(hidden) - 1) >= smallest


@given(tables, st.integers(2, 11))
def test_what_is_withheld_is_withheld_every_time(table: list[list[int]], smallest: int) -> None:
    assert disclosure.suppress(table, smallest) == disclosure.suppress(table, smallest)
