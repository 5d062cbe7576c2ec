import errno
import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from primum.custody import store
from primum.custody.custodian import Custodian, DataClass, DataSet
from primum.custody.store import Store
from primum.errors import AccessDeniedError, DataError, IntegrityError
from primum.ids import digest
from unit.custody.homes import a_set, named, open_home, rows, subject


def test_rows_come_back_in_the_order_written(custodian: Custodian) -> None:
    written = [rows(5)[at] for at in (3, 1, 4, 0, 2)]
    custodian.write_dataset(a_set(), iter(written))
    assert custodian.read_dataset(named("identified")) == written


def test_rows_come_back_after_the_home_was_closed(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(5))
    with open_home(home) as one:
        assert one.read_dataset(named("identified")) == rows(5)


def test_an_empty_data_set_is_a_data_set(custodian: Custodian) -> None:
    custodian.write_dataset(a_set(), [])
    assert custodian.read_dataset(named("identified")) == []
    assert custodian.describe(named("identified")).subjects == 0


def test_a_subject_may_have_several_rows_and_a_row_may_be_empty_or_large(custodian: Custodian) -> None:
    written = [(subject(1), b""), (subject(2), b"x" * 1_000_000), (subject(1), b"\x00\xff")]
    custodian.write_dataset(a_set(), written)
    assert custodian.read_dataset(named("identified")) == written
    assert custodian.describe(named("identified")).subjects == 2


def test_a_data_set_is_described_without_being_opened(custodian: Custodian) -> None:
    dataset = a_set("pseudonymised", DataClass.PSEUDONYMISED, (named("a"), named("b")))
    custodian.write_dataset(dataset, rows(3))
    found = custodian.describe(dataset.digest)
    assert found == DataSet(
        digest=dataset.digest,
        name="pseudonymised",
        data_class=DataClass.PSEUDONYMISED,
        made_of=(named("a"), named("b")),
        subjects=3,
    )


@pytest.mark.parametrize("method", ["read_dataset", "describe"])
def test_a_data_set_that_is_not_there_is_a_data_error(custodian: Custodian, method: str) -> None:
    with pytest.raises(DataError, match="There is no data set"):
        getattr(custodian, method)(named("nothing"))


def test_content_is_nowhere_on_the_disk_in_the_clear(custodian: Custodian, home: Path) -> None:
    custodian.write_dataset(a_set(), rows(5))
    for file in home.rglob("*"):
        if file.is_file():
            assert b"made-up row" not in file.read_bytes()


def test_a_container_is_parquet_with_subject_and_sealed(custodian: Custodian, home: Path) -> None:
    custodian.write_dataset(a_set(), rows(3))
    (blob,) = [one for one in (home / "blobs").rglob("*") if one.is_file()]
    table = pq.read_table(blob)
    assert table.column_names == ["subject", "sealed"]
    assert table.column("subject").to_pylist() == [subject(number) for number in range(3)]


def test_equal_rows_look_different_on_the_disk(custodian: Custodian, home: Path) -> None:
    custodian.write_dataset(a_set(), [(subject(1), b"same"), (subject(1), b"same")])
    (blob,) = [one for one in (home / "blobs").rglob("*") if one.is_file()]
    one, other = pq.read_table(blob).column("sealed").to_pylist()
    assert one != other


# -- a name is a promise ----------------------------------------------------------------------------------------------
def test_writing_the_same_again_changes_nothing(custodian: Custodian, home: Path) -> None:
    custodian.write_dataset(a_set(), rows(3))
    before = [one.name for one in (home / "blobs").rglob("*")]
    custodian.write_dataset(a_set(), rows(3))
    assert [one.name for one in (home / "blobs").rglob("*")] == before
    assert custodian.read_dataset(named("identified")) == rows(3)


def test_what_a_killed_stage_left_may_be_replaced(custodian: Custodian) -> None:
    custodian.write_dataset(a_set(), rows(5))
    custodian.write_dataset(a_set(), rows(3))
    assert custodian.read_dataset(named("identified")) == rows(3)


def test_the_container_that_was_replaced_is_gone_after_the_next_opening(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(5))
        one.write_dataset(a_set(), rows(3))
    open_home(home).close()
    assert len([one for one in (home / "blobs").rglob("*") if one.is_file()]) == 1


@pytest.mark.parametrize("other", [rows(2), rows(4), rows(3)[::-1], [*rows(2), (subject(2), b"another")]])
def test_what_a_finished_stage_rests_on_may_not_be_replaced(custodian: Custodian, other: list) -> None:
    custodian.write_dataset(a_set(), rows(3))
    custodian.finish("ingest", named("key"), {"identified": named("identified")})
    with pytest.raises(IntegrityError, match="exists with other content") as refused:
        custodian.write_dataset(a_set(), other)
    assert "version" in refused.value.remedy
    assert custodian.read_dataset(named("identified")) == rows(3)
    custodian.write_dataset(a_set(), rows(3))


