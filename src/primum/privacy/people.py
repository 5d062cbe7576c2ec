"""Surrogate people: every spelling of one person's name becomes the same spelling of one other person's."""

import re
from collections.abc import Container, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from faker.providers.person.en_US import Provider as English
from faker.providers.person.es_ES import Provider as Spanish
from faker.providers.person.zh_CN import Provider as Chinese

from primum.privacy.dice import Dice, plain
from primum.privacy.names import DOUBLE_SURNAMES

LETTERS = "ABCDEGJLMPRST"
"""First letters that begin many names of each list."""
ATTEMPTS = 40
"""A name of somebody in the subject's own texts is drawn again so often; then it is let stand."""
_TITLES = """
    dr dra drs mr mrs ms miss mx sir prof professor doctor doctora don doña dña sr sra srta d dª md rn phd do np pa jr
    sr ii iii iv esq esquire frcs mbbs hon rev fr nurse sister
"""
_PARTICLES = "de la las los del van von der den bin ibn al el y e da das dos di du le san santa"
TITLES = frozenset(_TITLES.split())
"""Words before and after a name that are no name; they stay."""
PARTICLES = frozenset(_PARTICLES.split())
"""Small words within a name; they stay where a name is around them."""
_BESIDE = TITLES | PARTICLES
HAN_TITLES = (
    "主治医师", "护士长", "先生", "女士", "小姐", "太太", "夫人", "医生", "醫生", "医师", "醫師", "大夫",
    "教授", "主任", "护士", "护师", "老师", "同志", "阿姨", "院长", "博士", "某某", "某", "氏",
)  # fmt: skip
"""What follows a Chinese name and is none, the longest first."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_VOWEL = re.compile("[AEIOUY]")
_TRANSLITERATED = (
    "艾伦", "贝丝", "卡尔", "黛娜", "埃里克", "菲奥", "格伦", "海蒂", "伊万", "乔伊", "科拉", "莱恩",
    "米娅", "诺拉", "奥托", "佩吉", "雷蒙", "索菲", "特丽", "维拉", "哈珀", "霍恩", "金斯", "洛克",
    "莫尔", "帕克斯", "昆西", "罗温", "斯通", "特纳",
)  # fmt: skip


class Lists(NamedTuple):
    """Names of one language."""

    male: tuple[str, ...]
    female: tuple[str, ...]
    family: tuple[str, ...]


@lru_cache(maxsize=1)
def lists() -> Mapping[str, Lists]:
    """Return the names of each language, as Faker (MIT licence) brings them."""
    return {
        code: Lists(
            tuple(sorted(set(one.first_names_male))),
            tuple(sorted(set(one.first_names_female))),
            tuple(sorted(set(one.last_names))),
        )
        for code, one in (("en", English), ("es", Spanish), ("zh", Chinese))
    }


@lru_cache(maxsize=1)
def _roles() -> tuple[Mapping[str, str], frozenset[str], frozenset[str]]:
    """Return the sex of given names, empty where both bear it; the surnames; and the names that are Spanish."""
    sexes: dict[str, str] = {}
    for code in ("es", "en"):
        male = {plain(one) for one in lists()[code].male}
        female = {plain(one) for one in lists()[code].female}
        sexes |= (
            dict.fromkeys(male & female, "") | dict.fromkeys(male - female, "m") | dict.fromkeys(female - male, "f")
        )
    families = {code: {plain(one) for one in lists()[code].family} for code in ("en", "es")}
    english, spanish = ({plain(one) for one in (*lists()[code].male, *lists()[code].female)} for code in ("en", "es"))
    return sexes, frozenset(families["en"] | families["es"]), frozenset((spanish - english) | families["es"])


def plain_names() -> tuple[Container[str], Container[str]]:
    """Return the given names and the surnames of all lists, as ``plain``."""
    sexes, families, _ = _roles()
    return sexes, families


def is_given_name(word: str) -> bool:
    """Return whether a word is a given name of a list, English or Spanish."""
    return plain(word) in _roles()[0]


def is_beside_a_name(word: str) -> bool:
    """Return whether a word is a title or a small word within a name; a single capital is an initial."""
    return plain(word) in _BESIDE and not (len(word) == 1 and word.isupper())


def is_surname(word: str) -> bool:
    """Return whether a word is a surname of a list, English or Spanish."""
    return plain(word) in _roles()[1]


@lru_cache(maxsize=256)
def _pool(language: str, of: str, letter: str) -> list[str]:
    """Return the names of a language that begin with a letter: ``m``, ``f``, ``family``, or given names of both."""
    names = lists()[language]
    chosen = {"m": names.male, "f": names.female, "family": names.family}.get(of, names.male + names.female)
    return [one for one in chosen if plain(one[0]) == letter]


class People:
    """Surrogate names for the people around one subject.

    A word of a name becomes another word, the same wherever it stands, so that ``Smith, John``, ``JOHN SMITH`` and
    ``Mr Smith`` agree; first letters become other first letters, so that ``J. Smith`` agrees as well. Given names keep
    their sex and all names their language, as far as these can be told.
    """

    def __init__(self, key: bytes, originals: Iterable[str] = ()) -> None:
        self._key = key
        self._roles: dict[str, str] = {}
        self._taken: set[str] = set()
        for name in sorted(originals):
            if _HAN.search(name):
                self._taken |= {name, *(part for part in _han_parts(name)[1:3] if part)}
                continue
            words = _WORD.findall(name)
            self._taken |= {plain(one) for one in words}
            for word, role in zip(words, _by_place(name, words), strict=True):
                if role and len(words) > 1:
                    self._roles.setdefault(plain(word), role)

    def write(self, value: str) -> str:
        """Return the surrogate of a name, its spelling kept."""
        if _HAN.search(value):
            return self._han(value)
        words = _WORD.findall(value)
        roles = iter(_by_place(value, words))
        shouted = value.isupper()
        return _WORD.sub(lambda match: self._word(match[0], next(roles), shouted=shouted), value)

    def _word(self, word: str, place: str, *, shouted: bool) -> str:
        if not place:
            return word
        if len(word) == 1 or (word.isupper() and len(word) == 2 and not (shouted and _VOWEL.search(word))):  # noqa: PLR2004 - J, JQ
            return "".join(cased(one, self._letter(one)) for one in word)
        return cased(word, self._name(word, self._role(word, place)))

    def _role(self, word: str, place: str) -> str:
        sexes, families, _ = _roles()
        bare = plain(word)
        if (bare in sexes) != (bare in families):
            return "given" if bare in sexes else "family"
        return self._roles.get(bare, "given" if place == "alone" and bare in sexes else place)

    def _name(self, word: str, role: str) -> str:
        sexes, _, spanish = _roles()
        bare = plain(word)
        language = "es" if bare in spanish or "ñ" in word.casefold() else "en"
        of = "given" if role == "given" else "family"
        pool = _pool(language, sexes.get(bare, "") if role == "given" else of, self._letter(word).lower())
        return self._drawn(pool, "name", of, bare)

    def _letter(self, word: str) -> str:
        return Dice(self._key, "initial", plain(word)[:1]).one_of(LETTERS)

    def _drawn(self, pool: list[str], *about: str) -> str:
        dice = Dice(self._key, *about)
        drawn = dice.one_of(pool)
        for _ in range(ATTEMPTS):
            if plain(drawn) not in self._taken and plain(drawn) != plain(about[-1]):
                break
            drawn = dice.one_of(pool)
        return drawn

    def _han(self, value: str) -> str:
        if "·" in value:
            return "·".join(self._drawn(list(_TRANSLITERATED), "han", one) for one in value.split("·"))
        prefix, family, given, title = _han_parts(value)
        if not family:
            return value
        new = self._drawn([one for one in lists()["zh"].family if len(one) == len(family)], "han-family", family)
        return f"{prefix}{new}{self._han_given(given)}{title}"

    def _han_given(self, given: str) -> str:
        if not given:
            return ""
        names = lists()["zh"]
        is_male, is_female = given in names.male, given in names.female
        pool = names.male if is_male and not is_female else names.female if is_female and not is_male else ()
        long = len(given) > 1
        fit = [one for one in pool or names.male + names.female if (len(one) > 1) == long]
        return self._drawn(fit, "han-given", given)


def _han_parts(name: str) -> tuple[str, str, str, str]:
    """Return familiar prefix, surname, given name and title of a Chinese name."""
    bare = "".join(name.split())
    title = next((one for one in HAN_TITLES if bare.endswith(one)), "")
    bare = bare.removesuffix(title)
    prefix = bare[:1] if len(bare) == 2 and bare[0] in "小老阿" else ""  # noqa: PLR2004 - a familiar form
    bare = bare.removeprefix(prefix)
    cut = 2 if bare.startswith(DOUBLE_SURNAMES) else 1
    return prefix, bare[:cut], bare[cut:], title


def _by_place(name: str, words: list[str]) -> list[str]:
    """Return what each word of a name is by where it stands: given, family, alone, or empty where it is no name."""
    real = [one for one in words if not is_beside_a_name(one)] or words
    comma = name.find(",")
    places, seen, at = [], 0, 0
    for word in words:
        at = name.index(word, at) + len(word)
        if word not in real:
            places.append("")
            continue
        seen += 1
        is_family = at <= comma if comma > 0 else seen == len(real)
        places.append("alone" if len(real) == 1 else "family" if is_family else "given")
    return places


def cased(old: str, new: str) -> str:
    """Return a word in the capitals of another."""
    if len(old) > 1 and old.isupper():
        return new.upper()
    return new.lower() if old.islower() else new
