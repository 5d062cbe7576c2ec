"""Pictures at the desk in a browser: slices, zoom and marks by keyboard and by sliders, whole without a script."""

import importlib.resources

import numpy as np
import pytest

from primum.domain.picture import Picture
from primum.imaging.reasons import Reason
from primum.imaging.refusals import Fault, IntakeRefusedError
from primum.imaging.wording import SAID
from synthetic.film_room import FilmRoom, film_record, volume
from synthetic.served_desk import served

AXE = importlib.resources.files("axe_playwright_python") / "axe.min.js"


@pytest.fixture
def room():
    return FilmRoom()


@pytest.fixture
def address(room):
    desk = room.desk()
    dark = Picture(values=np.arange(784, dtype=np.uint8).reshape(1, 28, 28) % 15)
    desk.receive_records([film_record("MRN-1"), film_record("MRN-2", volume()), film_record("MRN-3", dark)])
    with served(desk) as place:
        yield place


def open_case(page, room, number="MRN-2", *, judged=True):
    page.goto(f"/cases/{room.custodian.pseudonym(number)}")
    if judged and page.locator("input[name=confidence]").count():
        page.check("input[name=chosen][value=benign]")
        page.check("input[name=confidence][value=high]")
        page.click(".work form button.main")
        page.wait_for_selector(".suggestion")
    page.wait_for_load_state()


def address_of(page, plane="axial"):
    return page.locator(f"[data-plane={plane}] image").get_attribute("href")


def test_arrows_go_through_the_slices_and_the_marks_go_with_them(visit, room):
    page = visit()
    open_case(page, room)
    before = page.locator("[data-plane=axial] output").inner_text()
    shown = page.locator("[data-plane=axial] .heat > g:not(.off)").count()
    page.locator("[data-plane=axial] svg").focus()
    with page.expect_response("**/picture/film/axial?axial=0**"):
        for _ in range(11):
            page.keyboard.press("ArrowDown")
    assert (before, page.locator("[data-plane=axial] output").inner_text()) == ("9", "1")
    assert page.locator("[data-plane=axial] .heat > g:not(.off)").count() < shown
    assert "axial=0" in address_of(page)


def test_keys_come_closer_and_the_digit_zero_shows_all_and_chooses_nothing(visit, room):
    page = visit()
    open_case(page, room, "MRN-1")
    view = page.locator(".view")
    whole = view.get_attribute("viewBox")
    view.focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    closer = [float(one) for one in view.get_attribute("viewBox").split()]
    assert closer[2] == pytest.approx(float(whole.split()[2]) / 1.25**2)
    page.keyboard.press("0")
    again = [float(one) for one in view.get_attribute("viewBox").split()]
    assert again == pytest.approx([float(one) for one in whole.split()])
    page.keyboard.press("[")
    assert float(page.locator(".heat").get_attribute("opacity")) == pytest.approx(0.5)
    page.click("button[data-zoom='1']")
    assert view.get_attribute("viewBox") != whole


def test_dragging_changes_black_and_white(visit, room):
    page = visit()
    open_case(page, room, "MRN-1", judged=False)
    box = page.locator(".view").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    with page.expect_response("**/picture/film/flat?**"):
        page.mouse.move(box["x"] + 250, box["y"] + 100, steps=4)
        page.mouse.up()
    low, high = (float(page.locator(f"[name={one}]").input_value()) for one in ("low", "high"))
    assert high - low > 260
    assert f"high={high:g}" in address_of(page, "flat")


def test_without_a_script_slices_and_window_are_chosen_by_show(visit, room):
    page = visit(java_script_enabled=False)
    open_case(page, room, judged=False)
    page.locator("[name=high]").fill("500")
    page.get_by_role("button", name="Show", exact=True).click()
    assert "high=500" in page.url
    assert "axial=6" in page.url
    assert "high=500.0" in address_of(page)
    assert not page.locator(".fade").count()


@pytest.mark.parametrize(("size", "language"), [((1280, 900), "en-GB"), ((390, 800), "zh-CN")], ids=["desk", "phone"])
def test_axe_finds_nothing_and_nothing_runs_off_the_screen(visit, room, size, language):
    page = visit(viewport={"width": size[0], "height": size[1]}, locale=language, bypass_csp=True)
    for number in ("MRN-1", "MRN-2", "MRN-3"):
        open_case(page, room, number)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        page.evaluate(AXE.read_text(encoding="utf-8"))
        tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
        found = page.evaluate("tags => axe.run({runOnly: tags})", tags)
        told = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
        assert told == [], number


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_film_that_is_not_taken_is_told_of_in_the_language_of_the_page(visit, room, monkeypatch, language):
    def refuse(path):
        raise IntakeRefusedError("films", [Fault(reason=Reason.TRUNCATED, place="file 1")])

    monkeypatch.setattr(room.predictor, "read", refuse)
    page = visit()
    page.goto(f"/language/{language}?back=/cases")
    page.set_input_files("form.upload input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": b"cut"})
    page.click("form.upload button")
    told = page.locator("#uploaded .problem").inner_text()
    said = SAID[Reason.TRUNCATED]
    assert told == f"1: {getattr(said.what, language)} {getattr(said.remedy, language)}"
