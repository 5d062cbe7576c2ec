"""The picture that was looked at last, kept unpacked for a minute, so that its slices can be gone through."""

import datetime as dt
import threading
from dataclasses import dataclass, field

from primum.clinic.cases import OutOfTurnError
from primum.clinic.desk import Desk
from primum.domain.picture import Picture, decode, is_picture

LIT = dt.timedelta(minutes=1)
"""After so long a picture is taken from the store again: who was erased meanwhile is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Film:
    case: str
    column: str
    until: dt.datetime
    picture: Picture = field(repr=False)


class Lightbox:
    """Holds one picture in memory and none on a disk.

    Args:
        desk: Knows the cases.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._film: _Film | None = None
        self._lock = threading.Lock()

    def picture(self, case: str, column: str) -> Picture:
        """Return the picture in a column of a case.

        Raises:
            OutOfTurnError: There is no such case, or no picture in that column of it.
        """
        with self._lock:
            film, now = self._film, self._desk.now()
            if film is None or (film.case, film.column) != (case, column) or now >= film.until:
                self._film = film = _Film(case=case, column=column, until=now + LIT, picture=self._taken(case, column))
            return film.picture

    def _taken(self, case: str, column: str) -> Picture:
        cell = self._desk.case(case).record.payload.get(column)
        if not is_picture(cell):
            raise OutOfTurnError("no-picture")
        return decode(str(cell))
