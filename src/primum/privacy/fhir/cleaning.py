"""FHIR resources and bundles without identifiers: the front door."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from primum.errors import DataError
from primum.privacy.fhir import charts
from primum.privacy.fhir.dates import capped
from primum.privacy.fhir.elements import rules
from primum.privacy.fhir.links import Links
from primum.privacy.fhir.values import Values, Vault
from primum.privacy.fhir.walk import Walk
from primum.privacy.person import Person

LABEL = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "PSEUDED",
    "display": "pseudonymized",
}
"""What is said of every resource here: whoever holds the key can tell whose it is, so it is never called anonymised.

Source: HL7 v3 ObservationValue, SECINTOBV: PSEUDED against ANONYED.
"""
DEEPEST = 200
"""Structures nested deeper are refused; FHIR has no use for them."""

Resource = dict[str, Any]
Who = Callable[[str], Person]
"""Tells who a patient is, by the id that references end in; an empty id asks for what is about no patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How much is kept.

    Attributes:
        year: The present year, in which ages count.
        dates: ``shift`` moves dates by the person's days; ``year`` cuts them to the year.
        birth: ``year`` shows the year of birth alone; ``shift`` moves the day of birth like other dates.
        attached: Cleans an attachment that is no text, given its type and content; None takes all of them out.
    """

    year: int
    dates: Literal["shift", "year"] = "shift"
    birth: Literal["shift", "year"] = "year"
    attached: Callable[[str, bytes], bytes | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A document without identifiers.

    Attributes:
        document: The resource or bundle.
        actions: ``path action`` to how often it was done, for instance ``HumanName.family name``; no value is in it.
    """

    document: Resource = field(repr=False)
    actions: Mapping[str, int]


def clean(document: Mapping[str, Any], key: bytes, who: Who, options: Options) -> Cleaned:
    """Return a resource or bundle without identifiers; what was valid FHIR stays valid.

    Names, addresses, numbers, pictures and the like are replaced or taken out by the element they stand in; free text,
    narratives and attached texts are scrubbed by content; ids and references become keyed tokens that fit each other
    across documents cleaned under the same key; dates move by their patient's days. Codes, quantities, profiles and the
    distances between dates stay. Every resource carries the security label of pseudonymised data.

    Args:
        document: FHIR R4, R4B or R5 as JSON reads it. It is not changed.
        key: Secret, at least 16 bytes; one for all documents that refer to each other.
        who: Tells each patient's days, scrubber and surrogates.
        options: How much is kept.

    Raises:
        DataError: It is no FHIR resource, or is nested too deeply.
    """
    if not isinstance(document.get("resourceType"), str):
        raise DataError("The document is no FHIR resource.", remedy="Export it again as FHIR R4 or R5 JSON.")
    if _is_deeper(document, DEEPEST):
        raise DataError("The document is nested too deeply for FHIR.", remedy="Export it again as FHIR R4 or R5 JSON.")
    actions: Counter[str] = Counter()
    cleaner = _Cleaner(Links(key), charts.index(document), who, options, actions)
    return Cleaned(document=cleaner.resource(document), actions=dict(sorted(actions.items())))


def _is_deeper(node: object, depth: int) -> bool:
    waiting = [(node, depth)]
    while waiting:
        one, left = waiting.pop()
        if not left:
            return True
        inner = one.values() if isinstance(one, Mapping) else one if isinstance(one, list) else ()
        waiting += [(each, left - 1) for each in inner if isinstance(each, Mapping | list)]
    return False


@dataclass(slots=True)
class _Cleaner:
    """Cleans one document."""

    links: Links
    index: charts.Index
    who: Who
    options: Options
    actions: Counter[str]
    _walks: dict[tuple[str, int], Walk] = field(default_factory=dict)

    def resource(self, node: Mapping[str, Any], patient: str | None = None) -> Resource:
        """Return a resource without identifiers; one inside another belongs to the same patient."""
        contained = patient is not None
        name = charts.patient_of(node, self.index) if patient is None else patient
        kind = str(node["resourceType"])
        walk = self._walk(name, _last_year(node, self.options.year))
        bundle = kind == "Bundle"

        def inner(one: Mapping[str, Any]) -> Resource:
            return self.resource(one, None if bundle else name)

        found = walk.structure(node, kind, inner)
        found = {"resourceType": walk.resource_type(kind), **{k: v for k, v in found.items() if k != "resourceType"}}
        if kind == "Observation":
            found = _with_capped_ages(found)
        return found if contained else _labelled(found)

    def _walk(self, name: str, last: int) -> Walk:
        at = (name, last)
        if at not in self._walks:
            vault = Vault(
                shift=self.options.dates == "shift",
                birth=self.options.birth == "shift",
                last=last,
                attached=self.options.attached,
            )
            values = Values(person=self.who(name), links=self.links, vault=vault)
            self._walks[at] = Walk(values=values, types=self.index.types, actions=self.actions)
        return self._walks[at]


def _last_year(node: Mapping[str, Any], present: int) -> int:
    """Return the year in which a person's age counts: of death where it is known."""
    died = str(node.get("deceasedDateTime", ""))[:4]
    return min(int(died), present) if died.isdigit() and len(died) == 4 else present  # noqa: PLR2004 - digits of a year


def _labelled(resource: Resource) -> Resource:
    meta = resource.get("meta")
    meta = dict(meta) if isinstance(meta, Mapping) else {}
    given = meta.get("security")
    labels = [
        one for one in (given if isinstance(given, list) else []) if one.get("code") not in {"PSEUDED", "ANONYED"}
    ]
    meta["security"] = [*labels, dict(LABEL)]
    head: Resource = {key: resource[key] for key in ("resourceType", "id") if key in resource}
    return {**head, "meta": meta, **{key: one for key, one in resource.items() if key not in {*head, "meta"}}}


def _with_capped_ages(resource: Resource) -> Resource:
    """Return an observation of an age with none above 90."""
    found = dict(resource)
    if isinstance(found.get("component"), list):
        found["component"] = [_with_capped_ages(one) if isinstance(one, dict) else one for one in found["component"]]
    code = found.get("code")
    codings = code.get("coding") if isinstance(code, dict) else None
    codes = {one.get("code") for one in codings if isinstance(one, dict)} if isinstance(codings, list) else set()
    if not codes.isdisjoint(rules().ages) and isinstance(found.get("valueQuantity"), dict):
        found["valueQuantity"] = capped(found["valueQuantity"])
    return found
