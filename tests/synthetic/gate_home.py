"""A home in memory with people who can really sign, and a disk to which really is written. No person here exists."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from primum.context import Context
from primum.custody import bundle, crypto
from primum.custody.nouns import person_payload
from primum.domain.evidence import Evidence
from primum.domain.study import Study
from primum.ids import Digest, canonical, digest
from synthetic.judged import FACTS, STAGES
from synthetic.memory_custodian import NOW, MemoryCustodian, context_for

STUDY: dict[str, Any] = {
    "primum": 1,
    "name": "made-up-masses",
    "title": {"en": "Made-up masses", "zh": "虚构肿块"},
    "question": {"en": "Benign or malignant?", "zh": "良性还是恶性？"},
    "intended_use": {
        "purpose": "diagnosis-research",
        "users": "Cytopathologists",
        "setting": "Breast clinic",
        "population": "Adults with a mass",
        "not_for": ("Screening",),
        "grade": "research",
    },
    "lawful_basis": {
        "ground": "GDPR Art 6(1)(e)",
        "exception": "GDPR Art 9(2)(j)",
        "permitted_purposes": ("diagnosis-research",),
    },
    "sources": ({"name": "charts", "format": "csv", "path": "charts.csv", "subject": "number"},),
    "columns": (
        {"name": "radius", "source": "charts", "role": "feature"},
        {"name": "diagnosis", "source": "charts", "role": "outcome"},
    ),
    "outcome": {
        "column": "diagnosis",
        "classes": ("benign", "malignant"),
        "positive": "malignant",
        "reference_standard": "Histology",
    },
    "norms": ("gdpr", "who"),
}


def study(grade: str = "research", **other: Any) -> Study:
    """Return a made-up study that asks a grade."""
    intended = {**STUDY["intended_use"], "grade": grade}
    return Study.model_validate({**STUDY, "intended_use": intended, **other})


class GateHome(MemoryCustodian):
    """A custodian with a root key, a release key, and people.

    Args:
        home: Where bundles are written.
    """

    def __init__(self, home: Path) -> None:
        super().__init__(home=home)
        self.root, self.release_key = crypto.new_key(), crypto.new_key()
        self.seeds: dict[str, bytes] = {}
        self.enrolled: list[dict[str, Any]] = []
        self.signed: list[dict[str, Any]] = []
        self.releases: list[tuple[Digest, Digest]] = []
        self.facts = copy.deepcopy(FACTS)
        self.model = self.put_model({"model.json": b"{}", "scorer/weights.safetensors": b"weights"}, [])
        self.facts["performance"]["sealed"]["model"] = self.model

    def enrol(self, name: str, *roles: str) -> None:
        """Enrol a made-up person."""
        self.seeds[name] = crypto.new_key()
        key = crypto.public_of(self.seeds[name])
        signature = crypto.sign(self.root, person_payload(name, roles, key))
        self.enrolled.append({"name": name, "roles": list(roles), "key": key, "signature": signature})

    def sign(self, name: str, role: str, requirement: Mapping[str, Any], evidence: str) -> dict[str, Any]:
        """Let a person sign, as ``Custodian.sign_requirement`` would."""
        document = {
            "requirement": requirement["id"],
            "meaning": requirement["statement"],
            "evidence": evidence,
            "role": role,
            "name": name,
            "signed_at": NOW.isoformat(),
            "key": crypto.public_of(self.seeds[name]),
        }
        document["value"] = crypto.sign(self.seeds[name], canonical(document))
        self.signed.append(document)
        return document

    def signatures(self) -> list[dict[str, Any]]:
        return [dict(one) for one in self.signed]

    def trust(self) -> dict[str, Any]:
        keys = {"root": crypto.public_of(self.root), "release": crypto.public_of(self.release_key)}
        return {**keys, "people": [dict(one) for one in self.enrolled]}

    def checkpoint(self) -> str:
        return "a checkpoint of the log"

    def seal_bundle(self, folder: Path, files: Mapping[str, bytes], statement: Mapping[str, Any]) -> Digest:
        release = digest(bundle.manifest_of(files))
        full = {**statement, "release": release, "checkpoint": self.checkpoint()}
        bundle.write(folder, files, full, self.release_key)
        return release

    def note_release(self, release: Digest, model: Digest) -> None:
        self.releases.append((release, model))

    def context(self, stage: str, asked: Study, **outputs: str) -> Context:
        """Return what the pipeline would hand a stage after all that come before the gate."""
        inputs = {"model": self.model, "explainer": "shapley"}
        for kind, facts in self.facts.items():
            if STAGES[kind] != "gate":
                one = Evidence(kind=kind, stage=STAGES[kind], made_of=(self.model,), facts=facts)
                inputs[f"evidence.{kind}"] = self.put_evidence(one.as_document())
        return context_for(stage, asked, self, {**inputs, **outputs})
