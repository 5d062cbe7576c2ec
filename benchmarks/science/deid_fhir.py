"""What FHIR resources lose and keep: identifiers planted into every element, and real bundles before and after.

Planted: one resource of every type of R4 and R5 with every element that the standard defines, down to a depth, each
element that can hold text with an identifier of its own (a name in a name, a telephone number in a comment, an address
of a hospital in an address). Counted is how many are still there, also inside base64. Kept: codes, quantities, numbers
and the distances between dates of the same resources; of real bundles the medical words too, under the scrubber of
notes.

Run:  python benchmarks/science/deid_fhir.py [folder of FHIR R4 bundles]
"""

import base64
import contextlib
import datetime as dt
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from fhir.resources.R4B.bundle import Bundle
from fhirpathpy.models import models
from pydantic import ValidationError

from primum.privacy import notes
from primum.privacy.fhir import dates
from primum.privacy.fhir.charts import introduced
from primum.privacy.fhir.cleaning import Options, clean
from primum.privacy.fhir.files import documents, written
from primum.privacy.known import Known
from primum.privacy.person import Person
from primum.privacy.surrogates import Identity, Writer

DEPTH = 5
WHEN = re.compile(r"\d{4}-\d\d-\d\d")
SHORTEST = 6
"""Known values of fewer characters are found by chance."""
DAYS = -137
KEY = b"a key of the benchmark, not secret"
SKIPPED = {"Resource", "DomainResource", "ElementDefinition"}
NUMBERS = {"decimal": 7.25, "integer": 7, "integer64": 7, "positiveInt": 7, "unsignedInt": 7, "boolean": True}
DATES = {"date": "2019-03-0{}", "dateTime": "2019-03-0{}T10:00:00Z", "instant": "2019-03-0{}T10:00:00Z"}
KEPT = {"code": "final", "time": "10:30:00"}
OPTIONS = Options(year=2026)


