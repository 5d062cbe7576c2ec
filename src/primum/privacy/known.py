"""What is known to identify a subject, looked for in every spelling people give it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from primum.domain.measurement import number
from primum.domain.record import Record, Value
from primum.domain.study import Study
from primum.privacy.edges import AFTER, BEFORE
from primum.privacy.folding import fold, unaccented
from primum.privacy.names import DOUBLE_SURNAMES, ORDINARY, is_the_disease
from primum.privacy.spans import Kind, Span
from primum.privacy.trees import tree

METHOD = "known"
PREFIX = "@known"
"""Payload entries that name the subject's identifiers, ``@known/name/0``; they never leave the protect stage."""
SHORTEST = 4
"""Record numbers of fewer characters are too ordinary to be looked for by themselves."""
DISTINCTIVE = 6
"""Identifiers of at least this many characters are also looked for in the records of other subjects."""
KINDS = {
    "name": Kind.NAME,
    "record_number": Kind.RECORD_NUMBER,
    "national_id": Kind.NATIONAL_ID,
    "other": Kind.OTHER_ID,
    "phone": Kind.PHONE,
    "email": Kind.EMAIL,
    "address": Kind.STREET,
}
"""What the kinds of identifiers in a study (``Column.identifier``) are in a text."""
_BETWEEN = r"[\s.\-/_()·]{0,3}"
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Known:
    """A subject's identifiers: pairs of kind and value, sorted."""

    pairs: tuple[tuple[str, str], ...] = ()

    def in_payload(self) -> dict[str, Value]:
        """Return the entries that carry them in a record's payload."""
        return {f"{PREFIX}/{kind}/{at}": value for at, (kind, value) in enumerate(self.pairs)}


def gather(records: Iterable[Record], study: Study) -> Known:
    """Return what identifies the subject of these records: identifier columns, and what ``in_payload`` put there."""
    kinds = {one.name: one.identifier for one in study.columns if one.role == "identifier"}
    found: set[tuple[str, str]] = set()
    for record in records:
        for name, value in record.payload.items():
            kind = name.split("/")[1] if name.startswith(f"{PREFIX}/") else kinds.get(name)
            if kind and value is not None:
                found |= {(kind, one.strip()) for one in str(value).split("; ") if one.strip()}
    return Known(tuple(sorted(found)))


@dataclass(frozen=True, slots=True)
class _Search:
    """How to find one subject: numbers whatever parts them, words in their spellings; each one expression."""

    numbers: re.Pattern[str] | None
    kinds: Mapping[str, Kind]
    words: re.Pattern[str] | None


@lru_cache(maxsize=64)
def _search(known: Known) -> _Search:
    numbers: dict[str, Kind] = {}
    words: dict[Kind, list[str]] = {}
    for kind, value in sorted(known.pairs, key=lambda one: (-len(one[1]), one)):
        sought, plain_value = KINDS.get(kind, Kind.OTHER_ID), unaccented(fold(value).text)
        if kind in WORDS:
            words.setdefault(sought, []).extend(WORDS[kind](plain_value))
        else:
            numbers |= dict.fromkeys(_number_spellings(plain_value, is_phone=kind == "phone"), sought)
    groups = [f"(?P<{of}>{_either(list(dict.fromkeys(some)))})" for of, some in sorted(words.items()) if some]
    return _Search(
        re.compile(rf"(?<![0-9A-Za-z])\+?(?i:{tree(numbers, _BETWEEN)})(?![0-9A-Za-z])") if numbers else None,
        numbers,
        re.compile("|".join(groups)) if groups else None,
    )


def _either(spellings: list[str]) -> str:
    """Return one expression for many: words in Latin letters stand alone, Chinese ones anywhere."""
    latin = [one for one in spellings if not _HAN.search(one)]
    han = [one for one in spellings if _HAN.search(one)]
    alone = [rf"{BEFORE}(?i:{'|'.join(latin)}){AFTER}"] if latin else []
    return "|".join([*alone, *han])


def find(text: str, known: Known) -> list[Span]:
    """Return where a subject's identifiers stand in a text, in every spelling; spans may overlap."""
    if not known.pairs:
        return []
    search, folded = _search(known), fold(text)
    plain_text = unaccented(folded.text)
    words = search.words.finditer(plain_text) if search.words else ()
    numbers = search.numbers.finditer(plain_text) if search.numbers else ()
    found = [
        Span(*match.span(), Kind(match.lastgroup or Kind.OTHER_ID), METHOD)
        for match in words
        if not is_the_disease(plain_text, *match.span())
    ]
    found += [Span(*match.span(), search.kinds.get(characters(match[0]), Kind.OTHER_ID), METHOD) for match in numbers]
    return [folded.original(one) for one in found]


def _upper(sign: str) -> str:
    upper = sign.upper()
    return upper if len(upper) == 1 else sign


def is_left(value: Value, known: Known, *, numeric: bool) -> bool:
    """Return whether a cell still holds an identifier of its subject.

    Args:
        value: The cell.
        known: The subject's identifiers.
        numeric: The column holds measurements, which resemble numbers by chance: only an equal, distinctive one counts.
    """
    text = "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)
    if numeric and number(text) is not None:
        bare = characters(text)
        return len(bare) >= DISTINCTIVE and any(bare == characters(one) for _, one in known.pairs)
    return bool(find(text, known))


def characters(text: str) -> str:
    """Return the letters and digits of a text in upper case: what stays of a number however it is written."""
    return "".join(_upper(one) for one in text if one.isalnum())


