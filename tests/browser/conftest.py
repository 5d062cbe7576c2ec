"""The workbench on a port of this machine, and Chromium in front of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from primum import plugins
from synthetic.clinic_room import PASSWORD, MadeUpRoom, record
from synthetic.served_desk import served

CHROMIUM = Path("/usr/bin/chromium")
sync_api = pytest.importorskip("playwright.sync_api")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM.exists():
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture
def room() -> MadeUpRoom:
    return MadeUpRoom()


@pytest.fixture
def address(room: MadeUpRoom, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setitem(plugins.TABLE["modality"], "made-up", "synthetic.clinic_room:MadeUpModality")
    desk = room.desk()
    desk.receive_records([record("MRN-1", 15.0), record("MRN-2", 10.0), record("MRN-3", 5.0)])
    with served(desk) as place:
        yield place


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser's console complains of; a test that leaves any has failed."""
    said: list[str] = []
    yield said
    assert said == []


def is_fault(message):
    """Refusals of ours are answers, not faults."""
    return message.type in {"error", "warning"} and "the server responded with a status of 4" not in message.text


@pytest.fixture
def visit(chromium, address, complaints):
    """Return a function that opens a page in a fresh browser, signed in."""
    contexts = []

    def open_page(name="Ada Quill", path="/cases", **options):
        context = chromium.new_context(base_url=address, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda one: complaints.append(one.text) if is_fault(one) else None)
        page.on("pageerror", lambda one: complaints.append(str(one)))
        page.goto("/sign-in")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases" if name != "Sam Stopp" else "**/release")
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
