"""The workbench as a doctor meets it: by keyboard, on a phone, enlarged, without JavaScript, and under an axe."""

import importlib.resources

import pytest

AXE = importlib.resources.files("axe_playwright_python") / "axe.min.js"
SIZES = {
    "desk": {"width": 1280, "height": 850},
    "phone": {"width": 390, "height": 800},
    "zoomed": {"width": 640, "height": 425},
}


def open_case(page, room, number="MRN-1"):
    page.goto(f"/cases/{room.custodian.pseudonym(number)}")


def impress(page, chosen="benign", confidence="high"):
    page.check(f"input[name=chosen][value={chosen}]")
    page.check(f"input[name=confidence][value={confidence}]")
    page.click("form button.main")
    page.wait_for_selector(".suggestion, .withheld")


def test_a_case_is_decided_without_the_mouse(visit, room):
    page = visit()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.evaluate("document.activeElement.textContent")
    assert first == page.locator("a.case").first.text_content()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{first}")
    assert "malignant" not in page.locator(".work").inner_text().replace("malignant?", "").replace("\nmalignant\n", "")
    page.keyboard.press("1")
    page.keyboard.press("3")
    assert page.locator("input[name=chosen]:checked").get_attribute("value") == "benign"
    assert page.locator("input[name=confidence]:checked").get_attribute("value") == "high"
    page.keyboard.press("Enter")
    page.wait_for_selector("form.decide")
    page.wait_for_load_state()
    page.keyboard.press("2")
    if page.locator("#reason").evaluate("one => one.required"):
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "reason"
        page.keyboard.type("Chromatin is fine throughout; n j k 1.")
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".final")
    page.wait_for_load_state()
    assert page.url.endswith("#next")
    page.keyboard.press("n")
    page.wait_for_url(lambda url: "/cases/P" in url and first not in url)
    page.keyboard.press("u")
    page.wait_for_url("**/cases")
    assert "1 of 3 decided" in page.locator("#progress").inner_text()


def test_everything_can_be_reached_by_tab_and_the_focus_is_seen(visit, room):
    page = visit()
    open_case(page, room)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = []
    for _ in range(25):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
        ring = page.evaluate(
            """(() => {
                const one = document.activeElement;
                const style = getComputedStyle(one.closest('.choice') ?? one);
                return [style.outlineStyle, parseFloat(style.outlineWidth)];
            })()"""
        )
        assert ring[0] != "none", seen[-1]
        assert ring[1] >= 2, seen[-1]
        if "main" in seen[-1]:
            break
    assert any('name="chosen"' in one for one in seen)
    assert any('name="confidence"' in one for one in seen)


def test_single_keys_can_be_switched_off(visit):
    page = visit()
    page.click("summary")
    page.uncheck("#keys-on")
    page.locator("h1").click()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.className") != "case"
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.className") != "case"


def test_the_filter_changes_the_list_and_keeps_the_page(visit):
    page = visit()
    page.evaluate("window.stays = true")
    page.click(".filters a[href$=decided]")
    page.wait_for_selector(".empty")
    assert page.evaluate("window.stays")
    assert page.url.endswith("only=decided")
    page.go_back()
    page.wait_for_selector("a.case")


def test_the_whole_way_without_javascript(visit, room):
    page = visit(java_script_enabled=False)
    page.click(".filters a[href$=all]")
    page.locator("a.case").first.click()
    impress(page)
    page.locator("input[name=verdict]").last.check()
    page.fill("#reason", "Histology is pending.")
    page.click("form.decide button")
    assert page.locator(".final").is_visible()


def test_a_forgotten_reason_is_asked_for_and_told_where_one_looks(visit, room):
    page = visit(java_script_enabled=False)
    open_case(page, room)
    impress(page)
    page.locator("input[value^=change]").check()
    page.click("form.decide button")
    assert page.locator("[role=alert]").inner_text() == "Give a reason in your own words."
    assert page.locator("input[value^=change]").is_checked()


def states(page, room):
    """Yield the name of each page and state, the browser standing on it with its style sheets in force."""
    for state in walk(page, room):
        page.wait_for_load_state()
        yield state


def walk(page, room):
    """Yield the name of each page and state as soon as its first words are there."""
    yield "worklist"
    open_case(page, room)
    yield "impression"
    impress(page)
    yield "suggestion"
    page.locator("input[name=verdict]").last.check()
    page.fill("#reason", "x" * 200)
    page.click("form.decide button")
    page.wait_for_selector(".final")
    yield "decided"
    open_case(page, room, "MRN-2")
    impress(page)
    yield "abstention"
    page.goto("/release")
    page.fill("#reason", "Wrong twice today.")
    page.click("button.stop")
    page.wait_for_selector(".banner.suspended")
    yield "suspended"
    page.goto("/cases/P0")
    yield "refused"


@pytest.mark.parametrize("size", SIZES)
def test_nothing_runs_off_the_screen_and_targets_are_large(visit, room, size):
    page = visit(viewport=SIZES[size])
    for state in states(page, room):
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, state
        small = page.evaluate(
            """() => [...document.querySelectorAll('button, .button, .choice, summary, input, textarea, a')]
                .filter((one) => !one.matches('[type=hidden], .choice input, .tick input, .skip, p a, .facts a'))
                .filter((one) => one.offsetParent !== null)
                .filter((one) => one.getBoundingClientRect().height < 43.5)
                .map((one) => one.outerHTML.slice(0, 80))"""
        )
        assert small == [], state


@pytest.mark.parametrize(("scheme", "language"), [("light", "en-GB"), ("dark", "zh-CN")])
def test_axe_finds_nothing(visit, room, scheme, language):
    page = visit(color_scheme=scheme, locale=language, bypass_csp=True)
    for state in states(page, room):
        page.evaluate(AXE.read_text(encoding="utf-8"))
        tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
        found = page.evaluate("tags => axe.run({runOnly: tags})", tags)
        told = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
        assert told == [], state


def test_an_idle_person_is_warned_and_can_stay(visit, room):
    page = visit(path="/release")
    page.clock.install()
    page.reload()
    page.clock.fast_forward(14 * 60 * 1000)
    assert not page.locator("#idle").is_visible()
    page.clock.fast_forward(10_000)
    assert page.locator("#idle").is_visible()
    room.wait(14 * 60)
    with page.expect_response("**/stay"):
        page.keyboard.press("Enter")
    page.wait_for_function("!document.querySelector('#idle').open")
    page.clock.fast_forward(60_000)
    assert page.url.endswith("/release")
    room.wait(14 * 60)
    page.reload()
    assert page.url.endswith("/release")


def test_an_idle_screen_is_cleared(visit, room):
    page = visit(path="/release")
    page.clock.install()
    page.reload()
    room.wait(16 * 60)
    page.clock.fast_forward(16 * 60 * 1000)
    page.wait_for_url("**/sign-in?idle=1")
    assert "signed off because nothing happened" in page.locator("main").inner_text()


def test_to_type_is_to_be_there(visit, room):
    page = visit(path="/release")
    page.clock.install()
    page.reload()
    for _ in range(3):
        room.wait(10 * 60)
        page.clock.fast_forward(10 * 60 * 1000)
        with page.expect_response("**/stay"):
            page.locator("#reason").press_sequentially("x")
    assert page.locator("#reason").input_value() == "xxx"
    assert page.url.endswith("/release")
