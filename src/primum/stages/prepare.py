"""Joins, cleans and checks the records, draws the cohort, and parts it; the test part is sealed."""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from primum.context import Context
from primum.custody.nouns import DataClass, DataSet
from primum.domain.measurement import (
    canonical_unit,
    class_of,
    comma_use,
    is_missing,
    is_numeric,
    measure,
    text_of,
)
from primum.domain.record import Record, Value, many_from_bytes
from primum.domain.study import Column, Criterion, Study
from primum.errors import DataError
from primum.ids import Digest, SubjectId
from primum.models import telling
from primum.models.cohort import Subject, known_twins, once, overlap_of, parted, refuse_too_few, twins_of
from primum.models.marked import marked_in
from primum.models.partition import PARTS
from primum.privacy import consent

LABEL = "Cleaning and splitting"
FEWEST_ALIKE = 10
"""Subjects with anything marked in their text, and without, from which on the parts are dealt evenly of both."""
AGAIN = (
    "A later part of the official split shows the same picture.",
    "官方划分中靠后的部分含有相同的图像。",
)
IMPOSSIBLE_AT_MOST = 0.2
"""Share of a column's values outside its physical range beyond which the unit, not the patients, must be wrong."""
REMEDIES = {
    "number": "Correct the cells, or list their spelling under `missing`, or declare categories.",
    "category": "Add the spelling to `categories`, or correct the cells.",
    "unknown_unit": "Write units as UCUM codes, for instance mg/dL, um, 10*9/L.",
    "other_unit": "Convert at the source; between mass and moles stands a molar mass.",
    "mixed_unit": "Name the unit of every value, or of none.",
    "mixed_comma": "Write decimals in one way throughout the column.",
    "impossible": "Name the unit in which the column is given, or correct `low` and `high`.",
}


def run(context: Context) -> dict[str, str]:
    """Write the data sets ``development``, ``validation`` and ``test`` (sealed) and the evidence ``data``.

    Raises:
        DataError: Cells cannot be read, units differ, an outcome is not among the classes, there is one class only, or
            there are too few subjects of a class.
    """
    study, source = context.study, context.input("pseudonymised")
    subjects = [_joined(name, many_from_bytes(data), study) for name, data in context.custodian.read_dataset(source)]
    _measure(subjects, study)
    _label(subjects, study)
    _assign(subjects, study)
    cohort, flow, excluded = _cohort(subjects, context)
    refuse_too_few(cohort, study)
    parts = parted(cohort, study)
    names = {name: _write(name, [cohort[at] for at in parts[name]], context) for name in PARTS}
    overlap = overlap_of(cohort, parts)
    development = [cohort[at] for at in parts["development"]]
    facts = {
        "flow": flow,
        "excluded": excluded,
        "parts": {name: telling.of_part([cohort[at] for at in parts[name]], study) for name in PARTS},
        "overlap": overlap,
        "columns": [telling.of_column(one, development, context) for one in study.features()],
        "duplicates": len(cohort) - len(set(twins_of(cohort, study))),
        "label_issues": telling.of_labels(development, study),
        "subgroups": telling.of_subgroups(cohort, context),
    }
    if study.cohort.split.column:
        counts = known_twins(cohort, parts, study)
        facts["official_split"] = {
            "column": study.cohort.split.column,
            "twins": {name: telling.shown(one, study) for name, one in counts.items()},
        }
    evidence = context.keep("data", facts, (source, *names.values()))
    return {**names, "evidence.data": evidence}


# -- joining and measuring


def _joined(name: SubjectId, records: list[Record], study: Study) -> Subject:
    """Return one record of a subject's records; each column comes from one source only."""
    payload: dict[str, Value] = {}
    for record in records:
        payload |= record.payload
    times = [one.time for one in records if one.time is not None]
    record = Record(
        subject=name,
        modality=study.modality,
        source=records[0].source if len(records) == 1 else "joined",
        time=max(times, default=None),
        payload=payload,
    )
    return Subject(name=name, records=records, record=record)


def _measure(subjects: Sequence[Subject], study: Study) -> None:
    """Replace cells by what the model sees; all columns' faults are reported together."""
    faults: list[tuple[str, str]] = []
    for column in study.columns:
        other = study.is_text(column) or study.is_picture(column)
        measured = column.role in {"feature", "quasi_identifier"} and not other
        if measured and (column.categories or is_numeric(column)):
            faults += _measure_column(column, subjects)
    if faults:
        raise DataError(
            "; ".join(what for what, _ in faults) + ".",
            remedy=" ".join(dict.fromkeys(REMEDIES[remedy] for _, remedy in faults)),
        )


