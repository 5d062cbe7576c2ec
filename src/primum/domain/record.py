"""A record: one observation of one pseudonymous subject at one time in one modality."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from primum.ids import SubjectId

Value = str | float | int | bool | None
"""What a cell of a record may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one source says of one subject.

    Attributes:
        subject: Before the ingest stage the hospital's own identifier; from then on the pseudonym.
        modality: A registered kind of data, for instance ``table``.
        source: The name of the source in the study file.
        time: The day of observation, where the source tells it.
        payload: Column name to value; never shown when the record is printed.
    """

    subject: SubjectId
    modality: str
    source: str
    time: dt.date | None = None
    payload: Mapping[str, Value] = field(repr=False)

    def as_document(self) -> dict[str, Any]:
        """Return plain JSON; ``Record.from_document`` gives an equal record back."""
        return {
            "subject": self.subject,
            "modality": self.modality,
            "source": self.source,
            "time": self.time.isoformat() if self.time else None,
            "payload": dict(self.payload),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Record":
        """Return the record that ``as_document`` wrote."""
        time = document["time"]
        return cls(
            subject=SubjectId(document["subject"]),
            modality=document["modality"],
            source=document["source"],
            time=dt.date.fromisoformat(time) if time else None,
            payload=document["payload"],
        )

    def to_bytes(self) -> bytes:
        """Return the record as UTF-8 JSON; ``Record.from_bytes`` gives an equal record back."""
        return json.dumps(self.as_document(), ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Record":
        """Return the record that ``to_bytes`` wrote."""
        return cls.from_document(json.loads(data))


def many_to_bytes(records: Sequence[Record]) -> bytes:
    """Return a subject's records as one UTF-8 JSON list; ``many_from_bytes`` gives equal records back."""
    return json.dumps([one.as_document() for one in records], ensure_ascii=False, sort_keys=True).encode()


def many_from_bytes(data: bytes) -> list[Record]:
    """Return the records that ``many_to_bytes`` wrote."""
    return [Record.from_document(one) for one in json.loads(data)]
