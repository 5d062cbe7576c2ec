"""Masked language modelling on a study's own notes: hidden pieces of words are told from those around them."""

from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from primum.domain.study import Model
from primum.domain.tokens import Texts
from primum.encoders.text import SCRATCH, SMALLEST, TextEncoder
from primum.models.pretraining import Pretrained
from primum.models.running import Running
from primum.models.samples import deal
from primum.models.text.classifier import HEAD_PACE, mixed
from primum.models.text.windows import Ends, padded, windows
from primum.models.training import Aim, Plan, train

PARTS = 6
"""One part of the notes in so many is held out to measure by."""
WARMUP = 0.1
KEPT, REPLACED = 0.1, 0.1
"""Share of the pieces to be told that stay as they are, and that another takes the place of; the rest is hidden."""
UNTOLD = -100


class Windows:
    """Windows of notes as rows: every note whole, in pieces of a window's size.

    Args:
        pieces: Token numbers of each note, without ends.
        ends: Of the encoder.
        size: Tokens a window, with its ends.
    """

    def __init__(self, pieces: list[list[int]], ends: Ends, size: int) -> None:
        self._rows = [one[part] for one in pieces for part in windows(len(one), size - 2) if one]
        self._ends = ends

    def __len__(self) -> int:
        """Return how many windows there are."""
        return len(self._rows)

    def sizes(self) -> Tensor:
        """Return the tokens of each window."""
        return torch.tensor([len(one) for one in self._rows], dtype=torch.long)

    def pieces(self) -> Tensor:
        """Return the numbers of all tokens in one row, without ends."""
        return torch.tensor([piece for row in self._rows for piece in row], dtype=torch.long)

    def take(self, rows: Tensor) -> tuple[Tensor, ...]:
        """Return token numbers and where there is a token, each of shape (windows, tokens)."""
        return padded([self._rows[row] for row in rows.tolist()], self._ends)


class Teller(nn.Module):
    """An encoder with the usual head of masked language models, its last matrix that of the encoder's own vectors.

    Args:
        encoder: To be trained.

    Source:
        Devlin et al. 2019, NAACL; Press & Wolf 2017, EACL (tied vectors).
    """

    def __init__(self, encoder: TextEncoder) -> None:
        super().__init__()
        width, vectors = encoder.width, encoder.vectors
        self.encoder = encoder.net
        self.head = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width))
        self.scale = nn.Parameter(torch.tensor(1 / vectors.weight.detach().norm(dim=1).mean().item()))
        self.bias = nn.Parameter(torch.zeros(vectors.num_embeddings))

    def forward(self, tokens: Tensor, told: Tensor, asked: Tensor) -> Tensor:
        """Return logits of the pieces that are asked for, shape (asked, vocabulary).

        Args:
            tokens: Shape (windows, tokens).
            told: 1 where there is a token, likewise.
            asked: True where a piece must be told, likewise.
        """
        vectors = self.encoder(input_ids=tokens, attention_mask=told).last_hidden_state[asked]
        table: nn.Embedding = self.encoder.get_input_embeddings()  # type: ignore[assignment]
        return functional.linear(self.head(vectors) * self.scale, table.weight, self.bias)


class _Telling:
    """What is hidden, and what a wrong guess costs."""

    def __init__(self, encoder: TextEncoder, masked: float) -> None:
        self._encoder, self._masked = encoder, masked
        self.size = encoder.vectors.num_embeddings

    def loss(self, net: nn.Module, batch: tuple[Tensor, ...], dice: torch.Generator) -> Tensor:
        """Return the mean cross entropy of the pieces asked for."""
        tokens, told = batch
        hidden, asked = self._hide(tokens.cpu(), told.cpu(), dice)
        logits = net(hidden.to(tokens.device), told, asked.to(tokens.device))
        return functional.cross_entropy(logits.float(), tokens[asked.to(tokens.device)])

    def _hide(self, tokens: Tensor, told: Tensor, dice: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return tokens with some hidden, and which those are; one a batch at least."""
        ends = torch.tensor([self._encoder.begin, self._encoder.end, self._encoder.pad])
        free = (told > 0) & ~torch.isin(tokens, ends)
        drawn = torch.rand(tokens.shape, generator=dice).masked_fill(~free, 2.0)
        asked = (drawn < self._masked) | ((drawn == drawn.min()) & free)
        how = torch.rand(tokens.shape, generator=dice)
        others = torch.randint(self.size, tokens.shape, generator=dice)
        hidden = torch.where(asked & (how >= KEPT), self._encoder.mask, tokens)
        return torch.where(asked & (how >= 1 - REPLACED), others, hidden), asked


def pretrain(tokens: Texts, model: Model, seed: int, running: Running) -> Pretrained:
    """Return an encoder that has read notes and no outcome.

    Args:
        tokens: Of the development part.
        model: ``encoder`` names where it begins (``scratch``: from nothing), ``pretraining`` how long and how much is
            hidden.
        seed: Of weights, order and what is hidden.
        running: Where and under whose eyes.

    Source:
        Devlin et al. 2019, NAACL (masked language model); Gururangan et al. 2020, ACL (on the task's own texts).
    """
    documents = [one for one in tokens.documents if one.strip()]
    encoder = (
        TextEncoder.scratch(documents, model, SMALLEST, seed)
        if model.encoder == SCRATCH
        else TextEncoder.open(model.encoder)
    )
    pieces = [one.ids for one in encoder.tokenizer.encode_batch(documents, add_special_tokens=False)]
    held = deal(torch.zeros(len(pieces), dtype=torch.long).numpy(), PARTS, seed) == 0
    ends, size = Ends.of(encoder), min(model.window, encoder.longest)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = Teller(encoder)
    rows, held_out = (
        Windows([one for one, is_held in zip(pieces, held, strict=True) if is_held == wanted], ends, size)
        for wanted in (False, True)
    )
    plan = replace(
        Plan.of(model, seed, epochs=model.pretraining.epochs, patience=model.patience),
        accumulate=model.accumulate,
        warmup=WARMUP,
        falls=True,
        pace=lambda name: 1.0 if name.startswith("encoder.") or model.encoder == SCRATCH else HEAD_PACE,
    )
    telling = _Telling(encoder, model.pretraining.masked)
    done = train(net, Aim(telling.loss), (rows, held_out), plan, mixed(running))
    return Pretrained(
        files=encoder.files(),
        first=done.losses[0],
        last=done.losses[done.epochs],
        mean_guess=_of_shares(rows, held_out, telling.size),
        epochs=done.epochs,
    )


def _of_shares(rows: Windows, held_out: Windows, size: int) -> float:
    """Return the cross entropy of held-out pieces under their shares among the rest, smoothed by one."""
    counts = torch.bincount(rows.pieces(), minlength=size).float() + 1
    return float(-(counts / counts.sum()).log()[held_out.pieces()].mean())
