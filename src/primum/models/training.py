"""The one training loop: AdamW, early stopping, checkpoints that outlive a kill, one or many processes."""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from safetensors.torch import load, save
from torch import Tensor, nn

from primum.domain.study import Model

Loss = Callable[[nn.Module, tuple[Tensor, ...], torch.Generator], Tensor]
"""Net, some rows of each tensor, dice: the mean loss over those rows."""

CHECKPOINT_EVERY = 25
LONGEST_GRADIENT = 1.0
TENSORS, PROGRESS = "checkpoint.safetensors", "checkpoint.json"


class Checkpoints(Protocol):
    """Where a loop keeps how far it came."""

    def latest(self) -> Mapping[str, bytes] | None:
        """Return the files kept last, or None."""
        ...

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Keep files; only those kept last need to be had back."""
        ...


class NoCheckpoints:
    """Keeps nothing: for what is over in seconds."""

    def latest(self) -> None:
        """Return None."""

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Forget the files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """This process among several that train one net together.

    Attributes:
        rank: From 0.
        world: How many.
        meeting: Where they meet, as ``tcp://host:port`` or ``file:///path``.
    """

    rank: int
    world: int
    meeting: str


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
    """

    epochs: int
    patience: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    seed: int

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
class Running:
    """Where and under whose eyes a loop runs; none of it may change a result, but for the kind of device.

    Attributes:
        device: ``cpu`` or ``cuda``; on the latter matrices are multiplied in bfloat16.
        tell: Called after each epoch with epochs done and epochs at most.
        checkpoints: Where progress is kept.
        ranks: Set where several processes train together; each calls ``train`` with the same data.
    """

    device: str = field(default_factory=lambda: "cuda" if torch.cuda.is_available() else "cpu")
    tell: Callable[[int, int], None] = lambda done, total: None  # noqa: ARG005 - silence
    checkpoints: Checkpoints = field(default_factory=NoCheckpoints)
    ranks: Ranks | None = None


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
    best_epoch: int = 0
    best_loss: float = float("inf")
    finished: bool = False
    losses: list[float] = field(default_factory=list)


def train(
    net: nn.Module, loss: Loss, data: tuple[tuple[Tensor, ...], tuple[Tensor, ...]], plan: Plan, running: Running
) -> Trained:
    """Train a net in place and return how it went.

    Every epoch has dice of its own, so a run resumed from a checkpoint ends with the same bits as one never killed.

    Args:
        net: On any device; it is moved, and moved back to the processor at the end.
        loss: The mean loss over some rows.
        data: Tensors to learn from and tensors held out (possibly none), each with rows first.
        plan: How long and how fast.
        running: Where and under whose eyes.

    Source:
        Loshchilov & Hutter 2019, ICLR (AdamW); Prechelt 1998 (early stopping with restoration of the best weights).
    """
    with _repeatable(plan.seed, running.device), _together(net.to(running.device), running) as model:
        loop = _Loop(model, loss, plan, running)
        rows, held_out = (tuple(one.to(running.device) for one in part) for part in data)
        progress = loop.run(rows, held_out)
    net.to("cpu")
    return Trained(epochs=progress.best_epoch if plan.patience else progress.epoch, losses=tuple(progress.losses))


