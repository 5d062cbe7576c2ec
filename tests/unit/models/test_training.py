"""The training loop: equal seeds, equal bits; stops in time; a killed run resumed ends as one never killed."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional

from primum.errors import DataError
from primum.models import training
from primum.models.rows import TensorRows
from primum.models.running import Ranks, Running
from primum.models.training import Aim, Plan, train

PLAN = Plan(epochs=12, patience=0, batch_size=16, learning_rate=0.02, weight_decay=0.0, seed=3)


def data(n=96, seed=0):
    dice = torch.Generator().manual_seed(seed)
    x = torch.randn(n, 4, generator=dice)
    y = (x[:, 0] - x[:, 1] > 0).float()
    part = n * 3 // 4
    return TensorRows(x[:part], y[:part]), TensorRows(x[part:], y[part:])


def everything(rows):
    return rows.take(torch.arange(len(rows)))


def net(dropout=0.3):
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, 1))


def loss(model, batch, dice):
    x, y = batch
    return functional.binary_cross_entropy_with_logits(model(x)[:, 0], y)


AIM = Aim(loss)


def weights(model):
    return torch.cat([one.detach().flatten() for one in model.parameters()])


class Store:
    """Checkpoints in memory."""

    def __init__(self):
        self.kept = []

    def latest(self):
        return self.kept[-1] if self.kept else None

    def keep(self, files):
        self.kept.append(dict(files))


def test_the_loss_falls_and_what_is_learnt_holds_for_others():
    model = net()
    done = train(model, AIM, data(), PLAN, Running())
    assert done.losses[-1] < 0.6 * done.losses[0]
    assert len(done.losses) == 13
    assert done.epochs == 12


def test_equal_seeds_give_equal_bits_whatever_went_before_and_other_seeds_others():
    first, second, other = net(), net(), net()
    train(first, AIM, data(), PLAN, Running())
    torch.rand(5)
    torch.set_num_threads(2)
    train(second, AIM, data(), PLAN, Running())
    assert torch.equal(weights(first), weights(second))
    train(other, AIM, data(), Plan(**{**_fields(PLAN), "seed": 4}), Running())
    assert not torch.equal(weights(first), weights(other))


def test_dice_threads_and_strictness_are_left_as_they_were():
    model = net()
    torch.set_num_threads(2)
    torch.manual_seed(9)
    before = torch.get_rng_state()
    train(model, AIM, data(), PLAN, Running())
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == 2
    assert not torch.are_deterministic_algorithms_enabled()


def test_patience_stops_and_the_best_weights_come_back():
    plan = Plan(**{**_fields(PLAN), "epochs": 300, "patience": 4, "learning_rate": 0.3})
    rows, held_out = data()
    noisy = TensorRows(everything(rows)[0], torch.rand(len(rows), generator=torch.Generator().manual_seed(0)).round())
    model = net()
    done = train(model, AIM, (noisy, held_out), plan, Running())
    assert len(done.losses) - 1 < 300
    assert done.losses[done.epochs] == min(done.losses[1:])
    assert len(done.losses) - 1 == done.epochs + 4
    model.eval()
    assert loss(model, everything(held_out), torch.Generator()).item() == pytest.approx(
        done.losses[done.epochs], rel=1e-5
    )


def test_without_patience_the_last_weights_stay_though_better_ones_were_met():
    plan = Plan(**{**_fields(PLAN), "learning_rate": 0.5})
    model, shorter = net(), net()
    done = train(model, AIM, data(), plan, Running())
    train(shorter, AIM, data(), Plan(**{**_fields(plan), "epochs": 11}), Running())
    assert done.epochs == 12
    assert not torch.equal(weights(model), weights(shorter))


def test_with_nothing_held_out_the_rows_themselves_are_measured():
    rows, _ = data()
    done = train(net(), AIM, (rows, TensorRows()), PLAN, Running())
    assert done.losses[-1] < done.losses[0]


@pytest.mark.parametrize("killed_after", [1, 4, 7, 11])
@pytest.mark.parametrize("patience", [0, 3])
def test_a_killed_run_resumed_ends_with_the_bits_of_one_never_killed(monkeypatch, killed_after, patience):
    monkeypatch.setattr(training, "CHECKPOINT_EVERY", 15)
    plan = Plan(**{**_fields(PLAN), "patience": patience})
    whole = net()
    expected = train(whole, AIM, data(), plan, Running())
    store = Store()

    def kill(done, total):
        if done == killed_after:
            raise KeyboardInterrupt

    model = net()
    if killed_after < len(expected.losses) - 1:
        with pytest.raises(KeyboardInterrupt):
            train(model, AIM, data(), plan, Running(checkpoints=store, tell=kill))
    told = []
    fresh = net()
    done = train(fresh, AIM, data(), plan, Running(checkpoints=store, tell=lambda *said: told.append(said[0])))
    assert torch.equal(weights(fresh), weights(whole))
    assert done == expected
    assert told[0] == killed_after // 3 * 3 + 1


def test_a_finished_run_is_not_done_again():
    store, told = Store(), []
    first, second = net(), net()
    expected = train(first, AIM, data(), PLAN, Running(checkpoints=store))
    done = train(second, AIM, data(), PLAN, Running(checkpoints=store, tell=lambda *said: told.append(said[0])))
    assert told == []
    assert done == expected
    assert torch.equal(weights(first), weights(second))
    assert set(store.kept[-1]) == {training.TENSORS, training.PROGRESS}


def test_progress_is_told_after_each_epoch():
    told = []
    train(net(), AIM, data(), PLAN, Running(tell=lambda done, total: told.append((done, total))))
    assert told == [(one, 12) for one in range(1, 13)]


def test_matrices_decay_and_nothing_else():
    wide, flat = training.net_parameters(net(), Plan(**{**_fields(PLAN), "weight_decay": 0.1}))
    assert wide["weight_decay"] == 0.1
    assert flat["weight_decay"] == 0
    assert all(one.ndim > 1 for one in wide["params"])
    assert all(one.ndim == 1 for one in flat["params"])


def test_two_processes_learn_what_one_learns(tmp_path: Path):
    """Rank 1 runs in a process of its own; gradients are averaged, so both end where one process ends."""
    meeting = f"file://{tmp_path / 'meeting'}"
    code = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
import importlib.util
spec = importlib.util.spec_from_file_location("twin", {__file__!r})
twin = importlib.util.module_from_spec(spec)
spec.loader.exec_module(twin)
twin.learn(twin.Ranks(rank=1, world=2, meeting={meeting!r}))
"""
    with subprocess.Popen([sys.executable, "-c", code]) as other:
        together = learn(Ranks(rank=0, world=2, meeting=meeting))
        assert other.wait(timeout=120) == 0
    alone = learn(None)
    assert torch.allclose(together, alone, atol=1e-5)


