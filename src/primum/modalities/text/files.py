"""Notes as files: a folder of texts, one a subject; and NDJSON, one object a line."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from primum.columns.delimited import UNNAMED, day_of
from primum.domain.measurement import text_of
from primum.domain.record import Record, Value
from primum.domain.study import Column, Source
from primum.errors import DataError
from primum.ids import SubjectId

BYTE_ORDER = {b"\xff\xfe", b"\xfe\xff"}
SUFFIX = ".txt"


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
    def value(name: str) -> Value:
        if name not in found:
            raise _bad(source, number, f"has no {name}")
        cell = found[name]
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
