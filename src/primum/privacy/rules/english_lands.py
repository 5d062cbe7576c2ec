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
    for match in _SMALL.finditer(text) if text == low else ():
        parts = match["x"].split()
        for many in (3, 2, 1):
            name = " ".join(parts[:many])
            if name in _small() and match["x"].startswith(name):
                yield Span(match.start("x"), match.start("x") + len(name), Kind.REGION, "lexicon:en_lands")
                break


def _opens(text: str, start: int) -> bool:
    """Return whether a sentence begins here."""
    before = text[max(0, start - 3) : start].rstrip(" \t")
    return not before or before[-1] in ".\n?!:"
