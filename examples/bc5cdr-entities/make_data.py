"""Lay out the BC5CDR abstracts with their mentions as an export of notes: ``python make_data.py FOLDER``.

Sentences and labels are those of BioCreative V's chemical-disease corpus as the MTL-Bioinformatics-2016 collection
distributes it, read from $PRIMUM_DATA, in its official parts. That collection does not say where an abstract ends, so
a text here is ten sentences that follow each other. Words stand as they were cut there, a blank between them, a
sentence a line. Nobody's name or number is in it, and none is made up.

Written is ``data/abstracts.ndjson``, ``incoming/abstracts.ndjson`` (three texts that serve as tomorrow's, taken out of
the test part) and, where the folder has none, copies of ``study.yaml`` and ``access.yaml``.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data"))
SOURCE = DATA / "text" / "bc5cdr"
PARTS = {"train": "development", "devel": "validation", "test": "test"}
TOGETHER = 10
"""Sentences a text; an abstract of the corpus has nine on average."""
KEPT_BACK = 3


def make(folder: Path) -> None:
    """Write the texts, tomorrow's texts, the study and the grants."""
    rows = [row for name, part in PARTS.items() for row in texts(name, part)]
    held = rows[-KEPT_BACK:]
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "incoming").mkdir(exist_ok=True)
    write(folder / "data" / "abstracts.ndjson", rows[:-KEPT_BACK])
    write(folder / "incoming" / "abstracts.ndjson", [{"number": row["number"], "text": row["text"]} for row in held])
    for name in ("study.yaml", "access.yaml"):
        if not (folder / name).exists():
            shutil.copy(HERE / name, folder / name)


def texts(name: str, part: str) -> list[dict[str, Any]]:
    """Return the texts of one part, each with its mentions in characters."""
    blocks = (SOURCE / f"{name}.tsv").read_text(encoding="utf-8").strip().split("\n\n")
    found = []
    for at in range(0, len(blocks), TOGETHER):
        text, mentions = "", list[list[int | str]]()
        for block in blocks[at : at + TOGETHER]:
            for line in block.splitlines():
                word, label = line.split("\t")
                if label.startswith("B-"):
                    mentions.append([len(text), len(text) + len(word), label[2:]])
                elif label.startswith("I-"):
                    mentions[-1][1] = len(text) + len(word)
                text += f"{word} "
            text = f"{text[:-1]}\n"
        number = f"{name}-{at // TOGETHER:04d}"
        found.append({"number": number, "part": part, "text": text.rstrip(), "mentions": mentions})
    return found


def write(file: Path, rows: list[dict[str, Any]]) -> None:
    """Write one JSON object a line."""
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and the folder
        sys.exit("Usage: python make_data.py FOLDER")
    make(Path(sys.argv[1]))
