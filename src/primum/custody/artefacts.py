"""Models and evidence: named by their content, checked against their names whenever they are read."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from primum.custody import crypto, datakeys
from primum.custody.door import Deed, Door
from primum.custody.files import keeping, write_whole
from primum.custody.lineage import note_parents
from primum.custody.nouns import Action, DataClass
from primum.custody.store import models, put, releases
from primum.errors import DataError, IntegrityError
from primum.ids import Digest, canonical, digest, digest_of


def put_model(door: Door, files: Mapping[str, bytes], made_of: Sequence[Digest]) -> Digest:
    """Keep a model's files, encrypted, and return their digest."""
    name = digest_of({path: digest(data) for path, data in files.items()})
    deed = Deed(action="write model", about=name, needs=(DataClass.MODEL, Action.WRITE), detail={"files": len(files)})
    with door.act(deed) as work:
        if work.execute(sa.select(models.c.digest).where(models.c.digest == name)).first() is None:
            key = datakeys.ensure(door, work, [name])[name]
            kept = {
                path: door.blobs.put(crypto.seal(key, data, ["model", name, path]))
                for path, data in sorted(files.items())
            }
            put(work, models, {"digest": name, "files": json.dumps(kept)})
        note_parents(work, name, made_of)
    return name


def get_model(door: Door, name: Digest) -> dict[str, bytes]:
    """Return a model's files.

    Raises:
        DataError: There is none of this name.
        IntegrityError: They were altered.
    """
    with door.act(Deed(action="read model", about=name, needs=(DataClass.MODEL, Action.READ))) as work:
        row = work.execute(sa.select(models).where(models.c.digest == name)).mappings().first()
        if row is None:
            raise DataError(f"There is no model {name[:12]}.", remedy="Run the study; the stage before makes it.")
        key = datakeys.find(door, work, [name]).get(name)
        try:
            files = {
                path: crypto.unseal(key or b"", door.blobs.get(blob), ["model", name, path])
                for path, blob in json.loads(row["files"]).items()
            }
        except (crypto.UnsealError, ValueError) as fault:
            raise _altered(f"The model {name[:12]}") from fault
    if digest_of({path: digest(data) for path, data in files.items()}) != name:
        raise _altered(f"The model {name[:12]}")
    return files


def note_release(door: Door, release: Digest, model: Digest) -> None:
    """Keep which model a release holds."""
    deed = Deed(action="note release", about=release, needs=(DataClass.MODEL, Action.WRITE), detail={"model": model})
    with door.act(deed) as work:
        put(work, releases, {"release": release, "model": model})
        note_parents(work, release, [model])


def put_evidence(door: Door, document: Mapping[str, Any]) -> Digest:
    """Keep a document of numbers and digests in the clear, and return its digest.

    Raises:
        ValueError: It holds NaN or infinity.
    """
    data = canonical(dict(document))
    name = digest(data)
    deed = Deed(
        action="write evidence",
        about=name,
        needs=(DataClass.AGGREGATE, Action.WRITE),
        detail={"kind": str(document.get("kind", ""))},
    )
    with door.act(deed) as work:
        with keeping("the evidence"):
            write_whole(door.home / "evidence" / f"{name}.json", data)
        note_parents(work, name, document.get("made_of", ()))
    return name


def get_evidence(door: Door, name: Digest) -> dict[str, Any]:
    """Return a document that was kept.

    Raises:
        IntegrityError: It is missing, or was altered.
    """
    deed = Deed(action="read evidence", about=name, needs=(DataClass.AGGREGATE, Action.READ))
    path = door.home / "evidence" / f"{name}.json"
    with door.look(deed):
        try:
            data = path.read_bytes()
        except OSError as fault:
            raise IntegrityError(
                f"The evidence {name[:12]} is missing.",
                remedy=f"Restore {path} from a backup; missing evidence does not count as met.",
            ) from fault
    if digest(data) != name:
        raise _altered(f"The evidence {name[:12]}")
    return dict(json.loads(data))


def _altered(what: str) -> IntegrityError:
    return IntegrityError(
        f"{what} is not what was kept under that name.",
        remedy="Restore it from a backup, and look for who altered it.",
    )