def _measure_column(column: Column, subjects: Sequence[Subject]) -> list[tuple[str, str]]:
    """Measure one column in place; return (what is wrong, the key of its remedy)."""
    present = [one for one in subjects if not is_missing(one.record.payload.get(column.name), column)]
    mixed = _mixed(column, present)
    if mixed:
        return mixed
    commas = {comma_use(value) for one in present if isinstance(value := one.record.payload[column.name], str)}
    faults: Counter[str] = Counter()
    for subject in subjects:
        payload = dict(subject.record.payload)
        unit = str(payload.pop(f"{column.name}@unit", None) or "")
        measured = measure(payload.get(column.name), unit, column, decimal_comma="decimal" in commas)
        if measured.fault:
            faults[measured.fault] += 1
        payload[column.name] = measured.value
        subject.traits[column.name] = frozenset(measured.traits)
        subject.record = _with(subject.record, payload)
    found = [
        (f"{column.name}: {count} value(s) {_said(fault, column)}", fault) for fault, count in sorted(faults.items())
    ]
    impossible = sum("outlier" in one.traits[column.name] for one in present)
    if present and impossible / len(present) > IMPOSSIBLE_AT_MOST:
        share = f"{impossible / len(present):.0%}"
        found.append(
            (f"{column.name}: {share} of values are outside the physical range, as in a wrong unit", "impossible")
        )
    return found


def _said(fault: str, column: Column) -> str:
    return {
        "number": "are no numbers",
        "category": "are in none of the categories",
        "unknown_unit": "are in a unit that UCUM does not know",
        "other_unit": f"are in a unit that cannot be converted to {column.unit}",
    }[fault]


def _mixed(column: Column, present: Sequence[Subject]) -> list[tuple[str, str]]:
    """Return what is wrong where some values name a unit and others do not, or commas mean two things."""
    units = Counter(canonical_unit(str(one.record.payload.get(f"{column.name}@unit") or "")) for one in present)
    foreign = set(units) - {"", canonical_unit(column.unit)}
    if foreign and (units[""] or (not column.unit and len(foreign) > 1)):
        kinds = f"{len(set(units) - {''})} unit(s) and {units['']} value(s) without a unit"
        return [(f"{column.name}: mixed units, {kinds}", "mixed_unit")]
    texts = [value for one in present if isinstance(value := one.record.payload[column.name], str)]
    uses = {comma_use(one) for one in texts} if is_numeric(column) else set()
    if {"decimal", "thousands"} <= uses:
        return [(f"{column.name}: commas mean decimals in some values and thousands in others", "mixed_comma")]
    return []


def _with(record: Record, payload: Mapping[str, Value]) -> Record:
    return Record(
        subject=record.subject, modality=record.modality, source=record.source, time=record.time, payload=payload
    )


def _label(subjects: Sequence[Subject], study: Study) -> None:
    """Set outcomes to class indices and take them out of the records.

    Raises:
        DataError: An outcome is not among the classes.
    """
    column = study.column(study.outcome.column)
    if study.is_marks(column):
        _mark(subjects, study)
        return
    unknown = 0
    for subject in subjects:
        value = _taken(subject, column.name)
        if is_missing(value, column):
            continue
        subject.outcome = class_of(value, study.outcome.classes)
        unknown += subject.outcome < 0
    if unknown:
        raise DataError(
            f"{column.name}: {unknown} outcome(s) are none of the classes {', '.join(study.outcome.classes)}.",
            remedy="Correct them, add the class to the study, or list the spelling under `missing`.",
        )


def _taken(subject: Subject, name: str) -> Value:
    """Take a cell out of a subject's record."""
    payload = dict(subject.record.payload)
    value = payload.pop(name, None)
    subject.record = _with(subject.record, payload)
    return value


def _mark(subjects: Sequence[Subject], study: Study) -> None:
    """Set what is marked in each text, and in which subjects anything is; take it out of the records."""
    column, feature = study.column(study.outcome.column), study.features()[0]
    known = [one for one in subjects if not is_missing(one.record.payload.get(column.name), column)]
    cells = [(one.record.payload[column.name], str(one.record.payload.get(feature.name) or "")) for one in known]
    found = marked_in(cells, study)
    for subject in subjects:
        _taken(subject, column.name)
    some = sum(bool(one.mentions) for one in found)
    is_parted = min(some, len(found) - some) >= FEWEST_ALIKE
    for subject, one in zip(known, found, strict=True):
        subject.marks, subject.outcome = one.mentions, int(is_parted and bool(one.mentions))
        subject.traits[column.name] = frozenset(
            [*(["overlapping"] if one.overlapping else []), *(["widened"] if one.widened else [])]
        )


