"""Where the figures of training go while it runs: TensorBoard by default, MLflow or Weights & Biases where asked for.

Only numbers and the names of figures pass: no record, no setting of a person.
"""

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from primum.errors import StudyError

Track = Callable[[int, Mapping[str, float]], None]
"""Steps done, and figures by name."""
KINDS = ("tensorboard", "mlflow", "wandb", "none")


def opened(kind: str, folder: Path) -> Callable[[str], Track]:
    """Return what opens a tracker for a piece of work, when its first figures come.

    Args:
        kind: One of ``KINDS``.
        folder: As ``tracker`` takes it.

    Raises:
        StudyError: There is no such tracker.
    """
    _known(kind)

    def of(work: str) -> Track:
        held: list[Track] = []

        def track(step: int, figures: Mapping[str, float]) -> None:
            if not held:
                held.append(tracker(kind, folder, work))
            held[0](step, figures)

        return track

    return of


def tracker(kind: str, folder: Path, name: str) -> Track:
    """Return what takes figures.

    Args:
        kind: One of ``KINDS``.
        folder: Where TensorBoard's files lie; MLflow and Weights & Biases follow their own environment variables.
        name: Of the piece of work, for instance ``finetune/fold-2``.

    Raises:
        StudyError: There is no such tracker, or its package is not installed.
    """
    _known(kind)
    return {"tensorboard": _tensorboard, "mlflow": _mlflow, "wandb": _wandb, "none": _none}[kind](folder, name)


def _known(kind: str) -> None:
    if kind not in KINDS:
        raise StudyError(f"There is no tracker named {kind!r}.", remedy=f"Use one of: {', '.join(KINDS)}.")


def _none(folder: Path, name: str) -> Track:
    del folder, name
    return lambda step, figures: None  # noqa: ARG005 - silence


def _tensorboard(folder: Path, name: str) -> Track:
    writer = _package("torch.utils.tensorboard", "tensorboard").SummaryWriter(str(folder / name), flush_secs=10)

    def track(step: int, figures: Mapping[str, float]) -> None:
        for figure, value in figures.items():
            writer.add_scalar(figure, value, step)

    return track


def _mlflow(folder: Path, name: str) -> Track:
    del folder
    client = _package("mlflow", "mlflow")
    run = client.start_run(run_name=name, nested=True)

    def track(step: int, figures: Mapping[str, float]) -> None:
        client.log_metrics(dict(figures), step=step, run_id=run.info.run_id)

    return track


def _wandb(folder: Path, name: str) -> Track:
    del folder
    run = _package("wandb", "wandb").init(project="primum", name=name, reinit="create_new")

    def track(step: int, figures: Mapping[str, float]) -> None:
        run.log(dict(figures), step=step)

    return track


def _package(module: str, package: str) -> Any:  # noqa: ANN401 - of an outside package
    try:
        return importlib.import_module(module)
    except ImportError as fault:
        raise StudyError(
            f"The tracker needs the package {package}, which is not installed.",
            remedy=f"Install it (python -m pip install {package}), or choose another tracker.",
        ) from fault
