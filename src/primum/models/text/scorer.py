"""The fitted neural model of notes: an encoder reads each window, a note is the mean of its tokens, a head decides."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from primum.domain.tokens import Floats, Ints, Texts, Tokens
from primum.encoders.text import TextEncoder
from primum.errors import IntegrityError
from primum.models.devices import one_thread
from primum.models.text.serving import Served, attending_plainly
from primum.models.text.windows import Ends, padded, windows

HEAD, SHAPE, ENCODER, GRAPH = "head.safetensors", "text.json", "encoder/", "encoder.onnx"
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
        with torch.inference_mode(), one_thread():
            for row in range(len(notes)):
                ids, told, owners = notes.take(torch.tensor([row]))
                if self._served is None:
                    found[row] = self._net(ids, told, owners)[0].double().numpy()
                else:
                    mean = torch.from_numpy(self._served.mean(ids.numpy()))
                    found[row] = self._net.head(mean.float()).double().numpy()
        return found

    def slopes(self, tokens: Tokens, kept: Floats, weight: Floats) -> Floats:
        """Return the gradient of weighted logits by how much of each place is there.

        Args:
            tokens: One subject.
            kept: 1 for a place that is there, 0 for one behind the mask token, or between, shape (rows, places).
            weight: Of each class, shape (classes,).
        """
        ids, told, owners, place = self._opened(tokens)
        found, vectors = np.zeros_like(kept), self._encoder.vectors
        own, hidden = vectors(ids).detach(), vectors(torch.tensor([self._encoder.mask])).detach()
        with one_thread():
            for row, one in enumerate(kept):
                there = torch.tensor(np.append(one, 1.0), dtype=torch.float32, requires_grad=True)
                share = there[place].unsqueeze(-1)
                logits = self._net(share * own + (1 - share) * hidden, told, owners)[0]
                (slope,) = torch.autograd.grad(logits @ torch.tensor(weight, dtype=torch.float32), there)
                found[row] = slope[:-1].double().numpy()
        return found

    def attention(self, tokens: Tokens) -> list[tuple[Floats, Ints]]:
        """Return for each window of a note the attention of each layer, mean of its heads, and each token's place.

        Args:
            tokens: One subject.
        """
        ids, told, _, place = self._opened(tokens)
        with torch.inference_mode(), one_thread(), attending_plainly(self._encoder.net):
            found = [
                self._net.encoder(input_ids=one[None], attention_mask=there[None], output_attentions=True).attentions
                for one, there in zip(ids, told, strict=True)
            ]
        return [
            (torch.cat(layers).mean(dim=1).double().numpy(), where.numpy())
            for layers, where in zip(found, place, strict=True)
        ]

    def pulls(self, tokens: Tokens, towards: Floats) -> Floats:
        """Return the length of the gradient of weighted logits by the vectors of each place, shape (places,).

        A place in several pieces, or in several windows, has the sum of their lengths.

        Args:
            tokens: One subject.
            towards: The weight of each class, shape (classes,).
        """
        ids, told, owners, place = self._opened(tokens)
        with one_thread():
            own = self._encoder.vectors(ids).detach().requires_grad_()
            logits = self._net(own, told, owners)[0]
            (pulled,) = torch.autograd.grad(logits @ torch.tensor(towards, dtype=torch.float32), own)
        found = np.zeros(len(tokens.places(0)) + 1)
        np.add.at(found, place.numpy(), pulled.norm(dim=-1).double().numpy())
        return found[:-1]

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

    def _opened(self, tokens: Tokens) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return a subject's windows, where their tokens are, whose they are, and the place of each token or -1."""
        pieces, places = self._placed(tokens)
        whole, one = range(len(pieces)), torch.tensor([0])
        ids, told, owners = Notes([pieces], self._ends, self._shape.window, None).take(one)
        numbers = Notes([list(whole)], Ends(begin=-1, end=-1, pad=-1), self._shape.window, None).take(one)[0]
        return ids, told, owners, torch.where(numbers >= 0, torch.tensor([*places, -1])[numbers], -1)

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
