"""Made-up identifiers planted into copies of data, to see what protection misses and how far that can be trusted."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from primum.domain.evidence import Estimate
from primum.domain.record import Record, Value
from primum.domain.study import Study
from primum.privacy.known import PREFIX, characters
from primum.privacy.made_up import LANGUAGES, MAKERS, Dice, document, make
from primum.privacy.spans import Kind

PER_CLASS = 30
"""Identifiers of each class that are planted at least, over all languages of the texts."""
TOGETHER = 4
"""Sentences that are planted into one copy of a text."""
WINDOW = 1500
"""Characters of a text that surround what is planted."""
GRAM = 4
"""Letters or digits of a number or Chinese word in a row that tell it."""
SHORTEST = 3
"""Letters of a Latin word that tell something."""
OVERALL = "overall"
UNDECLARED = "a cell that no study declares"
GENERIC = frozenset(
    """
    hospital general memorial medical center centre community clinic infirmary valley lane road drive avenue close
    street court way old view gate the mrs dra example https www com org net universitario comarcal centro salud
    clínica virgen camino los del san calle avenida paseo plaza ronda bajo izda
    """.split()  # noqa: SIM905 - a list of words is read more easily than a list of quotes
)
"""Words in made-up identifiers that tell nobody."""
_FIELD = re.compile(r"\{([A-Z_]+)\}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SPANISH = re.compile(r"\b(?:el|la|los|las|del|con|por|que|una|paciente|refiere|años|para|sin)\b", re.IGNORECASE)
_ENGLISH = re.compile(r"\b(?:the|of|and|with|was|for|his|her|patient|is|to|no|on)\b", re.IGNORECASE)
_PIECE = re.compile(r"[^.!?。！？\n]*[.!?。！？\n]*\s*")
_WORD = re.compile(r"[^\W\d_]+")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


# -- strangers: what a text says of people nobody told us of -----------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A piece of a text with made-up identifiers in it.

    Attributes:
        at: Which of the texts it is a copy of.
        text: The piece.
        identifiers: Kind and what tells each: literal pieces of it that stand nowhere else in the text.
    """

    at: int
    text: str
    identifiers: tuple[tuple[str, tuple[str, ...]], ...]


def estimate(texts: Sequence[str], scrub: Callable[[str], str], seed: int) -> dict[str, Estimate]:
    """Return the share of identifiers that scrubbing misses, by kind and ``overall``, with 95% intervals.

    Args:
        texts: What is to be protected; pieces of them surround what is planted, in the language of each.
        scrub: Protects one text.
        seed: Equal seeds and texts, equal canaries.
    """
    return estimates(outcome for one in sow(texts, seed) for outcome in missed(scrub(one.text), one))


def sow(texts: Sequence[str], seed: int) -> list[Planted]:
    """Return copies of pieces of texts with made-up identifiers of every class, each in a sentence of its language.

    Each class is planted ``PER_CLASS`` times or more, shared among the languages as these share the texts.
    """
    dice = Dice(seed)
    written = [(at, text) for at, text in enumerate(texts) if text.strip()]
    by_language: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for at, text in written:
        by_language[language_of(text)].append((at, text))
    sown = []
    for language in LANGUAGES:
        hosts = by_language[language]
        if hosts:
            frames = _frames(language, len(hosts) / len(written), dice)
            for start in range(0, len(frames), TOGETHER):
                at, text = hosts[dice.number(0, len(hosts) - 1)]
                sown.append(_planted(at, text, (frames[start : start + TOGETHER], language), dice))
    return sown


def language_of(text: str) -> str:
    """Return ``zh`` for a text with Chinese characters, else ``es`` or ``en`` by its commonest small words."""
    if len(_HAN.findall(text)) * 10 > len(text):
        return "zh"
    return "es" if len(_SPANISH.findall(text)) > len(_ENGLISH.findall(text)) else "en"


def _frames(language: str, share: float, dice: Dice) -> list[str]:
    """Return sentences of a language, in any order, in which each class stands as often as the share asks."""
    sentences: Sequence[str] = document()[language]
    chosen = []
    for kind in MAKERS:
        having = [one for one in sentences if f"{{{kind.value}}}" in one]
        if having:
            chosen += [dice.one_of(having) for _ in range(max(1, round(PER_CLASS * share)))]
    return [chosen[at] for at in dice.order(len(chosen))]


