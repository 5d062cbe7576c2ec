"""What a cell says: numbers as people write them, units brought to the study's, and values that cannot be."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from lark.exceptions import LarkError
from pint.errors import PintError
from ucumvert import PintUcumRegistry

from primum.domain.record import Value
from primum.domain.study import Column

Fault = Literal["", "number", "category", "unknown_unit", "other_unit"]
Trait = Literal["converted", "censored", "decimal_comma", "outlier"]

_BOUND = re.compile(r"^(?:<=|>=|<|>|≤|≥)\s*")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A cell as the model sees it.

    Attributes:
        value: A finite number in the study's unit, a category as the study spells it, or None where it is missing.
        traits: What was noticed: its unit was converted, it is a bound of detection (``<0.1``), its comma is decimal,
            it was outside the physical range and therefore set missing.
        fault: Why it cannot be used, empty where it can; then ``value`` is None.
    """

    value: float | str | None = None
    traits: frozenset[Trait] = frozenset()
    fault: Fault = ""


def is_missing(value: Value, column: Column) -> bool:
    """Return whether a cell says nothing: empty, one of the column's spellings of a missing value, or not finite."""
    if isinstance(value, str):
        return not value.strip() or value.strip() in column.missing
    return value is None or not math.isfinite(value)


def text_of(value: Value) -> str:
    """Return a cell as it is written: whole numbers without a decimal point, nothing for what is no number."""
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value.is_integer() else str(value)
    return "" if value is None or isinstance(value, float) else str(value).strip()


def class_of(value: Value, classes: Sequence[str]) -> int:
    """Return which of the classes an outcome is, whatever its case; -1 where it is none of them."""
    text = text_of(value).casefold()
    return next((at for at, one in enumerate(classes) if one.casefold() == text), -1)


def is_numeric(column: Column) -> bool:
    """Return whether a column holds numbers: a feature without categories, or a column with a unit or a range."""
    if column.categories:
        return False
    return column.role == "feature" or bool(column.unit) or column.low is not None or column.high is not None


def comma_use(text: str) -> Literal["", "decimal", "thousands", "either"]:
    """Return what a number's comma is: ``0,118`` decimal, ``1,234.5`` thousands, ``1,234`` either; empty for none."""
    plain = _BOUND.sub("", unicodedata.normalize("NFKC", text).strip())
    if "," in plain and _THOUSANDS.fullmatch(plain):
        return "thousands" if "." in plain or plain.count(",") > 1 else "either"
    return "decimal" if _DECIMAL_COMMA.fullmatch(plain) else ""


def number(text: str, *, decimal_comma: bool = False) -> tuple[float, frozenset[Trait]] | None:
    """Return the number a text says with what was noticed, or None where it says none.

    ``1,234.5`` has parted thousands, ``0,118`` and ``1.234,5`` a decimal comma; ``1,234`` is read as thousands unless
    told otherwise. ``<0.1`` gives the bound itself. Full-width digits count as digits.

    Args:
        text: A cell.
        decimal_comma: The column is known to use decimal commas.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    bare = _BOUND.sub("", plain)
    traits: set[Trait] = {"censored"} if bare != plain else set()
    if _THOUSANDS.fullmatch(bare) and not decimal_comma:
        bare = bare.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
        traits.add("decimal_comma")
    if not _PLAIN.fullmatch(bare):
        return None
    value = float(bare)
    return (value, frozenset(traits)) if math.isfinite(value) else None


def measure(value: Value, unit: str, column: Column, *, decimal_comma: bool = False) -> Measured:
    """Return a cell as the model sees it: the same for training, evaluation and a case at the doctor's desk.

    Args:
        value: The cell as given.
        unit: The unit it was given in, a UCUM code; empty where the source does not say, then the study's is assumed.
        column: What the study says of it.
        decimal_comma: The column is known to use decimal commas.
    """
    if is_missing(value, column):
        return Measured()
    if column.categories:
        return _category(value, column)
    if not is_numeric(column):
        return Measured(value=str(value))
    read = number(value, decimal_comma=decimal_comma) if isinstance(value, str) else (float(value or 0), frozenset())
    return _in_unit(*read, unit, column) if read else Measured(fault="number")


def _in_unit(found: float, traits: frozenset[Trait], unit: str, column: Column) -> Measured:
    given, wanted = canonical_unit(unit), canonical_unit(column.unit)
    if given and wanted and given != wanted:
        line = conversion(given, wanted)
        if line is None:
            return Measured(fault="other_unit" if is_unit(given) else "unknown_unit")
        found = float(f"{found * line[0] + line[1]:.12g}")
        traits |= {"converted"}
    if _is_impossible(found, column):
        return Measured(traits=traits | {"outlier"})
    return Measured(value=found, traits=traits)


def _is_impossible(value: float, column: Column) -> bool:
    return (column.low is not None and value < column.low) or (column.high is not None and value > column.high)


def _category(value: Value, column: Column) -> Measured:
    text = text_of(value)
    if text in column.categories:
        return Measured(value=text)
    alike = [one for one in column.categories if one.casefold() == text.casefold()]
    return Measured(value=alike[0]) if len(alike) == 1 else Measured(fault="category")


def canonical_unit(code: str) -> str:
    """Return a UCUM code without white space around it, its micro sign spelled ``u`` and powers plain."""
    return code.strip().translate(str.maketrans("µμ²³", "uu23"))


@cache
def _registry() -> PintUcumRegistry:
    return PintUcumRegistry()


@cache
def is_unit(code: str) -> bool:
    """Return whether a text is a unit of the Unified Code for Units of Measure.

    Source: UCUM 2.1, Regenstrief Institute.
    """
    try:
        _registry().from_ucum(code)
    except (LarkError, PintError):
        return False
    return True


@cache
def conversion(given: str, wanted: str) -> tuple[float, float] | None:
    """Return (factor, offset) with ``wanted = given * factor + offset``, or None where the units are not of one kind.

    Mass and amount of substance are two kinds: between mg/dL and mmol/L stands a molar mass, which no unit tells.

    Source: UCUM 2.1, Regenstrief Institute.
    """
    try:
        one, other = _registry().from_ucum(given), _registry().from_ucum(wanted)
        quantity = one._REGISTRY.Quantity  # noqa: SLF001 - pint's documented way to the registry of a quantity
        zero, hundred = (
            float(quantity(x * one.magnitude, one.units).to(other.units).magnitude / other.magnitude) for x in (0, 100)
        )
    except (LarkError, PintError):
        return None
    offset = float(f"{zero:.9g}") if abs(zero) > 1e-9 else 0.0  # noqa: PLR2004 - rounding noise
    return float(f"{(hundred - zero) / 100:.12g}"), offset
