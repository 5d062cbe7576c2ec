"""Countries, states, nationalities and religions in English text, by the lists."""

import re
from collections.abc import Iterator
from functools import lru_cache

from primum.privacy.lexicons.loader import words
from primum.privacy.rules.scanning import several
from primum.privacy.spans import Kind, Span
from primum.privacy.trees import tree

_AFTER = r"(?![0-9A-Za-z_\u00c0-\u024f])"
_DOUBTFUL = frozenset(
    several(
        "conservative liberal labour orthodox democratic roma jain kiwi polish georgian socialist "
        "communist evangelical baptist methodist turkey chad jordan dominica java"
    )
)
"""At the beginning of a sentence these are other words as often."""
_SMALL_OTHERS = frozenset(
    several(
        "catholic liberals conservatives democrats republicans republican orthodox caucasian aboriginal native bohemian"
        " puritan fascist tories danish saxon lombard agnostic atheist poles finns creole spaniard swede dane navajo"
        " mohawk alaskan hawaiian persian lutheran quaker texan slavic venetian frisian"
    )
)
"""In small letters these are said of other things as often."""
_SMALL_WORD = re.compile(r"(?<![\w@./\-])[a-z]{5,}(?![\w@\-])")
_MEDICINE = re.compile(
    r"[\s\-]+(?:measles|flu|spots?|encephalitis|fever|scale|size|pigs?|ink|nuts?|diet|hemorrhagic"
    r"|haemorrhagic|gauge|catheters?|treatment|management|therapy|salute|pox|cut|doors?|fries|toast"
    r"|hives|ginseng|herbs?)",
    re.IGNORECASE,
)
_SMALL = re.compile(
    r"(?<![A-Za-z])(?:from|to|in|visit|visited|visiting|of|live in|leaving"
    r"|across)\s+(?:the\s+)?(?P<x>[a-z][a-z ]{2,24})"
)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], Kind, str], ...]:
    return tuple(
        (
            re.compile(tree(form(one) for one in words(name) for form in (str, str.upper)) + _AFTER),
            kind,
            f"lexicon:{name}",
        )
        for name, kind in (("en_lands", Kind.REGION), ("en_nations", Kind.NATIONALITY))
    )


@lru_cache(maxsize=1)
def _small_nation_words() -> frozenset[str]:
    names = frozenset(one.lower() for one in words("en_nations") if one.isalpha() and len(one) > 4)  # noqa: PLR2004 - shorter ones are words
    return names - _DOUBTFUL - _SMALL_OTHERS


@lru_cache(maxsize=1)
def _small() -> frozenset[str]:
    return frozenset(one.lower() for one in words("en_lands") if len(one) > 4) - _DOUBTFUL  # noqa: PLR2004 - shorter ones are words


def lands(text: str, low: str) -> Iterator[Span]:
    """Yield countries, states, nationalities, religions and political groups.

    Args:
        text: Any text.
        low: The same in small letters.
    """
    for pattern, kind, method in _patterns():
        for match in pattern.finditer(text):
            start, end = match.span()
            if start and (text[start - 1].isalnum() or text[start - 1] in "_@/"):
                continue
            if (low[start:end] in _DOUBTFUL and _opens(text, start)) or _MEDICINE.match(text, end):
                continue
            yield Span(start, end, kind, method)
    if text == low:
        yield from _small_nations(text)
        yield from _small_lands(text)


def _small_lands(text: str) -> Iterator[Span]:
    """Yield countries and states in a text that is all in small letters."""
    for match in _SMALL.finditer(text):
        parts = match["x"].split()
        for many in (3, 2, 1):
            name = " ".join(parts[:many])
            if name in _small() and match["x"].startswith(name):
                yield Span(match.start("x"), match.start("x") + len(name), Kind.REGION, "lexicon:en_lands")
                break


def _small_nations(text: str) -> Iterator[Span]:
    """Yield nationalities in a text that is all in small letters."""
    for match in _SMALL_WORD.finditer(text):
        if match.group() in _small_nation_words() and not _MEDICINE.match(text, match.end()):
            yield Span(*match.span(), Kind.NATIONALITY, "lexicon:en_nations")


def _opens(text: str, start: int) -> bool:
    """Return whether a sentence begins here."""
    before = text[max(0, start - 3) : start].rstrip(" \t")
    return not before or before[-1] in ".\n?!:"
