"""Reading a study file: every fault of it is reported together, with its line, what is wrong and the remedy."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from primum.domain.loose_ends import Place, like, loose_ends
from primum.domain.study import Study
from primum.errors import StudyError
from primum.ids import Digest

LARGEST = 1_000_000
"""Bytes; a study is a page or two, and what is larger is not one."""

DEEPEST = 20
"""Levels of nesting."""

LONGEST = 40
"""Characters of a number."""

NUMBER = re.compile(r"[-+]?(0|[1-9]\d*)(\.\d*)?([eE][-+]?\d+)?")
TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
NOTHING = {"", "~", "null", "Null", "NULL"}
AMBIGUOUS = {
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:int": "another number",
    "tag:yaml.org,2002:float": "another number",
}
QUOTE = "Put a text in quotes; write a number in plain decimal digits"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One thing wrong with a study file.

    Attributes:
        line: Counted from 1.
        column: Counted from 1.
        where: The dotted field, for instance ``columns.3.unit``; empty for the file as a whole.
        what: What is wrong.
        remedy: What to write instead.
    """

    line: int
    column: int
    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """Return the fault as one line for people."""
        where = f"{self.where}: " if self.where else ""
        return f"line {self.line}, column {self.column}: {where}{self.what}. {self.remedy}."


@dataclass(slots=True)
class _Reading:
    """What is gathered while the tree of a file is walked: where things stand, and what is wrong with them."""

    values: dict[Place, yaml.Node] = field(default_factory=dict)
    keys: dict[Place, yaml.Node] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    blamed: set[Place] = field(default_factory=set)

    def blame(self, node: yaml.Node, place: Place, what: str, remedy: str) -> None:
        """Add a fault; one place is blamed once, for the first thing that was found wrong there."""
        if place not in self.blamed or not place:
            self.faults.append(_fault(node.start_mark, place, what, remedy))
        self.blamed.add(place)

    def nearest(self, place: Place) -> yaml.Node:
        """Return the key at a place, else the value, else that of the nearest place around it."""
        for length in range(len(place), 0, -1):
            known = self.keys.get(place[:length]) or self.values.get(place[:length])
            if known is not None:
                return known
        return self.values[()]


def load(path: Path) -> Study:
    """Read a study file.

    Raises:
        StudyError: It cannot be read or is not a study; ``what`` lists all its faults, each with its line.
    """
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise StudyError(
            f"The study file {path.name} cannot be read ({fault.strerror}).",
            remedy="Correct the path or its permissions; or draft a study with: primum init DATA",
        ) from fault
    return parse(data, path.name)


def parse(data: bytes, name: str = "study.yaml") -> Study:
    """Return the study that a YAML text in UTF-8 declares.

    Args:
        data: The content of the file.
        name: What the file is called in messages.

    Raises:
        StudyError: It is not a study; ``what`` lists all its faults, each with its line.
    """
    try:
        root = _tree(_decoded(data))
    except _UnreadableError as stop:
        raise _refusal(name, [stop.fault]) from stop
    reading = _Reading()
    document = _value(root, (), reading)
    if not isinstance(document, Mapping):
        reading.blame(root, (), f"holds {_kind(document)}, not named fields", "Begin with: primum: 1")
        raise _refusal(name, reading.faults)
    try:
        study = Study.model_validate_json(json.dumps(document))
    except ValidationError as error:
        _add_from_pydantic(error, reading)
        for place, what in loose_ends(document):
            reading.blame(reading.nearest(place), place, _bare(what, place), "Make the two agree")
        raise _refusal(name, reading.faults) from error
    if reading.faults:
        raise _refusal(name, reading.faults)
    return study


def schema() -> dict[str, Any]:
    """Return the JSON Schema of study files, by which editors complete and check them."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Study.model_json_schema()}


def identity(study: Study) -> Digest:
    """Return the digest that is the study's identity: equal for equal content, however it is laid out."""
    return study.digest


