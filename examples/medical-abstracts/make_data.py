"""Lay out the medical abstracts as one export with its official split: ``python make_data.py FOLDER``.

The abstracts and their condition classes are the public Medical Abstracts TC corpus (CC BY-SA 3.0), read from
$PRIMUM_DATA: 1,939 for development, 277 for validation, 554 for the test. Nothing is made up; record numbers count the
rows.

Written is ``data/abstracts.csv`` and, where the folder has none, copies of ``study.yaml`` and ``access.yaml``.
"""

import csv
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data"))
SOURCE = DATA / "text" / "medical_abstracts"
PARTS = {"train": "development", "val": "validation", "test": "test"}
CONDITIONS = {
    "1": "neoplasms",
    "2": "digestive system diseases",
    "3": "nervous system diseases",
    "4": "cardiovascular diseases",
    "5": "general pathological conditions",
}


def make(folder: Path) -> None:
    """Write the abstracts, the study and the grants."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    with (folder / "data" / "abstracts.csv").open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(["abstract_id", "abstract", "condition", "part"])
        for name, part in PARTS.items():
            with (SOURCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                for number, row in enumerate(csv.DictReader(file)):
                    lines.writerow([f"{name}-{number:05d}", row["text"], CONDITIONS[row["label"]], part])
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
