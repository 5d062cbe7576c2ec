"""What a column seems to be, from its header and its cells: a guess to be confirmed by a person."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from primum.domain.measurement import canonical_unit, is_unit, number
from primum.drafting import vocabulary
from primum.drafting.vocabulary import MISSING, Identifier, has
from primum.privacy import dates

Role = Literal["feature", "outcome", "identifier", "quasi_identifier", "date", "text", "ignored"]

MOSTLY = 0.9
"""Share of cells that must agree before a column is taken for what they say."""
FEW = 12
"""Most categories a column may have."""
MANY = 60
"""Most classes an outcome may have that its header names."""
LONG = 40
"""Mean characters from which a cell is a text that somebody wrote; a Han character says as much as three others."""
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
WIDEN = 0.5
"""By how much of its width a seen range is widened, so that it tells no patient's extreme value."""

CONTENT: tuple[tuple[Identifier, str], ...] = (
    ("email", r"[^@\s]+@[^@\s]+\.[a-z]{2,}"),
    ("national_id", r"\d{3}-\d{2}-\d{4}|\d{17}[\dXx]|\d{8}[A-Z]|[XYZ]\d{7}[A-Z]"),
    ("phone", r"\+\d[\d ()\-]{7,17}|\(?\d{3}\)?[ \-]\d{3}[ \-]\d{4}|1[3-9]\d{9}"),
)
CODE = re.compile(r"(?=.*\d)[A-Za-z]{1,4}[-/ ]?\d[\dA-Za-z\-/]{3,15}")
"""Shape of a record number: a few letters, then mostly digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What a column seems to be.

    Attributes:
        role: As a study names it.
        identifier: Kind, where it identifies.
        unit: UCUM code from the header, where it names one.
        low: Below this a value is not plausible.
        high: Above this a value is not plausible.
        categories: Where it takes few values.
        why: What spoke for it, for a person to judge.
    """

    role: Role
    identifier: Identifier = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    categories: tuple[str, ...] = ()
    why: str


def guess(header: str, cells: Sequence[str]) -> Guess:
    """Return what a column seems to be; identifiers are looked for first, for a miss there does most harm."""
    words = words_of(header)
    seen = [one for one in cells if one.strip() not in MISSING]
    kind, why = identifier(header, seen)
    if kind:
        return Guess(role="identifier", identifier=kind, why=why)
    if words in vocabulary.QUASI or words.partition(" ")[0] in vocabulary.QUASI_FIRST:
        return _quasi(seen)
    if len(set(seen)) < 2:  # noqa: PLR2004 - one value tells nobody apart
        return Guess(role="ignored", why="says the same of everybody, or nothing")
    if tells_units(header, seen):
        return Guess(role="ignored", why="tells units: name it as unit_column of the columns it speaks of")
    if has(words, vocabulary.DATE, vocabulary.DATE_PARTS) and _share(seen, _is_day) >= MOSTLY:
        return Guess(role="date", why="header and cells say so")
    return _of_content(seen, unit_of(header))


def identifier(header: str, seen: Sequence[str]) -> tuple[Identifier, str]:
    """Return which kind of identifier a column seems to hold and why; an empty kind where it seems to hold none.

    Args:
        header: Of the column.
        seen: Its cells that are not missing.
    """
    words = words_of(header)
    named = _named(words)
    if named:
        return named, "its header says so"
    if not seen or _share(seen, _is_measured) >= MOSTLY:
        return "", ""
    for kind, pattern in CONTENT:
        if _share(seen, re.compile(pattern).fullmatch) >= MOSTLY:
            return kind, "its cells look so"
    if len(set(seen)) == len(seen) > FEW and _share(seen, CODE.fullmatch) >= MOSTLY:
        return "record_number", "each row has a code of its own"
    return "", ""


def words_of(header: str) -> str:
    """Return a header in small letters without accents, its words parted by single spaces, its unit left out."""
    bare = re.sub(r"[(\[（].*?[)\]）]", " ", header)
    plain = "".join(one for one in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(one))
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return " ".join(re.findall(r"[^\W_]+", parted.lower()))


