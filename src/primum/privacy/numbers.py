"""Surrogate numbers: of the same form, with right check digits, and where there is room for it given to nobody."""

import datetime as dt
import re
from collections.abc import Callable

from stdnum import iban, luhn
from stdnum.cn import ric
from stdnum.es import dni, nie
from stdnum.gb import nhs

from primum.privacy.dice import Dice, plain

_SHORT_CARD, _LONG_CARD = 13, 19
_FROM_RIGHT = 7
"""So many last digits tell which telephone is meant, however much of it is said."""
_RESIDENT = re.compile(r"\d{17}[\dX]")
_LABEL = re.compile(r"[^\W\d_][^\d+(]*")
_EXTENSION = re.compile(r"\s*(?:x|ext\.?|extn\.?|extension|转|分机)\s*\d{1,6}\Z", re.IGNORECASE)
_LETTER_OR_DIGIT = re.compile(r"[0-9A-Za-z]")
_CODES = """
    20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91
    92 93 94 95 98
"""
_TWO = frozenset(_CODES.split())
"""Codes of countries with two digits; 1 and 7 have one, all others three."""
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_AMERICAN, _LOCAL, _MOBILE_DIGITS, _SPANISH = 10, 7, 11, 9
Draw = Callable[..., Dice]
"""Gives the dice for what a draw is about."""


def identifier(value: str, draw: Draw, days: int) -> str:
    """Return another number of the same form.

    Numbers that carry proof keep it: residents of China (GB 11643-1999; in a division that does not exist, the day of
    birth shifted), Spanish identity cards (beginning with 99), social security numbers (area 666, never given out),
    NHS numbers (999, kept for tests), payment cards (first digit 9, no issuer) and IBANs (bank 0000 or XXXX).

    Args:
        value: As it stands in the text.
        draw: Gives dice.
        days: By which a day of birth in it is shifted.
    """
    bare = _bare(value)
    dice = draw("number", bare)
    for holds, make in _PROVEN:
        if holds(bare):
            return _poured(make(bare, dice, days), value)
    return _alike(value, dice)


def phone(value: str, draw: Draw) -> str:
    """Return another telephone number in the same national format.

    Fiction's own ranges are used where there are any (555-01xx in North America, 07700 900xxx in the United Kingdom),
    ranges not in use for China (142) and Spain (76x). However much of a number is said, its end is replaced alike.

    Source: NANPA, 555 line numbers; Ofcom, Telephone numbers for use in TV and radio drama programmes.
    """
    label = _LABEL.match(value)
    if label:
        return label[0] + phone(value[label.end() :], draw)
    extension = _EXTENSION.search(value)
    if extension:
        return phone(value[: extension.start()], draw) + _alike_digits(extension[0], draw("extension", value))
    digits = "".join(one for one in value if one.isdigit())
    code = _country(value, digits)
    national = digits[len(code) :]
    dice = draw("phone", digits[-_FROM_RIGHT:])
    area, end = dice.digits(8), dice.digits(_FROM_RIGHT)
    return _poured(code + _national(national, code, (area, end)), value)


def _alike_digits(value: str, dice: Dice) -> str:
    return "".join(dice.digits(1) if one.isdigit() else one for one in value)


def _national(national: str, code: str, drawn: tuple[str, str]) -> str:
    area, end = drawn
    count = len(national)
    if code in {"", "1"} and count in {_AMERICAN, _LOCAL} and national[0] in "23456789":
        return f"{2 + int(area[0]) % 8}{area[1]}{(int(area[1]) + 1 + int(area[2]) % 9) % 10}55501{end[-2:]}"[-count:]
    trunk = "0" if national.startswith("0") else ""
    rest = national.removeprefix("0")
    if rest.startswith("7") and len(rest) == _AMERICAN and (code == "44" or trunk):
        return f"{trunk}7700900{end[-3:]}"
    if rest.startswith("1") and len(rest) == _MOBILE_DIGITS and code in {"", "86"}:
        return f"142{area[0]}{end}"
    if len(rest) == _SPANISH and code in {"", "34"} and not trunk:
        return f"76{end}"
    return trunk + (area * 3 + end)[-len(rest) :] if rest else trunk


