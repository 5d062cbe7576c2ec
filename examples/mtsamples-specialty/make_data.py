"""Lay out the medical transcriptions as one export with a fixed split: ``python make_data.py FOLDER``.

The notes and their specialties are public sample transcriptions (mtsamples.com), read from $PRIMUM_DATA, split by note:
1,038 for development, 148 for validation, 298 for the test. Nothing is made up; record numbers count the rows.

Written is ``data/notes.csv`` and, where the folder has none, copies of ``study.yaml`` and ``access.yaml``.
"""

import csv
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data"))
SOURCE = DATA / "text" / "mtsamples"
PARTS = {"train": "development", "val": "validation", "test": "test"}


def make(folder: Path) -> None:
    """Write the notes, the study and the grants."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    with (folder / "data" / "notes.csv").open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(["note_id", "note", "specialty", "part"])
        for name, part in PARTS.items():
            with (SOURCE / f"specialty_{name}.csv").open(encoding="utf-8", newline="") as file:
                for number, row in enumerate(csv.DictReader(file)):
                    lines.writerow([f"{name}-{number:05d}", row["text"], row["label"], part])
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
