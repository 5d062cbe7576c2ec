"""Rows of a table without identifiers, one after the other."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from primum.privacy import dates
from primum.privacy.cells import NUMBER, could_be_direct, is_number
from primum.privacy.columns import ColumnRole
from primum.privacy.person import Person
from primum.privacy.postcodes import truncated
from primum.privacy.spans import POLICIES, Kind

OLDEST = POLICIES["safe-harbor"].oldest
"""Nobody is shown to be older."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet takes for a formula; such cells are kept as they are, and counted."""
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+\-]\d\d:?\d\d)?)?")
REMEMBERED = 4096
"""Of so many persons is known at once how they appear."""
_KINDS = {
    "name": Kind.NAME, "phone": Kind.PHONE, "email": Kind.EMAIL, "url": Kind.URL, "street": Kind.STREET,
    "place": Kind.PLACE, "hospital": Kind.HOSPITAL, "id": Kind.OTHER_ID, "subject": Kind.RECORD_NUMBER,
}  # fmt: skip

Who = Callable[[str], Person]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How much is kept.

    Attributes:
        year: The present year, in which ages count.
        birth: ``year`` shows the year of birth alone; ``shift`` moves the day like other dates.
    """

    year: int
    birth: Literal["year", "shift"] = "year"


@dataclass(slots=True)
class Tally:
    """What was done.

    Attributes:
        rows: Rows that were cleaned.
        actions: (Number of the column counted from 0, action) to how many cells it changed.
        formulas: Cells that a spreadsheet would take for a formula.
    """

    rows: int = 0
    actions: Counter[tuple[int, str]] = field(default_factory=Counter)
    formulas: int = 0


def clean_rows(
    rows: Iterable[Sequence[str]], found: Sequence[ColumnRole], who: Who, options: Options, tally: Tally
) -> Iterator[list[str]]:
    """Yield rows without identifiers, in bounded memory.

    Cells beyond the header are treated as free text; empty cells stay empty.

    Args:
        rows: Cells as texts.
        found: What each column is, as ``roles`` tells or somebody corrected.
        who: Tells how a subject appears, by the cell that names it; asked with an empty text where no column does.
        options: How much is kept.
        tally: Counts what was done.
    """
    at = next((at for at, one in enumerate(found) if one.action == "subject"), -1)
    asked = lru_cache(maxsize=REMEMBERED)(who)
    extra = ColumnRole(name="", kind="text", action="scrub", why="", why_zh="")
    for row in rows:
        person = asked(row[at].strip() if 0 <= at < len(row) else "")
        clean = [
            _cell(cell, found[place] if place < len(found) else extra, person, options) if cell.strip() else cell
            for place, cell in enumerate(row)
        ]
        tally.rows += 1
        for place, (old, new) in enumerate(zip(row, clean, strict=True)):
            if old != new:
                tally.actions[place, found[place].action if place < len(found) else "scrub"] += 1
            if new.startswith(FORMULA) and not is_number(new):
                tally.formulas += 1
        yield clean


def _cell(cell: str, role: ColumnRole, person: Person, options: Options) -> str:
    """Return what becomes of a cell that is not empty."""
    action = role.action
    if action in {"subject", "token", "surrogate"}:
        named = person.name if action == "subject" else ""
        return named or person.surrogate(_KINDS.get(role.kind, Kind.OTHER_ID), cell.strip())
    treated: dict[str, Callable[[], str]] = {
        "keep": lambda: _kept(cell, role, person),
        "remove": str,
        "shift": lambda: _day(cell, role, person, options),
        "birth": lambda: _day(cell, role, person, options),
        "postcode": lambda: truncated(cell) or "",
        "age": lambda: _age(cell, person),
    }
    return treated[action]() if action in treated else person.scrub(cell)


def _kept(cell: str, role: ColumnRole, person: Person) -> str:
    """Return a cell that may stay; words that were not seen before may hold anything."""
    if (cell.strip() in role.usual and not could_be_direct(cell)) or (NUMBER.fullmatch(cell) and not role.usual):
        return cell
    return person.scrub(cell)


def _day(cell: str, role: ColumnRole, person: Person, options: Options) -> str:
    text = cell.strip()
    if text.isdigit() and len(text) == 4:  # noqa: PLR2004 - digits of a year
        return str(max(int(text), options.year - OLDEST)) if role.action == "birth" else cell
    iso = _iso(text)
    if role.action == "birth":
        day = iso or dates.day(text)
        if day is None:
            return person.surrogate(Kind.DATE, text)
        if options.birth == "year" or options.year - day.year >= OLDEST:
            return str(max(day.year, options.year - OLDEST))
    moved = dates.moved_day(iso, person.days) if iso else None
    if moved:
        return f"{moved.isoformat()}{text[10:]}"
    return dates.moved(text, person.days, month_first=role.month_first) or person.scrub(cell)


def _iso(text: str) -> dt.date | None:
    """Return the day of a text that begins with one as ISO 8601 writes it, a time after it perhaps; it is read fast."""
    match = _ISO.fullmatch(text)
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _age(cell: str, person: Person) -> str:
    """Return an age of no more than 90."""
    if is_number(cell):
        number = float(cell.strip(" <>=≤≥~%").replace(",", "."))
        return str(OLDEST) if number >= OLDEST else cell
    digits = "".join(one if one.isdigit() else " " for one in cell).split()
    if len(digits) == 1 and len(cell) <= 20:  # noqa: PLR2004 - 92 years and 3 months
        return person.surrogate(Kind.AGE, cell) if int(digits[0]) >= OLDEST else cell
    return person.scrub(cell)
