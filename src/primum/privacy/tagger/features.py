"""What a token looks like: its form, beginning and end, runs of letters, shape, and the lists it stands in."""

import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache

from primum.privacy.folding import unaccented
from primum.privacy.lexicons.loader import words
from primum.privacy.people import is_given_name, is_surname

GROUPS = ("form", "affix", "gram", "shape", "lexicon")
"""Groups of features; in training whole groups are left out at random, so that each learns to carry the others."""
LONGEST_AFFIX = 4
GRAM = 3
LONGEST_GRAMMED = 16
"""Letters of a word of which runs are made."""
LONGEST_NUMBER = 2
"""Digits of a number that counts as itself; of longer ones only the length does."""
LEXICONS: Mapping[str, tuple[str, ...]] = {
    "en": ("en_given", "en_family", "en_places", "en_words", "en_medical"),
    "es": ("es_places", "es_countries"),
    "zh": ("zh_surnames", "zh_surnames_rare", "zh_given"),
}
"""The lists of words that a token is looked for in, by language."""
_ORDINALS = str.maketrans("ºª", "oa")
_YEARS = range(1900, 2100)
_YEAR_DIGITS = 4
_SHAPE = 8
"""Signs of a shape that is not shortened."""
_SEEDS = {one: zlib.crc32(one.encode()) for one in "wpeg"}
Features = tuple[tuple[int, ...], ...]


def features(word: str, language: str) -> Features:
    """Return the features of a token, as checksums, group by group in the order of ``GROUPS``.

    Args:
        word: One of ``Tokens.words``.
        language: Whose lists are asked: ``en``, ``es`` or ``zh``.
    """
    if word.isdecimal():
        return _of_number(word)
    if not word[0].isalpha():
        return _keys(f"w{word}"), (), (), _keys("s!"), ()
    if word[0] >= "\u3007":
        return _keys(f"w{word[0]}", f"b{word}"), (), (), _keys("sh"), _keys(*_listed(word[0], language))
    plain = unaccented(word.lower()).translate(_ORDINALS)
    edged = f"^{plain[:LONGEST_GRAMMED]}$"
    lengths = range(1, min(LONGEST_AFFIX, len(plain)) + 1)
    return (
        _seeded("w", [plain]),
        _seeded("p", [plain[:at] for at in lengths]) + _seeded("e", [plain[-at:] for at in lengths]),
        _seeded("g", [edged[at : at + GRAM] for at in range(len(edged) - GRAM + 1)]),
        _shapes(word),
        _keys(*_listed(plain, language), *_names(plain)),
    )


def _of_number(word: str) -> Features:
    length = len(word)
    form = f"w{word}" if length <= LONGEST_NUMBER else f"wd{length}"
    year = ("sy",) if length == _YEAR_DIGITS and int(word) in _YEARS else ()
    affixes = (f"p{word[:1]}", f"p{word[:2]}") if length > LONGEST_NUMBER else ()
    return _keys(form), _keys(*affixes), (), _keys("sd", f"sd{length}", *year), ()


def _shapes(word: str) -> tuple[int, ...]:
    return _shape("".join(["X" if one.isupper() else "x" for one in word[:_SHAPE]]), min(len(word), _SHAPE))


@lru_cache(maxsize=1 << 10)
def _shape(signs: str, length: int) -> tuple[int, ...]:
    rest = signs[1:]
    short = signs[:1] + ("X" if "X" in rest else "") + ("x" if "x" in rest else "")
    return _keys(f"s{signs}", f"c{short}", f"n{length}")


def _listed(plain: str, language: str) -> Iterable[str]:
    return (f"l{name}" for name in LEXICONS[language] if plain in words(name))


def _names(plain: str) -> Iterable[str]:
    if is_given_name(plain):
        yield "l:given"
    if is_surname(plain):
        yield "l:surname"


def _keys(*names: str) -> tuple[int, ...]:
    return tuple([zlib.crc32(one.encode("utf-8", "surrogatepass")) for one in names])


def _seeded(first: str, names: Iterable[str]) -> tuple[int, ...]:
    """Return what ``_keys`` gives for names with one more letter before each."""
    seed = _SEEDS[first]
    return tuple([zlib.crc32(one.encode("utf-8", "surrogatepass"), seed) for one in names])


@lru_cache(maxsize=1 << 17)
def known_features(word: str, language: str) -> Features:
    """Return ``features``, kept: texts say few words often. For training; finding keeps what it needs itself."""
    return features(word, language)
