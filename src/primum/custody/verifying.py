"""What an auditor runs: releases, logs and signatures checked with nothing but public keys."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from primum.custody import audit, bundle, crypto
from primum.custody.audit import tampered
from primum.custody.note import Checkpoint
from primum.custody.nouns import person_payload
from primum.errors import IntegrityError
from primum.ids import Digest, canonical, digest

PATIENCE = 50
PAUSE_SECONDS = 0.01
"""How long a log that is just being written may take to sign its newest entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A release that was found genuine.

    Attributes:
        manifest_digest: The release's name.
        files: Path in the bundle to content; manifest, statement and signature left out.
        statement: What was signed: release, model, times, log checkpoint and more.
    """

    manifest_digest: Digest
    files: Mapping[str, bytes] = field(repr=False)
    statement: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """How far a log was verified.

    Attributes:
        size: Entries.
        root: Merkle root over them, 64 hexadecimal characters.
    """

    size: int
    root: str


class Signed(Protocol):
    """What ``verify_signature`` needs to see of a signature."""

    @property
    def name(self) -> str:
        """Return who signed."""
        ...

    @property
    def role(self) -> str:
        """Return in which role."""
        ...

    @property
    def key(self) -> str:
        """Return the public key."""
        ...

    @property
    def value(self) -> str:
        """Return the signature."""
        ...

    @property
    def payload(self) -> bytes:
        """Return what was signed."""
        ...


def trusted(trust: Mapping[str, Any], name: str) -> str:
    """Return a public key of a trust file.

    Raises:
        IntegrityError: It holds none of this name.
    """
    key = trust.get(name)
    if not isinstance(key, str) or not key:
        raise IntegrityError(
            f"The trust file holds no {name} key.", remedy="Name the trust.json you were given by the hospital."
        )
    return key


def verify_bundle(folder: Path, trust: Mapping[str, Any]) -> Bundle:
    """Return a release after checking its signature and every one of its files.

    Whether it has expired is for the caller, who has a clock, to say.

    Args:
        folder: The bundle.
        trust: The hospital's public keys, as ``Custodian.trust`` exports them.

    Raises:
        IntegrityError: It is not signed, signed by another key, or a file is missing, altered or too many; all named.
    """
    found = _files(folder)
    problems = [f"{name} is missing" for name in sorted(bundle.OWN - set(found))]
    if bundle.SIGNATURE not in found:
        problems = [f"it is not signed, {bundle.SIGNATURE} is missing"]
    if problems:
        raise bundle.refuse(folder, problems)
    payload = _signed_payload(folder, found[bundle.SIGNATURE], trusted(trust, "release"))
    manifest, statement = found[bundle.MANIFEST], found[bundle.STATEMENT]
    try:
        said = json.loads(statement)
        listed = {one["path"]: one for one in json.loads(manifest)["files"]}
        if payload != bundle.statement_payload(digest(manifest), said) or canonical(said) != statement:
            problems.append(f"{bundle.MANIFEST} or {bundle.STATEMENT} is not the one that was signed")
    except (ValueError, KeyError, TypeError) as fault:
        raise bundle.refuse(folder, [f"{bundle.MANIFEST} or {bundle.STATEMENT} cannot be read"]) from fault
    files = {path: data for path, data in found.items() if path not in bundle.OWN}
    problems += _differences(files, listed)
    if problems:
        raise bundle.refuse(folder, problems)
    return Bundle(manifest_digest=digest(manifest), files=files, statement=said)


def _files(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise IntegrityError(f"There is no release at {folder}.", remedy="Name the folder of a release.")
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise bundle.refuse(folder, [f"{name} is no plain file"])
        if path.is_file():
            try:
                found[name] = path.read_bytes()
            except OSError as fault:
                raise bundle.refuse(folder, [f"{name} cannot be read"]) from fault
    return found


def _signed_payload(folder: Path, envelope: bytes, public: str) -> bytes:
    """Return what an envelope holds, signed by this very key."""
    try:
        return bundle.opened(envelope, public)
    except ValueError as fault:
        said = {
            "it cannot be read": f"{bundle.SIGNATURE} cannot be read",
            "it is signed by another key": "it is signed by a key that is not the hospital's release key",
        }
        raise bundle.refuse(folder, [said.get(str(fault), str(fault))]) from fault


def _differences(files: Mapping[str, bytes], listed: Mapping[str, Mapping[str, Any]]) -> list[str]:
    missing = [f"{path} is missing" for path in sorted(set(listed) - set(files))]
    extra = [f"{path} does not belong to it" for path in sorted(set(files) - set(listed))]
    altered = [
        f"{path} was altered"
        for path, data in sorted(files.items())
        if path in listed and (digest(data), len(data)) != (listed[path].get("sha256"), listed[path].get("size"))
    ]
    return [*missing, *altered, *extra]


def verify_log(audit_folder: Path, trust: Mapping[str, Any], witnesses: Sequence[str] = ()) -> LogState:
    """Return how far a log goes after checking every entry of it.

    Args:
        audit_folder: With ``entries.jsonl`` and ``checkpoint``.
        trust: The hospital's public keys.
        witnesses: Checkpoints kept from earlier, for instance in releases: the log must have grown from each of them.

    Raises:
        IntegrityError: An entry was edited, removed, inserted or moved, or the log was rolled back; the entry is named.

    Source: RFC 6962 (the tree), C2SP tlog-checkpoint and tlog-witness (the signed states).
    """
    verifier = trusted(trust, "log")
    known = [audit.read_state(one, verifier) for one in witnesses]
    state, lines = _at_rest(audit_folder, verifier)
    for _ in audit.check(lines, [state, *known]):
        pass
    return LogState(size=state.size, root=state.root.hex())


def _at_rest(folder: Path, verifier: str) -> tuple[Checkpoint, list[bytes]]:
    """Return state and lines of one moment, waiting for a workbench that is just writing."""
    for _ in range(PATIENCE):
        state, lines, rest = _read(folder, verifier)
        if len(lines) <= state.size and not rest:
            return state, lines
        time.sleep(PAUSE_SECONDS)
    state, lines, _ = _read(folder, verifier)
    for _ in audit.check(lines, [state]):
        pass
    raise tampered(
        f"entry {state.size} is not signed, it was added by someone without the key, or left by a killed run "
        "(opening the home once settles that)"
    )


def _read(folder: Path, verifier: str) -> tuple[Checkpoint, list[bytes], bytes]:
    text = audit.read_checkpoint(folder)
    if not text:
        raise tampered("its checkpoint is missing")
    return audit.read_state(text, verifier), *audit.read_lines(folder)


def read_log(audit_folder: Path) -> list[dict[str, Any]]:
    """Return the entries of a log, oldest first; ``verify_log`` says whether they can be believed.

    Raises:
        IntegrityError: One cannot be read.
    """
    lines, _ = audit.read_lines(audit_folder)
    return [dict(audit.read_entry(seq, line)) for seq, line in enumerate(lines)]


def verify_signature(signature: Signed, trust: Mapping[str, Any]) -> bool:
    """Return whether an enrolled person of that name and role signed this.

    Args:
        signature: For instance a ``Signature``.
        trust: The hospital's public keys, people among them.
    """
    root = trusted(trust, "root")
    return any(
        one["name"] == signature.name
        and one["key"] == signature.key
        and signature.role in one["roles"]
        and crypto.is_signed(root, person_payload(one["name"], one["roles"], one["key"]), one["signature"])
        and crypto.is_signed(signature.key, signature.payload, signature.value)
        for one in trust.get("people", ())
    )
