"""Collects the records of all sources by subject, under pseudonyms, in an order that tells nothing."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from primum import plugins
from primum.context import Context
from primum.custody.nouns import DataClass, DataSet, Row
from primum.domain.measurement import class_of, is_missing
from primum.domain.record import Record, many_from_bytes, many_to_bytes
from primum.domain.study import Source, Study
from primum.errors import AccessDeniedError, DataError
from primum.ids import SubjectId
from primum.models.marked import marked_in
from primum.privacy import consent
from primum.privacy.consent import Sorted
from primum.privacy.known import Known, gather

LABEL = "Collecting records"
EVERY = 200
"""Records between two words of progress."""


@dataclass(slots=True)
class _Collected:
    """What one source holds: a record a subject."""

    records: dict[str, Record] = field(default_factory=dict)
    merged: int = 0
    conflicting: Counter[str] = field(default_factory=Counter)


def run(context: Context) -> dict[str, str]:
    """Write the data set ``identified`` and the evidence ``intake``.

    Subjects are ordered by a permutation of their sorted identifiers that hangs on the study's seed alone, so that the
    order is the same under every key ring.

    Who gave no consent, or objected, is left out before anything is kept of him; what earlier runs kept of those who
    objected since is erased.

    Raises:
        AccessDeniedError: The study's purpose is not among those the data may be used for.
        DataError: A source or the list of those who objected cannot be read, or a source says two different things of
            one subject.
    """
    study = context.study
    _check_purpose(study)
    objecting = consent.objections(study.consent, context.folder)
    sources = {source.name: _collect(source, context) for source in study.sources}
    allowed = _leave_out(sources, objecting, study)
    order = _order(allowed.kept, study.seed)
    _erase(objecting, allowed.objecting, context)
    names = context.custodian.admit(order)
    rows = []
    for identifier, subject in zip(order, names, strict=True):
        records = [one.records[identifier] for one in sources.values() if identifier in one.records]
        rows.append((subject, _pseudonymised(identifier, records, context, subject)))
    identified = DataSet(
        digest=context.name_for("identified"),
        name="identified",
        data_class=DataClass.IDENTIFIED,
        made_of=(),
        subjects=len(rows),
    )
    context.custodian.write_dataset(identified, rows)
    facts = {**_facts(context, sources, len(order)), "consent": _consent_facts(allowed, rows, context)}
    return {"identified": identified.digest, "evidence.intake": context.keep("intake", facts, (identified.digest,))}


def _check_purpose(study: Study) -> None:
    purpose, basis = study.intended_use.purpose, study.lawful_basis
    if purpose not in basis.permitted_purposes:
        raise AccessDeniedError(
            f"The purpose {purpose} is not among those permitted: {', '.join(basis.permitted_purposes)}.",
            remedy="Ask the data access committee to approve this purpose, then name it under lawful_basis.",
        )


def _collect(source: Source, context: Context) -> _Collected:
    modality: plugins.Modality = plugins.load("modality", source.modality)
    found = _Collected()
    for count, record in enumerate(modality.read(source, context.study, context.folder), start=1):
        known = found.records.setdefault(record.subject, record)
        if known is not record:
            if known == record:
                found.merged += 1
            else:
                found.conflicting[record.subject] += 1
        if count % EVERY == 0:
            context.tell(f"{LABEL}: {source.name}", count, 0)
    if found.conflicting:
        rows = found.conflicting.total() + len(found.conflicting)
        raise DataError(
            f"Source {source.name} lists {len(found.conflicting)} subject(s) twice or more with different values "
            f"({rows} rows).",
            remedy="Leave one row a subject in the export; rows that are equal are merged by themselves.",
        )
    if not found.records:
        raise DataError(f"Source {source.name} holds no record.", remedy=f"Export {source.path} again.")
    return found


def _leave_out(sources: Mapping[str, _Collected], objecting: Sequence[str], study: Study) -> Sorted:
    """Remove the records of those who may not be used, and return who may.

    Raises:
        DataError: Nobody may.
    """
    records: dict[str, list[Record]] = {}
    for one in sources.values():
        for identifier, record in one.records.items():
            records.setdefault(identifier, []).append(record)
    allowed = consent.sorted_out(records, study.consent, objecting)
    if not allowed.kept:
        raise DataError(
            "Nobody in the sources may be used: each lacks consent or objected.",
            remedy="Compare `granted` under consent in the study file with what the column holds.",
        )
    for one in sources.values():
        one.records = {name: record for name, record in one.records.items() if name in allowed.kept}
    return allowed


def _erase(objecting: Sequence[str], met: Iterable[str], context: Context) -> None:
    """Erase what is kept from earlier runs of those who objected since, in the sources still or not."""
    for identifier in sorted({*objecting, *met}):
        if context.custodian.knows(identifier):
            context.custodian.erase(identifier)


def _order(identifiers: Collection[str], seed: int) -> list[str]:
    """Return the identifiers, sorted and then permuted."""
    listed = sorted(identifiers)
    return [listed[at] for at in np.random.default_rng(seed).permutation(len(listed))]


def _pseudonymised(identifier: str, records: list[Record], context: Context, subject: SubjectId) -> bytes:
    """Return one subject's row; each record carries what is known to identify him, for the next stage to look for."""
    known = Known(tuple(sorted({*gather(records, context.study).pairs, ("record_number", identifier)})))
    extra = known.in_payload()
    return many_to_bytes([replace(one, subject=subject, payload={**one.payload, **extra}) for one in records])


