"""The release is served, a doctor decides through the API, nothing is final before, and the log tells it all."""

import json
import signal
import socket
import subprocess
import sys
import time

import httpx2 as httpx
import pytest

from synthetic.command_line import PASSWORD, environment

DOCTOR = "Test Clinician"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until_it_answers(client, server):
    for _ in range(300):
        assert server.poll() is None, "the workbench ended before it answered"
        try:
            return client.get("/sign-in")
        except httpx.ConnectError:
            time.sleep(0.1)
    raise AssertionError("the workbench does not answer")


@pytest.fixture
def served(desk):
    """The workbench in a process of its own, on the main job's release, and a client of its API."""
    desk.primum("enrol", desk.folder, DOCTOR, "clinician")
    port = free_port()
    words = ["serve", desk.folder, "--port", port, "--incoming", desk.folder / "incoming"]
    with subprocess.Popen(
        [sys.executable, "-m", "primum", *map(str, words)],
        cwd=desk.folder,
        env=environment(desk.folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            wait_until_it_answers(client, server)
            yield client
        server.send_signal(signal.SIGKILL)


def sign_in(client):
    answer = client.post("/api/session", json={"name": DOCTOR, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = answer.json()["csrf"]


def test_a_case_is_judged_first_then_suggested_then_decided_and_survives_a_kill(desk, served):
    assert served.get("/api/cases").status_code == 401
    sign_in(served)
    cases = served.get("/api/cases").json()
    assert len(cases) == 19
    place = f"/api/cases/{cases[0]['id']}"
    case = served.get(place).json()
    assert case["suggestion"] is None

    early = served.post(f"{place}/decision", json={"version": case["version"], "action": "accept", "reason": "hurry"})
    assert early.status_code == 409

    impression = {"version": case["version"], "chosen": "benign", "confidence": "low"}
    case = served.post(f"{place}/impression", json=impression).json()
    said = case["suggestion"]["prediction"]
    assert sum(said["probabilities"].values()) == pytest.approx(1)
    assert case["decisions"] == []
    assert case["state"] == "suggestion"

    decision = {"version": case["version"], "action": "reject", "chosen": "benign"}
    assert served.post(f"{place}/decision", json=decision).status_code == 422, "a rejection needs a reason"
    case = served.post(f"{place}/decision", json={**decision, "reason": "histology is awaited"}).json()
    assert case["decisions"][-1]["by"] == DOCTOR
    assert case["state"] == "decided"


def test_what_was_decided_stands_after_a_kill_and_the_log_is_whole(desk, served):
    sign_in(served)
    first = served.get("/api/cases").json()[0]
    impression = {"version": first["version"], "chosen": "malignant", "confidence": "high"}
    assert served.post(f"/api/cases/{first['id']}/impression", json=impression).status_code == 200
    log = json.loads(desk.primum("audit", desk.folder, "--json").stdout)
    assert [one for one in log["entries"] if first["id"] in json.dumps(one)]
    assert desk.primum("verify", desk.out / "release", "--json").returncode == 0
