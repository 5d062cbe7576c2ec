"""The image modality: how pictures are read, lose identifiers, become arrays, and are told of."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from primum.columns import reading
from primum.custody.nouns import SubjectKey
from primum.domain.picture import decode, is_picture
from primum.domain.record import Record
from primum.domain.study import Column, Source, Study
from primum.domain.tokens import Pictures
from primum.errors import DataError, StudyError
from primum.imaging import folders, series
from primum.imaging.arrays import read_npz
from primum.modalities.image import clean

READERS = {"npz": read_npz, "image": folders.read, "nifti": folders.read, "dicom": series.read}
FORMS = "A dicom, nifti or image source is a folder of files that may be read; an npz source one file."


class ImageModality:
    """One record a subject and source: pictures as cells of text, with their labels, masks and boxes beside them."""

    def read(self, source: Source, study: Study, folder: Path) -> Iterator[Record]:
        """Yield the records of a source, subjects under the hospital's own identifiers.

        Nothing of a file's header passes but the allow-listed facts of ``primum.domain.picture``.

        Raises:
            DataError: The source is missing or unreadable, or pictures in it are refused; all of them are told.
        """
        return reading.read(source, study, folder, READERS, FORMS)

    def deidentify(
        self, records: Sequence[Record], study: Study, identity: SubjectKey
    ) -> tuple[list[Record], Mapping[str, int]]:
        """Return a subject's records without identifiers, and how many of each kind were removed.

        Text burned into pictures is blacked out, except where the study states that a source has none.

        Raises:
            DataError: Text is left in a picture, or was announced by its file and not found.
        """
        return clean.deidentify(records, study, identity)

    def tokenize(self, records: Sequence[Record], columns: Sequence[Column]) -> Pictures:
        """Return what a model sees, one picture a record, in the order given, in stored or rescaled units.

        Raises:
            StudyError: More than one column is to be seen.
            DataError: A record has no picture.
        """
        if len(columns) != 1:
            raise StudyError(
                f"A model of images sees one picture a subject, and the study declares {len(columns)} features.",
                remedy="Keep one column of pictures with the role feature; give others the role ignored.",
            )
        found = []
        for row, record in enumerate(records, start=1):
            cell = record.payload.get(columns[0].name)
            if not is_picture(cell):
                raise DataError(f"Record {row} has no picture.", remedy="Leave subjects without a picture out.")
            found.append(decode(str(cell)))
        return Pictures(
            values=tuple(one.values.astype(np.float32) for one in found),
            columns=tuple(columns),
            spacing=tuple(one.spacing for one in found),
        )

    def render(self, record: Record, study: Study) -> Sequence[tuple[str, str, str]]:
        """Return (place, label, value) for people, in the study's column order; plain text, not escaped."""
        return [
            row
            for one in study.columns
            if one.role != "identifier" and one.name in record.payload
            for row in _rows(one, record.payload[one.name])
        ]


def _rows(column: Column, value: object) -> Iterator[tuple[str, str, str]]:
    place, label = f"image:{column.name}", column.words.en
    if not is_picture(value):
        yield (f"column:{column.name}", label, "—" if value is None else str(value))
        return
    picture = decode(str(value))
    size = " × ".join(map(str, picture.space))
    lengths = f", {' × '.join(f'{one:.3g}' for one in picture.spacing)} mm" if picture.spacing else ""
    yield (place, label, f"{size}{lengths}")
