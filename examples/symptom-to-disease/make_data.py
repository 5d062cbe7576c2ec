"""Lay out the symptom descriptions as a hospital would export notes: ``python make_data.py FOLDER``.

The descriptions and diseases are the public Symptom2Disease data, unchanged, read from $PRIMUM_DATA. Of descriptions
that are equal to the letter the first is taken. Record numbers count the rows of the data; nobody's name or number
is in it, and none is made up.

Written is ``data/notes.csv`` (1,153 notes), ``incoming/notes.ndjson`` (six notes that serve as tomorrow's, taken out
of the study's data) and, where the folder has none, copies of ``study.yaml`` and ``access.yaml``.
"""

import csv
import json
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data"))
SOURCE = DATA / "text" / "symptom2disease" / "Symptom2Disease.csv"
KEPT_BACK = ("Psoriasis", "Dengue", "Pneumonia", "Migraine", "Typhoid", "Common Cold")
"""Of each of these diseases the last description is tomorrow's."""


def make(folder: Path) -> None:
    """Write the notes, tomorrow's notes, the study and the grants."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        rows = [row | {"number": str(number)} for number, row in enumerate(csv.DictReader(file))]
    first = {row["text"]: row for row in reversed(rows)}
    kept = [row for row in rows if first[row["text"]] is row]
    last = {row["label"]: row for row in kept}
    held = [last[name] for name in KEPT_BACK]
    (folder / "data").mkdir(parents=True, exist_ok=True)
    with (folder / "data" / "notes.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["note_id", "note", "disease"])
        lines.writerows([_number(row), row["text"], row["label"]] for row in kept if row not in held)
    (folder / "incoming").mkdir(exist_ok=True)
    (folder / "incoming" / "notes.ndjson").write_text(
        "".join(json.dumps({"note_id": _number(row), "note": row["text"]}, ensure_ascii=False) + "\n" for row in held),
        encoding="utf-8",
    )
    access(folder)


def _number(row: dict[str, str]) -> str:
    return f"note-{int(row['number']):05d}"


def access(folder: Path) -> None:
    """Copy the study and the grants into a folder that has none."""
    for name in ("study.yaml", "access.yaml"):
        if not (folder / name).exists():
            shutil.copy(HERE / name, folder / name)


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and the folder
        sys.exit("Usage: python make_data.py FOLDER")
    make(Path(sys.argv[1]))