class _Loop:
    """One run of the loop."""

    def __init__(self, model: nn.Module, loss: Loss, plan: Plan, running: Running) -> None:
        self.model, self.loss, self.plan, self.running = model, loss, plan, running
        self.net: nn.Module = model.module if running.ranks else model  # type: ignore[assignment]
        self.optimizer = torch.optim.AdamW(net_parameters(model, plan.weight_decay), lr=plan.learning_rate)
        self.best = self._weights()
        self.progress = _Progress()

    def run(self, rows: tuple[Tensor, ...], held_out: tuple[Tensor, ...]) -> _Progress:
        """Learn until the plan or patience ends, then put the best weights back."""
        self._resume()
        now = self.progress
        if not now.losses:
            now.losses.append(self._measure(held_out or rows))
        while not now.finished:
            self._epoch(rows)
            now.epoch += 1
            now.losses.append(self._measure(held_out or rows))
            if not self.plan.patience or now.losses[-1] < now.best_loss:
                now.best_loss, now.best_epoch, self.best = now.losses[-1], now.epoch, self._weights()
            tired = 0 < self.plan.patience <= now.epoch - now.best_epoch
            now.finished = tired or now.epoch >= self.plan.epochs
            if now.finished or now.epoch % CHECKPOINT_EVERY == 0:
                self._keep()
            self.running.tell(now.epoch, self.plan.epochs)
        self.net.load_state_dict(self.best)
        return now

    def _epoch(self, rows: tuple[Tensor, ...]) -> None:
        ranks = self.running.ranks or Ranks(rank=0, world=1, meeting="")
        seed = self.plan.seed + 1_000_003 * (self.progress.epoch + 1)
        torch.manual_seed(seed + ranks.rank)
        dice = torch.Generator().manual_seed(seed)
        self.model.train()
        for batch in torch.split(torch.randperm(len(rows[0]), generator=dice), self.plan.batch_size):
            if len(batch) < ranks.world:
                continue
            mine = batch[ranks.rank :: ranks.world].to(self.running.device)
            self.optimizer.zero_grad()
            with self._precision():
                loss = self.loss(self.model, tuple(one[mine] for one in rows), dice)
            # gradients are averaged over processes: weigh each by its share, so that the mean over rows comes out
            torch.autograd.backward(loss * (len(mine) * ranks.world / len(batch)))
            nn.utils.clip_grad_norm_(self.model.parameters(), LONGEST_GRADIENT)
            self.optimizer.step()

    def _measure(self, rows: tuple[Tensor, ...]) -> float:
        """Return the mean loss over rows, with the same dice every time."""
        self.net.eval()
        dice = torch.Generator().manual_seed(self.plan.seed)
        total, count = 0.0, len(rows[0])
        with torch.no_grad(), self._precision():
            for start in range(0, count, self.plan.batch_size):
                part = tuple(one[start : start + self.plan.batch_size] for one in rows)
                total += float(self.loss(self.net, part, dice)) * len(part[0])
        return total / count

    def _precision(self) -> torch.autocast:
        return torch.autocast(
            torch.device(self.running.device).type, dtype=torch.bfloat16, enabled=self.running.device != "cpu"
        )

    def _weights(self) -> dict[str, Tensor]:
        return {name: one.detach().clone() for name, one in self.net.state_dict().items()}

    def _keep(self) -> None:
        if self.running.ranks and self.running.ranks.rank:
            return
        tensors = {f"net.{name}": one for name, one in self._weights().items()}
        tensors |= {f"best.{name}": one for name, one in self.best.items()}
        for place, memory in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{place}.{name}": one for name, one in memory.items()}
        now = {name: getattr(self.progress, name) for name in _Progress.__slots__}
        self.running.checkpoints.keep(
            {
                TENSORS: save({name: one.detach().cpu().contiguous() for name, one in tensors.items()}),
                PROGRESS: json.dumps(now).encode(),
            }
        )

    def _resume(self) -> None:
        files = self.running.checkpoints.latest()
        if files is None:
            return
        self.progress = _Progress(**json.loads(files[PROGRESS]))
        tensors = {name: one.to(self.running.device) for name, one in load(files[TENSORS]).items()}
        self.net.load_state_dict(_under(tensors, "net."))
        self.best = _under(tensors, "best.")
        memory: dict[int, dict[str, Tensor]] = {}
        for name, one in _under(tensors, "optimizer.").items():
            place, _, what = name.partition(".")
            memory.setdefault(int(place), {})[what] = one.cpu() if what == "step" else one
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": memory})


def net_parameters(net: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Return the net's parameters in two groups: matrices, which decay, and all else, which does not."""
    wide = [one for one in net.parameters() if one.ndim > 1]
    flat = [one for one in net.parameters() if one.ndim <= 1]
    return [{"params": wide, "weight_decay": weight_decay}, {"params": flat, "weight_decay": 0.0}]


def _under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): one for name, one in tensors.items() if name.startswith(prefix)}


@contextlib.contextmanager
def _repeatable(seed: int, device: str) -> Iterator[None]:
    """Make what is inside depend on the seed alone: own dice, one thread, deterministic algorithms; restored after.

    On CUDA an algorithm that has no deterministic form warns instead of failing: cuBLAS has one only where
    ``CUBLAS_WORKSPACE_CONFIG`` was set before the process began.
    """
    threads, strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        torch.use_deterministic_algorithms(mode=True, warn_only=device != "cpu")
        try:
            yield
        finally:
            torch.use_deterministic_algorithms(mode=strict)
            torch.set_num_threads(threads)


@contextlib.contextmanager
def _together(net: nn.Module, running: Running) -> Iterator[nn.Module]:
    """Yield the net, wrapped where several processes train it, and take leave of them afterwards."""
    if running.ranks is None:
        yield net
        return
    torch.distributed.init_process_group(
        "nccl" if running.device != "cpu" else "gloo",
        init_method=running.ranks.meeting,
        rank=running.ranks.rank,
        world_size=running.ranks.world,
    )
    try:
        yield nn.parallel.DistributedDataParallel(net)
    finally:
        torch.distributed.destroy_process_group()
