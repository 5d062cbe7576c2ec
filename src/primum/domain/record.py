"""A record: one observation of one pseudonymous subject at one time in one modality."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

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

    def to_bytes(self) -> bytes:
        """Return the record as UTF-8 JSON; ``Record.from_bytes`` gives an equal record back."""
        document = {
            "subject": self.subject,
            "modality": self.modality,
            "source": self.source,
            "time": self.time.isoformat() if self.time else None,
            "payload": dict(self.payload),
        }
        return json.dumps(document, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Record":
        """Return the record that ``to_bytes`` wrote."""
        document = json.loads(data)
        time = document["time"]
        return cls(
            subject=SubjectId(document["subject"]),
            modality=document["modality"],
            source=document["source"],
            time=dt.date.fromisoformat(time) if time else None,
            payload=document["payload"],
        )
