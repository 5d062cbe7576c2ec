"""The one training loop: AdamW, early stopping, checkpoints that outlive a kill, one or many processes."""

import contextlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from primum.domain.study import Model
from primum.errors import DataError
from primum.models import devices
from primum.models.rows import Rows, batches, in_order
from primum.models.running import NoCheckpoints, Ranks, Running, together

Loss = Callable[[nn.Module, tuple[Tensor, ...], torch.Generator], Tensor]
"""Net, what ``Rows.take`` gives of some rows, dice: the mean loss over those rows."""
Judge = Callable[[nn.Module, Rows], float]
"""Net in evaluation mode, held-out rows: how bad it is, the lower the better."""

LOG = logging.getLogger(__name__)
CHECKPOINT_EVERY = 400
"""Steps."""
LONGEST_GRADIENT = 1.0
TENSORS, PROGRESS = "checkpoint.safetensors", "checkpoint.json"


@dataclass(frozen=True, slots=True)
class Aim:
    """What a net is to become good at.

    Attributes:
        loss: What every step makes smaller.
        judge: Says how good it is on rows held out; by the loss where there is none.
    """

    loss: Loss
    judge: Judge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long and how fast to learn.

    Attributes:
        epochs: At most.
        patience: Epochs without a better held-out loss before stopping; 0 goes to the end and keeps the last weights.
        batch_size: Rows a step, over all processes.
        learning_rate: Of AdamW.
        weight_decay: Of AdamW.
        seed: Of order, dropout and masks.
        accumulate: Parts in which a batch goes through the net, so that less of it is in memory at once.
        warmup: Share of all steps in which the learning rate rises from 0.
        falls: Whether the learning rate falls to 0 after that, in a straight line.
        average: Share kept in the running average of weights at each step; the average is what is measured and kept. 0
            for the weights themselves.
        pace: Name of a parameter to the factor of its learning rate; 0 for one that stays as it is.
    """

    epochs: int
    patience: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    seed: int
    accumulate: int = 1
    warmup: float = 0.0
    falls: bool = False
    average: float = 0.0
    pace: Callable[[str], float] = lambda name: 1.0  # noqa: ARG005 - all alike

    @classmethod
    def of(cls, model: Model, seed: int, *, epochs: int, patience: int) -> "Plan":
        """Return the plan a study's model asks for."""
        return cls(
            epochs=epochs,
            patience=patience,
            batch_size=model.batch_size,
            learning_rate=model.learning_rate,
            weight_decay=model.weight_decay,
            seed=seed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """How training went; the net itself was changed in place.

    Attributes:
        epochs: Done until the weights that were kept.
        losses: Held-out loss before the first and after each epoch; training loss where nothing is held out.
    """

    epochs: int
    losses: tuple[float, ...]


@dataclass(slots=True, kw_only=True)
class _Progress:
    """What a checkpoint holds beside the current weights."""

    epoch: int = 0
    step: int = 0
    parts: int = 1
    best_epoch: int = 0
    best_loss: float = float("inf")
    finished: bool = False
    done: int = 0
    losses: list[float] = field(default_factory=list)


@devices.kept_memory()
def train(net: nn.Module, aim: Aim, data: tuple[Rows, Rows], plan: Plan, running: Running) -> Trained:
    """Train a net in place and return how it went.

    Every epoch has dice of its own, and a checkpoint within an epoch keeps them, so a run resumed ends with the same
    bits as one never killed. Where memory does not suffice, a batch goes through the net in more parts, and that is
    said.

    Args:
        net: On any device; it is moved, and moved back to the processor at the end.
        aim: What is made smaller, and what is held out judged by.
        data: Rows to learn from and rows held out (possibly none).
        plan: How long and how fast.
        running: Where and under whose eyes.

    Raises:
        DataError: A single row does not fit into memory.

    Source:
        Loshchilov & Hutter 2019, ICLR (AdamW); Prechelt 1998 (early stopping with restoration of the best weights);
        Izmailov et al. 2018, UAI, and Morales-Brotons et al. 2024, TMLR (averages of weights).
    """
    with _repeatable(plan.seed, running.device), together(net.to(running.device), running) as model:
        loop = _Loop(model, aim, plan, running)
        progress = loop.run(*data)
    net.to("cpu")
    return Trained(epochs=progress.best_epoch if plan.patience else progress.epoch, losses=tuple(progress.losses))


class _Loop:
    """One run of the loop."""

    def __init__(self, model: nn.Module, aim: Aim, plan: Plan, running: Running) -> None:
        self.model, self.aim, self.plan, self.running = model, aim, plan, running
        self.net: nn.Module = model.module if running.ranks else model  # type: ignore[assignment]
        self.optimizer = torch.optim.AdamW(net_parameters(self.net, plan), lr=plan.learning_rate, fused=True)
        self.average = AveragedModel(self.net, multi_avg_fn=_averaging(plan.average)) if plan.average else None
        self.best = self._weights()
        self.progress = _Progress(parts=plan.accumulate)
        self.dice = torch.Generator()
        self.dice_kept: Mapping[str, Tensor] = {}
        self.kept_at = 0

    def run(self, rows: Rows, held_out: Rows) -> _Progress:
        """Learn until the plan or patience ends, then put the best weights back."""
        self._resume()
        now = self.progress
        measured = held_out if len(held_out) else rows
        if not now.losses:
            now.losses.append(self._measure(measured))
        while not now.finished:
            self._epoch(rows)
            now.epoch, now.step = now.epoch + 1, 0
            now.losses.append(self._measure(measured))
            if not self.plan.patience or now.losses[-1] < now.best_loss:
                now.best_loss, now.best_epoch, self.best = now.losses[-1], now.epoch, self._weights()
            tired = 0 < self.plan.patience <= now.epoch - now.best_epoch
            now.finished = tired or now.epoch >= self.plan.epochs
            if now.finished or self._is_due():
                self._keep()
            self.running.track(now.done, {"held_out": now.losses[-1]})
            self.running.tell(now.epoch, self.plan.epochs)
        if self.plan.patience or self.average is not None:
            self.net.load_state_dict(self.best)
        return now

    def _epoch(self, rows: Rows) -> None:
        ranks = self.running.ranks or Ranks(rank=0, world=1, meeting="")
        seed = self.plan.seed + 1_000_003 * (self.progress.epoch + 1)
        dealt = batches(rows.sizes(), self.plan.batch_size, self.dice.manual_seed(seed))
        if self.progress.step:
            self._put_dice_back()
        else:
            torch.manual_seed(seed + ranks.rank)
        self.model.train()
        for at in range(self.progress.step, len(dealt)):
            if len(dealt[at]) >= ranks.world:
                self._set_pace(self.progress.done, self.plan.epochs * len(dealt))
                told = self._step(rows, dealt[at], ranks)
                self.running.track(self.progress.done, {"loss": told, "rate": self.optimizer.param_groups[0]["lr"]})
            self.progress.step, self.progress.done = at + 1, self.progress.done + 1
            if self.progress.step < len(dealt) and self._is_due():
                self._keep()

    def _step(self, rows: Rows, batch: Tensor, ranks: Ranks) -> float:
        """Change the weights by one batch, in more parts where memory does not suffice; return its mean loss."""
        while True:
            dice = self.dice.get_state(), torch.get_rng_state()
            try:
                return self._learn(rows, batch, ranks)
            except (torch.OutOfMemoryError, RuntimeError) as fault:
                if "memory" not in str(fault):
                    raise
                if self.progress.parts >= len(batch):
                    raise DataError(
                        "A single record of this study does not fit into memory while training.",
                        remedy="Lower `model.window`, choose a smaller encoder, or use a larger machine.",
                    ) from fault
            self.progress.parts *= 2
            self.optimizer.zero_grad()
            self.dice.set_state(dice[0])
            torch.set_rng_state(dice[1])
            LOG.warning(
                "Memory does not suffice: each batch of %d now goes through the model in %d parts.",
                self.plan.batch_size,
                self.progress.parts,
            )

    def _learn(self, rows: Rows, batch: Tensor, ranks: Ranks) -> float:
        mine = batch[ranks.rank :: ranks.world]
        self.optimizer.zero_grad()
        total = 0.0
        for part in mine.chunk(self.progress.parts):
            taken = tuple(one.to(self.running.device) for one in rows.take(part))
            with self._precision():
                loss = self.aim.loss(self.model, taken, self.dice)
            # gradients are averaged over processes: weigh each by its share, so that the mean over rows comes out
            torch.autograd.backward(loss * (len(part) * ranks.world / len(batch)))
            total += float(loss.detach()) * len(part) / len(mine)
        length = nn.utils.get_total_norm([one.grad for one in self.net.parameters() if one.grad is not None])
        if not length <= LONGEST_GRADIENT:  # one that is short enough is left alone: that saves a pass over it
            nn.utils.clip_grads_with_norm_(self.net.parameters(), LONGEST_GRADIENT, length)
        self.optimizer.step()
        if self.average is not None:
            self.average.update_parameters(self.net)
        return total

    def _set_pace(self, done: int, total: int) -> None:
        """Set the learning rates of the next step."""
        plan = self.plan
        if not plan.warmup and not plan.falls:
            return
        rising = max(1, round(plan.warmup * total))
        factor = (done + 1) / rising if done < rising else 1.0
        if plan.falls and done >= rising:
            factor = max(0.0, (total - done) / max(1, total - rising))
        for group in self.optimizer.param_groups:
            group["lr"] = plan.learning_rate * group["pace"] * factor

    def _measure(self, rows: Rows) -> float:
        """Return how bad the net is on rows: as judged, else their mean loss, with the same dice every time."""
        net: nn.Module = self.net if self.average is None else self.average.module
        net.eval()
        dice = torch.Generator().manual_seed(self.plan.seed)
        total = 0.0
        with torch.no_grad(), self._precision():
            if self.aim.judge is not None:
                return self.aim.judge(net, rows)
            for part in in_order(rows.sizes(), self.plan.batch_size):
                taken = tuple(one.to(self.running.device) for one in rows.take(part))
                total += float(self.aim.loss(net, taken, dice)) * len(part)
        return total / len(rows)

    def _precision(self) -> torch.autocast:
        kind = self.running.kind
        return torch.autocast(torch.device(self.running.device).type, dtype=kind, enabled=kind != torch.float32)

    def _weights(self) -> dict[str, Tensor]:
        """Return the weights as they are now, or, where the last ones are taken in any case, as they come to be."""
        net = self.net if self.average is None else self.average.module
        return {name: one.detach().clone() if self.plan.patience else one for name, one in net.state_dict().items()}

    def _is_due(self) -> bool:
        return self.progress.done // CHECKPOINT_EVERY > self.kept_at // CHECKPOINT_EVERY

    def _keep(self) -> None:
        self.kept_at = self.progress.done
        if (self.running.ranks and self.running.ranks.rank) or isinstance(self.running.checkpoints, NoCheckpoints):
            return
        tensors = {f"net.{name}": one for name, one in self.net.state_dict().items()}
        tensors |= {f"best.{name}": one for name, one in self.best.items()}
        if self.average is not None:
            tensors |= {f"average.{name}": one for name, one in self.average.state_dict().items()}
        for place, memory in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{place}.{name}": one for name, one in memory.items()}
        tensors |= {"dice.own": self.dice.get_state(), "dice.torch": torch.get_rng_state()}
        if self.running.device != "cpu":
            tensors |= {"dice.device": torch.cuda.get_rng_state()}
        now = {name: getattr(self.progress, name) for name in _Progress.__slots__}
        self.running.checkpoints.keep(
            {
                TENSORS: save({name: one.detach().cpu().clone().contiguous() for name, one in tensors.items()}),
                PROGRESS: json.dumps(now).encode(),
            }
        )

    def _put_dice_back(self) -> None:
        """Go on within an epoch with the dice as they were when it was left."""
        self.dice.set_state(self.dice_kept["own"].cpu())
        torch.set_rng_state(self.dice_kept["torch"].cpu())
        if "device" in self.dice_kept:
            torch.cuda.set_rng_state(self.dice_kept["device"].cpu())

    def _resume(self) -> None:
        files = self.running.checkpoints.latest()
        if files is None:
            return
        self.progress = _Progress(**json.loads(files[PROGRESS]))
        tensors = {name: one.to(self.running.device) for name, one in load(files[TENSORS]).items()}
        self.net.load_state_dict(_under(tensors, "net."))
        self.best = _under(tensors, "best.")
        if self.average is not None:
            self.average.load_state_dict(_under(tensors, "average."))
        self.dice_kept = _under(tensors, "dice.")
        memory: dict[int, dict[str, Tensor]] = {}
        for name, one in _under(tensors, "optimizer.").items():
            place, _, what = name.partition(".")
            memory.setdefault(int(place), {})[what] = one.cpu() if what == "step" else one
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": memory})
        self.kept_at = self.progress.done


def net_parameters(net: nn.Module, plan: Plan) -> list[dict[str, Any]]:
    """Return the net's parameters in groups: matrices, which decay, and all else, which does not; by their pace."""
    groups: dict[tuple[float, bool], list[nn.Parameter]] = {}
    for name, one in net.named_parameters():
        pace = plan.pace(name)
        one.requires_grad_(one.requires_grad and pace > 0)
        if one.requires_grad:
            groups.setdefault((pace, one.ndim > 1), []).append(one)
    return [
        {
            "params": members,
            "weight_decay": plan.weight_decay if decays else 0.0,
            "lr": plan.learning_rate * pace,
            "pace": pace,
        }
        for (pace, decays), members in sorted(groups.items(), key=lambda one: (-one[0][0], not one[0][1]))
    ]


def _averaging(most: float) -> Callable[..., None]:
    """Return how weights join their running average: the first ones quickly, so that it soon forgets the beginning."""

    @torch.no_grad()
    def average(averaged: list[Tensor], current: list[Tensor], number: Tensor) -> None:
        kept = min(most, (1 + float(number)) / (10 + float(number)))
        torch._foreach_lerp_(averaged, current, 1 - kept)

    return average


def _under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): one for name, one in tensors.items() if name.startswith(prefix)}


@contextlib.contextmanager
def _repeatable(seed: int, device: str) -> Iterator[None]:
    """Make what is inside depend on the seed alone: own dice, one thread, deterministic algorithms; restored after.

    On CUDA an algorithm that has no deterministic form warns instead of failing: cuBLAS has one only where
    ``CUBLAS_WORKSPACE_CONFIG`` was set before the process began.
    """
    threads, strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    filled = torch.utils.deterministic.fill_uninitialized_memory  # type: ignore[attr-defined]
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        torch.use_deterministic_algorithms(mode=True, warn_only=device != "cpu")
        torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined] # nothing here reads what nobody wrote
        try:
            yield
        finally:
            torch.utils.deterministic.fill_uninitialized_memory = filled  # type: ignore[attr-defined]
            torch.use_deterministic_algorithms(mode=strict)
            torch.set_num_threads(threads)