def distinctive(known: Known) -> set[str]:
    """Return the numbers of a subject that are long enough to be looked for in the records of others."""
    numbers = {characters(value) for kind, value in known.pairs if kind in {"record_number", "national_id", "phone"}}
    addresses = {characters(value) for kind, value in known.pairs if kind == "email"}
    return {one for one in numbers if len(one) >= DISTINCTIVE and any(sign.isdigit() for sign in one)} | addresses


_RUNS = (
    re.compile(r"[A-Za-z]{0,4}[\s.\-/_]?\+?\d[\d\s.\-/_()]{3,}[\dXx]"),
    re.compile(r"[A-Za-z0-9.+\-_]+@[A-Za-z0-9.\-]+"),
    re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z]*\d)[A-Za-z0-9]{6,}"),
)


def runs(text: str) -> set[str]:
    """Return the runs of a text that could be somebody's number or address, as ``characters``, and their endings."""
    found = set()
    for run in _RUNS:
        for match in run.finditer(text):
            whole = characters(match.group())
            found |= {whole, whole.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
    return {one for one in found if len(one) >= DISTINCTIVE}


def _number_spellings(value: str, *, is_phone: bool) -> list[str]:
    """Return the runs of characters that mean a number; none where it is too ordinary to be looked for."""
    bare = characters(value)
    if len(bare) < SHORTEST or (not any(one.isdigit() for one in bare) and len(bare) < DISTINCTIVE):
        return []
    variants = {bare, *_phone_variants(value, bare)} if is_phone else {bare}
    digits = bare.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if digits.isdigit() and len(digits) >= DISTINCTIVE:
        variants.add(digits)
    return sorted(variants, key=lambda one: (-len(one), one))


def _phone_variants(value: str, bare: str) -> set[str]:
    """Return a phone number with and without the code of its country, and with the zero that replaces it."""
    bare = bare.removeprefix("00")
    national = {bare}
    if value.strip().startswith(("+", "00")):
        national = {f"00{bare}", *(bare[length:] for length in (1, 2, 3))}
    national |= {one.removeprefix("0") for one in national}
    return {one for one in national if len(one) > DISTINCTIVE} | {
        f"0{one}" for one in national if len(one) > DISTINCTIVE and not one.startswith("0")
    }


def _name_spellings(value: str) -> list[str]:
    if _HAN.search(value):
        return _han_spellings("".join(value.split()))
    parts = [one for one in re.split(r"[\s,]+", value) if one.strip(".")]
    if len(parts) == 1:
        return [_word(parts[0])]
    given, family = (parts[1:], parts[:1]) if "," in value else (parts[:-1], parts[-1:])
    initials = r"[\s.]*".join(re.escape(one[0]) for one in given)
    whole = (
        r"[\s,.]+".join(map(re.escape, parts)),
        r"[\s,.]+".join(map(re.escape, [*family, *given])),
        rf"{initials}[\s.]*{re.escape(family[0])}",
        rf"{re.escape(family[0])}[\s,]+{initials}\.?",
    )
    return [*whole, *(_word(one) for one in parts if len(one.strip(".")) > 1)]


def _word(part: str) -> str:
    """Return the expression for one part of a name; an ordinary word counts only with a capital."""
    bare = part.strip(".")
    if bare.casefold() in ORDINARY or len(bare) <= 2:  # noqa: PLR2004 - Li, Ng, Wu are also letters of other words
        return rf"(?-i:{re.escape(bare[0].upper())}){re.escape(bare[1:])}"
    return re.escape(bare)


def _han_spellings(value: str) -> list[str]:
    spaced = r"\s?".join(map(re.escape, value))
    surname = value[:2] if value.startswith(DOUBLE_SURNAMES) else value[:1]
    titles = "先生|女士|小姐|太太|某某|某|老师|同志"
    return [spaced, rf"{re.escape(surname)}(?:{titles})"]


def _address_spellings(value: str) -> list[str]:
    pieces = {value, *re.split(r"[,;，；\n]+", value)}
    kept = sorted(one.strip() for one in pieces if _is_telling(one.strip()))
    return [_loose(one) for one in kept]


def _is_telling(piece: str) -> bool:
    bare = characters(piece)
    return len(bare) >= (SHORTEST if _HAN.search(piece) else 5) and piece.casefold() not in ORDINARY


def _loose(text: str) -> str:
    """Return the expression for a text whatever stands between its words."""
    return r"[\s,.\-]*".join(re.escape(one) for one in re.findall(r"\w+", text))


def _email_spellings(value: str) -> list[str]:
    return [rf"(?<!\.){re.escape(value)}"]


WORDS: dict[str, Callable[[str], list[str]]] = {
    "name": _name_spellings,
    "address": _address_spellings,
    "email": _email_spellings,
}
"""Kinds of identifiers that are words, with the expressions for their spellings; all others are numbers."""


def left_in(payload: Mapping[str, Value], known: Known, others: set[str], numeric: set[str]) -> set[str]:
    """Return the columns of a payload in which an identifier is left: the subject's own, or a number of another's.

    Args:
        payload: Column to cell, after protection.
        known: The subject's identifiers.
        others: What ``distinctive`` gives for all subjects.
        numeric: Columns that hold measurements.
    """
    found = set()
    for name, value in payload.items():
        measured = name in numeric
        is_text = isinstance(value, str) and not (measured and number(value))
        if is_left(value, known, numeric=measured) or (is_text and not others.isdisjoint(runs(str(value)))):
            found.add(name)
    return found