def _refusal(name: str, faults: Sequence[Fault]) -> StudyError:
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return StudyError(
        "\n  ".join([f"{name} has {count}:", *(str(one) for one in sorted(faults))]),
        remedy=f"Correct what is listed, then: primum check {name}",
    )


class _UnreadableError(Exception):
    """The file cannot be walked at all."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def _at(before: str, what: str, remedy: str) -> Fault:
    """Return a fault of the file at the end of a text."""
    line = before.count("\n") + 1
    return Fault(line=line, column=len(before) - (before.rfind("\n") + 1) + 1, where="", what=what, remedy=remedy)


class _Spot(Protocol):
    """Where something begins, counted from 0."""

    line: int
    column: int


def _fault(spot: _Spot | None, place: Place, what: str, remedy: str) -> Fault:
    where = ".".join(str(step + 1) if isinstance(step, int) else step for step in place)
    line, column = (spot.line + 1, spot.column + 1) if spot else (1, 1)
    return Fault(line=line, column=column, where=where, what=what, remedy=remedy)


def _decoded(data: bytes) -> str:
    if len(data) > LARGEST:
        raise _UnreadableError(_at("", f"is larger than {LARGEST} bytes", "Name a study file, not a data file"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", errors="replace")
        raise _UnreadableError(_at(before, "is not UTF-8 text", "Save the file as UTF-8")) from error
    if not text.strip():
        raise _UnreadableError(_at("", "is empty", "Draft a study with: primum init DATA"))
    return text


def _tree(text: str) -> yaml.Node:
    """Return the tree of a text, in which nothing stands for anything else.

    Raises:
        _UnreadableError: It is not one YAML document, or holds anchors, aliases, or nothing.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            mark = event.start_mark
            if getattr(event, "anchor", None) is not None:
                what = "holds an anchor (&) or alias (*)"
                raise _UnreadableError(_fault(mark, (), what, "Write the content out where it is meant"))
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise _UnreadableError(_fault(mark, (), "is nested too deeply", "A study needs five levels at most"))
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _UnreadableError(_from_yaml(error)) from error
    except yaml.reader.ReaderError as error:
        what = "holds a control character, which YAML does not allow"
        raise _UnreadableError(_at(text[: error.position], what, "Remove it")) from error
    if root is None:
        raise _UnreadableError(_at("", "is empty", "Draft a study with: primum init DATA"))
    return root


def _value(node: yaml.Node, place: Place, reading: _Reading) -> Any:  # noqa: ANN401 - any JSON
    """Return a node as plain JSON, by the rules of YAML 1.2; what YAML 1.1 reads otherwise is a fault."""
    reading.values[place] = node
    match node:
        case yaml.MappingNode():
            return _mapping(node, place, reading)
        case yaml.SequenceNode():
            return [_value(one, (*place, at), reading) for at, one in enumerate(node.value)]
        case yaml.ScalarNode():
            return _scalar(node, place, reading)
        case _:
            raise AssertionError(node.tag)


def _mapping(node: yaml.MappingNode, place: Place, reading: _Reading) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if not isinstance(key, yaml.ScalarNode) or (name == "<<" and key.style is None):
            reading.blame(key, place, "a key that is no plain word", "Merge keys (<<) and composed keys are not used")
        elif name in found:
            first = reading.keys[(*place, name)].start_mark.line + 1
            reading.blame(key, (*place, name), f"is listed twice (first in line {first})", "Remove one of the two")
        else:
            reading.keys[(*place, name)] = key
            found[name] = _value(value, (*place, name), reading)
    return found


def _scalar(node: yaml.ScalarNode, place: Place, reading: _Reading) -> str | int | float | bool | None:
    text = str(node.value)
    plain = node.style is None
    implied = yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (plain, not plain))  # type: ignore[no-untyped-call]
    if node.tag != implied:
        reading.blame(node, place, f"carries the tag {node.tag}", "Remove the tag; a study holds plain data")
    if not plain:
        return text
    if text in NOTHING:
        return None
    if text in TRUTH:
        return TRUTH[text]
    if NUMBER.fullmatch(text) and len(text) <= LONGEST and math.isfinite(float(text)):
        return float(text) if set(text) & set(".eE") else int(text)
    if implied in AMBIGUOUS or NUMBER.fullmatch(text):
        reading.blame(
            node,
            place,
            f"many programs read {text[:LONGEST]} without quotes as {AMBIGUOUS.get(implied, 'another number')}",
            QUOTE,
        )
    return text


