"""Originals come back to the last byte, from pieces or whole, and not at all once somebody in them is erased."""

import io
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.custody import together
from primum.deid import sealing
from primum.deid.keeping import Nobody
from primum.deid.nouns import Outcome, Piece, Source
from synthetic.deid_jobs import sha256

KEEPER = Nobody(b"k" * 32)


def source(place, data: bytes, packed: str = "") -> Source:
    place.write_bytes(data)
    return Source(
        number=1, path=PurePosixPath("ward/garrison.txt"), place=place, digest=sha256(data), form="text", packed=packed
    )


def outcome(*pieces: Piece, subjects=()) -> Outcome:
    return Outcome(reread=lambda _: iter(()), pieces=pieces, subjects=frozenset(subjects))


def piece(subject: str, start: int, end: int, original: bytes) -> Piece:
    return Piece(subject=subject, start=start, end=end, original=original)


def back(rows, written: bytes):
    one = sealing.originals(rows)["out.txt"]
    return one, b"".join(one.blocks(io.BytesIO(written)))


def rows(tmp_path, original: bytes, written: bytes, made: Outcome, packed: str = ""):
    one = source(tmp_path / "original", original, packed)
    return sealing.rows(one, io.BytesIO(written), "out.txt", "s", (made, KEEPER))


def test_pieces_put_a_file_back(tmp_path):
    made = outcome(piece("s", 5, 11, b"Ann"), piece("s", 16, 22, b"Bob"))
    found = rows(tmp_path, b"Name Ann and Bob.", b"Name [NAME] and [NAME].", made)
    assert {subject for subject, _ in found} == {KEEPER.persona("s").name}
    one, data = back(found, b"Name [NAME] and [NAME].")
    assert data == b"Name Ann and Bob."
    assert one.is_whole
    assert one.name == "ward/garrison.txt"


def test_pieces_that_are_not_exact_make_the_whole_sealed(tmp_path):
    found = rows(tmp_path, b"Name Ann.", b"Name [NAME].", outcome(piece("s", 0, 3, b"Ann")))
    one, data = back(found, b"Name [NAME].")
    assert one.sealed
    assert data == b"Name Ann."


def test_packed_originals_are_sealed_whole(tmp_path):
    found = rows(tmp_path, b"packed", b"other", outcome(piece("s", 0, 1, b"x")), packed="gzip")
    one, data = back(found, b"other")
    assert one.sealed
    assert data == b"packed"


def test_a_file_of_several_people_opens_only_with_all_of_them(tmp_path):
    found = rows(tmp_path, b"Ann and Bob", b"A and B", outcome(subjects={"ann", "bob"}))
    assert len(found) == 1 + 3
    one, data = back(found, b"A and B")
    assert one.is_whole
    assert data == b"Ann and Bob"
    for gone in ("ann", "bob", "s"):
        left = [row for row in found if row[0] != KEEPER.persona(gone).name]
        assert not sealing.originals(left)["out.txt"].is_whole


def test_no_single_row_holds_the_original_in_the_clear_where_several_own_it(tmp_path):
    found = rows(tmp_path, b"Ann and Bob are here", b"A and B", outcome(subjects={"ann", "bob"}))
    assert not any(b"Ann and Bob" in body for _, body in found)


def test_rows_of_an_erased_person_stay_as_they_were_written(tmp_path):
    made = outcome(piece("ann", 0, 2, b"Ann"), piece("bob", 3, 5, b"Bob"), subjects={"ann", "bob"})
    found = rows(tmp_path, b"Ann\nBob\n", b"P1\nP2\n", made)
    left = [row for row in found if row[0] != KEEPER.persona("ann").name]
    one, data = back(left, b"P1\nP2\n")
    assert data == b"P1\nBob\n"
    assert not one.is_whole


def test_the_name_of_a_file_goes_with_its_subject(tmp_path):
    found = rows(tmp_path, b"Ann", b"x", outcome(piece("s", 0, 1, b"Ann")))
    left = [row for row in found if row[0] != KEEPER.persona("s").name]
    assert sealing.originals(left) == {}


@given(st.binary(max_size=200), st.integers(1, 6))
def test_what_is_split_is_joined_by_all_shares_alone(data, owners):
    sealed, shares = together.split(data, owners)
    assert together.joined(sealed, shares) == data
    assert together.joined(sealed, shares[::-1]) == data
    assert together.joined(sealed, shares[1:]) is None
    assert together.joined(sealed, [*shares, shares[0]]) is None


def test_shares_of_another_length_open_nothing():
    sealed, shares = together.split(b"x", 2)
    assert together.joined(sealed, [shares[0], b"short"]) is None


@pytest.mark.parametrize("at", [0, 5, -1])
def test_an_altered_seal_opens_nothing(at):
    sealed, shares = together.split(b"original", 3)
    broken = bytearray(sealed)
    broken[at] ^= 1
    assert together.joined(bytes(broken), shares) is None
