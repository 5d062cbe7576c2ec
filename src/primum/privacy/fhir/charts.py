"""Whose a FHIR resource is, and what its demographic resources say that identifies people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from primum.privacy.fhir.elements import RESOURCES
from primum.privacy.known import Known

Resource = Mapping[str, Any]

PEOPLE = frozenset({"Patient", "Practitioner", "RelatedPerson", "Person"})
SUBJECTS = ("subject", "patient", "beneficiary", "individual", "for", "participant")
"""Elements that tell whose a resource is, the plainest first."""
_DEEPEST = 64
_CODES = {"SS": "national_id", "SB": "national_id", "NI": "national_id", "MR": "record_number", "PI": "record_number"}


@dataclass(slots=True)
class Index:
    """What a document says about where its references lead.

    Attributes:
        types: Id, or full address, to type of resource.
        patients: Ids of its patients.
    """

    types: dict[str, str] = field(default_factory=dict)
    patients: list[str] = field(default_factory=list)


def resources(document: Resource) -> Iterator[tuple[str, Resource]]:
    """Yield (full address, resource) of a resource, or of all in a bundle, bundles in it included."""
    waiting: list[tuple[str, Resource]] = [("", document)]
    while waiting:
        url, one = waiting.pop()
        yield url, one
        if one.get("resourceType") == "Bundle":
            entries = [entry for entry in _items(one.get("entry")) if isinstance(entry.get("resource"), Mapping)]
            waiting += [(str(entry.get("fullUrl", "")), entry["resource"]) for entry in reversed(entries)]


def index(document: Resource) -> Index:
    """Return where the references of a document lead."""
    found = Index()
    for url, one in resources(document):
        kind, name = str(one.get("resourceType", "")), str(one.get("id", ""))
        for inner in _items(one.get("contained")):
            found.types[f"#{inner.get('id', '')}"] = str(inner.get("resourceType", ""))
        found.types |= {key: kind for key in (url, f"{kind}/{name}" if name else "") if key}
        if kind == "Patient":
            found.patients.append(name or bare(url))
    return found


def bare(reference: str) -> str:
    """Return the id that a reference ends in, without version: ``Patient/1/_history/2`` and ``urn:uuid:1`` are 1."""
    path = reference.partition("#")[0].partition("?")[0].partition("/_history/")[0].rstrip("/")
    return path.rpartition("/")[2] if "/" in path else path.rpartition(":")[2] or path


def patient_of(resource: Resource, found: Index) -> str:
    """Return the id of the patient a resource is about; empty where it is about none.

    In a document with one patient everything is about that one.
    """
    if resource.get("resourceType") == "Patient":
        return str(resource.get("id", "")) or (found.patients[0] if len(found.patients) == 1 else "")
    if len(found.patients) == 1:
        return found.patients[0]
    if resource.get("resourceType") == "Bundle":
        return ""
    for key in SUBJECTS:
        for link in _items(resource.get(key)):
            name = _patient(link.get("reference"), found) or _patient(link.get("actor"), found)
            if name:
                return name
    return next((name for link in _references(resource, _DEEPEST) if (name := _patient(link, found))), "")


def _patient(reference: object, found: Index) -> str:
    if isinstance(reference, Mapping):
        reference = reference.get("reference")
    if not isinstance(reference, str):
        return ""
    segments = reference.split("/")
    leads_to = found.types.get(reference, "")
    return bare(reference) if "Patient" in segments or leads_to == "Patient" else ""


def _references(node: object, depth: int) -> Iterator[str]:
    if depth and isinstance(node, Mapping):
        reference = node.get("reference")
        if isinstance(reference, str):
            yield reference
        for one in node.values():
            if isinstance(one, Mapping | list):
                yield from _references(one, depth - 1)
    elif isinstance(node, list):
        for one in node:
            yield from _references(one, depth)


def introduced(document: Resource) -> Iterator[tuple[str, Known]]:
    """Yield who is introduced: a patient's id, or an empty one for staff and relatives, and what identifies them.

    What a patient's resource says about contacts counts as the patient's own.
    """
    found = index(document)
    for _, one in resources(document):
        if one.get("resourceType") in PEOPLE | {"Organization", "Location"}:
            pairs = tuple(sorted(set(_pairs(one))))
            name = patient_of(one, found) if one["resourceType"] in {"Patient", "RelatedPerson"} else ""
            if pairs:
                yield name, Known(pairs)


def _pairs(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield kind and value of what identifies the people in a resource."""
    for person in (resource, *_items(resource.get("contact"))):
        yield from _reached(person)
    if isinstance(resource.get("name"), str) and resource.get("resourceType") == "Organization":
        yield "other", resource["name"]
    for one in _items(resource.get("identifier")):
        codes = [coding.get("code") for coding in _items(_first(one.get("type")).get("coding"))]
        kind = next((_CODES[str(code)] for code in codes if str(code) in _CODES), "other")
        yield from ((kind, value) for value in _texts(one.get("value")))
    for one in _items(resource.get("extension")):
        if str(one.get("url", "")).endswith("mothersMaidenName"):
            yield from (("name", value) for value in _texts(one.get("valueString")))


def _reached(person: Resource) -> Iterator[tuple[str, str]]:
    """Yield how a person is called, and where reached."""
    for name in _items(person.get("name")):
        yield from _names(name)
    for point in _items(person.get("telecom")):
        yield from _point(point)
    for place in _items(person.get("address")):
        yield from (("address", one) for key in ("line", "text") for one in _texts(place.get(key)))


def _names(name: Resource) -> Iterator[tuple[str, str]]:
    given, family = _texts(name.get("given")), _texts(name.get("family"))
    ways = [" ".join([*given, *family]), " ".join([*given[:1], *family]), *_texts(name.get("text"))]
    yield from (("name", one.strip()) for one in dict.fromkeys(ways) if one.strip())


def _point(point: Resource) -> Iterator[tuple[str, str]]:
    kind = {"email": "email", "url": "other"}.get(str(point.get("system", "phone")), "phone")
    yield from ((kind, value) for value in _texts(point.get("value")))


def _items(node: object) -> list[Any]:
    """Return the structures of an element that may be one, or a list."""
    return [one for one in (node if isinstance(node, list) else [node]) if isinstance(one, Mapping)]


def _first(node: object) -> Resource:
    return next(iter(_items(node)), {})


def _texts(node: object) -> list[str]:
    return [str(one) for one in (node if isinstance(node, list) else [node]) if isinstance(one, str | int) and str(one)]


def is_resource(node: object) -> bool:
    """Return whether a structure says that it is a resource that FHIR knows."""
    return isinstance(node, Mapping) and node.get("resourceType") in RESOURCES
