"""The hippocampus in magnetic resonance volumes (Medical Segmentation Decathlon, task 4; 120 volumes): Dice and volume.

    python benchmarks/science/hippocampus.py [--seed 0] [--part test] [--write]

A fifth of the subjects is the test part; a tenth is the validation part, which tells how far a measured volume may lie
from the true one and nothing else (``--part validation`` measures Dice there, on which a recipe may be chosen). Told
are Dice of the anterior and of the posterior part, mean over subjects with 95% intervals, the volume in ml with
intervals that hold in 9 of 10 subjects, and the mean atlas, which sees no picture.
Data: $PRIMUM_DATA/image/hippocampus.
"""

import argparse
import json
import math
import os
import time
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray

from primum.baselines.otsu import atlas
from primum.domain.study import Column, Model
from primum.domain.tokens import Pictures
from primum.models.fitting import Teaching
from primum.models.image.recipes import Recipe
from primum.models.image.segmenter import fit
from primum.models.image.volumes import factor, millilitres
from primum.models.running import Running
from primum.models.samples import deal

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data")) / "image" / "hippocampus"
LABELS = ("nothing", "anterior", "posterior")
DRAWS, SPLIT, COVERAGE = 1000, 4, 0.9
TENTHS = {"test": (0, 1), "validation": (2,)}
PUBLISHED = {
    "nnU-Net, about": {"anterior": 0.90, "posterior": 0.89},
    "sparsely labelled nnU-Net, 130 volumes": {"anterior": 0.895, "posterior": 0.876},
    "small U-Net, 260 volumes": {"anterior": 0.881, "posterior": 0.870},
}
MODEL = Model(width=8, depth=4, heads=1, epochs=16, batch_size=2, learning_rate=5e-3, weight_decay=1e-2, dropout=0.0)
RECIPE = Recipe(size=(40, 56, 40), shift=0.04, turn=10, zoom=0.1, contrast=0.15, brightness=0.15, average=0.98)
Masks = list[NDArray[np.int64]]


def read() -> tuple[Pictures, Masks]:
    """Return volumes and their masks, by name; a volume without a mask is left out."""
    volumes, masks, spacing = [], [], []
    for path in sorted((DATA / "images").glob("*.nii.gz")):
        if not (DATA / "labels" / path.name).exists():
            continue
        held, drawn = nibabel.load(path), nibabel.load(DATA / "labels" / path.name)
        volumes.append(np.asarray(held.dataobj, dtype=np.float32)[None])
        masks.append(np.asarray(drawn.dataobj).astype(np.int64))
        spacing.append(tuple(float(one) for one in held.header.get_zooms()[:3]))
    column = Column(name="volume", source="scans", role="feature")
    return Pictures(values=tuple(volumes), columns=(column,), spacing=tuple(spacing)), masks


def scores(said: Masks, truth: Masks) -> NDArray[np.float64]:
    """Return Dice of each subject and part, shape (subjects, parts).

    Source:
        Dice 1945, Ecology 26:297.
    """
    return np.array(
        [
            [
                2 * ((one == part) & (other == part)).sum() / max(1, (one == part).sum() + (other == part).sum())
                for part in range(1, len(LABELS))
            ]
            for one, other in zip(said, truth, strict=True)
        ]
    )


def told(each: NDArray[np.float64], seed: int) -> dict[str, Any]:
    """Return the mean over subjects of each part's Dice, with 95% intervals over subjects."""
    drawn = np.random.default_rng(seed).integers(0, len(each), (DRAWS, len(each)))
    ends = np.percentile(each[drawn].mean(axis=1), (2.5, 97.5), axis=0)
    return {
        name: {"value": round(float(each[:, at].mean()), 4), "interval": ends[:, at].round(4).tolist()}
        for at, name in enumerate(LABELS[1:])
    }


def guessed(masks: Masks, shapes: list[tuple[int, ...]]) -> Masks:
    """Return for pictures of some shapes what the mean atlas says of each sample: all volumes laid centre on centre."""
    frame = np.array([one.shape for one in masks]).max(axis=0)
    laid = np.zeros((len(masks), *frame), dtype=np.int64)
    for row, one in zip(laid, masks, strict=True):
        begin = (frame - one.shape) // 2
        row[tuple(slice(at, at + size) for at, size in zip(begin, one.shape, strict=True))] = one
    shares = np.stack([atlas(list(laid == part)) for part in range(len(LABELS))])
    said = shares.argmax(axis=0)
    return [_centred(said, shape) for shape in shapes]


def _centred(said: NDArray[np.int64], shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Return the middle of an atlas, cut or filled to a shape."""
    wide = np.pad(said, [(side, side) for side in shape])
    begin = [(full - size) // 2 for full, size in zip(wide.shape, shape, strict=True)]
    return wide[tuple(slice(at, at + size) for at, size in zip(begin, shape, strict=True))]


def main() -> None:
    """Measure, print, and keep with ``--write``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--part", choices=("validation", "test"), default="test")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    pictures, masks = read()
    dealt = deal(np.zeros(len(masks), dtype=np.int64), 10, SPLIT)
    rows, checked, tested = (
        np.flatnonzero(np.isin(dealt, one)) for one in (range(3, 10), TENTHS["validation"], TENTHS["test"])
    )
    teaching = Teaching(
        model=MODEL, seed=asked.seed, encoder={}, running=lambda _: Running(device="cpu"), labels=LABELS
    )
    start = time.process_time()
    segmenter = fit(pictures.take(rows), [masks[row] for row in rows], teaching, RECIPE)
    spent = time.process_time() - start
    known = segmenter.masks(pictures.take(checked))
    measured = millilitres(known, pictures.take(checked).spacing)
    wide = factor(measured, millilitres([masks[row] for row in checked], pictures.take(checked).spacing), COVERAGE)
    held = checked if asked.part == "validation" else tested
    shown, truth = pictures.take(held), [masks[row] for row in held]
    start = time.process_time()
    said = segmenter.masks(shown)
    each = (time.process_time() - start) / len(held)
    own, real = millilitres(said, shown.spacing), millilitres(truth, shown.spacing)
    inside = (real >= own / wide) & (real <= own * wide)
    plain = guessed([masks[row] for row in rows], [one.shape for one in truth])
    document = {
        "model": MODEL.model_dump(mode="json"),
        "recipe": RECIPE.as_document(),
        "seed": asked.seed,
        "part": asked.part,
        "volumes": {"learnt_from": len(rows), "validation": len(checked), "measured": len(held)},
        "primum": told(scores(said, truth), asked.seed),
        "atlas": told(scores(plain, truth), asked.seed),
        "millilitres": {
            "mean_measured": round(float(own.mean()), 3),
            "mean_true": round(float(real.mean()), 3),
            "mean_absolute_error": round(float(np.abs(own - real).mean()), 3),
            "limits_of_agreement": np.round(
                (own - real).mean() + np.array([-1.96, 1.96]) * (own - real).std(), 3
            ).tolist(),
            "factor": round(wide, 4) if math.isfinite(wide) else None,
            "intervals_that_hold": round(float(inside.mean()), 4),
        },
        "processor_seconds": round(spent, 1),
        "milliseconds_a_volume": round(1000 * each, 1),
        "published": PUBLISHED,
    }
    print(json.dumps(document, indent=1))
    if asked.write:
        (HERE / "hippocampus.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
