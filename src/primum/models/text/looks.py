"""What a word looks like to whoever reads letters: case, signs, and the lists of names it stands in.

An uncased encoder cannot see that "Turkey" is a country and "turkey" a bird; these channels can.
"""

from functools import lru_cache

from primum.privacy.lexicons.loader import words

LONGEST = 16
"""Characters of a word that are read, from its beginning."""
CHARACTERS = 256
"""Kinds of characters: Latin-1 as they are, the rest as one; 0 is nothing."""
SHAPES = (
    "nothing",
    "digits",
    "with digits",
    "lower",
    "one capital",
    "capitals",
    "first capital",
    "first capital and more",
    "inner capital",
    "signs",
)
LISTS = ("en_given", "en_family", "en_places", "en_lands", "en_nations", "en_words", "en_medical")
"""Lists of words, as ``primum.privacy.lexicons`` has them."""
LOOKS = len(SHAPES) + len(LISTS)
"""Numbers that tell what a word looks like."""


@lru_cache(maxsize=1 << 17)
def look(word: str) -> tuple[int, ...]:
    """Return 0 or 1 for each of ``SHAPES`` and ``LISTS``."""
    shape, plain = _shape(word), word.lower()
    return (*(int(one == shape) for one in range(len(SHAPES))), *(int(plain in _listed(name)) for name in LISTS))


@lru_cache(maxsize=1 << 17)
def characters(word: str) -> tuple[int, ...]:
    """Return the kind of each of the first characters, filled up with 0."""
    kinds = [min(ord(one), CHARACTERS - 1) or 1 for one in word[:LONGEST]]
    return (*kinds, *[0] * (LONGEST - len(kinds)))


def _shape(word: str) -> int:
    if word.isdigit():
        return 1
    if any(one.isdigit() for one in word):
        return 2
    if word.islower():
        return 3
    if word.isupper():
        return 4 if len(word) == 1 else 5
    if word[:1].isupper():
        return 6 if word[1:].islower() else 7
    return 8 if any(one.isupper() for one in word) else 9


@lru_cache(maxsize=len(LISTS))
def _listed(name: str) -> frozenset[str]:
    return frozenset(one.lower() for one in words(name))
