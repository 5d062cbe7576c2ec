"""How records lose what identifies people: by the role of each declared column, texts scrubbed together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from primum.custody.nouns import SubjectKey
from primum.domain import mentions
from primum.domain.measurement import is_missing, measure
from primum.domain.mentions import Mention
from primum.domain.record import Record, Value
from primum.domain.study import Column, Study
from primum.errors import DataError
from primum.privacy import dates, notes
from primum.privacy.ages import OLD
from primum.privacy.alignment import Alignment
from primum.privacy.known import gather
from primum.privacy.notes import Scrubbed
from primum.privacy.surrogates import Identity

YEARS = "a"
"""The UCUM code of a year: a column in this unit holds ages or durations."""


def deidentify(records: Sequence[Record], study: Study, identity: SubjectKey) -> tuple[list[Record], Mapping[str, int]]:
    """Return a subject's records without identifiers, dates shifted, and how many of each kind were removed.

    What one text tells is removed from all texts of all records. Only declared columns pass. Counts are named
    ``identifier.<kind>``, ``span.<kind>`` (in texts), ``note``, ``date``, and ``age`` (90 and over are said as 90).
    """
    counts: Counter[str] = Counter()
    done = _scrubbed(records, study, identity.days, counts)
    safe = [_safe(record, own, study, (identity.days, counts)) for record, own in zip(records, done, strict=True)]
    return safe, dict(sorted(counts.items()))


def _scrubbed(records: Sequence[Record], study: Study, days: int, counts: Counter[str]) -> list[dict[str, Scrubbed]]:
    """Return for each record its texts without identifiers: what is found in one is replaced in all."""
    places = [
        (at, one.name, str(record.payload[one.name]))
        for at, record in enumerate(records)
        for one in study.columns
        if study.is_text(one) and not is_missing(record.payload.get(one.name), one)
    ]
    texts: list[dict[str, Scrubbed]] = [{} for _ in records]
    done = notes.scrub_all([text for _, _, text in places], gather(records, study), Identity(days=days))
    for (at, name, _), one in zip(places, done, strict=True):
        texts[at][name] = one
        counts["note"] += 1
        counts.update({f"span.{kind}": count for kind, count in one.counts.items()})
    return texts


def _safe(record: Record, texts: Mapping[str, Scrubbed], study: Study, how: tuple[int, Counter[str]]) -> Record:
    """Return a record without identifiers, given its texts without them, the days of its shift, and what counts."""
    days, counts = how
    payload: dict[str, Value] = {}
    for column in study.columns:
        if column.name not in record.payload:
            continue
        value = record.payload[column.name]
        if column.role in {"identifier", "ignored"}:
            if column.identifier and not is_missing(value, column):
                counts[f"identifier.{column.identifier}"] += 1
            continue
        if column.name in texts:
            payload[column.name] = texts[column.name].text
        elif study.is_marks(column):
            payload[column.name] = _moved(value, column, list(texts.values()))
        else:
            payload[column.name] = _without_identity(value, column, days, counts)
        unit = f"{column.name}@unit"
        if unit in record.payload:
            payload[unit] = record.payload[unit]
    return replace(record, payload=payload, time=record.time and dates.moved_day(record.time, days))


def _moved(value: Value, column: Column, texts: Sequence[Scrubbed]) -> Value:
    """Return mentions where they lie in the text without identifiers; those of which nothing is left are left out.

    Raises:
        DataError: The cell holds no mentions.
    """
    if is_missing(value, column):
        return value
    try:
        found = mentions.read(str(value))
    except ValueError as fault:
        raise DataError(
            f"{column.name}: a subject has no list of mentions.",
            remedy="Write mentions as a JSON list of [start, end, kind], counted in characters of the text from 0.",
        ) from fault
    to = Alignment(texts[0].pairs if texts else ())
    moved = [Mention(*to.moved(one.start, one.end), one.kind) for one in found]
    return mentions.written(one for one in moved if one.start < one.end)


def _without_identity(value: Value, column: Column, days: int, counts: Counter[str]) -> Value:
    if is_missing(value, column):
        return value
    if column.role == "date":
        counts["date"] += 1
        return dates.shift(str(value), days)[0] if dates.find(str(value)) else None
    if column.role == "quasi_identifier" and (day := dates.day(str(value))) is not None:
        counts["date"] += 1
        return str(day.year)
    return _capped(value, column, counts)


def _capped(value: Value, column: Column, counts: Counter[str]) -> Value:
    """Return an age of 90 and over as 90.

    Source: 45 CFR 164.514(b)(2)(i)(C).
    """
    if column.unit != YEARS or column.categories:
        return value
    years = measure(value, "", column.model_copy(update={"low": None, "high": None})).value
    if isinstance(years, float) and years >= OLD:
        counts["age"] += 1
        return OLD
    return value
