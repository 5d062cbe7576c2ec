"""The store: what is known of data without opening it, in SQLite; keys in it are wrapped, content is sealed."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from primum.custody.files import FULL, keeping, not_kept
from primum.errors import IntegrityError

VERSION = 1

SAID = {
    "database or disk is full": FULL,
    "readonly": "The store is read-only",
    "malformed": "The store is damaged",
    "not a database": "The store is damaged",
}
"""What SQLite says, and what it means; the rest of its message may quote content and is not repeated."""

TABLES = sa.MetaData()


def _text(name: str, *, key: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=False, primary_key=key)


meta = sa.Table("meta", TABLES, _text("name", key=True), _text("value"))

keys = sa.Table(
    "keys",
    TABLES,
    _text("owner", key=True),
    sa.Column("wrapped_by", sa.Text),
    sa.Column("wrapped", sa.LargeBinary),
    sa.Column("gone", sa.LargeBinary),
)
"""A data key for each subject and model; of an erased one nothing is left but the proof that we erased it."""

identifiers = sa.Table(
    "identifiers",
    TABLES,
    sa.Column("subject", sa.Text, sa.ForeignKey("keys.owner"), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
"""The hospital's identifier of each subject, sealed under its own key: the one way back from a pseudonym."""

data_sets = sa.Table(
    "data_sets",
    TABLES,
    _text("digest", key=True),
    _text("name"),
    _text("data_class"),
    _text("made_of"),
    _text("blob"),
    sa.Column("seal", sa.LargeBinary, nullable=False),
)

members = sa.Table(
    "members",
    TABLES,
    sa.Column("data_set", sa.Text, sa.ForeignKey("data_sets.digest", ondelete="CASCADE"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("subject", sa.Text, sa.ForeignKey("keys.owner"), nullable=False, index=True),
)

models = sa.Table("models", TABLES, _text("digest", key=True), _text("files"))

lineage = sa.Table("lineage", TABLES, _text("child", key=True), _text("parent", key=True))

releases = sa.Table("releases", TABLES, _text("release", key=True), _text("model"))

stages = sa.Table(
    "stages",
    TABLES,
    _text("key", key=True),
    _text("stage"),
    _text("outputs"),
    sa.Column("used", sa.Integer, nullable=False),
    sa.Column("seal", sa.LargeBinary, nullable=False),
)

events = sa.Table(
    "events",
    TABLES,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("stream", sa.Text, nullable=False, index=True),
    sa.Column("subject", sa.Text, sa.ForeignKey("keys.owner"), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)


@contextlib.contextmanager
def keeping_rows() -> Iterator[None]:
    """Turn a store that does not keep what it is given into a refusal.

    Raises:
        IntegrityError: The disk is full, read-only or failing, or the store is damaged.
    """
    try:
        with keeping("the store"):
            yield
    except (DBAPIError, sqlite3.Error) as fault:
        said = str(fault.orig if isinstance(fault, DBAPIError) else fault)
        known = (means for word, means in SAID.items() if word in said)
        raise not_kept(next(known, f"The store failed ({type(fault).__name__})"), "what it was given") from None


class Store:
    """An open store; one connection, used by one thread at a time.

    Args:
        path: Of the database.
        create: Make it; otherwise it must be there.

    Raises:
        IntegrityError: It is missing, damaged, of another version, or cannot be written.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if not create and not path.exists():
            raise IntegrityError(
                f"{path} is missing.", remedy="Restore store.db and the audit folder from one and the same backup."
            )
        self._engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(path)),
            poolclass=StaticPool,
            connect_args={"check_same_thread": False, "timeout": 10, "isolation_level": None},
        )
        sa.event.listen(self._engine, "connect", _set_up)
        sa.event.listen(self._engine, "begin", _begin)
        try:
            self._check_version(path)
        except BaseException:
            self.close()
            raise

    def _check_version(self, path: Path) -> None:
        with self.transaction() as work:
            is_new = not sa.inspect(work).has_table("meta")
            TABLES.create_all(work)
            if is_new:
                remember(work, "version", str(VERSION))
            found = recall(work, "version")
        if found != str(VERSION):
            raise IntegrityError(
                f"{path} is of version {found or 'unknown'}, this Primum reads version {VERSION}.",
                remedy="Open it with the Primum that wrote it, or start a new home and run the study again.",
            )

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Give a connection; all that is done with it is kept together when the block ends, or nothing is.

        Raises:
            IntegrityError: The disk does not take it; the store is as it was.
        """
        with keeping_rows(), self._engine.begin() as work:
            yield work

    def wipe_traces(self) -> None:
        """Empty the write-ahead log, so that nothing deleted is left in it.

        Raises:
            IntegrityError: The disk does not take it, or another program holds it.
        """
        with keeping_rows(), contextlib.closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (is_busy, *_) = cursor.fetchall()[0]
            cursor.close()
        if is_busy:
            raise IntegrityError(
                "Another program is reading the store, so traces of deleted keys remain in its write-ahead log.",
                remedy="Close that program, then open and close this home once.",
            )

    def close(self) -> None:
        """Let go of the files."""
        self._engine.dispose()


def _set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def remember(work: sa.Connection, name: str, value: str) -> None:
    """Keep a word under a name."""
    put(work, meta, {"name": name, "value": value})


def recall(work: sa.Connection, name: str) -> str:
    """Return the word kept under a name, or an empty one."""
    return str(work.execute(sa.select(meta.c.value).where(meta.c.name == name)).scalar() or "")


def put(work: sa.Connection, table: sa.Table, row: dict[str, object]) -> None:
    """Insert a row, or replace the one of the same key."""
    work.execute(sa.insert(table).prefix_with("OR REPLACE"), row)


def is_empty(work: sa.Connection, *tables: sa.Table) -> bool:
    """Return whether none of the tables has a row."""
    return all(work.execute(sa.select(sa.func.count()).select_from(one)).scalar() == 0 for one in tables)


def names_in(files: str) -> set[str]:
    """Return the containers that a model's row refers to."""
    return set(json.loads(files).values())
