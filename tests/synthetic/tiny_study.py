"""The smallest study that is one, and an export it can be run on; everybody in it is made up."""

from pathlib import Path

TEXT = """\
primum: 1
name: tiny
title: {en: Tiny, zh: 微型}
question: {en: "Is it there?", zh: 有吗}
intended_use:
  purpose: tiny-research
  users: Testers
  setting: A test
  population: Made-up people
  not_for: [Anything else]
  grade: research
lawful_basis:
  ground: Made-up people need none
  exception: Made-up people need none
  permitted_purposes: [tiny-research]
sources:
  - {name: lab, format: csv, path: lab.csv, subject: mrn, time: day}
columns:
  - {name: mrn, source: lab, role: identifier, identifier: record_number}
  - {name: size, source: lab, path: Size (mm), role: feature, unit: mm, low: 0, high: 100}
  - {name: colour, source: lab, role: feature, categories: [red, blue]}
  - {name: age, source: lab, role: quasi_identifier, unit: a}
  - {name: outcome, source: lab, role: outcome}
outcome:
  column: outcome
  classes: [well, ill]
  positive: ill
  reference_standard: Made up
cohort:
  criteria:
    - {column: age, at_least: 18, because: Adults}
subgroups:
  - {column: age, edges: [40, 60]}
norms: [gdpr]
seed: 1
"""

HEADER = "mrn,day,Size (mm),colour,age,outcome"


def rows(count: int = 200) -> list[str]:
    """Return rows of a made-up export, a quarter of them ill."""
    return [
        f"MR-{100000 + at},2024-01-{at % 28 + 1:02d},{at % 50 + 0.5},{'red' if at % 2 else 'blue'},{30 + at % 40},"
        f"{'ill' if at % 4 == 0 else 'well'}"
        for at in range(count)
    ]


def write(folder: Path, lines: list[str] | None = None, header: str = HEADER) -> Path:
    """Write the export into a folder and return the folder."""
    listed = rows() if lines is None else lines
    (folder / "lab.csv").write_text("\n".join([header, *listed]) + "\n", encoding="utf-8")
    return folder
