"""Homes for tests: throw-away, quick to open, with a clock that only tests move."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from primum.custody import crypto
from primum.custody.custodian import Act, Custodian, DataClass, DataSet, Row
from primum.ids import Digest, SubjectId, digest_of

PASSPHRASE = "correct horse battery staple, for tests"
PASSWORD = "a password for tests 7"
PURPOSE = "diagnosis-research"
CHEAP = crypto.Cost(passes=1, memory_kib=8, lanes=1)
"""A home of a test opens in milliseconds; what is slow about a real one is not what is tested."""

POLICY = f"""\
actors:
  "*": [researcher]
  eve: [visitor]
grants:
  - role: researcher
    purpose: {PURPOSE}
    classes: [identified, pseudonymised, sealed, model, aggregate, clinical]
    actions: [read, write, identify]
    because: decision 7 of the made-up committee
  - role: visitor
    purpose: audit
    classes: [aggregate]
    actions: [read]
    because: decision 8 of the made-up committee
"""


class Clock:
    """Tells the time that a test set; every look takes a second."""

    def __init__(self) -> None:
        self.at = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.at += dt.timedelta(seconds=1)
        return self.at


def policy_file(home: Path) -> Path:
    path = home.parent / "access-for-tests.yaml"
    if not path.exists():
        path.write_text(POLICY)
    return path


def open_home(
    home: Path,
    *,
    actor: str = "ann",
    purpose: str = PURPOSE,
    passphrase: str = PASSPHRASE,
    clock: Clock | None = None,
) -> Custodian:
    act = Act(actor=actor, purpose=purpose)
    return Custodian.open(home, passphrase, act, clock or Clock(), policy=policy_file(home))


@contextmanager
def opened(home: Path) -> Iterator[Custodian]:
    with open_home(home) as custodian:
        yield custodian


def named(word: str) -> Digest:
    return digest_of({"made up": word})


def subject(number: int) -> SubjectId:
    return SubjectId(f"P{number:016x}")


def rows(count: int) -> list[Row]:
    return [(subject(number), f"made-up row {number}".encode()) for number in range(count)]


def a_set(
    word: str = "identified", data_class: DataClass = DataClass.IDENTIFIED, made_of: tuple[Digest, ...] = ()
) -> DataSet:
    return DataSet(digest=named(word), name=word, data_class=data_class, made_of=made_of)
