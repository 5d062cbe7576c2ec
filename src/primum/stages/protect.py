"""Removes what identifies people, estimates what it misses on planted identifiers, stops where anything is left."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from primum import plugins
from primum.context import Context
from primum.custody.nouns import DataClass, DataSet
from primum.domain.measurement import is_numeric, number
from primum.domain.picture import is_picture
from primum.domain.record import Record, Value, many_from_bytes, many_to_bytes
from primum.domain.study import Column, Study
from primum.errors import DataError
from primum.ids import SubjectId
from primum.privacy import canaries, residual
from primum.privacy.diversity import Diversity, measure
from primum.privacy.known import Known, gather
from primum.privacy.risk import groups_of, risks
from primum.privacy.tabular import Generalised, Risk, generalise

LABEL = "Removing identifiers"
CANARIES = 20
"""Subjects who become made-up people in copies of their records."""
TEXTS = 500
"""Texts, drawn from all, into copies of which strangers are planted."""
ACTIONS = {
    "identifier": "removed",
    "ignored": "removed",
    "date": "shifted",
    "text": "scrubbed",
    "quasi_identifier": "kept",
    "feature": "kept",
    "outcome": "kept",
    "part": "kept",
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
    counts, left = _protect(subjects, context)
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
    facts = {
        **_facts(context, counts, alike),
        "canaries": {**_canaries(subjects, context), **_strangers(subjects, context)},
        "residual": _attested(left, len(subjects), context),
        **_risk_facts(subjects, study),
    }
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
    """Return a subject's records without identifiers, in their order: each modality is given all of them at once."""
    identity = context.custodian.identity(subject)
    safe, counts = dict[int, Record](), Counter[str]()
    for modality in dict.fromkeys(one.modality for one in records):
        places = [at for at, one in enumerate(records) if one.modality == modality]
        cleaned, removed = _modality(modality).deidentify([records[at] for at in places], context.study, identity)
        safe.update(zip(places, cleaned, strict=True))
        counts.update(removed)
    return [safe[at] for at in range(len(records))], counts


def _protect(subjects: Sequence[_Subject], context: Context) -> tuple[Counter[str], residual.Left]:
    """De-identify every subject; return what was removed, and what an independent search doubts.

    Raises:
        DataError: An identifier is left: a subject's own in any spelling, the number of another subject, or what proves
            itself to be one.
    """
    others = {one for subject in subjects for one in residual.numerals(subject.known.pairs)}
    numeric = {one.name for one in context.study.columns if is_numeric(one) and not context.study.is_text(one)}
    marks = {one.name for one in context.study.columns if context.study.is_marks(one)}  # places and kinds, no words
    counts: Counter[str] = Counter()
    where: Counter[str] = Counter()
    left = residual.Left()
    for done, subject in enumerate(subjects, start=1):
        subject.safe, removed = _deidentified(subject.records, context, subject.name)
        counts.update(removed)
        cells = ((name, value) for record in subject.safe for name, value in record.payload.items())
        for name, value in ((name, value) for name, value in cells if name not in marks and not is_picture(value)):
            found = _search(value, subject.known, others, is_measured=name in numeric)
            left.add(found)
            where[name] += bool(found.certain)
        if done % 100 == 0:
            context.tell(LABEL, done, len(subjects))
    if left.certain:
        columns = ", ".join(f"{name} ({count} record(s))" for name, count in sorted(where.items()) if count)
        raise DataError(
            f"Identifiers are left after protection, in: {columns}.",
            remedy="Give these columns the role identifier, text or ignored in the study, or clean them at the source.",
        )
    return counts, left


def _search(value: Value, known: Known, others: set[str], *, is_measured: bool) -> residual.Left:
    """Return what is left in a cell; a measurement resembles numbers by chance, so that only an equal one counts."""
    text = "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)
    if is_measured and number(text) is not None:
        return residual.Left(certain=Counter(["number"] if residual.equals(text, known.pairs) else []))
    found = residual.scan(text, known.pairs)
    if residual.holds_any(text, others):
        found.certain["number"] += 1
    return found


