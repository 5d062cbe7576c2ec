"""What 8-bit integers cost in F1: ``python benchmarks/science/text_integers.py [SET ...] [--write]``.

The offline encoder is fine-tuned once on a part of a set, and all the rest, unseen, is told by the same net in floats
and in integers as it is served: macro F1 of both, their difference with a 95% interval over notes drawn again in pairs,
and how often they name the same class. The bar: at most .003 lost. Data: $PRIMUM_DATA/text.
"""

import argparse
import csv
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import f1_score

from primum.domain.study import Column, Model
from primum.domain.tokens import Floats, Ints, Texts
from primum.encoders.text import TextEncoder
from primum.models.fitting import Teaching
from primum.models.running import Running
from primum.models.text.classifier import fit
from primum.models.text.scorer import ENCODER, GRAPH, TextScorer
from primum.models.text.serving import in_integers

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data")) / "text"
NOTE = Column.model_validate(
    {"name": "note", "source": "notes", "role": "feature", "label": {"en": "Note", "zh": "病历"}}
)
SETS: dict[str, tuple[list[str], int, dict[str, Any]]] = {
    "symptom2disease": (["Symptom2Disease.csv"], 600, {"window": 128, "epochs": 6, "batch_size": 32}),
    "medical_abstracts": (["train.csv", "val.csv", "test.csv"], 700, {"window": 256, "epochs": 3, "batch_size": 16}),
}
"""Files, notes to learn from, and how."""
RATES = {"symptom2disease": 4e-4, "medical_abstracts": 2e-4}
DRAWS, BAR, SEED = 2000, 0.003, 0


def read(name: str) -> tuple[list[str], Ints]:
    """Return the texts of a set, equal ones once, and the numbers of their classes."""
    first: dict[str, str] = {}
    for file in SETS[name][0]:
        with (DATA / name / file).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                first.setdefault(row["text"], row["label"])
    names = sorted(set(first.values()))
    return list(first), np.array([names.index(one) for one in first.values()])


def texts(documents: list[str], rows: Ints) -> Texts:
    """Return some of them as a model sees them."""
    return Texts(values=tuple((documents[row],) for row in rows), columns=(NOTE,))


def interval(truth: Ints, floats: Ints, integers: Ints) -> list[float]:
    """Return the 2.5th and 97.5th percentile of the F1 lost, over notes drawn again in pairs."""
    dice = np.random.default_rng(SEED)
    lost = []
    for _ in range(DRAWS):
        rows = dice.integers(len(truth), size=len(truth))
        lost.append(f1(truth[rows], floats[rows]) - f1(truth[rows], integers[rows]))
    return [round(float(one), 5) for one in np.percentile(lost, [2.5, 97.5])]


def f1(truth: Ints, said: Ints) -> float:
    """Return the mean F1 of the classes."""
    return float(f1_score(truth, said, average="macro", zero_division=0.0))


def logits(scorer: TextScorer, tokens: Texts) -> tuple[Floats, float]:
    """Return what a scorer says, and its milliseconds a note."""
    before = time.process_time()
    found = scorer.logits(tokens)
    return found, 1000 * (time.process_time() - before) / len(found)


def measure(name: str) -> dict[str, Any]:
    """Return the figures of one set."""
    documents, outcome = read(name)
    _, count, asked = SETS[name]
    order = np.random.default_rng(SEED).permutation(len(documents))
    taught, held = order[:count], order[count:]
    model = Model.model_validate({"tuning": "full", "learning_rate": RATES[name], **asked})
    teaching = Teaching(model=model, seed=SEED, encoder={}, running=lambda _: Running(device="cpu"))
    fitted = fit(texts(documents, taught), outcome[taught], np.full(count, -1), teaching).scorer
    state = dict(fitted.state())
    files = {one.removeprefix(ENCODER): data for one, data in state.items() if one.startswith(ENCODER)}
    state[GRAPH] = in_integers(TextEncoder.from_files(files).net)
    tokens, truth = texts(documents, held), outcome[held]
    floats, slow = logits(TextScorer.load({one: data for one, data in state.items() if one != GRAPH}), tokens)
    integers, fast = logits(TextScorer.load(state), tokens)
    one, other = floats.argmax(axis=1), integers.argmax(axis=1)
    return {
        "learnt_from": count,
        "held_out": len(held),
        "f1_floats": round(f1(truth, one), 4),
        "f1_integers": round(f1(truth, other), 4),
        "lost": {
            "value": round(f1(truth, one) - f1(truth, other), 5),
            "interval": interval(truth, one, other),
            "bar": BAR,
        },
        "same_class": round(float((one == other).mean()), 4),
        "logits_apart": round(float(np.abs(floats - integers).mean()), 3),
        "milliseconds_a_note": {"floats": round(slow, 2), "integers": round(fast, 2)},
        "model": asked | {"learning_rate": RATES[name]},
    }


def main() -> None:
    """Print the figures of each set, and keep them where asked."""
    asked = argparse.ArgumentParser()
    asked.add_argument("sets", nargs="*", default=list(SETS))
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    torch.set_num_threads(1)
    found = {name: measure(name) for name in given.sets}
    print(json.dumps(found, indent=1))
    if given.write:
        (HERE / "text_integers.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
