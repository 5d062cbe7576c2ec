"""What a token looks like: its form, beginning and end, runs of letters, shape, and the lists it stands in."""

import string
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

from primum.privacy.dice import plain
from primum.privacy.folding import unaccented
from primum.privacy.lexicons.loader import words
from primum.privacy.people import plain_names

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
_ASCII_SHAPES = bytes.maketrans(string.ascii_letters.encode(), b"x" * 26 + b"X" * 26)
_YEARS = range(1900, 2100)
_YEAR_DIGITS = 4
_SHAPE = 8
"""Signs of a shape that is not shortened."""
Features = tuple[tuple[int, ...], ...]


def features(word: str, language: str) -> Features:
    """Return the features of a token, as checksums, group by group in the order of ``GROUPS``.

    Args:
        word: One of ``Tokens.words``.
        language: Whose lists are asked: ``en``, ``es`` or ``zh``.
    """
    return tuple([tuple([key(one) for one in group]) for group in names(word, language)])


def key(name: str) -> int:
    """Return the checksum by which a feature is known."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))


def names(word: str, language: str) -> tuple[Sequence[str], ...]:
    """Return the features of a token by name, group by group, as ``features`` does."""
    if word.isdecimal():
        return _of_number(word)
    if not word[0].isalpha():
        return (f"w{word}",), (), (), ("s!",), ()
    if word[0] >= "\u3007":
        return (f"w{word[0]}", f"b{word}"), (), (), ("sh",), _listed(word[0], language)
    is_plain = word.isascii()
    low = word.lower() if is_plain else unaccented(word.lower()).translate(_ORDINALS)
    lengths = range(1, min(LONGEST_AFFIX, len(low)) + 1)
    edged = f"^{low[:LONGEST_GRAMMED]}$"
    return (
        ("w" + low,),
        ["p" + low[:at] for at in lengths] + ["e" + low[-at:] for at in lengths],
        ["g" + edged[at : at + GRAM] for at in range(len(edged) - GRAM + 1)],
        _shape(word[:_SHAPE].encode().translate(_ASCII_SHAPES).decode() if is_plain else _shaped(word)),
        _listed(low, language) + _named(low),
    )


def _of_number(word: str) -> tuple[Sequence[str], ...]:
    length = len(word)
    form = f"w{word}" if length <= LONGEST_NUMBER else f"wd{length}"
    year = ("sy",) if length == _YEAR_DIGITS and int(word) in _YEARS else ()
    affixes = (f"p{word[:1]}", f"p{word[:2]}") if length > LONGEST_NUMBER else ()
    return (form,), affixes, (), ("sd", f"sd{length}", *year), ()


def _shaped(word: str) -> str:
    return "".join(["X" if one.isupper() else "x" for one in word[:_SHAPE]])


@lru_cache(maxsize=1 << 10)
def _shape(signs: str) -> tuple[str, ...]:
    rest = signs[1:]
    short = signs[:1] + ("X" if "X" in rest else "") + ("x" if "x" in rest else "")
    return f"s{signs}", f"c{short}", f"n{len(signs)}"


def _listed(word: str, language: str) -> list[str]:
    return [name for name, some in _lists(language) if word in some]


@lru_cache(maxsize=len(LEXICONS))
def _lists(language: str) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((f"l{name}", words(name)) for name in LEXICONS[language])


def _named(word: str) -> list[str]:
    given, surnames = plain_names()
    bare = plain(word)
    return ["l:given"] * (bare in given) + ["l:surname"] * (bare in surnames)


@lru_cache(maxsize=1 << 17)
def known_features(word: str, language: str) -> Features:
    """Return ``features``, kept: texts say few words often. For training; finding keeps what it needs itself."""
    return features(word, language)
