"""Table E.1-1 of PS3.15 as data: which action an attribute gets under the options that apply."""

import importlib.resources
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import yaml
from pydicom.tag import BaseTag

from primum.privacy.dicom.options import Options

ROOT = "1.2.840.10008."
PRIVATE = "PRIVATE"
_PRECEDENCE = (
    "full_dates",
    "uids",
    "device",
    "institution",
    "dates",
    "patient",
    "structured",
    "graphics",
    "descriptors",
    "safe_private",
)
_BY_TYPE = {
    "1": {"X/D": "D", "Z/D": "D", "X/Z/D": "D", "X/Z": "Z"},
    "2": {"X/D": "D", "X/Z": "Z", "X/Z/D": "Z", "Z/D": "Z"},
}
_STRICTEST = {"X/Z": "Z", "X/D": "D", "Z/D": "D", "X/Z/D": "D", "X/Z/U*": "U"}


@dataclass(frozen=True, slots=True)
class Tables:
    """The two tables.

    Attributes:
        edition: Of the standard.
        attributes: Tag in eight hexadecimal digits (or ``50XXXXXX``, ``60XX3000``, ``60XX4000``, ``PRIVATE``) to
            column to action.
        classes: Storage classes whose modules are known, without the prefix of the standard's UIDs.
        required: Tag to class to the type, 1 or 2, that the class asks for.
    """

    edition: str
    attributes: dict[str, dict[str, str]]
    classes: frozenset[str]
    required: dict[str, dict[str, str]]


@lru_cache(maxsize=1)
def tables() -> Tables:
    """Return the tables, read once."""
    annex, iods = (_read(name) for name in ("annex_e.yaml", "iod_types.yaml"))
    classes = frozenset(cast("list[str]", iods["classes"]))
    required: dict[str, dict[str, str]] = {}
    for tag, types in cast("dict[str, dict[int, object]]", iods["required"]).items():
        required[tag] = {
            one: str(kind)
            for kind, some in types.items()
            for one in (classes if some == "all" else cast("list[str]", some))
        }
    return Tables(str(annex["edition"]), cast("dict[str, dict[str, str]]", annex["attributes"]), classes, required)


def _read(name: str) -> dict[str, object]:
    text = importlib.resources.files("primum.privacy.dicom").joinpath(name).read_text(encoding="utf-8")
    return cast("dict[str, object]", yaml.load(text, Loader=yaml.CSafeLoader))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is done with an attribute.

    Attributes:
        action: X, Z, D, U, C or K.
        otherwise: What is done where cleaning leaves nothing: X, Z or D.
        option: Because of which option; empty for the Basic Profile.
    """

    action: str
    otherwise: str
    option: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """The table under some options, for files of one class."""

    options: Options
    sop_class: str

    def rule(self, tag: BaseTag, *, nested: bool = False) -> Rule | None:
        """Return what the table says of an attribute, or None where it does not list it.

        Compound actions are resolved by the attribute's type in the class, where the class is known; elsewhere, and
        inside sequences, the strictest type is assumed. References keep their (new) UIDs: the U* of X/Z/U*.
        """
        row = tables().attributes.get(_key(tag))
        if row is None:
            return None
        basic = self._resolved(f"{int(tag):08X}", row["basic"], nested=nested)
        names = self.options.names()
        option = next((one for one in _PRECEDENCE if one in row and one in names), "")
        action = row[option] if option else basic
        return Rule(action=action, otherwise=basic if basic in {"X", "Z", "D"} else "X", option=option)

    def _resolved(self, tag: str, basic: str, *, nested: bool) -> str:
        if "/" not in basic or basic.endswith("U*"):
            return _STRICTEST.get(basic, basic)
        known = tables()
        short = self.sop_class.removeprefix(ROOT)
        if nested or short not in known.classes:
            return _STRICTEST[basic]
        asked = known.required.get(tag, {}).get(short)
        if asked is None:
            return basic[0]
        return _BY_TYPE[asked].get(basic, _STRICTEST[basic])


def _key(tag: BaseTag) -> str:
    if tag.is_private:
        return PRIVATE
    if tag.group & 0xFF00 == 0x5000:  # noqa: PLR2004 - repeating group of curves
        return "50XXXXXX"
    if tag.group & 0xFF00 == 0x6000 and tag.elem in {0x3000, 0x4000}:  # noqa: PLR2004 - of overlays
        return f"60XX{tag.elem:04X}"
    return f"{int(tag):08X}"
