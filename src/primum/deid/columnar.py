"""Parquet: read batch by batch as texts, cleaned as any table, written again in the types that still fit."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from primum.deid.formats import content
from primum.deid.jobs import Job
from primum.deid.nouns import Introduced, Outcome, RefusedError, Source, Written
from primum.deid.sheets import SAMPLE, Sheet, introduced, judged, prepared
from primum.privacy.columns import ColumnRole

BATCH = 4096
"""Rows at a time."""
_BROKEN = (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError)


def _opened(source: Source) -> Any:  # noqa: ANN401 - the library has no types
    """Return an open file.

    Raises:
        RefusedError: It is broken, or holds columns of columns.
    """
    try:
        place = pa.BufferReader(content(source)) if source.packed else str(source.place)
        file = pq.ParquetFile(place)
    except _BROKEN as fault:
        raise RefusedError("corrupt") from fault
    if any(pa.types.is_nested(one.type) for one in file.schema_arrow):
        raise RefusedError("nested")
    return file


def _rows(file: Any) -> Iterator[list[str]]:  # noqa: ANN401 - the library has no types
    try:
        for batch in file.iter_batches(batch_size=BATCH):
            columns = [[_text(cell) for cell in column.to_pylist()] for column in batch.columns]
            yield from (list(cells) for cells in zip(*columns, strict=True))
    except _BROKEN as fault:
        raise RefusedError("corrupt") from fault


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return "" if isinstance(cell, bytes) else str(cell)


def introduce(source: Source) -> Iterator[Introduced]:
    """Yield the subjects that the rows name."""
    file = _opened(source)
    yield from introduced(file.schema_arrow.names, _rows(file))


def clean(job: Job) -> Outcome:
    """Write a table without identifiers.

    Raises:
        RefusedError: It is broken, holds columns of columns, or columns without names.
    """
    file = _opened(job.source)
    names = file.schema_arrow.names
    found = judged(names, list(islice(_rows(_opened(job.source)), SAMPLE)))
    is_hiding = job.desk.choices.hide.k > 0
    schema = pa.schema(
        [_field(one, role, is_coarse=is_hiding) for one, role in zip(file.schema_arrow, found, strict=True)]
    )
    sheet = prepared(job, names, found, lambda: _rows(_opened(job.source)))
    with pq.ParquetWriter(job.target, schema) as writer:
        for rows in _together(clean for row in _rows(file) if (clean := sheet.row(row)) is not None):
            arrays = [_array([row[at] for row in rows], one.type) for at, one in enumerate(schema)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return sheet.outcome(lambda draft: _texts(draft, sheet))


def _field(one: Any, role: ColumnRole, *, is_coarse: bool) -> Any:  # noqa: ANN401 - the library has no types
    """Return the type a column is written in: its own, where what is done with it leaves such values."""
    types = pa.types
    is_day = types.is_date(one.type) or types.is_timestamp(one.type)
    stays = {
        "keep": not types.is_binary(one.type)
        and not types.is_large_binary(one.type)
        and not types.is_dictionary(one.type),
        "shift": is_day,
        "age": types.is_integer(one.type) or types.is_floating(one.type),
    }
    fits = (
        stays.get(role.action, False)
        and not (is_coarse and role.is_quasi)
        and not types.is_time(one.type)
        and not types.is_duration(one.type)
    )
    return pa.field(one.name, one.type if fits else pa.string())


def _together(rows: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        yield batch


def _array(cells: Sequence[str], wanted: Any) -> Any:  # noqa: ANN401 - the library has no types
    """Return cells in a type; a cell that does not fit any more becomes missing."""
    texts = pa.array([one or None for one in cells], pa.string())
    if wanted == pa.string():
        return texts
    try:
        return texts.cast(wanted)
    except _BROKEN:
        return pa.array([_value(one, wanted) for one in cells], wanted)


def _value(cell: str, wanted: Any) -> object:  # noqa: ANN401 - the library has no types
    try:
        return pa.array([cell or None], pa.string()).cast(wanted)[0].as_py()
    except _BROKEN:
        return None


def _texts(draft: BinaryIO, sheet: Sheet) -> Iterator[Written]:
    file = pq.ParquetFile(draft)
    yield from sheet.reread(iter([file.schema_arrow.names, *_rows(file)]))