def learn(ranks):
    """Train without dropout, whose dice differ by rank, and return the weights."""
    model = net(dropout=0.0)
    train(model, AIM, data(n=88), PLAN, Running(device="cpu", ranks=ranks))
    return weights(model)


def _fields(plan):
    return {name: getattr(plan, name) for name in Plan.__slots__}


@pytest.mark.parametrize("average", [0.0, 0.9])
@pytest.mark.parametrize("killed_at", [7, 25])
def test_a_run_killed_within_an_epoch_resumes_with_the_same_bits(monkeypatch, killed_at, average):
    monkeypatch.setattr(training, "CHECKPOINT_EVERY", 2)
    plan = Plan(**{**_fields(PLAN), "average": average, "warmup": 0.2, "falls": True})
    whole = net()
    expected = train(whole, AIM, data(), plan, Running())
    steps = []

    def dies(model, batch, dice):
        steps.append(len(batch[0]))
        if model.training and len(steps) == killed_at:
            raise KeyboardInterrupt
        return loss(model, batch, dice)

    store, fresh = Store(), net()
    with pytest.raises(KeyboardInterrupt):
        train(net(), Aim(dies), data(), plan, Running(checkpoints=store))
    done = train(fresh, AIM, data(), plan, Running(checkpoints=store))
    assert torch.equal(weights(fresh), weights(whole))
    assert done == expected


