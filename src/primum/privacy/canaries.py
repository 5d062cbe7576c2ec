"""Made-up identifiers planted into copies of records, to see whether any comes through protection."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from primum.domain.record import Record, Value
from primum.domain.study import Study
from primum.privacy.known import PREFIX, characters

GIVEN = ("Quillon", "Marisela", "Torvald", "Ysolde", "Bartolomeu")
FIRST = ("Ash", "Brim", "Cald", "Dorn", "Elk", "Fen", "Glaw", "Hask", "Ims", "Jorr")
LAST = ("varrow", "wickle", "stonby", "marle", "gathorn", "peck", "dunnoch", "lowry", "sedge", "tarn")
HAN = ("欧阳", "诸葛", "令狐", "慕容", "司徒")
HAN_GIVEN = ("测一", "测二", "测三", "测四", "测五")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A made-up person; no number here is, or may be, given out.

    Phones lie in the ranges kept for fiction, the identity number in a division that does not exist.
    """

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


def canary(number: int) -> Canary:
    """Return the made-up person of a number: equal numbers, equal people."""
    family = FIRST[number % len(FIRST)] + LAST[(number // len(FIRST)) % len(LAST)]
    given = GIVEN[number % len(GIVEN)]
    body = f"99999919500{1 + number % 9}{number % 28 + 1:02d}{number % 1000:03d}"
    total = sum(int(one) * weight for one, weight in zip(body, _ID_WEIGHTS, strict=True))
    return Canary(
        name=f"{given} {family}",
        record_number=f"ZQ-{870000 + number}",
        phone=f"+44 7700 9{number % 100000:05d}"[:15],
        email=f"{family.lower()}.{number}@example.org",
        address=f"{number % 190 + 3} {FIRST[(number + 3) % len(FIRST)]}lintel Lane",
        national_id=body + "10X98765432"[total % 11],
        other=f"DEV{5500000 + number}",
    )


def plant(records: Sequence[Record], study: Study, number: int) -> tuple[list[Record], list[str]]:
    """Return copies of a subject's records that speak of made-up people, and what must not come out again.

    The subject himself becomes one canary, in his identifier columns and in his texts in several spellings; a stranger
    is mentioned in the texts beside him, to be found by rule alone.
    """
    own, stranger = canary(2 * number), canary(2 * number + 1)
    columns = {one.name: one for one in study.columns}
    needles: set[str] = set()
    planted = []
    for record in records:
        payload: dict[str, Value] = {
            name: value for name, value in record.payload.items() if not name.startswith(PREFIX)
        }
        payload |= {f"{PREFIX}/{kind}/{at}": own.of_kind(kind) for at, kind in enumerate(_kinds(study))}
        for name in list(payload):
            column = columns.get(name)
            if column is None:
                continue
            if column.role == "identifier":
                payload[name] = own.of_kind(column.identifier)
                needles.add(own.of_kind(column.identifier))
            elif column.role == "text":
                payload[name] = f"{payload[name] or ''} {' '.join(_sentences(own, stranger, study, number))}"
                needles |= _mentioned(own, stranger, study, number)
        planted.append(replace(record, payload=payload))
    return planted, sorted(needles)


def found(records: Iterable[Record], needles: Iterable[str]) -> int:
    """Return how many of the planted identifiers stand in the records, whatever their capitals and separators."""
    text = "\n".join(f"{name} {value}" for record in records for name, value in record.payload.items())
    bare = characters(text)
    return sum(one.casefold() in text.casefold() or characters(one) in bare for one in needles)


def _kinds(study: Study) -> list[str]:
    return sorted({one.identifier for one in study.columns if one.role == "identifier"} | {"record_number"})


def _sentences(own: Canary, stranger: Canary, study: Study, number: int) -> list[str]:
    known = [_known_sentence(own, kind) for kind in _kinds(study)]
    han = HAN[number % len(HAN)] + HAN_GIVEN[number % len(HAN_GIVEN)]
    family = stranger.name.split()[-1]
    return [
        *known,
        f"Seen by Dr. {stranger.name}, phone {stranger.phone}, {stranger.email}.",
        f"Referred from {stranger.address}; MRN: {stranger.record_number}.",
        f"La Sra. {family} vive en Calle {family} 12.",
        f"患者姓名：{han}，身份证号{stranger.national_id}，住院号：{stranger.other}。",
    ]


def _known_sentence(own: Canary, kind: str) -> str:
    value = own.of_kind(kind)
    if kind == "name":
        given, family = value.split()
        return f"{family.upper()}, {given} came alone; {given[0]}. {family} agreed, and {family} was told."
    if kind in {"record_number", "phone", "national_id", "other"}:
        return f"Noted {value} and again {characters(value)}."
    return f"Noted {value.upper()}."


def _mentioned(own: Canary, stranger: Canary, study: Study, number: int) -> set[str]:
    kinds = _kinds(study)
    needles = {own.of_kind(kind) for kind in kinds}
    if "name" in kinds:
        needles.add(own.name.split()[-1])
    han = HAN[number % len(HAN)] + HAN_GIVEN[number % len(HAN_GIVEN)]
    return needles | {
        stranger.name,
        stranger.name.split()[-1],
        stranger.phone,
        stranger.email,
        stranger.address,
        stranger.record_number,
        stranger.national_id,
        stranger.other,
        han,
    }
