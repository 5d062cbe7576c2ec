"""Pictures without identifiers: text in their pixels blacked out; headers never came along."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from primum.columns import protecting
from primum.custody.nouns import SubjectKey
from primum.domain.picture import decode, encode, is_picture
from primum.domain.record import Record, Value
from primum.domain.study import Study
from primum.imaging import burned

ABSENT = "absent"


def deidentify(records: Sequence[Record], study: Study, identity: SubjectKey) -> tuple[list[Record], Mapping[str, int]]:
    """Return a subject's records without identifiers, and what was done.

    Beside what is counted of other columns: ``span.burned_in``, rectangles of text blacked out; ``picture.searched``,
    ``picture.said_clean`` (by the file), ``picture.said_absent`` (by the author of the study, of the whole source),
    ``picture.too_small`` to hold text; ``picture.face_possible``, in slices of a head or of what is not said.

    Raises:
        PictureRefusedError: Text is left in a picture, or was announced and not found.
    """
    counts: Counter[str] = Counter()
    clean = [replace(one, payload=_payload(one, study, counts)) for one in records]
    safe, removed = protecting.deidentify(clean, study, identity)
    counts.update(removed)
    return safe, {name: count for name, count in sorted(counts.items()) if count}


def _payload(record: Record, study: Study, counts: Counter[str]) -> dict[str, Value]:
    seen = {one.name for one in study.columns if one.role == "feature"}
    stated = {one.name: one.burned_in for one in study.sources}
    payload = dict(record.payload)
    for name, value in record.payload.items():
        if name not in seen or not is_picture(value):
            continue
        picture = decode(str(value))
        counts["picture.face_possible"] += "face" in picture.facts
        if stated.get(record.source) == ABSENT:
            counts["picture.said_absent"] += 1
            continue
        done = burned.blackened(picture)
        counts[f"picture.{done.how}"] += 1
        counts["span.burned_in"] += done.places
        if done.places:
            payload[name] = encode(done.picture)
    return payload
