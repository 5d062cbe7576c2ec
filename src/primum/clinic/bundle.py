"""A FHIR bundle that arrived over the wire, read as a file would be, without ever lying on a disk."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from primum.clinic.served import Predicts
from primum.domain.record import Record
from primum.errors import DataError

MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory: what identifies people must not touch a disk


def records(content: Mapping[str, Any], predictor: Predicts, memory: Path = MEMORY) -> Sequence[Record]:
    """Return the records of a bundle, subjects under the hospital's own identifiers.

    Raises:
        DataError: It is no FHIR bundle, it lacks what the study declares, or this machine has no file system in memory.
    """
    if content.get("resourceType") != "Bundle" or not isinstance(content.get("entry"), list):
        raise DataError(
            "The body is no FHIR bundle.",
            remedy='Send a FHIR R4 Bundle: {"resourceType": "Bundle", "entry": [...]}.',
        )
    if not memory.is_dir():
        raise DataError(
            "This machine has no file system in memory, and identified data is not written to a disk.",
            remedy="Put the bundle into the incoming folder instead, or run the workbench on Linux.",
        )
    with tempfile.TemporaryDirectory(prefix="primum-", dir=memory) as folder:
        file = Path(folder) / "bundle.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(content), encoding="utf-8")
        return list(predictor.read(file))
