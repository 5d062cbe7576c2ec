"""How far a run has come, kept in the folder it writes to, so that a run that was killed goes on and leaves no half."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from primum.custody.files import keeping, sync_folder
from primum.deid.attestation import file_digest
from primum.deid.naming import RESERVED
from primum.errors import DataError
from primum.ids import canonical

JOURNAL = ".primum-deid.jsonl"
DRAFT = ".primum-deid-draft-"
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What came of one file.

    Attributes:
        source: What tells, under the key of the run, that it is the same file treated in the same way.
        entry: As it stands in the report.
        digest: SHA-256 of what was written; empty where nothing was.
    """

    source: str
    entry: dict[str, Any]
    digest: str = ""


class Journal:
    """The journal of one folder.

    Args:
        out: The folder that is written.
        head: What a run is known by: equal heads go on with each other's work.
    """

    def __init__(self, out: Path, head: Mapping[str, Any]) -> None:
        self._out = out
        self._path = out / JOURNAL
        self._places: dict[str, int] = {}
        self.digests: dict[str, str] = {}
        self.run = str(head["run"])
        self._begin(head)

    def _begin(self, head: Mapping[str, Any]) -> None:
        """Take over what a run like this one left, or make room.

        Raises:
            DataError: The folder holds what no unfinished run of ours wrote.
            IntegrityError: It cannot be written.
        """
        with keeping("the journal"):
            self._out.mkdir(parents=True, exist_ok=True)
            for draft in self._out.glob(f"{DRAFT}*"):
                draft.unlink()
            lines = list(self._read()) if self._path.exists() else []
            listed = {one["path"]: one for _, one in lines if one.get("path")}
            self._check_strangers(set(listed))
            known = lines[0][1] if lines else {}
            if known.get("like") == head["like"]:
                self.run = str(known["run"])
                self._take_over(lines[1:])
                return
            for path in listed:
                self._remove(path)
            for name in RESERVED:
                (self._out / name).unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)
            self._append({"format": FORMAT, **head})

    def _read(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield offset and content of each whole line; one that a kill cut short is cut off."""
        at = 0
        with self._path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                document = json.loads(line)
                entry = document.get("entry", {})
                short = {key: value for key, value in document.items() if key != "entry"}
                yield at, {**short, "path": entry.get("path", "") if document.get("digest") else ""}
                at += len(line)
        with self._path.open("rb+") as file:
            file.truncate(at)

    def _check_strangers(self, listed: set[str]) -> None:
        ours = {*listed, JOURNAL, *(RESERVED if listed or self._path.exists() else ())}
        for folder, _, names in os.walk(self._out):
            for name in names:
                if (Path(folder) / name).relative_to(self._out).as_posix() not in ours:
                    raise DataError(
                        "The folder to write to is not empty, and what is in it was not left by an unfinished run.",
                        remedy="Name a new or empty folder.",
                    )

    def _take_over(self, lines: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
        """Take over what was written; what was refused is looked at again."""
        for at, one in lines:
            path, digest = str(one["path"]), str(one["digest"])
            if path and (self._out / path).is_file() and file_digest(self._out / path) == digest:
                self._places[str(one["source"])] = at
                self.digests[path] = digest

    def done(self, source: str) -> bool:
        """Return whether a file was done before, and what was written is still there."""
        return source in self._places

    def line(self, source: str) -> Line:
        """Return what came of a file."""
        with self._path.open("rb") as file:
            file.seek(self._places[source])
            document = json.loads(file.readline())
        return Line(source=source, entry=document["entry"], digest=document["digest"])

    def draft(self, number: int) -> Path:
        """Return where a file that was searched once more is written before it has its name."""
        return self._out / f"{DRAFT}{number}"

    def keep(self, line: Line, draft: Path | None) -> None:
        """Write down what came of a file, then give the draft its name; a kill between the two is made good later.

        Raises:
            IntegrityError: The disk does not take it.
        """
        with keeping("a file"):
            self._places[line.source] = self._append(
                {"source": line.source, "entry": line.entry, "digest": line.digest}
            )
            if draft is not None:
                place = self._out / str(line.entry["path"])
                place.parent.mkdir(parents=True, exist_ok=True)
                draft.replace(place)
                sync_folder(place.parent)
                self.digests[str(line.entry["path"])] = line.digest

    def _append(self, document: Mapping[str, Any]) -> int:
        with self._path.open("ab") as file:
            at = file.tell()
            file.write(canonical(document) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return at

    def forget(self, wanted: set[str]) -> None:
        """Remove what was written for files that are not among those wanted any more."""
        for source in [one for one in self._places if one not in wanted]:
            line = self.line(source)
            del self._places[source]
            if line.digest:
                self._remove(str(line.entry["path"]))

    def _remove(self, path: str) -> None:
        place = self._out / path
        place.unlink(missing_ok=True)
        self.digests.pop(path, None)
        for folder in [one for one in PurePosixPath(path).parents if one.parts]:
            if (self._out / folder).is_dir() and not any((self._out / folder).iterdir()):
                (self._out / folder).rmdir()

    def end(self) -> None:
        """Remove the journal of a run that is finished."""
        with keeping("the journal"):
            self._path.unlink()
            sync_folder(self._out)
