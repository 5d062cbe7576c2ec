from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from primum.custody.custodian import Custodian
from primum.custody.store import Store, events
from primum.errors import DataError, IntegrityError
from unit.custody.homes import open_home, subject


def fill(custodian: Custodian) -> None:
    for number in range(6):
        custodian.append_event(
            "cases" if number % 2 else "switch", subject(number % 3), f"made-up event {number}".encode()
        )


def test_events_come_back_in_order_by_stream(custodian: Custodian) -> None:
    fill(custodian)
    assert custodian.events("cases") == [
        (2, subject(1), b"made-up event 1"),
        (4, subject(0), b"made-up event 3"),
        (6, subject(2), b"made-up event 5"),
    ]
    assert [seq for seq, _, _ in custodian.events("switch")] == [1, 3, 5]
    assert custodian.events("nothing") == []


def test_events_come_back_after_the_home_was_closed_and_numbers_go_on(home: Path) -> None:
    with open_home(home) as one:
        fill(one)
        before = one.events("cases")
    with open_home(home) as one:
        assert one.events("cases") == before
        one.append_event("cases", subject(9), b"x")
        assert one.events("cases")[-1] == (7, subject(9), b"x")


def test_events_are_not_on_the_disk_in_the_clear(custodian: Custodian, home: Path) -> None:
    fill(custodian)
    assert all(b"made-up event" not in one.read_bytes() for one in home.rglob("*") if one.is_file())


def test_events_of_an_erased_subject_are_gone_and_no_more_are_taken(custodian: Custodian) -> None:
    fill(custodian)
    custodian.erase(subject(1))
    assert [who for _, who, _ in custodian.events("cases")] == [subject(0), subject(2)]
    with pytest.raises(DataError, match="was erased"):
        custodian.append_event("cases", subject(1), b"x")
    custodian.append_event("cases", subject(0), b"x")
    assert custodian.events("cases")[-1] == (7, subject(0), b"x")


def tamper(home: Path, statement: sa.Executable) -> None:
    with closing(Store(home / "store.db")) as one, one.transaction() as work:
        work.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        sa.delete(events).where(events.c.seq == 3),
        sa.delete(events).where(events.c.seq == 6),
        sa.delete(events),
        sa.update(events).where(events.c.seq == 4).values(stream="elsewhere"),
        sa.insert(events).values(seq=7, stream="cases", subject=subject(0), sealed=b"x" * 40),
    ],
)
def test_events_taken_away_added_or_moved_while_the_home_was_closed_are_missed(
    home: Path, statement: sa.Executable
) -> None:
    with open_home(home) as one:
        fill(one)
    tamper(home, statement)
    with pytest.raises(IntegrityError, match="by other means than ours"):
        open_home(home)


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(events).where(events.c.seq == 4).values(sealed=b"x" * 40),
        sa.update(events).where(events.c.seq == 4).values(subject=subject(1)),
        sa.update(events)
        .where(events.c.seq == 4)
        .values(sealed=sa.select(events.c.sealed).where(events.c.seq == 2).scalar_subquery()),
    ],
)
def test_events_altered_are_found_when_read(home: Path, statement: sa.Executable) -> None:
    with open_home(home) as one:
        fill(one)
    tamper(home, statement)
    with open_home(home) as one, pytest.raises(IntegrityError, match="not as they were kept"):
        one.events("cases")


def test_an_event_taken_away_while_the_home_is_open_is_missed(custodian: Custodian) -> None:
    fill(custodian)
    with custodian._door.store.transaction() as work:
        work.execute(sa.delete(events).where(events.c.seq == 3))
    with pytest.raises(IntegrityError):
        custodian.events("cases")


def test_an_older_copy_of_the_store_is_found(home: Path) -> None:
    with open_home(home) as one:
        fill(one)
    old = (home / "store.db").read_bytes()
    with open_home(home) as one:
        fill(one)
    (home / "store.db").write_bytes(old)
    with pytest.raises(IntegrityError, match="rolled back"):
        open_home(home)


def test_an_event_whose_key_is_gone_is_found(custodian: Custodian, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(custodian)
    monkeypatch.setattr("primum.custody.datakeys.find", lambda *_: {})
    with pytest.raises(IntegrityError):
        custodian.events("cases")
