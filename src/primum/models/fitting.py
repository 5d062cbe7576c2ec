"""Fitting our neural candidate: cross-validation tells how long to learn, then all of the development part is used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from primum.domain.study import Model
from primum.domain.tokens import Cells, Floats, Ints, Tokens, cells_of
from primum.models.rows import TensorRows
from primum.models.running import Running
from primum.models.samples import deal
from primum.models.tabular import Classifier, Encoder, Scaling, TabularScorer, read_encoder
from primum.models.training import Aim, Plan, train
from primum.plugins import Scorer

COMPLEXITY = 3
"""Above every baseline of ours: 0 majority, 1 linear, 2 trees."""
PARTS = 6
"""Within a fold, one part in so many tells when to stop, so that the fold itself stays unseen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A scorer fitted on all of the development part, and what its like said of subjects they had not seen.

    Attributes:
        scorer: The final one.
        unseen: Logits of each unit from the scorer that was fitted without its subject, (units, labels); where the
            subject's fold is below 0, nothing that counts.
        epochs: The final one learnt for.
    """

    scorer: Scorer
    unseen: Floats
    epochs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """What is the same in every fold.

    Attributes:
        model: Shape and pace.
        seed: Of weights and order.
        encoder: Files of a pretrained encoder; empty to begin with random weights.
        running: Name of a piece of work to where it runs and keeps its checkpoints.
        labels: Names of what a unit may be told to be, in the order of logits.
    """

    model: Model
    seed: int
    encoder: Mapping[str, bytes]
    running: Callable[[str], Running]
    labels: tuple[str, ...] = ()


def fit(tokens: Tokens, outcome: Ints, fold: Ints, teaching: Teaching) -> Fitted:
    """Return our candidate, fitted for the median number of epochs that the folds stopped at.

    Args:
        tokens: Of the development part.
        outcome: Class indices, shape (subjects,).
        fold: Which fold a subject is in, shape (subjects,); below 0 for who is never left out.
        teaching: What is the same in every fold.

    Source:
        Stone 1974, J R Stat Soc B 36:111 (cross-validation); Goodfellow et al. 2016, Deep Learning, 7.8 (retraining on
        all data for the number of steps that early stopping found).
    """
    cells = cells_of(tokens)
    unseen = np.zeros((len(outcome), int(outcome.max()) + 1))
    stopped = []
    for one in np.unique(fold[fold >= 0]):
        rows = np.flatnonzero(fold != one)
        stopping = deal(outcome[rows], PARTS, teaching.seed) == 0
        scorer, epochs = _learn(cells.take(rows), outcome[rows], stopping, teaching, f"fold-{one}")
        unseen[fold == one] = scorer.logits(cells.take(np.flatnonzero(fold == one)))
        stopped.append(epochs)
    epochs = max(1, int(np.median(stopped)))
    model = teaching.model.model_copy(update={"epochs": epochs})
    final = replace(teaching, model=model)
    scorer, _ = _learn(cells, outcome, np.zeros(len(outcome), dtype=bool), final, "all")
    return Fitted(scorer=scorer, unseen=unseen, epochs=epochs)


def _learn(cells: Cells, outcome: Ints, stopping: Ints, teaching: Teaching, work: str) -> tuple[TabularScorer, int]:
    """Return a scorer and its epochs; where no row is for stopping, it learns for all the epochs of its model."""
    model = teaching.model
    scaling = Scaling.of(cells.take(np.flatnonzero(~stopping.astype(bool))))
    with torch.random.fork_rng():
        torch.manual_seed(teaching.seed)
        net = Classifier(Encoder(scaling.categories, model), model.width, int(outcome.max()) + 1)
    if teaching.encoder:
        read_encoder(net.encoder, teaching.encoder)
    values, known = (torch.from_numpy(one).float() for one in scaling.apply(cells.values))
    truth, held = torch.from_numpy(outcome), torch.from_numpy(stopping.astype(bool))
    rows = TensorRows(values[~held], known[~held], truth[~held])
    held_out = TensorRows(values[held], known[held], truth[held])
    plan = Plan.of(model, teaching.seed, epochs=model.epochs, patience=model.patience if stopping.any() else 0)
    done = train(net, Aim(_loss), (rows, held_out), plan, teaching.running(work))
    return TabularScorer(net, scaling, model), done.epochs


def _loss(net: nn.Module, batch: tuple[Tensor, ...], dice: torch.Generator) -> Tensor:
    """Return the mean cross entropy."""
    del dice
    values, known, truth = batch
    return functional.cross_entropy(net(values, known).float(), truth)
