"""The API: the same steps in the same order, strict bodies, and no way round the clinician."""

import json
from typing import Any

import pytest
from fastapi.routing import APIRoute

from primum.clinic import api
from synthetic.clinic_room import PASSWORD, RELEASE, record

IMPRESSION = {"version": 1, "chosen": "benign", "confidence": "high"}
DECISION = {"version": 3, "action": "accept", "reason": "It sees more."}
BUNDLE = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"id": "MRN-8", "radius": 4.0}}]}


def test_a_program_walks_the_whole_way(program, case_id, room):
    ada = program("Ada Quill")
    [line] = ada.get("/api/cases").json()
    assert line == {"id": case_id, "state": "received", "version": 1, "received_at": "2024-05-06T08:00:00+00:00"}
    case = ada.get(f"/api/cases/{case_id}").json()
    assert case["suggestion"] is None
    assert case["record"]["radius"] == 15.0
    case = ada.post(f"/api/cases/{case_id}/impression", json=IMPRESSION).json()
    assert case["state"] == "suggestion"
    assert case["suggestion"]["prediction"]["probabilities"] == {"benign": 0.25, "malignant": 0.75}
    room.wait(12)
    case = ada.post(f"/api/cases/{case_id}/decision", json=DECISION).json()
    assert case["state"] == "decided"
    [decision] = case["decisions"]
    assert (decision["chosen"], decision["seconds"], decision["agrees"]) == ("malignant", 12, True)
    amended = {"version": 4, "chosen": "benign", "reason": "Histology."}
    case = ada.post(f"/api/cases/{case_id}/amendment", json=amended).json()
    assert [one["action"] for one in case["decisions"]] == ["accept", "amend"]


def test_before_the_own_impression_nothing_of_the_suggestion_is_told(program, case_id):
    program("Ada Quill").post(f"/api/cases/{case_id}/impression", json=IMPRESSION)
    case = program("Ben Moss").get(f"/api/cases/{case_id}").json()
    assert case["state"] == "suggestion"
    assert case["suggestion"] is None
    assert case["impressions"] == []
    assert "diagnosis" not in case["record"]


WRONG_ORDER = [
    ([], "decision", DECISION | {"version": 1}, 409, "impression-first"),
    ([], "amendment", {"version": 1, "chosen": "benign", "reason": "x"}, 409, "not-decided"),
    ([], "suggestion", None, 409, "impression-first"),
    (["impression"], "impression", IMPRESSION | {"version": 3}, 409, "impression-given"),
    (["impression"], "suggestion", None, 409, "suggestion-given"),
    (["impression"], "amendment", {"version": 3, "chosen": "benign", "reason": "x"}, 409, "not-decided"),
    (["impression"], "decision", DECISION | {"reason": ""}, 422, "reason-needed"),
    (["impression"], "decision", DECISION | {"version": 2}, 409, "changed-meanwhile"),
    (["impression"], "decision", DECISION | {"action": "own", "chosen": "benign"}, 409, "suggestion-stands"),
    (["impression", "decision"], "decision", DECISION | {"version": 4}, 409, "decided-already"),
    (["impression", "decision"], "impression", IMPRESSION | {"version": 4}, 409, "decided-already"),
    (["impression", "decision"], "suggestion", None, 409, "decided-already"),
    (
        ["impression", "decision"],
        "amendment",
        {"version": 4, "chosen": "benign", "reason": " "},
        422,
        "reason-needed",
    ),
]


