"""What a trained tagger takes for somebody in a Chinese text, weighed by what Chinese names and places are made of."""

import re
from collections.abc import Iterable, Iterator

from primum.privacy.lexicons.loader import words
from primum.privacy.rules.chinese_names import COMMON, DOUBLE, GIVEN, JOINED, ORDINARY, RARE, TITLE, cue
from primum.privacy.rules.chinese_places import HOSPITAL, is_any_hospital
from primum.privacy.rules.chinese_strangers import IS_DRUG, OTHER_PEOPLE, OTHER_PEOPLES
from primum.privacy.rules.chinese_text import HAN, alike
from primum.privacy.spans import Kind, Span

LIKE_NAMES = words("zh_like_names")
"""Words of two signs that could begin a name: they are believed only where somebody is announced."""
WORD_ENDS = JOINED - {"中金"} | words("zh_word_ends")
"""Words of two signs whose second could be a surname: what goes on behind them is no name that is not announced."""
LONGEST = 4
"""Signs of a Chinese name."""
FAMILIAR = frozenset("小老阿大")
"""What stands before a surname among those who know each other."""
NUMBERS = {
    Kind.BED: re.compile(rf"[{HAN}]{{0,2}}[A-Z+]{{0,4}}\d{{1,4}}(?:-\d{{1,3}})?[A-Z]?(?:号?病?床)?"),
    Kind.RECORD_NUMBER: re.compile(r"[A-Z]{0,5}-?(?:\d+-?[A-Z]?-?)?\d{5,}(?:-\d+)?"),
}
"""What numbers that are believed look like: of others a tagger only adds measurements to what rules find."""
CALLED = frozenset("姨婶姐哥叔伯总工老")
"""What stands behind a surname among those who know each other."""
RULED = frozenset({Kind.NAME, Kind.HOSPITAL, Kind.ORGANISATION, Kind.STREET, Kind.PLACE, *NUMBERS})
"""Kinds that rules alone do not find all of."""
UNUSUAL = frozenset("查明连应车来银全强公水相和言计支都国信门居满初台保宇扬稽位原习乐僧盖但占由巨母勾邰别")
"""Surnames that are so much more often another word that rules do not look for them."""
SELDOM = frozenset("以可年有本经行非")
"""Signs of given names that are so much more often another word that rules do not look for them."""
_DOTTED = re.compile(r"[^\W\d]{1,9}(?:[·•・‧][^\W\d]{1,9}){1,3}")
_LATIN = re.compile(r"[A-Z][a-z]{2,}(?:[ ,\-]{1,2}[A-Z][a-z]+){0,3}|[A-Z]{2,}(?:[ ,]{1,2}[A-Z]{2,}){1,3}")
_SIGNS = re.compile(rf"([{HAN}]+)(?:\d{{6,}})?")
PREPOSITIONS = frozenset("于和时由与向常及")
"""Surnames that mostly lead to the next word; after a word they are believed only where somebody is announced."""
_ENDS = re.compile(r"\s|$|[,.。;;、:/()\[\]|]|[男女]")
_ANYWHERE = re.compile(r"[省市县区乡镇村城农街道社门牌号码楼房层路要到在、,\s]+")
"""What says of what sort a place is and not which."""
_MEASURED = re.compile(r"\s?(?:[\d.%×*/~+^℃°<>()=]|-\d|[A-Za-zμ]|[天周月年日小次岁分时个片粒支枚级度型期元倍例人])")
_APART = re.compile(r"[\s|/,;、:()\[\]-]|$")
_MEASURING = re.compile(r"[\d.×*/~<>≤≥=+-]\s?$")
_HIDDEN = re.compile("[某*×X\u3007○□]")
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
    return [part for one in spans if one.kind in RULED and (part := _believed(plain, one))]


def _believed(text: str, span: Span) -> Span | None:
    """Return what of a find is believed: of a name without the signs before and after that belong to other words."""
    if _can_be(text, span):
        return span
    if span.kind is not Kind.NAME:
        return None
    tried = (Span(start, end, span.kind, span.method) for start, end in _parts(span.start, span.end))
    return next((one for one in tried if _can_be(text, one)), None)


