"""Lay out Chinese criteria of clinical trials as one export with their official split: ``python make_data.py FOLDER``.

The criteria and their kinds are the public cMedTC data of ChineseBLUE, read from $PRIMUM_DATA: those of the ten
commonest kinds that are of one kind alone. Nothing is made up; record numbers count the rows. Of criteria that equal
each other the first is taken, of the test part before others, and to learn from at most 400 of each kind are.

Written is ``data/criteria.csv`` and, where the folder has none, copies of ``study.yaml`` and ``access.yaml``.
"""

import csv
import html
import os
import shutil
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data"))
SOURCE = DATA / "text" / "zh" / "cMedTC"
PARTS = {"test": "test", "dev": "validation", "train": "development"}
KINDS = (
    "Disease",
    "Therapy or Surgery",
    "Consent",
    "Diagnostic",
    "Laboratory Examinations",
    "Pregnancy-related Activity",
    "Age",
    "Pharmaceutical Substance or Drug",
    "Risk Assessment",
    "Allergy Intolerance",
)
MOST = 400
"""Criteria of each kind to learn from, so that the study takes minutes."""


def make(folder: Path) -> None:
    """Write the criteria, the study and the grants."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    met: set[str] = set()
    counted: Counter[str] = Counter()
    with (folder / "data" / "criteria.csv").open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(["criterion_id", "criterion", "kind", "part"])
        for name, part in PARTS.items():
            for number, line in enumerate((SOURCE / f"{name}.txt").read_text(encoding="utf-8").splitlines()):
                kind, _, text = line.partition("\t")
                criterion = html.unescape(text).strip()
                full = part == "development" and counted[kind] >= MOST
                if kind not in KINDS or not criterion or criterion in met or full:
                    continue
                met.add(criterion)
                counted[kind] += part == "development"
                lines.writerow([f"{name}-{number:05d}", criterion, kind, part])
    access(folder)


def access(folder: Path) -> None:
    """Copy the study and the grants into a folder that has none."""
    for name in ("study.yaml", "access.yaml"):
        if not (folder / name).exists():
            shutil.copy(HERE / name, folder / name)


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and the folder
        sys.exit("Usage: python make_data.py FOLDER")
    make(Path(sys.argv[1]))
