"""What stands before every page."""

import pytest

from primum.clinic.guard import LARGEST_BODY
from synthetic.clinic_room import PASSWORD

CREDENTIALS = {"name": "Ada Quill", "password": PASSWORD}


@pytest.mark.parametrize("path", ["/sign-in", "/cases", "/release", "/static/style.css", "/api/cases", "/nowhere"])
def test_every_answer_carries_the_headers(browse, path):
    headers = browse("Ada Quill").get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.elsewhere.example"},
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", "/api/session", "/api/cases"])
def test_a_change_from_another_site_is_refused(browse, path, headers):
    answer = browse("").post(path, json=CREDENTIALS, headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert "set-cookie" not in answer.headers


def test_our_own_pages_may(browse):
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}
    assert browse("").post("/sign-in", data=CREDENTIALS, headers=headers).url.path == "/cases"


def test_a_large_body_is_refused_before_it_is_read(browse):
    answer = browse("").post("/sign-in", content=b"x", headers={"Content-Length": str(LARGEST_BODY + 1)})
    assert answer.status_code == 413
    assert browse("").post("/sign-in", content=iter([b"x"])).status_code == 411
    assert browse("").post("/sign-in", content=b"x", headers={"Content-Length": "-1"}).status_code == 411


def test_another_host_name_is_not_served(browse):
    assert browse("").get("/sign-in", headers={"Host": "elsewhere.example"}).status_code == 400
