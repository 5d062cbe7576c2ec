"""Our candidate for notes: an encoder reads each window, the note is the mean of its tokens, a linear head decides."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.tuners_utils import BaseTunerLayer
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn
from torch.nn import functional

from primum.domain.study import Model
from primum.domain.tokens import Floats, Ints, Texts, Tokens
from primum.encoders.text import TextEncoder
from primum.errors import IntegrityError
from primum.models import devices
from primum.models.fitting import Fitted, Teaching
from primum.models.running import Running
from primum.models.samples import deal
from primum.models.text.serving import Served, in_integers
from primum.models.text.windows import Ends, padded, windows
from primum.models.training import Aim, Plan, train

HEAD, SHAPE, ENCODER, GRAPH = "head.safetensors", "text.json", "encoder/", "encoder.onnx"
COMPLEXITY = 3
"""Above every baseline of ours: 0 majority, 1 linear, 2 trees."""
PARTS = 6
"""Within a fold, one part in so many tells when to stop, so that the fold itself stays unseen."""
BATCH = 16
"""Notes scored together."""
HEAD_PACE = 10.0
"""The head begins from nothing, and learns so many times as fast as the encoder."""
WARMUP = 0.1
DROPOUT = 0.1


class Notes:
    """Notes as rows of token numbers, cut into windows when they are taken.

    Args:
        pieces: Token numbers of each note, without ends.
        ends: Of the encoder.
        size: Tokens a window, with its ends.
        outcome: Class of each note; None where it is not known.
    """

    def __init__(self, pieces: Sequence[Sequence[int]], ends: Ends, size: int, outcome: Tensor | None) -> None:
        self._pieces, self._ends, self._size, self._outcome = pieces, ends, size - 2, outcome

    def __len__(self) -> int:
        """Return how many notes there are."""
        return len(self._pieces)

    def sizes(self) -> Tensor:
        """Return the tokens of each note."""
        return torch.tensor([len(one) for one in self._pieces], dtype=torch.long)

    def take(self, rows: Tensor) -> tuple[Tensor, ...]:
        """Return token numbers and where they are (windows, tokens), each window's note, and classes where known."""
        cut, owners = [], []
        for place, row in enumerate(rows.tolist()):
            for window in windows(len(self._pieces[row]), self._size):
                cut.append(self._pieces[row][window])
                owners.append(place)
        told = () if self._outcome is None else (self._outcome[rows],)
        return (*padded(cut, self._ends), torch.tensor(owners), *told)


