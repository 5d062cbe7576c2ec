"""A home to try things on."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from primum.custody import crypto
from primum.custody.custodian import Custodian
from unit.custody.homes import CHEAP, Clock, open_home


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto, "COST", CHEAP)
    monkeypatch.setattr(os, "fsync", lambda _handle: None)  # no test pulls the plug


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def custodian(home: Path, clock: Clock) -> Iterator[Custodian]:
    with open_home(home, clock=clock) as one:
        yield one
