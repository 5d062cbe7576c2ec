"""What FHIR says an element is, and what is done with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml
from fhirpathpy.models import models

_STRING = "System.String"
BACKBONE = "BackboneElement"
"""The type of an element that has elements of its own, defined where it stands."""
_VERSIONS: tuple[Mapping[str, Any], ...] = (models["r4"], models["r5"])
_NODES: tuple[frozenset[str], ...] = tuple(
    frozenset(path[:at] for path in version["path2Type"] for at, sign in enumerate(path) if sign == ".")
    for version in _VERSIONS
)
TYPES = frozenset(name for version in _VERSIONS for name in version["type2Parent"])
"""Names of all data types and resources of R4 and R5."""
RESOURCES = frozenset(
    name
    for version in _VERSIONS
    for name, parent in version["type2Parent"].items()
    if parent in {"Resource", "DomainResource", "CanonicalResource", "MetadataResource"}
)
"""Names of all resources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of ``elements.yaml``.

    Attributes:
        elements: Path to action.
        types: Type to action.
        extensions: Address, or its beginning, to action.
        hosts: Hosts of standards and terminologies.
        arcs: Object identifiers below which everything is a standard's.
        displays: Type of resource to how the words of a reference to it are treated.
        medical: Elements whose references are described in medical words.
        ages: LOINC codes of ages.
    """

    elements: Mapping[str, str]
    types: Mapping[str, str]
    extensions: Mapping[str, str]
    hosts: frozenset[str]
    arcs: tuple[str, ...]
    displays: Mapping[str, str]
    medical: frozenset[str]
    ages: frozenset[str]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Return the rules, read once."""
    document = yaml.safe_load(resources.files("primum.privacy.fhir").joinpath("elements.yaml").read_text("utf-8"))
    displays = {action: names for action, names in document["displays"].items() if action != "medical"}
    return Rules(
        elements=_turned(document["elements"]),
        types=_turned(document["types"]),
        extensions=_turned(document["extensions"]),
        hosts=frozenset(document["hosts"]),
        arcs=tuple(document["arcs"]),
        displays=_turned(displays),
        medical=frozenset(document["displays"]["medical"]),
        ages=frozenset(document["ages"]),
    )


def _turned(by_action: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: action for action, names in by_action.items() for name in names}


@dataclass(frozen=True, slots=True)
class Element:
    """An element as FHIR defines it.

    Attributes:
        path: Where it is defined, for instance ``HumanName.family``.
        type: Its type; ``BACKBONE`` where it has elements of its own.
    """

    path: str
    type: str


@lru_cache(maxsize=32768)
def element(owner: str, key: str, *, structured: bool = False) -> Element | None:
    """Return what an element is, by R4 and then by R5; None where neither knows it.

    Args:
        owner: The resource, data type or element that holds it.
        key: Its name in JSON.
        structured: Whether its value is a structure: some are in one version and not in the other. Where one version
            has a code, the other's type counts.
    """
    found = [one for at in range(len(_VERSIONS)) if (one := _element(at, owner, key))]
    fitting = [one for one in found if one.type[0].isupper() == structured or one.type == _STRING]
    return min(fitting or found, key=lambda one: one.type == "code", default=None)


def _element(version: int, owner: str, key: str) -> Element | None:
    model, at = _VERSIONS[version], owner
    while at:
        path = f"{at}.{key}"
        path = model["pathsDefinedElsewhere"].get(path, path)
        if path in model["path2Type"]:
            return Element(path, model["path2Type"][path])
        if path in _NODES[version]:
            return Element(path, BACKBONE)
        at = model["type2Parent"].get(at, "")
    return None


def action(found: Element) -> str | None:
    """Return what is done with an element; None where it is a structure that is gone through."""
    return rules().elements.get(found.path) or rules().types.get(found.type)


def extension_action(address: str) -> str | None:
    """Return what is done with an extension; None where there is no rule for it."""
    table = rules().extensions
    return table.get(address) or next(
        (one for start, one in table.items() if start.endswith(("-", "/")) and address.startswith(start)), None
    )
