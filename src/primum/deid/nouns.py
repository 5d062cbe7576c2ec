"""What de-identification of a folder speaks of: files, refusals, people, and what came of each file."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from primum.errors import DataError
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


Reread = Callable[[BinaryIO], Iterator[Written]]
"""Reads what was written, text by text."""


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
class Hide:
    """How well the people of a table are to hide among each other.

    Attributes:
        k: So many people, at least, share every combination of what could single them out; 0 asks nothing.
        sensitive: Header of the column of sensitive values.
        distinct: At least so many different sensitive values in every such group.
        closeness: At most so far is their distribution in a group from that in the table, 0 to 1.
        population: How many people the tables are drawn from, where that is known.
    """

    k: int = 0
    sensitive: str = ""
    distinct: int = 1
    closeness: float = 1.0
    population: int | None = None

    def __post_init__(self) -> None:
        """See that what is asked goes together.

        Raises:
            DataError: It does not.
        """
        if (self.distinct > 1 or self.closeness < 1) and not self.sensitive:
            raise DataError(
                "Sensitive values are to be different, but no column of them is named.",
                remedy="Name the header of that column with --sensitive.",
            )
        if self.sensitive and not self.k:
            raise DataError(
                "A sensitive column is named, but no size of groups.",
                remedy="Say with --k how many people make a group.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the person who runs it chose.

    Attributes:
        policy: Name of a policy of ``primum.privacy.spans``.
        tags: Tags such as ``[NAME]`` instead of surrogates.
        year: The present year, in which ages count.
        hide: What is asked of tables beside.
    """

    policy: str = "safe-harbor"
    tags: bool = False
    year: int
    hide: Hide = Hide()


@dataclass(slots=True, kw_only=True)
class Found:
    """What the residual scan found in a file, and how many texts it read."""

    left: Left = field(default_factory=Left)
    texts: int = 0
