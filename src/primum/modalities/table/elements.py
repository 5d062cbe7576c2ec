"""What a FHIR element says in one value: quantities, concepts, names, addresses, attached texts."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from primum.domain.record import Value


@dataclass(frozen=True, slots=True)
class Element:
    """A value with its unit (UCUM code where given), and the other names a concept goes by."""

    value: Value
    unit: str = ""
    also: tuple[str, ...] = ()


def plain(item: object) -> Element | None:
    """Return an element in one value, or None where it is a structure that has none."""
    if isinstance(item, Mapping):
        return _structured(item)
    if isinstance(item, Decimal):
        return Element(float(item))
    if item is None or isinstance(item, bool | int | float | str):
        return Element(item)
    return Element(str(item))


def listed(item: object) -> list[Any]:
    """Return the items of a list; what should be one and is not counts as its only item."""
    return item if isinstance(item, list) else [item]


def structures(item: object) -> list[Mapping[str, Any]]:
    """Return what is a structure in a list, or is one itself."""
    return [one for one in listed(item) if isinstance(one, Mapping)]


def _structured(item: Mapping[str, Any]) -> Element | None:
    if "data" in item or "contentType" in item:
        return _attachment(item)
    if not item.keys().isdisjoint({"family", "given", "line", "postalCode", "city"}):
        return _person_or_place(item)
    if "coding" in item or "text" in item:
        return _concept(item.get("text"), structures(item.get("coding")))
    if "value" in item:
        value = item["value"]
        number = float(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value
        return Element(number, str(item.get("code") or item.get("unit") or ""))
    if "code" in item or "display" in item:
        return _concept(None, [item])
    return None


def _person_or_place(item: Mapping[str, Any]) -> Element:
    """Return a HumanName in the order it is spoken, or an Address on one line."""
    if item.get("text"):
        return Element(str(item["text"]))
    name = [*listed(item.get("given")), item.get("family")]
    place = [*listed(item.get("line")), *(item.get(one) for one in ("city", "state", "postalCode"))]
    return Element(" ".join(str(one) for one in name if one) or ", ".join(str(one) for one in place if one))


def _concept(text: object, codings: list[Mapping[str, Any]]) -> Element | None:
    names = [text, *(one.get(key) for one in codings for key in ("code", "display"))]
    given = tuple(dict.fromkeys(one for one in names if isinstance(one, str) and one))
    return Element(given[0], also=given) if given else None


def _attachment(item: Mapping[str, Any]) -> Element | None:
    """Return an attached text decoded; None where it is none, or lies elsewhere."""
    if not str(item.get("contentType", "text/plain")).startswith("text/") or not isinstance(item.get("data"), str):
        return None
    charset = str(item.get("contentType", "")).partition("charset=")[2].strip(' "') or "utf-8"
    try:
        return Element(base64.b64decode(item["data"], validate=True).decode(charset))
    except (binascii.Error, UnicodeDecodeError, LookupError):
        return None
