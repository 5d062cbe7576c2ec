"""The report on de-identification in a browser: no script, both languages, readable by everybody, on a phone too."""

import json
from pathlib import Path

import pytest

from primum.deid.nouns import Hide
from synthetic import deid_folder

axe = pytest.importorskip("axe_playwright_python.sync_playwright")


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    (folder / "in").mkdir()
    (folder / "in" / "note.txt").write_text(deid_folder.NOTE)
    (folder / "in" / "archive.zip").write_bytes(b"PK\x03\x04")
    deid_folder.write_table(folder / "in" / "patients.csv")
    deid_folder.run(folder / "in", folder / "out", hide=Hide(k=5, sensitive="sex", population=9000))
    return folder / "out" / "report.html"


@pytest.fixture(params=[(1280, 900), (390, 800)], ids=["desk", "phone"])
def page(request, chromium, report):
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height}, java_script_enabled=True)
    opened = context.new_page()
    opened.goto(report.as_uri())
    yield opened
    context.close()


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_axe_finds_nothing(page, tongue):
    page.click(f"label[for=in-{tongue}]")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, json.dumps(found.response["violations"])[:2000]


def test_nothing_is_wider_than_the_screen(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_decision_and_what_to_do_are_on_the_first_screen(page):
    assert page.get_by_text("Cleaned in part; one file was refused").is_visible()
    box = page.locator("h2.verdict:visible").bounding_box()
    assert box["y"] < 400


def test_how_people_were_hidden_in_tables_can_be_read(page):
    assert page.get_by_text("Made coarse until everybody hides among others").is_visible()
    page.click("label[for=in-zh]")
    assert page.get_by_text("粗化至人人可隐于他人之中").is_visible()


def test_the_language_switches_without_a_script(chromium, report):
    context = chromium.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(report.as_uri())
    assert opened.get_by_text("What to do", exact=True).first.is_visible()
    opened.click("label[for=in-zh]")
    assert opened.get_by_text("需要做什么").first.is_visible()
    assert not opened.get_by_text("What to do", exact=True).first.is_visible()
    context.close()
