"""A PACS of a few lines: DICOMweb's store, search and retrieve over a dictionary, which can be told to misbehave."""

import base64
import contextlib
import datetime as dt
import io
import ipaddress
import socket
import threading
import time

import pydicom
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastapi import FastAPI, Request, Response
from pydicom.dataset import Dataset

BOUNDARY = "made-up-boundary"


class SmallPacs:
    """What it keeps, and how it is to misbehave.

    Attributes:
        kept: Files by SOP instance UID.
        refuses: Failure reasons by SOP instance UID.
        loses: Instances of which it says that it stored them, but does not list them.
        busy: So many requests it answers with 503.
        breaks_after: It stores so many instances of a request, then closes the line; None for never.
        mute: It does not say what it stored.
        status: It answers every store so; None for as it should.
        page: Search results a request.
        entry: What the header of authorisation must be; empty for anything.
        asked: Method and path of every request.
        sent: SOP instance UIDs of every store.
    """

    def __init__(self):
        self.kept, self.refuses, self.loses = {}, {}, set()
        self.busy, self.breaks_after, self.mute, self.status, self.page, self.entry = 0, None, False, None, 100, ""
        self.asked, self.sent = [], []
        self.omits = set()

    def of(self, study, series=None):
        """Return what it has of a study or series."""
        return [
            one
            for one in (pydicom.dcmread(io.BytesIO(data)) for data in self.kept.values())
            if study == one.StudyInstanceUID and series in {None, one.SeriesInstanceUID}
        ]

    def take(self, files):
        """Store files, and say so."""
        said = Dataset()
        said.ReferencedSOPSequence, said.FailedSOPSequence = [], []
        for file in files:
            one = pydicom.dcmread(io.BytesIO(file))
            uid, item = str(one.SOPInstanceUID), Dataset()
            self.sent.append(uid)
            item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = one.SOPClassUID, uid
            if uid in self.refuses:
                item.FailureReason = self.refuses[uid]
                said.FailedSOPSequence.append(item)
                continue
            said.ReferencedSOPSequence.append(item)
            if uid not in self.loses:
                self.kept[uid] = file
            if self.breaks_after is not None and len(self.sent) >= self.breaks_after:
                self.breaks_after = None
                raise ConnectionResetError
        if not said.FailedSOPSequence:
            del said.FailedSOPSequence
        return said


def application(pacs):  # noqa: C901 - one small function a service
    """Return the PACS as an application."""
    app = FastAPI()

    @app.middleware("http")
    async def door(request: Request, go_on):
        pacs.asked.append((request.method, request.url.path))
        if pacs.entry and request.headers.get("authorization") != pacs.entry:
            return Response(status_code=401)
        if pacs.busy > 0:
            pacs.busy -= 1
            return Response(status_code=503)
        return await go_on(request)

    @app.post("/studies")
    async def store(request: Request):
        body = await request.body()
        if pacs.status:
            return Response(status_code=pacs.status)
        boundary = request.headers["content-type"].split("boundary=")[1].strip('"').encode()
        parts = body.split(b"--" + boundary)[1:-1]
        try:
            said = pacs.take([part.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n") for part in parts])
        except ConnectionResetError:
            return Response(b"", headers={"content-length": "10"})  # shorter than it says: the line is closed
        if pacs.mute:
            return Response(status_code=200)
        status = 200
        if "FailedSOPSequence" in said:
            status = 202 if said.ReferencedSOPSequence else 409
        return Response(said.to_json(), status, media_type="application/dicom+json")

    def listed(found, offset):
        shown = []
        for one in found[offset : offset + pacs.page]:
            item = Dataset()
            item.SOPInstanceUID, item.SOPClassUID = one.SOPInstanceUID, one.SOPClassUID
            shown.append(item.to_json())
        if not shown:
            return Response(status_code=204)
        return Response(f"[{','.join(shown)}]", media_type="application/dicom+json")

    @app.get("/studies/{study}/instances")
    def search(study: str, offset: int = 0):
        return listed(pacs.of(study), offset)

    @app.get("/studies/{study}/series/{series}/instances")
    def search_series(study: str, series: str, offset: int = 0):
        return listed(pacs.of(study, series), offset)

    def packed(found):
        if not found:
            return Response(status_code=404)
        body = b""
        for one in found:
            if str(one.SOPInstanceUID) not in pacs.omits:
                body += f"--{BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode()
                body += pacs.kept[str(one.SOPInstanceUID)] + b"\r\n"
        body += f"--{BOUNDARY}--".encode()
        return Response(body, media_type=f'multipart/related; type="application/dicom"; boundary={BOUNDARY}')

    @app.get("/studies/{study}")
    def retrieve(study: str):
        return packed(pacs.of(study))

    @app.get("/studies/{study}/series/{series}")
    def retrieve_series(study: str, series: str):
        return packed(pacs.of(study, series))

    return app


@contextlib.contextmanager
def running(app, **settings):
    """Run an application on a port of this machine, and give the port."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1, **settings))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield door.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        door.close()


def certificate(folder, now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)):
    """Write a certificate of this machine, signed by itself, and its key; return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made-up PACS")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=3650))
        .not_valid_after(now + dt.timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "pacs.pem"
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*plain))
    return file


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
