"""Pneumonia on small chest films (PneumoniaMNIST, official split): our net beside what others reached.

    python benchmarks/science/pneumonia.py [--seeds 5] [--write]

Learns on the training part; recalibration, threshold and prediction sets come from the validation part alone, after
the pictures that it shares with the training part are taken out. The test part is opened once a seed, at the end, by a
recipe that was chosen without it (``DEVELOPMENT`` holds what was tried, on clusters of training films unlike the rest).
Told are AUC and accuracy with 95% intervals, calibration, coverage of prediction sets within each class, and histograms
of oriented gradients with logistic regression on the same pictures. Data: $PRIMUM_DATA/image/pneumoniamnist.npz.
"""

import argparse
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn.metrics import accuracy_score, balanced_accuracy_score, roc_auc_score

from primum.baselines.hog import Hog
from primum.domain.study import Column, Model
from primum.domain.tokens import Floats, Ints, Pictures
from primum.models.calibration import recalibrate
from primum.models.fitting import Teaching
from primum.models.image.classifier import fit
from primum.models.image.recipes import Recipe
from primum.models.running import Running
from primum.models.uncertainty import prediction_sets, quantiles
from primum.plugins import Lesson, Scorer

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data")) / "image" / "pneumoniamnist.npz"
CLASSES = ("normal", "pneumonia")
COVERAGE, BINS, DRAWS = 0.9, 15, 1000
PUBLISHED = {
    "ResNet-18, 28x28, from scratch": {"auc": 0.944, "accuracy": 0.854},
    "ResNet-50, 224x224": {"auc": 0.962, "accuracy": 0.884},
    "auto-sklearn": {"auc": 0.942, "accuracy": 0.855},
    "AutoKeras": {"auc": 0.947, "accuracy": 0.878},
    "Google AutoML Vision": {"auc": 0.991, "accuracy": 0.946},
    "DINO ViT-B linear probe, 28x28": {"auc": 0.973, "accuracy": 0.866},
}
"""Yang et al. 2023, Sci Data 10:41 (MedMNIST v2); Doerrich et al. 2025, Sci Rep (the last)."""
MODEL = Model(
    width=32,
    depth=3,
    heads=1,
    dropout=0.1,
    epochs=18,
    batch_size=64,
    learning_rate=2e-3,
    weight_decay=1e-2,
)
RECIPE = Recipe(views=1)
"""The default, and looked at once more moved by a sample along each axis while scoring. No mirror images: a heart lies
on the left."""
DEVELOPMENT = (
    {"recipe": "not varied", "auc": 0.9898, "balanced": 0.9477, "validation": {"auc": 0.9944, "balanced": 0.9599}},
    {"recipe": "default", "auc": 0.9915, "balanced": 0.9556, "validation": {"auc": 0.9964, "balanced": 0.9760}},
    {"recipe": "each=True", "auc": 0.9881, "balanced": 0.9462, "validation": {"auc": 0.9950, "balanced": 0.9692}},
    {"recipe": "flips=(1,)", "auc": 0.9907, "balanced": 0.9530, "validation": {"auc": 0.9966, "balanced": 0.9690}},
    {"recipe": "flips, mixed=.3", "auc": 0.9888, "balanced": 0.9394, "validation": {"auc": 0.9961, "balanced": 0.9714}},
    {"recipe": "flips, light", "auc": 0.9889, "balanced": 0.9526, "validation": {"auc": 0.9936, "balanced": 0.9539}},
    {"recipe": "flips, far", "auc": 0.9882, "balanced": 0.9418, "validation": {"auc": 0.9921, "balanced": 0.9419}},
    {"recipe": "flips, erased", "auc": 0.9901, "balanced": 0.9481, "validation": {"auc": 0.9930, "balanced": 0.9611}},
)
"""Means over three groups of clusters (k-means of brightness) of training films, each left out in turn; a net of width
16, 12 epochs, one seed. ``light``: contrast .4, brightness .5, gamma .3; ``far``: shift .12, turn 15, zoom .2;
``erased``: .25. On the same groups five views gained .001 to .002 of AUC; a threshold or a recalibration from strongly
varied validation films was worse than one from the films as they are. Histograms of oriented gradients with logistic
regression reached AUC .985 and balanced .931 there, .987 and .933 on validation."""


def read() -> dict[str, tuple[Pictures, Ints]]:
    """Return pictures and classes of each part; validation without what training holds too."""
    found = {}
    with np.load(DATA) as held:
        known = {one.tobytes() for one in held["train_images"]}
        for part in ("train", "val", "test"):
            images, labels = held[f"{part}_images"], held[f"{part}_labels"][:, 0].astype(np.int64)
            rows = [at for at, one in enumerate(images) if part != "val" or one.tobytes() not in known]
            column = Column(name="film", source="films", role="feature")
            pictures = Pictures(
                values=tuple((images[at][None] / 255).astype(np.float32) for at in rows),
                columns=(column,),
                spacing=((),) * len(rows),
            )
            found[part] = pictures, labels[rows]
    return found