def _country(value: str, digits: str) -> str:
    """Return the code of the country that a number begins with, if it says one."""
    if not value.lstrip("( ").startswith("+") and not digits.startswith("00"):
        return digits[:1] if len(digits) == _AMERICAN + 1 and digits[0] == "1" and re.match(r"1[\s.\-(]", value) else ""
    zeroes = "00" if digits.startswith("00") else ""
    rest = digits.removeprefix(zeroes)
    length = 1 if rest[:1] in {"1", "7"} else 2 if rest[:2] in _TWO else 3
    return zeroes + rest[:length]


def _bare(value: str) -> str:
    return "".join(one for one in plain(value).upper() if one.isalnum())


def _poured(signs: str, value: str) -> str:
    """Return letters and digits in the places of those of a value; its separators stay."""
    rest = iter(signs)
    return "".join(next(rest, "") if one.isalnum() else one for one in value) + "".join(rest)


def _alike(value: str, dice: Dice) -> str:
    """Return a value with every digit another digit and every letter another letter of the same case."""

    def other(match: re.Match[str]) -> str:
        one = match[0]
        if one.isdigit():
            return str(dice.below(10))
        return chr((65 if one.isupper() else 97) + dice.below(26))

    if value[:1] in _PROVINCES:
        value = dice.one_of(_PROVINCES) + value[1:]
    return _LETTER_OR_DIGIT.sub(other, value)


def _resident(bare: str, dice: Dice, days: int) -> str:
    try:
        born = dt.date(int(bare[6:10]), int(bare[10:12]), int(bare[12:14])) + dt.timedelta(days)
    except (ValueError, OverflowError):
        born = dt.date(1950 + dice.below(50), 1 + dice.below(12), 1 + dice.below(28))
    serial = f"{dice.digits(2)}{2 * dice.below(5) + int(bare[16]) % 2}"
    body = f"99{dice.digits(4)}{born:%Y%m%d}{serial}"
    return body + str(ric.calc_check_digit(f"{body}0"))


def _card(bare: str, dice: Dice, _days: int) -> str:
    body = "9" + dice.digits(len(bare) - 2)
    return body + luhn.calc_check_digit(body)


def _nhs(_bare: str, dice: Dice, _days: int) -> str:
    while True:
        body = f"999{dice.digits(6)}"
        check = next((str(one) for one in range(10) if nhs.checksum(f"{body}{one}") == 0), None)
        if check:
            return body + check


def _dni(_bare: str, dice: Dice, _days: int) -> str:
    body = f"99{dice.digits(6)}"
    return body + dni.calc_check_digit(body)


def _nie(bare: str, dice: Dice, _days: int) -> str:
    body = f"{bare[0]}99{dice.digits(5)}"
    return body + nie.calc_check_digit(body)


def _iban(bare: str, dice: Dice, _days: int) -> str:
    bank = "".join("0" if one.isdigit() else "X" for one in bare[4:8])
    body = bank + "".join(str(dice.below(10)) if one.isdigit() else one for one in bare[8:])
    return bare[:2] + iban.calc_check_digits(f"{bare[:2]}00{body}") + body


def _social(_bare: str, dice: Dice, _days: int) -> str:
    return f"666{1 + dice.below(99):02d}{1 + dice.below(9999):04d}"


_PROVEN: tuple[tuple[Callable[[str], bool], Callable[[str, Dice, int], str]], ...] = (
    (lambda bare: _RESIDENT.fullmatch(bare) is not None and ric.calc_check_digit(bare) == bare[-1], _resident),
    (dni.is_valid, _dni),
    (nie.is_valid, _nie),
    (lambda bare: bare.isdigit() and _SHORT_CARD <= len(bare) <= _LONG_CARD and luhn.is_valid(bare), _card),
    (lambda bare: bare[:2].isalpha() and iban.is_valid(bare), _iban),
    (lambda bare: len(bare) == _AMERICAN and nhs.is_valid(bare), _nhs),
    (lambda bare: len(bare) == _SPANISH and bare.isdigit(), _social),
)