def _assign(subjects: Sequence[Subject], study: Study) -> None:
    """Set the part that an official split gives each subject, and take it out of the records.

    Raises:
        DataError: A subject is in none of the three parts.
    """
    name = study.cohort.split.column
    unknown = 0
    for subject in subjects if name else ():
        subject.part = text_of(_taken(subject, name)).casefold()
        unknown += subject.part not in PARTS
    if unknown:
        raise DataError(
            f"{name}: {unknown} subject(s) are in none of the parts {', '.join(PARTS)}.",
            remedy="Write one of these words for every subject, or take `column` out of cohort.split.",
        )


# -- cohort and parts


def _cohort(
    subjects: Sequence[Subject], context: Context
) -> tuple[list[Subject], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return who is in the study, the flow of subjects, and who was left out why."""
    study = context.study
    sources = {one.source for one in study.columns}
    before, refused = consent.in_flow(context.evidence()["intake"].facts["consent"])
    whole = sum({record.source for record in one.records} >= sources for one in subjects)
    left = [one for one in subjects if one.outcome >= 0]
    flow = [
        *(_step(*one) for one in before),
        _step("Collected", "已收集", len(subjects)),
        _step("Of these, in every source", "其中在每个来源中均有记录", whole),
        _step("With a known outcome", "结局已知", len(left)),
    ]
    lost = [*refused, ("The outcome is not known.", "结局未知。", len(subjects) - len(left))]
    for criterion in study.cohort.criteria:
        kept = [one for one in left if _meets(one.record.payload.get(criterion.column), criterion)]
        lost.append((criterion.because, criterion.because_zh or criterion.because, len(left) - len(kept)))
        flow.append(_step(*_condition(criterion, study.column(criterion.column)), len(kept)))
        left = kept
    kept = once(left, study)
    if len(kept) < len(left):
        lost.append((*AGAIN, len(left) - len(kept)))
        flow.append(_step("With a picture that no later part shows", "图像未在靠后部分中出现", len(kept)))
        left = kept
    small = study.limits.small_number
    excluded = [
        {"because": why, "because_zh": why_zh, "n": None if count and 0 < count < small else count}
        for why, why_zh, count in lost
    ]
    return left, flow, excluded


def _step(en: str, zh: str, subjects: int | None) -> dict[str, Any]:
    return {"step": en, "step_zh": zh, "subjects": subjects}


def _condition(criterion: Criterion, column: Column) -> tuple[str, str]:
    def spelled(language: str) -> str:
        parts = [
            *([f"≥ {criterion.at_least:g}"] if criterion.at_least is not None else []),
            *([f"≤ {criterion.at_most:g}"] if criterion.at_most is not None else []),
            *([" / ".join(column.shown(one, language) for one in criterion.one_of)] if criterion.one_of else []),
        ]
        return ", ".join(parts)

    return f"Meeting {column.words.en}: {spelled('en')}", f"符合 {column.words.zh}：{spelled('zh')}"


def _meets(value: Value, criterion: Criterion) -> bool:
    if value is None:
        return False
    if criterion.one_of and str(value) not in criterion.one_of:
        return False
    if criterion.at_least is None and criterion.at_most is None:
        return True
    try:
        number = float(value)
    except ValueError:
        return False
    low = -math.inf if criterion.at_least is None else criterion.at_least
    high = math.inf if criterion.at_most is None else criterion.at_most
    return low <= number <= high


def _write(name: str, subjects: Sequence[Subject], context: Context) -> Digest:
    dataset = DataSet(
        digest=context.name_for(name),
        name=name,
        data_class=DataClass.SEALED if name == "test" else DataClass.PSEUDONYMISED,
        made_of=(context.input("pseudonymised"),),
        subjects=len(subjects),
    )
    rows = [
        (
            one.name,
            json.dumps(
                {"record": one.record.as_document(), "outcome": one.told}, ensure_ascii=False, sort_keys=True
            ).encode(),
        )
        for one in subjects
    ]
    context.custodian.write_dataset(dataset, rows)
    return dataset.digest
