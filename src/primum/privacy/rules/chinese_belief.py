"""What a trained tagger takes for somebody in a Chinese text, weighed by what Chinese names and places are made of."""

import re
from collections.abc import Iterable

from primum.privacy.rules.chinese_names import COMMON, DOUBLE, GIVEN, ORDINARY, RARE, TITLE, cue
from primum.privacy.rules.chinese_places import HOSPITAL, is_any_hospital
from primum.privacy.rules.chinese_strangers import IS_DRUG, OTHER_PEOPLE
from primum.privacy.rules.chinese_text import HAN, alike
from primum.privacy.spans import Kind, Span

LONGEST = 4
"""Signs of a Chinese name."""
FAMILIAR = frozenset("小老阿大")
"""What stands before a surname among those who know each other."""
RULED = frozenset({Kind.NAME, Kind.HOSPITAL, Kind.ORGANISATION, Kind.STREET, Kind.PLACE})
"""Kinds that rules alone do not find; numbers and dates they do, and a tagger only adds measurements to them."""
UNUSUAL = frozenset("查明连应车来银全强公水相和言计支都国信门居满初台保宇扬稽位原")
"""Surnames that are so much more often another word that rules do not look for them."""
_DOTTED = re.compile(r"[^\W\d]{1,9}(?:[·•・‧][^\W\d]{1,9}){1,3}")
_LATIN = re.compile(r"[A-Z][a-z]{2,}(?:[ ,\-]{1,2}[A-Z][a-z]+){0,3}|[A-Z]{2,}(?:[ ,]{1,2}[A-Z]{2,}){1,3}")
_SIGNS = re.compile(rf"([{HAN}]+)(?:\d{{6,}})?")
PREPOSITIONS = frozenset("于和时由与向常及")
"""Surnames that mostly lead to the next word; after a word they are believed only where somebody is announced."""
_HIDDEN = re.compile(r"[某*×X]")
SHORTEST = {Kind.ORGANISATION: 4, Kind.STREET: 2, Kind.PLACE: 2}
"""Signs of the shortest that is believed."""


def believed(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return those of a tagger's finds that can be what it says.

    A name begins with a surname, or is a foreign one; it is not the beginning of a known word; a surname alone stands
    before a title. A hospital says what it is.

    Args:
        text: What was read.
        spans: What a tagger found in it.
    """
    plain = alike(text)
    return [one for one in spans if one.kind in RULED and _can_be(plain, one)]


def _can_be(text: str, span: Span) -> bool:
    word = text[span.start : span.end].strip(" ,.:()、。\n")
    if span.kind is Kind.NAME:
        return _can_be_name(text, span, word)
    if span.kind is Kind.HOSPITAL:
        treating = HOSPITAL.search(word)
        return treating is not None and not is_any_hospital(word[: treating.start()], treating.group())
    return len(word) >= SHORTEST[span.kind]


def _can_be_name(text: str, span: Span, word: str) -> bool:
    if _LATIN.fullmatch(word) or OTHER_PEOPLE.fullmatch(word.strip("()")) or _DOTTED.fullmatch(word):
        return not any(IS_DRUG.search(one) for one in re.split("[·•・‧]", word))
    if word[:1] in FAMILIAR and word[1:2] in COMMON | RARE:
        return len(word) <= 3  # noqa: PLR2004 - 老 and a surname of at most two signs
    if word[:1] in PREPOSITIONS and not _is_announced(text, span.start):
        return False
    if _HIDDEN.search(word):
        return word[:1] in COMMON | RARE or word.startswith(DOUBLE)
    bare = _SIGNS.fullmatch(word.replace(" ", ""))
    return bare is not None and _is_chinese_name(text, span, bare[1])


def _is_chinese_name(text: str, span: Span, name: str) -> bool:
    size = 2 if name.startswith(DOUBLE) else 1
    if len(name) > LONGEST or not (size > 1 or name[0] in COMMON | RARE | UNUSUAL):
        return False
    if len(name) == size:
        return name[0] not in UNUSUAL and bool(TITLE.match(text, span.end) or _HIDDEN.match(text, span.end))
    given = [one in GIVEN for one in name[size:]]
    is_likely = all(given) if name[0] in UNUSUAL or len(given) == 1 else any(given)
    return is_likely and not _is_ordinary(text, span.start, name)


def _is_ordinary(text: str, start: int, name: str) -> bool:
    """Return whether a known word begins here that is no beginning of a longer name."""
    if any(text[start : start + size] in ORDINARY for size in (3, 4)) or name in ORDINARY:
        return True
    return name[:2] in ORDINARY and not GIVEN.issuperset(name[2:])


def _is_announced(text: str, start: int) -> bool:
    """Return whether a name stands at the beginning of something, or after who is spoken of."""
    return not "\u4e00" <= text[start - 1 : start] <= "\u9fff" or cue(text, start) > 0
