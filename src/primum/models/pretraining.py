"""Self-supervision on tables: values are masked and rebuilt from the others, no outcome needed."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from primum.domain.study import Model
from primum.domain.tokens import Floats, Ints, Tokens, cells_of
from primum.models.rows import TensorRows
from primum.models.running import Running
from primum.models.samples import deal
from primum.models.tabular import Encoder, Scaling, encoder_files
from primum.models.training import Aim, Plan, train

SMALLEST_ENTROPY = 1e-3
PARTS = 6
"""One part in so many is held out to measure by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pretrained:
    """An encoder that has seen records and no outcome.

    Attributes:
        files: Its weights.
        first: Loss before learning, on subjects held out; 1 is what guessing the mean (or the commonest) gets.
        last: Loss at the weights kept, on the same subjects and masks.
        mean_guess: Loss of guessing each place's mean or shares, on the same subjects and masks.
        epochs: Done until the weights kept.
    """

    files: dict[str, bytes]
    first: float
    last: float
    mean_guess: float
    epochs: int


class Rebuilder(nn.Module):
    """An encoder with a linear head a place, which says what stood there.

    Args:
        encoder: To be trained.
        width: Of its vectors.
        categories: Of each place, 0 for a number.
    """

    def __init__(self, encoder: Encoder, width: int, categories: tuple[int, ...]) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = nn.ModuleList(nn.Linear(width, max(1, one)) for one in categories)
        for head in self.heads:
            nn.init.zeros_(head.weight)  # type: ignore[arg-type]
            nn.init.zeros_(head.bias)  # type: ignore[arg-type]

    def forward(self, values: Tensor, known: Tensor, hidden: Tensor) -> list[Tensor]:
        """Return for each place the rebuilt number (rows, 1) or logits of its categories (rows, categories)."""
        encoded = self.encoder(values, known, hidden)
        return [head(encoded[:, 1 + place]) for place, head in enumerate(self.heads)]


def pretrain(tokens: Tokens, model: Model, seed: int, running: Running) -> Pretrained:
    """Return an encoder trained to rebuild masked values.

    Numbers are rebuilt under squared error in standard deviations, categories under cross entropy divided by that of
    their shares, so that guessing the mean costs about 1 anywhere.

    Source:
        Devlin et al. 2019, NAACL (mask and rebuild); Rubachev et al. 2022, arXiv:2207.03208 (on tables).
    """
    cells = cells_of(tokens)
    scaling = Scaling.of(cells)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        encoder = Encoder(scaling.categories, model)
        net = Rebuilder(encoder, model.width, scaling.categories)
    values, known = (torch.from_numpy(one).float() for one in scaling.apply(cells.values))
    held = torch.from_numpy(_held_out(cells.values, seed))
    shares = _shares(values[~held], known[~held], scaling.categories)
    task = _Rebuilding(scaling.categories, shares, model.pretraining.masked)
    plan = Plan.of(model, seed, epochs=model.pretraining.epochs, patience=model.patience)
    rows = TensorRows(values[~held], known[~held]), TensorRows(values[held], known[held])
    done = train(net, Aim(task.loss), rows, plan, running)
    guess = task.guess(values[held], known[held], torch.Generator().manual_seed(seed), model.batch_size)
    return Pretrained(
        files=encoder_files(encoder),
        first=done.losses[0],
        last=done.losses[done.epochs],
        mean_guess=guess,
        epochs=done.epochs,
    )


class _Rebuilding:
    """What is masked, and what a wrong guess costs."""

    def __init__(self, categories: tuple[int, ...], shares: list[Tensor], masked: float) -> None:
        self.categories, self.shares, self.masked = categories, shares, masked

    def loss(self, net: nn.Module, batch: tuple[Tensor, ...], dice: torch.Generator) -> Tensor:
        """Return the mean cost of a masked value that is known."""
        values, known = batch
        hidden = self._mask(values, dice)
        return self._cost(net(values, known, hidden), values, known * hidden)

    def guess(self, values: Tensor, known: Tensor, dice: torch.Generator, size: int) -> float:
        """Return what guessing the mean or the shares costs under the masks that ``loss`` draws from equal dice."""
        total = 0.0
        for start in range(0, len(values), size):
            part, told = values[start : start + size], known[start : start + size]
            guesses = [
                share.log().expand(len(part), -1) if count else torch.zeros(len(part), 1)
                for count, share in zip(self.categories, self.shares, strict=True)
            ]
            total += float(self._cost(guesses, part, told * self._mask(part, dice))) * len(part)
        return total / len(values)

    def _mask(self, values: Tensor, dice: torch.Generator) -> Tensor:
        return (torch.rand(values.shape, generator=dice) < self.masked).to(values.device)

    def _cost(self, rebuilt: list[Tensor], values: Tensor, asked: Tensor) -> Tensor:
        costs = []
        for place, (count, share) in enumerate(zip(self.categories, self.shares, strict=True)):
            value, said = values[:, place], rebuilt[place].float()
            if count:
                entropy = (-(share * share.log()).sum()).clamp(min=SMALLEST_ENTROPY)
                costs.append(functional.cross_entropy(said, value.long(), reduction="none") / entropy.to(said.device))
            else:
                costs.append((said[:, 0] - value) ** 2)
        return (torch.stack(costs, dim=1) * asked).sum() / asked.sum().clamp(min=1)


def _held_out(values: Floats, seed: int) -> Ints:
    held: Ints = deal(torch.zeros(len(values), dtype=torch.long).numpy(), PARTS, seed) == 0
    return held


def _shares(values: Tensor, known: Tensor, categories: tuple[int, ...]) -> list[Tensor]:
    """Return the shares of each place's categories, smoothed by one; an empty tensor for a number."""
    found = []
    for place, count in enumerate(categories):
        told = values[known[:, place] > 0, place].long()
        counts = torch.bincount(told, minlength=count).float() + 1 if count else torch.ones(0)
        found.append(counts / counts.sum())
    return found
