"""Blood cells in smears (BCCD, official split): our net for boxes, and how many cells of each kind it counts.

    python benchmarks/science/blood_cells.py [--seed 0] [--part test] [--write]

Learns on the 205 training smears. The 87 of the validation part give the score from which on a cell counts, and by how
many a count may be wrong; ``--part validation`` measures there, on which a recipe may be chosen. Told are the average
precision of each kind at an overlap of one half (MONAI's ``COCOMetric``), and counts a smear with intervals that hold
in 9 of 10 smears. Boxes that reach beyond their smear are cut off at its edge, boxes without size are left out.
Data: $PRIMUM_DATA/image/bccd.
"""

import argparse
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
from monai.apps.detection.metrics.coco import COCOMetric
from monai.apps.detection.metrics.matching import matching_batch
from monai.data.box_utils import box_iou
from PIL import Image

from primum.domain.study import Column, Model
from primum.domain.tokens import Ints, Pictures
from primum.models.fitting import Teaching
from primum.models.image.boxed import Finding
from primum.models.image.locator import Found, fit
from primum.models.image.recipes import Recipe
from primum.models.image.volumes import counts
from primum.models.running import Running

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data")) / "image" / "bccd"
KINDS = ("RBC", "WBC", "Platelets")
HALF, COVERAGE, MOST = 0.5, 0.9, 300
PUBLISHED = {
    "Faster R-CNN R101-FPN, pretrained": 0.903,
    "YOLOv5-s, pretrained on COCO": 0.945,
    "small CenterNet, 77 processor seconds": 0.896,
}
"""Mean average precision at an overlap of one half."""
MODEL = Model(width=24, depth=4, heads=1, epochs=20, batch_size=8, learning_rate=3e-3, weight_decay=1e-2, dropout=0.0)
RECIPE = Recipe(
    size=(240, 320), turn=0, flips=(0, 1), shift=0.06, zoom=0.15, contrast=0.15, brightness=0.15, average=0.98
)


def read(part: str) -> tuple[Pictures, list[Finding]]:
    """Return the smears of a part and the cells in them."""
    names = (DATA / "ImageSets" / "Main" / f"{part}.txt").read_text().split()
    pictures, truth = [], []
    for name in names:
        with Image.open(DATA / "JPEGImages" / f"{name}.jpg") as held:
            shown = np.asarray(held.convert("RGB"), dtype=np.float32)
        pictures.append(np.moveaxis(shown, -1, 0) / 255)
        root = ET.parse(DATA / "Annotations" / f"{name}.xml")  # noqa: S314 - a public corpus, pinned by digest
        boxes, kinds = [], []
        for one in root.iter("object"):
            left, top, right, bottom = (
                float(one.findtext(f"bndbox/{side}", "nan")) for side in ("xmin", "ymin", "xmax", "ymax")
            )
            box = np.clip([top - 1, left - 1, bottom, right], 0, [*shown.shape[:2]] * 2)
            if (box[2:] - box[:2] > 1).all():
                boxes.append(box)
                kinds.append(KINDS.index(one.findtext("name", "")))
        truth.append(
            Finding(boxes=np.array(boxes, dtype=np.float64).reshape(-1, 4), kinds=np.array(kinds, dtype=np.int64))
        )
    column = Column(name="smear", source="slides", role="feature")
    return Pictures(values=tuple(pictures), columns=(column,), spacing=((),) * len(names)), truth


def precision(found: Sequence[Found], truth: Sequence[Finding]) -> dict[str, float]:
    """Return the average precision of each kind, and their mean.

    Source:
        Lin et al. 2014, ECCV (COCO; precision at 101 recalls); MONAI ``COCOMetric``.
    """
    metric = COCOMetric(
        KINDS, iou_list=[HALF], iou_range=(HALF, HALF, 0.05), max_detection=[MOST], per_class=True, verbose=False
    )
    matched = matching_batch(
        box_iou,
        metric.iou_thresholds,
        [one.boxes for one in found],
        [one.kinds for one in found],
        [one.scores for one in found],
        [one.boxes for one in truth],
        [one.kinds for one in truth],
        max_detections=MOST,
    )
    told = metric(matched)[0]
    each = {kind: round(float(told[f"{kind}_AP_IoU_{HALF:.2f}_MaxDet_{MOST}"]), 4) for kind in KINDS}
    return {**each, "mean": round(float(np.mean(list(each.values()))), 4)}


def table(truth: Sequence[Finding]) -> Ints:
    """Return how many cells of each kind there are, shape (smears, kinds)."""
    return np.array([np.bincount(one.kinds, minlength=len(KINDS)) for one in truth])


def thresholds(found: Sequence[Found], truth: Sequence[Finding]) -> list[float]:
    """Return of each kind the score from which on a cell counts: that with the smallest mean error of counts."""
    real, tried = table(truth), np.arange(0.1, 0.7, 0.02)
    chosen = []
    for kind in range(len(KINDS)):
        wrong = [
            np.abs([((one.kinds == kind) & (one.scores >= at)).sum() for one in found] - real[:, kind]).mean()
            for at in tried
        ]
        chosen.append(round(float(tried[int(np.argmin(wrong))]), 2))
    return chosen


def counted(found: Sequence[Found], truth: Sequence[Finding], at: Sequence[float], wide: Sequence[int | None]) -> Any:  # noqa: ANN401 - JSON
    """Return for each kind how well it is counted, and how often the interval holds."""
    said, real = np.array([one.counts(at) for one in found]), table(truth)
    return {
        name: {
            "counted": int(said[:, kind].sum()),
            "true": int(real[:, kind].sum()),
            "mean_absolute_error": round(float(np.abs(said - real)[:, kind].mean()), 3),
            "more_or_less": wide[kind],
            "intervals_that_hold": round(float((np.abs(said - real)[:, kind] <= (wide[kind] or 0)).mean()), 4),
        }
        for kind, name in enumerate(KINDS)
    }


def main() -> None:
    """Measure, print, and keep with ``--write``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--part", choices=("val", "test"), default="test")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    teaching = Teaching(model=MODEL, seed=asked.seed, encoder={}, running=lambda _: Running(device="cpu"), labels=KINDS)
    pictures, truth = read("train")
    start = time.process_time()
    locator = fit(pictures, truth, teaching, RECIPE)
    spent = time.process_time() - start
    checked, known = read("val")
    seen = locator.find(checked)
    at = thresholds(seen, known)
    said, real = np.array([one.counts(at) for one in seen]), table(known)
    wide = [counts(said[:, kind].tolist(), real[:, kind].tolist(), COVERAGE) for kind in range(len(KINDS))]
    if asked.part == "test":
        checked, known = read("test")
        seen = locator.find(checked)
    document = {
        "model": MODEL.model_dump(mode="json"),
        "recipe": RECIPE.as_document(),
        "seed": asked.seed,
        "part": asked.part,
        "smears": {"learnt_from": len(truth), "measured": len(known)},
        "average_precision": precision(seen, known),
        "counts": counted(seen, known, at, wide),
        "thresholds": dict(zip(KINDS, at, strict=True)),
        "processor_seconds": round(spent, 1),
        "published": PUBLISHED,
    }
    print(json.dumps(document, indent=1))
    if asked.write:
        (HERE / "blood_cells.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