def _parts(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where what is left of a name begins and ends, the longest parts first: one sign before goes, some after."""
    for first in (start, start + 1):
        for last in range(min(end, first + LONGEST), first + 1, -1):
            yield first, last


def _can_be(text: str, span: Span) -> bool:
    word = text[span.start : span.end].strip(" ,.:()、。\n")
    if span.kind is Kind.NAME:
        return _can_be_name(text, span, word)
    if span.kind in NUMBERS:
        return NUMBERS[span.kind].fullmatch(word) is not None and not _is_measured(text, span)
    if span.kind is Kind.HOSPITAL:
        treating = HOSPITAL.search(word)
        return treating is not None and not is_any_hospital(word[: treating.start()], treating.group())
    return len(word) >= SHORTEST[span.kind] and not _ANYWHERE.fullmatch(word)


def _is_measured(text: str, span: Span) -> bool:
    """Return whether a number counts something; that of a bed stands for itself, as in a row of a table."""
    is_apart = _APART.match(text, span.end) and (span.start == 0 or _APART.match(text, span.start - 1))
    if span.kind is Kind.BED and not is_apart:
        return True
    before = _MEASURING.search(text, max(0, span.start - 2), span.start)
    return bool(before or _MEASURED.match(text, span.end))


def _can_be_name(text: str, span: Span, word: str) -> bool:
    if _LATIN.fullmatch(word) or OTHER_PEOPLE.fullmatch(word.strip("()")) or _DOTTED.fullmatch(word):
        return not any(IS_DRUG.search(one) for one in re.split("[·•・‧]", word))
    if word in OTHER_PEOPLES:
        return _is_announced(text, span.start) or bool(TITLE.match(text, span.end) or _ENDS.match(text, span.end))
    if _is_familiar(text, span, word):
        return True
    if word[:1] in PREPOSITIONS and not (
        _is_announced(text, span.start) or _is_full(word) or _ENDS.match(text, span.end)
    ):
        return False
    if _HIDDEN.search(word):
        return word[:1] in COMMON | RARE | UNUSUAL or word.startswith(DOUBLE)
    bare = _SIGNS.fullmatch(word.replace(" ", ""))
    return bare is not None and _is_chinese_name(text, span, bare[1])


def _is_familiar(text: str, span: Span, word: str) -> bool:
    """Return whether people are called so among themselves: 老王, 余姨."""
    if word[:1] in FAMILIAR and word[1:2] in COMMON | RARE:
        return len(word) <= 3  # noqa: PLR2004 - 老 and a surname of at most two signs
    is_called = len(word) == 2 and word[0] in COMMON | RARE and word[1] in CALLED  # noqa: PLR2004
    return is_called and _ENDS.match(text, span.end) is not None


def _is_chinese_name(text: str, span: Span, name: str) -> bool:
    size = 2 if name.startswith(DOUBLE) else 1
    if len(name) > size + 2 + (name[1:2] in COMMON | RARE):
        return False
    if len(name) == size:
        is_surname = name[0] in COMMON | RARE or size > 1
        return is_surname and bool(TITLE.match(text, span.end) or _HIDDEN.match(text, span.end))
    if not (size > 1 or name[0] in COMMON | RARE | UNUSUAL):
        return False
    if _stands_apart(text, span):
        return True
    given = [one in GIVEN or one in SELDOM for one in name[size:]]
    is_likely = all(given) if name[0] in UNUSUAL or len(given) == 1 else any(given)
    return is_likely and not _is_ordinary(text, span.start, name)


def _is_full(word: str) -> bool:
    """Return whether a surname and two signs of given names are given."""
    return len(word) == 3 and GIVEN.issuperset(word[1:])  # noqa: PLR2004


def _stands_apart(text: str, span: Span) -> bool:
    """Return whether a name stands between who is spoken of and the end of what is said: it may be any word."""
    return bool(_ENDS.match(text, span.end)) and _is_announced(text, span.start) and cue(text, span.start) > 1


def _is_ordinary(text: str, start: int, name: str) -> bool:
    """Return whether a known word begins here that is no beginning of a longer name."""
    if any(text[start : start + size] in ORDINARY for size in (3, 4)) or name in ORDINARY:
        return True
    if name in LIKE_NAMES and not TITLE.match(text, start + len(name)):
        return True
    if text[start - 1 : start] + name[0] in WORD_ENDS and not cue(text, start):
        return True
    begins = name[:2] in ORDINARY or (len(name) > 2 and name[:2] in LIKE_NAMES)  # noqa: PLR2004
    is_sure = cue(text, start) > 1 or not "\u4e00" <= text[start - 1 : start] <= "\u9fff"
    return begins and not (is_sure and GIVEN.issuperset(name[2:]))


def _is_announced(text: str, start: int) -> bool:
    """Return whether a name stands at the beginning of something, or after who is spoken of."""
    return not "\u4e00" <= text[start - 1 : start] <= "\u9fff" or cue(text, start) > 0
