"""Opens the desk on a home's release, after verifying it, and serves it on this machine alone."""

import datetime as dt
import json
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import uvicorn

from primum.clinic.app import create
from primum.clinic.desk import Desk
from primum.clinic.room import Settings
from primum.clinic.served import Served
from primum.custody.custodian import Clock, Custodian
from primum.custody.verifying import Bundle, verify_bundle
from primum.domain.norm import Grade
from primum.domain.study import Study
from primum.errors import DataError, IntegrityError, StudyError
from primum.ids import Digest, digest, digest_of
from primum.models.predictor import Predictor

HOST = "127.0.0.1"


def open_release(folder: Path, trust: Mapping[str, Any], now: dt.datetime) -> tuple[Served, Bundle]:
    """Return the verified release in a folder, and its files.

    Raises:
        IntegrityError: It is not signed, or something in it was altered; the message names what.
        GateClosedError: Its time is over, or has not begun.
    """
    predictor = Predictor.open(folder, trust, now)
    bundle = verify_bundle(folder, trust)

    def verify() -> None:
        if verify_bundle(folder, trust).manifest_digest != predictor.release:
            raise IntegrityError(
                "The release on disk is not the one that was opened.", remedy="Start the workbench again."
            )

    said = bundle.statement
    model = json.loads(bundle.files["model/model.json"])
    served = Served(
        predictor=predictor,
        verify=verify,
        release=predictor.release,
        model=predictor.model,
        version=f"{model['study']} / {model['kind']}",
        grade=Grade(said["grade"]),
        released_at=dt.datetime.fromisoformat(said["released_at"]),
        expires_at=dt.datetime.fromisoformat(said["expires_at"]),
        ranges=predictor.ranges,
        signers=_signers(json.loads(bundle.files["gate.json"])),
        dossier=_dossier(folder.parent / "dossier.html", said["dossier"]),
    )
    return served, bundle


def _signers(gate: Mapping[str, Any]) -> tuple[str, ...]:
    duties = [one for norm in gate["facts"]["norms"] for one in norm["requirements"]]
    signed = [one["signature"] for one in duties if one["signature"] and not one["stale"]]
    return tuple(sorted({f"{one['name']} ({one['role']})" for one in signed}))


def _dossier(file: Path, expected: str) -> str:
    """Return the dossier that the release was signed with; empty where it lies there no more or is another."""
    text = file.read_bytes() if file.is_file() else b""
    return text.decode() if digest(text) == expected else ""


def open_desk(custodian: Custodian, study: Study, clock: Clock) -> Desk:
    """Return the desk on the release in the custodian's home.

    Raises:
        IntegrityError: There is no verified release.
        GateClosedError: Its time is over.
        StudyError: The release was made for another version of the study, or for a task that is not shown here.
    """
    served, bundle = open_release(custodian.home / "out" / "release", custodian.trust(), clock())
    if digest_of(json.loads(bundle.files["study.json"])) != study.digest:
        raise StudyError(
            "The release was made for another version of this study.",
            remedy="Run the study again, or serve it with the study file that it was made for.",
        )
    if study.task != "classify":
        raise StudyError(
            "The workbench shows suggestions about whole subjects; this release marks stretches of texts.",
            remedy="Ask it with `primum predict`, which tells each mention with its place and probability.",
        )
    selection = json.loads(bundle.files["evidence/selection.json"])
    return Desk(custodian, study, served, clock, _development(custodian, selection))


def _development(custodian: Custodian, selection: Mapping[str, Any]) -> Digest | None:
    """Return the data set on which the model was chosen; None where it is kept no more."""
    for one in map(Digest, selection["made_of"]):
        try:
            if custodian.describe(one).name == "development":
                return one
        except DataError:
            continue
    return None


def serve(desk: Desk, port: int, incoming: Path | None, ready: Callable[[str], None]) -> None:
    """Serve the workbench on this machine until it is stopped; cases in the incoming folder are taken in first.

    Args:
        desk: Opened on a verified release.
        port: On this machine.
        incoming: Where new cases arrive, if anywhere.
        ready: Told the address as soon as it is taken.

    Raises:
        DataError: What lies in the incoming folder cannot be read.
        StudyError: The port is taken.
    """
    if incoming is not None:
        desk.receive(incoming)
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((HOST, port))
        except OSError as fault:
            raise StudyError(
                f"Port {port} cannot be opened ({fault.strerror}).", remedy="Name another with --port."
            ) from fault
        ready(f"http://{HOST}:{port}")
        application = create(desk, Settings(incoming=incoming))
        config = uvicorn.Config(application, log_level="warning", access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[door])
