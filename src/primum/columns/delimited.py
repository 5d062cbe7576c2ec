"""Exports of laboratory and hospital systems: CSV with whatever separator, and Parquet."""

import csv
import datetime as dt
import difflib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from primum.domain.measurement import text_of
from primum.domain.record import Record, Value
from primum.domain.study import Column, Source
from primum.errors import DataError
from primum.ids import SubjectId
from primum.privacy import dates

LONGEST_CELL = 100_000_000
"""Characters; Python's own limit of 131,072 would refuse a long note."""
SEPARATORS = (",", ";", "\t", "|")
UNNAMED = frozenset(Column.model_fields["missing"].default)
"""What stands in a subject's place where there is none."""
EXPORT_AGAIN = "Export it again as CSV in UTF-8 with one header line and one separator throughout."


def read_csv(source: Source, columns: Sequence[Column], file: Path) -> Iterator[Record]:
    """Yield one record a row, cells as text.

    Raises:
        DataError: The file is empty, not UTF-8 (or UTF-16 with a byte order mark), ragged, or lacks a declared column.
    """
    text = _decoded(source, file)
    first = text.partition("\n")[0]
    if not first.strip():
        raise DataError(f"{source.path} is empty.", remedy="Export it again; its first line must name the columns.")
    separator = max(SEPARATORS, key=first.count)
    csv.field_size_limit(LONGEST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = [one.strip() for one in next(lines)]
        take = _Taker(source, columns, header)
        for cells in lines:
            if any(one.strip() for one in cells):
                yield take.record(_even(cells, header, source, lines.line_num), lines.line_num)
    except csv.Error as fault:
        raise DataError(
            f"{source.path} cannot be read at line {lines.line_num}: {fault}.", remedy=EXPORT_AGAIN
        ) from fault


def _decoded(source: Source, file: Path) -> str:
    data = file.read_bytes()
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise DataError(
            f"{source.path} is not {encoding.removesuffix('-sig').upper()}: line {line} cannot be decoded.",
            remedy=f"{EXPORT_AGAIN} A guessed encoding garbles names, and a garbled name is not found and removed.",
        ) from fault


def _even(cells: list[str], header: list[str], source: Source, line: int) -> list[str]:
    if len(cells) != len(header):
        raise DataError(
            f"{source.path} is ragged: line {line} has {len(cells)} cells, the header {len(header)}.",
            remedy=f"Quote cells that hold the separator. {EXPORT_AGAIN}",
        )
    return cells


def read_parquet(source: Source, columns: Sequence[Column], file: Path) -> Iterator[Record]:
    """Yield one record a row; numbers and flags as they are, anything else as text.

    Raises:
        DataError: The file is no Parquet, or lacks a declared column.
    """
    try:
        frame = pl.read_parquet(file)
    except (PolarsError, OSError) as fault:
        raise DataError(f"{source.path} is no readable Parquet file.", remedy="Export it again as Parquet.") from fault
    take = _Taker(source, columns, frame.columns)
    for number, cells in enumerate(frame.iter_rows(), start=1):
        yield take.record([_plain(one) for one in cells], number)


def _plain(cell: object) -> Value:
    return cell if cell is None or isinstance(cell, bool | int | float) else str(cell)


class _Taker:
    """Takes the declared columns from rows of cells; what is not declared is left behind."""

    def __init__(self, source: Source, columns: Sequence[Column], header: Sequence[str]) -> None:
        doubles = sorted({one for one in header if header.count(one) > 1})
        if doubles:
            raise DataError(
                f"{source.path} names {len(doubles)} column(s) twice, at places "
                f"{', '.join(str(place) for place, one in enumerate(header, start=1) if one in doubles)}.",
                remedy="Give each column a name of its own in the export.",
            )
        self._source = source
        self._places = {name: place for place, name in enumerate(header)}
        self._subject = self._place(source.subject)
        self._time = self._place(source.time) if source.time else None
        self._cells: list[tuple[str, int]] = []
        for column in columns:
            self._cells.append((column.name, self._place(column.path or column.name)))
            if column.unit_column:
                self._cells.append((f"{column.name}@unit", self._place(column.unit_column)))

    def _place(self, name: str) -> int:
        if name not in self._places:
            alike = difflib.get_close_matches(name, self._places, n=1, cutoff=0.75)
            raise DataError(
                f"{self._source.path} has no column {name}.",
                remedy=(f"Did you mean {alike[0]}? " if alike else "")
                + "Correct `path` of the column in the study file, or the header of the export.",
            )
        return self._places[name]

    def record(self, cells: Sequence[Value], line: int) -> Record:
        identifier = text_of(cells[self._subject])
        if identifier in UNNAMED:
            raise DataError(
                f"{self._source.path}: row at line {line} has no {self._source.subject}.",
                remedy="Every row must say whose it is; complete or remove it in the export.",
            )
        return Record(
            subject=SubjectId(identifier),
            modality=self._source.modality,
            source=self._source.name,
            time=day_of(None if self._time is None else cells[self._time], self._source, f"line {line}"),
            payload={name: cells[place] for name, place in self._cells},
        )


def day_of(cell: Value, source: Source, where: str) -> dt.date | None:
    """Return the day of observation, or None where the cell is empty.

    Raises:
        DataError: The cell holds something else than a date.
    """
    text = "" if cell is None else str(cell).strip()
    if not text:
        return None
    day = dates.day(text)
    if day is None:
        raise DataError(
            f"{source.path}: {where} holds no date in {source.time}.",
            remedy="Export days as YYYY-MM-DD, or correct `time` of the source in the study file.",
        )
    return day
