"""What happens at the doctor's desk: events in order, each sealed under its subject's own key."""

import sqlalchemy as sa

from primum.custody import crypto, datakeys
from primum.custody.door import Deed, Door
from primum.custody.nouns import Action, DataClass
from primum.custody.store import events
from primum.errors import IntegrityError
from primum.ids import SubjectId


def append(door: Door, stream: str, subject: SubjectId, event: bytes) -> None:
    """Keep an event; it cannot be changed or taken back.

    Raises:
        DataError: The subject was erased.
    """
    deed = Deed(
        action="append event", about=subject, needs=(DataClass.CLINICAL, Action.WRITE), detail={"stream": stream}
    )
    with door.act(deed) as work:
        key = datakeys.ensure(door, work, [subject])[subject]
        seq = int(work.execute(sa.select(sa.func.coalesce(sa.func.max(events.c.seq), 0))).scalar_one()) + 1
        sealed = crypto.seal(key, event, _binding(stream, subject, seq))
        work.execute(sa.insert(events), {"seq": seq, "stream": stream, "subject": subject, "sealed": sealed})


def read(door: Door, stream: str) -> list[tuple[int, SubjectId, bytes]]:
    """Return the events of a stream with their numbers, oldest first, those of erased subjects left out.

    Raises:
        IntegrityError: One was altered, moved or removed.
    """
    deed = Deed(action="read events", needs=(DataClass.CLINICAL, Action.READ), detail={"stream": stream})
    with door.act(deed) as work:
        count = work.execute(sa.select(sa.func.count()).select_from(events)).scalar_one()
        rows = work.execute(sa.select(events).where(events.c.stream == stream).order_by(events.c.seq)).mappings().all()
        newest = work.execute(sa.select(sa.func.coalesce(sa.func.max(events.c.seq), 0))).scalar_one()
        keys = datakeys.find(door, work, (row["subject"] for row in rows))
        if count != newest:
            raise _altered(stream)
        found = []
        for row in rows:
            subject = SubjectId(row["subject"])
            try:
                key = keys[subject]
                if key is not None:
                    event = crypto.unseal(key, row["sealed"], _binding(stream, subject, row["seq"]))
                    found.append((int(row["seq"]), subject, event))
            except (crypto.UnsealError, KeyError) as fault:
                raise _altered(stream) from fault
    return found


def _binding(stream: str, subject: str, seq: int) -> list[str | int]:
    return ["event", stream, subject, seq]


def _altered(stream: str) -> IntegrityError:
    return IntegrityError(
        f"The events of {stream} are not as they were kept: one was altered, moved or removed.",
        remedy="Restore store.db and the audit folder from one and the same backup.",
    )
