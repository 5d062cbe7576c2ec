"""Sealed containers as files, named by the SHA-256 of what is in them."""

import shutil
from collections.abc import Collection
from pathlib import Path

from primum.custody.files import keeping, write_whole
from primum.errors import IntegrityError
from primum.ids import Digest, digest


class Blobs:
    """A folder of containers; everything in it is encrypted already.

    Args:
        folder: Where they lie, by the first two letters of their names.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def put(self, data: bytes) -> Digest:
        """Keep bytes and return their name.

        Raises:
            IntegrityError: The disk does not take them.
        """
        name = digest(data)
        with keeping("a container"):
            write_whole(self._path(name), data)
        return name

    def get(self, name: str) -> bytes:
        """Return the bytes of a name.

        Raises:
            IntegrityError: They are missing, or not those that were kept.
        """
        path = self._path(name)
        try:
            data = path.read_bytes()
        except OSError as fault:
            raise IntegrityError(
                f"The container {name[:12]} is missing.", remedy=f"Restore {path} from a backup."
            ) from fault
        if digest(data) != name:
            raise IntegrityError(
                f"The container {name[:12]} was altered.",
                remedy=f"Restore {path} from a backup and look for who did it.",
            )
        return data

    def keep_only(self, names: Collection[str]) -> None:
        """Remove what nothing refers to: left by a killed run, or replaced.

        Raises:
            IntegrityError: The disk does not let us.
        """
        with keeping("the tidying of containers"):
            for path in self._folder.glob("*/*"):
                if path.name not in names:
                    path.unlink()
            for path in self._folder.glob("*"):
                if path.is_dir() and not any(path.iterdir()):
                    shutil.rmtree(path)
