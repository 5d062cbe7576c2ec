"""Names of made-up people from many languages in Latin letters, parted between training and what is held out."""

import importlib
import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

LOCALES = {
    "en_US": 30, "en_GB": 8, "en_IE": 3, "en_IN": 5, "en_NG": 2, "en_KE": 1, "en_PK": 2, "en_NZ": 1, "de_DE": 3,
    "de_AT": 1, "fr_FR": 3, "fr_CA": 1, "es_ES": 3, "es_MX": 3, "es_CO": 1, "es_CL": 1, "it_IT": 3, "pt_BR": 3,
    "pt_PT": 1, "nl_NL": 2, "nl_BE": 1, "sv_SE": 2, "no_NO": 2, "da_DK": 2, "fi_FI": 2, "pl_PL": 2, "cs_CZ": 2,
    "sk_SK": 1, "hu_HU": 2, "ro_RO": 2, "hr_HR": 2, "sl_SI": 1, "tr_TR": 2, "lt_LT": 1, "lv_LV": 1, "et_EE": 1,
    "id_ID": 2, "is_IS": 1, "vi_VN": 2, "yo_NG": 1, "ha_NG": 1, "ig_NG": 1, "tw_GH": 1, "zu_ZA": 1, "ga_IE": 1,
    "az_AZ": 1, "uz_UZ": 1,
}  # fmt: skip
"""Faker's lists of names (MIT licence), and how often each is drawn from."""
WRITTEN = (
    "chinese",
    "japanese",
    "korean",
    "arabic",
    "russian",
    "greek",
    "hebrew",
    "south_asian",
    "african",
    "pacific_and_south_east",
)
"""Given names and surnames written by hand, for languages whose lists are in other scripts."""


HERE = Path(__file__).parent / "english_templates"


@lru_cache(maxsize=1)
def _sections() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for line in (HERE / "parts.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            sections[line.strip("[]")] = entries = []
        elif not line.startswith("#"):
            entries += line.removesuffix("|").split("|")
    return sections


def parts(section: str) -> list[str]:
    """Return the entries of a section of parts.txt."""
    return _sections()[section]


NAMES_THAT_ARE_WORDS = parts("names_that_are_words")
SURNAMES_THAT_ARE_WORDS = parts("surnames_that_are_words")


class People(NamedTuple):
    """Names of one language, those drawn often first in weight."""

    given: list[str]
    family: list[str]
    given_weights: list[float]
    family_weights: list[float]


def bucket(word: str) -> int:
    """Return 0 to 39: to which use a word, a template, a name belongs."""
    return zlib.crc32(word.lower().encode()) % 40


def latin(word: str) -> bool:
    """Return whether a word is written in Latin letters."""
    return all(unicodedata.name(one, "").startswith("LATIN") or one in " -'\u2019." for one in word) and len(word) > 1


def plain(word: str) -> str:
    """Return a word without accents, as they are left out in many systems."""
    return "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one)).translate(
        str.maketrans("øØłŁđĐßıæÆ", "oOlLdDsiaA")
    )


@lru_cache(maxsize=1)
def _lists() -> dict[str, tuple[dict[str, float], dict[str, float]]]:
    lists = {}
    for locale in LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        given = _weighted(
            getattr(provider, name, ()) for name in dir(provider) if re.fullmatch(r"first_names?(_\w+)?", name)
        )
        family = _weighted(
            getattr(provider, name, ()) for name in dir(provider) if re.fullmatch(r"last_names?(_\w+)?", name)
        )
        lists[locale] = given, family
    for name in WRITTEN:
        lists[name] = dict.fromkeys(parts(f"given_{name}"), 1.0), dict.fromkeys(parts(f"family_{name}"), 1.0)
    lists["words"] = dict.fromkeys(NAMES_THAT_ARE_WORDS, 1.0), dict.fromkeys(SURNAMES_THAT_ARE_WORDS, 1.0)
    return lists


def _weighted(several: Iterable[object]) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in several:
        if isinstance(one, dict):
            found |= {str(name): float(weight) ** 0.5 for name, weight in one.items()}
        elif isinstance(one, list | tuple):
            found |= {str(name): found.get(str(name), 0.02) for name in one}
    return {name: weight for name, weight in found.items() if latin(name)}


def people(buckets: Sequence[int]) -> tuple[list[People], list[float]]:
    """Return the names whose bucket is among these, language by language, and how often each language is drawn."""
    drawn, weights = [], []
    for locale, (given, family) in _lists().items():
        mine = [{name: weight for name, weight in one.items() if bucket(name) in buckets} for one in (given, family)]
        if not all(mine):
            continue
        drawn.append(
            People(list(mine[0]), list(mine[1]), list(accumulate(mine[0].values())), list(accumulate(mine[1].values())))
        )
        weights.append(float(LOCALES.get(locale, 4)))
    return drawn, weights
