"""A file that arrived over the wire, read as one in the incoming folder would be, without ever lying on a disk."""

import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from primum.clinic.bundle import MEMORY
from primum.clinic.served import Predicts
from primum.domain.record import Record
from primum.errors import DataError

LONGEST_NAME = 120


def records(name: str, data: bytes, predictor: Predicts, memory: Path = MEMORY) -> Sequence[Record]:
    """Return the records of a file, subjects under the hospital's own identifiers.

    Args:
        name: Its name, without folders; of a picture it may be the subject's.
        data: What is in it.
        predictor: Reads it.
        memory: A file system in memory.

    Raises:
        DataError: The name is none, the file is empty or cannot be read, or this machine has no file system in memory.
    """
    bare = PurePosixPath(name.replace("\\", "/")).name
    if not bare.strip(".") or not bare.isprintable() or len(bare.encode()) > LONGEST_NAME or not data:
        raise DataError(
            "The file has no name, an unreadable or very long one, or nothing in it.",
            remedy="Send a file with a short name, for instance film-0042.png.",
        )
    if not memory.is_dir():
        raise DataError(
            "This machine has no file system in memory, and identified data is not written to a disk.",
            remedy="Put the file into the incoming folder instead, or run the workbench on Linux.",
        )
    with tempfile.TemporaryDirectory(prefix="primum-", dir=memory) as folder:
        file = Path(folder) / bare
        file.touch(mode=0o600)
        file.write_bytes(data)
        return list(predictor.read(file))