class Planter:
    """Builds resources that hold an identifier wherever one fits."""

    def __init__(self, version: str) -> None:
        self.model = models[version]
        self.planted: dict[str, str] = {}
        self.kept: list[tuple[str, Any]] = []
        self.children: dict[str, dict[str, str]] = {}
        for path, kind in self.model["path2Type"].items():
            owner, _, key = path.rpartition(".")
            self.children.setdefault(owner, {})[key] = kind
            while "." in owner:
                outer, _, name = owner.rpartition(".")
                self.children.setdefault(outer, {}).setdefault(name, "")
                owner = outer

    def resource(self, name: str) -> dict[str, Any]:
        """Return a resource with everything in it."""
        return {"resourceType": name, **self._structure(name, DEPTH)}

    def _structure(self, owner: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, kind in self.children.get(owner, {}).items():
            if key in {"resourceType", "implicitRules"} or kind == "Resource":
                continue
            value = self._value(f"{owner}.{key}", kind, depth)
            if value is not None:
                found[key] = [value] if key == "security" else value
        return found

    def _value(self, path: str, kind: str, depth: int) -> object:
        if kind in NUMBERS or kind in KEPT:
            return NUMBERS.get(kind, KEPT.get(kind))
        if kind in DATES:
            return DATES[kind].format(1 + len(path) % 8)
        if kind in {
            "string",
            "markdown",
            "id",
            "oid",
            "uuid",
            "uri",
            "url",
            "canonical",
            "xhtml",
            "base64Binary",
        } or kind.startswith("System."):
            return self._plant(path, kind)
        if kind == "Extension":
            return (
                [
                    {"url": "http://hl7.org/fhir/StructureDefinition/note", "valueString": self._plant(path, "string")},
                    {"url": self._plant(path, "uri"), "valueString": self._plant(path, "string")},
                ]
                if depth > DEPTH - 2
                else None
            )
        if not depth:
            return None
        return self._structure(kind or path, depth - 1) or None

    def _plant(self, path: str, kind: str) -> str:
        marker = f"zq{len(self.planted):06d}qz"
        self.planted[marker] = path
        texts = {
            "xhtml": f'<div><p title="{marker}@mail.example">Mail <b>{marker}</b>@mail.example</p></div>',
            "uri": f"https://{marker}.hospital.example/fhir/Patient/{marker}",
            "base64Binary": base64.b64encode(f"{marker}@mail.example".encode()).decode(),
            "oid": f"urn:oid:1.2.3.4.5.{int(marker[2:8]) + 10_000_000}",
        }
        texts["url"] = texts["canonical"] = texts["uri"]
        if kind in {"id", "uuid"} or kind.startswith("System."):
            return marker
        if kind == "oid":
            del self.planted[marker]
            marker = str(int(marker[2:8]) + 10_000_000)
            self.planted[marker] = path
        return texts.get(kind, f"Ask {marker}@mail.example for more")


def texts_of(node: object) -> Iterator[str]:
    """Yield all strings and keys of a document, base64 decoded too."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from texts_of(value)
    elif isinstance(node, list):
        for one in node:
            yield from texts_of(one)
    elif isinstance(node, str):
        yield node
        with contextlib.suppress(ValueError):
            yield base64.b64decode(node, validate=True).decode("utf-8", "replace")


def leaves(node: object, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield path and value of what is no structure."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, f"{path}.{key}")
    elif isinstance(node, list):
        for at, one in enumerate(node):
            yield from leaves(one, f"{path}[{at}]")
    else:
        yield path, node


def person(known: Known, days: int = DAYS) -> Person:
    """Return somebody whose texts are scrubbed as notes are."""
    writer = Writer(Identity(days=days, key=KEY), [value for _, value in known.pairs])
    return Person(
        days=days,
        scrub=lambda text: notes.written_by(text, notes.find(text, known), writer).text,
        surrogate=lambda kind, value: writer.write(value, kind),
    )


def audit(version: str) -> dict[str, Any]:
    """Plant identifiers into all resources of a version, clean them, and count both shares."""
    planted = left = clinical = same = 0
    where: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    names = [
        name
        for name in models[version]["type2Parent"]
        if name not in SKIPPED
        and models[version]["type2Parent"][name] in {"DomainResource", "CanonicalResource", "MetadataResource"}
    ]
    one = person(Known())
    for name in names:
        planter = Planter(version)
        resource = planter.resource(name)
        safe = clean(resource, KEY, lambda _: one, OPTIONS).document
        text = "\n".join(texts_of(safe))
        found = [marker for marker in planter.planted if marker in text]
        planted, left = planted + len(planter.planted), left + len(found)
        where.update(planter.planted[marker] for marker in found)
        counted, kept = retained(resource, safe, lost)
        clinical, same = clinical + counted, same + kept
    return {
        "resources": len(names),
        "planted": planted,
        "left": left,
        "removed_share": round(1 - left / planted, 6),
        "left_where": dict(where.most_common(12)),
        "clinical": clinical,
        "kept": same,
        "kept_share": round(same / clinical, 6),
        "lost_most": dict(lost.most_common(8)),
    }


GENERALISED = (
    "birthDate",
    "photo",
    "position",
    ".signature",
    "availabilityExceptions",
    "size",
    "postalCode",
    "network",
    "bornDate",
    ".meta.tag",
)


def retained(before: dict[str, Any], after: dict[str, Any], lost: Counter[str]) -> tuple[int, int]:
    """Return how many codes, numbers and dates there are, and how many stay (dates: moved by the same days)."""
    new = dict(leaves(after))
    counted = kept = 0
    for path, value in leaves(before):
        if any(one in path for one in GENERALISED) or not (
            isinstance(value, bool | int | float) or value in KEPT.values() or is_day(value)
        ):
            continue
        counted += 1
        stays = new.get(path) == (moved(value) if is_day(value) else value)
        kept += stays
        lost[path.partition(".")[2] if not stays else ""] += not stays
    return counted, kept


def is_day(value: object) -> bool:
    """Return whether a value is one of the planted days."""
    return isinstance(value, str) and value[:8] == "2019-03-"


def moved(value: str) -> str:
    """Return a planted day as it has to be after cleaning."""
    return (dt.date.fromisoformat(value[:10]) + dt.timedelta(days=DAYS)).isoformat() + value[10:]


def bundles(folder: Path) -> dict[str, Any]:
    """Clean real bundles: are they valid, what is left of the people in them, and what of the medicine is kept."""
    counts: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    seconds = size = 0.0
    for file in sorted(folder.rglob("*.json")):
        data = file.read_bytes()
        (document,) = documents(data)
        known = Known(tuple(sorted({pair for _, one in introduced(document) for pair in one.pairs})))
        one = person(known)
        start = time.process_time()
        safe = clean(document, KEY, partial(lambda who, _: who, one), OPTIONS).document
        seconds += time.process_time() - start
        size += len(data)
        text = written(safe)
        counts["bundles"] += 1
        counts["valid_before"] += is_valid(data.decode())
        counts["valid_after"] += is_valid(text)
        low = text.casefold()
        values = {value for kind, value in known.pairs if len(value) >= SHORTEST}
        counts["known"] += len(values)
        counts["known_left"] += sum(value.casefold() in low for value in values)
        compared(document, safe, counts, changed)
    shares = {
        name: round(counts[f"{name}_kept"] / counts[name], 6)
        for name in ("codes", "numbers", "times", "words")
        if counts[name]
    }
    return {
        **dict(sorted(counts.items())),
        "kept_share": shares,
        "megabytes_per_cpu_second": round(size / 1e6 / seconds, 2),
        "changed_most": dict(changed.most_common(15)),
    }


def is_valid(text: str) -> bool:
    """Return whether a text is a bundle by fhir.resources."""
    try:
        Bundle.model_validate_json(text)
    except ValidationError:
        return False
    return True


def compared(before: dict[str, Any], after: dict[str, Any], counts: Counter[str], changed: Counter[str]) -> None:
    """Count codes, words, numbers and times before, and those that are still there (times: moved like all)."""
    new = dict(leaves(after))
    for path, value in leaves(before):
        name = _sort(path, value)
        if name is None:
            continue
        expected = dates.shifted(value, DAYS) if name == "times" else value
        counts[name] += 1
        counts[f"{name}_kept"] += new.get(path) == expected
        if new.get(path) != expected:
            changed[path.rpartition(".")[2]] += 1


def _sort(path: str, value: object) -> str | None:
    """Return what a value is of those that are to be kept; places are not."""
    key = path.rpartition(".")[2]
    if ".coding[" in path and ".meta." not in path:
        return "codes" if key in {"system", "code"} else "words" if key == "display" else None
    if key == "text" and path.endswith((".code.text", "Concept.text")):
        return "words"
    if isinstance(value, str):
        return "times" if WHEN.match(value) and key != "birthDate" else None
    return None if value is None or isinstance(value, bool) or ".address" in path else "numbers"


def main() -> None:
    """Measure and write the results beside this file."""
    results: dict[str, Any] = {"planted_r4": audit("r4"), "planted_r5": audit("r5")}
    if len(sys.argv) > 1:
        results["bundles"] = bundles(Path(sys.argv[1]))
    text = json.dumps(results, indent=2, ensure_ascii=False)
    Path(__file__).with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
