"""Surrogate streets, towns, hospitals and employers: what a thing is stays, which one it is does not."""

import re
from functools import lru_cache

from faker import Faker

from primum.privacy.dice import Dice, plain
from primum.privacy.numbers import Draw
from primum.privacy.people import cased, lists
from primum.privacy.spans import Kind

LOCALES = {"en": "en_US", "es": "es_ES", "zh": "zh_CN"}
KINDS = frozenset({Kind.STREET, Kind.PLACE, Kind.HOSPITAL, Kind.ORGANISATION, Kind.REGION, Kind.PROFESSION, Kind.BED})
"""Kinds that ``write`` knows."""

_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_HAN_PLACE = re.compile(
    r"[\u3400-\u9fff]+?(?P<of>特别行政区|自治区|自治州|自治县|街道|大道|胡同|小区|花园|社区"
    r"|[省市区區县縣旗州盟镇鎮乡鄉村路街巷弄道里组屯])"
)
_HAN_HOSPITAL = re.compile(
    r"(?:大学|学院)?(?:附属)?(?:第[一二三四五六七八九十]+)?(?:人民|中心|中医|妇幼保健|儿童|肿瘤)?"
    r"(?:医院|醫院|卫生院|卫生服务中心|诊所|门诊部|保健院|院区|分院)\Z"
)
_STREET_WORDS = """
    street st road rd avenue ave av lane ln drive dr boulevard blvd court ct place pl way square sq terrace close
    crescent row mews grove gardens highway hwy parkway pkwy apt apartment flat unit suite ste floor fl room box po
    p.o north south east west n s e w ne nw se sw calle c avda avenida plaza pza paseo camino carretera ctra ronda
    travesía travesia puerta piso planta bajo izquierda derecha izda dcha portal escalera bloque nº n.º núm de del la
    las los el y of the at
"""
_CARE_WORDS = """
    hospital hospitals clinic clinics clinica clínica medical medicine center centre centro general university
    universitario universitaria health healthcare care infirmary institute instituto saint st san santa memorial
    regional community county children childrens s veterans cancer heart surgery surgical family practice group
    associates nursing home hospice rehabilitation de del la el los las y of the and at for salud servicio unidad
    complejo policlínica ambulatorio residencia fundación
"""
STREET_WORDS = frozenset(_STREET_WORDS.split())
"""Words of an address that say what a thing is, not which one."""
CARE_WORDS = frozenset(_CARE_WORDS.split())
"""Words in the name of a hospital that say what it is, not which one."""


def write(value: str, kind: Kind, language: str, draw: Draw) -> str:
    """Return another place, employer or profession, written as the value is.

    Args:
        value: As it stands in the text.
        kind: One of ``KINDS``.
        language: ``en``, ``es`` or ``zh``.
        draw: Gives dice.
    """
    dice = draw(kind.value, plain(" ".join(value.split())))
    if kind is Kind.BED:
        return _DIGITS.sub(lambda match: _number(match[0], dice), value)
    if language == "zh":
        return _han(value, kind, dice)
    if kind in {Kind.STREET, Kind.HOSPITAL}:
        words = STREET_WORDS if kind is Kind.STREET else CARE_WORDS
        named = _WORD.sub(lambda match: _word(match[0], words, language, draw), value)
        return _DIGITS.sub(lambda match: _number(match[0], dice), named)
    return _cased_whole(value, _faked(kind, language, dice))


def _word(word: str, kept: frozenset[str], language: str, draw: Draw) -> str:
    """Return a word of a name as another, the same wherever it stands; words that say what a thing is stay."""
    if plain(word) in kept or word.casefold() in kept:
        return word
    if len(word) == 1:
        return word if word.islower() else chr(65 + draw("letter", plain(word)).below(26))
    return cased(word, draw("place", plain(word)).one_of(lists()[language].family))


def _number(digits: str, dice: Dice) -> str:
    first = str(1 + dice.below(9))
    return first + dice.digits(len(digits) - 1)


def _cased_whole(old: str, new: str) -> str:
    return new.upper() if old.isupper() else new.lower() if old.islower() else new


def _han(value: str, kind: Kind, dice: Dice) -> str:
    if kind is Kind.HOSPITAL:
        ending = _HAN_HOSPITAL.search(value)
        return f"{_faked(Kind.PLACE, 'zh', dice)}{ending[0] if ending else '医院'}"
    if kind in {Kind.STREET, Kind.PLACE}:
        named = _HAN_PLACE.sub(lambda match: _han_named(match["of"], dice), value)
        if named == value:
            return _faked(Kind.PLACE, "zh", dice) + "".join(_number(one, dice) for one in _DIGITS.findall(value))
        return _DIGITS.sub(lambda match: _number(match[0], dice), named)
    return _faked(kind, "zh", dice)


def _han_named(kind: str, dice: Dice) -> str:
    if kind in {"省", "自治区", "特别行政区"}:
        return str(_seeded("zh", dice).province())
    return _faked(Kind.PLACE, "zh", dice) + kind


def _faked(kind: Kind, language: str, dice: Dice) -> str:
    fake = _seeded(language, dice)
    if kind is Kind.PLACE:
        return str(fake.city_name() if language == "zh" else fake.city())
    if kind is Kind.ORGANISATION:
        return str(fake.company())
    if kind is Kind.PROFESSION:
        return str(fake.job())
    return str(fake.country())


def _seeded(language: str, dice: Dice) -> Faker:
    fake = _faker(language)
    fake.seed_instance(dice.below(1 << 63))
    return fake


@lru_cache(maxsize=3)
def _faker(language: str) -> Faker:
    return Faker(LOCALES[language])
