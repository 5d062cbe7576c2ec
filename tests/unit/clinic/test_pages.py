"""The pages as a browser gets them: order, roles, tokens, languages, and nothing of the suggestion too early."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from primum.clinic.app import create
from primum.clinic.cases import Confidence
from primum.clinic.desk import Desk
from primum.clinic.room import Settings
from primum.domain.norm import Grade
from synthetic.clinic_room import ADA, PASSWORD, RELEASE, MadeUpRoom, record

Browse = Callable[[str], object]

TELLTALES = ("75%", "about 75 in 100", "Speaks for", "occlusion", "similar past", "weight pro", "malignant</p>")
"""What only a shown suggestion brings onto a page."""


def impress(browser, case_id, version="1", chosen="benign", confidence="high"):
    fields = {"version": version, "chosen": chosen, "confidence": confidence}
    return browser.submit(f"/cases/{case_id}/impression", **fields)


def decide(browser, case_id, verdict, reason="", version="3"):
    return browser.submit(f"/cases/{case_id}/decision", version=version, verdict=verdict, reason=reason)


# -- the critical path
def test_a_doctor_walks_the_whole_way(browse, case_id, room):
    ada = browse("Ada Quill")
    assert case_id in ada.get("/cases").text
    page = ada.get(f"/cases/{case_id}").text
    assert "Your own impression first" in page
    assert "Single cells." in page
    assert "15.0 µm" in page
    assert not [word for word in TELLTALES if word in page]
    assert room.predictor.asked == 0

    page = impress(ada, case_id).text
    assert [word for word in TELLTALES if word not in page] == []
    assert "Your impression: benign, sure" in page
    assert 'href="#row-radius"' in page
    assert 'id="row-radius"' in page
    assert "masses logistic_regression" in page

    room.wait(30)
    answer = decide(ada, case_id, "accept:malignant", "It sees more.")
    assert answer.url.fragment == "next"
    assert "It sees more." in answer.text
    assert "30 s after the suggestion" in answer.text
    assert "1 of 1 decided" in ada.get("/cases?only=decided").text
    assert "Nothing waits" in ada.get("/cases").text


def test_the_suggestion_is_in_no_answer_before_the_own_impression(browse, case_id):
    impress(browse("Ada Quill"), case_id)
    ben = browse("Ben Moss")
    for path in (f"/cases/{case_id}", "/cases", "/release", f"/api/cases/{case_id}", "/api/cases"):
        text = ben.get(path).text
        assert not [word for word in TELLTALES if word in text], path
        assert "probabilities" not in text
        assert "0.75" not in text
    page = ben.get(f"/cases/{case_id}").text
    assert "Ada Quill has begun this case" in page
    assert "benign, sure" not in page
    assert "75%" in impress(ben, case_id, "3").text


def test_an_amendment_is_added_to_the_decision(browse, case_id):
    ada = browse("Ada Quill")
    impress(ada, case_id)
    decide(ada, case_id, "reject:benign", "Unfit.")
    page = browse("Ben Moss").submit(
        f"/cases/{case_id}/amendment", version="4", chosen="malignant", reason="Histology came."
    )
    assert page.status_code == 200
    assert "Unfit." in page.text
    assert "Histology came." in page.text
    assert "Ben Moss amended the decision: malignant" in page.text


# -- refusals
def test_what_was_typed_survives_a_refusal(browse, case_id):
    ada = browse("Ada Quill")
    impress(ada, case_id)
    answer = decide(ada, case_id, "change:benign", "")
    assert answer.status_code == 422
    assert "Give a reason in your own words." in answer.text
    assert re.search(r'value="change:benign" required checked', answer.text)
    answer = decide(ada, case_id, "change:benign", "Typed at length.", version="2")
    assert answer.status_code == 409
    assert "Someone else worked on this case meanwhile" in answer.text
    assert "Typed at length.</textarea>" in answer.text


@pytest.mark.parametrize(
    ("step", "fields", "status"),
    [
        ("decision", {"version": "1", "verdict": "accept:malignant", "reason": "x"}, 409),
        ("amendment", {"version": "1", "chosen": "benign", "reason": "x"}, 409),
        ("suggestion", {}, 409),
        ("impression", {"version": "1", "chosen": "benign"}, 422),
        ("impression", {"version": "1", "confidence": "high"}, 422),
        ("impression", {"version": "1", "chosen": "cystic", "confidence": "high"}, 422),
        ("impression", {"version": "2", "chosen": "benign", "confidence": "high"}, 409),
        ("decision", {"version": "1", "verdict": "settle:benign", "reason": "x"}, 422),
        ("amendment", {"version": "1", "reason": "x"}, 422),
    ],
)
def test_a_wrong_step_is_refused_in_words(browse, case_id, room, step, fields, status):
    before = room.custodian.events("cases")
    answer = browse("Ada Quill").submit(f"/cases/{case_id}/{step}", **fields)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert room.custodian.events("cases") == before


def test_an_unknown_case_is_not_found(browse):
    answer = browse("Ada Quill").get("/cases/P0000000000000000")
    assert answer.status_code == 404
    assert "There is no such case." in answer.text


# -- who may do what
@pytest.mark.parametrize("name", ["Sam Stopp", "Eve Board", "Dan Data"])
def test_others_see_no_cases_and_decide_nothing(browse, case_id, room, name):
    other = browse(name)
    assert other.get("/").url.path == "/release"
    assert other.get("/cases").status_code == 403
    assert other.get(f"/cases/{case_id}").status_code == 403
    assert other.submit("/cases/find", number="MRN-1").status_code == 403
    impress(browse("Ada Quill"), case_id)
    before = room.custodian.events("cases")
    for answer in (
        impress(other, case_id, "3"),
        decide(other, case_id, "accept:malignant", "x"),
        other.submit(f"/cases/{case_id}/suggestion"),
        other.submit(f"/cases/{case_id}/amendment", version="3", chosen="benign", reason="x"),
    ):
        assert answer.status_code == 403
        assert "Single cells." not in answer.text
    assert room.custodian.events("cases") == before


@pytest.mark.parametrize("path", ["/", "/cases", "/release", "/dossier"])
def test_strangers_are_led_to_the_sign_in(browse, path):
    answer = browse("").get(path)
    assert answer.url.path == "/sign-in"
    assert "MRN" not in answer.text


def test_a_stranger_cannot_post(browse, case_id):
    stranger = browse("")
    assert stranger.post(f"/cases/{case_id}/impression", data={"csrf": ""}).url.path == "/sign-in"
    answer = stranger.get("/cases", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?idle=1"


def test_looking_at_the_sign_in_is_not_written_down(browse, room, monkeypatch):
    def refuse(stream):
        pytest.fail(f"{stream} was opened for a stranger")

    monkeypatch.setattr(room.custodian, "events", refuse)
    assert browse("").get("/sign-in").status_code == 200


# -- forged and stale requests
@pytest.mark.parametrize("token", [None, "", "x", "ä"])
@pytest.mark.parametrize("path", ["/cases/{id}/impression", "/release/suspension", "/sign-out", "/cases/find"])
def test_a_form_without_its_token_is_refused(browse, case_id, room, path, token):
    ada = browse("Ada Quill")
    before = room.custodian.events("cases"), room.custodian.events("switch")
    fields = {"version": "1", "chosen": "benign", "confidence": "high", "suspended": "yes", "reason": "x"}
    answer = ada.post(path.format(id=case_id), data=fields if token is None else {**fields, "csrf": token})
    assert answer.status_code == 403
    assert (room.custodian.events("cases"), room.custodian.events("switch")) == before
    assert ada.get("/cases").status_code == 200


def test_another_sessions_token_does_not_fit(browse, case_id):
    ben, ada = browse("Ben Moss"), browse("Ada Quill")
    fields = {"version": "1", "chosen": "benign", "confidence": "high", "csrf": ben.csrf()}
    assert ada.post(f"/cases/{case_id}/impression", data=fields).status_code == 403


def test_an_idle_session_ends(browse, room):
    ada = browse("Ada Quill")
    room.wait(14 * 60)
    assert ada.get("/cases").url.path == "/cases"
    room.wait(14 * 60)
    page = ada.get("/cases")
    assert page.url.path == "/cases"
    assert '<noscript><meta http-equiv="refresh" content="905; url=/sign-in?idle=1"></noscript>' in page.text
    room.wait(14 * 60)
    assert ada.get("/stay").status_code == 204
    room.wait(15 * 60 + 1)
    assert ada.get("/cases").url.path == "/sign-in"
    assert "signed off because nothing happened" in ada.get("/sign-in?idle=1").text


def test_signing_out_ends_the_session_on_the_server(browse):
    ada = browse("Ada Quill")
    cookie = ada.cookies["primum_session"]
    ada.submit("/sign-out")
    ada.cookies.set("primum_session", cookie)
    assert ada.get("/cases").url.path == "/sign-in"


def test_guessing_passwords_is_slowed(browse, room):
    eve = browse("")
    for _ in range(5):
        answer = eve.post("/sign-in", data={"name": "Ada Quill", "password": "guess"})
        assert answer.status_code == 403
        assert "Name or password is wrong." in answer.text
        assert "guess" not in answer.text
    answer = eve.post("/sign-in", data={"name": "ADA QUILL", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Wait 5 minutes" in answer.text
    room.wait(5 * 60 + 1)
    assert eve.post("/sign-in", data={"name": "Ada Quill", "password": PASSWORD}).url.path == "/cases"


def test_the_cookie_is_for_the_server_alone(desk, browse):
    answer = browse("").post("/sign-in", data={"name": "Ada Quill", "password": PASSWORD}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    safe = type(browse(""))(create(desk, Settings(hosts=("testserver",), secure=True)), base_url="https://testserver")
    answer = safe.post("/sign-in", data={"name": "Ada Quill", "password": PASSWORD}, follow_redirects=False)
    assert answer.headers["set-cookie"].startswith("__Host-primum=")
    assert "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"]


# -- what is shown
def test_hostile_text_is_shown_and_not_obeyed(browse, desk, room):
    evil = "<script>alert(1)</script>\"'><img src=x>{{ 7*7 }}"
    desk.receive_records([record("MRN-2", 15.0, note=evil)])
    case_id = room.custodian.pseudonym("MRN-2")
    ada = browse("Ada Quill")
    impress(ada, case_id)
    page = decide(ada, case_id, "change:benign", evil).text
    page += ada.submit(f"/cases/{case_id}/amendment", version="4", chosen="malignant", reason=evil).text
    page += ada.submit("/release/suspension", suspended="yes", reason=evil).text
    page += ada.get("/cases", params={"only": evil, "note": evil}).text
    page += browse("").post("/sign-in", data={"name": evil, "password": "x"}).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "49" not in re.findall(r"img src=x&gt;(..)", page)
    assert "&lt;script&gt;alert(1)" in page


def test_an_abstention_comes_first_and_with_its_reason(browse, desk, room):
    desk.receive_records([record("MRN-6", 10.0)])
    case_id = room.custodian.pseudonym("MRN-6")
    ada = browse("Ada Quill")
    page = impress(ada, case_id).text
    assert "The model does not commit itself." in page
    assert "Neither benign nor malignant can be ruled out." in page
    assert page.index("does not commit") < page.index("about 5 in 10")
    assert 'value="accept' not in page
    assert 'value="own:benign"' in page
    assert decide(ada, case_id, "own:benign").status_code == 200


def test_in_shadow_doctors_see_no_suggestion_even_after_the_decision(room, case_id, browse):
    room = MadeUpRoom(grade=Grade.SHADOW)
    desk = room.desk()
    desk.receive_records([record("MRN-1")])
    ada = type(browse(""))(create(desk, Settings(hosts=("testserver",))))
    ada.post("/sign-in", data={"name": "Ada Quill", "password": PASSWORD})
    pages = [impress(ada, case_id).text, decide(ada, case_id, "own:benign").text, ada.get(f"/api/cases/{case_id}").text]
    assert room.predictor.asked == 1
    for page in pages:
        assert not [word for word in TELLTALES if word in page]
        assert "0.75" not in page
    assert "runs in shadow" in pages[0]
    assert "SHADOW" in pages[0]


@pytest.mark.parametrize(
    ("grade", "banner"),
    [
        (Grade.RESEARCH, "RESEARCH USE ONLY.</strong> What the model says must not guide the care of anyone."),
        (Grade.ADVISORY, "SECOND OPINION.</strong> The model advises; you decide."),
    ],
)
def test_every_page_says_what_the_release_may_be_used_for(browse, grade, banner):
    desk = MadeUpRoom(grade=grade).desk()
    desk.receive_records([record("MRN-1")])
    ada = type(browse(""))(create(desk, Settings(hosts=("testserver",))))
    assert banner in ada.get("/sign-in").text
    ada.post("/sign-in", data={"name": "Ada Quill", "password": PASSWORD})
    for path in ("/cases", "/release", f"/cases/{next(iter(desk.cases()))}"):
        assert banner in ada.get(path).text


def test_the_kill_switch(browse, case_id, room):
    sam, ada = browse("Sam Stopp"), browse("Ada Quill")
    assert sam.submit("/release/suspension", suspended="yes", reason="").status_code == 422
    assert sam.submit("/release/suspension", suspended="perhaps", reason="x").status_code == 422
    page = sam.submit("/release/suspension", suspended="yes", reason="Wrong twice.").text
    assert "Resume this model" in page
    assert "suspended by Sam Stopp" in page
    page = impress(ada, case_id).text
    assert "The model is suspended. Decide without it." in page
    assert room.predictor.asked == 0
    ada.submit("/release/suspension", suspended="no", reason="Mended.")
    assert "75%" in ada.submit(f"/cases/{case_id}/suggestion").text
    eve = browse("Eve Board")
    assert "A clinician, the clinical lead or the safety officer" in eve.get("/release").text
    assert eve.submit("/release/suspension", suspended="yes", reason="x").status_code == 403


def test_the_release_page_tells_what_it_is_for(browse):
    page = browse("Eve Board").get("/release").text
    for word in (RELEASE, "screening", "cytologists", "2024-04-26", "2024-08-04", "Eve Board (ethics-board)"):
        assert word in page


def test_the_dossier_is_shown_in_a_cell_of_its_own(browse, desk):
    answer = browse("Eve Board").get("/dossier")
    assert "Dossier" in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]


# -- the worklist
def test_a_long_list_has_pages_and_filters(browse, desk, room):
    desk.receive_records([record(f"MRN-{number}") for number in range(2, 60)])
    ada = browse("Ada Quill")
    impress(ada, room.custodian.pseudonym("MRN-1"))
    first, second = ada.get("/cases"), ada.get("/cases?at=2")
    assert first.text.count('class="case"') == 50
    assert second.text.count('class="case"') == 9
    assert "page 1 of 2" in first.text
    assert ada.get("/cases?at=99").text.count('class="case"') == 9
    assert ada.get("/cases?only=suggestion").text.count('class="case"') == 1
    assert ada.get("/cases?only=decided").text.count('class="case"') == 0
    assert ada.get("/cases?only=nonsense").text.count('class="case"') == 50


def test_a_patient_is_found_by_number_and_the_number_stays_nowhere(browse, case_id):
    ada = browse("Ada Quill")
    answer = ada.submit("/cases/find", number="MRN-1")
    assert answer.url.path == f"/cases/{case_id}"
    assert "MRN-1" not in answer.text
    answer = ada.submit("/cases/find", number="MRN-77")
    assert answer.status_code == 404
    assert "There is no case under this number." in answer.text
    assert "MRN-77" not in answer.text


def test_new_cases_are_looked_for_in_the_incoming_folder(browse, desk, tmp_path: Path):
    ada = browse("Ada Quill")
    assert "Look for new cases" not in ada.get("/cases").text
    assert ada.submit("/cases/receive").url.path == "/cases"
    with_folder = type(ada)(create(desk, Settings(hosts=("testserver",), incoming=tmp_path)))
    with_folder.post("/sign-in", data={"name": "Ada Quill", "password": PASSWORD})
    (tmp_path / "new.csv").write_text("number,radius,note\nMRN-7,7,a\n")
    assert "New cases have arrived." in with_folder.submit("/cases/receive").text
    assert "No new cases have arrived." in with_folder.submit("/cases/receive").text


def test_the_next_case_is_offered(browse, desk, room, case_id):
    desk.receive_records([record("MRN-2"), record("MRN-3")])
    two, three = room.custodian.pseudonym("MRN-2"), room.custodian.pseudonym("MRN-3")
    impress(browse("Ben Moss"), min(two, three))
    ada = browse("Ada Quill")
    impress(ada, case_id)
    page = decide(ada, case_id, "reject:benign", "Unfit.").text
    assert f'id="next" href="/cases/{max(two, three)}"' in page


# -- languages
def test_the_language_follows_the_browser_and_then_the_link(browse, case_id):
    ada = browse("Ada Quill")
    assert "工作列表" in ada.get("/cases", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text
    answer = ada.get("/language/zh", params={"back": f"/cases/{case_id}"})
    assert answer.url.path == f"/cases/{case_id}"
    assert "平均半径" in answer.text
    assert 'lang="zh-Hans"' in answer.text
    page = impress(ada, case_id).text
    assert "每 100 例中约 75 例" in page
    assert "支持恶性" in page
    assert "Worklist" in ada.get("/language/en", params={"back": "/cases"}).text


def test_a_chinese_page_names_classes_in_chinese_and_sends_their_names(browse, desk, case_id):
    ada = browse("Ada Quill")
    ada.get("/language/zh", params={"back": "/cases"})
    before = ada.get(f"/cases/{case_id}").text
    assert re.findall(r'name="chosen" value="(\w+)".*?<span>(.*?)</span>', before) == [
        ("benign", "良性"),
        ("malignant", "恶性"),
    ]
    assert "左侧" in before
    page = impress(ada, case_id).text
    assert "您的初步判断：良性" in page
    assert '<p class="verdict">恶性</p>' in page
    assert 'value="accept:malignant" required > <span>接受建议：恶性</span>' in page
    assert "<strong>恶性</strong>" in page, "of similar cases"
    assert "遮挡法" in page
    shown = re.sub(r"<[^>]*>", " ", page)
    assert not re.search("malignant|benign|occlusion", shown)
    assert desk.case(case_id).impressions[ADA.name].chosen == "benign"
    final = decide(ada, case_id, "accept:malignant", "有理由").text
    assert "接受了建议：恶性。" in final
    assert not re.search("malignant|benign", re.sub(r"<[^>]*>", " ", final))
    assert desk.case(case_id).decision.chosen == "malignant"


def test_a_chinese_page_says_in_chinese_why_the_model_abstains(browse, desk, room):
    desk.receive_records([record("MRN-9", 10.0)])
    ada = browse("Ada Quill")
    ada.get("/language/zh", params={"back": "/cases"})
    page = impress(ada, room.custodian.pseudonym("MRN-9")).text
    assert "模型不作判断。</strong> 良性与恶性均无法排除。</p>" in page
    assert "我的决定：恶性" in page


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x"])
def test_the_language_link_leads_nowhere_else(browse, back):
    answer = browse("").get("/language/zh", params={"back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_an_unknown_language_is_not_kept(browse):
    answer = browse("").get("/language/tlh", follow_redirects=False)
    assert "set-cookie" not in answer.headers


def test_without_a_dossier_there_is_none(browse, desk: Desk, case_id, monkeypatch):
    served = desk.served
    monkeypatch.setattr(
        desk, "served", type(served)(**{name: getattr(served, name) for name in served.__slots__ if name != "dossier"})
    )
    ada = browse("Ada Quill")
    assert ada.get("/dossier").status_code == 404
    assert "/dossier" not in impress(ada, case_id).text


def test_the_impression_reaches_the_desk_as_given(browse, desk, case_id):
    impress(browse("Ada Quill"), case_id, chosen="malignant", confidence="low")
    one = desk.case(case_id).impressions[ADA.name]
    assert (one.chosen, one.confidence) == ("malignant", Confidence.LOW)