def test_a_batch_in_parts_teaches_what_it_teaches_at_once():
    plan = Plan(**{**_fields(PLAN), "accumulate": 4})
    whole, parts = net(dropout=0.0), net(dropout=0.0)
    train(whole, AIM, data(), PLAN, Running())
    train(parts, AIM, data(), plan, Running())
    assert torch.allclose(weights(whole), weights(parts), atol=1e-5)


def test_where_memory_does_not_suffice_smaller_parts_are_taken_and_that_is_said(caplog):
    sizes = []

    def hungry(model, batch, dice):
        if model.training:
            sizes.append(len(batch[0]))
        if model.training and len(batch[0]) > 5:
            raise torch.OutOfMemoryError("out of memory")
        return loss(model, batch, dice)

    small, whole = net(dropout=0.0), net(dropout=0.0)
    train(small, Aim(hungry), data(), PLAN, Running())
    train(whole, AIM, data(), PLAN, Running())
    assert sizes[:3] == [16, 8, 4]
    assert max(sizes[3:]) <= 5
    assert torch.allclose(weights(whole), weights(small), atol=1e-5)
    assert [one.getMessage() for one in caplog.records] == [
        "Memory does not suffice: each batch of 16 now goes through the model in 2 parts.",
        "Memory does not suffice: each batch of 16 now goes through the model in 4 parts.",
    ]


def test_a_single_row_too_large_for_memory_is_told_with_a_remedy():
    def hungry(model, batch, dice):
        if model.training:
            raise torch.OutOfMemoryError("out of memory")
        return loss(model, batch, dice)

    with pytest.raises(DataError, match="does not fit into memory"):
        train(net(), Aim(hungry), data(), PLAN, Running())


def test_other_faults_are_not_taken_for_lack_of_memory():
    def wrong(model, batch, dice):
        raise RuntimeError("shapes do not fit")

    with pytest.raises(RuntimeError, match="shapes"):
        train(net(), Aim(wrong), data(), PLAN, Running())


def test_the_learning_rate_rises_and_falls():
    told = []
    plan = Plan(**{**_fields(PLAN), "warmup": 0.25, "falls": True})
    train(net(), AIM, data(), plan, Running(track=lambda *said: told.append(said[1].get("rate"))))
    rates = [one for one in told if one is not None]
    assert len(rates) == 12 * 5
    assert rates[:15] == pytest.approx([0.02 * one / 15 for one in range(1, 16)])
    assert rates[15:] == sorted(rates[15:], reverse=True)
    assert rates[-1] == pytest.approx(0.02 / 45)


def test_parameters_learn_at_their_pace_and_not_at_all_at_none():
    plan = Plan(**{**_fields(PLAN), "pace": lambda name: 0.0 if name.startswith("0.") else 2.0})
    model = net()
    before = model[0].weight.clone()
    train(model, AIM, data(), plan, Running())
    assert torch.equal(model[0].weight, before)
    assert {one["lr"] for one in training.net_parameters(net(), plan)} == {0.04}


def test_the_average_of_weights_is_what_is_kept():
    plan = Plan(**{**_fields(PLAN), "average": 0.99, "learning_rate": 0.2})
    averaged, plain = net(), net()
    done = train(averaged, AIM, data(), plan, Running())
    train(plain, AIM, data(), Plan(**{**_fields(plan), "average": 0.0}), Running())
    assert not torch.allclose(weights(averaged), weights(plain), atol=1e-3)
    averaged.eval()
    held = everything(data()[1])
    assert loss(averaged, held, None).item() == pytest.approx(done.losses[-1], rel=1e-5)


def test_a_judge_decides_when_to_stop_and_what_is_kept():
    plan = Plan(**{**_fields(PLAN), "patience": 2})
    told = iter([0.0, -0.5, -0.9, -0.2, -0.1])
    done = train(net(), Aim(loss, lambda *_: next(told)), data(), plan, Running())
    assert done.losses == (0.0, -0.5, -0.9, -0.2, -0.1)
    assert done.epochs == 2