class Classifier(nn.Module):
    """An encoder and a linear head on the mean of a note's tokens.

    Args:
        encoder: Reads windows.
        width: Of its vectors.
        classes: How many.

    Source:
        Reimers & Gurevych 2019, EMNLP (mean pooling).
    """

    def __init__(self, encoder: nn.Module, width: int, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(DROPOUT)
        self.head = nn.Linear(width, classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, tokens: Tensor, told: Tensor, owners: Tensor) -> Tensor:
        """Return logits, shape (notes, classes).

        Args:
            tokens: Token numbers, shape (windows, tokens), or their vectors, shape (windows, tokens, width).
            told: 1 where there is a token, shape (windows, tokens).
            owners: Which note a window is of, rising from 0, shape (windows,).
        """
        given = {"inputs_embeds": tokens} if tokens.is_floating_point() else {"input_ids": tokens}
        vectors = self.encoder(attention_mask=told, **given).last_hidden_state
        weight = told.unsqueeze(-1).to(vectors.dtype)
        notes = int(owners[-1]) + 1
        total = vectors.new_zeros(notes, vectors.shape[-1]).index_add(0, owners, (vectors * weight).sum(dim=1))
        count = vectors.new_zeros(notes, 1).index_add(0, owners, weight.sum(dim=1))
        logits: Tensor = self.head(self.dropout(total / count))
        return logits


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What is kept beside the weights.

    Attributes:
        classes: How many.
        window: Tokens read at once, with their ends.
    """

    classes: int
    window: int


class TextScorer:
    """The fitted neural model of notes; scores on the processor, in single precision or in 8-bit integers.

    Args:
        net: The trained classifier, its adapters merged.
        encoder: Whose tokeniser reads.
        shape: Classes and window.
        graph: The encoder in integers, by ``serving.in_integers``; empty to score with the net itself.
    """

    def __init__(self, net: Classifier, encoder: TextEncoder, shape: Shape, graph: bytes = b"") -> None:
        self._net, self._encoder, self._shape, self._graph = net.float().eval(), encoder, shape, graph
        self._served = Served(graph) if graph else None
        self._ends = Ends.of(encoder)

    def logits(self, tokens: Tokens) -> Floats:
        """Return unnormalised log-probabilities, shape (subjects, classes).

        Notes are scored one by one, so that what is said of one does not depend on those beside it.
        """
        found = np.zeros((len(tokens), self._shape.classes))
        notes = Notes(self._read(tokens), self._ends, self._shape.window, None)
        with torch.inference_mode():
            for row in range(len(notes)):
                ids, told, owners = notes.take(torch.tensor([row]))
                if self._served is None:
                    found[row] = self._net(ids, told, owners)[0].double().numpy()
                else:
                    mean = torch.from_numpy(self._served.mean(ids.numpy(), told.numpy()))
                    found[row] = self._net.head(mean.float()).double().numpy()
        return found

    def slopes(self, tokens: Tokens, kept: Floats, weight: Floats) -> Floats:
        """Return the gradient of weighted logits by how much of each place is there.

        Args:
            tokens: One subject.
            kept: 1 for a place that is there, 0 for one behind the mask token, or between, shape (rows, places).
            weight: Of each class, shape (classes,).
        """
        pieces, places = self._placed(tokens)
        vectors = self._encoder.vectors
        found = np.zeros_like(kept)
        notes = Notes([pieces], self._ends, self._shape.window, None)
        numbers = Notes([list(range(len(pieces)))], Ends(begin=-1, end=-1, pad=-1), self._shape.window, None)
        ids, told, owners = notes.take(torch.tensor([0]))
        where = numbers.take(torch.tensor([0]))[0]
        place = torch.where(where >= 0, torch.tensor([*places, -1])[where], -1)
        own, hidden = vectors(ids).detach(), vectors(torch.tensor([self._encoder.mask])).detach()
        for row, one in enumerate(kept):
            there = torch.tensor(np.append(one, 1.0), dtype=torch.float32, requires_grad=True)
            share = there[place].unsqueeze(-1)
            logits = self._net(share * own + (1 - share) * hidden, told, owners)[0]
            (slope,) = torch.autograd.grad(logits @ torch.tensor(weight, dtype=torch.float32), there)
            found[row] = slope[:-1].double().numpy()
        return found

    def state(self) -> Mapping[str, bytes]:
        """Return the encoder's files, the head as safetensors, and the shape as JSON."""
        head = {name: one.detach().contiguous() for name, one in self._net.head.state_dict().items()}
        shape = {"classes": self._shape.classes, "window": self._shape.window}
        return {
            **{f"{ENCODER}{name}": data for name, data in self._encoder.files().items()},
            **({GRAPH: self._graph} if self._graph else {}),
            HEAD: save(head),
            SHAPE: json.dumps(shape, sort_keys=True).encode(),
        }

    @classmethod
    def load(cls, state: Mapping[str, bytes]) -> Self:
        """Return the scorer whose state this is.

        Raises:
            IntegrityError: It is not one this class wrote.
        """
        encoder = TextEncoder.from_files(
            {name.removeprefix(ENCODER): data for name, data in state.items() if name.startswith(ENCODER)}
        )
        try:
            shape = Shape(**{name: int(one) for name, one in json.loads(state[SHAPE]).items()})
            net = Classifier(encoder.net, encoder.width, shape.classes)
            net.head.load_state_dict(load(state[HEAD]))
        except (KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as fault:
            raise IntegrityError(
                "The files of the neural model are not what it wrote.",
                remedy="Restore the model from a verified release.",
            ) from fault
        return cls(net, encoder, shape, state.get(GRAPH, b""))

    def _read(self, tokens: Tokens) -> list[list[int]]:
        read = self._encoder.tokenizer.encode_batch(list(_texts(tokens).documents), add_special_tokens=False)
        return [one.ids for one in read]

    def _placed(self, tokens: Tokens) -> tuple[list[int], list[int]]:
        """Return a subject's token numbers, and the place each lies in, -1 for one that lies in none."""
        document = _texts(tokens).document(0)
        read = self._encoder.tokenizer.encode(document, add_special_tokens=False)
        owner = np.full(len(document) + 1, -1)
        for at, (start, end) in enumerate(_texts(tokens).words(0)):
            owner[start:end] = at
        return read.ids, [int(owner[start]) for start, _ in read.offsets]


def _texts(tokens: Tokens) -> Texts:
    """Return tokens as what they are.

    Raises:
        IntegrityError: They are of another modality than the model.
    """
    if not isinstance(tokens, Texts):
        raise IntegrityError(
            "A model of notes was asked about other data.", remedy="Restore the model from a verified release."
        )
    return tokens


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
    final = Teaching(
        model=teaching.model.model_copy(update={"epochs": epochs}),
        seed=teaching.seed,
        encoder=teaching.encoder,
        running=teaching.running,
    )
    scorer, _ = _learn(tokens, outcome, np.zeros(len(outcome), dtype=bool), final, "all")
    return Fitted(scorer=scorer, unseen=unseen, epochs=epochs)


def _learn(tokens: Texts, outcome: Ints, stopping: Ints, teaching: Teaching, work: str) -> tuple[TextScorer, int]:
    """Return a scorer and its epochs; where no row is for stopping, it learns for all the epochs of its model."""
    model = teaching.model
    encoder = TextEncoder.from_files(teaching.encoder) if teaching.encoder else TextEncoder.open(model.encoder)
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


def plan_of(model: Model, seed: int, *, patience: int) -> Plan:
    """Return the plan of fine-tuning: a warm-up, a fall, and a head that learns faster than what was pretrained."""
    return Plan(
        epochs=model.epochs,
        patience=patience,
        batch_size=model.batch_size,
        learning_rate=model.learning_rate,
        weight_decay=model.weight_decay,
        seed=seed,
        accumulate=model.accumulate,
        warmup=WARMUP,
        falls=True,
        pace=lambda name: HEAD_PACE if name.startswith("head.") else float(model.tuning != "head"),
    )


def mixed(running: Running) -> Running:
    """Return the same, matrices multiplied in the fastest precision that the device can be trusted with."""
    return Running(
        device=running.device,
        tell=running.tell,
        track=running.track,
        checkpoints=running.checkpoints,
        ranks=running.ranks,
        precision=devices.precision(running.device),
    )


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
