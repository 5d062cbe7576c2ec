"""How fast a classifier of pictures learns beside MONAI's SupervisedTrainer: same net, films and processor.

    pip install --no-deps --target FOLDER pytorch-ignite
    PYTHONPATH=FOLDER python benchmarks/speed/image.py [--films 2048] [--epochs 2] [--rounds 3] [--write]

The trainer is set up as in MONAI's tutorials of 2-D classification: dictionary transforms picture by picture (scaled
intensity; rotation by up to 15 degrees, flip, zoom of a tenth, each with probability one half), a
``DataLoader`` that shuffles, Adam, ``SupervisedTrainer``; with ``Dataset`` and with ``CacheDataset``. Each way
is a process with one thread, counted in processor seconds of its training alone; beside it stands the AUC on validation
films, for speed bought with quality is none. Ways take turns, so that a busy machine slows all of them. The bar: twice
the images a processor second of the first. Data: $PRIMUM_DATA/image/pneumoniamnist.npz.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from monai.data import CacheDataset, DataLoader, Dataset
from monai.engines import SupervisedTrainer
from monai.transforms import Compose, RandFlipd, RandRotated, RandZoomd, ScaleIntensityd
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn

from primum.domain.study import Column, Model
from primum.domain.tokens import Pictures
from primum.models.fitting import Teaching
from primum.models.image.classifier import fit
from primum.models.image.nets import begun
from primum.models.image.recipes import Recipe
from primum.models.running import Running

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data")) / "image" / "pneumoniamnist.npz"
WAYS = ("trainer", "trainer_cached", "primum")
MODEL = Model(width=32, depth=3, heads=1, dropout=0.1, batch_size=64, learning_rate=2e-3, weight_decay=1e-2)
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def films(part: str, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return films, shape (n, 28, 28), and their classes."""
    with np.load(DATA) as held:
        return held[f"{part}_images"][:most], held[f"{part}_labels"][:most, 0].astype(np.int64)


def trainer(images: np.ndarray, labels: np.ndarray, epochs: int, *, cached: bool) -> tuple[float, nn.Module]:
    """Return the processor seconds of MONAI's trainer, and the net."""
    keys = ["image"]
    transform = Compose(
        [
            ScaleIntensityd(keys),
            RandRotated(keys, range_x=np.pi / 12, prob=0.5, keep_size=True),
            RandFlipd(keys, spatial_axis=1, prob=0.5),
            RandZoomd(keys, min_zoom=0.9, max_zoom=1.1, prob=0.5),
        ]
    )
    rows = [{"image": one[None].astype(np.float32), "label": label} for one, label in zip(images, labels, strict=True)]
    held = CacheDataset(rows, transform, progress=False) if cached else Dataset(rows, transform)
    net = begun((1, 2), 2, MODEL, 0)
    start = time.process_time()
    SupervisedTrainer(
        device=torch.device("cpu"),
        max_epochs=epochs,
        train_data_loader=DataLoader(held, batch_size=MODEL.batch_size, shuffle=True, num_workers=0),
        network=net,
        optimizer=torch.optim.Adam(net.parameters(), MODEL.learning_rate),
        loss_function=nn.CrossEntropyLoss(),
    ).run()
    return time.process_time() - start, net


def primum(images: np.ndarray, labels: np.ndarray, epochs: int) -> tuple[float, nn.Module]:
    """Return the processor seconds of our fitting, from pictures as they are read to a scorer, and its net."""
    column = Column(name="film", source="films", role="feature")
    pictures = Pictures(
        values=tuple((one[None] / 255).astype(np.float32) for one in images),
        columns=(column,),
        spacing=((),) * len(images),
    )
    teaching = Teaching(
        model=MODEL.model_copy(update={"epochs": epochs}),
        seed=0,
        encoder={},
        running=lambda _: Running(device="cpu"),
        labels=("normal", "pneumonia"),
    )
    start = time.process_time()
    scorer = fit(pictures, labels, np.full(len(labels), -1), teaching, Recipe(flips=(1,))).scorer
    spent = time.process_time() - start
    net = begun((1, 2), 2, MODEL, 0)
    net.load_state_dict(scorer._net.state_dict())  # noqa: SLF001 - the same net is judged in the same way
    return spent, net


def quality(net: nn.Module, scale: tuple[float, float]) -> float:
    """Return the AUC on validation films, less a mean and over a deviation."""
    images, labels = films("val", 10_000)
    shown: Tensor = (torch.from_numpy(images).unsqueeze(1) / 255.0 - scale[0]) / scale[1]
    with torch.inference_mode():
        told = net.eval()(shown)
    return float(roc_auc_score(labels, told[:, 1] - told[:, 0]))


def one_way(way: str, most: int, epochs: int) -> dict[str, float]:
    """Return images a processor second, AUC and memory of one way."""
    torch.set_num_threads(1)
    images, labels = films("train", most)
    if way == "primum":
        spent, net = primum(images, labels, epochs)
        scale = float(images.mean() / 255), float(images.std() / 255)
    else:
        spent, net = trainer(images, labels, epochs, cached=way == "trainer_cached")
        scale = 0.0, 1.0
    return {
        "images_a_second": len(images) * epochs / spent,
        "auc": quality(net, scale),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def compared(most: int, epochs: int, rounds: int) -> dict[str, Any]:
    """Return every way's median figures, and how many times as fast ours is in each round."""
    told: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            command = [sys.executable, __file__, "--way", way, "--films", str(most), "--epochs", str(epochs)]
            done = subprocess.run(command, capture_output=True, check=True, env=os.environ | THREADS)
            told[way].append(json.loads(done.stdout.splitlines()[-1]))
            print(way, told[way][-1], flush=True)
    ours = [one["images_a_second"] for one in told["primum"]]
    times = {
        way: [round(own / one["images_a_second"], 2) for own, one in zip(ours, told[way], strict=True)]
        for way in WAYS[:2]
    }
    figures = ("images_a_second", "auc", "megabytes")
    return {
        "films": most,
        "epochs": epochs,
        "model": MODEL.model_dump(mode="json"),
        **{
            way: {name: round(statistics.median(one[name] for one in some), 4) for name in figures}
            for way, some in told.items()
        },
        "times_as_fast": {
            way: {"median": round(statistics.median(some), 2), "rounds": some} for way, some in times.items()
        },
    }


def main() -> None:
    """Print the comparison, and keep it where asked."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--films", type=int, default=2048)
    asked.add_argument("--epochs", type=int, default=2)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.way:
        print(json.dumps(one_way(given.way, given.films, given.epochs)))
        return
    found = compared(given.films, given.epochs, given.rounds)
    print(json.dumps(found, indent=1))
    if given.write:
        (HERE / "image.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
