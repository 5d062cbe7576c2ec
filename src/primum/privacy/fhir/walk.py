"""Goes through a FHIR structure, element by element."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from primum.privacy.fhir import dates
from primum.privacy.fhir.elements import BACKBONE, RESOURCES, Element, action, element, extension_action, rules
from primum.privacy.fhir.links import is_standard
from primum.privacy.fhir.values import GONE, Values

Structure = Mapping[str, Any]
Inner = Callable[[Structure], dict[str, Any]]
"""Cleans a resource inside another."""

MASKED = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
"""Says that something was here and was taken out."""
ABSENT = frozenset({"Attachment.data", "Attachment.url", "Binary.data"})
"""Elements for which that is said."""
LONGEST_WORD = 200
"""A text of as many characters without a space is no text."""
_SHAPES = (
    ({"family", "given"}, "HumanName"),
    ({"line", "city", "postalCode"}, "Address"),
    ({"reference"}, "Reference"),
    ({"contentType", "data"}, "Attachment"),
    ({"coding"}, "CodeableConcept"),
    ({"div"}, "Narrative"),
    ({"start", "end"}, "Period"),
    ({"assigner"}, "Identifier"),
)


@dataclass(slots=True, kw_only=True)
class Walk:
    """Cleans the structures of one person.

    Attributes:
        values: Treats what is no structure.
        types: Reference to type of resource, as far as the document tells.
        actions: Counts what was done.
    """

    values: Values
    types: Mapping[str, str]
    actions: Counter[str]

    def structure(self, node: Structure, owner: str, inner: Inner) -> dict[str, Any]:
        """Return a structure without identifiers; empty where nothing is left.

        Args:
            node: The structure.
            owner: Its type, or the path at which it is defined.
            inner: Cleans a resource inside it.
        """
        found: dict[str, Any] = {}
        for key, value in node.items():
            if key == "resourceType" or key.startswith("_"):
                continue
            new = self._element(node, owner, key, inner) if value is not None else GONE
            if new is GONE:
                self._said_absent(found, owner, key)
            else:
                found[self._key(owner, key)] = new
        for key in node:
            if key.startswith("_"):
                self._beside(node, key, (owner, found), inner)
        if owner == "HumanName" and "text" in found and {"given", "family"} & found.keys():
            found["text"] = _spoken(found)
        return dates.capped(found) if owner == "Age" else found

    def resource_type(self, kind: str) -> str:
        """Return the type of a resource; a word that is none is a token."""
        return kind if kind in RESOURCES or (kind.isalpha() and len(kind) <= 40) else self.values.links.token(kind)  # noqa: PLR2004 - longest names

    def _key(self, owner: str, key: str) -> str:
        """Return the name of an element: one that nobody defines may hold anything."""
        return key if element(owner, key) or (key.isascii() and key.isalpha()) else self.values.links.token(key)

    def _element(self, node: Structure, owner: str, key: str, inner: Inner) -> object:
        value = node[key]
        if key in {"extension", "modifierExtension"}:
            extensions = [self._extension(one, owner, key, inner) for one in _listed(value)]
            return [one for one in extensions if one] or GONE
        defined = element(owner, key)
        if owner == "Meta" and key == "tag":
            value = [
                one for one in _listed(value) if isinstance(one, Mapping) and is_standard(str(one.get("system", "")))
            ]
        if not isinstance(value, list):
            return self._one(value, defined, (node, owner, key), inner)
        many = [self._one(one, defined, (node, owner, key), inner) for one in value]
        kept = [one for one in many if one is not GONE]
        return kept or GONE

    def _one(self, value: object, defined: Element | None, place: tuple[Structure, str, str], inner: Inner) -> object:
        node, owner, key = place
        done = "token" if key == "id" else action(defined) if defined else None
        path = defined.path if defined else f"{owner}.*"
        if done == "remove":
            self.actions[f"{path} remove"] += 1
            return GONE
        if isinstance(value, list):
            return [new for one in value if (new := self._one(one, defined, place, inner)) is not GONE] or GONE
        if isinstance(value, Mapping):
            return self._structure(value, element(owner, key, structured=True), (owner, key), inner)
        new = self.values.treated(done or _by_content(value), value, node)
        self._note(f"{path} {done or 'by content'}", value, new)
        return new

    def _structure(self, value: Structure, defined: Element | None, place: tuple[str, str], inner: Inner) -> object:
        owner, key = place
        if isinstance(value.get("resourceType"), str):
            return inner(value)
        if defined is None or defined.type[0].islower():
            at = _shape(value) or f"{owner}.{key}"[-200:]
        else:
            at = defined.path if defined.type == BACKBONE else defined.type
        new = self.structure(value, at, inner)
        if at == "Reference" and isinstance(new.get("display"), str):
            new["display"] = self._display(str(value["display"]), value, key)
        if defined and rules().elements.get(defined.path) == "age":
            new = dates.capped(new)
        return new or GONE

    def _note(self, what: str, old: object, new: object) -> None:
        if new is GONE or new != old:
            self.actions[what] += 1

    def _display(self, words: str, node: Structure, key: str) -> str:
        """Return the words of a reference: a surrogate where it leads to a person or an organisation."""
        reference = str(node.get("reference", ""))
        kind = str(node.get("type", "")) or self.types.get(reference, "") or _type_in(reference)
        done = rules().displays.get(kind) or ("name" if not kind and key not in rules().medical else "scrub")
        self.actions[f"Reference.display {done}"] += 1
        return str(self.values.treated(done, words, node))

    def _extension(self, node: object, owner: str, kind: str, inner: Inner) -> dict[str, Any] | None:
        """Return an extension without identifiers, None where it goes."""
        if not isinstance(node, Mapping):
            return None
        address = str(node.get("url", ""))
        done = extension_action(address)
        part = owner == "Extension" and address.isascii() and address.replace("-", "").replace("_", "").isalpha()
        if kind == "extension" and (done == "remove" or not (done or part or is_standard(address))):
            self.actions["Extension remove"] += 1
            return None
        rest = {key: value for key, value in node.items() if key != "url"}
        if done == "name":
            new = {key: self.values.treated("name", value, rest) for key, value in rest.items() if key == "valueString"}
            self.actions["Extension name"] += len(new)
        else:
            new = self.structure(rest, "Extension", inner)
        if set(new) <= {"id"}:
            return None
        return {"url": address if done or part else self.values.links.link(address), **new}

    def _beside(self, node: Structure, key: str, place: tuple[str, dict[str, Any]], inner: Inner) -> None:
        """Clean what stands beside a simple value: its id and extensions."""
        owner, found = place
        base, given = key[1:], node[key]
        value = found.get(self._key(owner, base))
        if base in node and value is None:
            return
        kept = [
            self.structure(one, "Element", inner) or None if isinstance(one, Mapping) else None
            for one in _listed(given)
        ]
        if any(kept) and not (isinstance(value, list) and len(value) != len(kept)):
            found[f"_{self._key(owner, base)}"] = kept if isinstance(given, list) else kept[0]

    def _said_absent(self, found: dict[str, Any], owner: str, key: str) -> None:
        defined = element(owner, key)
        if defined and defined.path in ABSENT:
            found[f"_{key}"] = {"extension": [dict(MASKED)]}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _by_content(value: object) -> str:
    """Return what is done with a value of an element that nobody defines."""
    if not isinstance(value, str):
        return "number"
    if dates.is_date(value):
        return "shift"
    if len(value) >= LONGEST_WORD and not any(one.isspace() for one in value):
        return "blob"
    return "link" if value.startswith(("http://", "https://", "urn:")) else "scrub"


def _shape(value: Structure) -> str:
    """Return the data type that a structure looks like."""
    if {"system", "value"} <= value.keys():
        return "Identifier" if isinstance(value["value"], str) else "Quantity"
    return next((name for keys, name in _SHAPES if keys & value.keys()), "")


def _type_in(reference: str) -> str:
    """Return the type of resource that a reference names."""
    return next((one for one in reversed(reference.partition("?")[0].split("/")) if one in RESOURCES), "")


def _spoken(name: Structure) -> str:
    parts = [*_listed(name.get("given", [])), name.get("family")]
    return " ".join(str(one) for one in parts if one)
