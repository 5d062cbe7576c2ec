"""A made-up desk: four findings, people who work there, and a predictor whose answer depends on one finding only."""

import csv
import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from primum.clinic.desk import Desk
from primum.clinic.served import Served
from primum.custody.custodian import DataClass, DataSet, Person
from primum.custody.nouns import SubjectKey
from primum.domain.norm import Grade
from primum.domain.prediction import Prediction, Reason
from primum.domain.record import Record
from primum.domain.study import Column, Source, Study
from primum.domain.tokens import Cells
from primum.errors import AccessDeniedError, DataError, IntegrityError
from primum.ids import Digest, SubjectId, digest_of
from synthetic.memory_custodian import MemoryCustodian

MONDAY = dt.datetime(2024, 5, 6, 8, 0, tzinfo=dt.UTC)
RELEASE, MODEL = digest_of("a release"), digest_of("a model")
PASSWORD = "correct horse battery staple"
PEOPLE = {
    "Ada Quill": ("clinician",),
    "Ben Moss": ("clinician",),
    "Sam Stopp": ("safety-officer",),
    "Eve Board": ("ethics-board",),
    "Dan Data": ("data-steward",),
}
"""Made-up people."""


def study() -> Study:
    """Return a small made-up study."""
    words = {"en": "Is the mass malignant?", "zh": "肿块是否为恶性？"}
    columns: list[dict[str, Any]] = [
        {"name": "number", "role": "identifier", "identifier": "record_number"},
        {"name": "radius", "role": "feature", "unit": "um", "label": {"en": "Mean radius", "zh": "平均半径"}},
        {"name": "texture", "role": "feature", "label": {"en": "Texture", "zh": "纹理"}},
        {
            "name": "side",
            "role": "feature",
            "categories": ["left", "right"],
            "category_labels": {"left": {"en": "left", "zh": "左侧"}},
        },
        {"name": "note", "role": "text", "label": {"en": "Note", "zh": "备注"}},
        {"name": "diagnosis", "role": "outcome"},
    ]
    return Study.model_validate_json(
        json.dumps(
            {
                "primum": 1,
                "name": "masses",
                "title": {"en": "Breast masses", "zh": "乳腺肿块"},
                "question": words,
                "intended_use": {
                    "purpose": "diagnosis",
                    "users": "cytologists",
                    "setting": "breast clinic",
                    "population": "adults with a palpable mass",
                    "not_for": ["screening"],
                    "grade": "research",
                },
                "lawful_basis": {"ground": "g", "exception": "e", "permitted_purposes": ["diagnosis"]},
                "sources": [
                    {"name": "cells", "modality": "made-up", "format": "csv", "path": "x", "subject": "number"}
                ],
                "columns": [{"source": "cells", **one} for one in columns],
                "outcome": {
                    "column": "diagnosis",
                    "classes": ["benign", "malignant"],
                    "positive": "malignant",
                    "reference_standard": "histology",
                    "labels": {
                        "benign": {"en": "benign", "zh": "良性"},
                        "malignant": {"en": "malignant", "zh": "恶性"},
                    },
                },
                "norms": ["n"],
            }
        )
    )


class MadeUpModality:
    """Plays a modality: the note's line breaks stay, the number goes."""

    def read(self, source: Source, study: Study, folder: Path) -> Iterator[Record]:
        raise NotImplementedError

    def deidentify(
        self, records: Sequence[Record], study: Study, identity: SubjectKey
    ) -> tuple[list[Record], Mapping[str, int]]:
        assert identity.days != 0
        declared = {one.name for one in study.columns if one.role != "identifier"}
        kept = [
            replace(one, payload={name: value for name, value in one.payload.items() if name in declared})
            for one in records
        ]
        return kept, {"record_number": len(records)}

    def tokenize(self, records: Sequence[Record], columns: Sequence[Column]) -> Cells:
        def number(record: Record, column: Column) -> float:
            value = record.payload.get(column.name)
            if value is None:
                return np.nan
            return float(column.categories.index(str(value))) if column.categories else float(value)

        values = np.array([[number(one, column) for column in columns] for one in records])
        return Cells(values=values, columns=tuple(columns))

    def render(self, record: Record, study: Study) -> Sequence[tuple[str, str, str]]:
        found = []
        for one in study.columns:
            if one.role in {"feature", "text"}:
                value = record.payload.get(one.name)
                told = "" if value is None else f"{value} {one.unit}".strip()
                found.append((f"column:{one.name}", one.label.en if one.label else one.name, told))
        return found


