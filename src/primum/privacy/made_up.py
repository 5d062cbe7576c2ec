"""Made-up identifiers of every class in English, Spanish and Chinese; nobody is meant by any of them."""

import datetime as dt
import string
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import yaml

from primum.privacy.spans import Kind

LANGUAGES = ("en", "es", "zh")
FIRST_DAY = dt.date(1931, 1, 1)
DAYS = 32_000
"""Days of birth and of visits are drawn from so many days."""
MONTHS_ES = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()  # noqa: SIM905 - a list of words
_RESIDENT = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"


@cache
def document() -> Mapping[str, Any]:
    """Return what ``canaries.yaml`` holds: sentences by language, and lists of words."""
    text = resources.files("primum.privacy").joinpath("canaries.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


class Dice:
    """Draws what identifiers are made of.

    Args:
        seed: Equal seeds, equal draws.
    """

    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)

    def one_of(self, listed: Sequence[str]) -> str:
        """Return one of a list."""
        return listed[int(self._generator.integers(len(listed)))]

    def word(self, name: str) -> str:
        """Return one of a list of ``canaries.yaml``."""
        return self.one_of(document()["lists"][name])

    def number(self, low: int, high: int) -> int:
        """Return a number from low to high, both included."""
        return int(self._generator.integers(low, high + 1))

    def shaped(self, pattern: str) -> str:
        """Return a pattern with each # a digit, each @ a capital letter, each % a digit from 1."""
        signs = {"#": string.digits, "@": "BCDFGHJKLMNPRSTVWXZ", "%": string.digits[1:]}
        return "".join(self.one_of(signs[one]) if one in signs else one for one in pattern)

    def order(self, count: int) -> list[int]:
        """Return the numbers below a count in any order."""
        return [int(one) for one in self._generator.permutation(count)]


def make(kind: Kind, language: str, dice: Dice) -> str:
    """Return a made-up identifier of a kind, as people of a language write it.

    Args:
        kind: One of ``MAKERS``.
        language: ``en``, ``es`` or ``zh``.
        dice: Decides.
    """
    return MAKERS[kind](language, dice)


def _name(language: str, dice: Dice) -> str:
    if language == "zh":
        return dice.word("family_zh") + dice.word("given_zh")
    given, family = dice.word(f"given_{language}"), dice.word(f"family_{language}")
    if language == "es":
        return dice.one_of([f"{given} {family} {dice.word('family_es')}", f"{given} {family}"])
    forms = [f"{given} {family}", f"{family}, {given}", f"{given[0]}. {family}", f"Dr. {family}", f"Mrs {family}"]
    return dice.one_of([f"{given} {family}", *forms])


def _street(language: str, dice: Dice) -> str:
    if language == "zh":
        return dice.shaped(f"{dice.word('place_zh')}{dice.word('street_zh')}%#号{dice.word('estate_zh')}%栋%0#室")
    if language == "es":
        return dice.shaped(f"{dice.word('street_es')}, %#, {dice.one_of(['2º B', '4º izda', 'bajo'])}")
    return dice.shaped(f"%#% {dice.word('street_en')} {dice.word('way_en')}")


def _place(language: str, dice: Dice) -> str:
    return dice.word(f"place_{language}")


def _postcode(language: str, dice: Dice) -> str:
    forms = {"en": ["4####", "@@% %@@", "1####-####"], "es": ["28###", "08###", "41###"], "zh": ["21####"]}
    return dice.shaped(dice.one_of(forms[language]))


def _hospital(language: str, dice: Dice) -> str:
    return dice.word(f"hospital_{language}")


def _date(language: str, dice: Dice) -> str:
    day = FIRST_DAY + dt.timedelta(dice.number(0, DAYS))
    if language == "zh":
        return dice.one_of([f"{day.year}年{day.month}月{day.day}日", day.isoformat(), f"{day:%Y.%m.%d}"])
    if language == "es":
        words = f"{day.day} de {MONTHS_ES[day.month - 1]} de {day.year}"
        return dice.one_of([words, f"{day:%d/%m/%Y}", f"{day:%d-%m-%Y}"])
    return dice.one_of([f"{day:%d %B %Y}", f"{day:%B} {day.day}, {day.year}", f"{day:%m/%d/%Y}", day.isoformat()])


