import base64
import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from primum.custody import bundle, crypto, verifying
from primum.custody.custodian import Custodian
from primum.errors import IntegrityError
from primum.ids import canonical, digest
from unit.custody.homes import named, open_home

FILES = {"card.json": b"{}", "model/model.json": b"made up", "model/scorer/weights.safetensors": bytes(range(100))}
STATEMENT = {"model": named("model"), "expires_at": "2031-01-01T00:00:00+00:00"}


@pytest.fixture
def release(custodian: Custodian, home: Path) -> Path:
    folder = home / "out" / "release"
    custodian.seal_bundle(folder, FILES, STATEMENT)
    return folder


def test_a_sealed_bundle_is_genuine(custodian: Custodian, home: Path) -> None:
    folder = home / "out" / "release"
    name = custodian.seal_bundle(folder, FILES, STATEMENT)
    found = verifying.verify_bundle(folder, custodian.trust())
    assert found.manifest_digest == name
    assert found.files == FILES
    assert found.statement["release"] == name
    assert found.statement["model"] == STATEMENT["model"]
    assert found.statement["expires_at"] == STATEMENT["expires_at"]


def test_the_statement_carries_a_checkpoint_that_covers_the_sealing(
    custodian: Custodian, release: Path, home: Path
) -> None:
    statement = verifying.verify_bundle(release, custodian.trust()).statement
    state = verifying.verify_log(home / "audit", custodian.trust(), [statement["checkpoint"]])
    entries = verifying.read_log(home / "audit")
    assert entries[state.size - 1]["action"] == "seal release"


def test_the_name_of_a_release_does_not_depend_on_home_or_time(custodian: Custodian, tmp_path: Path) -> None:
    with open_home(tmp_path / "another") as other:
        one = custodian.seal_bundle(tmp_path / "one", FILES, STATEMENT)
        two = other.seal_bundle(tmp_path / "two", dict(reversed(FILES.items())), {"later": "yes"})
    assert one == two == digest((tmp_path / "one" / "manifest.json").read_bytes())


def test_the_manifest_lists_path_digest_and_size_sorted(release: Path) -> None:
    listed = json.loads((release / "manifest.json").read_text())["files"]
    assert listed == [{"path": path, "sha256": digest(FILES[path]), "size": len(FILES[path])} for path in sorted(FILES)]


def test_the_signature_is_a_dsse_envelope_around_an_in_toto_statement(custodian: Custodian, release: Path) -> None:
    envelope = json.loads((release / "signature.json").read_text())
    payload = json.loads(base64.b64decode(envelope["payload"]))
    assert envelope["payloadType"] == "application/vnd.in-toto+json"
    assert payload["_type"] == "https://in-toto.io/Statement/v1"
    assert payload["subject"] == [
        {"name": "manifest.json", "digest": {"sha256": digest((release / "manifest.json").read_bytes())}}
    ]
    assert payload["predicate"] == json.loads((release / "statement.json").read_text())
    body = b"DSSEv1 28 application/vnd.in-toto+json %d " % len(base64.b64decode(envelope["payload"]))
    value = base64.b64decode(envelope["signatures"][0]["sig"]).hex()
    assert crypto.is_signed(custodian.trust()["release"], body + base64.b64decode(envelope["payload"]), value)


