"""What masked pretraining on unlabelled notes is worth: ``python pretraining_text.py [TRIAL ...] [--write]``.

An encoder reads all notes of the development part without their labels (or does not), and is then fine-tuned with 1%,
10% or all of the labels, at least one a class, drawn anew for each of three seeds. On the test part stand macro F1 and
the paired difference that pretraining makes, both the mean over seeds, with a 95% interval over test notes drawn again.
Both arms share the tokeniser, so that the vocabulary is no part of the difference. Pretraining is done once.

* ``symptoms-minilm``: Symptom2Disease (short complaints, 24 classes), the offline encoder, which was pretrained before.
* ``symptoms-scratch``: the same notes, a small encoder from nothing: what a pretrained one is worth.
* ``abstracts-scratch``: Medical Abstracts (5 classes), the same small encoder with sixteen times the text to read.

The offline encoder is not pretrained on the abstracts: three passes over them cost an hour of one processor.
Data: $PRIMUM_DATA/text.
"""

import argparse
import csv
import json
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import f1_score

from primum.domain.study import Column, Model
from primum.domain.tokens import Floats, Ints, Texts
from primum.encoders.text import SMALLEST, TextEncoder
from primum.models.fitting import Teaching
from primum.models.running import Running
from primum.models.text.classifier import fit
from primum.models.text.masking import pretrain

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data")) / "text"
NOTE = Column.model_validate(
    {"name": "note", "source": "notes", "role": "feature", "label": {"en": "Note", "zh": "病历"}}
)
SHARES, SEEDS, DRAWS = (0.01, 0.1, 1.0), (0, 1, 2), 2000
STEPS = 40
"""Fine-tuning with few labels goes through them until it has made so many steps."""
SMALL = {"encoder": "scratch", "width": 128, "depth": 2, "heads": 4, "learning_rate": 1e-3, "batch_size": 16}


@dataclass(frozen=True, slots=True)
class Trial:
    """One encoder on one set.

    Attributes:
        files: Of the development part; where there is one file in all, a fifth of it becomes the test part.
        test: File of the test part.
        model: Of the study, for fine-tuning.
        reading: What differs in pretraining.
    """

    files: tuple[str, ...]
    test: str
    model: dict[str, Any]
    reading: dict[str, Any]


SYMPTOMS = (("symptom2disease/Symptom2Disease.csv",), "")
ABSTRACTS = (("medical_abstracts/train.csv", "medical_abstracts/val.csv"), "medical_abstracts/test.csv")
TRIALS = {
    "symptoms-scratch": Trial(
        *SYMPTOMS,
        SMALL | {"window": 128, "epochs": 20},
        {"pretraining": {"epochs": 60, "masked": 0.15}, "patience": 10, "batch_size": 32},
    ),
    "abstracts-scratch": Trial(
        *ABSTRACTS,
        SMALL | {"window": 128, "epochs": 4},
        {"pretraining": {"epochs": 12, "masked": 0.15}, "patience": 3, "batch_size": 32},
    ),
    "symptoms-minilm": Trial(
        *SYMPTOMS,
        {"window": 128, "epochs": 3, "learning_rate": 4e-4, "batch_size": 16},
        {"pretraining": {"epochs": 5, "masked": 0.15}, "patience": 3, "batch_size": 32, "learning_rate": 2e-4},
    ),
}


def read(*files: str) -> tuple[list[str], list[str]]:
    """Return texts, equal ones once, and their labels."""
    first: dict[str, str] = {}
    for name in files:
        with (DATA / name).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                first.setdefault(row["text"], row["label"])
    return list(first), list(first.values())


