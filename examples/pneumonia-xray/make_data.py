"""Lay out the chest films as a hospital's archive would hand them over: ``python make_data.py FOLDER``.

The films and findings are PneumoniaMNIST (Yang et al. 2023, MedMNIST v2, CC BY 4.0), unchanged, read from $PRIMUM_DATA
or, where they do not lie there, fetched from their public address. Either way the samples are checked against a digest.
Nothing is made up; numbers count the films.

Written is ``data/films.npz`` with the official split, ``incoming/*.png`` (six films of the training part that serve as
tomorrow's, taken out of the study's data) and, where the folder has none, copies of ``study.yaml`` and ``access.yaml``.
"""

import hashlib
import io
import os
import shutil
import sys
import urllib.request
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data"))
SOURCE = DATA / "image" / "pneumoniamnist.npz"
ADDRESS = "https://zenodo.org/records/10519652/files/pneumoniamnist.npz?download=1"
SAMPLES = "9ebbded0a09e919b40433eab5116e7a0977017aff348dd6ab3b0cc58b2f44fb6"
"""SHA-256 over the arrays in the order of their names: however they are packed, the samples are these."""
FINDINGS = np.array(["normal", "pneumonia"])
PARTS = ("train", "val", "test")
KEPT_BACK = 3
"""Of each finding so many films, the last of the training part, are tomorrow's."""
PATIENCE_SECONDS = 120
Arrays = dict[str, NDArray[np.uint8]]


def films() -> Arrays:
    """Return the arrays of the data set."""
    if not SOURCE.exists():
        print(f"Fetching {ADDRESS}")
    data = SOURCE.read_bytes() if SOURCE.exists() else _fetched()
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        arrays = {name: file[name] for name in sorted(file.files)}
    if digest(arrays) != SAMPLES:
        sys.exit("These are not the films that this study was made for: their digest is another.")
    return arrays


def digest(arrays: Arrays) -> str:
    """Return SHA-256 over names, types, shapes and samples."""
    total = hashlib.sha256()
    for name, one in sorted(arrays.items()):
        total.update(f"{name} {one.dtype} {one.shape}\n".encode())
        total.update(np.ascontiguousarray(one).tobytes())
    return total.hexdigest()


def _fetched() -> bytes:
    with urllib.request.urlopen(ADDRESS, timeout=PATIENCE_SECONDS) as answer:
        data: bytes = answer.read()
    return data


def make(folder: Path) -> None:
    """Write the films, tomorrow's films, the study and the grants."""
    arrays = films()
    labels = {part: arrays[f"{part}_labels"][:, 0] for part in PARTS}
    held = np.sort(np.concatenate([np.flatnonzero(labels["train"] == one)[-KEPT_BACK:] for one in (0, 1)]))
    (folder / "data").mkdir(parents=True, exist_ok=True)
    kept = {part: np.arange(len(one)) for part, one in labels.items()}
    kept["train"] = np.setdiff1d(kept["train"], held)
    np.savez_compressed(
        folder / "data" / "films.npz",
        **{f"{part}_images": arrays[f"{part}_images"][rows] for part, rows in kept.items()},
        **{f"{part}_labels": FINDINGS[labels[part][rows]] for part, rows in kept.items()},
    )
    (folder / "incoming").mkdir(exist_ok=True)
    for row in held:
        Image.fromarray(arrays["train_images"][row]).save(folder / "incoming" / f"film-{row + 1:05d}.png")
    access(folder)


def access(folder: Path) -> None:
    """Copy the study and the grants into a folder that has none."""
    for name in ("study.yaml", "access.yaml"):
        if not (folder / name).exists():
            shutil.copy(HERE / name, folder / name)


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and the folder
        sys.exit("Usage: python make_data.py FOLDER")
    make(Path(sys.argv[1]))
