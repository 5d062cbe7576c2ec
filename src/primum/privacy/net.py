"""Surrogate addresses on the net, all from what is kept for examples."""

import re

from primum.privacy.dice import Dice, plain
from primum.privacy.numbers import Draw
from primum.privacy.people import lists
from primum.privacy.spans import Kind

KINDS = frozenset({Kind.EMAIL, Kind.URL, Kind.IP, Kind.SOCIAL})
"""Kinds that ``write`` knows."""
NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
"""Kept for documentation (RFC 5737); ``2001:db8`` likewise (RFC 3849), ``example.org`` by RFC 2606."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://|www\.")
_SIGN = re.compile(r"[0-9A-Za-z]")


def write(value: str, kind: Kind, draw: Draw) -> str:
    """Return another address of the same kind.

    Args:
        value: As it stands in the text.
        kind: One of ``KINDS``.
        draw: Gives dice.
    """
    dice = draw(kind.value, plain(value))
    if kind is Kind.IP:
        if ":" in value:
            return f"2001:db8::{dice.below(1 << 16):x}:{dice.below(1 << 16):x}"
        return f"{dice.one_of(NETWORKS)}.{1 + dice.below(254)}"
    if kind is Kind.EMAIL:
        return f"{_user(dice)}@example.org"
    if kind is Kind.URL:
        scheme = _SCHEME.match(value)
        return f"{scheme[0] if scheme else ''}example.org/{_user(dice)}"
    if value.startswith("@"):
        return f"@{_user(dice)}"
    return _SIGN.sub(lambda match: _alike(match[0], dice), value)


def _user(dice: Dice) -> str:
    return f"{plain(dice.one_of(lists()['en'].family))}.{dice.below(10000)}"


def _alike(sign: str, dice: Dice) -> str:
    return str(dice.below(10)) if sign.isdigit() else chr((65 if sign.isupper() else 97) + dice.below(26))