def _age(_language: str, dice: Dice) -> str:
    return str(dice.number(90, 103))


def _phone(language: str, dice: Dice) -> str:
    forms = {
        "en": ["(%##) 555-01##", "%##-555-01##", "+44 7700 900###", "020 7946 0###", "%##.555.01##"],
        "es": ["6## ## ## ##", "9%# ### ###", "+34 6## ### ###", "6########"],
        "zh": ["139########", "187 #### ####", "0571-8#######"],
    }
    return dice.shaped(dice.one_of(forms[language]))


def _email(language: str, dice: Dice) -> str:
    word = dice.word("family_en" if language == "zh" else f"family_{language}")
    plain = "".join(one for one in unicodedata.normalize("NFD", word) if one.isascii() and one.isalpha())
    return f"{plain.lower()}.{dice.number(10, 99)}@{dice.word('host')}"


def _url(_language: str, dice: Dice) -> str:
    return dice.shaped(dice.one_of([f"https://www.{dice.word('host')}/u/@@###", f"www.{dice.word('host')}/~p%##"]))


def _national_id(language: str, dice: Dice) -> str:
    if language == "zh":
        body = dice.shaped(f"330106{dice.number(1931, 1999)}{dice.number(1, 12):02d}{dice.number(1, 28):02d}99%")
        total = sum(int(one) * weight for one, weight in zip(body, _RESIDENT, strict=True))
        return body + "10X98765432"[total % 11]
    if language == "es":
        number = dice.number(98_000_000, 99_999_998)
        return f"{number}{dice.one_of(['', '-'])}{_DNI[number % 23]}"
    return dice.shaped("5##-%#-%###")


def _record_number(language: str, dice: Dice) -> str:
    forms = {"en": ["%######", "@%#####", "%##-###-#"], "es": ["%#####", "%#######"], "zh": ["%########", "ZY%######"]}
    return dice.shaped(dice.one_of(forms[language]))


def _insurance(language: str, dice: Dice) -> str:
    forms = {"en": ["@@@%########", "%###-####-##"], "es": ["28/########/##", "28 ######## ##"], "zh": ["%#########"]}
    return dice.shaped(dice.one_of(forms[language]))


def _vehicle(language: str, dice: Dice) -> str:
    forms = {"en": ["%@@@###", "@@%# @@@"], "es": ["#### @@@", "####-@@@"], "zh": ["苏B%####", "浙F·@%###"]}
    return dice.shaped(dice.one_of(forms[language]))


def _licence(language: str, dice: Dice) -> str:
    return dice.shaped(dice.one_of(["28 28 %####", "28/%####"] if language == "es" else ["@%#######", "@@@%#####"]))


MAKERS: Mapping[Kind, Callable[[str, Dice], str]] = {
    Kind.NAME: _name,
    Kind.STREET: _street,
    Kind.PLACE: _place,
    Kind.POSTCODE: _postcode,
    Kind.HOSPITAL: _hospital,
    Kind.BED: lambda _language, dice: dice.shaped(dice.one_of(["%#床", "0%#号床", "+%床"])),
    Kind.DATE: _date,
    Kind.AGE: _age,
    Kind.PHONE: _phone,
    Kind.FAX: _phone,
    Kind.EMAIL: _email,
    Kind.URL: _url,
    Kind.IP: lambda _language, dice: dice.shaped("10.1##.%#.%"),
    Kind.SOCIAL: lambda _language, dice: dice.shaped(dice.one_of(["wxid_@@@%##", "@@@_%####"])).lower(),
    Kind.NATIONAL_ID: _national_id,
    Kind.RECORD_NUMBER: _record_number,
    Kind.INSURANCE: _insurance,
    Kind.ACCOUNT: lambda language, dice: dice.shaped("6222 #### #### #### ##%" if language == "zh" else "%#######-##"),
    Kind.LICENCE: _licence,
    Kind.VEHICLE: _vehicle,
    Kind.DEVICE: lambda _language, dice: dice.shaped(dice.one_of(["@@%######", "%#####-@"])),
}
"""Kinds that can be made up, with how."""