def _planted(at: int, text: str, sentences: tuple[Sequence[str], str], dice: Dice) -> Planted:
    frames, language = sentences
    pieces = _window(text, dice)
    made: list[tuple[Kind, str]] = []

    def filled(match: re.Match[str]) -> str:
        made.append((Kind(match[1]), make(Kind(match[1]), language, dice)))
        return made[-1][1]

    for frame in frames:
        pieces.insert(dice.number(0, len(pieces)), _FIELD.sub(filled, frame) + ("" if language == "zh" else " "))
    whole = "".join(pieces)
    return Planted(at=at, text=whole, identifiers=tuple(_told_apart(made, whole.casefold())))


def _told_apart(made: Iterable[tuple[Kind, str]], text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the kind of each identifier and what tells it from all else in the text; one that nothing tells is left."""
    for kind, value in made:
        small = value.casefold()
        signs = sorted(one for one in telling(value, kind) if text.count(one) == small.count(one))
        if signs:
            yield kind.value.lower(), tuple(signs)


def _window(text: str, dice: Dice) -> list[str]:
    """Return some sentences of a text that follow each other; each ends in white space or a full stop."""
    pieces = [one[:WINDOW] for one in _PIECE.findall(text) if one]
    start = dice.number(0, max(0, len(pieces) - 1))
    chosen: list[str] = []
    for one in [*pieces[start:], *pieces[:start]]:
        if sum(map(len, chosen)) + len(one) > WINDOW:
            break
        chosen.append(one if one[-1:].isspace() or _HAN.search(one) else f"{one} ")
    return chosen


def telling(value: str, kind: Kind) -> set[str]:
    """Return the pieces of an identifier, in small letters, of which none may be left.

    Of words each that is not generic; of numbers and Chinese words every four signs in a row; of a date the whole, for
    a shifted one keeps its year.
    """
    small = value.casefold()
    if kind in {Kind.DATE, Kind.AGE, Kind.BED} or (kind is Kind.NAME and _HAN.search(small)):
        return {small}
    if kind is Kind.HOSPITAL and _HAN.search(small):
        return {small[:SHORTEST]}
    words = {one for one in _WORD.findall(small) if len(one) >= SHORTEST and not _HAN.search(one)}
    return (words - GENERIC) | set(_grams(small))


def _grams(value: str) -> Iterable[str]:
    """Yield every stretch of four letters, digits or Chinese signs, with what parts them, that holds two such signs."""
    places = [at for at, one in enumerate(value) if one.isalnum()]
    for first, last in zip(places, places[GRAM - 1 :], strict=False):
        gram = value[first : last + 1]
        if sum(one.isdigit() or bool(_HAN.match(one)) for one in gram) * 2 >= GRAM:
            yield gram


def missed(protected: str, planted: Planted) -> list[tuple[str, bool]]:
    """Return kind of each planted identifier, and whether anything that tells it is still in the protected text."""
    small = protected.casefold()
    words = set(_WORD.findall(small))
    return [(kind, any(_stands(one, small, words) for one in signs)) for kind, signs in planted.identifiers]


def _stands(sign: str, text: str, words: set[str]) -> bool:
    if _WORD.fullmatch(sign) and not _HAN.search(sign):
        return sign in words
    if sign.isdigit() and len(sign) < GRAM:
        return re.search(rf"(?<!\d){sign}(?!\d)", text) is not None
    return sign in text


def estimates(outcomes: Iterable[tuple[str, bool]]) -> dict[str, Estimate]:
    """Return the share that was missed, by kind and ``overall``; nothing where nothing was planted."""
    planted, lost = Counter[str](), Counter[str]()
    for kind, is_lost in outcomes:
        for name in (kind, OVERALL):
            planted[name] += 1
            lost[name] += is_lost
    return {name: exact(lost[name], count) for name, count in sorted(planted.items())}


def exact(hits: int, n: int) -> Estimate:
    """Return a share with its exact 95% interval.

    Source: Clopper and Pearson 1934, Biometrika 26:404.
    """
    low = float(stats.beta.ppf(0.025, hits, n - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(0.975, hits + 1, n - hits)) if hits < n else 1.0
    return Estimate(value=hits / n, low=low, high=high, n=n)


# -- the subject: what identifies whom the record is about -------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A made-up person, known to protection by its identifier columns."""

    name: str
    record_number: str
    phone: str
    email: str
    address: str
    national_id: str
    other: str

    def of_kind(self, kind: str) -> str:
        """Return the identifier of a kind that ``Column.identifier`` names."""
        return str(getattr(self, kind))


FIRST = ("Ash", "Brim", "Cald", "Dorn", "Elk", "Fen", "Glaw", "Hask", "Ims", "Jorr")
LAST = ("varrow", "wickle", "stonby", "marle", "gathorn", "peck", "dunnoch", "lowry", "sedge", "tarn")
GIVEN = ("Quillon", "Marisela", "Torvald", "Ysolde", "Bartolomeu")


def canary(number: int) -> Canary:
    """Return the made-up person of a number: equal numbers, equal people.

    Phones lie in the range kept for fiction, the identity number in a division that does not exist.
    """
    family = FIRST[number % len(FIRST)] + LAST[(number // len(FIRST)) % len(LAST)]
    body = f"99999919500{1 + number % 9}{number % 28 + 1:02d}{number % 1000:03d}"
    total = int(np.dot([int(one) for one in body], _ID_WEIGHTS))
    return Canary(
        name=f"{GIVEN[number % len(GIVEN)]} {family}",
        record_number=f"ZQ-{870000 + number}",
        phone=f"+44 7700 9{number % 100000:05d}"[:15],
        email=f"{family.lower()}.{number}@example.org",
        address=f"{number % 190 + 3} {FIRST[(number + 3) % len(FIRST)]}lintel Lane",
        national_id=body + "10X98765432"[total % 11],
        other=f"DEV{5500000 + number}",
    )


def plant(records: Sequence[Record], study: Study, number: int) -> tuple[list[Record], list[str]]:
    """Return copies of a subject's records in which it is a made-up person, and what must not come out again.

    The person stands in the identifier columns, in the texts in several spellings, and in a cell that the study does
    not declare, as in a header that came along: only what is declared may pass.
    """
    own = canary(number)
    roles = {one.name: one for one in study.columns if one.role == "identifier" or study.is_text(one)}
    kinds = sorted({one.identifier for one in roles.values() if one.identifier} | {"record_number"})
    needles: set[str] = set()
    planted = []
    for record in records:
        payload: dict[str, Value] = {
            name: value for name, value in record.payload.items() if not name.startswith(PREFIX)
        }
        for name in payload.keys() & roles.keys():
            column = roles[name]
            if column.role == "identifier":
                payload[name] = own.of_kind(column.identifier)
                needles.add(own.of_kind(column.identifier))
            else:
                payload[name] = f"{payload[name] or ''} {' '.join(_known_sentence(own, kind) for kind in kinds)}"
                needles |= {own.of_kind(kind) for kind in kinds}
                needles |= {own.name.split()[-1]} if "name" in kinds else set()
        payload |= {f"{PREFIX}/{kind}/{at}": own.of_kind(kind) for at, kind in enumerate(kinds)}
        payload[UNDECLARED] = f"{own.name} {own.of_kind('record_number')}"
        needles |= {own.name, own.of_kind("record_number")}
        planted.append(replace(record, payload=payload))
    return planted, sorted(needles)


def _known_sentence(own: Canary, kind: str) -> str:
    value = own.of_kind(kind)
    if kind == "name":
        given, family = value.split()
        return f"{family.upper()}, {given} came alone; {given[0]}. {family} agreed, and {family} was told."
    if kind in {"record_number", "phone", "national_id", "other"}:
        return f"Noted {value} and again {characters(value)}."
    return f"Noted {value.upper()}."


def found(records: Iterable[Record], needles: Iterable[str]) -> int:
    """Return how many of the planted identifiers stand in the records, whatever their capitals and separators."""
    text = "\n".join(f"{name} {value}" for record in records for name, value in record.payload.items())
    bare = characters(text)
    return sum(one.casefold() in text.casefold() or characters(one) in bare for one in needles)


def as_documents(found_by_kind: Mapping[str, Estimate]) -> dict[str, dict[str, object]]:
    """Return estimates as plain JSON."""
    return {kind: one.as_document() for kind, one in found_by_kind.items()}
