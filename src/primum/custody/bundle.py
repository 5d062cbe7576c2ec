"""The release bundle: files, a manifest of them, and a signed statement about it."""

import base64
import binascii
import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from primum.custody import crypto
from primum.custody.files import SUFFIX, keeping, sync_folder, write_whole
from primum.errors import IntegrityError
from primum.ids import Digest, canonical, digest

MANIFEST = "manifest.json"
STATEMENT = "statement.json"
SIGNATURE = "signature.json"
OWN = frozenset({MANIFEST, STATEMENT, SIGNATURE})

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "primum/release/v1"


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of a bundle's files: path, SHA-256 and size, sorted by path."""
    listed = [{"path": path, "sha256": digest(data), "size": len(data)} for path, data in sorted(files.items())]
    return canonical({"files": listed})


def statement_payload(manifest: Digest, statement: Mapping[str, Any]) -> bytes:
    """Return what is signed: that this manifest is what the statement says.

    Source: in-toto attestation framework, Statement v1.
    """
    return canonical(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": MANIFEST, "digest": {"sha256": manifest}}],
            "predicateType": PREDICATE_TYPE,
            "predicate": dict(statement),
        }
    )


def pre_authentication(payload: bytes) -> bytes:
    """Return the bytes over which an envelope's signature goes.

    Source: DSSE 1.0, PAE.
    """
    kind = PAYLOAD_TYPE.encode()
    return b" ".join([b"DSSEv1", str(len(kind)).encode(), kind, str(len(payload)).encode(), payload])


def key_id(public: str) -> str:
    """Return the name of a key in an envelope."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()


def public_key(seed: bytes) -> str:
    """Return the public key by which what a seed signs is checked, 64 hexadecimal characters."""
    return crypto.public_of(seed)


def envelope(seed: bytes, payload: bytes) -> bytes:
    """Return a signed envelope.

    Source: DSSE 1.0.
    """
    signature = bytes.fromhex(crypto.sign(seed, pre_authentication(payload)))
    return canonical(
        {
            "payloadType": PAYLOAD_TYPE,
            "payload": base64.b64encode(payload).decode(),
            "signatures": [{"keyid": key_id(crypto.public_of(seed)), "sig": base64.b64encode(signature).decode()}],
        }
    )


def opened(sealed: bytes, public: str) -> bytes:
    """Return what an envelope holds, signed by this very key.

    Raises:
        ValueError: It cannot be read, is signed by another key, or the signature is wrong; the message says which.

    Source: DSSE 1.0.
    """
    try:
        document = json.loads(sealed)
        payload = base64.b64decode(document["payload"], validate=True)
        known = [one["sig"] for one in document["signatures"] if one["keyid"] == key_id(public)]
        kind = document["payloadType"]
        signatures = [base64.b64decode(one, validate=True).hex() for one in known]
    except (ValueError, KeyError, TypeError, binascii.Error) as fault:
        raise ValueError("it cannot be read") from fault
    if not signatures:
        raise ValueError("it is signed by another key")
    body = pre_authentication(payload)
    if kind != PAYLOAD_TYPE or not any(crypto.is_signed(public, body, one) for one in signatures):
        raise ValueError("the signature is wrong")
    return payload


def write(folder: Path, files: Mapping[str, bytes], statement: Mapping[str, Any], seed: bytes) -> None:
    """Write a signed bundle; a reader finds the old one, the new one, or for a moment none, but never a mixture.

    Args:
        folder: Where it goes; one that is there is replaced.
        files: Path in the bundle to content.
        statement: What is said of it.
        seed: Ed25519 seed of the release key.

    Raises:
        IntegrityError: The disk does not take it; the old bundle is as it was.
        ValueError: A path leads out of the bundle, or takes a name of its own files.
    """
    for path in files:
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or str(pure) != path or path in {*OWN, "."}:
            raise ValueError(path)
    manifest = manifest_of(files)
    own = {
        MANIFEST: manifest,
        STATEMENT: canonical(dict(statement)),
        SIGNATURE: envelope(seed, statement_payload(digest(manifest), statement)),
    }
    draft, old = folder.with_name(folder.name + SUFFIX), folder.with_name(folder.name + ".old" + SUFFIX)
    with keeping("the release"):
        for one in (draft, old):
            shutil.rmtree(one, ignore_errors=True)
        try:
            for path, data in {**files, **own}.items():
                write_whole(draft / path, data)
            if folder.exists():
                folder.replace(old)
            draft.replace(folder)
        except OSError:
            if old.exists() and not folder.exists():
                old.replace(folder)
            shutil.rmtree(draft, ignore_errors=True)
            raise
        shutil.rmtree(old, ignore_errors=True)
        sync_folder(folder.parent)


def refuse(folder: Path, problems: list[str]) -> IntegrityError:
    """Return the refusal of a bundle, naming all that is wrong with it."""
    return IntegrityError(
        f"The release in {folder} is not genuine: {'; '.join(problems)}.",
        remedy="Do not use it. Get the release anew from who signed it, and look for who altered it.",
    )
