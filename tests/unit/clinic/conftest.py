"""A made-up desk, and browsers and programs that are signed in at it."""

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from primum import plugins
from primum.clinic.app import create
from primum.clinic.desk import Desk
from primum.clinic.room import Settings
from synthetic.clinic_room import PASSWORD, MadeUpRoom, record


@pytest.fixture(autouse=True)
def _made_up_modality(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(plugins.TABLE["modality"], "made-up", "synthetic.clinic_room:MadeUpModality")


@pytest.fixture
def room() -> MadeUpRoom:
    return MadeUpRoom()


@pytest.fixture
def desk(room: MadeUpRoom) -> Desk:
    desk = room.desk()
    desk.receive_records([record("MRN-1")])
    return desk


@pytest.fixture
def case_id(room: MadeUpRoom) -> str:
    return room.custodian.pseudonym("MRN-1")


class Browser(TestClient):
    """A browser: it sends the token of the page it last saw."""

    def csrf(self, path: str = "/release") -> str:
        return re.search(r'name="csrf" value="([^"]+)"', self.get(path).text)[1]

    def submit(self, path: str, **fields: str):
        return self.post(path, data={"csrf": self.csrf(), **fields})


class Program(TestClient):
    """A program: it sends its token in a header."""


@pytest.fixture
def browse(desk: Desk) -> Callable[[str], Browser]:
    app = create(desk, Settings(hosts=("testserver",)))

    def sign_in(name: str) -> Browser:
        browser = Browser(app)
        if name:
            answer = browser.post("/sign-in", data={"name": name, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
        return browser

    return sign_in


@pytest.fixture
def program(desk: Desk) -> Callable[[str], Program]:
    app = create(desk, Settings(hosts=("testserver",)))

    def sign_in(name: str) -> Program:
        client = Program(app)
        answer = client.post("/api/session", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client

    return sign_in
