"""The text modality: how notes are read, lose identifiers, become words, and are shown."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from primum.columns import protecting, reading
from primum.columns.delimited import read_csv, read_parquet
from primum.custody.nouns import SubjectKey
from primum.domain.measurement import is_missing
from primum.domain.record import Record
from primum.domain.study import Column, Source, Study
from primum.domain.tokens import Texts
from primum.modalities.text.files import read_brat, read_ndjson, read_txt

READERS = {"csv": read_csv, "parquet": read_parquet, "txt": read_txt, "ndjson": read_ndjson, "brat": read_brat}
FORMS = "A csv, parquet or ndjson source is one file that may be read; a txt or brat source a folder of them."


class TextModality:
    """One record a subject and source, a text a column."""

    def read(self, source: Source, study: Study, folder: Path) -> Iterator[Record]:
        """Yield the records of a source, subjects under the hospital's own identifiers; texts whole and unchanged.

        Raises:
            DataError: The source is missing, unreadable, not UTF-8, or not what the study declares.
        """
        return reading.read(source, study, folder, READERS, FORMS)

    def deidentify(
        self, records: Sequence[Record], study: Study, identity: SubjectKey
    ) -> tuple[list[Record], Mapping[str, int]]:
        """Return a subject's records without identifiers, and how many of each kind were removed.

        Texts that the model sees are scrubbed as all others are.
        """
        return protecting.deidentify(records, study, identity)

    def tokenize(self, records: Sequence[Record], columns: Sequence[Column]) -> Texts:
        """Return what a model sees, one row a record, in the order given; a missing text is an empty one."""
        return Texts(
            values=tuple(tuple(_text(record, column) for column in columns) for record in records),
            columns=tuple(columns),
        )

    def render(self, record: Record, study: Study) -> Sequence[tuple[str, str, str]]:
        """Return (place, label, value) for people, in the study's column order; plain text, not escaped."""
        return [
            (
                f"text:{one.name}" if study.is_text(one) else f"column:{one.name}",
                one.words.en,
                _text(record, one) or "—",
            )
            for one in study.columns
            if one.role != "identifier" and one.name in record.payload
        ]


def _text(record: Record, column: Column) -> str:
    value = record.payload.get(column.name)
    return "" if is_missing(value, column) else str(value)
