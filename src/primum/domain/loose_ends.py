"""Loose ends: where the parts of a study do not fit together, even while some of them are malformed in themselves."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

Place = tuple[str | int, ...]
"""Where something stands in a study: keys and positions, outermost first."""

FORMATS = {
    "table": ("csv", "parquet", "fhir"),
    "text": ("csv", "parquet", "txt", "ndjson", "brat"),
    "image": ("dicom", "nifti", "image", "npz"),
}
"""What the modalities of this package read; of others nothing is known here."""

SUBJECTS = {
    "dicom": ("folder", "PatientID"),
    "nifti": ("file", "folder"),
    "image": ("file", "folder"),
    "npz": ("number",),
}
"""By what a source of pictures in each format tells whose they are."""

Entries = list[tuple[int, Mapping[str, Any]]]
"""The well-formed entries of a list, each with its position."""


def loose_ends(document: Mapping[str, Any]) -> list[tuple[Place, str]]:
    """Return where a study's parts do not fit together, with what is wrong there.

    Args:
        document: A study as plain JSON. Parts that are malformed in themselves are passed over, so that this can be
            said together with what is wrong with them.
    """
    columns = _listed(document, "columns")
    return [
        *_doubles(document),
        *_without_source(document, columns),
        *_without_column(document, columns),
        *_roles(document, columns),
        *_parts(document, columns),
        *_kinds(document, columns),
        *_whose(document),
        *_question(document, columns),
    ]


def _listed(document: Mapping[str, Any], *path: str) -> Entries:
    """Return the well-formed entries of a list at a path, each with its position."""
    found: Any = document
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return [(at, one) for at, one in enumerate(found if isinstance(found, list) else []) if isinstance(one, Mapping)]


def _doubles(document: Mapping[str, Any]) -> list[tuple[Place, str]]:
    found: list[tuple[Place, str]] = []
    for where in ("sources", "columns"):
        seen: set[str] = set()
        for at, one in _listed(document, where):
            name = str(one.get("name"))
            if name in seen:
                found.append(((where, at, "name"), f"{where}: {name} is listed twice"))
            seen.add(name)
    listed = document.get("norms")
    norms = listed if isinstance(listed, list) else []
    found += [(("norms", at), f"norms: {name} is listed twice") for at, name in enumerate(norms) if name in norms[:at]]
    return found


def _without_source(document: Mapping[str, Any], columns: Entries) -> list[tuple[Place, str]]:
    sources = [str(one.get("name")) for _, one in _listed(document, "sources")]
    return [
        (
            ("columns", at, "source"),
            f"column {one.get('name')}: there is no source {source}{like(source, sources)}",
        )
        for at, one in columns
        if isinstance(source := one.get("source"), str) and source not in sources
    ]


def _without_column(document: Mapping[str, Any], columns: Entries) -> list[tuple[Place, str]]:
    names = [str(one.get("name")) for _, one in columns]
    outcome, consent = document.get("outcome"), document.get("consent")
    named: list[tuple[Place, Any]] = [
        (("cohort", "criteria", at, "column"), one.get("column")) for at, one in _listed(document, "cohort", "criteria")
    ]
    named += [(("subgroups", at, "column"), one.get("column")) for at, one in _listed(document, "subgroups")]
    if isinstance(outcome, Mapping):
        named.append((("outcome", "column"), outcome.get("column")))
    if isinstance(consent, Mapping) and consent.get("column"):
        named.append((("consent", "column"), consent.get("column")))
    return [
        (place, f"{place[0]}: there is no column {name}{like(name, names)}")
        for place, name in named
        if isinstance(name, str) and name not in names
    ]


def _roles(document: Mapping[str, Any], columns: Entries) -> list[tuple[Place, str]]:
    outcome = document.get("outcome")
    wanted = outcome.get("column") if isinstance(outcome, Mapping) else None
    grouped = {one.get("column") for _, one in _listed(document, "subgroups")}
    consent = document.get("consent")
    asked = consent.get("column") if isinstance(consent, Mapping) else None
    found: list[tuple[Place, str]] = []
    for at, one in columns:
        name, role = one.get("name"), one.get("role")
        place: Place = ("columns", at, "role")
        if name == asked and role != "ignored":
            found.append((place, f"column {name}: tells consent, so its role must be ignored"))
        if name == wanted and role != "outcome":
            found.append((place, f"column {name}: is the outcome, so its role must be outcome"))
        if wanted is not None and name != wanted and role == "outcome":
            found.append((place, f"column {name}: has the role outcome, but the outcome is {wanted}"))
        if name in grouped and role in {"identifier", "text", "ignored", "part"}:
            found.append((place, f"column {name}: subgroups cannot be made of a column with the role {role}"))
    if columns and not any(one.get("role") == "feature" for _, one in columns):
        found.append((("columns",), "columns: at least one must have the role feature"))
    return found


def _parts(document: Mapping[str, Any], columns: Entries) -> list[tuple[Place, str]]:
    """Return what is wrong between the official split and the columns."""
    cohort = document.get("cohort")
    split = cohort.get("split") if isinstance(cohort, Mapping) else None
    named = split.get("column") if isinstance(split, Mapping) else None
    found: list[tuple[Place, str]] = []
    if isinstance(named, str) and named and named not in [one.get("name") for _, one in columns]:
        near = like(named, [str(one.get("name")) for _, one in columns])
        found.append((("cohort", "split", "column"), f"cohort: there is no column {named}{near}"))
    for at, one in columns:
        name, is_part = one.get("name"), one.get("role") == "part"
        if named and name == named and not is_part:
            found.append(
                (("columns", at, "role"), f"column {name}: tells the official split, so its role must be part")
            )
        if is_part and name != named:
            found.append((("columns", at, "role"), f"column {name}: has the role part, but cohort.split names another"))
    return found


def _kinds(document: Mapping[str, Any], columns: Entries) -> list[tuple[Place, str]]:
    """Return what is wrong where features are of several modalities, or a format is not one of its modality."""
    kinds: dict[str, str] = {}
    found: list[tuple[Place, str]] = []
    for at, one in _listed(document, "sources"):
        modality, form = str(one.get("modality", "table")), one.get("format")
        kinds[str(one.get("name"))] = modality
        known = FORMATS.get(modality)
        if known and isinstance(form, str) and form not in known:
            what = f"source {one.get('name')}: the format {form} is none of modality {modality} ({', '.join(known)})"
            found.append((("sources", at, "format"), what))
    features = [(at, one) for at, one in columns if one.get("role") == "feature" and str(one.get("source")) in kinds]
    first = kinds[str(features[0][1].get("source"))] if features else ""
    return found + [
        (
            ("columns", at, "source"),
            f"column {one.get('name')}: all features must be of one modality, and the first is of {first}",
        )
        for at, one in features
        if kinds[str(one.get("source"))] != first
    ]


def _whose(document: Mapping[str, Any]) -> list[tuple[Place, str]]:
    """Return where a source of pictures names its subjects in a way that its format does not have."""
    found: list[tuple[Place, str]] = []
    for at, one in _listed(document, "sources"):
        form, subject = str(one.get("format")), one.get("subject")
        known = SUBJECTS.get(form, ()) if one.get("modality") == "image" else ()
        if known and isinstance(subject, str) and subject not in known:
            what = f"source {one.get('name')}: the subject of {form} is told by {' or '.join(known)}, not {subject}"
            found.append((("sources", at, "subject"), what))
    return found


def _question(document: Mapping[str, Any], columns: Entries) -> list[tuple[Place, str]]:
    """Return what is wrong between the task and what it is asked of."""
    outcome = document.get("outcome")
    if not isinstance(outcome, Mapping):
        return []
    task = document.get("task", "classify")
    if task == "tag":
        return _of_marks(outcome, columns)
    found: list[tuple[Place, str]] = []
    if task == "classify":
        classes = outcome.get("classes")
        if not outcome.get("positive"):
            found.append((("outcome", "positive"), "outcome: positive, the class of interest, must be named"))
        if isinstance(classes, list | tuple) and len(classes) == 1:
            found.append((("outcome", "classes"), "outcome: classes must be two at least to be told apart"))
    return found


def _of_marks(outcome: Mapping[str, Any], columns: Entries) -> list[tuple[Place, str]]:
    """Return what is wrong where kinds of mentions in a text are told."""
    found: list[tuple[Place, str]] = []
    if outcome.get("positive"):
        found.append((("outcome", "positive"), "outcome: where mentions are told no class is positive; leave it out"))
    features = [one for _, one in columns if one.get("role") == "feature"]
    marked = [one for _, one in columns if one.get("role") == "outcome"]
    if len(features) > 1:
        found.append((("columns",), "columns: mentions are told in one text, so one alone may have the role feature"))
    if features and marked and features[0].get("source") != marked[0].get("source"):
        found.append((("columns",), "columns: text and mentions must come from the same source"))
    return found


def like(word: str, known: Sequence[str]) -> str:
    """Return ``; did you mean ...?`` where a known word is near, else nothing."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
