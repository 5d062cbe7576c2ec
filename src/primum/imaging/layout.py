"""How pictures, masks, annotations and lists lie in folders, told by the paths of columns.

A path is a folder below the source's, or a pattern in which one ``*`` stands for what names the picture:
``imagesTr/*_0000`` for the picture and ``labelsTr`` for its mask, or ``*_mask`` for a mask beside it. Two words are no
paths: ``folder`` is the name of the folder that a picture lies in, ``top`` that of the first one below the source's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from primum.domain.study import Column

FOLDER, TOP = "folder", "top"
WORDS = {
    "train": "development",
    "training": "development",
    "development": "development",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}
"""What people call the parts of an official split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A file by what names it.

    Attributes:
        file: Where it is.
        inside: Its path below the source's folder, without suffix.
        stem: What the pattern's ``*`` stands for.
        number: Its place in the order of paths, from 1, by which it is told of.
    """

    file: Path
    inside: str
    stem: str
    number: int

    @property
    def place(self) -> str:
        """Return how the file is told of."""
        return f"file {self.number} in order of names"

    @property
    def folder(self) -> str:
        """Return the folder that the file lies in, as a path below the source's; empty for that one."""
        return self.inside.rpartition("/")[0]

    def word(self, which: str) -> str:
        """Return the name of a folder: the nearest for ``folder``, the outermost for ``top``; empty for none."""
        steps = self.inside.split("/")[:-1]
        return (steps[-1] if which == FOLDER else steps[0]) if steps else ""


def items(root: Path, path: str, suffixes: Sequence[str]) -> list[Item]:
    """Return the files of a pattern or folder with one of some suffixes, in the order of their paths.

    Hidden files are passed over; suffixes are taken in either case.
    """
    pattern = _pattern(path)
    found: list[Item] = []
    for file in [root] if root.is_file() else sorted(root.rglob("*")):
        inside = file.name if root.is_file() else file.relative_to(root).as_posix()
        suffix = next((one for one in suffixes if inside.casefold().endswith(one)), None)
        if suffix is None or not file.is_file() or any(step.startswith(".") for step in inside.split("/")):
            continue
        bare = inside[: len(inside) - len(suffix)]
        match = pattern.fullmatch(bare)
        if match:
            found.append(Item(file=file, inside=bare, stem=match["stem"], number=len(found) + 1))
    return found


def beside(path: str) -> bool:
    """Return whether a pattern names files in whatever folder their picture lies."""
    return "*" in path and "/" not in path


def is_word(column: Column) -> bool:
    """Return whether a column holds the name of a folder."""
    return column.path in {FOLDER, TOP}


def lists(root: Path, path: str) -> dict[str, str]:
    """Return which part each picture is in, by lists named train.txt, val.txt and test.txt; empty without such.

    A line's first word is the picture's name, as in Pascal VOC. A name in two lists has the part ``twice``.
    """
    found: dict[str, str] = {}
    for name, part in WORDS.items():
        file = root / path / f"{name}.txt"
        if file.is_file():
            for line in file.read_text("utf-8", errors="replace").splitlines():
                stem = line.split()[0] if line.split() else ""
                if stem:
                    found[stem] = part if found.get(stem, part) == part else "twice"
    return found


def _pattern(path: str) -> re.Pattern[str]:
    stem = "(?P<stem>[^/]+)"
    if "*" not in path:
        return re.compile(f"{re.escape(path.rstrip('/'))}/(?:.*/)?{stem}" if path else f"(?:.*/)?{stem}")
    before, _, after = path.partition("*")
    return re.compile(f"{'' if '/' in path else '(?:.*/)?'}{re.escape(before)}{stem}{re.escape(after)}")
