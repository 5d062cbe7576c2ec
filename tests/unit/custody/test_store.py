import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from primum.custody import store
from primum.custody.store import Store
from primum.errors import IntegrityError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def kept(path: Path) -> Iterator[Store]:
    with closing(Store(path, create=True)) as one:
        yield one


def test_the_store_is_as_durable_and_forgetful_as_it_must_be(kept: Store) -> None:
    with kept.transaction() as work:
        found = {
            name: work.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_what_is_done_together_is_kept_together(kept: Store) -> None:
    with kept.transaction() as work:
        store.remember(work, "a", "1")
        store.remember(work, "b", "2")
    with kept.transaction() as work:
        assert (store.recall(work, "a"), store.recall(work, "b"), store.recall(work, "c")) == ("1", "2", "")


def test_what_fails_in_the_middle_is_not_done_at_all(kept: Store) -> None:
    def half() -> None:
        with kept.transaction() as work:
            store.remember(work, "a", "1")
            raise KeyError

    with pytest.raises(KeyError):
        half()
    with kept.transaction() as work:
        assert store.recall(work, "a") == ""


def test_tables_are_made_whole_or_not_at_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "remember", killed)
    with pytest.raises(KeyboardInterrupt):
        Store(path, create=True)
    monkeypatch.undo()
    Store(path).close()


def test_a_word_is_replaced(kept: Store) -> None:
    with kept.transaction() as work:
        store.remember(work, "a", "1")
        store.remember(work, "a", "2")
        assert store.recall(work, "a") == "2"


def test_a_member_without_a_data_set_or_key_cannot_be_kept(kept: Store) -> None:
    with pytest.raises(IntegrityError), kept.transaction() as work:
        work.execute(sa.insert(store.members), {"data_set": "x", "ordinal": 0, "subject": "y"})


def test_a_missing_store_is_not_made_anew_unasked(path: Path) -> None:
    with pytest.raises(IntegrityError, match="missing"):
        Store(path)
    assert not path.exists()


def test_a_store_of_another_version_is_refused(path: Path) -> None:
    with closing(Store(path, create=True)) as one, one.transaction() as work:
        store.remember(work, "version", "999")
    with pytest.raises(IntegrityError, match="version 999") as refused:
        Store(path)
    assert "Primum that wrote it" in refused.value.remedy


@pytest.mark.parametrize("content", [b"this is no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_store_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(IntegrityError, match=r"damaged|failed"):
        Store(path)


def test_a_full_disk_keeps_nothing_of_the_transaction(kept: Store) -> None:
    with kept.transaction() as work:
        store.remember(work, "a", "1")
        pages = work.exec_driver_sql("PRAGMA page_count").scalar()
        work.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def too_much() -> None:
        with kept.transaction() as work:
            store.remember(work, "a", "2")
            store.remember(work, "b", "x" * 100_000)

    with pytest.raises(IntegrityError, match="disk is full"):
        too_much()
    with kept.transaction() as work:
        assert store.recall(work, "a") == "1"
        assert store.recall(work, "b") == ""


def test_a_store_that_may_not_be_written_is_refused(kept: Store) -> None:
    with kept.transaction() as work:
        work.exec_driver_sql("PRAGMA query_only = 1")
    with pytest.raises(IntegrityError, match="read-only"), kept.transaction() as work:
        store.remember(work, "a", "1")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("database or disk is full", "disk is full"),
        ("attempt to write a readonly database", "read-only"),
        ("database disk image is malformed", "damaged"),
        ("file is not a database", "damaged"),
        ("something with content in it", "store failed"),
    ],
)
def test_a_store_that_refuses_is_an_integrity_error_without_its_own_words(said: str, words: str) -> None:
    plain = sqlite3.OperationalError(said)
    for fault in (plain, OperationalError("select made-up content", {}, plain)):
        with pytest.raises(IntegrityError, match=words) as refused, store.keeping_rows():
            raise fault
        assert "content" not in refused.value.what + refused.value.remedy


def test_traces_are_wiped(path: Path, kept: Store) -> None:
    with kept.transaction() as work:
        store.remember(work, "a", "a made-up secret of some length")
    with kept.transaction() as work:
        work.execute(sa.delete(store.meta).where(store.meta.c.name == "a"))
    kept.wipe_traces()
    for file in path.parent.iterdir():
        assert b"a made-up secret" not in file.read_bytes()


def test_traces_that_a_reader_holds_on_to_are_not_said_to_be_wiped(
    path: Path, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept.transaction() as work:
        work.exec_driver_sql("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM meta").fetchall()
        with kept.transaction() as work:
            store.remember(work, "a", "1")
        with pytest.raises(IntegrityError, match="Another program is reading"):
            kept.wipe_traces()
        reader.execute("COMMIT")
    kept.wipe_traces()


def test_emptiness_is_that_of_all_tables_named(kept: Store) -> None:
    with kept.transaction() as work:
        assert store.is_empty(work, store.keys, store.events)
        store.put(work, store.keys, {"owner": "P1", "wrapped_by": "k", "wrapped": b"x", "gone": None})
        assert not store.is_empty(work, store.keys, store.events)
        assert store.is_empty(work, store.events)


def test_a_closed_store_leaves_no_side_files(path: Path) -> None:
    Store(path, create=True).close()
    assert [one.name for one in path.parent.iterdir()] == ["store.db"]
