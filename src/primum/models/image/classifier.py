"""Fitting our candidate for pictures: a small residual net that sees each one moved, turned and in another light."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor, nn
from torch.nn import functional

from primum.domain.study import Model
from primum.domain.tokens import Ints, Pictures
from primum.errors import IntegrityError
from primum.models.fitting import PARTS, Fitted, Teaching
from primum.models.image.kept import WEIGHTS
from primum.models.image.looks import Look, kind_of
from primum.models.image.nets import begun
from primum.models.image.recipes import Recipe
from primum.models.image.scorer import ImageScorer
from primum.models.image.varying import mixed, varied
from primum.models.rows import Rows, TensorRows, in_order
from primum.models.samples import deal
from primum.models.training import Aim, Plan, train

COMPLEXITY = 3
"""Above every baseline of ours: 0 majority, 1 linear, 2 trees."""
WARMUP = 0.1


def fit(tokens: Pictures, outcome: Ints, fold: Ints, teaching: Teaching, recipe: Recipe | None = None) -> Fitted:
    """Return our candidate, fitted for the median number of epochs that the folds stopped at, where there are folds.

    Args:
        tokens: Of the development part.
        outcome: Class indices, shape (subjects,).
        fold: Which fold a subject is in, shape (subjects,); below 0 for those in none, who are never held out.
        teaching: What is the same in every fold.
        recipe: How pictures are prepared, varied and looked at; as the study's model says where none is given.

    Raises:
        DataError: Pictures differ in their channels or axes.
        StudyError: A flip names an axis that pictures do not have.

    Source:
        He et al. 2016, CVPR (residual nets); Stone 1974, J R Stat Soc B 36:111 (cross-validation).
    """
    kind_of(tokens)
    recipe = recipe or Recipe.of(teaching.model.pictures)
    classes = len(teaching.labels) or int(outcome.max()) + 1
    unseen = np.full((len(outcome), classes), np.nan)
    stopped = []
    for one in np.unique(fold[fold >= 0]):
        rows = np.flatnonzero(fold != one)
        stopping = deal(outcome[rows], PARTS, teaching.seed) == 0
        lesson = _Lesson(tokens.take(rows), outcome[rows], stopping, recipe)
        scorer, epochs = lesson.learn((teaching, classes), f"fold-{one}")
        unseen[fold == one] = scorer.logits(tokens.take(np.flatnonzero(fold == one)))
        stopped.append(epochs)
    epochs = max(1, int(np.median(stopped))) if stopped else teaching.model.epochs
    final = replace(teaching, model=teaching.model.model_copy(update={"epochs": epochs}))
    scorer, _ = _Lesson(tokens, outcome, np.zeros(len(outcome), dtype=bool), recipe).learn((final, classes), "all")
    return Fitted(scorer=scorer, unseen=unseen, epochs=epochs)


class _Lesson:
    """Pictures to learn from.

    Args:
        tokens: All of them.
        outcome: Their classes.
        stopping: Which of them only tell when to stop; where none does, all epochs are gone through.
        recipe: How they vary.
    """

    def __init__(self, tokens: Pictures, outcome: Ints, stopping: Ints, recipe: Recipe) -> None:
        self.held = stopping.astype(bool)
        self.look = Look.of(tokens.take(np.flatnonzero(~self.held)), recipe)
        self.seen, self.truth = self.look.tensor(tokens), torch.from_numpy(outcome)

    def learn(self, taught: tuple[Teaching, int], work: str) -> tuple[ImageScorer, int]:
        """Return a scorer of so many classes, and how many epochs it learnt for."""
        teaching, classes = taught
        model, recipe, axes = teaching.model, self.look.recipe, self.seen.ndim - 2
        net = begun((self.look.channels, axes), classes, model, teaching.seed)
        if teaching.encoder:
            read_encoder(net.encoder, teaching.encoder)
        held = torch.from_numpy(self.held)
        rows = TensorRows(self.seen[~held], self.truth[~held]), TensorRows(self.seen[held], self.truth[held])
        plan = plan_of(model, teaching.seed, recipe, patience=model.patience if self.held.any() else 0)
        done = train(net, Aim(_Loss(recipe, classes), judge), rows, plan, teaching.running(work))
        return ImageScorer(net, self.look, model), done.epochs


def plan_of(model: Model, seed: int, recipe: Recipe, *, patience: int) -> Plan:
    """Return the plan: a warm-up, a fall, and an average of weights, which is what is kept."""
    return replace(
        Plan.of(model, seed, epochs=model.epochs, patience=patience),
        accumulate=model.accumulate,
        warmup=WARMUP,
        falls=True,
        average=recipe.average,
    )


class _Loss:
    """The mean cross entropy of pictures that vary.

    Args:
        recipe: How they vary.
        classes: How many.
    """

    def __init__(self, recipe: Recipe, classes: int) -> None:
        self.recipe, self.classes = recipe, classes

    def __call__(self, net: nn.Module, batch: tuple[Tensor, ...], dice: torch.Generator) -> Tensor:
        """Return the loss of a batch."""
        pictures, truth = batch
        told = functional.one_hot(truth, self.classes).to(pictures.dtype)
        told = told * (1 - self.recipe.smoothed) + self.recipe.smoothed / self.classes
        seen, told = mixed(varied(pictures, self.recipe, dice), told, self.recipe, dice)
        return functional.cross_entropy(net(seen).float(), told)


def judge(net: nn.Module, rows: Rows) -> float:
    """Return the mean cross entropy of pictures as they are, in nats."""
    device = next(net.parameters()).device
    total = 0.0
    for part in in_order(rows.sizes(), 256):
        pictures, truth = (one.to(device) for one in rows.take(part))
        total += float(functional.cross_entropy(net(pictures).float(), truth, reduction="sum"))
    return total / max(1, len(rows))


def read_encoder(encoder: nn.Module, files: Mapping[str, bytes]) -> None:
    """Put pretrained weights into an encoder of the same shape.

    Raises:
        IntegrityError: They do not fit.
    """
    try:
        encoder.load_state_dict(load(files[WEIGHTS]))
    except (KeyError, RuntimeError, SafetensorError) as fault:
        raise IntegrityError(
            "The pretrained encoder does not fit the study's model.",
            remedy="Run the study again from the pretrain stage.",
        ) from fault
