"""What would block a study before anything runs: in the file itself, in what is installed, and in the data."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from primum import plugins
from primum.domain.loose_ends import like
from primum.domain.measurement import canonical_unit, class_of, is_missing, is_unit, measure
from primum.domain.norm import Grade
from primum.domain.record import Record, Value
from primum.domain.study import Column, Source, Study
from primum.drafting.draft import PLACEHOLDER
from primum.drafting.guess import identifier, tells_units
from primum.drafting.sight import Sight, see_table
from primum.errors import AccessDeniedError, DataError, GateClosedError, PrimumError, StudyError
from primum.models.marked import marked_in
from primum.norms import library

STEWARD, AUTHOR = DataError.owner, StudyError.owner
MANY_IMPOSSIBLE = 0.01
"""Share of values outside the physical range from which another unit is suspected."""

Severity = Literal["blocks", "warns", "informs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that stands, or will stand, in a study's way; told in counts and headers, never in values.

    Attributes:
        severity: ``blocks`` (nothing can run), ``warns`` (it runs, but look), ``informs`` (what the gate will ask).
        what: What is so, in one sentence.
        remedy: What to do about it.
        owner: Who must act.
    """

    severity: Severity
    what: str
    remedy: str
    owner: str

    def as_document(self) -> dict[str, str]:
        """Return plain JSON."""
        return {"severity": self.severity, "what": self.what, "remedy": self.remedy, "owner": self.owner}


def problems(study: Study, folder: Path) -> list[Problem]:
    """Return what is in the way of a study, what blocks first.

    Args:
        study: The declaration.
        folder: Where its file lies; sources are relative to it.
    """
    found = [
        *_unfilled(study),
        *_purpose(study),
        *_not_installed(study),
        *_norms(study),
        *_units(study),
        *_data(study, folder),
        *_signatures(study),
    ]
    order: list[Severity] = ["blocks", "warns", "informs"]
    return sorted(found, key=lambda one: order.index(one.severity))


def _blocks(what: str, remedy: str, owner: str = AUTHOR) -> Problem:
    return Problem(severity="blocks", what=what, remedy=remedy, owner=owner)


def _warns(what: str, remedy: str, owner: str = AUTHOR) -> Problem:
    return Problem(severity="warns", what=what, remedy=remedy, owner=owner)


def _of(error: PrimumError) -> Problem:
    return _blocks(error.what, error.remedy, error.owner)


def _unfilled(study: Study) -> Iterator[Problem]:
    for where, text in _texts(study.model_dump(mode="json"), ""):
        if PLACEHOLDER.match(text):
            remedy = text if " " in text or not text.isascii() else "Name it as the committee does in access.yaml"
            yield _blocks(f"{where} is not filled in.", f"{remedy}.")


