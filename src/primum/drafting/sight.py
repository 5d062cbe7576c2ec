"""A first look at an export: which columns it has, and their cells as text. Nothing seen is kept or printed."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import polars as pl
from fhirpathpy import compile as compile_path
from fhirpathpy.models import models
from polars.exceptions import PolarsError

from primum.domain.measurement import text_of
from primum.errors import DataError

FORMATS: dict[str, Literal["csv", "parquet"]] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
LONGEST_CELL = 100_000_000
"""Characters; Python's own limit of 131,072 would refuse a long note."""
SEPARATORS = (",", ";", "\t", "|")
KNOWN_PATHS = (
    "Patient.identifier.value",
    "Patient.name.text",
    "Patient.name.family",
    "Patient.name.given",
    "Patient.telecom.value",
    "Patient.address.line",
    "Patient.address.city",
    "Patient.address.postalCode",
    "Patient.birthDate",
    "Patient.deceasedDateTime",
    "Patient.gender",
    "Encounter.period.start",
    "Condition.code.text",
    "DiagnosticReport.effectiveDateTime",
    "DiagnosticReport.conclusion",
    "Observation.effectiveDateTime",
)
"""What is looked for in FHIR bundles, beside the values of observations by the text of their code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What an export looks like.

    Attributes:
        name: The file or folder, without its ending.
        format: As a study names it.
        path: Where it was seen.
        cells: Header (or FHIRPath) to one text a row (or bundle), empty where there is nothing.
    """

    name: str
    format: Literal["csv", "parquet", "fhir"]
    path: Path
    cells: dict[str, list[str]] = field(repr=False)

    @property
    def rows(self) -> int:
        """Return how many rows or bundles there are."""
        return len(next(iter(self.cells.values()), []))


def see(path: Path) -> list[Sight]:
    """Look at a file, or at every export in a folder: tables by their ending, folders of JSON files as FHIR bundles.

    Raises:
        DataError: There is nothing that can be read, or a file is not what its ending says.
    """
    if path.is_file():
        return [see_table(path)]
    if not path.is_dir():
        raise DataError(f"There is nothing at {path}.", remedy="Name a CSV or Parquet file, or a folder of exports.")
    files = [one for one in path.rglob("*") if one.is_file() and not _is_hidden(one.relative_to(path))]
    tables = sorted(one for one in files if one.suffix.lower() in FORMATS)
    folders = sorted({one.parent for one in files if one.suffix == ".json"})
    found = [see_table(one) for one in tables]
    found += [sight for one in folders if (sight := _see_bundles(one)) is not None]
    if not found:
        raise DataError(
            f"The folder {path} holds no CSV or Parquet file and no FHIR bundle.",
            remedy="Export the data as CSV (.csv), Parquet (.parquet) or FHIR R4 bundles (.json), one a patient.",
        )
    return found


def _is_hidden(inside: Path) -> bool:
    """Return whether a path below the folder looked at leads through a hidden folder, such as the home of a study."""
    return any(part.startswith(".") for part in inside.parts)


def see_table(path: Path) -> Sight:
    """Look at a CSV or Parquet file.

    Raises:
        DataError: It cannot be read, or has no rows.
    """
    try:
        kind = FORMATS[path.suffix.lower()]
        cells = _parquet(path) if kind == "parquet" else _csv(path)
    except (KeyError, OSError, UnicodeError, csv.Error, PolarsError) as fault:
        raise DataError(
            f"{path.name} cannot be read as a table ({type(fault).__name__}).",
            remedy="Export it again as Parquet, or as CSV in UTF-8 with one header line.",
        ) from fault
    sight = Sight(name=path.stem, format=kind, path=path, cells=cells)
    if not sight.rows:
        raise DataError(f"{path.name} has no rows.", remedy="Export it again; the first line names the columns.")
    return sight


def _csv(path: Path) -> dict[str, list[str]]:
    data = path.read_bytes()
    text = data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    csv.field_size_limit(LONGEST_CELL)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(row)]
    names = [one.strip() for one in rows[0]] if rows else []
    return {
        name: [row[at].strip() if at < len(row) else "" for row in rows[1:]] for at, name in enumerate(names) if name
    }


def _parquet(path: Path) -> dict[str, list[str]]:
    frame = pl.read_parquet(path)
    return {name: [_written(one) for one in frame[name].to_list()] for name in frame.columns}


def _written(cell: object) -> str:
    """Return a cell of Parquet as the study's reader writes it."""
    return text_of(cell) if cell is None or isinstance(cell, bool | int | float) else str(cell)


def _see_bundles(folder: Path) -> Sight | None:
    """Return what the FHIR bundles directly in a folder hold, or None where there is no bundle."""
    bundles = [bundle for file in sorted(folder.glob("*.json")) if (bundle := _bundle(file)) is not None]
    if not bundles:
        return None
    measured = sorted({_observed(resource) for bundle in bundles for resource in bundle} - {""})
    cells = {path: _answers(path, bundles) for path in KNOWN_PATHS}
    for what in measured:
        path = f"Observation.where(code.text='{what}').value.value"
        cells[path] = [_value(what, bundle) for bundle in bundles]
    answered = {path: texts for path, texts in cells.items() if any(texts)}
    return Sight(name=folder.name, format="fhir", path=folder, cells=answered)


def _bundle(file: Path) -> list[dict[str, Any]] | None:
    """Return the resources of a bundle, or None where a file is none."""
    try:
        document = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        return None
    entries = document.get("entry")
    inside = [_part(one, "resource") for one in (entries if isinstance(entries, list) else [])]
    return [one for one in inside if one]


def _part(document: object, name: str) -> dict[str, Any]:
    """Return a part of a document that is an object itself; empty where there is none."""
    found = document.get(name) if isinstance(document, dict) else None
    return found if isinstance(found, dict) else {}


def _observed(resource: dict[str, Any]) -> str:
    """Return the text of the code of an observation with a plain name, else nothing."""
    text = _part(resource, "code").get("text") if resource.get("resourceType") == "Observation" else ""
    return text if isinstance(text, str) and not set(text) & {"'", "\\"} else ""


def _answers(path: str, bundles: Sequence[Sequence[dict[str, Any]]]) -> list[str]:
    """Return the first answer of each bundle to a FHIRPath, empty where it has none."""
    kind, ask = path.partition(".")[0], compile_path(path, models["r4"])
    found = []
    for bundle in bundles:
        values = (ask(one, {}) for one in bundle if one.get("resourceType") == kind)
        found.append(next((str(one[0]) for one in values if one), ""))
    return found


def _value(what: str, bundle: Sequence[dict[str, Any]]) -> str:
    return next(iter(_values(what, bundle)), "")


def _values(what: str, bundle: Sequence[dict[str, Any]]) -> Iterator[str]:
    for one in bundle:
        if _observed(one) == what and "value" in _part(one, "valueQuantity"):
            yield str(one["valueQuantity"]["value"])
