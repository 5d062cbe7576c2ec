"""The breast masses that scikit-learn bundles, parted and held by an in-memory custodian: what training begins with."""

import json
from functools import cache
from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer

from primum.context import Context
from primum.custody.nouns import DataClass, DataSet
from primum.domain.record import Record
from primum.domain.study import Study
from primum.ids import Digest, SubjectId, digest_of
from primum.models.samples import deal
from synthetic.memory_custodian import MemoryCustodian, context_for

PARTS = {"development": (0, 1, 2), "validation": (3,), "test": (4,)}
MEASURES = 8
SITES = ("left", "right")


def study(**changes: Any) -> Study:
    """Return a study of a few measurements and a made-up side; ``changes`` replace top-level fields."""
    names = [str(one).replace(" ", "_") for one in load_breast_cancer().feature_names[:MEASURES]]
    document: dict[str, Any] = {
        "primum": 1,
        "name": "masses",
        "title": {"en": "Breast masses", "zh": "乳腺肿块"},
        "question": {"en": "Is it malignant?", "zh": "是否为恶性？"},
        "intended_use": {
            "purpose": "research",
            "users": "testers",
            "setting": "a test",
            "population": "women with a mass",
            "not_for": ["anything else"],
            "grade": "research",
        },
        "lawful_basis": {"ground": "g", "exception": "e", "permitted_purposes": ["research"]},
        "sources": [
            {"name": "lab", "format": "csv", "path": "lab.csv", "subject": "mrn", "time": "day"},
            {"name": "charts", "format": "fhir", "path": "charts", "subject": "Patient.identifier.value"},
        ],
        "columns": [
            {"name": "mrn", "source": "lab", "role": "identifier", "identifier": "record_number"},
            *({"name": one, "source": "lab", "role": "feature", "unit": "um", "low": 0} for one in names),
            {"name": "side", "source": "lab", "role": "feature", "categories": list(SITES)},
            {"name": "age", "source": "lab", "role": "quasi_identifier", "unit": "a"},
            {"name": "note", "source": "charts", "path": "DiagnosticReport.conclusion", "role": "text"},
            {"name": "diagnosis", "source": "lab", "role": "outcome"},
        ],
        "outcome": {
            "column": "diagnosis",
            "classes": ["benign", "malignant"],
            "positive": "malignant",
            "reference_standard": "histology",
        },
        "model": {"width": 8, "depth": 1, "heads": 2, "epochs": 3, "patience": 2, "pretraining": {"epochs": 2}},
        "comparison": {"folds": 3},
        "explanation": {"methods": ["occlusion", "shapley"], "cases": 12},
        "subgroups": [{"column": "age", "edges": [40, 60]}],
        "norms": ["n"],
        "seed": 3,
        **changes,
    }
    return Study.model_validate_json(json.dumps(document))


@cache
def rows(part: str) -> tuple[tuple[SubjectId, bytes], ...]:
    """Return a part's rows as the prepare stage writes them; a few cells are missing, ages and sides are made up."""
    data, names = load_breast_cancer(), [one.name for one in study().features()]
    dice = np.random.default_rng(5)
    outcome = 1 - data.target
    found = []
    order = dice.permutation(len(outcome))
    dealt = deal(outcome, 5, 7)
    for at in order:
        payload: dict[str, Any] = {name: float(data.data[at, place]) for place, name in enumerate(names[:-1])}
        if dice.random() < 0.1:
            payload[str(dice.choice(names[:-1]))] = None
        payload["side"] = str(dice.choice(SITES))
        payload["age"] = float(dice.integers(30, 75))
        record = Record(subject=SubjectId(f"P{at:016x}"), modality="table", source="lab", payload=payload)
        if dealt[at] in PARTS[part]:
            document = {"record": record.as_document(), "outcome": int(outcome[at])}
            found.append((record.subject, json.dumps(document).encode()))
    return tuple(found)


def name_of(part: str) -> Digest:
    """Return the digest under which a part is kept."""
    return digest_of({"made for tests": part})


def custodian() -> MemoryCustodian:
    """Return a custodian that holds the three parts, the test part sealed."""
    keeper = MemoryCustodian()
    for part in PARTS:
        kind = DataClass.SEALED if part == "test" else DataClass.PSEUDONYMISED
        keeper.write_dataset(DataSet(digest=name_of(part), name=part, data_class=kind, made_of=()), rows(part))
    return keeper


def context(stage: str, keeper: MemoryCustodian, declared: Study | None = None, **inputs: str) -> Context:
    """Return what the pipeline would hand a stage after prepare, with further inputs."""
    given = {part: str(name_of(part)) for part in PARTS} | inputs
    return context_for(stage, declared or study(), keeper, given)
