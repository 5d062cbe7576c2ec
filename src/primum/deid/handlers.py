"""Which code reads and cleans which format."""

from collections.abc import Callable, Iterator, Mapping

from primum.deid import columnar, formats, imaging, portable, structures, tables, texts, variants, volumes
from primum.deid.jobs import Job
from primum.deid.nouns import Introduced, Outcome, RefusedError, Source
from primum.deid.texts import Record

TEXTS = frozenset({"text", "pdf"})
"""Forms that are read as one text and made consistent with the other texts of their subject."""

CLEAN: Mapping[str, Callable[[Job], Outcome]] = {
    "dicom": imaging.clean,
    "json": structures.clean,
    "json lines": structures.clean,
    "nifti": volumes.clean,
    "parquet": columnar.clean,
    "table": tables.clean,
    "vcf": variants.clean,
}

INTRODUCE: Mapping[str, Callable[[Source], Iterator[Introduced]]] = {
    "dicom": imaging.introduce,
    "json": structures.introduce,
    "json lines": structures.introduce,
    "parquet": columnar.introduce,
    "table": tables.introduce,
    "vcf": variants.introduce,
}

BEGINNING: Mapping[str, Callable[[Source], str]] = {"nifti": volumes.text_of, "pdf": portable.text_of}


def clean(job: Job, record: Record | None) -> Outcome:
    """Write a file without identifiers.

    Args:
        job: The file.
        record: What was found in all texts of its subject, where it is a text.

    Raises:
        RefusedError: It cannot be cleaned.
    """
    if record is None:
        return CLEAN[job.source.form](job)
    write = texts.clean if job.source.form == "text" else portable.clean
    return write(job.source, job.target, job.subject, record, job.desk)


def introduce(source: Source) -> Iterator[Introduced]:
    """Yield who is introduced in a file, where its format introduces anybody."""
    if source.form in INTRODUCE:
        yield from INTRODUCE[source.form](source)


def beginning(source: Source) -> str:
    """Return some thousand characters from where a file's text begins; empty where it has none that can be read."""
    try:
        return BEGINNING.get(source.form, formats.beginning)(source)[: formats.BLOCK]
    except RefusedError:
        return ""
