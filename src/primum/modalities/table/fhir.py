"""FHIR R4: bundles and NDJSON exports, gathered by patient and read by FHIRPath."""

import difflib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fhirpathpy
from fhirpathpy.models import models

from primum.columns.delimited import day_of
from primum.domain.record import Record, Value
from primum.domain.study import Column, Source
from primum.errors import DataError, StudyError
from primum.ids import SubjectId
from primum.modalities.table.elements import Element, plain, structures

Resource = dict[str, Any]

_TYPE = re.compile(r"^\s*([A-Z][A-Za-z]+)\b")
_BY_CODE = re.compile(r"^\s*Observation\.where\(\s*code\.(?:text|coding\.code)\s*=\s*'([^']*)'\s*\)")
_ATTACHED = re.compile(r"(?:attachment|presentedForm)\.data\s*$")
_TIMES = ("effectiveDateTime", "effectiveInstant", "issued")


@dataclass(slots=True)
class _Chart:
    """What is known of one patient.

    Attributes:
        where: The place of the file, counted; a file's own name may hold an identifier.
        resources: In the order of the file.
    """

    where: str
    resources: list[Resource] = field(default_factory=list)

    def of_type(self, kind: str) -> list[Resource]:
        if kind == "Bundle":
            return [{"resourceType": "Bundle", "entry": [{"resource": one} for one in self.resources]}]
        return [one for one in self.resources if one.get("resourceType") == kind]


def read_fhir(source: Source, columns: Sequence[Column], path: Path) -> Iterator[Record]:
    """Yield one record a patient.

    A column's path is FHIRPath beginning with a resource type (or ``Bundle``), evaluated on each resource of that type.
    A column without a path is the latest Observation whose code is the column's name.

    Raises:
        DataError: A file is no FHIR R4 JSON, a patient has no identifier, or a column has several values for a patient
            or no value in any.
        StudyError: A path is no FHIRPath.
    """
    subject, time = _Path(source.subject), _Path(source.time) if source.time else None
    takers = [_Taker(one, source) for one in columns]
    charts = 0
    codes: set[str] = set()
    for charts, chart in enumerate(_charts(source, path), start=1):  # noqa: B007 - counted for the check below
        observed = _by_code(chart)
        codes |= set(observed)
        payload: dict[str, Value] = {}
        for taker in takers:
            payload |= taker.take(chart, observed)
        days = time.elements(chart, observed) if time else []
        yield Record(
            subject=_identifier(source, subject.elements(chart, observed), chart),
            modality=source.modality,
            source=source.name,
            time=day_of(max((str(one.value) for one in days), default=None), source, chart.where),
            payload=payload,
        )
    if charts > 1:
        _refuse_never_found(source, takers, codes, charts)


def _refuse_never_found(source: Source, takers: Sequence["_Taker"], codes: set[str], charts: int) -> None:
    for taker in takers:
        if taker.found:
            continue
        name = taker.column.name
        alike = [] if taker.column.path else difflib.get_close_matches(name, codes, n=1, cutoff=0.75)
        raise DataError(
            f"{source.path}: none of {charts} patients has anything for column {name}"
            + (" at its path." if taker.column.path else ", that is no Observation with this code."),
            remedy=(f"Did you mean {alike[0]}? " if alike else "") + "Correct `path` of the column in the study file.",
        )


def _identifier(source: Source, found: list[Element], chart: _Chart) -> SubjectId:
    values = {str(one.value).strip() for one in found} - {""}
    if len(values) != 1:
        raise DataError(
            f"{source.path}: {chart.where} has {len(values) or 'no'} identifiers at {source.subject}, one is needed.",
            remedy="Narrow `subject` of the source, for instance Patient.identifier.where(use = 'usual').value.",
        )
    return SubjectId(values.pop())