def unit_of(header: str) -> str:
    """Return the unit that a header names in brackets, where UCUM knows it: ``radius (mm)``."""
    found = re.search(r"[(（]([^()（）]+)[)）]\s*$|\[([^\[\]]+)\]\s*$", header)
    unit = canonical_unit(found.group(1) or found.group(2)) if found else ""
    return unit if unit and is_unit(unit) else ""


def tells_units(header: str, seen: Sequence[str]) -> bool:
    """Return whether a column seems to tell the units of others."""
    named = has(words_of(header), vocabulary.UNIT, vocabulary.UNIT_PARTS)
    return named and bool(seen) and all(is_unit(canonical_unit(one)) for one in set(seen))


def looks_like_outcome(header: str, cells: Sequence[str]) -> bool:
    """Return whether a column could be what is to be foretold: its header says so and it has few values."""
    values = Counter(one for one in cells if one.strip() not in MISSING)
    named = has(words_of(header), vocabulary.OUTCOME, vocabulary.OUTCOME_PARTS)
    few = len(values) <= FEW or (len(values) <= MANY and len(values) * FEW <= values.total())
    return named and len(values) >= 2 and few  # noqa: PLR2004 - two classes


def is_chinese(cells: Sequence[str]) -> bool:
    """Return whether most of what was written is in Han characters."""
    letters = sum(one.isalpha() for cell in cells for one in cell)
    return sum(len(HAN.findall(cell)) for cell in cells) * 2 > letters


def _named(words: str) -> Identifier:
    parts = words.split()
    if len(parts) == 2 and parts[0] in vocabulary.OWNER and parts[1] in vocabulary.NUMBER:  # noqa: PLR2004 - a pair
        return "record_number"
    return next((kind for kind, known in vocabulary.IDENTIFIERS.items() if words in known), "")


def _quasi(seen: Sequence[str]) -> Guess:
    values = sorted(set(seen))
    if not values or len(values) > FEW or _share(seen, _is_measured) >= MOSTLY:
        return Guess(role="quasi_identifier", why="could single a patient out together with other knowledge")
    return Guess(
        role="quasi_identifier",
        categories=tuple(values),
        why="could single a patient out together with other knowledge",
    )


def _of_content(seen: Sequence[str], unit: str) -> Guess:
    values = Counter(seen)
    if _share(seen, _is_measured) >= MOSTLY and len(values) > 2:  # noqa: PLR2004 - two values are categories
        low, high = plausible([found[0] for one in seen if (found := number(one))])
        return Guess(role="feature", unit=unit, low=low, high=high, why="holds numbers")
    if _share(seen, _is_day) >= MOSTLY:
        return Guess(role="date", why="its cells are dates")
    if sum(len(one) + 2 * len(HAN.findall(one)) for one in seen) / len(seen) >= LONG:
        return Guess(role="text", why="somebody wrote it: it is scrubbed of identifiers")
    if len(values) <= FEW and len(values) * 2 <= len(seen):
        return Guess(role="feature", categories=tuple(sorted(values)), why="takes few values")
    return Guess(role="ignored", why="many different texts: say what it is before it is used")


def plausible(numbers: Sequence[float]) -> tuple[float, float]:
    """Return a range around numbers, widened and rounded outwards to one digit; not below 0 where no number is."""
    least, most = min(numbers), max(numbers)
    margin = (most - least) * WIDEN or 1.0
    low, high = _outwards(least - margin, math.floor), _outwards(most + margin, math.ceil)
    return (max(low, 0.0) if least >= 0 else low), high


def _outwards(value: float, rounded: Callable[[float], int]) -> float:
    if value == 0:
        return 0.0
    step = 10.0 ** math.floor(math.log10(abs(value)))
    return float(f"{rounded(value / step) * step:.6g}")


def _share(seen: Sequence[str], says: Callable[[str], object]) -> float:
    return sum(bool(says(one)) for one in seen) / len(seen) if seen else 0.0


def _is_measured(cell: str) -> bool:
    return number(cell) is not None and not re.fullmatch(r"0\d+|\d{10,}", cell)


def _is_day(cell: str) -> bool:
    return dates.day(cell) is not None