def _from_yaml(error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    what = error.problem or "is not YAML"
    remedy = "Mend the YAML there; a text with : ? # ' or brackets belongs in quotes"
    if "\\t" in what:
        what, remedy = "a tab where YAML wants spaces", "Indent with spaces"
    if "single document" in str(error.context or error):
        what, remedy = "a second document begins", "Keep one study a file; remove the line ---"
    return _fault(mark, (), what, remedy)


def _add_from_pydantic(error: ValidationError, reading: _Reading) -> None:
    for detail in error.errors(include_url=False):
        place: Place = detail["loc"]
        if place:  # what is wrong with the study as a whole is said by loose_ends, with its lines
            whole = detail["type"] in {"extra_forbidden", "missing"}
            node = None if whole else reading.values.get(place)
            reading.blame(node or reading.nearest(place), place, *_said(detail, place))


def _said(detail: ErrorDetails, place: Place) -> tuple[str, str]:
    """Return what a fault that pydantic found is, and its remedy, in our words."""
    value, context = detail["input"], detail.get("ctx", {})
    what, remedy = detail["msg"].replace("Input should", "must"), f"Correct {_shown(value)}{_meaning(place)}"
    match detail["type"]:
        case "missing":
            what, remedy = "is missing", f"Add it{_meaning(place)}"
        case "extra_forbidden":
            known = _fields(place[:-1])
            what, remedy = f"there is no such field{like(str(place[-1]), known)}", f"Known here: {', '.join(known)}"
        case "literal_error" | "enum":
            wanted = re.findall(r"'([^']+)'", context["expected"]) or [context["expected"]]
            what, remedy = f"cannot be {_shown(value)}{like(str(value), wanted)}", f"Use one of: {', '.join(wanted)}"
        case "string_type":
            quote = "Put it in quotes" if isinstance(value, bool | int | float) else "Write a text"
            what, remedy = f"must be a text, not {_kind(value)}", f"{quote}{_meaning(place)}"
        case "string_pattern_mismatch":
            what, remedy = f"{_shown(value)} is no name", "Use small letters, digits, - and _, beginning with a letter"
        case "value_error":
            what, remedy = _bare(str(context["error"]), place), "Make the two agree"
        case _:
            pass
    return what, remedy


def _bare(what: str, place: Place) -> str:
    """Return what is wrong, without the field's name in front where the place says it already."""
    return what.removeprefix(f"{place[0]}: ") if place else what


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | int | float | None) else _kind(value)


def _kind(value: object) -> str:
    """Return what a value of JSON is called."""
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "fields"}
    return "nothing" if value is None else kinds[type(value)]


def _part(place: Sequence[str | int]) -> type[BaseModel] | None:
    """Return the part of a study that stands at a place."""
    part: type[BaseModel] | None = Study
    is_name = False  # of an entry, as in labels, and not of a field
    for step in place:
        if isinstance(step, str) and part is not None and not is_name:
            known = part.model_fields.get(step)
            part = _inside(known.annotation) if known else None
            is_name = known is not None and get_origin(known.annotation) is Mapping
        else:
            is_name = False
    return part


def _inside(annotation: object) -> type[BaseModel] | None:
    """Return the part an annotation is made of: ``Words`` in ``Words | None``, ``Source`` in ``tuple[Source, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((part for one in get_args(annotation) if (part := _inside(one))), None)


def _fields(place: Place) -> list[str]:
    part = _part(place)
    return list(part.model_fields) if part else []


def _meaning(place: Place) -> str:
    """Return the description of a field in brackets, where it has one."""
    part = _part(place[:-1])
    known = part.model_fields.get(str(place[-1])) if part else None
    return f" ({known.description.rstrip('.')})" if known and known.description else ""