class _Path:
    """A FHIRPath, compiled once."""

    def __init__(self, text: str) -> None:
        kind = _TYPE.match(text)
        if kind is None:
            raise StudyError(
                f"The path {text} does not begin with a FHIR resource type.",
                remedy="Write for instance Patient.birthDate, or Observation.where(code.text = 'x').valueQuantity.",
            )
        self.text = text
        self._kind = kind[1]
        by_code = _BY_CODE.match(text)
        self._code = by_code[1] if by_code else None
        self._attached = _ATTACHED.search(text) is not None
        self._evaluate = self._compiled()

    def _compiled(self) -> Callable[[Resource, None], list[Any]]:
        try:
            evaluate: Callable[[Resource, None], list[Any]] = fhirpathpy.compile(self.text, models["r4"])
        except Exception as fault:
            raise self._refusal() from fault
        return evaluate

    def _refusal(self) -> StudyError:
        return StudyError(
            f"The path {self.text} is no FHIRPath that can be evaluated.",
            remedy="Correct it in the study file; see hl7.org/fhirpath.",
        )

    def elements(self, chart: _Chart, observed: Mapping[str, list[Resource]]) -> list[Element]:
        """Return what the path finds for a patient, in the order of the file."""
        resources = chart.of_type(self._kind) if self._code is None else observed.get(self._code, [])
        found: list[Element] = []
        for resource in resources:
            try:
                items = self._evaluate(resource, None)
            except Exception as fault:  # fhirpathpy raises plain Exception
                raise self._refusal() from fault
            for item in items:
                element = _attached(item) if self._attached else plain(item)
                if element is None:
                    raise DataError(
                        f"{chart.where}: {self.text} ends at a structure, or at an attachment that is not text.",
                        remedy="Continue the path down to a single value.",
                    )
                found.append(element)
        return found


def _attached(item: object) -> Element | None:
    return plain({"data": item, "contentType": "text/plain"})


class _Taker:
    """Takes one column from a patient's resources."""

    def __init__(self, column: Column, source: Source) -> None:
        self.column = column
        self.found = False
        self._source = source
        self._path = _Path(column.path) if column.path else None
        self._unit = _Path(column.unit_column) if column.unit_column else None

    def take(self, chart: _Chart, observed: Mapping[str, list[Resource]]) -> dict[str, Value]:
        """Return the column's entry of the payload, and its unit where it is known."""
        name = self.column.name
        elements = self._path.elements(chart, observed) if self._path else self._latest(chart, observed)
        if not elements:
            return {name: None}
        self.found = True
        units = {one.unit for one in elements if one.unit}
        if self._unit is not None:
            units = {str(one.value) for one in self._unit.elements(chart, observed)}
        entry: dict[str, Value] = {name: self._single(elements, chart)}
        if len(units) == 1:
            entry[f"{name}@unit"] = units.pop()
        elif units:
            raise self._several(chart, "units")
        return entry

    def _single(self, elements: list[Element], chart: _Chart) -> Value:
        values = list(dict.fromkeys(self._chosen(one) for one in elements))
        if len(values) == 1:
            return values[0]
        if self.column.role in {"identifier", "ignored"}:
            return "; ".join(str(one) for one in values)
        if self.column.role == "text":
            return "\n".join(str(one) for one in values)
        raise self._several(chart, "values")

    def _chosen(self, element: Element) -> Value:
        """Return, of the names a concept goes by, the one that the study lists."""
        listed = [one for one in element.also if one in self.column.categories]
        return listed[0] if listed else element.value

    def _several(self, chart: _Chart, what: str) -> DataError:
        return DataError(
            f"{self._source.path}: {chart.where} has several {what} for column {self.column.name}.",
            remedy="Narrow `path` of the column in the study file until one is left, for instance with .last().",
        )

    def _latest(self, chart: _Chart, observed: Mapping[str, list[Resource]]) -> list[Element]:
        resources = observed.get(self.column.name, [])
        newest = max((_time(one) for one in resources), default="")
        read = [
            plain(resource[key])
            for resource in resources
            if _time(resource) == newest
            for key in resource
            if key.startswith("value")
        ]
        found = [one for one in read if one is not None]
        if len({(one.value, one.unit) for one in found}) > 1 and self.column.role not in {"identifier", "text"}:
            raise self._several(chart, "values of the same time")
        return found


def _time(observation: Resource) -> str:
    return next((str(observation[one]) for one in _TIMES if one in observation), "")


def _by_code(chart: _Chart) -> dict[str, list[Resource]]:
    """Return observations by every code and text they go by."""
    found: dict[str, list[Resource]] = defaultdict(list)
    for resource in chart.of_type("Observation"):
        for code in structures(resource.get("code")):
            names = [code.get("text"), *(one.get("code") for one in structures(code.get("coding")))]
            for name in dict.fromkeys(one for one in names if isinstance(one, str)):
                found[name].append(resource)
    return found