def test_a_data_set_may_not_change_its_class_or_lineage_once_something_rests_on_it(custodian: Custodian) -> None:
    custodian.write_dataset(a_set(), rows(3))
    custodian.finish("ingest", named("key"), {"identified": named("identified")})
    for other in (
        a_set(made_of=(named("x"),)),
        DataSet(digest=named("identified"), name="identified", data_class=DataClass.MODEL, made_of=()),
    ):
        with pytest.raises(IntegrityError, match="exists with other content"):
            custodian.write_dataset(other, rows(3))


def test_a_sealed_part_that_was_looked_into_may_not_be_replaced(custodian: Custodian) -> None:
    part = a_set("test", DataClass.SEALED)
    custodian.write_dataset(part, rows(3))
    custodian.commit(named("limits"))
    custodian.open_sealed(part.digest, named("model"), named("limits"))
    with pytest.raises(IntegrityError, match="exists with other content"):
        custodian.write_dataset(part, rows(4))


def test_rows_that_cannot_be_had_leave_nothing(custodian: Custodian) -> None:
    def failing() -> list:
        yield rows(1)[0]
        raise DataError("a made-up fault", remedy="none")

    with pytest.raises(DataError, match="made-up"):
        custodian.write_dataset(a_set(), failing())
    with pytest.raises(DataError, match="no data set"):
        custodian.describe(named("identified"))


def test_a_sealed_part_is_not_read_like_others(custodian: Custodian) -> None:
    custodian.write_dataset(a_set("test", DataClass.SEALED), rows(3))
    with pytest.raises(AccessDeniedError, match="sealed") as refused:
        custodian.read_dataset(named("test"))
    assert "open_sealed" in refused.value.remedy


# -- a disk that others write on --------------------------------------------------------------------------------------
def repack(change: Callable[[list[str], list[bytes]], tuple[list[str], list[bytes]]]) -> Callable[[Path], None]:
    """Return an attack that writes another container, and has the store refer to it."""

    def attack(home: Path) -> None:
        (blob,) = [one for one in (home / "blobs").rglob("*") if one.is_file()]
        table = pq.read_table(blob)
        subjects, sealed = change(table.column("subject").to_pylist(), table.column("sealed").to_pylist())
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table({"subject": subjects, "sealed": pa.array(sealed, pa.binary())}), sink)
        data = sink.getvalue().to_pybytes()
        name = digest(data)
        target = home / "blobs" / name[:2] / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)
        tamper(home, sa.update(store.data_sets).values(blob=name))

    return attack


def tamper(home: Path, *statements: sa.Executable) -> None:
    with closing(Store(home / "store.db")) as one, one.transaction() as work:
        for statement in statements:
            work.execute(statement)


def statement(*made: sa.Executable) -> Callable[[Path], None]:
    return lambda home: tamper(home, *made)


def garble(home: Path) -> None:
    (blob,) = [one for one in (home / "blobs").rglob("*") if one.is_file()]
    data = bytearray(blob.read_bytes())
    data[len(data) // 2] ^= 1
    blob.write_bytes(data)


def remove(home: Path) -> None:
    (blob,) = [one for one in (home / "blobs").rglob("*") if one.is_file()]
    blob.unlink()


def swapped(subjects: list[str], sealed: list[bytes]) -> tuple[list[str], list[bytes]]:
    return [subjects[1], subjects[0], *subjects[2:]], [sealed[1], sealed[0], *sealed[2:]]


MEMBER = store.members.c.ordinal
ATTACKS = {
    "a bit of the container": garble,
    "the container removed": remove,
    "a row removed from the container": repack(lambda subjects, sealed: (subjects[:-1], sealed[:-1])),
    "a row repeated in the container": repack(
        lambda subjects, sealed: ([*subjects, subjects[0]], [*sealed, sealed[0]])
    ),
    "two rows exchanged in the container": repack(swapped),
    "two contents exchanged in the container": repack(lambda subjects, sealed: (subjects, sealed[::-1])),
    "a row of the membership removed": statement(sa.delete(store.members).where(MEMBER == 4)),
    "the membership emptied": statement(sa.delete(store.members)),
    "a member exchanged": statement(sa.update(store.members).where(MEMBER == 0).values(subject=subject(1))),
    "the class lowered": statement(sa.update(store.data_sets).values(data_class="aggregate")),
    "the lineage altered": statement(sa.update(store.data_sets).values(made_of="[]")),
    "the name altered": statement(sa.update(store.data_sets).values(name="another")),
    "the seal altered": statement(sa.update(store.data_sets).values(seal=b"x" * 32)),
    "a key destroyed": statement(
        sa.update(store.keys).where(store.keys.c.owner == subject(2)).values(wrapped=None, wrapped_by=None)
    ),
    "a key destroyed with a forged proof of erasure": statement(
        sa.update(store.keys)
        .where(store.keys.c.owner == subject(2))
        .values(wrapped=None, wrapped_by=None, gone=b"x" * 32)
    ),
    "a key altered": statement(sa.update(store.keys).where(store.keys.c.owner == subject(2)).values(wrapped=b"x" * 60)),
    "a key taken from another subject": statement(
        sa.update(store.keys)
        .where(store.keys.c.owner == subject(2))
        .values(wrapped=sa.select(store.keys.c.wrapped).where(store.keys.c.owner == subject(1)).scalar_subquery())
    ),
}


@pytest.mark.parametrize("how", ATTACKS)
def test_what_others_alter_on_the_disk_is_found(home: Path, how: str) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(made_of=(named("source"),)), rows(5))
    ATTACKS[how](home)
    with open_home(home) as one:
        with pytest.raises(IntegrityError) as refused:
            one.read_dataset(named("identified"))
        assert refused.value.remedy
        assert "made-up row" not in refused.value.what


