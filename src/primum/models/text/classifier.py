"""Fitting our candidate for notes: all of the encoder, low-rank additions to it, or the head alone."""

from dataclasses import replace

import numpy as np
import torch
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.tuners_utils import BaseTunerLayer
from torch import Tensor, nn
from torch.nn import functional

from primum.domain.study import Model
from primum.domain.tokens import Ints, Texts
from primum.encoders.text import SCRATCH, SMALLEST, TextEncoder
from primum.models import devices
from primum.models.fitting import Fitted, Teaching
from primum.models.running import Running
from primum.models.samples import deal
from primum.models.text.scorer import DROPOUT, Classifier, Notes, Shape, TextScorer
from primum.models.text.serving import in_integers
from primum.models.text.windows import Ends
from primum.models.training import Aim, Plan, train

COMPLEXITY = 3
"""Above every baseline of ours: 0 majority, 1 linear, 2 trees."""
PARTS = 6
"""Within a fold, one part in so many tells when to stop, so that the fold itself stays unseen."""
HEAD_PACE = 10.0
"""The head begins from nothing, and learns so many times as fast as the encoder."""
WARMUP = 0.1


def fit(tokens: Texts, outcome: Ints, fold: Ints, teaching: Teaching) -> Fitted:
    """Return our candidate, fitted for the median number of epochs that the folds stopped at, where there are folds.

    Args:
        tokens: Of the development part.
        outcome: Class indices, shape (subjects,).
        fold: Which fold a subject is in, shape (subjects,); below 0 for those in none, who are never held out.
        teaching: What is the same in every fold.

    Source:
        Devlin et al. 2019, NAACL (fine-tuning); Hu et al. 2022, ICLR (LoRA).
    """
    unseen = np.full((len(outcome), int(outcome.max()) + 1), np.nan)
    stopped = []
    for one in np.unique(fold[fold >= 0]):
        rows = np.flatnonzero(fold != one)
        stopping = deal(outcome[rows], PARTS, teaching.seed) == 0
        scorer, epochs = _learn(tokens.take(rows), outcome[rows], stopping, teaching, f"fold-{one}")
        unseen[fold == one] = scorer.logits(tokens.take(np.flatnonzero(fold == one)))
        stopped.append(epochs)
    epochs = max(1, int(np.median(stopped))) if stopped else teaching.model.epochs
    final = replace(teaching, model=teaching.model.model_copy(update={"epochs": epochs}))
    scorer, _ = _learn(tokens, outcome, np.zeros(len(outcome), dtype=bool), final, "all")
    return Fitted(scorer=scorer, unseen=unseen, epochs=epochs)


def _learn(tokens: Texts, outcome: Ints, stopping: Ints, teaching: Teaching, work: str) -> tuple[TextScorer, int]:
    """Return a scorer and its epochs; where no row is for stopping, it learns for all the epochs of its model."""
    model = teaching.model
    encoder = begun(tokens, teaching)
    shape = Shape(classes=int(outcome.max()) + 1, window=min(model.window, encoder.longest))
    with torch.random.fork_rng():
        torch.manual_seed(teaching.seed)
        net = Classifier(_tuned(encoder, model), encoder.width, shape.classes)
    read = encoder.tokenizer.encode_batch(list(tokens.documents), add_special_tokens=False)
    pieces = [one.ids for one in read]
    ends, held = Ends.of(encoder), stopping.astype(bool)
    parts = [
        Notes([pieces[at] for at in rows], ends, shape.window, torch.from_numpy(outcome[rows]))
        for rows in (np.flatnonzero(~held), np.flatnonzero(held))
    ]
    plan = plan_of(model, teaching.seed, patience=model.patience if held.any() else 0)
    done = train(net, Aim(_loss), (parts[0], parts[1]), plan, mixed(teaching.running(work)))
    _merged(net)
    graph = in_integers(encoder.net) if model.served == "int8" else b""
    return TextScorer(net, encoder, shape, graph), done.epochs


def begun(tokens: Texts, teaching: Teaching) -> TextEncoder:
    """Return the encoder that fine-tuning begins with: the one pretrained here, a named one, or one from nothing."""
    if teaching.encoder:
        return TextEncoder.from_files(teaching.encoder)
    if teaching.model.encoder == SCRATCH:
        return TextEncoder.scratch(tokens.documents, teaching.model, SMALLEST, teaching.seed)
    return TextEncoder.open(teaching.model.encoder, teaching.model.dropout)


def plan_of(model: Model, seed: int, *, patience: int) -> Plan:
    """Return the plan of fine-tuning: a warm-up, a fall, and a head that learns faster than what was pretrained."""
    return replace(
        Plan.of(model, seed, epochs=model.epochs, patience=patience),
        accumulate=model.accumulate,
        warmup=WARMUP,
        falls=True,
        pace=lambda name: pace_of(name, model.tuning),
    )


def pace_of(name: str, tuning: str) -> float:
    """Return how fast a parameter learns, 0 for one that stays."""
    if name.startswith("head."):
        return HEAD_PACE
    stays = tuning == "head" or (tuning == "body" and "word_embeddings" in name)
    return 0.0 if stays else 1.0


def mixed(running: Running) -> Running:
    """Return the same, matrices multiplied in the fastest precision that the device can be trusted with."""
    return replace(running, precision=devices.precision(running.device))


def _tuned(encoder: TextEncoder, model: Model) -> nn.Module:
    """Return the encoder's net, with adapters where only these shall learn."""
    if model.tuning != "lora":
        return encoder.net
    wanted = LoraConfig(r=16, lora_alpha=32, lora_dropout=DROPOUT, target_modules="all-linear")
    return inject_adapter_in_model(wanted, encoder.net)


def _merged(net: nn.Module) -> None:
    """Put what adapters learnt into the weights they adapted, and take them out."""
    for name, module in list(net.named_modules()):
        if isinstance(module, BaseTunerLayer):
            module.merge()
            holder = net.get_submodule(name.rpartition(".")[0])
            setattr(holder, name.rpartition(".")[2], module.get_base_layer())


def _loss(net: nn.Module, batch: tuple[Tensor, ...], dice: torch.Generator) -> Tensor:
    """Return the mean cross entropy."""
    del dice
    tokens, told, owners, truth = batch
    return functional.cross_entropy(net(tokens, told, owners).float(), truth)
