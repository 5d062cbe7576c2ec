"""The first pass: what each file is, who is introduced in it, and whose it is."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from primum.context import Tell
from primum.deid import handlers
from primum.deid.formats import recognise
from primum.deid.keeping import Keeper
from primum.deid.nouns import Introduced, RefusedError, Source
from primum.deid.subjects import Register, assigned
from primum.deid.walking import Entry, walk
from primum.errors import DataError
from primum.ids import canonical

LABEL = "Reading"
NAMING = frozenset({"text", "pdf", "json", "json lines", "nifti"})
"""Forms in whose beginning the subject may be named."""


@dataclass(slots=True)
class Survey:
    """What is in a folder.

    Attributes:
        entries: All that lies in it.
        sources: Number to what was recognised.
        refused: Number to why it is not read.
        register: Who is introduced.
        subjects: Number of each recognised file to whose it is.
        erased: Who was erased, and may not be read.
    """

    entries: list[Entry]
    sources: dict[int, Source] = field(default_factory=dict)
    refused: dict[int, RefusedError] = field(default_factory=dict)
    register: Register = field(default_factory=Register)
    subjects: dict[int, str] = field(default_factory=dict, repr=False)
    erased: frozenset[str] = field(default=frozenset(), repr=False)

    def mark(self, key: bytes) -> Callable[[Source], str]:
        """Return what tells, under a key, that a file is the same and is treated in the same way as before."""
        everybody = [[one, self.register.known(one)] for one in self.register.subjects()]
        known = hashlib.sha256(canonical(everybody)).hexdigest()

        def of(source: Source) -> str:
            about = [source.path.as_posix(), source.digest, self.subjects[source.number], known]
            return hmac.digest(key, repr(about).encode("utf-8", "surrogateescape"), "sha256").hex()

        return of


def survey(root: Path, tell: Tell) -> Survey:
    """Return what is in a folder.

    Raises:
        DataError: It is not there, or there is nothing in it.
    """
    found = Survey(entries=walk(root))
    if not found.entries:
        raise DataError("The folder is empty.", remedy="Name the folder that holds the files.")
    met: dict[int, list[Introduced]] = {}
    for done, entry in enumerate(found.entries, start=1):
        try:
            found.sources[entry.number], met[entry.number] = _read(entry)
        except RefusedError as refusal:
            found.refused[entry.number] = refusal
        tell(LABEL, done, len(found.entries))
    for one in (one for listed in met.values() for one in listed):
        found.register.meet(one)
    found.register.settle()
    told = {number: _told(found.sources[number], listed, found.register) for number, listed in met.items()}
    found.subjects = assigned(found.sources.values(), told, found.register)
    return found


def _read(entry: Entry) -> tuple[Source, list[Introduced]]:
    """Return what a file is and whom it introduces.

    Raises:
        RefusedError: It is not read.
    """
    if entry.is_litter:
        raise RefusedError("litter")
    source = recognise(entry)
    return source, list(_introduced(source))


def _told(source: Source, listed: list[Introduced], register: Register) -> str:
    """Return the one subject that a file introduces, or that the beginning of its text names; else an empty one."""
    people = {register.subject(name) for one in listed for name in one.names}
    if people:
        return people.pop() if len(people) == 1 else ""
    return register.about(handlers.beginning(source)) if source.form in NAMING else ""


def _introduced(source: Source) -> Iterator[Introduced]:
    """Yield who is introduced in a file.

    Raises:
        RefusedError: It cannot be read; a library that breaks on it is no reason to stop at it.
    """
    try:
        yield from handlers.introduce(source)
    except (RefusedError, OSError):
        raise
    except DataError as fault:
        raise RefusedError("library", fault.what) from fault
    except Exception as fault:
        raise RefusedError("fault", type(fault).__name__) from fault


def admitted(found: Survey, keeper: Keeper) -> None:
    """Take everybody in, and refuse the files of those who were erased."""
    everybody = sorted({*found.register.subjects(), *found.subjects.values()})
    found.erased = keeper.admit(everybody)
    for number, subject in found.subjects.items():
        if subject in found.erased:
            del found.sources[number]
            found.refused[number] = RefusedError("erased")
