"""Removes what identifies people, proves it on planted identifiers, and stops where anything is left."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from primum import plugins
from primum.context import Context
from primum.custody.nouns import DataClass, DataSet
from primum.domain.measurement import is_numeric
from primum.domain.record import Record, Value, many_from_bytes, many_to_bytes
from primum.domain.study import Column, Study
from primum.errors import DataError
from primum.ids import SubjectId
from primum.privacy import canaries
from primum.privacy.known import Known, distinctive, gather, left_in
from primum.privacy.tabular import Generalised, Risk, generalise

LABEL = "Removing identifiers"
CANARIES = 20
"""Subjects into copies of whose records canaries are planted."""
ACTIONS = {
    "identifier": "removed",
    "ignored": "removed",
    "date": "shifted",
    "text": "scrubbed",
    "quasi_identifier": "kept",
    "feature": "kept",
    "outcome": "kept",
}


@dataclass(slots=True)
class _Subject:
    """One subject on the way through protection."""

    name: SubjectId
    records: list[Record]
    known: Known
    safe: list[Record] = field(default_factory=list)


def run(context: Context) -> dict[str, str]:
    """Write the data set ``pseudonymised`` and the evidence ``privacy``.

    Raises:
        DataError: After protection an identifier is still in a record; the column is named, the value is not.
    """
    study, identified = context.study, context.input("identified")
    subjects = [_opened(name, data, study) for name, data in context.custodian.read_dataset(identified)]
    counts = _protect(subjects, context)
    alike = _generalised(subjects, study)
    rows = [(one.name, many_to_bytes(one.safe)) for one in subjects]
    pseudonymised = DataSet(
        digest=context.name_for("pseudonymised"),
        name="pseudonymised",
        data_class=DataClass.PSEUDONYMISED,
        made_of=(identified,),
        subjects=len(rows),
    )
    context.custodian.write_dataset(pseudonymised, rows)
    facts = _facts(context, counts, alike, _canaries(subjects, context))
    evidence = context.keep("privacy", facts, (identified, pseudonymised.digest))
    return {"pseudonymised": pseudonymised.digest, "evidence.privacy": evidence}


def _opened(name: SubjectId, data: bytes, study: Study) -> _Subject:
    records = many_from_bytes(data)
    return _Subject(name=name, records=records, known=gather(records, study))


@cache
def _modality(name: str) -> plugins.Modality:
    modality: plugins.Modality = plugins.load("modality", name)
    return modality


def _deidentified(
    records: Sequence[Record], context: Context, subject: SubjectId
) -> tuple[list[Record], Mapping[str, int]]:
    days = context.custodian.date_shift(subject)
    safe, counts = [], Counter[str]()
    for record in records:
        cleaned, removed = _modality(record.modality).deidentify(record, context.study, days)
        safe.append(cleaned)
        counts.update(removed)
    return safe, counts


def _protect(subjects: Sequence[_Subject], context: Context) -> Counter[str]:
    """De-identify every subject and return what was removed.

    Raises:
        DataError: An identifier is left: a subject's own in any spelling, or the number of another subject.
    """
    others = {one for subject in subjects for one in distinctive(subject.known)}
    numeric = {one.name for one in context.study.columns if is_numeric(one)}
    counts: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for done, subject in enumerate(subjects, start=1):
        subject.safe, removed = _deidentified(subject.records, context, subject.name)
        counts.update(removed)
        for record in subject.safe:
            left.update(left_in(record.payload, subject.known, others, numeric))
        if done % 100 == 0:
            context.tell(LABEL, done, len(subjects))
    if left:
        where = ", ".join(f"{name} ({count} record(s))" for name, count in sorted(left.items()))
        raise DataError(
            f"Identifiers are left after protection, in: {where}.",
            remedy="Give these columns the role identifier, text or ignored in the study, or clean them at the source.",
        )
    return counts


def _generalised(subjects: Sequence[_Subject], study: Study) -> Generalised | None:
    """Make quasi-identifiers as coarse as the declared k asks; return what was done, None where there are none."""
    columns = _quasi_identifiers(study)
    if not columns or not subjects:
        return None
    rows = [_joined(one.safe, columns) for one in subjects]
    alike = generalise(rows, columns, study.limits.k_anonymity_at_least)
    for subject, row in zip(subjects, alike.rows, strict=True):
        subject.safe = [
            replace(one, payload={name: row.get(name, value) for name, value in one.payload.items()})
            for one in subject.safe
        ]
    return alike


def _quasi_identifiers(study: Study) -> list[Column]:
    return [one for one in study.columns if one.role == "quasi_identifier"]


def _joined(records: Sequence[Record], columns: Sequence[Column]) -> dict[str, Value]:
    found: dict[str, Value] = {one.name: None for one in columns}
    for record in records:
        found |= {name: value for name, value in record.payload.items() if name in found}
    return found


def _canaries(subjects: Sequence[_Subject], context: Context) -> dict[str, int]:
    """Plant made-up identifiers into copies of the first subjects' records, protect them, count what comes through."""
    planted = found = 0
    for number, subject in enumerate(subjects[:CANARIES]):
        copies, needles = canaries.plant(subject.records, context.study, number)
        safe, _ = _deidentified(copies, context, subject.name)
        planted += len(needles)
        found += canaries.found(safe, needles)
    return {"planted": planted, "found": found}


def _facts(
    context: Context, counts: Mapping[str, int], alike: Generalised | None, planted: Mapping[str, int]
) -> dict[str, Any]:
    study = context.study
    changed = alike.how if alike else {}
    return {
        "removed": _counted(counts, "identifier.", study, context),
        "direct_identifiers_left": 0,
        "canaries": dict(planted),
        "dates_shifted": counts.get("date", 0),
        "ages_capped": _shown(counts.get("age", 0), study),
        "notes_scrubbed": counts.get("note", 0),
        "spans_replaced": _counted(counts, "span.", study, context),
        "quasi_identifiers": [one.name for one in _quasi_identifiers(study)],
        "k_anonymity": _anonymity(alike, study, context),
        "columns": [
            {
                "name": one.name,
                "role": one.role,
                "action": "generalised" if one.name in changed else ACTIONS[one.role],
            }
            for one in study.columns
        ],
    }


def _counted(counts: Mapping[str, int], prefix: str, study: Study, context: Context) -> dict[str, int | None]:
    mine: dict[str, int] = defaultdict(int)
    for name, count in counts.items():
        if name.startswith(prefix):
            mine[name.removeprefix(prefix)] += count
    return context.custodian.suppressed_counts(dict(sorted(mine.items())), study.limits.small_number)


def _shown(count: int, study: Study) -> int | None:
    return None if 0 < count < study.limits.small_number else count


def _anonymity(alike: Generalised | None, study: Study, context: Context) -> dict[str, Any]:
    if alike is None:
        subjects = context.custodian.describe(context.input("identified")).subjects
        alone = Risk(k=subjects, unique_share=0.0, prosecutor_risk=1 / max(subjects, 1))
        return {**_risk(alone, study), "generalised": {}, "generalised_zh": {}}
    how = {"generalised": dict(alike.how), "generalised_zh": dict(alike.how_zh)}
    return {**_risk(alike.after, study), **how, "before": _risk(alike.before, study)}


def _risk(risk: Risk, study: Study) -> dict[str, Any]:
    return {
        "k": _shown(risk.k, study),
        "unique_share": round(risk.unique_share, 2),
        "prosecutor_risk": round(risk.prosecutor_risk, 6),
    }