def _charts(source: Source, path: Path) -> Iterator[_Chart]:
    """Yield one chart a patient: at once where a bundle holds one patient, else after all files were read."""
    folder = path.is_dir()
    suffixes = {".json", ".ndjson", ".jsonl"}
    files = sorted(one for one in path.rglob("*") if one.suffix.lower() in suffixes) if folder else [path]
    if not files:
        raise DataError(
            f"{source.path} holds no FHIR file.", remedy="Put .json bundles or .ndjson files into this folder."
        )
    pool: dict[str, _Chart] = {}
    loose: list[tuple[str, Resource]] = []
    for number, file in enumerate(files, start=1):
        where = f"file {number} of {len(files)} in {source.path}" if folder else source.path
        for entries in _entries(file, where):
            patients = [one for one in entries if one[1].get("resourceType") == "Patient"]
            if len(patients) == 1 and len(entries) > 1:
                yield _own(patients[0], entries, where)
                continue
            for url, resource in patients:
                chart = _Chart(where, [resource])
                pool |= dict.fromkeys(_names(url, resource), chart)
            loose += [
                (where, resource) for _, resource in entries if resource.get("resourceType") not in {"Patient", None}
            ]
    yield from _gathered(pool, loose)


def _own(patient: tuple[str, Resource], entries: Sequence[tuple[str, Resource]], where: str) -> _Chart:
    """Return the chart of the only patient of a bundle."""
    names = _names(*patient)
    for _, resource in entries:
        reference = _patient_of(resource)
        if reference and names and reference not in names:
            raise DataError(
                f"{where} holds a {resource.get('resourceType')} of another patient than the one it names.",
                remedy="Export one bundle a patient, or all patients into one bundle.",
            )
    return _Chart(where, [resource for _, resource in entries])


def _gathered(pool: Mapping[str, _Chart], loose: Sequence[tuple[str, Resource]]) -> Iterator[_Chart]:
    for where, resource in loose:
        reference = _patient_of(resource)
        if not reference:
            continue
        if reference not in pool:
            raise DataError(
                f"{where} holds a {resource['resourceType']} of a patient who is in no file.",
                remedy="Export the Patient resources too.",
            )
        pool[reference].resources.append(resource)
    seen: set[int] = set()
    for chart in pool.values():
        if id(chart) not in seen:
            seen.add(id(chart))
            yield chart


def _names(url: str, patient: Resource) -> set[str]:
    return {one for one in (url, f"Patient/{patient['id']}" if patient.get("id") else "") if one}


def _patient_of(resource: Resource) -> str:
    """Return the reference to the patient a resource is about, empty where it is about none."""
    for key in ("subject", "patient", "beneficiary"):
        link = resource.get(key)
        reference = link.get("reference") if isinstance(link, dict) else None
        if isinstance(reference, str) and (reference.startswith("urn:") or "Patient/" in reference):
            return reference if reference.startswith("urn:") else "Patient/" + reference.rpartition("Patient/")[2]
    return ""


def _entries(file: Path, where: str) -> Iterator[list[tuple[str, Resource]]]:
    """Yield the (full URL, resource) pairs of each bundle, or of each resource that stands alone."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
        lines = file.suffix.lower() != ".json"
        documents = [json.loads(one) for one in text.splitlines() if one.strip()] if lines else [json.loads(text)]
    except UnicodeDecodeError as fault:
        raise DataError(f"{where} is not UTF-8.", remedy="FHIR JSON is UTF-8; export it again.") from fault
    except RecursionError as fault:
        raise DataError(f"{where} is nested too deeply for FHIR.", remedy="Export it again as FHIR R4 JSON.") from fault
    except json.JSONDecodeError as fault:
        raise DataError(
            f"{where} is not JSON: {fault.msg} at line {fault.lineno}.", remedy="Export it again as FHIR R4 JSON."
        ) from fault
    for document in documents:
        if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
            raise DataError(f"{where} holds no FHIR resource.", remedy="Export it again as FHIR R4 JSON.")
        if document["resourceType"] != "Bundle":
            yield [("", document)]
            continue
        entries = document.get("entry", [])
        if not isinstance(entries, list):
            raise DataError(
                f"{where} is no FHIR bundle: entry holds no list.", remedy="Export it again as FHIR R4 JSON."
            )
        yield [
            (str(one.get("fullUrl", "")), one["resource"])
            for one in entries
            if isinstance(one, dict) and isinstance(one.get("resource"), dict)
        ]
