"""An independent search for what protection left behind; it shares no code with what removes."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import iban, luhn
from stdnum.cn import ric
from stdnum.es import dni, nie
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2
from stdnum.us import ssn

Pair = tuple[str, str]
"""A kind of identifier (``name``, ``phone``, ``record_number`` ...) and a value of it."""

REGIONS = ("US", "GB", "ES", "CN")
"""Countries whose ways of writing a phone number without its code are looked for."""
TELLING = 6
"""From so many characters on a number counts whatever parts it; a shorter one only as a word of its own."""
SHORT = 64
"""Characters of a text of which it is remembered what was found in it."""
SHORTEST = 4
"""Fewer characters are no number to be looked for."""
LONGEST_RUN = 9
"""So many digits in a row are no measurement; they are doubtful wherever they are left."""
ORDINARY = frozenset(
    """
    addison alzheimer april august babinski baker ball banks barrett bell best bill bird black blue bond bowman bright
    brook brown burns bush chance cook cooper crohn cross cushing day dean down drake early english faith field fields
    fisher foley foot fox france frank french glass gold good grace grant graves gray green grey guy hall hand hardy
    head hill hodgkin hope house hunter huntington jack jane joy june king lake lamb lane law lee little long love low
    major march mark marsh mason may mercy miller mills moon moore murphy nelson north page parker parkinson pearl penny
    pierce poe pool poor porter price pride queen ray reed rich rivers robin rose ross rush sage sharp short singer
    small smart smith snow south spring star stone strong sue summer swift taylor thomas thyme turner violet wade walker
    wall ward waters weeks welch west white wilde will wilson winter wise wood woods wright young alegre blanco bravo
    bueno calvo campo campos casas castillo corona costa cruz cuesta delgado domingo dolores flores franco fuente gallo
    ganado grande guerra hierro hidalgo iglesias izquierdo leal leon luna luz manso marina mar martes mayo mercado miel
    moreno negro nieves palma paz pena pilar plaza prado real rey rico rios rojo romero rosa rubio salas santo santos
    sierra sol torres valle vega vera verde vidal viernes
    """.split()  # noqa: SIM905 - a list of words is read more easily than a list of quotes
)
"""Parts of names that are words, months, or diseases too: by themselves they are doubtful, not certain."""

PARTS = 5
"""Pieces into which people part a number."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_TAG = re.compile(r"\[[A-Z][A-Z_]{1,24}\]")
_GAP = "\uffff"
"""Stands where a tag or surrogate stood: nothing that crosses it is one thing."""
_WORD = re.compile(rf"[^\W_]+|{_GAP}")
_NO_SIGN = re.compile(rf"(?:[^\w{_GAP}]|_)+")
_PARTED = rf"[^\w{_GAP},;:]{{0,3}}"
_HAN = re.compile(r"[\u3400-\u9fff]")
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"(?:https?|ftp)://\S+|(?<![\w@.-])www\.[\w-]+\.\S+", re.IGNORECASE)
_IP = re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])")
_RUN = re.compile(r"(?<![A-Za-z0-9])(?<!\d\.)\d{9,}(?![A-Za-z0-9])")
_PHONE_LIKE = re.compile(r"\+?[(\d][\d\s().\-/]{5,22}\d")
_DAY = re.compile(r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.]\d|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d")
_DECIMAL = re.compile(r"(?!\d{3}\.\d{6,7}$)\d+\.\d+")
"""One number with its fraction, unless it is parted as a telephone number might be."""
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")
_CARDS = re.compile(r"4\d{12,18}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|62\d{14,17}|6011\d{12}")
_RIC = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
_SSN = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_DNI = re.compile(r"(?<![0-9A-Za-z])(?:\d{8}|[XYZxyz]-?\d{7})-?[A-Za-z](?![0-9A-Za-z])")
_IBAN = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){3,7}(?: ?[0-9A-Z]{1,3})?(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")


@dataclass(slots=True)
class Left:
    """What is still there.

    Attributes:
        certain: Kind to how many: what is known of the subject, or carries its own proof (a check digit, an at sign).
        doubtful: Kind to how many that look like an identifier and may be something else.
    """

    certain: Counter[str] = field(default_factory=Counter)
    doubtful: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Left") -> None:
        """Take over what was found elsewhere."""
        self.certain.update(other.certain)
        self.doubtful.update(other.doubtful)


def scan(text: str, known: Iterable[Pair] = (), written: Collection[str] = ()) -> Left:
    """Return what identifies somebody in a text that went through protection.

    Dates are not looked for: one that was shifted cannot be told from one that was not.

    Args:
        text: After protection.
        known: What identifies the subject, as kind and value; compared by characters (NFKC, without case, accents and
            separators), whole and in parts.
        written: The surrogates that protection put in; they and tags such as ``[NAME]`` are not counted, unless a
            surrogate holds a known identifier as a whole.
    """
    bare = blanked(text, written)
    left = _known_left(text, bare, known)
    for kind, is_sure in (_proving if len(bare) > SHORT else _proving_again)(bare):
        (left.certain if is_sure else left.doubtful)[kind] += 1
    return left


def blanked(text: str, written: Collection[str] = ()) -> str:
    """Return a text with tags and surrogates blanked out, the longest surrogates first."""
    bare = _TAG.sub(_GAP, text)
    for one in sorted({one for one in written if one}, key=lambda one: (-len(one), one)):
        bare = _without(bare, one)
    return bare


def _without(text: str, surrogate: str) -> str:
    """Return a text without a surrogate, where this is no piece of a longer word; an address is none anywhere."""
    parts, start, at = list[str](), 0, text.find(surrogate)
    while at >= 0:
        end = at + len(surrogate)
        is_apart = _is_apart(text[at - 1 : at], surrogate[0]) and _is_apart(text[end : end + 1], surrogate[-1])
        if is_apart or "@" in surrogate:
            parts += [text[start:at], _GAP]
            start = end
        at = text.find(surrogate, max(start, at + 1))
    return "".join([*parts, text[start:]])


def _is_apart(beside: str, sign: str) -> bool:
    return not (beside and _is_latin(sign) and (_is_latin(beside) or beside == "_"))


def _is_latin(sign: str) -> bool:
    return sign.isalnum() and not _HAN.match(sign)


# -- what is known ----------------------------------------------------------------------------------------------------
def plain(text: str) -> str:
    """Return a text in one spelling: compatible forms made one, without case, accents and characters of no width."""
    if text.isascii():
        return text.casefold()
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(one for one in parts if unicodedata.category(one) not in {"Mn", "Cf"})


def numeral(text: str) -> str:
    """Return letters and digits of a text alone, in one spelling."""
    return _NO_SIGN.sub("", plain(text))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A text as it is compared: in one spelling; its words parted by single spaces; its letters and digits alone."""

    spelt: str
    words: str
    signs: str


def _seen(text: str) -> _Seen:
    spelt = plain(text)
    return _Seen(spelt, f" {' '.join(_WORD.findall(spelt))} ", _NO_SIGN.sub("", spelt))


def _known_left(text: str, bare: str, known: Iterable[Pair]) -> Left:
    left = Left()
    whole = _seen(text)
    rest = whole if bare == text else _seen(bare)
    for kind, value in sorted(set(known)):
        certain, doubtful = _look_for(kind, value)
        if any(one(whole) for one in certain[:1]) or any(one(rest) for one in certain):
            left.certain[kind] += 1
        elif any(one(rest) for one in doubtful):
            left.doubtful[kind] += 1
    return left


Look = Callable[[_Seen], bool]
"""Whether something stands in a text."""


@lru_cache(maxsize=4096)
def _look_for(kind: str, value: str) -> tuple[tuple[Look, ...], tuple[Look, ...]]:
    """Return how to look for a value: first for it as a whole; then for parts that are certain, and doubtful ones."""
    if kind == "name":
        return _name_looks(value)
    if kind == "address":
        return _address_looks(value)
    sought = numeral(value)
    if len(sought) < SHORTEST:
        return (), ()
    return (_number_look(sought), *(_number_look(one) for one in _shorter(kind, sought))), ()


def _shorter(kind: str, sought: str) -> Iterator[str]:
    """Yield the other ways of saying a number: a phone without its country, an identifier without its letters."""
    if kind == "phone":
        shorter = [sought[cut:] for cut in (1, 2, 3) if len(sought) - cut >= LONGEST_RUN]
        yield from (f"{trunk}{one}" for one in shorter for trunk in ("", "0"))
    digits = sought.lstrip(_LETTERS)
    if digits != sought and digits.isdigit() and len(digits) >= TELLING:
        yield digits


def _number_look(sought: str) -> Look:
    if len(sought) < TELLING:
        return lambda seen: f" {sought} " in seen.words
    wanted = rf"(?<!\d){_PARTED.join(sought)}(?!\d)"
    return lambda seen: sought in seen.signs and re.search(wanted, seen.spelt) is not None


def _name_looks(value: str) -> tuple[tuple[Look, ...], tuple[Look, ...]]:
    if _HAN.search(value):
        sought = numeral(value)
        return ((lambda seen: sought in seen.signs,), ()) if len(sought) > 1 else ((), ())
    words = _WORD.findall(plain(value))
    parts = [one for one in words if len(one) > 1]
    telling = {f" {one} " for one in parts if len(one) > 3 and one not in ORDINARY}  # noqa: PLR2004 - Ann, Eva, Luz are words
    other = {f" {one} " for one in parts if len(one) > 2} - telling  # noqa: PLR2004 - two letters are any word
    pairs = {f" {one} {two} " for one in parts for two in parts if one != two}
    initials = {f" {one[0]} {two} " for one in words for two in parts if one != two and len(two) > 2}  # noqa: PLR2004 - Li, Ng
    whole = {f" {' '.join(words)} "} if len(words) > 1 else telling
    return (_one_of(whole), _one_of(pairs | initials | telling)), (_one_of(other),)


def _one_of(needles: Collection[str]) -> Look:
    listed = sorted(needles)
    return lambda seen: any(one in seen.words for one in listed)


def _address_looks(value: str) -> tuple[tuple[Look, ...], tuple[Look, ...]]:
    pieces = [one for one in re.split(r"[,;，；\n]+", value) if len(numeral(one)) > SHORTEST]
    if _HAN.search(value):
        shown = [numeral(one) for one in pieces]
        certain = [one for one in shown if len(one) > TELLING and any(sign.isdigit() for sign in one)]
        return (_held(certain),), (_held([one for one in shown if one not in certain]),)
    spelt = [f" {' '.join(_WORD.findall(plain(one)))} " for one in pieces]
    certain = [one for one in spelt if any(sign.isdigit() for sign in one) and any(sign.isalpha() for sign in one)]
    return (_one_of(certain),), (_one_of([one for one in spelt if one not in certain]),)


def _held(needles: Collection[str]) -> Look:
    return lambda seen: any(one in seen.signs for one in needles)


# -- what is known of others, and of whom a measurement may remind -----------------------------------------------------
def numerals(pairs: Iterable[Pair]) -> set[str]:
    """Return the numbers and addresses among identifiers that are long enough to be looked for in others' records."""
    listed = (numeral(value) for kind, value in pairs if kind not in {"name", "address"})
    return {one for one in listed if len(one) >= TELLING and any(sign.isdigit() for sign in one)}


def holds_any(text: str, wanted: Collection[str]) -> bool:
    """Return whether one of many numbers, as ``numerals`` gives them, stands in a text, whatever parts its digits."""
    words = _WORD.findall(plain(text))
    for start, word in enumerate(words):
        joined = ""
        for following in words[start : start + PARTS]:
            joined += following
            if joined in wanted or joined.lstrip(_LETTERS) in wanted:
                return True
            if not (any(sign.isdigit() for sign in following) or following == word):
                break
    return False


def equals(cell: str, known: Iterable[Pair]) -> bool:
    """Return whether a measurement is, sign by sign, a number of the subject; what is only alike is chance."""
    bare = numeral(cell)
    return len(bare) >= TELLING and any(bare == numeral(value) for _, value in known)


# -- what nobody told us ----------------------------------------------------------------------------------------------
PROVEN: Mapping[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "email": (_EMAIL, lambda _: True),
    "url": (_URL, lambda _: True),
    "resident_id": (_RIC, lambda one: mod_11_2.is_valid(one.upper()) and _is_born(one)),
    "social_security": (_SSN, ssn.is_valid),
    "identity_card": (_DNI, lambda one: dni.is_valid(one) or nie.is_valid(one)),
    "iban": (_IBAN, iban.is_valid),
    "card": (_CARD, lambda one: _CARDS.fullmatch(numeral(one)) is not None and luhn.is_valid(numeral(one))),
    "mobile": (_MOBILE, lambda one: _is_valid_phone(one, "CN")),
}
"""Kinds that prove themselves, with the pattern and what a match must pass."""


def _proving(bare: str) -> tuple[tuple[str, bool], ...]:
    """Return kinds of all that looks like an identifier, and whether each can be nothing else."""
    found, taken = list[tuple[str, bool]](), list[tuple[int, int]]()
    for kind, span, sure in _finds(unicodedata.normalize("NFKC", bare)):
        if not _overlaps(span, taken):
            found.append((kind, sure))
            taken.append(span)
    return tuple(found)


_proving_again = lru_cache(maxsize=1 << 16)(_proving)
"""The same for short texts, which tables repeat."""


def _finds(text: str) -> Iterator[tuple[str, tuple[int, int], bool]]:
    """Yield kind, place, and whether it can be nothing else, of all that looks like an identifier."""
    for kind, (pattern, holds) in PROVEN.items():
        yield from ((kind, match.span(), True) for match in pattern.finditer(text) if holds(match.group()))
    yield from (("phone", span, sure) for span, sure in _phones(text))
    for kind, pattern in (("ip", _IP), ("number", _RUN)):
        yield from ((kind, match.span(), False) for match in pattern.finditer(text))


def _overlaps(span: tuple[int, int], taken: Iterable[tuple[int, int]]) -> bool:
    return any(span[0] < end and span[1] > start for start, end in taken)


def _phones(text: str) -> Iterator[tuple[tuple[int, int], bool]]:
    """Yield where phone numbers stand, and whether they can be nothing else: with a country's code, or so grouped."""
    for stretch in _PHONE_LIKE.finditer(text):
        if _DAY.search(stretch.group()) or _DECIMAL.fullmatch(stretch.group()):
            continue
        found = [
            ((stretch.start() + match.start, stretch.start() + match.end), _is_sure(match, region))
            for region in REGIONS
            for match in PhoneNumberMatcher(stretch.group(), region, leniency=Leniency.VALID)
        ]
        if found:
            yield max(found, key=lambda one: (one[1], one[0][1] - one[0][0]))


def _is_sure(match: phonenumbers.PhoneNumberMatch, region: str) -> bool:
    raw = match.raw_string
    if raw.lstrip("( ").startswith("+"):
        return True
    grouped = any(sign in raw for sign in "-()") or raw.count(".") > 1
    return grouped and any(True for _ in PhoneNumberMatcher(raw, region, leniency=Leniency.STRICT_GROUPING))


def _is_born(resident_id: str) -> bool:
    """Return whether a resident identity number holds a day; its division may be one that is no more."""
    try:
        ric.get_birth_date(resident_id.upper())
    except ValidationError:
        return False
    return True


def _is_valid_phone(text: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


# -- what is attested -------------------------------------------------------------------------------------------------
def attestation(left: Left, texts: int) -> dict[str, Any]:
    """Return plain JSON that says what was searched, by what, and how much is left; ``attested`` only if nothing is.

    Args:
        left: Over all texts.
        texts: How many were searched.
    """
    return {
        "attested": not left.certain.total(),
        "searched": texts,
        "left": dict(sorted(left.certain.items())),
        "doubtful": dict(sorted(left.doubtful.items())),
        "by": {name: version(name) for name in ("phonenumbers", "python-stdnum")},
    }
