"""Names of people in English text: capitalised words that a title, a label, a relative or the lists say are names."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from primum.privacy.edges import LETTER
from primum.privacy.folding import unaccented
from primum.privacy.lexicons.loader import words
from primum.privacy.names import EPONYMS, is_the_disease
from primum.privacy.people import is_given_name, is_surname
from primum.privacy.rules.scanning import Hints, Seen, before, several
from primum.privacy.spans import Kind, Span

_C = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĻŁŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŲŹŻŽ"
_GONE_ON = rf"(?:['\u2019][{_C}])?(?:[{LETTER}]|['\u2019\-](?=[{_C}a-z]))*"
_WORD = rf"[{_C}]{_GONE_ON}"
_PART = (
    r"(?:van\s+der|van\s+den|van\s+de|van|von|de\s+la|de\s+los|de|del|della|di|da|dos|du|la|le|bin|ibn|al"
    r"|el|der|den|dela)"
)
_SHORT = several("Mr Mrs Ms Dr Drs Prof Rev Sr Jr Capt Sgt Lt Col Gov Sen Rep St Mt MR MRS MS DR Fr Mx")
_ABBREVIATED = rf"(?:[A-Z]|{'|'.join(_SHORT)})\."
_REST = "|".join(f"(?<={one[0]}){one[1:]}" for one in _SHORT)
_UNIT = rf"(?:(?:{_PART}[ \t]+)?(?:{_ABBREVIATED}|{_WORD}))"
_RUN = re.compile(
    rf"[{_C}](?:(?<=[A-Z])\.|(?=[A-Za-z]{{1,3}}\.)(?:{_REST})\.|{_GONE_ON})(?:[ \t]{{0,2}}(?<=[ \t.]){_UNIT}){{0,5}}"
)
"""Capitalised words one after the other, with initials and the small words within names."""
_PIECE = re.compile(rf"[{LETTER}'\u2019\-]+\.?")
TITLES = frozenset(
    several(
        "mr mrs ms miss mx dr drs prof professor doctor rev reverend sir madam sister nurse capt captain "
        "sgt sergeant lt lieutenant col colonel "
        "officer detective judge justice senator sen rep gov governor president minister rabbi imam "
        "father fr pastor lady lord aunt auntie uncle "
        "grandma grandpa principal coach herr frau señor señora sra monsieur madame mme major"
    )
)
_PLAIN_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "drs", "mx", "prof"})
"""After these a name in small letters is looked for as well."""
_LABELS = several(
    "name names patient pt surname first\u00a0name last\u00a0name next\u00a0of\u00a0kin nok "
    "emergency\u00a0contact contact attending physician "
    "provider pcp gp surgeon assistant assistants anesthesiologist anaesthetist anesthesia consultant "
    "radiologist pathologist author reviewer witness "
    "guardian proxy caregiver interpreter therapist nurse from to cc attn attention signed prescriber "
    "manager worker spouse employee member student "
    "subject re regarding owner sender recipient agent customer client applicant passenger holder "
    "cardholder subscriber insured guarantor by reporter "
    "doctor referring ordering requested\u00a0by dietitian technician operator examiner editor "
    "speaker photo driver guest",
    " ",
)
_LABEL_ENDS = tuple(one.replace("\u00a0", " ") for one in _LABELS)
_SAYS = tuple(
    f" {one}"
    for one in several(
        "signed by|dictated by|reported by|reviewed by|seen by|examined by|referred by|requested "
        "by|transcribed by|performed by|accompanied by|evaluated by|"
        "interpreted by|read by|verified by|treated by|written by|prescribed by|authorized by|ordered "
        "by|call from|called from|spoke with|spoke to|discussed with|"
        "name is|name's|named|this is|i am|i'm|im|called|sincerely|regards|thanks|thank "
        "you|cheers|love|dear|hi|hello|hey|yours|best|wishes|ask for|call|per|attn|"
        "for patient|the patient|patient|pt|signed|it's|its|ask|tell|told|from dr|with dr|and dr",
        "|",
    )
)
_RELATIVES = tuple(
    f" {one}"
    for one in several(
        "wife husband mother father son daughter sister brother partner aunt uncle neighbour neighbor "
        "friend cousin nephew niece mom mum dad grandson "
        "granddaughter grandmother grandfather fiance fiancee boyfriend girlfriend spouse caregiver "
        "guardian roommate boss colleague baby twin son-in-law "
        "daughter-in-law proxy grandma grandpa stepson stepdaughter stepfather stepmother"
    )
)
_DEGREE = re.compile(
    r",?[ \t]+(?:M\.?D\.?|D\.?O\.?|R\.?N\.?|Ph\.?D\.?|N\.?P\.?|P\.?A\.?-C|PA|FNP(?:-BC)?|APRN|CRNA"
    r"|LCSW|LPN|DDS|DMD|DPM|PharmD|FRCS|FRCP|FACS|FACP|FACC|MBBS|MBChB|DPT"
    r"|OTR|CNM|Esq)(?![A-Za-z])"
)
DEGREES = frozenset(
    several(
        "md do rn phd np pa fnp aprn crna lcsw lpn dds dmd dpm pharmd frcs frcp facs facp facc mbbs dpt "
        "otr cnm jr sr ii iii iv esq bsn msn"
    )
)
_TURNED = re.compile(rf",[ \t]?(?P<given>{_WORD})(?:[ \t]+(?:[{_C}]\.?|{_WORD})(?![{LETTER}]))?(?![{LETTER}])")
_SMALL_TITLE = re.compile(
    r"(?<![A-Za-z])(?P<title>mr|mrs|ms|dr|drs|miss|mx|Dr|Mr|Mrs"
    r"|Ms)\.?[ \t]+(?P<x>[a-zà-ÿ][a-zà-ÿ'\u2019\-]+)(?:[ \t]+(?P<y>[a-zà-ÿ][a-zà-ÿ'\u2019\-]+))?"
    r"(?![a-zA-Z])"
)
_TWO = re.compile(r"(?P<given>[A-Z][a-z]+) (?:[A-Z]\. )?(?P<family>[A-Z][a-z]+)")
_ARTICLES = frozenset({"the", "a", "an", "of", "and", "or", "to"})
LONGEST_AHEAD = 16
"""Signs before a name in which the word before it is looked for."""
_NEWBORN_HINTS = Hints(("baby ",))
_NEWBORN = re.compile(rf"(?<![A-Za-z])(?:Baby|BABY)[ \t]+(?:Girl|Boy|GIRL|BOY)[ \t]+(?P<x>{_WORD})")
_SMALL_TITLES = Hints(("mr", "ms ", "ms.", "dr ", "dr.", "drs", "miss ", "mx "))
_SMALL_WORD = re.compile(r"(?<![\w@./\-])[a-zà-ÿ]{3,}(?:['\u2019\-][a-zà-ÿ]{2,})?(?![\w@])")
_BETWEEN = re.compile(r"[ \t]+(?:[a-z]\.?[ \t]+)?")
_FOLLOWED = re.compile(
    r"(?:['\u2019]s)?[\s\-]+(?:disease|syndrome|sign|scale|score|test|criteria|catheter|phenomenon"
    r"|reflex|tumou?r|lymphoma|hospital|clinic|medical|health|memorial|university|college"
    r"|school|street|road|avenue|drive|method|maneuver|procedure|classification|index|fracture|palsy"
    r"|virus|agar|stain|murmur|cells?|bodies|nodes?|line|drain|murmurs|center|inc|llc|ltd)",
    re.IGNORECASE,
)
NOT_NAMES = frozenset(
    several("""
    the a an and or of to in on at by for with from is was has had he she they we you it this that these those not
    no yes none unknown left right male female patient patients doctor mother father history
    presented presents reports denies came date dob age sex address phone email mrn room bed unit ward chief present
    past family social review physical exam examination vital signs general assessment plan
    impression diagnosis findings procedure indication technique comparison medications allergies discharge
    admission hospital clinic department emergency medical surgical street avenue road number name
    day night morning afternoon evening january february march april may june july august september october november
    december monday tuesday wednesday thursday friday saturday sunday will can if so
    please thank thanks dear hi hello hey regards sincerely note notes see seen call called team staff nurse nursing
    care health center status post follow up re cc attending resident one two three said says
    my your his her our their its who what when where why how sorry just also then than there here very all any some
    new old first last next same other such about after before during since until
    everyone friend customer service support going back okay good great happy glad looking having trying ready sure
    afraid interested calling writing worried wife husband son daughter sister brother
    show get find list give tell did does do is are was were has have had could would should may might must i im pt
    dx hx tx rx s/p c/o
    """)
)


_CUES = (*_LABEL_ENDS, *_SAYS, *_RELATIVES)
_NOT_LAST = NOT_NAMES | (DEGREES - {"jr", "sr", "ii", "iii", "iv"})
"""Words that end no name."""
KEPT = 1 << 14
"""Words of which what the lists say is kept."""


def people(seen: Seen) -> Iterator[Span]:
    """Yield names, together with the titles before them.

    Args:
        seen: Any text.
    """
    text, low, english = seen.text, seen.low, words("en_words")
    for match in _RUN.finditer(text):
        start, end = match.span()
        if start and (text[start - 1].isalnum() or text[start - 1] in "_@/"):
            continue
        if low[start:end] in english and text[start - 2 : start - 1] not in {":", "="} and text[end : end + 1] != ",":
            continue
        if _is_listed_pair(text, match):
            yield Span(start, end, Kind.NAME, "rule:name")
        yield from _of_run(text, low, match)
    for match in seen.near(_NEWBORN, _NEWBORN_HINTS):
        if match["x"].lower() not in NOT_NAMES:
            yield Span(*match.span(), Kind.NAME, "rule:title")
    yield from _titled_small(seen)
    if text == low:
        yield from _small_pairs(text)


def _of_run(text: str, low: str, run: re.Match[str]) -> Iterator[Span]:
    pieces = [(one.start() + run.start(), one.end() + run.start()) for one in _PIECE.finditer(run.group())]
    bare = [low[start:end].rstrip(".") for start, end in pieces]
    at = title = 0
    while (
        at < len(bare) and (bare[at] in TITLES or bare[at] in NOT_NAMES) and (bare[at] in TITLES or at + 1 < len(bare))
    ):
        if bare[at] in TITLES:
            title = at + 1
        at += 1
    last = len(bare)
    while last > at and bare[last - 1] in _NOT_LAST:
        last -= 1
    if last == at:
        return
    start, end = pieces[at][0], pieces[last - 1][1]
    if title and title == at:
        if not _is_thing(text, start, end):
            yield Span(pieces[title - 1][0], end - _dot(text, end), Kind.NAME, "rule:title")
        return
    turned = _turned(text, start, end, bare[at:last])
    beside = f" {bare[at - 1]}" if at else f" {before(low, start)}"
    if turned or _is_name(text, (start, end), bare[at:last], beside):
        yield Span(start, turned or end - _dot(text, end), Kind.NAME, "rule:name")


def _dot(text: str, end: int) -> bool:
    return text[end - 1] == "." and text[end - 3 : end - 2].isalpha()


def _turned(text: str, start: int, end: int, bare: list[str]) -> int | None:
    """Return where ``Smith, John A.`` ends, of which the run has the first word."""
    match = _TURNED.match(text, end) if len(bare) == 1 and text[end : end + 1] == "," else None
    if match is None or is_the_disease(text, start, end):
        return None
    given = match["given"].lower()
    is_name = is_listed(bare[0]) or not is_english(bare[0])
    return match.end() if is_given(given) and is_name and given not in NOT_NAMES else None


def _is_name(text: str, place: tuple[int, int], bare: list[str], beside: str) -> bool:
    start, end = place
    if len(bare) == 1 and is_given(bare[0]) and bare[0] not in _lands() and not text[start:end].isupper():
        return not _is_thing(text, start, end)
    if len(bare) == 1 and not beside.endswith(_CUES) and text[end : end + 1] not in {",", " "}:
        return False
    if not _is_called(text, place, bare, beside):
        return False
    return not _is_thing(text, start, end)


def _is_called(text: str, place: tuple[int, int], bare: list[str], beside: str) -> bool:
    """Return whether a degree, a cue or the lists say that words are a name."""
    start, end = place
    if text[end : end + 1] in {",", " "} and _DEGREE.match(text, end):
        return True
    known = [one for one in bare if is_listed(one)]
    words_of_english = [one for one in bare if is_english(one)]
    cued = _cue(text, start, beside)
    if len(bare) == 1 and cued != "label" and plain(bare[0]) in words("en_medical"):
        return False
    if cued:
        all_listed = len(known) == len(bare) > 1 and is_family(bare[-1])
        return (
            bool(known and (all_listed or len(words_of_english) < len(bare) or cued == "label")) or not words_of_english
        )
    if (
        text[start:end].isupper()
        and len(text[start - 30 : start].strip())
        and text[max(0, start - 30) : start].isupper()
    ):
        return False
    return len(bare) > 1 and (_is_pair(bare) or _is_strange(text[start:end], bare))


def _cue(text: str, start: int, beside: str) -> str:
    """Return what before a run of words says that it is a name: ``label``, ``says``, or nothing."""
    if text[start - 1 : start] in {":", "=", "\t"} or text[start - 2 : start] in {": ", "= ", ":\t", ":\n"}:
        return "label" if beside.endswith(_LABEL_ENDS) else ""
    if beside.endswith(_RELATIVES) or beside.endswith(_SAYS):
        return "says"
    return ""


def _is_pair(bare: list[str]) -> bool:
    """Return whether words are a given name and a surname, by the lists."""
    parts = [one for one in bare if len(one) > 1]
    if len(parts) < 2 or plain(parts[0]) in EPONYMS or " ".join(bare) in _lands():  # noqa: PLR2004 - two words
        return False
    if plain(parts[0]) in words("en_given") and not is_ordinary(parts[-1]):
        return True
    if not is_given(parts[0]):
        return any(is_listed(one) for one in parts) and not any(is_ordinary(one) for one in parts)
    return all(is_family(one) or is_given(one) or plain(one) not in _ordinary() for one in parts[1:])


def _is_listed_pair(text: str, run: re.Match[str]) -> bool:
    """Return whether within a sentence a listed given name stands before a listed surname: ``saw Will Banks``."""
    start = run.start()
    is_within = text[start - 1 : start] == " " and text[start - 2 : start - 1].islower()
    pair = _TWO.fullmatch(run.group()) if is_within else None
    if pair is None:
        return False
    ahead = text[max(0, start - LONGEST_AHEAD) : start].rsplit(maxsplit=1)[-1]
    return (
        ahead not in _ARTICLES
        and pair["given"].lower() in words("en_given")
        and pair["family"].lower() in words("en_family")
    )


def _is_strange(run: str, bare: list[str]) -> bool:
    """Return whether words are written as names are, and none is one of English or of medicine."""
    parts = [one for one in _PIECE.findall(run) if len(one.rstrip(".")) > 1]
    if len(parts) < 2 or " ".join(bare) in _lands():  # noqa: PLR2004 - two words
        return False
    return all(len(one) > 2 and one[1:].islower() and not is_ordinary(one.rstrip(".")) for one in parts)  # noqa: PLR2004 - ``XR``


def _is_thing(text: str, start: int, end: int) -> bool:
    """Return whether words name a disease, a sign, an institution."""
    return is_the_disease(text, start, end) or _FOLLOWED.match(text, end) is not None


def _titled_small(seen: Seen) -> Iterator[Span]:
    """Yield names in small letters after a title."""
    for match in seen.near(_SMALL_TITLE, _SMALL_TITLES, before=2, after=60):
        first, second = match["x"], match["y"]
        if first in NOT_NAMES or (plain(first) in words("en_words") and not is_family(first)):
            continue
        both = second and second not in NOT_NAMES and plain(second) not in words("en_words")
        yield Span(match.start("title"), match.end() if both else match.end("x"), Kind.NAME, "rule:title")


@lru_cache(maxsize=KEPT)
def is_english(word: str) -> bool:
    """Return whether a word is one of English or of medicine."""
    bare = plain(word)
    return bare in words("en_words") or bare in words("en_medical")


def is_ordinary(word: str) -> bool:
    """Return whether a word is one of English or of medicine that is written in small letters."""
    return is_english(word) and plain(word) not in words("en_proper")


@lru_cache(maxsize=1)
def _ordinary() -> frozenset[str]:
    return words("en_words") - words("en_proper")


@lru_cache(maxsize=1)
def _lands() -> frozenset[str]:
    return frozenset(one.lower() for one in words("en_lands") | words("en_nations"))


def _small_pairs(text: str) -> Iterator[Span]:
    """Yield given names with surnames in a text all in small letters."""
    pieces = list(_SMALL_WORD.finditer(text))
    for first, second in pairwise(pieces):
        between = text[first.end() : second.start()]
        family = second.group()
        if _BETWEEN.fullmatch(between) and is_given(first.group()) and (is_family(family) or not is_english(family)):
            yield Span(first.start(), second.end(), Kind.NAME, "rule:name")


@lru_cache(maxsize=KEPT)
def is_given(word: str) -> bool:
    """Return whether a word is a given name and no word of English."""
    bare = plain(word)
    return (
        (bare in words("en_given") or is_given_name(bare))
        and bare not in words("en_words")
        and bare not in words("en_medical")
    )


@lru_cache(maxsize=KEPT)
def is_family(word: str) -> bool:
    """Return whether a word is a surname; short ones must be no word of English."""
    bare = plain(word)
    return (bare in words("en_family") or is_surname(bare)) and (bare not in words("en_words") or len(bare) > 4)  # noqa: PLR2004 - as said


@lru_cache(maxsize=KEPT)
def is_listed(word: str) -> bool:
    """Return whether a word stands in a list of names."""
    bare = plain(word)
    return bare in words("en_family") or bare in words("en_given") or is_surname(bare) or is_given_name(bare)


@lru_cache(maxsize=KEPT)
def plain(word: str) -> str:
    """Return a word as the lists hold it; of a double one its last part."""
    low = word.lower().removesuffix("'s").removesuffix("\u2019s")
    return (low if low.isascii() else unaccented(low).replace("\u2019", "'")).rsplit("-", 1)[-1].rsplit("'", 1)[-1]