def _texts(document: Any, where: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    """Yield every text of a document with its dotted place."""
    if isinstance(document, str):
        yield where, document
    elif isinstance(document, Mapping):
        for name, one in document.items():
            yield from _texts(one, f"{where}.{name}".lstrip("."))
    elif isinstance(document, Sequence):
        for one in document:
            yield from _texts(one, where)


def _purpose(study: Study) -> Iterator[Problem]:
    purpose, permitted = study.intended_use.purpose, study.lawful_basis.permitted_purposes
    if purpose not in permitted:
        yield _blocks(
            f"The purpose {purpose} is not among those the data was approved for ({', '.join(permitted)})"
            f"{like(purpose, permitted)}.",
            "Use the data for a permitted purpose, or have the committee approve this one and add it to lawful_basis.",
            AccessDeniedError.owner,
        )


def _not_installed(study: Study) -> Iterator[Problem]:
    wanted: list[tuple[plugins.Kind, str]] = [("modality", one.modality) for one in study.sources]
    wanted.append(("task", study.task))
    wanted += [("baseline", one) for one in study.comparison.baselines]
    wanted += [("explainer", one) for one in study.explanation.methods]
    for kind, name in dict.fromkeys(wanted):
        known = plugins.names(kind)
        if name not in known:
            yield _blocks(
                f"There is no {kind} named {name}{like(name, known)}.",
                f"Use one of: {', '.join(known)}; or install the package that brings it.",
            )


def _norms(study: Study) -> Iterator[Problem]:
    known = library.names()
    for name in study.norms:
        if name not in known:
            yield _blocks(f"There is no norm named {name}{like(name, known)}.", f"Use some of: {', '.join(known)}.")


def _units(study: Study) -> Iterator[Problem]:
    for column in study.columns:
        if column.unit and not is_unit(canonical_unit(column.unit)):
            yield _blocks(
                f"Column {column.name}: {column.unit} is no unit of UCUM.",
                "Write the UCUM code, for instance mg/dL, mm[Hg], Cel, um; 1 for what has no unit.",
            )


def _signatures(study: Study) -> Iterator[Problem]:
    grade = study.intended_use.grade
    chosen = [one for one in study.norms if one in library.names()]
    asked = [one for norm in library.applied(chosen) for one in norm.requirements]
    roles = Counter(one.role for one in asked if one.role and one.from_grade.rank <= grade.rank)
    if roles and grade is not Grade.RESEARCH:
        listed = ", ".join(f"{role} ({count})" for role, count in sorted(roles.items()))
        yield Problem(
            severity="informs",
            what=f"The grade {grade.value} will need signatures: {listed}.",
            remedy="Enrol these people (primum enrol); they sign after the run has made its evidence (primum sign).",
            owner=GateClosedError.owner,
        )


def _data(study: Study, folder: Path) -> Iterator[Problem]:
    """Yield what is wrong with the data; of a source that cannot be read, only why."""
    records: dict[str, list[Record]] = {}
    for source in study.sources:
        stands_in_the_way = list(_unreadable(study, source, folder))
        yield from stands_in_the_way
        if stands_in_the_way or source.modality not in plugins.names("modality"):
            continue
        try:
            records[source.name] = list(plugins.load("modality", source.modality).read(source, study, folder))
        except PrimumError as error:
            yield _of(error)
            continue
        yield from _twice(source, records[source.name])
    yield from _apart(study, records)
    for column in study.columns:
        if column.source in records:
            yield from _of_column(study, column, records[column.source])
    if len(records) == len(study.sources):
        yield from _outcome(study, records)


def _unreadable(study: Study, source: Source, folder: Path) -> Iterator[Problem]:
    path = folder / source.path
    try:
        there = path.exists()
    except OSError:
        there = False
    if not there:
        near = like(path.name, [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else [])
        what = f"Source {source.name}: there is nothing at {source.path}{near}."
        yield _blocks(what, "Put the export there, or correct path; paths are relative to the study file.", STEWARD)
    elif source.format in {"csv", "parquet"} and path.is_file():
        try:
            yield from _wrong_headers(study, source, see_table(path))
        except DataError as error:
            yield _of(error)


def _wrong_headers(study: Study, source: Source, sight: Sight) -> Iterator[Problem]:
    mine = [one for one in study.columns if one.source == source.name]
    wanted = [source.subject, source.time, *(one.path or one.name for one in mine), *(one.unit_column for one in mine)]
    known = list(sight.cells)
    for header in dict.fromkeys(one for one in wanted if one and one not in known):
        yield _blocks(
            f"Source {source.name}: {source.path} has no column {header}{like(header, known)}.",
            "Correct path (or subject, time, unit_column) in the study file, or the header of the export.",
            STEWARD,
        )
    used = {one.unit_column for one in mine}
    for header, cells in sight.cells.items():
        units = {canonical_unit(one) for one in cells if one}
        if header not in used and len(units) > 1 and tells_units(header, [one for one in cells if one]):
            yield _blocks(
                f"Source {source.name}: column {header} tells {len(units)} different units, and no column names it.",
                "Name it as unit_column of the columns it speaks of, so that their values are converted.",
            )


def _twice(source: Source, records: Sequence[Record]) -> Iterator[Problem]:
    doubles = sum(count > 1 for count in Counter(one.subject for one in records).values())
    if doubles:
        yield _blocks(
            f"Source {source.name}: {doubles} subjects appear twice or more.",
            "Export one row (or bundle) a subject, or correct subject in the study file.",
            STEWARD,
        )


def _apart(study: Study, records: Mapping[str, Sequence[Record]]) -> Iterator[Problem]:
    """Yield how many subjects are missing from some source: only those in all of them can be joined."""
    if len(records) < 2 or len(records) != len(study.sources):  # noqa: PLR2004 - nothing to join
        return
    each = [{one.subject for one in listed} for listed in records.values()]
    common, everybody = set.intersection(*each), set.union(*each)
    if not common:
        yield _blocks(
            "The sources have no subject in common.",
            "Correct subject of the sources in the study file, so that all name the same identifier.",
        )
    elif common != everybody:
        what = f"{len(everybody) - len(common)} of {len(everybody)} subjects are not in every source."
        yield _warns(what, "They will be left out; complete the exports if that is not meant.", STEWARD)


def _of_column(study: Study, column: Column, records: Sequence[Record]) -> Iterator[Problem]:
    cells = [one.payload.get(column.name) for one in records]
    seen = [one for one in cells if not is_missing(one, column)]
    is_measured = not study.is_text(column) and not study.is_picture(column)
    if is_measured:
        yield from _looks_identifying(column, seen)
    if cells and not seen and column.role != "ignored":
        what = f"Column {column.name}: nothing was found at {column.path or column.name} in any record."
        yield _blocks(what, "Correct path in the study file, or leave the column out.")
    elif column.role == "feature":
        if is_measured:
            yield from _unusable(column, records)
        share = 1 - len(seen) / max(len(cells), 1)
        most = study.limits.missing_at_most
        if share > most:
            yield _warns(
                f"Column {column.name}: {share:.0%} of values are missing; at most {most:.0%} may be.",
                "Complete the export, leave the column out, or raise limits.missing_at_most with a reason.",
            )


def _looks_identifying(column: Column, seen: Sequence[Value]) -> Iterator[Problem]:
    if column.role in {"identifier", "date"}:
        return
    kind, why = identifier(column.path or column.name, [str(one) for one in seen])
    if kind:
        report = _warns if column.role == "ignored" else _blocks
        yield report(
            f"Column {column.name} looks like an identifier ({kind}: {why}) but has the role {column.role}.",
            f"Declare it as role: identifier, identifier: {kind}, so that it is removed and looked for in notes.",
        )


def _unusable(column: Column, records: Sequence[Record]) -> Iterator[Problem]:
    faults: Counter[str] = Counter()
    impossible = total = 0
    for record in records:
        unit = str(record.payload.get(f"{column.name}@unit") or "")
        found = measure(record.payload.get(column.name), unit, column)
        total += 1
        faults[found.fault] += 1
        impossible += "outlier" in found.traits
    told = {
        "number": (
            "are not numbers",
            "Correct the export, list their spellings in missing, or give the column categories.",
        ),
        "category": ("are not among its categories", "Complete categories in the study file, or correct the export."),
        "unknown_unit": ("have a unit that UCUM does not know", "Export units as UCUM codes."),
        "other_unit": (
            f"have a unit that cannot be converted to {column.unit}",
            "Correct unit in the study file or in the export.",
        ),
    }
    for fault, (what, remedy) in told.items():
        if faults[fault]:
            yield _blocks(f"Column {column.name}: {faults[fault]} of {total} values {what}.", remedy, STEWARD)
    if impossible > total * MANY_IMPOSSIBLE:
        yield _warns(
            f"Column {column.name}: {impossible} of {total} values are outside low and high; perhaps in another unit.",
            "Name the column that tells the unit as unit_column, or correct unit, low or high.",
        )


def _outcome(study: Study, records: Mapping[str, Sequence[Record]]) -> Iterator[Problem]:
    outcome, column = study.outcome, study.column(study.outcome.column)
    if study.is_marks(column):
        yield from _marks(study, records[column.source])
        return
    cells = [one.payload.get(column.name) for one in records[column.source]]
    seen = Counter(class_of(one, outcome.classes) for one in cells if not is_missing(one, column))
    strange = seen.pop(-1, 0)
    if strange:
        yield _blocks(
            f"Column {column.name}: {strange} of {len(cells)} outcomes are not among the classes.",
            "Add the class to outcome.classes, list its spelling in missing, or correct the export.",
            STEWARD,
        )
    present = {name: seen[at] for at, name in enumerate(outcome.classes) if seen[at]}
    if len(present) < 2:  # noqa: PLR2004 - one class cannot be told from another
        yield _blocks(
            f"Column {column.name}: at most one class occurs, so there is nothing to tell apart.",
            "Export subjects of every class, or correct outcome.classes.",
            STEWARD,
        )
    if study.cohort.split.column:  # the parts are given: what each holds is seen when they are read
        return
    least = needed(study.limits.coverage)
    for name, count in present.items():
        expected = math.floor(count * study.cohort.split.validation)
        if expected < least:
            yield _blocks(
                f"Class {name}: about {expected} subjects in the validation part; prediction sets with coverage "
                f"{study.limits.coverage:g} need {least}.",
                "Collect more subjects, enlarge cohort.split.validation, or lower limits.coverage with a reason.",
                STEWARD,
            )


def _marks(study: Study, records: Sequence[Record]) -> Iterator[Problem]:
    """Return what is wrong with what is marked in texts."""
    column, feature = study.column(study.outcome.column), study.features()[0]
    cells = [(one.payload.get(column.name), str(one.payload.get(feature.name) or "")) for one in records]
    try:
        told = marked_in([one for one in cells if not is_missing(one[0], column)], study)
    except DataError as fault:
        yield _blocks(fault.what, fault.remedy, STEWARD)
        return
    seen = {mark.kind for one in told for mark in one.mentions}
    if missing := [name for name in study.outcome.classes if name not in seen]:
        yield _blocks(
            f"Column {column.name}: nothing is marked as {', '.join(missing)}.",
            "Export texts with mentions of every class, or correct outcome.classes.",
            STEWARD,
        )
    if overlapping := sum(bool(one.overlapping) for one in told):
        yield _warns(
            f"Column {column.name}: in {overlapping} text(s) mentions overlap; the first, or longer, one is kept.",
            "Mark each stretch once, where the inner mentions matter.",
        )
    if widened := sum(bool(one.widened) for one in told):
        yield _warns(
            f"Column {column.name}: in {widened} text(s) a mention ends within a word; it is taken to have all of it.",
            "Nothing, unless parts of words matter.",
        )


def needed(coverage: float) -> int:
    """Return how many validation subjects of a class a prediction set of this coverage needs.

    Source: Vovk, Gammerman, Shafer 2005, Algorithmic Learning in a Random World (split conformal: 1 in n + 1).
    """
    return math.ceil(round(coverage / (1 - coverage), 9))
