"""What de-identification of a folder speaks of: files, refusals, people, and what came of each file."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

from primum.privacy.residual import Left

Json = Any
"""What ``json.loads`` returns."""


class RefusedError(Exception):
    """A file that is not written, for a reason that stands in the report.

    Args:
        code: A key of ``reason`` in the phrases.
        detail: What a library of ours says beside it, in English and without content.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class Policies(StrEnum):
    """Names of the policies of ``primum.privacy.spans``, for the command line."""

    SAFE_HARBOR = "safe-harbor"
    EVERYTHING = "everything"


class Status(StrEnum):
    """What came of a file."""

    CLEANED = "cleaned"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How characters are written as bytes.

    Attributes:
        name: Python's name of it.
        mark: The byte order mark the file begins with.
    """

    name: str
    mark: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that was recognised.

    Attributes:
        number: Its place in the sorted list of all files, from 1.
        path: Below the folder that is read; it may identify somebody.
        place: Where it lies.
        digest: SHA-256 of its bytes.
        form: Name of the handler, for instance ``text`` or ``dicom``.
        packed: ``gzip``, ``bgzf``, or empty.
        encoding: Of its characters, where it has any.
    """

    number: int
    path: PurePosixPath = field(repr=False)
    place: Path = field(repr=False)
    digest: str
    form: str
    packed: str = ""
    encoding: Encoding = Encoding(name="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduced:
    """Somebody of whom a file tells who it is.

    Attributes:
        names: Identifiers under which other files may speak of the same person, the most telling first.
        known: Pairs of kind and value, as ``Known.pairs``.
    """

    names: tuple[str, ...] = field(repr=False)
    known: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of the original that is not in the output.

    Attributes:
        subject: Whose it is.
        start: Where its replacement begins in the output, in bytes.
        end: Where its replacement ends.
        original: The bytes that stood there.
    """

    subject: str = field(repr=False)
    start: int
    end: int
    original: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text of the output as the residual scan reads it.

    Attributes:
        text: As it stands there.
        subject: Whose it is.
        surrogates: What was written into it in place of identifiers.
        lenient: Kinds that are no identifier here, for instance addresses of code systems.
    """

    text: str = field(repr=False)
    subject: str = field(repr=False)
    surrogates: frozenset[str] = field(default=frozenset(), repr=False)
    lenient: frozenset[str] = frozenset()


Reread = Callable[[Path], Iterator[Written]]
"""Reads what was written at a place, text by text."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a handler did to a file.

    Attributes:
        marks: What was replaced and where, as the report lists it; never a value.
        counts: Kind, in small letters, to how often it was replaced.
        kept: Kind to how often it was found and may stay.
        notes: Keys of ``note`` in the phrases.
        language: ``en``, ``es``, ``zh``, or empty.
        pieces: What puts the original back; empty makes the whole file one piece.
        reread: How the residual scan reads the output.
        table: Figures of re-identification, where the file is a table.
        subjects: Who is in it besides the one it was given to.
        form: A finer name of its format.
    """

    reread: Reread
    marks: list[Mapping[str, Json]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    language: str = ""
    pieces: Sequence[Piece] = field(default=(), repr=False)
    table: Mapping[str, Json] | None = None
    subjects: frozenset[str] = field(default=frozenset(), repr=False)
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the person who runs it chose.

    Attributes:
        policy: Name of a policy of ``primum.privacy.spans``.
        tags: Tags such as ``[NAME]`` instead of surrogates.
        year: The present year, in which ages count.
    """

    policy: str = "safe-harbor"
    tags: bool = False
    year: int


@dataclass(slots=True, kw_only=True)
class Found:
    """What the residual scan found in a file, and how many texts it read."""

    left: Left = field(default_factory=Left)
    texts: int = 0
