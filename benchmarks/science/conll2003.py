"""Named entities in news (CoNLL-2003): our tagger on a 22.7 M encoder beside the table that BERT-base reached.

    python benchmarks/science/conll2003.py [--seed 0] [--write]

Learns on the training part, stops by the development part, and opens the test part once, at the end. Printed is the
token-level table (precision, recall and F1 of each label, with and without intervals over documents), and entity-level
precision, recall and F1 as the shared task counts them. Data: $PRIMUM_DATA/text/conll2003, for research only.
"""

import argparse
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import classification_report

from primum.domain.study import Model
from primum.models.running import Running
from primum.models.text.tagger import fit
from primum.models.text.tags import Document, columns, counts, f1, labels

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data")) / "text" / "conll2003"
PUBLISHED = {
    "micro": 0.973,
    "macro": 0.909,
    "B-LOC": 0.916,
    "I-LOC": 0.850,
    "B-MISC": 0.865,
    "I-MISC": 0.809,
    "B-ORG": 0.906,
    "I-ORG": 0.902,
    "B-PER": 0.960,
    "I-PER": 0.982,
    "O": 0.994,
}
"""F1 of BERT-base (110 M parameters), support 46,435."""
DRAWS = 1000
MODEL = {"learning_rate": 4e-4, "epochs": 6, "patience": 6, "batch_size": 8, "window": 200}


def read(part: str) -> list[Document]:
    """Return the documents of a part."""
    with (DATA / f"{part}.txt").open(encoding="utf-8") as lines:
        return list(columns(lines))


def flat(tags: Sequence[Sequence[Sequence[str]]]) -> list[str]:
    """Return the tags of all words in one row."""
    return [one for document in tags for sentence in document for one in sentence]


def measure(documents: Sequence[Document], said: Sequence[Sequence[Sequence[str]]], seed: int) -> dict[str, Any]:
    """Return token-level and entity-level figures, the summary ones with 95% intervals over documents."""
    names = labels(documents)
    truth = [one.tags for one in documents]
    report = classification_report(flat(truth), flat(said), labels=names, output_dict=True, zero_division=0.0)
    told = counts([s for one in truth for s in one], [s for one in said for s in one])
    totals = [sum(one[at] for one in told.values()) for at in range(3)]
    found = {
        "tokens": {name: {figure: round(float(value), 4) for figure, value in report[name].items()} for name in names},
        "micro": round(float(np.mean([a == b for a, b in zip(flat(truth), flat(said), strict=True)])), 4),
        "macro": round(float(report["macro avg"]["f1-score"]), 4),
        "weighted": round(float(report["weighted avg"]["f1-score"]), 4),
        "support": len(flat(truth)),
        "entities": {
            "f1": round(f1(totals[0], totals[1], totals[2]), 4),
            "precision": round(totals[0] / max(1, totals[1]), 4),
            "recall": round(totals[0] / max(1, totals[2]), 4),
            "by_kind": {kind: round(f1(*one), 4) for kind, one in told.items()},
        },
    }
    return found | {"intervals": intervals(documents, said, seed)}


def intervals(documents: Sequence[Document], said: Sequence[Sequence[Sequence[str]]], seed: int) -> dict[str, Any]:
    """Return the 2.5th and 97.5th percentiles of micro, macro and entity F1 over documents drawn again."""
    names = labels(documents)
    number = {name: at for at, name in enumerate(names)}
    tables = np.zeros((len(documents), len(names), len(names)))
    groups = np.zeros((len(documents), 3))
    for at, (document, tags) in enumerate(zip(documents, said, strict=True)):
        for real, told in zip(flat([document.tags]), flat([tags]), strict=True):
            tables[at, number[real], number[told]] += 1
        groups[at] = np.sum(list(counts(document.tags, tags).values()) or [[0, 0, 0]], axis=0)
    dice = np.random.default_rng(seed)
    drawn = dice.multinomial(len(documents), np.full(len(documents), 1 / len(documents)), size=DRAWS)
    table = np.einsum("dn,nij->dij", drawn, tables)
    right = np.einsum("dii->di", table)
    scores = 2 * right / np.maximum(1, table.sum(axis=1) + table.sum(axis=2))
    group = drawn @ groups
    figures = {
        "micro": right.sum(axis=1) / table.sum(axis=(1, 2)),
        "macro": scores.mean(axis=1),
        "entity_f1": 2 * group[:, 0] / (group[:, 1] + group[:, 2]),
    }
    return {
        name: [round(float(one), 4) for one in np.percentile(drawn, [2.5, 97.5])] for name, drawn in figures.items()
    }


def shown(found: dict[str, Any]) -> str:
    """Return the table as text."""
    lines = [f"{'':8}{'precision':>10}{'recall':>8}{'F1':>8}{'BERT-base':>11}{'support':>9}"]
    for name, row in found["tokens"].items():
        lines.append(
            f"{name:8}{row['precision']:10.3f}{row['recall']:8.3f}{row['f1-score']:8.3f}"
            f"{PUBLISHED.get(name, float('nan')):11.3f}{int(row['support']):9d}"
        )
    for name in ("micro", "macro", "weighted"):
        low, high = found["intervals"].get(name, (float("nan"),) * 2)
        bar = PUBLISHED.get(name, float("nan"))
        lines.append(f"{name:8}{'':18}{found[name]:8.4f}{bar:11.3f}{found['support']:9d}   [{low:.4f}, {high:.4f}]")
    entity, (low, high) = found["entities"], found["intervals"]["entity_f1"]
    lines.append(
        f"entities {entity['precision']:.4f} / {entity['recall']:.4f} / F1 {entity['f1']:.4f} [{low:.4f}, {high:.4f}]"
    )
    return "\n".join(lines)


def main() -> None:
    """Fit, measure, print, keep where asked."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--set", nargs="*", default=[], help="name=value of the study's model, for trials")
    given = asked.parse_args()
    chosen = MODEL | {name: json.loads(value) for name, _, value in (one.partition("=") for one in given.set)}
    model = Model.model_validate_json(json.dumps(chosen))
    train, valid = read("train"), read("valid")
    before = time.process_time()
    running = Running(tell=lambda done, most: print(f"epoch {done} of {most}", flush=True))
    tagger, done = fit((train, valid), model, given.seed, running)
    seconds = time.process_time() - before
    development = measure(valid, tagger.tag(valid), given.seed)
    print("held out, epoch by epoch:", [round(-one, 4) for one in done.losses])
    print(shown(development), flush=True)
    test = read("test")
    result = measure(test, tagger.tag(test), given.seed)
    print(shown(result))
    if given.write:
        kept = {
            "model": chosen,
            "seed": given.seed,
            "processor_seconds": round(seconds),
            "published": PUBLISHED,
            "development": development,
            "test": result,
            "curve": [round(-one, 4) for one in done.losses],
        }
        (HERE / "conll2003.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
