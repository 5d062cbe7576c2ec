"""Files that are whole or not there: written beside their place, made durable, then renamed into it."""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from primum.errors import IntegrityError

SUFFIX = ".tmp"
"""What an unfinished file ends in; none is left once a home is opened."""

FULL = "The disk is full"
REASONS = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: "The disk quota is used up",
    errno.EROFS: "The folder is read-only",
    errno.EACCES: "The folder may not be written",
    errno.EPERM: "The folder may not be written",
}


@contextlib.contextmanager
def keeping(what: str) -> Iterator[None]:
    """Turn a disk that does not keep what it is given into a refusal.

    Args:
        what: What was being kept, for instance ``the audit log``.

    Raises:
        IntegrityError: The disk is full, read-only or failing.
    """
    try:
        yield
    except OSError as fault:
        number = fault.errno or 0
        reason = REASONS.get(number, f"The disk refused ({errno.errorcode.get(number, 'unknown')})")
        raise not_kept(reason, what) from fault


def not_kept(reason: str, what: str) -> IntegrityError:
    """Return the refusal of an act whose result the disk did not take."""
    return IntegrityError(
        f"{reason}, so {what} was not kept and nothing was done.",
        remedy="Make room, give write permission or repair the disk, then run the same command: it goes on from there.",
    )


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader, at any moment and after a power cut, finds the old content or the new.

    Raises:
        OSError: Nothing was changed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + SUFFIX)
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make what was renamed into a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_drafts(folder: Path) -> None:
    """Remove what a killed process left unfinished."""
    for path in sorted(folder.rglob(f"*{SUFFIX}"), reverse=True):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
