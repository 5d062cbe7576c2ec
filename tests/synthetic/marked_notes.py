"""Made-up notes in which drugs and complaints are marked, and a study that asks for them."""

import json
import shutil
from pathlib import Path

import numpy as np

DRUGS = ("aspirin", "metformin", "warfarin", "digoxin", "lisinopril", "morphine")
COMPLAINTS = ("chest pain", "nausea", "dry cough", "back pain", "dizziness", "rash")
LINES = (
    "The patient takes {drug} and reports {complaint}.",
    "No {complaint} today; {drug} was stopped.",
    "After {drug} the {complaint} went away.",
    "Slept well, ate well, walks alone.",
)
STUDY = """
primum: 1
name: marked-notes
title: {en: Drugs and complaints in made-up notes, zh: 虚构记录中的药物与主诉}
question: {en: "Which words name a drug, and which a complaint?", zh: "哪些词指药物，哪些指主诉？"}
intended_use:
  purpose: tests
  users: Tests
  setting: A test
  population: Nobody
  not_for: [Anything else]
  grade: research
lawful_basis: {ground: made up, exception: made up, permitted_purposes: [tests]}
sources:
  - {name: notes, modality: text, format: ndjson, path: data/notes.ndjson, subject: number}
columns:
  - {name: note, source: notes, role: feature}
  - {name: mentions, source: notes, role: outcome}
  - {name: name, source: notes, role: identifier, identifier: name}
outcome:
  column: mentions
  classes: [drug, complaint]
  labels: {drug: {en: drug, zh: 药物}, complaint: {en: complaint, zh: 主诉}}
  reference_standard: Made up with the notes.
task: tag
model: {encoder: scratch, width: 16, depth: 1, heads: 2, window: 64, epochs: 1, batch_size: 8}
comparison: {baselines: [majority, lexicon, maxent], folds: 1}
limits:
  auroc_at_least: 0.8
  sensitivity_at_least: 0.7
  specificity_at_least: 0.8
  calibration_excess_at_most: 0.1
  coverage_shortfall_at_most: 0.2
  abstention_at_most: 0.6
  residual_risk_at_most: 0.3
  faithfulness_ratio_at_least: 1
  small_number: 3
explanation: {methods: [occlusion], cases: 10}
norms: [primum]
seed: 3
"""
ACCESS = """
actors: {"*": [engineer]}
grants:
  - role: engineer
    purpose: tests
    classes: [identified, pseudonymised, sealed, model, aggregate, clinical]
    actions: [read, write]
    because: Made up for tests.
"""


def written(count: int, seed: int = 0) -> list[dict[str, object]]:
    """Return notes with the places of what is marked in them; each begins with the name of a made-up person."""
    dice = np.random.default_rng(seed)
    found = []
    for number in range(count):
        name = f"Quillon Marwick{number:03d}"
        text, marks = f"{name} was seen.\n", list[list[object]]()
        for at in dice.integers(0, len(LINES), size=4):
            line, told = LINES[at], {"drug": DRUGS[dice.integers(6)], "complaint": COMPLAINTS[dice.integers(6)]}
            while "{" in line:
                before, _, rest = line.partition("{")
                kind, _, line = rest.partition("}")
                text += before
                marks.append([len(text), len(text) + len(told[kind]), kind])
                text += told[kind]
            text += f"{line}\n"
        found.append({"number": f"note-{number:04d}", "name": name, "note": text, "mentions": marks})
    return found


def write_study(folder: Path, count: int = 150) -> list[dict[str, object]]:
    """Write study, grants and notes; return the notes."""
    rows = written(count)
    shutil.rmtree(folder / "data", ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "notes.ndjson").write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    (folder / "access.yaml").write_text(ACCESS, encoding="utf-8")
    (folder / "incoming").mkdir(exist_ok=True)
    later = [{"number": "n1", "note": "The patient takes warfarin and reports chest pain.\nNo nausea today."}]
    (folder / "incoming" / "notes.ndjson").write_text(
        "".join(json.dumps(one) + "\n" for one in later), encoding="utf-8"
    )
    return rows
