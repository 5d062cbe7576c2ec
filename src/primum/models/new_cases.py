"""New cases as files: which of them are read how, by the study's sources where they are of one format with it."""

from collections.abc import Mapping
from pathlib import Path

from primum.domain.study import Column, Source, Study

BUNDLED = {".json", ".ndjson", ".jsonl"}
FORMATS: Mapping[str, Mapping[str, str]] = {
    "table": {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet"},
    "text": {
        ".csv": "csv",
        ".tsv": "csv",
        ".txt": "txt",
        ".parquet": "parquet",
        ".ndjson": "ndjson",
        ".jsonl": "ndjson",
    },
    "image": {
        ".npz": "npz",
        ".nii": "nifti",
        ".nii.gz": "nifti",
        **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"), "image"),
    },
}
"""What a file is by how its name ends, in a study of tables, of texts or of images."""
OTHERS = {"table": "fhir", "text": "txt", "image": "dicom"}
"""What any other file is."""
FOR_PEOPLE = frozenset({"text", "quasi_identifier", "identifier"})
NEW = "new_cases"
UNNAMED = {
    "fhir": "Patient.identifier.value",
    "csv": "subject",
    "parquet": "subject",
    "txt": "file",
    "ndjson": "subject",
    "npz": "number",
    "image": "file",
    "nifti": "file",
    "dicom": "PatientID",
}
"""Where the subject is told, in a format of which the study has no source."""
LAID_OUT = {"image", "nifti"}
"""Formats in which a column's path is how a study's files lie in folders; new ones lie as they like."""


def places(path: Path, modality: str) -> list[tuple[Path, str]]:
    """Return what is to be read of a path, and in which format.

    A folder of tables or texts is read file by file, bundles in it together; a folder of pictures once in each format
    of which it holds files.

    Raises:
        OSError: There is nothing, or it may not be read.
    """
    if not path.is_dir():
        path.stat()
        return [(path, _format(path, modality))]
    if modality == "image":
        return _pictures(path)
    tables = [(one, _format(one, modality)) for one in sorted(path.iterdir()) if _is_known(one, modality)]
    if modality != "table":
        return tables
    bundled = any(one.suffix.lower() in BUNDLED for one in path.rglob("*"))
    return [*tables, (path, OTHERS[modality])] if bundled or not tables else tables


def declared(study: Study, path: Path, kind: str) -> tuple[Source, tuple[Column, ...]]:
    """Return how new cases are read: a study's source of that format, and features wherever they came from.

    A feature from a source of another format is sought under its own name: a header in tables, an Observation's code in
    FHIR. From FHIR, whose paths may be absent, texts and traits for people are read too, and with them what identifies
    the subject: without it nobody could take it out of the texts.

    Args:
        study: Declares sources and columns.
        path: Of the new cases.
        kind: Their format.
    """
    alike = [one for one in study.sources if one.format == kind]
    others = () if study.modality == "image" else study.sources
    native = alike or [one for one in others if one.format != "fhir" and kind != "fhir"]
    given = {"name": NEW, "subject": UNNAMED[kind]}
    if native:
        given = {"name": native[0].name, "subject": native[0].subject, "burned_in": native[0].burned_in}
    source = Source.model_validate({**given, "modality": study.modality, "format": kind, "path": str(path.absolute())})
    known = {one.name for one in native}
    columns = []
    for column in study.columns:
        if column.role == "feature":
            own = column.source in known and kind not in LAID_OUT
            kept = {} if own else {"path": "", "unit_column": ""}
            columns.append(column.model_copy(update={"source": source.name, **kept}))
        elif kind == "fhir" and column.source in known and column.role in FOR_PEOPLE:
            columns.append(column.model_copy(update={"source": source.name}))
    return source, tuple(columns)


def _pictures(folder: Path) -> list[tuple[Path, str]]:
    """Return a folder of pictures once in each format, and each npz file of it."""
    files = [one for one in sorted(folder.rglob("*")) if one.is_file() and not one.name.startswith(".")]
    found = [(one, "npz") for one in files if _format(one, "image") == "npz"]
    kinds = {_format(one, "image") for one in files} - {"npz"}
    return [*found, *((folder, kind) for kind in sorted(kinds))]


def _format(path: Path, modality: str) -> str:
    name = path.name.lower()
    return next((kind for ending, kind in FORMATS[modality].items() if name.endswith(ending)), OTHERS[modality])


def _is_known(path: Path, modality: str) -> bool:
    return any(path.name.lower().endswith(ending) for ending in FORMATS[modality])
