"""Trackers: figures arrive, wrong names and missing packages are told."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from primum.errors import StudyError
from primum.models.trackers import opened, tracker


def test_tensorboard_holds_the_figures(tmp_path):
    track = tracker("tensorboard", tmp_path, "finetune/fold-0")
    track(1, {"loss": 0.5})
    track(2, {"loss": 0.25})
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    (file,) = (tmp_path / "finetune" / "fold-0").iterdir()
    track.__closure__[0].cell_contents.flush()
    told = EventAccumulator(str(file))
    told.Reload()
    assert [(one.step, one.value) for one in told.Scalars("loss")] == [(1, 0.5), (2, 0.25)]


def test_mlflow_and_wandb_are_told_step_and_figures(monkeypatch, tmp_path):
    heard = []
    flow, bias = ModuleType("mlflow"), ModuleType("wandb")
    flow.start_run = lambda **_: SimpleNamespace(info=SimpleNamespace(run_id="r1"))
    flow.log_metrics = lambda figures, step, run_id: heard.append((run_id, step, figures))
    bias.init = lambda **_: SimpleNamespace(log=lambda figures, step: heard.append(("wandb", step, figures)))
    monkeypatch.setitem(sys.modules, "mlflow", flow)
    monkeypatch.setitem(sys.modules, "wandb", bias)
    for kind in ("mlflow", "wandb", "none"):
        tracker(kind, tmp_path, "work")(3, {"loss": 1.0})
    assert heard == [("r1", 3, {"loss": 1.0}), ("wandb", 3, {"loss": 1.0})]
    assert not list(tmp_path.iterdir())


def test_an_unknown_tracker_is_refused(tmp_path):
    with pytest.raises(StudyError, match="comet"):
        tracker("comet", tmp_path, "work")


@pytest.mark.parametrize("kind", ["mlflow", "wandb"])
def test_a_missing_package_is_told_with_its_remedy(monkeypatch, tmp_path, kind):
    monkeypatch.setitem(sys.modules, kind, None)
    with pytest.raises(StudyError, match=f"needs the package {kind}") as told:
        tracker(kind, tmp_path, "work")
    assert f"pip install {kind}" in told.value.remedy


def test_a_tracker_is_opened_when_its_first_figures_come(tmp_path):
    track = opened("tensorboard", tmp_path)("pretrain/pretrain")
    assert not list(tmp_path.iterdir())
    track(1, {"loss": 1.0})
    track(2, {"loss": 0.5})
    assert len(list((tmp_path / "pretrain" / "pretrain").iterdir())) == 1
    with pytest.raises(StudyError, match="comet"):
        opened("comet", tmp_path)