def parts(trial: Trial) -> tuple[tuple[Texts, Ints], tuple[Texts, Ints]]:
    """Return the development part and the test part: notes and the numbers of their classes."""
    texts, labels = read(*trial.files)
    if trial.test:
        others, theirs = read(trial.test)
        held = np.arange(len(texts), len(texts) + len(others))
        texts, labels = texts + others, labels + theirs
    else:
        held = np.random.default_rng(0).permutation(len(texts))[: len(texts) // 5]
    names = sorted(set(labels))
    outcome = np.array([names.index(one) for one in labels])
    kept = np.setdiff1d(np.arange(len(texts)), held)
    tokens = Texts(values=tuple((one,) for one in texts), columns=(NOTE,))
    return (tokens.take(kept), outcome[kept]), (tokens.take(held), outcome[held])


def labelled(outcome: Ints, share: float, seed: int) -> Ints:
    """Return which rows keep their labels: a share of each class, one at least."""
    dice = np.random.default_rng(seed)
    rows = []
    for one in np.unique(outcome):
        mine = dice.permutation(np.flatnonzero(outcome == one))
        rows.append(mine[: max(1, round(share * len(mine)))])
    return np.sort(np.concatenate(rows))


def fine_tuned(files: dict[str, bytes], model: Model, notes: tuple[Texts, Ints], test: Texts, seed: int) -> Ints:
    """Return the classes that an encoder, fine-tuned, gives the test notes."""
    tokens, outcome = notes
    steps = math.ceil(len(outcome) / model.batch_size)
    asked = model.model_copy(update={"epochs": max(model.epochs, math.ceil(STEPS / steps))})
    teaching = Teaching(model=asked, seed=seed, encoder=files, running=lambda _: Running(device="cpu"))
    said: Ints = fit(tokens, outcome, np.full(len(outcome), -1), teaching).scorer.logits(test).argmax(axis=1)
    return said


def estimate(truth: Ints, said: list[Ints], beside: list[Ints] | None = None) -> dict[str, Any]:
    """Return the mean macro F1 over seeds, or its mean gain over others, with an interval over notes drawn again."""

    def mean(rows: Ints) -> float:
        own = [f1_score(truth[rows], one[rows], average="macro", zero_division=0.0) for one in said]
        others = [f1_score(truth[rows], one[rows], average="macro", zero_division=0.0) for one in beside or []]
        return float(np.mean(own) - (np.mean(others) if others else 0.0))

    dice = np.random.default_rng(0)
    drawn: Floats = np.array([mean(dice.integers(len(truth), size=len(truth))) for _ in range(DRAWS // len(said))])
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {"value": round(mean(np.arange(len(truth))), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def measure(trial: Trial) -> dict[str, Any]:
    """Return the figures of one trial."""
    before = time.process_time()
    (tokens, outcome), (test, truth) = parts(trial)
    model = Model.model_validate(trial.model)
    begun = (
        TextEncoder.scratch(tokens.documents, model, SMALLEST, 0)
        if model.encoder == "scratch"
        else TextEncoder.open(model.encoder, model.dropout)
    )
    done = pretrain(tokens, Model.model_validate(trial.model | trial.reading), 0, Running(device="cpu"))
    arms = {"without": begun.files(), "with": done.files}
    found: dict[str, Any] = {
        "development": len(outcome),
        "test": len(truth),
        "pretraining": {
            "epochs": done.epochs,
            "loss_first": round(done.first, 3),
            "loss_last": round(done.last, 3),
            "loss_of_shares": round(done.mean_guess, 3),
        },
        "seconds_reading": round(time.process_time() - before),
        "shares": {},
    }
    for share in SHARES:
        said: dict[str, list[Ints]] = {name: [] for name in arms}
        for seed in SEEDS:
            rows = labelled(outcome, share, seed)
            for name, files in arms.items():
                said[name].append(fine_tuned(files, model, (tokens.take(rows), outcome[rows]), test, seed))
        found["shares"][str(share)] = {
            "labels": len(rows),
            **{name: estimate(truth, one) for name, one in said.items()},
            "gain": estimate(truth, said["with"], said["without"]),
        }
        print(share, json.dumps(found["shares"][str(share)]), flush=True)
    return found | {"processor_seconds": round(time.process_time() - before), "model": trial.model | trial.reading}


def main() -> None:
    """Print the figures of each trial, and keep them where asked."""
    asked = argparse.ArgumentParser()
    asked.add_argument("trials", nargs="*", default=list(TRIALS))
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    torch.set_num_threads(1)
    target = HERE / "pretraining_text.json"
    for name in given.trials:
        found = measure(TRIALS[name])
        print(name, json.dumps(found, indent=1), flush=True)
        if given.write:
            kept = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
            target.write_text(json.dumps(kept | {name: found}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
