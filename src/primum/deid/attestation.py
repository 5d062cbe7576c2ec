"""What is signed at the end of a run: that these very files and this report came of it, and that nothing was left."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from primum.custody import bundle
from primum.custody.files import keeping, write_whole
from primum.deid.keeping import Keeper
from primum.deid.naming import ATTESTATION, PAGE, REPORT
from primum.errors import IntegrityError
from primum.ids import canonical, digest

KIND = "primum/deid/v1"
AGAIN = "Do not use it. Get the folder anew from who made it, and look for who altered it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """A folder that is as it was signed.

    Attributes:
        files: How many files of it are attested, the report apart.
        statement: What was signed.
        key: Public key that signed it.
        is_home: Whether it is a home's key, and not one that was forgotten with the run.
    """

    files: int
    statement: Mapping[str, Any]
    key: str
    is_home: bool


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sign(out: Path, digests: Mapping[str, str], facts: Mapping[str, Any], keeper: Keeper) -> None:
    """Write the signed attestation of a folder.

    Args:
        out: The folder, with its report.
        digests: Path of each file to its SHA-256.
        facts: What is attested: run, policy, what the residual scan read.
        keeper: Signs.

    Raises:
        IntegrityError: The disk does not take it.
    """
    files = {**digests, REPORT: file_digest(out / REPORT), PAGE: file_digest(out / PAGE)}
    statement = {"kind": KIND, **facts, "files": dict(sorted(files.items()))}
    payload = canonical(statement)
    envelope = keeper.attest(digest(payload), payload)
    document = {
        "key": keeper.trust["release"],
        "keeper": "home" if keeper.reversible else "forgotten",
        "envelope": json.loads(envelope),
    }
    with keeping("the attestation"):
        write_whole(out / ATTESTATION, canonical(document) + b"\n")


def verify(out: Path, trust: Mapping[str, Any] | None = None) -> Attested:
    """Return what is attested of a folder, after comparing every file.

    Args:
        out: The folder.
        trust: Public keys of the home that signed; without them the key that the attestation names is taken, which
            shows that nothing was altered since, and not by whom it was made.

    Raises:
        IntegrityError: It is not attested, by another key, or a file is missing, altered or too many.
    """
    document = _read(out)
    key = str((trust or document).get("release" if trust else "key", ""))
    try:
        statement = json.loads(bundle.opened(canonical(document["envelope"]), key))
        listed = dict(statement["files"])
    except (ValueError, KeyError, TypeError) as fault:
        said = str(fault) if isinstance(fault, ValueError) else "it cannot be read"
        raise _refuse(f"{ATTESTATION}: {said}") from fault
    problems = _differences(out, listed)
    if problems:
        raise _refuse("; ".join(problems))
    return Attested(
        files=len(set(listed) - {REPORT, PAGE}), statement=statement, key=key, is_home=document["keeper"] == "home"
    )


def _read(out: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((out / ATTESTATION).read_bytes()))
    except (OSError, ValueError, TypeError) as fault:
        raise IntegrityError(
            "The folder is not attested: there is no attestation.json that can be read.",
            remedy="Run the same `primum deid` again; it attests what it has finished, unless something is left.",
        ) from fault


def _differences(out: Path, listed: Mapping[str, str]) -> list[str]:
    here = {one.relative_to(out).as_posix(): one for one in sorted(out.rglob("*")) if not one.is_dir()}
    here.pop(ATTESTATION, None)
    missing = [f"{path} is missing" for path in sorted(set(listed) - set(here))]
    extra = [f"{path} does not belong to it" for path in sorted(set(here) - set(listed))]
    altered = [
        f"{path} was altered"
        for path, place in here.items()
        if path in listed and (place.is_symlink() or file_digest(place) != listed[path])
    ]
    return [*missing, *altered, *extra]


def _refuse(problems: str) -> IntegrityError:
    return IntegrityError(f"The folder is not as it was attested: {problems}.", remedy=AGAIN)
