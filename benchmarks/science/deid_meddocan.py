"""How well identifiers are found in MEDDOCAN's development part: Spanish case reports; trained on its train part.

    python benchmarks/science/deid_meddocan.py [--write]

All classes of the corpus count, whatever they are called. Comparators: a plain conditional random field trained on
train (character recall .964, precision .973, leaking .44); best system of the shared task, strict F1 .970 (Lange et al.
2019). Data: $PRIMUM_DATA/deid/meddocan (CC BY 4.0).
"""

import argparse
import json
import os
from collections import Counter
from pathlib import Path

from deid_scoring import Document, score

from primum.privacy import notes
from primum.privacy.known import Known

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data"))
Mark = tuple[str, int, int]


def marks(path: Path) -> list[Mark]:
    """Return class, start and end of each mark in a BRAT file."""
    rows = [line.split("\t")[1].split() for line in path.read_text(encoding="utf-8").splitlines() if line[:1] == "T"]
    return [(row[0], int(row[1]), int(row[-1])) for row in rows]


def main() -> None:
    """Print the scores, and keep them where asked."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--write", action="store_true", help="keep the result beside this file")
    given = asked.parse_args()
    found, classes = [], {}
    for path in sorted((DATA / "deid" / "meddocan" / "dev").glob("*.txt")):
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read()
        gold = marks(path.with_suffix(".ann"))
        spans = [(one.start, one.end) for one in notes.find(text, Known())]
        found.append(Document(text=text, gold=[(start, end) for _, start, end in gold], found=spans))
        for name, start, end in gold:
            alone = score([Document(text=text, gold=[(start, end)], found=spans)])
            counts = classes.setdefault(name, Counter())
            counts.update(of=1, hit=int(alone.entity_recall.value or 0), cover=int(alone.cover.value or 0))
    scores = score(found)
    print(scores.line())
    figures = {
        name: {"of": one["of"], "hit": round(one["hit"] / one["of"], 3), "cover": round(one["cover"] / one["of"], 3)}
        for name, one in sorted(classes.items())
    }
    for name, one in figures.items():
        print(f"  {name:36} {one}")
    if given.write:
        kept = scores.as_document() | {"by class": figures}
        (HERE / "deid_meddocan.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