def _generalised(subjects: Sequence[_Subject], study: Study) -> Generalised | None:
    """Make quasi-identifiers as coarse as the declared k asks; return what was done, None where there are none."""
    columns = _quasi_identifiers(study)
    if not columns or not subjects:
        return None
    rows = [_joined(one.safe, [*columns, study.column(study.outcome.column)]) for one in subjects]
    limits = study.limits
    asked = Diversity(distinct=limits.l_diversity_at_least, closeness=limits.t_closeness_at_most)
    alike = generalise(rows, columns, limits.k_anonymity_at_least, diversity=asked, sensitive=study.outcome.column)
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
    """Make the first subjects other people in copies of their records, protect them, count what comes through."""
    planted = found = 0
    for at, subject in enumerate(subjects[:CANARIES]):
        copies, needles = canaries.plant(subject.records, context.study, at)
        safe, _ = _deidentified(copies, context, subject.name)
        planted += len(needles)
        found += canaries.found(safe, needles)
    return {"planted": planted, "found": found}


def _strangers(subjects: Sequence[_Subject], context: Context) -> dict[str, Any]:
    """Plant people nobody told of into copies of texts, protect them, estimate the share of identifiers missed."""
    columns = [one.name for one in context.study.columns if context.study.is_text(one)]
    hosts = [
        (subject, record, name)
        for subject in subjects
        for record in subject.records
        for name in columns
        if str(record.payload.get(name) or "").strip()
    ]
    chosen = np.random.default_rng(context.study.seed).permutation(len(hosts))[:TEXTS]
    drawn = [hosts[at] for at in chosen]
    outcomes: list[tuple[str, bool]] = []
    for one in canaries.sow([str(record.payload[name]) for _, record, name in drawn], context.study.seed):
        subject, record, name = drawn[one.at]
        copy = replace(record, payload={**record.payload, name: one.text})
        (safe,), _ = _deidentified([copy], context, subject.name)
        outcomes += canaries.missed(str(safe.payload.get(name) or ""), one)
    by_class = canaries.as_documents(canaries.estimates(outcomes))
    overall = by_class.pop(canaries.OVERALL, None)
    return {"text_columns": len(columns), "texts": len(drawn), "by_class": by_class, "overall": overall}


def _attested(left: residual.Left, searched: int, context: Context) -> dict[str, Any]:
    told = residual.attestation(left, searched)
    few = context.study.limits.small_number
    return {**told, "doubtful": context.custodian.suppressed_counts(told["doubtful"], few)}


def _facts(context: Context, counts: Mapping[str, int], alike: Generalised | None) -> dict[str, Any]:
    study = context.study
    changed = alike.how if alike else {}
    return {
        "removed": _counted(counts, "identifier.", study, context),
        "direct_identifiers_left": 0,
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
                "action": _action(one, changed, study),
            }
            for one in study.columns
        ],
    }


def _action(column: Column, changed: Mapping[str, str], study: Study) -> str:
    if study.is_text(column):
        return ACTIONS["text"]
    return "generalised" if column.name in changed else ACTIONS[column.role]


def _risk_facts(subjects: Sequence[_Subject], study: Study) -> dict[str, Any]:
    """Return how likely people of different knowledge name a subject, and what a group says of its members."""
    names = [one.name for one in _quasi_identifiers(study)]
    outcome = study.column(study.outcome.column)
    rows = [_joined(one.safe, [*_quasi_identifiers(study), outcome]) for one in subjects]
    if not rows:
        return {}
    groups, held = groups_of(rows, names), study.cohort.population
    size = None if held is None else max(held, len(rows))
    named = risks(groups, population_size=size, threshold=study.limits.reidentification_risk_at_most)
    diverse = measure(groups, groups_of(rows, [outcome.name]))
    return {
        "risk": named.as_document(study.limits.small_number),
        "diversity": {
            "sensitive": outcome.name,
            "distinct": diverse.distinct,
            "entropy": round(diverse.entropy, 6),
            "closeness": round(diverse.closeness, 6),
        },
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
