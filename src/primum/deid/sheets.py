"""What CSV and Parquet have in common: whose a row is, what is known of him, and the risk that is left."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

import numpy as np

from primum.deid.desk import Recorder
from primum.deid.hiding import SMALL, Hiding, hiding
from primum.deid.jobs import Job
from primum.deid.nouns import Introduced, Json, Outcome, RefusedError, Reread, Written
from primum.privacy import dates, notes, risk
from primum.privacy.cells import is_number
from primum.privacy.columns import ColumnRole, roles
from primum.privacy.known import Known
from primum.privacy.person import Person
from primum.privacy.rows import Options, Tally, clean_rows
from primum.privacy.spans import POLICIES, Kind

SAMPLE = 1000
"""Rows by which columns are judged."""
KNOWN = {
    "subject": "record_number", "name": "name", "id": "other", "phone": "phone", "email": "email", "street": "address",
}  # fmt: skip
"""Kind of a column to what kind of identifier its cells are."""
KINDS = {
    "subject": "record_number", "name": "name", "id": "other_id", "phone": "phone", "email": "email", "url": "url",
    "birth": "date", "date": "date", "age": "age", "postcode": "postcode", "street": "street", "place": "place",
    "hospital": "hospital",
}  # fmt: skip
"""Kind of a column to what its replaced cells count as; the others are counted by what is found in them."""
REPLACED = frozenset({"subject", "token", "surrogate", "remove"})
"""What is done with columns of which nothing true is left to single anybody out by."""
MOST_MARKS = 100_000
"""Single cells that the report lists at most for one file."""
REMEMBERED = 1_000_000


def judged(header: Sequence[str], sample: Sequence[Sequence[str]]) -> list[ColumnRole]:
    """Return what each column is.

    Raises:
        RefusedError: The first row is data: a number, a date, or something that identifies stands in it.
    """
    names = [one.strip() for one in header]
    if not names or any(_is_data(one) for one in names) or len({*names}) != len(names):
        raise RefusedError("no-header")
    return roles(names, sample)


def _is_data(name: str) -> bool:
    if is_number(name) or dates.day(name) is not None:
        return True
    replaced = POLICIES["safe-harbor"].replaced
    listed = {Kind.EMAIL, Kind.PHONE, Kind.RECORD_NUMBER, Kind.NATIONAL_ID, Kind.DATE, Kind.URL}
    found = notes.find(name, Known())
    return any(one.kind in replaced & listed and not one.method.startswith("tagger") for one in found)


def _place(header: Sequence[str], name: str) -> int | None:
    """Return where a column stands, whatever its capitals; None where there is none."""
    wanted = name.strip().casefold()
    return next((at for at, one in enumerate(header) if wanted and one.strip().casefold() == wanted), None)


def introduced(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Introduced]:
    """Yield the subjects that rows name, each with what their columns say of him."""
    stream = iter(rows)
    sample = list(islice(stream, SAMPLE))
    found = judged(header, sample)
    at = next((at for at, one in enumerate(found) if one.action == "subject"), None)
    if at is None:
        return
    for row in chain(sample, stream):
        name = row[at].strip()
        if name:
            yield Introduced(names=(name,), known=tuple(_pairs(row, found)))


def _pairs(row: Sequence[str], found: Sequence[ColumnRole]) -> Iterator[tuple[str, str]]:
    for cell, role in zip(row, found, strict=False):
        if role.kind in KNOWN and role.action != "keep" and cell.strip():
            yield KNOWN[role.kind], cell.strip()


@dataclass(slots=True)
class _Seen:
    """What the risk is computed from, of each person's first row.

    Attributes:
        people: Person to the columns that could single him out, as they are written.
        sensitive: Person to his sensitive value.
        left_out: Rows of people who could not hide.
    """

    people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sensitive: dict[str, str] = field(default_factory=dict)
    left_out: int = 0


def prepared(
    job: Job, header: Sequence[str], found: list[ColumnRole], rows: Callable[[], Iterable[list[str]]]
) -> "Sheet":
    """Return what cleans the rows of a table; where people are to hide in it, after a first pass over all of them.

    Args:
        job: The file.
        header: Names of the columns.
        found: What each is.
        rows: Gives the rows, without header and empty ones.

    Raises:
        RefusedError: There are too few people in it to hide.
    """
    sheet = Sheet(job, header, found)
    if not job.desk.choices.hide.k:
        return sheet
    for row in rows():
        sheet.row(row)
    return Sheet(job, header, found, sheet.hiding())


class Sheet:
    """Cleans the rows of one table.

    Args:
        job: The file.
        header: Names of the columns.
        found: What each is.
        hiding: How people hide in it, where that is asked.
    """

    def __init__(self, job: Job, header: Sequence[str], found: list[ColumnRole], hiding: Hiding | None = None) -> None:
        self._job = job
        self._hide = job.desk.choices.hide
        self._hiding = hiding
        self._roles = found
        self._recorder = Recorder(keeps_texts=True)
        self._tally = Tally()
        self._at = next((at for at, one in enumerate(found) if one.action == "subject"), None)
        self._quasi = [at for at, one in enumerate(found) if one.is_quasi and one.action not in REPLACED]
        self._sensitive = _place(header, self._hide.sensitive)
        self._row: list[str] = []
        self._known: tuple[tuple[str, str], ...] = ()
        self._stream = clean_rows(self._given(), found, self._who, Options(year=job.desk.choices.year), self._tally)
        self._marks: list[dict[str, Json]] = []
        self._written: dict[int, frozenset[str]] = {}
        self._owners: list[str] = []
        self._subjects: set[str] = set()
        self._seen = _Seen()
        self.subject = ""

    def _given(self) -> Iterator[list[str]]:
        while True:
            yield self._row

    def _who(self, name: str) -> Person:
        subject = (self._job.desk.register.subject(name) or name) if name else self._job.subject
        person = self._job.desk.person(subject, self._recorder)

        def scrub(text: str) -> str:
            return self._job.desk.scrubbed(text, subject, self._recorder, self._known)

        return replace(person, scrub=scrub)

    def row(self, row: list[str]) -> list[str] | None:
        """Return a row without identifiers; None where its person cannot hide and is left out."""
        self._row, self._known = row, tuple(_pairs(row, self._roles))
        named = row[self._at].strip() if self._at is not None and self._at < len(row) else ""
        self.subject = (self._job.desk.register.subject(named) or named) if named else self._job.subject
        self._subjects.add(self.subject)
        self._recorder.clear()
        cleaned = next(self._stream)
        person = self.subject if named else f"row {self._tally.rows}"
        if self._hiding and not self._hide_in(cleaned, person):
            self._seen.left_out += 1
            return None
        self._owners.append(self.subject)
        if self._recorder.written:
            self._written[len(self._owners)] = frozenset(self._recorder.written)
        self._mark(self._tally.rows, row)
        if person not in self._seen.people:
            self._seen.people[person] = tuple(cleaned[at] for at in self._quasi)
            if self._sensitive is not None:
                self._seen.sensitive[person] = cleaned[self._sensitive]
        return cleaned

    def _hide_in(self, cleaned: list[str], person: str) -> bool:
        """Make the quasi-identifiers of a row those under which its person hides, and return whether he can."""
        coarse = self._hiding.cells.get(person) if self._hiding else None
        for at, cell in zip(self._quasi, coarse or (), strict=False):
            cleaned[at] = cell
        return coarse is not None

    @property
    def is_whole(self) -> bool:
        """Whether no row was left out."""
        return not self._seen.left_out

    def hiding(self) -> Hiding | None:
        """Return how the people of the rows so far hide as is asked; None where nothing could single them out.

        Raises:
            RefusedError: There are too few of them.
        """
        if not self._quasi or not self._seen.people:
            return None
        return hiding(self._seen.people, self._seen.sensitive or None, self._hide)

    def _mark(self, number: int, row: Sequence[str]) -> None:
        for text, spans in self._recorder.scrubbed:
            for one in spans[: max(0, MOST_MARKS - len(self._marks))]:
                self._marks.append(
                    {
                        "row": number,
                        "column": row.index(text) + 1 if text in row else 0,
                        "start": one.start,
                        "end": one.end,
                        "kind": one.kind.value.lower(),
                        "method": one.method,
                    }
                )

    def outcome(self, reread: Reread) -> Outcome:
        """Return what was done to all rows."""
        counts = Counter(self._recorder.counts)
        columns: list[dict[str, Json]] = []
        for (at, action), times in sorted(self._tally.actions.items()):
            role = self._roles[at] if at < len(self._roles) else None
            kind = KINDS.get(role.kind, "") if role else ""
            if kind and action in {"subject", "shift", "birth", "age", "postcode"}:
                counts[kind] += times
            elif action == "remove":
                counts["removed"] += times
            columns.append({"column": at + 1, "kind": kind or action, "method": f"column:{action}", "count": times})
        return Outcome(
            marks=[*columns, *self._marks],
            counts=counts,
            kept=self._recorder.kept,
            notes=self._notes(),
            table=self._table(),
            subjects=frozenset({*self._subjects, *self._recorder.named}),
            reread=reread,
        )

    def _table(self) -> dict[str, Json]:
        listed = [
            {
                "column": at,
                "kind": one.kind,
                "action": one.action,
                "why": one.why,
                "why_zh": one.why_zh,
                "quasi": at - 1 in self._quasi,
            }
            for at, one in enumerate(self._roles, start=1)
        ]
        rows = self._tally.rows - self._seen.left_out
        document: dict[str, Json] = {"rows": rows, "columns": listed, "risk": None, "hiding": None}
        people = self._seen.people
        if people and self._quasi:
            numbers: dict[tuple[str, ...], int] = {}
            groups = np.array([numbers.setdefault(one, len(numbers)) for one in people.values()], dtype=np.int64)
            held = self._hide.population and max(self._hide.population, len(people))
            document["risk"] = risk.risks(groups, population_size=held).as_document(SMALL)
        if self._hiding:
            columns = [self._quasi[at] + 1 for at in self._hiding.document["generalised"]]
            document["hiding"] = {**self._hiding.document, "generalised": columns}
        return document

    def _notes(self) -> list[str]:
        found = ["formulas"] if self._tally.formulas else []
        if self._hide.k and self._hide.sensitive and self._quasi and self._sensitive is None:
            found.append("no-sensitive")
        return found

    def reread(self, rows: Iterable[Sequence[str]]) -> Iterator[Written]:
        """Yield the cells of what was written, header first; what was read before in its column is not read again."""
        stream = iter(rows)
        for cell in next(stream, []):
            yield Written(text=cell, subject=self._job.subject)
        seen: set[tuple[int, str, str]] = set()
        for number, row in enumerate(stream, start=1):
            subject = self._owners[number - 1]
            surrogates = frozenset({*self._written.get(number, ()), self._job.desk.name(subject)})
            for at, cell in enumerate(row):
                if (at, subject, cell) not in seen and sum(one.isalnum() for one in cell) > 1:
                    if len(seen) < REMEMBERED:
                        seen.add((at, subject, cell))
                    yield Written(text=cell, subject=subject, surrogates=surrogates)
