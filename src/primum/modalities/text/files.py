"""Notes as files: a folder of texts, one a subject; and NDJSON, one object a line."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from primum.columns.delimited import UNNAMED, day_of
from primum.domain.measurement import text_of
from primum.domain.mentions import Mention, written
from primum.domain.record import Record, Value
from primum.domain.study import Column, Source
from primum.errors import DataError
from primum.ids import SubjectId

BYTE_ORDER = {b"\xff\xfe", b"\xfe\xff"}
SUFFIX, MARKS = ".txt", ".ann"


def read_txt(source: Source, columns: Sequence[Column], path: Path) -> Iterator[Record]:
    """Yield one record a file of a folder, or of the one file: its name without suffix is the subject.

    Files are read in the order of their names. They are told of by number, for a name may hold an identifier.

    Raises:
        DataError: There is no such file, a file is not UTF-8, or the study declares more than one column of it.
    """
    if len(columns) != 1:
        raise DataError(
            f"Source {source.name} is a folder of texts, and the study declares {len(columns)} columns of it.",
            remedy="Declare one column, the text; take other columns from another source.",
        )
    files = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
    if not files:
        raise DataError(
            f"Source {source.name}: there is no {SUFFIX} file in {source.path}.",
            remedy=f"Write one UTF-8 text a subject, named by the subject: NUMBER{SUFFIX}.",
        )
    for number, file in enumerate(files, start=1):
        yield Record(
            subject=SubjectId(file.stem),
            modality=source.modality,
            source=source.name,
            payload={columns[0].name: decoded(file.read_bytes(), f"{source.path}: file {number} in order of names")},
        )


def read_brat(source: Source, columns: Sequence[Column], path: Path) -> Iterator[Record]:
    """Yield one record a text of a folder, with what is marked in it by the file beside it; names are the subjects.

    A mention in several pieces is taken as reaching from the first to the last.

    Raises:
        DataError: There is no such file, a text has no marks beside it, or a file is not UTF-8 or not of this format.

    Source:
        Stenetorp et al. 2012, EACL (brat: standoff annotation, text-bound lines).
    """
    files = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else []
    if not files:
        raise DataError(
            f"Source {source.name}: there is no {SUFFIX} file in {source.path}.",
            remedy=f"Write one UTF-8 text a subject, NUMBER{SUFFIX}, and what is marked in it, NUMBER{MARKS}.",
        )
    for number, file in enumerate(files, start=1):
        where, beside = f"{source.path}: file {number} in order of names", file.with_suffix(MARKS)
        text = decoded(file.read_bytes(), where)
        marks = any(one.role == "outcome" for one in columns)
        if marks and not beside.exists():
            raise DataError(
                f"{where} has no {MARKS} file beside it.", remedy="Write one, empty where nothing is marked."
            )
        told = written(_marks(decoded(beside.read_bytes(), where), where)) if marks else ""
        yield Record(
            subject=SubjectId(file.stem),
            modality=source.modality,
            source=source.name,
            payload={one.name: told if one.role == "outcome" else text for one in columns},
        )


def _marks(lines: str, where: str) -> Iterator[Mention]:
    for number, line in enumerate(lines.splitlines(), start=1):
        if not line.startswith("T"):
            continue
        try:
            _, told, _ = line.split("\t", 2)
            kind, places = told.split(" ", 1)
            ends = [int(one) for piece in places.split(";") for one in piece.split(" ")]
        except ValueError as fault:
            raise DataError(
                f"{where}: line {number} of the marks is no text-bound annotation of brat.",
                remedy="Export them again: T1, a tab, kind, begin and end with blanks between, a tab, the text.",
            ) from fault
        yield Mention(min(ends), max(ends), kind)


def read_ndjson(source: Source, columns: Sequence[Column], path: Path) -> Iterator[Record]:
    """Yield one record a line, which is a JSON object of plain values.

    Raises:
        DataError: The file is not UTF-8, a line is no such object, or lacks a declared column or its subject.
    """
    lines = decoded(path.read_bytes(), source.path).split("\n")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _record(_parsed(line, source, number), source, columns, number)


def _parsed(line: str, source: Source, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as fault:
        raise _bad(source, number, "is no JSON") from fault
    if not isinstance(found, dict):
        raise _bad(source, number, "is no JSON object")
    return found


def _record(found: dict[str, Any], source: Source, columns: Sequence[Column], number: int) -> Record:
    marked = {one.path or one.name for one in columns if one.role == "outcome"}

    def value(name: str) -> Value:
        if name not in found:
            raise _bad(source, number, f"has no {name}")
        cell = found[name]
        if isinstance(cell, list) and name in marked:
            return json.dumps(cell, ensure_ascii=False)
        if cell is not None and not isinstance(cell, str | int | float | bool):
            raise _bad(source, number, f"holds a structure in {name}, not a plain value")
        return cell

    subject = text_of(value(source.subject))
    if subject in UNNAMED:
        raise _bad(source, number, f"has no {source.subject}")
    return Record(
        subject=SubjectId(subject),
        modality=source.modality,
        source=source.name,
        time=day_of(value(source.time), source, f"line {number}") if source.time else None,
        payload={one.name: value(one.path or one.name) for one in columns},
    )


def _bad(source: Source, number: int, what: str) -> DataError:
    return DataError(
        f"{source.path}: line {number} {what}.",
        remedy="Export one JSON object a line, with the subject and every declared column as a plain value or null.",
    )


def decoded(data: bytes, where: str) -> str:
    """Return a file's text: UTF-8, or UTF-16 where it says so by a byte order mark.

    Raises:
        DataError: It is neither; the line is named.
    """
    encoding = "utf-16" if data[:2] in BYTE_ORDER else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise DataError(
            f"{where} is not {encoding.removesuffix('-sig').upper()}: line {line} cannot be decoded.",
            remedy="Export it again in UTF-8. A guessed encoding garbles names, and a garbled name is not found and "
            "removed.",
        ) from fault