def test_pre_authentication_is_that_of_the_dsse_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "PAYLOAD_TYPE", "http://example.com/HelloWorld")
    assert bundle.pre_authentication(b"hello world") == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def rewrite(path: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def attack(folder: Path) -> None:
        (folder / path).write_bytes(change((folder / path).read_bytes()))

    return attack


def edit(path: str, change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def changed(data: bytes) -> bytes:
        document = json.loads(data)
        change(document)
        return canonical(document)

    return rewrite(path, changed)


def consistent(folder: Path) -> None:
    """Alter a file and the manifest to fit."""
    (folder / "card.json").write_bytes(b"[]")
    listed = {path: (folder / path).read_bytes() for path in FILES}
    (folder / "manifest.json").write_bytes(bundle.manifest_of(listed))


def resigned(folder: Path) -> None:
    """Alter everything to fit, and sign it with a key of one's own."""
    consistent(folder)
    manifest, statement = (folder / "manifest.json").read_bytes(), json.loads((folder / "statement.json").read_bytes())
    payload = bundle.statement_payload(digest(manifest), statement)
    (folder / "signature.json").write_bytes(bundle.envelope(bytes(32), payload))


def under_our_name(folder: Path) -> None:
    """The same, claiming to be signed by the hospital's key."""
    ours = json.loads((folder / "signature.json").read_bytes())["signatures"][0]["keyid"]
    resigned(folder)
    edit("signature.json", lambda one: one["signatures"][0].update(keyid=ours))(folder)


def link(folder: Path) -> None:
    (folder / "card.json").unlink()
    (folder / "card.json").symlink_to("model/model.json")


WRONG = {
    "a bit of the weights": (
        rewrite("model/scorer/weights.safetensors", lambda data: data[:-1] + bytes([data[-1] ^ 1])),
        "model/scorer/weights.safetensors was altered",
    ),
    "a file longer": (rewrite("card.json", lambda data: data + b" "), "card.json was altered"),
    "a file missing": (lambda folder: (folder / "card.json").unlink(), "card.json is missing"),
    "a file too many": (lambda folder: (folder / "model" / "more").write_text("x"), "model/more does not belong to it"),
    "a hidden file too many": (lambda folder: (folder / ".x").write_text("x"), ".x does not belong to it"),
    "a file that is a link": (link, "card.json is no plain file"),
    "a folder missing": (lambda folder: shutil.rmtree(folder / "model"), "model/model.json is missing"),
    "no signature": (lambda folder: (folder / "signature.json").unlink(), "it is not signed"),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "manifest.json is missing"),
    "no statement": (lambda folder: (folder / "statement.json").unlink(), "statement.json is missing"),
    "file and manifest altered to fit": (consistent, "manifest.json or statement.json is not the one that was signed"),
    "signed by a stranger": (resigned, "signed by a key that is not the hospital's"),
    "signed by a stranger under our name": (under_our_name, "the signature is wrong"),
    "a longer validity": (
        edit("statement.json", lambda one: one.update(expires_at="2099-01-01")),
        "manifest.json or statement.json is not the one that was signed",
    ),
    "a statement in other white space": (
        rewrite("statement.json", lambda data: data + b"\n"),
        "manifest.json or statement.json is not the one that was signed",
    ),
    "a statement that is no JSON": (rewrite("statement.json", lambda _: b"{"), "cannot be read"),
    "a manifest that is no manifest": (rewrite("manifest.json", lambda _: b"[1]"), "cannot be read"),
    "a signature that is no JSON": (rewrite("signature.json", lambda _: b"x"), "signature.json cannot be read"),
    "a signature that is a list": (rewrite("signature.json", lambda _: b"[]"), "signature.json cannot be read"),
    "a signature without base 64": (
        edit("signature.json", lambda one: one.update(payload="%")),
        "signature.json cannot be read",
    ),
    "a payload altered": (
        edit("signature.json", lambda one: one.update(payload=base64.b64encode(b"{}").decode())),
        "the signature is wrong",
    ),
    "another payload type": (edit("signature.json", lambda one: one.update(payloadType="x")), "the signature is wrong"),
    "no signature in the envelope": (
        edit("signature.json", lambda one: one.update(signatures=[])),
        "signed by a key that is not the hospital's",
    ),
}


@pytest.mark.parametrize("how", WRONG)
def test_what_is_wrong_with_a_bundle_is_named(custodian: Custodian, release: Path, how: str) -> None:
    attack, words = WRONG[how]
    attack(release)
    with pytest.raises(IntegrityError, match="is not genuine") as refused:
        verifying.verify_bundle(release, custodian.trust())
    assert words in refused.value.what
    assert "Do not use it" in refused.value.remedy


def test_a_file_that_cannot_be_read_is_named(
    custodian: Custodian, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    trust = custodian.trust()
    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(IntegrityError, match=r"card\.json cannot be read"):
        verifying.verify_bundle(release, trust)


def test_all_that_is_wrong_is_named_at_once(custodian: Custodian, release: Path) -> None:
    (release / "card.json").unlink()
    (release / "more").write_text("x")
    (release / "model" / "model.json").write_text("x")
    with pytest.raises(IntegrityError) as refused:
        verifying.verify_bundle(release, custodian.trust())
    for words in ("card.json is missing", "model/model.json was altered", "more does not belong"):
        assert words in refused.value.what


@pytest.mark.parametrize("trust", [{}, {"release": ""}, {"release": ["00" * 32]}, {"release": None}])
def test_without_a_key_nothing_is_genuine(release: Path, trust: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="holds no release key"):
        verifying.verify_bundle(release, trust)


@pytest.mark.parametrize("key", ["00" * 32, "11" * 32, "not hex"])
def test_a_strangers_key_is_refused(release: Path, key: str) -> None:
    with pytest.raises(IntegrityError):
        verifying.verify_bundle(release, {"release": key})


def test_where_there_is_no_bundle_there_is_an_integrity_error(custodian: Custodian, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="no release at"):
        verifying.verify_bundle(tmp_path / "nowhere", custodian.trust())


def test_a_new_bundle_takes_the_place_of_the_old_whole(custodian: Custodian, release: Path) -> None:
    custodian.seal_bundle(release, {"only.json": b"1"}, STATEMENT)
    assert verifying.verify_bundle(release, custodian.trust()).files == {"only.json": b"1"}
    assert [one.name for one in release.parent.iterdir() if one.name.startswith("release")] == ["release"]


@pytest.mark.parametrize(
    "path",
    ["/etc/x", "../x", "a/../../x", "a//b", "./a", "a/", "", ".", "manifest.json", "statement.json", "signature.json"],
)
def test_a_path_that_leads_elsewhere_is_refused(custodian: Custodian, tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        custodian.seal_bundle(tmp_path / "release", {path: b"x"}, STATEMENT)
    assert not (tmp_path / "release").exists()


def test_wherever_the_disk_fails_the_old_bundle_stays_or_the_new_one_is_there(
    release: Path, custodian: Custodian, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed, trust = custodian._door.ring.secret("release"), custodian.trust()
    old = verifying.verify_bundle(release, trust).files
    new = {**FILES, "card.json": b"new"}
    real_fsync, real_replace = os.fsync, Path.replace
    for allowed in range(60):
        left = [allowed]

        def spend(left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == -1:
                raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", lambda handle, spend=spend: (spend(), real_fsync(handle)))
        monkeypatch.setattr(Path, "replace", lambda one, to, spend=spend: (spend(), real_replace(one, to))[1])
        try:
            bundle.write(release, new, STATEMENT, seed)
        except IntegrityError as refused:
            assert "disk is full" in refused.what  # noqa: PT017 - the last try succeeds
        monkeypatch.undo()
        assert verifying.verify_bundle(release, trust).files in (old, new)
        if left[0] >= 0:
            break
    assert allowed > 5
    assert verifying.verify_bundle(release, trust).files == new