@pytest.mark.parametrize(("before", "step", "body", "status", "code"), WRONG_ORDER)
def test_a_wrong_order_is_refused(program, case_id, room, before, step, body, status, code):
    ada = program("Ada Quill")
    for one in before:
        taken = {"impression": IMPRESSION, "decision": DECISION}[one]
        assert ada.post(f"/api/cases/{case_id}/{one}", json=taken).status_code == 200
    events = room.custodian.events("cases")
    answer = ada.post(f"/api/cases/{case_id}/{step}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["what"]
    assert answer.json()["remedy"]
    assert room.custodian.events("cases") == events


@pytest.mark.parametrize("name", ["Sam Stopp", "Eve Board", "Dan Data"])
def test_no_other_role_sees_or_judges(program, case_id, room, name):
    other = program(name)
    assert other.get("/api/cases").status_code == 403
    assert other.get(f"/api/cases/{case_id}").status_code == 403
    program("Ada Quill").post(f"/api/cases/{case_id}/impression", json=IMPRESSION)
    events = room.custodian.events("cases")
    for step, body in (
        ("impression", IMPRESSION | {"version": 3}),
        ("decision", DECISION),
        ("suggestion", None),
        ("amendment", {"version": 3, "chosen": "benign", "reason": "x"}),
    ):
        assert other.post(f"/api/cases/{case_id}/{step}", json=body).status_code == 403, step
    assert room.custodian.events("cases") == events


def routes() -> list[tuple[str, str]]:
    found = [one for one in api.router.routes if isinstance(one, APIRoute)]
    return [(method, one.path) for one in found for method in one.methods or ()]


@pytest.mark.parametrize(("method", "path"), [one for one in routes() if one != ("POST", "/api/session")])
def test_nothing_is_told_to_strangers(browse, method, path):
    answer = browse("").request(method, path.replace("{case_id}", "P0"), json={} if method == "POST" else None)
    assert answer.status_code == 401
    assert answer.json()["error"] == "NotSignedInError"


@pytest.mark.parametrize("path", [path for method, path in routes() if method == "POST" and path != "/api/session"])
@pytest.mark.parametrize("token", ["", "x"])
def test_a_change_needs_the_sessions_token(program, case_id, room, path, token):
    ada = program("Ada Quill")
    ada.headers["X-CSRF-Token"] = token
    bodies = {"impression": IMPRESSION, "decision": DECISION, "cases": BUNDLE}
    amendment = {"version": 1, "chosen": "benign", "reason": "x", "suspended": True}
    events = room.custodian.events("cases")
    answer = ada.post(path.replace("{case_id}", case_id), json=bodies.get(path.rsplit("/", 1)[-1], amendment))
    assert answer.status_code in {403, 422}
    assert room.custodian.events("cases") == events
    assert room.custodian.events("switch") == []


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("impression", IMPRESSION | {"version": "1"}),
        ("impression", IMPRESSION | {"version": 1.0}),
        ("impression", IMPRESSION | {"version": 0}),
        ("impression", IMPRESSION | {"confidence": "total"}),
        ("impression", IMPRESSION | {"state": "decided"}),
        ("impression", {"version": 1}),
        ("decision", DECISION | {"action": "finalise"}),
        ("decision", DECISION | {"by": "Ben Moss"}),
        ("decision", DECISION | {"role": "clinician"}),
        ("decision", DECISION | {"reason": "x" * 2001}),
        ("decision", DECISION | {"reason": None}),
        ("amendment", {"version": 1, "chosen": "benign"}),
    ],
)
def test_bodies_are_strict(program, case_id, room, step, body):
    events = room.custodian.events("cases")
    answer = program("Ada Quill").post(f"/api/cases/{case_id}/{step}", json=body)
    assert answer.status_code == 422
    assert room.custodian.events("cases") == events


def test_a_class_that_is_none_is_refused(program, case_id):
    answer = program("Ada Quill").post(f"/api/cases/{case_id}/impression", json=IMPRESSION | {"chosen": "cystic"})
    assert (answer.status_code, answer.json()["code"]) == (422, "no-such-class")


def test_an_unknown_case_is_not_found(program):
    answer = program("Ada Quill").get("/api/cases/P0")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-case")


@pytest.mark.parametrize(("name", "status"), [("Dan Data", 201), ("Ada Quill", 201), ("Sam Stopp", 403)])
def test_a_bundle_is_taken_in(program, room, name, status):
    sender = program(name)
    answer = sender.post("/api/cases", json=BUNDLE)
    assert answer.status_code == status
    if status == 201:
        assert answer.json() == {"received": 1, "known": 0}
        assert sender.post("/api/cases", json=BUNDLE).json() == {"received": 0, "known": 1}
        [path] = set(room.predictor.read_from[:1])
        assert not path.exists()


@pytest.mark.parametrize("body", [{}, {"resourceType": "Patient"}, {"resourceType": "Bundle"}, BUNDLE | {"entry": {}}])
def test_what_is_no_bundle_is_refused(program, body):
    answer = program("Dan Data").post("/api/cases", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"] == "DataError"


def test_the_release_is_told_and_can_be_suspended(program):
    sam = program("Sam Stopp")
    assert sam.get("/api/release").json()["suspended"] is False
    answer = sam.post("/api/release/suspension", json={"suspended": True, "reason": "Wrong twice."})
    assert answer.json()["suspended"] is True
    assert answer.json()["release"] == RELEASE
    assert answer.json()["grade"] == "advisory"
    assert sam.post("/api/release/suspension", json={"suspended": False, "reason": ""}).status_code == 422
    eve = program("Eve Board")
    assert eve.post("/api/release/suspension", json={"suspended": False, "reason": "x"}).status_code == 403
    assert eve.get("/api/release").json()["suspended"] is True


def test_sign_in_is_slowed_here_too(browse):
    eve = browse("")
    statuses = [eve.post("/api/session", json={"name": "Ada Quill", "password": "guess"}).status_code for _ in range(6)]
    assert statuses == [403] * 5 + [429]
    assert eve.post("/sign-in", data={"name": "Ada Quill", "password": PASSWORD}).status_code == 429


def test_a_withheld_suggestion_is_told_without_its_prediction(program, desk, room):
    desk.receive_records([record("MRN-5", None)])
    path = f"/api/cases/{room.custodian.pseudonym('MRN-5')}"
    case = program("Ada Quill").post(f"{path}/impression", json=IMPRESSION).json()
    assert case["suggestion"]["withheld"] == "unusable"
    assert case["suggestion"]["prediction"] == {}


def test_the_description_is_whole(browse):
    document: dict[str, Any] = browse("").get("/api/openapi.json").json()
    assert set(document["paths"]) == {path for _, path in routes()}
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert all(one["description"] for one in operations)
    schemas = document["components"]["schemas"]
    assert schemas["DecisionBody"]["additionalProperties"] is False
    assert json.dumps(schemas["Action"]["enum"]) == '["accept", "change", "reject", "own"]'
