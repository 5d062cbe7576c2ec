"""Made-up notes with a known truth: a few words tell the class, all others nothing. They are about nobody."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from primum.domain.record import Record
from primum.domain.study import Column, Study
from primum.domain.tokens import Ints, Texts
from primum.ids import SubjectId

TELLING = (("cough", "wheeze", "sputum"), ("rash", "itching", "blister"), ("dizzy", "vertigo", "nausea"))
FILLING = [
    "the",
    "reports",
    "since",
    "about",
    "two",
    "days",
    "with",
    "some",
    "mild",
    "discomfort",
    "and",
    "no",
    "fever",
    "today",
    "was",
    "seen",
    "again",
    "after",
    "a",
    "week",
    "because",
    "of",
    "this",
    "it",
    "came",
    "back",
    "slowly",
    "in",
    "the",
    "morning",
    "more",
    "than",
    "at",
    "night",
]
NOTE = Column(name="note", source="notes", role="feature")
CLASSES = ("lung", "skin", "balance")


def texts(*documents: str) -> Texts:
    """Return tokens of these documents, one text a subject."""
    return Texts(values=tuple((one,) for one in documents), columns=(NOTE,))


def written(n: int = 90, classes: int = 3, seed: int = 0) -> tuple[list[str], Ints]:
    """Return notes of a dozen words, two of which tell the class, and the classes."""
    dice = np.random.default_rng(seed)
    outcome = np.arange(n) % classes
    found = []
    for one in outcome:
        words = [*dice.choice(FILLING, 10), *dice.choice(TELLING[one], 2)]
        found.append(" ".join(words[at] for at in dice.permutation(len(words))).capitalize() + ".")
    return found, outcome.astype(np.int64)


def study(classes: int = 3, **changes: Any) -> Study:
    """Return a study of notes; changes replace whole pieces."""
    document: dict[str, Any] = {
        "primum": 1,
        "name": "made-up-notes",
        "title": {"en": "Made-up notes", "zh": "虚构病历"},
        "question": {"en": "Which organ?", "zh": "哪个器官？"},
        "intended_use": {
            "purpose": "made-up-research",
            "users": "nobody",
            "setting": "a test",
            "population": "made-up people",
            "not_for": ["anything"],
            "grade": "research",
        },
        "lawful_basis": {"ground": "none", "exception": "none", "permitted_purposes": ["made-up-research"]},
        "sources": [
            {"name": "notes", "modality": "text", "format": "csv", "path": "notes.csv", "subject": "number"},
        ],
        "columns": [
            {"name": "note", "source": "notes", "role": "feature", "label": {"en": "Note", "zh": "病历"}},
            {"name": "organ", "source": "notes", "role": "outcome"},
        ],
        "outcome": {
            "column": "organ",
            "classes": list(CLASSES[:classes]),
            "positive": "skin",
            "reference_standard": "made up",
        },
        "norms": ["tripod-ai"],
        **changes,
    }
    return Study.model_validate_json(json.dumps(document))


def rows(documents: Sequence[str], outcome: Ints) -> list[tuple[SubjectId, bytes]]:
    """Return the rows of a data set as the prepare stage writes them."""
    return [
        (
            SubjectId(f"P{at:016x}"),
            json.dumps({"record": record(one, at).as_document(), "outcome": int(outcome[at])}).encode(),
        )
        for at, one in enumerate(documents)
    ]


def record(note: str | None, at: int = 0) -> Record:
    """Return a record of one note."""
    return Record(subject=SubjectId(f"P{at:016x}"), modality="text", source="notes", payload={"note": note})


def csv_of(folder: Path, lines: Iterable[tuple[str, str, str]], header: str = "number,note,organ") -> Path:
    """Write a CSV of (number, note, organ) and return it."""
    quoted = [",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in line) for line in lines]
    path = folder / "notes.csv"
    path.write_text("\n".join([header, *quoted]) + "\n", encoding="utf-8")
    return path


def write_study(folder: Path) -> None:
    """Write a study of made-up notes with everything a run needs: export, study, grants, and two notes of tomorrow."""
    documents, outcome = written(180)
    csv_of(folder, [(f"n-{at}", one, CLASSES[outcome[at]]) for at, one in enumerate(documents)])
    asked = study(
        model={
            "encoder": "scratch",
            "width": 16,
            "depth": 1,
            "heads": 2,
            "epochs": 2,
            "window": 32,
            "pretraining": {"epochs": 1},
        },
        comparison={"baselines": ["majority", "tfidf_svm", "tfidf_logistic"], "folds": 1},
        limits={"coverage": 0.8, "small_number": 4, "faithfulness_ratio_at_least": 1.2, "sensitivity_at_least": 0.6},
        explanation={"methods": ["occlusion"], "cases": 30},
        outcome={
            "column": "organ",
            "classes": list(CLASSES),
            "positive": "skin",
            "labels": {
                "lung": {"en": "lung disease", "zh": "肺病"},
                "skin": {"en": "skin disease", "zh": "皮肤病"},
                "balance": {"en": "disease of balance", "zh": "平衡障碍"},
            },
            "reference_standard": "made up",
        },
    )
    (folder / "study.yaml").write_text(asked.model_dump_json(indent=1, exclude_unset=True), encoding="utf-8")
    grant = {"purpose": "made-up-research", "actions": ["read", "write"], "because": "A made-up committee."}
    grants = [
        {**grant, "role": "engineer", "classes": ["identified", "pseudonymised", "sealed", "model", "aggregate"]},
        {**grant, "role": "clinician", "classes": ["clinical", "model", "aggregate", "pseudonymised"]},
    ]
    policy = {"actors": {"*": ["engineer", "clinician"]}, "grants": grants}
    (folder / "access.yaml").write_text(json.dumps(policy), encoding="utf-8")
    (folder / "incoming").mkdir()
    (folder / "incoming" / "t-1.txt").write_text("Seen again with cough and wheeze at night, no rash today.")
    (folder / "incoming" / "t-2.txt").write_text("Since two days dizzy, vertigo in the morning.")
