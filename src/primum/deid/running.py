"""De-identifies a folder: surveys it, cleans file by file, scans what was written, reports, and signs or refuses to."""

import contextlib
import hmac
import logging
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from primum.context import Tell
from primum.custody.nouns import Clock, Row
from primum.deid import attestation, handlers, page, portable, report, sealing, texts
from primum.deid.desk import Desk
from primum.deid.jobs import Job
from primum.deid.journal import Journal, Line
from primum.deid.keeping import Keeper
from primum.deid.naming import Namer
from primum.deid.nouns import Choices, Found, Json, Outcome, RefusedError, Source, Status, Written
from primum.deid.packing import pack
from primum.deid.residue import estimate
from primum.deid.scanning import scan
from primum.deid.survey import Survey, admitted, survey
from primum.deid.walking import check_places
from primum.errors import DataError
from primum.ids import digest_of
from primum.privacy.notes import Finder

VERSION = 1
CLEANING = "Cleaning (KB)"
TOGETHER = 32 << 20
"""Bytes of originals that are sealed at once."""
MOST_TOGETHER = 50
IN_MEMORY = 64 << 20
"""Bytes of a cleaned file that wait in memory to be searched once more; longer ones wait in a file without a name."""
_KB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be done.

    Attributes:
        source: The file or folder that is read.
        out: The folder that is written.
        choices: What the person who runs it chose.
        thorough: Folder of a token classifier that is asked as well where texts are read.
        nonce: Names the run, if it does not go on with another.
    """

    source: Path
    out: Path
    choices: Choices
    thorough: Path | None = None
    nonce: str


@dataclass(slots=True, kw_only=True)
class _Waiting:
    """A cleaned and searched file that waits for its originals to be sealed."""

    line: Line
    draft: Path
    rows: Sequence[Row] = field(repr=False)
    size: int


@contextlib.contextmanager
def _mute() -> Iterator[None]:
    """Let no library warn or log: what it complains of may quote a record."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def deidentify(request: Request, keeper: Keeper, tell: Tell, clock: Clock) -> dict[str, Json]:
    """Write a folder without identifiers, with its report, and return the summary.

    A run that was killed goes on where it stopped, if the keys are still there; else it begins anew.

    Raises:
        DataError: Nothing can be read, or the folder that is written holds something else.
        IntegrityError: The disk does not take it.
    """
    check_places(request.source, request.out)
    with _mute():
        return _deidentified(request, keeper, tell, clock)


def _deidentified(request: Request, keeper: Keeper, tell: Tell, clock: Clock) -> dict[str, Json]:
    found = survey(request.source, tell)
    admitted(found, keeper)
    finder = request.thorough.name if request.thorough else ""
    desk = Desk(found.register, keeper, request.choices, _opened(request.thorough))
    like = digest_of(
        {
            "version": VERSION,
            "choices": asdict(request.choices),
            "thorough": finder,
            "keys": hmac.digest(desk.links, b"journal", "sha256").hex(),
        }
    )
    journal = Journal(request.out, {"run": request.nonce, "like": like})
    lines = _Run(request, found, desk, journal).lines(tell)
    facts = {
        "version": VERSION,
        "run": journal.run,
        "at": clock().isoformat(timespec="seconds"),
        "policy": request.choices.policy,
        "written": "tags" if request.choices.tags else "surrogates",
        "thorough": finder,
        "reversible": keeper.reversible,
    }
    summary = report.write(request.out, facts, journal, lines, estimate(found, desk))
    page.write(request.out, summary, journal, lines)
    if summary["attested"]:
        signed = {**facts, "residual": summary["residual"], "totals": summary["totals"]}
        attestation.sign(request.out, journal.digests, signed, keeper)
        journal.end()
    return summary


def _opened(folder: Path | None) -> Finder | None:
    if folder is None:
        return None
    from primum.privacy.transformer import Transformer  # noqa: PLC0415 - brings tensors, which the fast way does not need

    return Transformer.open(folder)


