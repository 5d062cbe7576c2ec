"""Reading a source of columns: what is not there or may not be read is told alike for every modality."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from primum.domain.record import Record
from primum.domain.study import Column, Source, Study
from primum.errors import DataError

Reader = Callable[[Source, Sequence[Column], Path], Iterator[Record]]
"""Source, its columns, where it lies: its records."""


def read(source: Source, study: Study, folder: Path, readers: Mapping[str, Reader], forms: str) -> Iterator[Record]:
    """Yield the records of a source by the reader of its format.

    Args:
        source: What is read.
        study: Declares the columns.
        folder: Paths of sources are relative to it.
        readers: Format to its reader.
        forms: In words, what a source of each format is; told where it cannot be read.

    Raises:
        DataError: The source is missing, unreadable, or not what the study declares.
    """
    path = folder / source.path
    columns = [one for one in study.columns if one.source == source.name]
    try:
        if not path.exists():
            raise DataError(
                f"Source {source.name}: there is nothing at {source.path}.",
                remedy="Put the export there, or correct `path` in the study file; paths are relative to it.",
            )
        yield from readers[source.format](source, columns, path)
    except OSError as fault:
        raise DataError(
            f"Source {source.name} at {source.path} cannot be read ({fault.strerror}).", remedy=forms
        ) from fault
