"""One file through one handler, without a run around it."""

import hashlib
import io
from pathlib import Path
from typing import Any

from primum.deid import formats, handlers
from primum.deid.desk import Desk
from primum.deid.jobs import Job
from primum.deid.keeping import Keeper, Nobody
from primum.deid.nouns import Choices, Found, Introduced, Outcome, Source
from primum.deid.scanning import scan
from primum.deid.subjects import Register
from primum.deid.walking import walk

KEY = b"k" * 32


class Remembering(Nobody):
    """Has everything done that a home would need, and keeps it nowhere."""

    reversible = True


def desk(*introductions: Introduced, keeper: Keeper | None = None, **choices: Any) -> Desk:
    register = Register()
    for one in introductions:
        register.meet(one)
    register.settle()
    return Desk(register, keeper or Nobody(KEY), Choices(year=2026, **choices), None)


def source(place: Path) -> Source:
    return formats.recognise(walk(place)[0])


def written(place: Path, data: bytes) -> Source:
    place.write_bytes(data)
    return source(place)


class Done:
    """What came of one file.

    Attributes:
        data: What was written.
        outcome: What the handler says.
        found: What the residual scan says.
        place: Where it was written.
    """

    def __init__(self, one: Source, at: Desk | None = None, subject: str = "s") -> None:
        self.desk = at or desk(*handlers.introduce(one))
        target = io.BytesIO()
        self.outcome: Outcome = handlers.CLEAN[one.form](
            Job(source=one, target=target, subject=subject, desk=self.desk)
        )
        self.data = target.getvalue()
        self.place = one.place.with_name(one.place.name + "-written")
        self.place.write_bytes(self.data)
        self.found: Found = self.scanned(self.data)

    def scanned(self, data: bytes) -> Found:
        """Return what the residual scan says of other bytes in place of those written."""
        return scan(self.outcome.reread(io.BytesIO(data)), self.desk)

    @property
    def text(self) -> str:
        return self.data.decode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
