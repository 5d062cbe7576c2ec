"""Where and under whose eyes a loop runs: device, precision, ranks, progress, tracking, checkpoints."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import nn

from primum.models import devices


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
class Running:
    """Where and under whose eyes a loop runs; none of it may change a result, but for the kind of device.

    Attributes:
        device: ``cpu`` or ``cuda``; on the latter matrices are multiplied in bfloat16 where it can.
        tell: Called after each epoch with epochs done and epochs at most.
        track: Called with the number of steps done and figures by name.
        checkpoints: Where progress is kept.
        ranks: Set where several processes train together; each calls ``train`` with the same data.
        precision: In which matrices are multiplied; float32 where two runs must end with equal bits on any processor.
    """

    device: str = field(default_factory=devices.device)
    tell: Callable[[int, int], None] = lambda done, total: None  # noqa: ARG005 - silence
    track: Callable[[int, Mapping[str, float]], None] = lambda step, figures: None  # noqa: ARG005 - silence
    checkpoints: Checkpoints = field(default_factory=NoCheckpoints)
    ranks: Ranks | None = None
    precision: torch.dtype | None = None

    @property
    def kind(self) -> torch.dtype:
        """Return the precision of matrix products."""
        if self.precision is not None:
            return self.precision
        return torch.float32 if self.device == "cpu" else devices.precision(self.device)


_ENDED: list[object] = []
"""The group of processes that ended last."""


@contextmanager
def together(net: nn.Module, running: Running) -> Iterator[nn.Module]:
    """Yield the net, wrapped where several processes train it, and take leave of them afterwards.

    The group itself lives on until the next one has ended: a thread of Gloo that still lets go of its last step needs
    Python's lock, and whoever takes the group apart holds that lock until the thread has ended.
    """
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
        _ENDED[:] = [torch.distributed.group.WORLD]
        torch.distributed.destroy_process_group()