def _silent(label: str, done: int, total: int) -> None:
    """Tell nobody."""


def _size(source: Source) -> int:
    """Return how much work a file is: a text is searched before and after."""
    return source.place.stat().st_size * (2 if source.form in handlers.TEXTS else 1)


class _Progress:
    """Tells how far the second pass is, within long files too.

    Args:
        tell: Is told.
        total: All the work there is.
    """

    def __init__(self, tell: Tell = _silent, total: int = 0) -> None:
        self._tell = tell
        self._total = total
        self._ended = self._within = 0

    def step(self, size: int) -> None:
        """Go on within a group of files."""
        self._within += size
        self._say(self._ended + self._within)

    def end(self, size: int) -> None:
        """Go on to the next group."""
        self._ended += size
        self._within = 0
        self._say(self._ended)

    def over(self, texts_: Iterator[Written]) -> Iterator[Written]:
        """Yield texts, going on by their lengths."""
        for one in texts_:
            yield one
            self.step(len(one.text))

    def _say(self, done: int) -> None:
        self._tell(CLEANING, min(done, self._total) // _KB, self._total // _KB)


class _Run:
    """The second pass.

    Args:
        request: What is to be done.
        found: What is in the folder.
        desk: This run's.
        journal: How far it has come.
    """

    def __init__(self, request: Request, found: Survey, desk: Desk, journal: Journal) -> None:
        self._request = request
        self._found = found
        self._desk = desk
        self._journal = journal
        self._namer = Namer(desk)
        self._mark = found.mark(hmac.digest(desk.links, b"sources", "sha256"))
        self._waiting: list[_Waiting] = []
        self._progress = _Progress()

    def lines(self, tell: Tell) -> list[str]:
        """Clean what is not cleaned yet, and return the journal's name of each file, in order."""
        self._progress = _Progress(tell, sum(map(_size, self._found.sources.values())))
        marks = {entry.number: self._name_of(entry.number) for entry in self._found.entries}
        self._journal.forget(set(marks.values()))
        for number, refusal in self._found.refused.items():
            self._refuse(number, refusal)
        for group in self._groups():
            self._group(group, marks)
        self._flush()
        return [marks[entry.number] for entry in self._found.entries]

    def _name_of(self, number: int) -> str:
        source = self._found.sources.get(number)
        return self._mark(source) if source else f"refused {number}"

    def _groups(self) -> Iterator[list[Source]]:
        """Yield files that are cleaned together: all texts of a subject, any other file by itself."""
        texts_of: dict[str, list[Source]] = {}
        for number, source in self._found.sources.items():
            if source.form in handlers.TEXTS:
                texts_of.setdefault(self._found.subjects[number], []).append(source)
            else:
                yield [source]
        yield from texts_of.values()

    def _group(self, group: Sequence[Source], marks: dict[int, str]) -> None:
        wanted = [one for one in group if not self._journal.done(marks[one.number])]
        if group[0].form in handlers.TEXTS and wanted:
            record = self._searched(group)
            for source in wanted:
                self._one(source, marks[source.number], record)
        else:
            for source in wanted:
                self._one(source, marks[source.number], None)
        self._progress.end(sum(map(_size, group)))

    def _searched(self, group: Sequence[Source]) -> texts.Record:
        """Return what is found in the texts of a subject; one that cannot be read is left for its own refusal."""
        readings = []
        for one in group:
            if one.form == "pdf":
                try:
                    portable.text_of(one)
                except RefusedError:
                    continue
            readings.append(texts.reading(one) if one.form == "text" else portable.reading(one))
        return texts.search(readings, self._found.subjects[group[0].number], self._desk, self._progress.step)

    def _one(self, source: Source, mark: str, record: texts.Record | None) -> None:
        """Clean a file where nobody can find it; only what was searched once more goes where it is written."""
        subject = self._found.subjects[source.number]
        with cast("BinaryIO", SpooledTemporaryFile(max_size=IN_MEMORY)) as draft:
            try:
                outcome = self._cleaned(source, draft, record)
                found = self._scanned(outcome, draft)
                path = self._namer.name(source.path, subject).as_posix()
                rows = sealing.rows(source, draft, path, subject, (outcome, self._desk.keeper)) if self._seals() else []
            except RefusedError as refusal:
                self._refuse(source.number, refusal)
            else:
                self._keep(source, draft, mark, (outcome, found, path), rows)

    def _scanned(self, outcome: Outcome, draft: BinaryIO) -> Found:
        """Return what the residual scan says of a draft.

        Raises:
            RefusedError: Something is left in it, or somebody who was erased is named in the original.
        """
        if outcome.subjects & self._found.erased:
            raise RefusedError("erased")
        found = scan(self._progress.over(outcome.reread(draft)), self._desk)
        if found.left.certain:
            raise RefusedError("left", report.kinds(found.left.certain))
        return found

    def _seals(self) -> bool:
        return self._desk.keeper.reversible

    def _cleaned(self, source: Source, draft: BinaryIO, record: texts.Record | None) -> Outcome:
        """Write a draft.

        Raises:
            RefusedError: The file cannot be cleaned.
        """
        subject = self._found.subjects[source.number]
        try:
            job = Job(source=source, target=draft, subject=subject, desk=self._desk)
            return handlers.clean(job, record)
        except RefusedError:
            raise
        except DataError as fault:
            raise RefusedError("library", fault.what) from fault
        except OSError as fault:
            if fault.errno is not None:
                raise
            raise RefusedError("fault", type(fault).__name__) from fault
        except Exception as fault:
            raise RefusedError("fault", type(fault).__name__) from fault

    def _keep(
        self, source: Source, draft: BinaryIO, mark: str, made: tuple[Outcome, Found, str], rows: Sequence[Row]
    ) -> None:
        place = self._journal.draft(source.number)
        with place.open("wb") as target:
            pack(draft, target, source.packed)
        outcome, found, path = made
        digest = attestation.file_digest(place)
        entry = report.entry(source, outcome, found, self._desk.name(self._found.subjects[source.number]))
        status = Status.UNCHANGED if digest == source.digest else Status.CLEANED
        entry |= {"path": path, "status": status, "sha256": digest, "size": place.stat().st_size}
        line = Line(source=mark, entry=entry, digest=digest)
        size = sum(len(body) for _, body in rows)
        self._waiting.append(_Waiting(line=line, draft=place, rows=rows, size=size))
        if not self._seals() or len(self._waiting) >= MOST_TOGETHER or self._sizes() >= TOGETHER:
            self._flush()

    def _sizes(self) -> int:
        return sum(one.size for one in self._waiting)

    def _flush(self) -> None:
        """Seal the originals of the files that wait, then give these their names."""
        rows = [row for one in self._waiting for row in one.rows]
        part = digest_of({"deid": self._journal.run, "files": [one.line.source for one in self._waiting]})
        if rows:
            self._desk.keeper.seal(part, rows)
        for one in self._waiting:
            one.line.entry["originals"] = part if one.rows else None
            self._journal.keep(one.line, one.draft)
        self._waiting = []

    def _refuse(self, number: int, refusal: RefusedError) -> None:
        """Note that a file is not written; its name in the report is one that identifies nobody."""
        entry = self._found.entries[number - 1]
        source = self._found.sources.get(number)
        path = self._namer.name(entry.path, self._found.subjects.get(number, "")).as_posix()
        status = Status.LEFT_OUT if refusal.code in report.HARMLESS else Status.REFUSED
        self._journal.keep(
            Line(source=self._name_of(number), entry=report.refused((number, path, status), source, refusal)), None
        )
