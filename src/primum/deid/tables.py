"""CSV and its kin: columns judged, rows cleaned one after the other, and what the columns left standing tells."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from primum.deid.formats import again, beginning, blocks, separator, unpacked_name
from primum.deid.jobs import Job
from primum.deid.nouns import Introduced, Outcome, Piece, RefusedError, Source, Written
from primum.deid.sheets import SAMPLE, Sheet, introduced, judged, prepared
from primum.deid.windows import decoded, lines

WIDEST = 1 << 24
"""Characters of a cell at most."""


@dataclass(slots=True)
class _Rows:
    """Rows of a table, with the text of each as it stands in the file."""

    source: Source
    mark: str
    _text: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[list[str], str]]:
        csv.field_size_limit(WIDEST)
        reader = csv.reader(self._lines(), delimiter=self.mark, strict=True)
        width = 0
        try:
            for row in reader:
                text, self._text = "".join(self._text), []
                width = width or len(row)
                if row and len(row) != width:
                    raise RefusedError("ragged")
                yield row, text
        except csv.Error as fault:
            raise RefusedError("ragged") from fault

    def _lines(self) -> Iterator[str]:
        for line in lines(decoded(blocks(self.source), self.source.encoding)):
            self._text.append(line)
            yield line


def _opened(source: Source) -> tuple[str, Iterator[tuple[list[str], str]], list[str], str]:
    """Return separator, rows, header, and the header as it stands in the file.

    Raises:
        RefusedError: It has no header that can be told from data.
    """
    text = beginning(source)
    mark = separator(text, trusting=True) or ("\t" if unpacked_name(source.path.name).endswith("v.tab") else ",")
    rows = iter(_Rows(source, mark))
    header, first = next(rows, ([], ""))
    return mark, rows, header, first


def introduce(source: Source) -> Iterator[Introduced]:
    """Yield the subjects that the rows name."""
    _, rows, header, _ = _opened(source)
    yield from introduced(header, (row for row, _ in rows if row))


def clean(job: Job) -> Outcome:
    """Write a table without identifiers.

    Raises:
        RefusedError: Its rows are of different lengths, or its first row is data.
    """
    mark, rows, header, first = _opened(job.source)
    sheet = prepared(job, header, judged(header, _sample(job.source)), lambda: _filled(job.source))
    target = _Target(job, mark, "\r\n" if first.endswith("\r\n") else "\n")
    target.write(header, first, "", keep=True)
    for row, text in rows:
        if not row:
            target.write([], text, "", keep=True)
        elif (cleaned := sheet.row(row)) is not None:
            target.write(cleaned, text, sheet.subject)
    outcome = sheet.outcome(lambda draft: _texts(draft, job, mark, sheet))
    outcome.pieces = target.pieces if sheet.is_whole else ()
    return outcome


def _filled(source: Source) -> Iterator[list[str]]:
    """Yield the rows that are not empty."""
    _, rows, _, _ = _opened(source)
    return (row for row, _ in rows if row)


def _sample(source: Source) -> list[list[str]]:
    return list(islice(_filled(source), SAMPLE))


@dataclass(slots=True)
class _Target:
    """Writes rows, and remembers what stood where, if anybody may ask."""

    job: Job
    mark: str
    end: str
    pieces: list[Piece] = field(default_factory=list, repr=False)
    _at: int = 0

    def write(self, row: Sequence[str], text: str, subject: str, *, keep: bool = False) -> None:
        """Write a row in place of a text; keep the text where it is the same."""
        name = self.job.source.encoding.name
        if not self._at:
            self._put(self.job.source.encoding.mark)
        written = text if keep else self._line(row, text)
        try:
            data = written.encode(name)
        except UnicodeEncodeError as fault:
            raise RefusedError("surrogate") from fault
        if written != text and self.job.desk.keeper.reversible:
            self._remember(subject or self.job.subject, data, text.encode(name))
        self._put(data)

    def _line(self, row: Sequence[str], text: str) -> str:
        target = io.StringIO()
        end = "" if not text.endswith("\n") else self.end
        csv.writer(target, delimiter=self.mark, lineterminator=end).writerow(row)
        return target.getvalue()

    def _remember(self, subject: str, data: bytes, original: bytes) -> None:
        last = self.pieces[-1] if self.pieces else None
        if last and last.end == self._at and last.subject == subject:
            self.pieces[-1] = Piece(
                subject=subject, start=last.start, end=self._at + len(data), original=last.original + original
            )
        else:
            self.pieces.append(Piece(subject=subject, start=self._at, end=self._at + len(data), original=original))

    def _put(self, data: bytes) -> None:
        self.job.target.write(data)
        self._at += len(data)


def _texts(draft: BinaryIO, job: Job, mark: str, sheet: Sheet) -> Iterator[Written]:
    """Yield every cell of the output that holds letters or digits, each different one of a column once in a while."""
    reader = csv.reader(lines(decoded(again(draft), job.source.encoding)), delimiter=mark, strict=True)
    yield from sheet.reread(row for row in reader if row)