def threshold(probability: Floats, outcome: Ints) -> float:
    """Return the probability that parts the classes best: the middle of those with the highest balanced accuracy."""
    edges = np.unique(probability)
    middles = (edges[1:] + edges[:-1]) / 2
    reached = np.array([balanced_accuracy_score(outcome, probability > one) for one in middles])
    best = middles[reached >= reached.max()]
    return float((best.min() + best.max()) / 2)


def calibration_error(probability: Floats, outcome: Ints) -> float:
    """Return the expected calibration error in bins of equal width.

    Source:
        Guo et al. 2017, ICML.
    """
    held = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    gaps = [
        abs(probability[held == one].mean() - outcome[held == one].mean()) * (held == one).mean()
        for one in range(BINS)
        if (held == one).any()
    ]
    return float(sum(gaps))


def measure(scorer: Scorer, parts: Mapping[str, tuple[Pictures, Ints]], seed: int) -> dict[str, Any]:
    """Return what a scorer reaches on the test part, with all choices made on the validation part."""
    pictures, outcome = parts["val"]
    logits = scorer.logits(pictures)
    calibration = recalibrate(logits, outcome)
    held = softmax(calibration.apply(logits), axis=1)
    at, (quantile, _) = threshold(held[:, 1], outcome), quantiles(held, outcome, COVERAGE)
    tested, truth = parts["test"]
    told = softmax(calibration.apply(scorer.logits(tested)), axis=1)
    sets, said = prediction_sets(told, quantile), told[:, 1] > at
    found = {
        "auc": float(roc_auc_score(truth, told[:, 1])),
        "accuracy": float(accuracy_score(truth, said)),
        "balanced_accuracy": float(balanced_accuracy_score(truth, said)),
        "sensitivity": float(said[truth == 1].mean()),
        "specificity": float(1 - said[truth == 0].mean()),
        "threshold": at,
        "validation_auc": float(roc_auc_score(outcome, held[:, 1])),
        "validation_balanced_accuracy": float(balanced_accuracy_score(outcome, held[:, 1] > at)),
        "ece_validation": calibration_error(held[:, 1], outcome),
        "ece_test": calibration_error(told[:, 1], truth),
        **{f"coverage_{name}": float(sets[truth == one, one].mean()) for one, name in enumerate(CLASSES)},
        "one_class_told": float((sets.sum(axis=1) == 1).mean()),
    }
    dice = np.random.default_rng(seed)
    drawn = [rows for rows in dice.integers(0, len(truth), (DRAWS, len(truth))) if np.ptp(truth[rows])]
    aucs = [roc_auc_score(truth[rows], told[rows, 1]) for rows in drawn]
    right = [float((said[rows] == truth[rows]).mean()) for rows in drawn]
    return {name: round(one, 4) for name, one in found.items()} | {
        "auc_interval": np.percentile(aucs, (2.5, 97.5)).round(4).tolist(),
        "accuracy_interval": np.percentile(right, (2.5, 97.5)).round(4).tolist(),
    }


def ours(parts: Mapping[str, tuple[Pictures, Ints]], seed: int) -> dict[str, Any]:
    """Return what our net reaches with one seed, and the processor seconds of its learning."""
    pictures, outcome = parts["train"]
    teaching = Teaching(model=MODEL, seed=seed, encoder={}, running=lambda _: Running(device="cpu"), labels=CLASSES)
    start = time.process_time()
    scorer = fit(pictures, outcome, np.full(len(outcome), -1), teaching, RECIPE).scorer
    spent = time.process_time() - start
    return {"seed": seed, **measure(scorer, parts, seed), "processor_seconds": round(spent, 1)}


def main() -> None:
    """Measure, print, and keep with ``--write``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    parts = read()
    start = time.process_time()
    lesson = Lesson(model=MODEL, seed=0, small_number=5, labels=len(CLASSES))
    hog = measure(Hog().fit(*parts["train"], lesson), parts, 0)
    hog["processor_seconds"] = round(time.process_time() - start, 1)
    print("hog", json.dumps(hog))
    runs = []
    for seed in range(asked.seeds):
        runs.append(ours(parts, seed))
        print(json.dumps(runs[-1]), flush=True)
    numbers = [name for name, one in runs[0].items() if isinstance(one, float)]
    over = {name: [one[name] for one in runs] for name in numbers}
    summary = {
        name: {"mean": round(float(np.mean(some)), 4), "sd": round(float(np.std(some, ddof=min(1, len(some) - 1))), 4)}
        for name, some in over.items()
    }
    print(json.dumps(summary, indent=1))
    if asked.write:
        document = {
            "model": MODEL.model_dump(mode="json"),
            "recipe": RECIPE.as_document(),
            "subjects": {part: len(outcome) for part, (_, outcome) in parts.items()},
            "development": list(DEVELOPMENT),
            "seeds": runs,
            "summary": summary,
            "hog": hog,
            "published": PUBLISHED,
        }
        (HERE / "pneumonia.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
