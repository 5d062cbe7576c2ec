"""What lies in the folder that is read: plain files in a fixed order, nothing followed out of it."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from primum.errors import DataError

LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".directory", ".localized"})
"""What operating systems leave in folders; it is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A name in the folder.

    Attributes:
        number: Its place in the sorted list, from 1.
        path: Below the folder.
        place: Where it lies.
        is_plain: A file, and no link, pipe or device.
        is_litter: Left by an operating system.
    """

    number: int
    path: PurePosixPath = field(repr=False)
    place: Path = field(repr=False)
    is_plain: bool
    is_litter: bool


def walk(root: Path) -> list[Entry]:
    """Return all that lies in a folder, or the one file, sorted by the bytes of paths; links are listed, not followed.

    Raises:
        DataError: It is not there, or cannot be read.
    """
    if not root.exists():
        raise DataError("There is nothing to read at the place given.", remedy="Name a file or folder that is there.")
    if root.is_file():
        found = [(PurePosixPath(root.name), root)]
    else:
        found = sorted(_below(root, PurePosixPath()), key=lambda one: os.fsencode(one[0]))
    return [
        Entry(
            number=number,
            path=path,
            place=place,
            is_plain=stat.S_ISREG(place.lstat().st_mode),
            is_litter=path.name.lower() in LITTER or path.name.startswith("._"),
        )
        for number, (path, place) in enumerate(found, start=1)
    ]


def _below(folder: Path, at: PurePosixPath) -> Iterator[tuple[PurePosixPath, Path]]:
    try:
        entries = list(os.scandir(folder))
    except OSError as fault:
        raise DataError(
            f"A folder cannot be read ({fault.strerror}).", remedy="Give yourself permission to read all that is in it."
        ) from fault
    for one in entries:
        path = at / one.name
        if one.is_dir(follow_symlinks=False):
            yield from _below(Path(one.path), path)
        else:
            yield path, Path(one.path)


def check_places(root: Path, out: Path) -> None:
    """See that what is written cannot be read again as if it were given.

    Raises:
        DataError: One place lies in the other.
    """
    here, there = root.resolve(), out.resolve()
    if here == there or here in there.parents or there in here.parents:
        raise DataError(
            "The folder to write to lies in the folder that is read, or the other way round.",
            remedy="Name a folder beside it.",
        )