def _consent_facts(allowed: Sorted, rows: Iterable[Row], context: Context) -> dict[str, Any]:
    """Return how consent was asked, who was left out, and whether a row about to be kept is there against it."""
    asked, few = context.study.consent, context.study.limits.small_number
    objected = {context.custodian.pseudonym(one) for one in allowed.objecting}
    against = sum(
        subject in objected or not consent.has_consented(many_from_bytes(data), asked) for subject, data in rows
    )
    counts = {"without_consent": len(allowed.without), "objected": len(allowed.objecting)}
    shown = {name: None if 0 < count < few else count for name, count in counts.items()}
    return {
        "by_column": bool(asked and asked.column),
        "by_list": bool(asked and asked.opt_out),
        "in_sources": None if None in shown.values() else len(allowed.kept) + sum(counts.values()),
        "left_out": shown,
        "kept_against": against,
    }


def _facts(context: Context, sources: Mapping[str, _Collected], subjects: int) -> dict[str, Any]:
    study = context.study
    return {
        "subjects": subjects,
        "records": sum(len(one.records) for one in sources.values()),
        "sources": [_source_facts(source, sources[source.name], context.folder, subjects) for source in study.sources],
        "outcome_counts": context.custodian.suppressed_counts(
            _outcome_counts(study, sources), study.limits.small_number
        ),
        "lawful_ground": study.lawful_basis.ground,
        "exception": study.lawful_basis.exception,
        "purpose": study.intended_use.purpose,
        "purpose_permitted": True,
    }


def _source_facts(source: Source, found: _Collected, folder: Path, subjects: int) -> dict[str, Any]:
    files, sha256 = _hashed(folder / source.path)
    return {
        "name": source.name,
        "format": source.format,
        "modality": source.modality,
        "records": len(found.records),
        "duplicates_merged": found.merged,
        "subjects_missing": subjects - len(found.records),
        "files": files,
        "sha256": sha256,
    }


def _hashed(path: Path) -> tuple[int, str]:
    """Return how many files a source has, and its SHA-256: of a folder, that of the sorted digests of its files."""
    if path.is_file():
        return 1, hashlib.sha256(path.read_bytes()).hexdigest()
    digests = sorted(hashlib.sha256(one.read_bytes()).hexdigest() for one in path.rglob("*") if one.is_file())
    return len(digests), hashlib.sha256("".join(digests).encode()).hexdigest()


def _outcome_counts(study: Study, sources: Mapping[str, _Collected]) -> dict[str, int]:
    column = study.column(study.outcome.column)
    classes = study.outcome.classes
    records = sources[column.source].records.values()
    if study.is_marks(column):
        feature = study.features()[0].name
        cells = [(one.payload.get(column.name), str(one.payload.get(feature) or "")) for one in records]
        told = marked_in([one for one in cells if not is_missing(one[0], column)], study)
        return {name: sum(any(mark.kind == name for mark in one.mentions) for one in told) for name in classes}
    counts = Counter(class_of(one.payload.get(column.name), classes) for one in records)
    return {name: counts[at] for at, name in enumerate(classes)}
