"""How a new case loses the patient's identity before the desk keeps anything of it: as in a study, and checked."""

from collections.abc import Iterable
from dataclasses import replace

from primum import plugins
from primum.custody.custodian import Custodian
from primum.domain.measurement import is_numeric
from primum.domain.record import Record, Value
from primum.domain.study import Study
from primum.errors import DataError
from primum.plugins import Modality
from primum.privacy.known import Known, distinctive, gather, left_in


def protected(records: Iterable[Record], study: Study, custodian: Custodian) -> list[Record]:
    """Return one record a subject: pseudonymous, de-identified, dates shifted, the outcome left out.

    What any record tells of a subject's identity is looked for in all of them.

    Args:
        records: Subjects under the hospital's own identifiers.
        study: Says which columns identify.
        custodian: Knows pseudonyms and shifts.

    Raises:
        DataError: An identifier is left; the column is named, the value is not.
    """
    subjects: dict[str, list[Record]] = {}
    for record in records:
        subjects.setdefault(record.subject, []).append(record)
    known = {name: _known(name, some, study) for name, some in subjects.items()}
    others = {one for each in known.values() for one in distinctive(each)}
    numeric = {one.name for one in study.columns if is_numeric(one)}
    found, left = [], set[str]()
    for name, some in subjects.items():
        clean = _joined([_clean(record, known[name], study, custodian) for record in some])
        left |= left_in(clean.payload, known[name], others, numeric)
        found.append(clean)
    if left:
        raise DataError(
            f"Identifiers are left after protection, in: {', '.join(sorted(left))}. Nothing was taken in.",
            remedy="Clean these columns at the source, and send the cases again.",
        )
    return found


def _known(identifier: str, records: list[Record], study: Study) -> Known:
    return Known(tuple(sorted({*gather(records, study).pairs, ("record_number", identifier)})))


def _clean(record: Record, known: Known, study: Study, custodian: Custodian) -> Record:
    subject = custodian.pseudonym(record.subject)
    modality: Modality = plugins.load("modality", record.modality)
    telling = replace(record, subject=subject, payload={**record.payload, **known.in_payload()})
    clean, _ = modality.deidentify(telling, study, custodian.identity(subject))
    outcome = study.outcome.column
    return replace(clean, payload={name: value for name, value in clean.payload.items() if name != outcome})


def _joined(records: list[Record]) -> Record:
    """Return one record of all; where several tell, the first holds."""
    payload: dict[str, Value] = {}
    for record in records:
        for name, value in record.payload.items():
            if payload.get(name) is None:
                payload[name] = value
    days = [record.time for record in records if record.time]
    return replace(records[0], payload=payload, time=days[0] if days else None)
