"""Nuclei under the microscope (2018 Data Science Bowl, 128 x 128): our U-Net beside Otsu's threshold.

    python benchmarks/science/nuclei.py [--seed 0] [--part test] [--write]

A fifth of the pictures is the test part, a tenth is the validation part on which a recipe may be chosen (``--part
validation`` measures there), both dealt evenly over dark and bright fields and opened under a fixed seed. Told is the
mean over pictures of Dice and of intersection over union, with 95% intervals, for all and for dark and bright fields
apart. ``--trained-on dark`` learns from dark fields alone: what it draws on bright ones is what must be refused.
Data: $PRIMUM_DATA/image/dsb2018_nuclei_128.npz.
"""

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primum.baselines.otsu import otsu
from primum.domain.study import Column, Model
from primum.domain.tokens import Pictures
from primum.models.fitting import Teaching
from primum.models.image.recipes import Recipe
from primum.models.image.segmenter import fit
from primum.models.running import Running
from primum.models.samples import deal

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data")) / "image" / "dsb2018_nuclei_128.npz"
LABELS = ("nothing", "nucleus")
DRAWS, SPLIT = 1000, 2018
TENTHS = {"test": (0, 1), "validation": (2,)}
"""Of the pictures; for the test part the net learns from all others, for the validation part from those of neither."""
PUBLISHED = {"UNet++, 5 folds": {"dice": 0.901, "iou": 0.847}, "small U-Net, 82 processor seconds": {"dice": 0.871}}
MODEL = Model(width=12, depth=4, heads=1, epochs=12, batch_size=8, learning_rate=4e-3, weight_decay=1e-2, dropout=0.0)
RECIPE = Recipe(flips=(0, 1), inverted=0.3, shift=0.05, turn=15, zoom=0.2, contrast=0.2, brightness=0.2, average=0.98)
Masks = list[NDArray[np.int64]]


def read() -> tuple[Pictures, Masks, NDArray[np.bool_]]:
    """Return pictures, masks, and which of the pictures are bright fields."""
    with np.load(DATA) as held:
        images, drawn, facts = held["x"], held["y"], held["g"]
    column = Column(name="field", source="slides", role="feature")
    pictures = Pictures(
        values=tuple(np.moveaxis(one, -1, 0).astype(np.float32) / 255 for one in images),
        columns=(column,),
        spacing=((),) * len(images),
    )
    return pictures, [one.astype(np.int64) for one in drawn], facts[:, 2] > 0


def overlap(said: NDArray[Any], truth: NDArray[Any]) -> tuple[float, float]:
    """Return Dice and intersection over union of two masks; 1 where both are empty.

    Source:
        Dice 1945, Ecology 26:297; Jaccard 1912, New Phytol 11:37.
    """
    both, either = float((said & truth).sum()), float((said | truth).sum())
    total = float(said.sum() + truth.sum())
    return (2 * both / total, both / either) if total else (1.0, 1.0)


def told(said: Masks, truth: Masks, seed: int) -> dict[str, Any]:
    """Return the mean over pictures of Dice and intersection over union, with 95% intervals over pictures."""
    each = np.array([overlap(one > 0, other > 0) for one, other in zip(said, truth, strict=True)])
    drawn = np.random.default_rng(seed).integers(0, len(each), (DRAWS, len(each)))
    ends = np.percentile(each[drawn].mean(axis=1), (2.5, 97.5), axis=0)
    return {
        name: {"value": round(float(each[:, at].mean()), 4), "interval": ends[:, at].round(4).tolist()}
        for at, name in enumerate(("dice", "iou"))
    } | {"pictures": len(each)}


def parts_of(said: Masks, truth: Masks, bright: NDArray[np.bool_], seed: int) -> dict[str, Any]:
    """Return the figures of all pictures, of dark fields, and of bright ones."""
    found = {"all": told(said, truth, seed)}
    for name, wanted in (("dark", ~bright), ("bright", bright)):
        rows = np.flatnonzero(wanted)
        found[name] = told([said[row] for row in rows], [truth[row] for row in rows], seed)
    return found


def main() -> None:
    """Measure, print, and keep with ``--write``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--part", choices=("validation", "test"), default="test")
    parser.add_argument("--trained-on", choices=("all", "dark"), default="all")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    pictures, masks, bright = read()
    dealt = deal(bright.astype(np.int64), 10, SPLIT)
    left = (*TENTHS["test"], *(TENTHS["validation"] if asked.part == "validation" else ()))
    rows = np.flatnonzero(~np.isin(dealt, left))
    if asked.trained_on == "dark":
        rows = rows[~bright[rows]]
    held = np.flatnonzero(np.isin(dealt, TENTHS[asked.part]))
    teaching = Teaching(
        model=MODEL, seed=asked.seed, encoder={}, running=lambda _: Running(device="cpu"), labels=LABELS
    )
    start = time.process_time()
    segmenter = fit(pictures.take(rows), [masks[row] for row in rows], teaching, RECIPE)
    spent = time.process_time() - start
    shown, truth = pictures.take(held), [masks[row] for row in held]
    start = time.process_time()
    said = segmenter.masks(shown)
    each = (time.process_time() - start) / len(held)
    plain = [otsu(one).astype(np.int64) for one in shown.values]
    document = {
        "model": MODEL.model_dump(mode="json"),
        "recipe": RECIPE.as_document(),
        "seed": asked.seed,
        "part": asked.part,
        "trained_on": asked.trained_on,
        "learnt_from": len(rows),
        "primum": parts_of(said, truth, bright[held], asked.seed),
        "otsu": parts_of(plain, truth, bright[held], asked.seed),
        "processor_seconds": round(spent, 1),
        "milliseconds_a_picture": round(1000 * each, 1),
        "published": PUBLISHED,
    }
    print(json.dumps(document, indent=1))
    if asked.write:
        suffix = "" if asked.trained_on == "all" else f"-{asked.trained_on}"
        (HERE / f"nuclei{suffix}.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