def test_a_row_and_its_membership_removed_together_is_found(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(5))
    repack(lambda subjects, sealed: (subjects[:-1], sealed[:-1]))(home)
    tamper(home, sa.delete(store.members).where(MEMBER == 4))
    with open_home(home) as one, pytest.raises(IntegrityError, match="not as it was kept"):
        one.read_dataset(named("identified"))


def test_a_container_of_another_data_set_is_found(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(5))
        one.write_dataset(a_set("other"), [(subject(number), b"another row") for number in range(5)])
    blob = sa.select(store.data_sets.c.blob).where(store.data_sets.c.name == "other").scalar_subquery()
    tamper(home, sa.update(store.data_sets).where(store.data_sets.c.name == "identified").values(blob=blob))
    with open_home(home) as one, pytest.raises(IntegrityError):
        one.read_dataset(named("identified"))


@pytest.mark.parametrize(
    "change",
    [swapped, lambda subjects, sealed: (subjects[::-1], sealed), lambda subjects, sealed: (subjects, sealed[::-1])],
)
def test_not_even_who_can_make_the_seal_can_move_what_is_sealed(
    home: Path, change: Callable[[list[str], list[bytes]], tuple[list[str], list[bytes]]]
) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(4))
    repack(change)(home)
    with open_home(home) as one:
        with one._door.store.transaction() as work:
            row = dict(work.execute(sa.select(store.data_sets)).mappings().one())
            del row["seal"]
            seal = one._door.seal_of("data set", row, [subject(number) for number in range(4)])
            work.execute(sa.update(store.data_sets).values(seal=seal))
        assert one.describe(named("identified")).subjects == 4
        with pytest.raises(IntegrityError, match="not as it was kept"):
            one.read_dataset(named("identified"))


# -- a disk that does not take it -------------------------------------------------------------------------------------
def test_wherever_the_disk_fails_a_data_set_is_whole_or_not_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_home(home).close()
    real = os.fsync
    for allowed in range(40):
        left = [allowed]

        def fsync(handle: int, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            real(handle)

        dataset = a_set(f"try {allowed}")
        monkeypatch.setattr(os, "fsync", fsync)
        try:
            with open_home(home) as one:
                one.write_dataset(dataset, rows(3))
        except IntegrityError as refused:
            assert "disk is full" in refused.what  # noqa: PT017 - the last try succeeds
        monkeypatch.setattr(os, "fsync", real)
        with open_home(home) as one:
            if left[0] >= 0:
                assert one.read_dataset(dataset.digest) == rows(3)
                break
            try:
                assert one.read_dataset(dataset.digest) == rows(3)
            except DataError:
                one.write_dataset(dataset, rows(3))
                assert one.read_dataset(dataset.digest) == rows(3)
    else:
        pytest.fail("never succeeded")
    assert allowed > 5
    assert not list(home.rglob("*.tmp"))


def test_the_log_tells_of_one_entry_a_data_set_not_a_row(custodian: Custodian, home: Path) -> None:
    before = len((home / "audit" / "entries.jsonl").read_bytes().splitlines())
    custodian.write_dataset(a_set(), rows(50))
    custodian.read_dataset(named("identified"))
    entries = [json.loads(one) for one in (home / "audit" / "entries.jsonl").read_bytes().splitlines()[before:]]
    assert [one["action"] for one in entries] == ["write data set", "read data set"]
    assert entries[0]["detail"] == {"name": "identified", "class": "identified", "rows": 50}
    assert entries[1]["about"] == named("identified")
