"""The table modality: how structured records are read, de-identified, tokenised and shown."""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from primum.columns import protecting, reading
from primum.columns.delimited import read_csv, read_parquet
from primum.custody.nouns import SubjectKey
from primum.domain.measurement import is_missing, is_numeric, measure
from primum.domain.record import Record, Value
from primum.domain.study import Column, Source, Study
from primum.domain.tokens import Cells
from primum.errors import DataError
from primum.modalities.table.fhir import read_fhir

READERS = {"csv": read_csv, "parquet": read_parquet, "fhir": read_fhir}
FORMS = "A csv or parquet source is one file that may be read; a fhir source a file or folder."
FAULTS = {
    "number": ("is no number", "Correct the cell, or list its spelling under `missing`."),
    "category": ("is none of the categories", "Correct the cell, or add the category to the study."),
    "unknown_unit": ("is in a unit that UCUM does not know", "Give the unit as a UCUM code."),
    "other_unit": (
        "is in a unit that cannot be converted",
        "Convert it at the source; mass and moles need a molar mass.",
    ),
}


class TableModality:
    """One record a subject and source, a value a column."""

    def read(self, source: Source, study: Study, folder: Path) -> Iterator[Record]:
        """Yield the records of a source, subjects under the hospital's own identifiers.

        Raises:
            DataError: The source is missing, unreadable, or not what the study declares.
        """
        return reading.read(source, study, folder, READERS, FORMS)

    def deidentify(
        self, records: Sequence[Record], study: Study, identity: SubjectKey
    ) -> tuple[list[Record], Mapping[str, int]]:
        """Return a subject's records without identifiers, dates shifted, and how many of each kind were removed.

        What one text tells is removed from all texts of all records. Only declared columns pass. Counts are named
        ``identifier.<kind>``, ``span.<kind>`` (in texts), ``note``, ``date``, and ``age`` (90 and over are said as 90).
        """
        return protecting.deidentify(records, study, identity)

    def tokenize(self, records: Sequence[Record], columns: Sequence[Column]) -> Cells:
        """Return what a model sees, one row a record, in the order given.

        Cells are measured as in training: units converted, impossible values missing.

        Raises:
            DataError: A cell is no number, no category, or in a unit that cannot be converted.
        """
        values = np.full((len(records), len(columns)), math.nan)
        for row, record in enumerate(records):
            for place, column in enumerate(columns):
                values[row, place] = _token(record, column, row)
        return Cells(values=values, columns=tuple(columns))

    def render(self, record: Record, study: Study) -> Sequence[tuple[str, str, str]]:
        """Return (place, label, value with unit) for people, in the study's column order; plain text, not escaped."""
        shown = []
        for column in study.columns:
            if column.role == "identifier" or column.name not in record.payload:
                continue
            value = record.payload[column.name]
            label = column.label.en if column.label else column.name
            shown.append((f"column:{column.name}", label, _words(value, column, record)))
        return shown


def _token(record: Record, column: Column, row: int) -> float:
    value = record.payload.get(column.name)
    unit = str(record.payload.get(f"{column.name}@unit") or "")
    measured = measure(value, unit, column)
    if measured.fault:
        what, remedy = FAULTS[measured.fault]
        raise DataError(f"Record {row + 1}: the value of {column.name} {what}.", remedy=remedy)
    if measured.value is None:
        return math.nan
    return float(column.categories.index(str(measured.value))) if column.categories else float(measured.value)


def _words(value: Value, column: Column, record: Record) -> str:
    if is_missing(value, column):
        return "—"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    unit = str(record.payload.get(f"{column.name}@unit") or (column.unit if is_numeric(column) else ""))
    return f"{text} {unit}" if unit and unit != "1" else text
