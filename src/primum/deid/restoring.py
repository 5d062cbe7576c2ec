"""The way back: originals put together again, for those whom the home's policy lets read them."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from primum.context import Tell
from primum.custody.custodian import Custodian
from primum.custody.files import keeping
from primum.deid import attestation
from primum.deid.naming import REPORT
from primum.deid.sealing import Original, originals
from primum.errors import DataError, IntegrityError
from primum.ids import Digest

RESTORING = "Restoring"
SUFFIX = ".primum-part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back.

    Attributes:
        whole: Files that are again as they were, byte by byte.
        partial: Files of several people of whom some were erased; these stay as they were written.
        gone: Files of which nothing can be put back.
    """

    whole: int
    partial: int
    gone: int


def restore(custodian: Custodian, out: Path, to: Path, tell: Tell) -> Restored:
    """Write the originals of a folder that was de-identified with this home.

    Args:
        custodian: Of the home, opened for the purpose for which they are wanted.
        out: The folder without identifiers, as it was attested.
        to: A new or empty folder.
        tell: Is told how far it is.

    Raises:
        AccessDeniedError: No grant lets this actor read identified data for this purpose; the refusal is logged.
        DataError: The folder was made without a home, or the place to write to is not empty.
        IntegrityError: The folder is not as this home attested it, or what comes back is not the original.
    """
    attestation.verify(out, custodian.trust())
    files = json.loads((out / REPORT).read_bytes())["files"]
    parts = dict.fromkeys(one["originals"] for one in files if one.get("originals"))
    if not parts:
        raise DataError("No originals of this folder are kept.", remedy="Nothing can be put back without a home.")
    if to.exists() and any(to.iterdir()):
        raise DataError("The folder to write to is not empty.", remedy="Name a new or empty folder.")
    written = [str(one["path"]) for one in files if one.get("sha256")]
    counts = {"whole": 0, "partial": 0, "gone": 0}
    done = 0
    for part in parts:
        kept = originals(custodian.read_dataset(Digest(part)))
        for one in files:
            if one.get("originals") == part:
                counts[_put_back(out, to, str(one["path"]), kept.get(str(one["path"])))] += 1
                done += 1
                tell(RESTORING, done, len(written))
    return Restored(**counts)


def _put_back(out: Path, to: Path, path: str, original: Original | None) -> str:
    """Write one original, and return whether it is whole, partial or gone."""
    if original is None or not original.name or (original.sealed and not original.is_whole):
        return "gone"
    if not original.pieces and not original.is_whole:
        return "gone"
    place = to / _inside(original.name)
    with (out / path).open("rb") as written:
        digest = _write(place, original.blocks(written))
    if not original.is_whole:
        return "partial"
    if digest != original.digest:
        place.unlink()
        raise IntegrityError(
            f"What was put back of {path} is not the original.",
            remedy="Restore the home from a backup of one time, and look for who altered it.",
        )
    return "whole"


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise IntegrityError("A file's name leads out of the folder.", remedy="Look for who altered the home.")
    return path


def _write(place: Path, blocks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    with keeping("an original"):
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = place.with_name(place.name + SUFFIX)
        with draft.open("wb") as file:
            for block in _seen(blocks, digest):
                file.write(block)
        draft.replace(place)
    return digest.hexdigest()


def _seen(blocks: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for one in blocks:
        digest.update(one)
        yield one