@dataclass
class MadeUpPredictor:
    """Says malignant with probability radius / 20; abstains between 0.4 and 0.6; counts how often it is asked."""

    asked: int = 0
    reading: list[Record] = field(default_factory=list)
    read_from: list[Path] = field(default_factory=list)

    def read(self, path: Path) -> Sequence[Record]:
        self.read_from.append(path)
        if path.suffix == ".json":
            entries = json.loads(path.read_text())["entry"]
            return [record(one["resource"]["id"], one["resource"].get("radius", 5.0)) for one in entries]
        found = []
        for file in sorted(path.glob("*.csv")):
            with file.open(encoding="utf-8") as lines:
                rows = list(csv.DictReader(lines))
            found += [record(row["number"], float(row["radius"]), note=row["note"]) for row in rows]
        return [*self.reading, *found]

    def predict(self, records: Sequence[Record]) -> Sequence[Prediction]:
        self.asked += 1
        return [self._predict(one) for one in records]

    def _predict(self, one: Record) -> Prediction:
        radius = one.payload.get("radius")
        if not isinstance(radius, float):
            raise DataError("Column radius is missing.", remedy="Complete the record.")
        p = min(radius / 20, 1.0)
        doubtful = 0.4 < p < 0.6
        chosen = ["malignant"] if p > 0.5 else ["benign"]
        return Prediction(
            release=RELEASE,
            model=MODEL,
            probabilities={"benign": 1 - p, "malignant": p},
            prediction_set=["benign", "malignant"] if doubtful else chosen,
            abstained=doubtful,
            why_abstained="Neither benign nor malignant can be ruled out." if doubtful else "",
            why_abstained_zh="良性与恶性均无法排除。" if doubtful else "",
            reasons=[
                Reason(place="column:radius", shown=f"{radius:g} um", weight=1.5),
                Reason(place="column:texture", shown="3", weight=-0.5),
            ],
            method="occlusion",
        )


class ClinicCustodian(MemoryCustodian):
    """Keeps events and people as well."""

    def __init__(self) -> None:
        super().__init__()
        self.streams: dict[str, list[tuple[int, SubjectId, bytes]]] = {}
        self.erased: set[SubjectId] = set()
        self.denied: set[Digest] = set()

    def append_event(self, stream: str, subject: SubjectId, event: bytes) -> None:
        kept = self.streams.setdefault(stream, [])
        kept.append((len(kept), subject, event))

    def events(self, stream: str) -> list[tuple[int, SubjectId, bytes]]:
        return [one for one in self.streams.get(stream, []) if one[1] not in self.erased]

    def read_dataset(self, name: Digest) -> list[tuple[SubjectId, bytes]]:
        if name in self.denied:
            raise AccessDeniedError("No grant.", remedy="Ask.")
        return [one for one in super().read_dataset(name) if one[0] not in self.erased]

    def authenticate(self, name: str, password: str) -> Person:
        if name not in PEOPLE or password != PASSWORD:
            raise AccessDeniedError("Name or password is wrong.", remedy="Try again.")
        return person(name)


def person(name: str) -> Person:
    return Person(name=name, roles=PEOPLE[name], key="0" * 64)


ADA, BEN, SAM, EVE = (person(name) for name in list(PEOPLE)[:4])


def record(number: str, radius: float | None = 15.0, note: str = "Single cells.") -> Record:
    payload = {"number": number, "radius": radius, "texture": 3.0, "side": "left", "note": note, "diagnosis": "benign"}
    return Record(subject=SubjectId(number), modality="made-up", source="cells", payload=payload)


@dataclass
class MadeUpRoom:
    """A desk and the strings by which a test pulls it."""

    grade: Grade = Grade.ADVISORY
    now: dt.datetime = MONDAY
    fault: IntegrityError | None = None
    custodian: ClinicCustodian = field(default_factory=ClinicCustodian)
    predictor: MadeUpPredictor = field(default_factory=MadeUpPredictor)

    def clock(self) -> dt.datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)

    def verify(self) -> None:
        if self.fault:
            raise self.fault

    def tamper(self) -> None:
        self.fault = IntegrityError("model/model.json was altered.", remedy="Release again.")

    def served(self) -> Served:
        return Served(
            predictor=self.predictor,
            verify=self.verify,
            release=RELEASE,
            model=MODEL,
            version="masses logistic_regression",
            grade=self.grade,
            released_at=MONDAY - dt.timedelta(days=10),
            expires_at=MONDAY + dt.timedelta(days=90),
            ranges={"column:radius": (4.0, 18.0), "column:texture": (1.0, 9.0)},
            signers=("Eve Board (ethics-board)",),
            dossier="<!doctype html><title>Dossier</title>",
        )

    def development(self) -> Digest:
        """Write six past cases and return their data set."""
        rows = []
        for at, radius in enumerate([5.0, 6.0, 9.0, 14.5, 15.5, 17.0]):
            subject = self.custodian.pseudonym(f"past {at}")
            past = {**record("", radius).payload, "texture": 2.0 + at}
            document = json.loads(replace(record("", radius), subject=subject, payload=past).to_bytes())
            rows.append((subject, json.dumps({"record": document, "outcome": int(radius > 10)}).encode()))
        name = digest_of("development")
        kept = DataSet(digest=name, name="development", data_class=DataClass.PSEUDONYMISED, made_of=(), subjects=6)
        self.custodian.write_dataset(kept, rows)
        return name

    def desk(self) -> Desk:
        return Desk(self.custodian, study(), self.served(), self.clock, self.development())  # type: ignore[arg-type]
