"""How a new case loses the patient's identity before the desk keeps anything of it: as in a study, and checked."""

from collections.abc import Iterable
from dataclasses import replace

from primum import plugins
from primum.custody.custodian import Custodian
from primum.domain.measurement import is_numeric
from primum.domain.picture import is_picture
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
    numeric = {one.name for one in study.columns if is_numeric(one) and not study.is_text(one)}
    found, left = [], set[str]()
    for name, some in subjects.items():
        clean = _joined(_clean(some, known[name], study, custodian))
        written = {column: value for column, value in clean.payload.items() if not is_picture(value)}
        left |= left_in(written, known[name], others, numeric)
        found.append(clean)
    if left:
        raise DataError(
            f"Identifiers are left after protection, in: {', '.join(sorted(left))}. Nothing was taken in.",
            remedy="Clean these columns at the source, and send the cases again.",
        )
    return found


def _known(identifier: str, records: list[Record], study: Study) -> Known:
    return Known(tuple(sorted({*gather(records, study).pairs, ("record_number", identifier)})))


def _clean(records: list[Record], known: Known, study: Study, custodian: Custodian) -> list[Record]:
    """Return a subject's records without identifiers and without the outcome, by modality."""
    subject = custodian.pseudonym(records[0].subject)
    identity, found = custodian.identity(subject), list[Record]()
    for name in dict.fromkeys(one.modality for one in records):
        modality: Modality = plugins.load("modality", name)
        telling = [
            replace(one, subject=subject, payload={**one.payload, **known.in_payload()})
            for one in records
            if one.modality == name
        ]
        found += modality.deidentify(telling, study, identity)[0]
    return [_without(study.outcome.column, one) for one in found]


def _without(column: str, record: Record) -> Record:
    return replace(record, payload={name: value for name, value in record.payload.items() if name != column})


def _joined(records: list[Record]) -> Record:
    """Return one record of all; where several tell, the first holds."""
    payload: dict[str, Value] = {}
    for record in records:
        for name, value in record.payload.items():
            if payload.get(name) is None:
                payload[name] = value
    days = [record.time for record in records if record.time]
    return replace(records[0], payload=payload, time=days[0] if days else None)
