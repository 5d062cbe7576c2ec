"""A small made-up ward: a laboratory export and FHIR charts of people who do not exist, with a study over them."""

import base64
import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from primum.domain.study import Study

Row = dict[str, str]

STUDY: dict[str, Any] = {
    "primum": 1,
    "name": "ward",
    "title": {"en": "Made-up ward", "zh": "虚构病房"},
    "question": {"en": "Is it there?", "zh": "有没有？"},
    "intended_use": {
        "purpose": "ward-research",
        "users": "nobody",
        "setting": "tests",
        "population": "made-up people",
        "not_for": ["anything real"],
        "grade": "research",
    },
    "lawful_basis": {"ground": "none needed", "exception": "none needed", "permitted_purposes": ["ward-research"]},
    "sources": [
        {"name": "lab", "format": "csv", "path": "data/lab.csv", "subject": "mrn", "time": "drawn"},
        {"name": "charts", "format": "fhir", "path": "data/charts", "subject": "Patient.identifier.value"},
    ],
    "columns": [
        {"name": "mrn", "source": "lab", "role": "identifier", "identifier": "record_number"},
        {"name": "full_name", "source": "charts", "path": "Patient.name", "role": "identifier", "identifier": "name"},
        {
            "name": "phone",
            "source": "charts",
            "path": "Patient.telecom.value",
            "role": "identifier",
            "identifier": "phone",
        },
        {"name": "drawn", "source": "lab", "role": "date"},
        {"name": "age", "source": "lab", "role": "quasi_identifier", "unit": "a", "low": 0, "high": 120},
        {
            "name": "sex",
            "source": "charts",
            "path": "Patient.gender",
            "role": "quasi_identifier",
            "categories": ["female", "male"],
        },
        {
            "name": "note",
            "source": "charts",
            "path": "DocumentReference.content.attachment",
            "role": "text",
        },
        {"name": "disease", "source": "lab", "role": "outcome", "categories": ["no", "yes"]},
        {
            "name": "size",
            "source": "lab",
            "role": "feature",
            "unit": "mm",
            "unit_column": "size_unit",
            "low": 1,
            "high": 100,
            "label": {"en": "Size", "zh": "大小"},
        },
        {"name": "marker", "source": "charts", "role": "feature", "unit": "mg/dL", "low": 0, "high": 1000},
        {"name": "grade", "source": "lab", "role": "feature", "categories": ["low", "high"]},
    ],
    "outcome": {"column": "disease", "classes": ["no", "yes"], "positive": "yes", "reference_standard": "made up"},
    "cohort": {"criteria": [{"column": "age", "at_least": 18, "because": "Adults only."}]},
    "subgroups": [{"column": "age", "edges": [50]}, {"column": "sex"}],
    "norms": ["gdpr"],
    "seed": 7,
}


def study(**changes: Any) -> Study:
    """Return the ward's study, top-level fields replaced."""
    return Study.model_validate_json(json.dumps({**STUDY, **changes}))


def columns(**changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the study's columns, the named ones changed; a new name adds a column."""
    old = [{**one, **changes.get(one["name"], {})} for one in STUDY["columns"]]
    known = {one["name"] for one in old}
    return old + [{"name": name, **change} for name, change in changes.items() if name not in known]


def rows(count: int = 120, seed: int = 3) -> list[Row]:
    """Return the laboratory's rows: the disease makes the size larger."""
    dice = np.random.default_rng(seed)
    found = []
    for at in range(count):
        ill = at % 3 == 0
        found.append(
            {
                "mrn": f"W{400000 + 7 * at}",
                "drawn": f"2022-0{1 + at % 9}-{10 + at % 18}",
                "age": str(20 + int(dice.integers(0, 60))),
                "size": f"{dice.normal(30 if ill else 20, 4):.2f}",
                "size_unit": "mm",
                "grade": "high" if dice.random() < (0.7 if ill else 0.3) else "low",
                "disease": "yes" if ill else "no",
            }
        )
    return found


def bundle(row: Row, at: int = 0, marker: float = 100.0) -> dict[str, Any]:
    """Return a FHIR bundle of one made-up patient."""
    family = f"Vanter{'abcdefghij'[at % 10]}{'klmnopqrst'[at // 10 % 10]}"
    note = f"Ms {family} ({row['mrn']}) seen on {row['drawn']}; call 020 7946 0{at:03d}. Mass of 2 cm."
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {
                "fullUrl": f"urn:uuid:{at:08d}-0000-4000-8000-000000000000",
                "resource": {
                    "resourceType": "Patient",
                    "identifier": [{"value": row["mrn"]}],
                    "name": [{"family": family, "given": ["Odile"]}],
                    "telecom": [{"value": f"+44 20 7946 0{at:03d}"}],
                    "gender": "female" if at % 2 else "male",
                },
            },
            {
                "resource": {
                    "resourceType": "DocumentReference",
                    "content": [
                        {
                            "attachment": {
                                "contentType": "text/plain; charset=utf-8",
                                "data": base64.b64encode(note.encode()).decode(),
                            }
                        }
                    ],
                }
            },
            {
                "resource": {
                    "resourceType": "Observation",
                    "code": {"text": "marker"},
                    "valueQuantity": {"value": marker, "unit": "mg/dL", "code": "mg/dL"},
                }
            },
        ],
    }


def write(
    folder: Path,
    table: list[Row] | None = None,
    change: Callable[[dict[str, Any], int], dict[str, Any] | None] = lambda document, _at: document,
) -> None:
    """Write the ward's export; ``change`` may alter a bundle, or leave it out by returning None."""
    listed = rows() if table is None else table
    charts = folder / "data" / "charts"
    charts.mkdir(parents=True, exist_ok=True)
    with (folder / "data" / "lab.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(listed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)
    for at, row in enumerate(listed):
        document = change(bundle(row, at, 80.0 + at % 40), at)
        if document is not None:
            (charts / f"{at:04d}.json").write_text(json.dumps(document), encoding="utf-8")
