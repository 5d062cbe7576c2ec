"""The neural model of tables: every column is a token, and a small transformer lets them speak to each other."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from primum.domain.study import Model
from primum.domain.tokens import Cells, Floats, Tokens, cells_of
from primum.errors import IntegrityError

WEIGHTS, SHAPE = "weights.safetensors", "tabular.json"
FURTHEST = 8.0
"""Standard deviations beyond which a value tells the model nothing more."""
BATCH = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """What the model knows of each place from the development part.

    Attributes:
        categories: How many, 0 for a number.
        median: Of what is known.
        mean: Of what is known.
        sd: Of what is known; 1 where nothing varies.
    """

    categories: tuple[int, ...]
    median: tuple[float, ...]
    mean: tuple[float, ...]
    sd: tuple[float, ...]

    @classmethod
    def of(cls, tokens: Cells) -> Self:
        """Return the scaling that development tokens ask for."""
        median, mean, sd = [], [], []
        for place, column in enumerate(tokens.columns):
            known = tokens.values[:, place][~np.isnan(tokens.values[:, place])]
            counts = known.size and not column.categories
            median.append(float(np.median(known)) if counts else 0.0)
            mean.append(float(known.mean()) if counts else 0.0)
            sd.append((float(known.std()) if counts else 0.0) or 1.0)
        return cls(
            categories=tuple(len(one.categories) for one in tokens.columns),
            median=tuple(median),
            mean=tuple(mean),
            sd=tuple(sd),
        )

    def apply(self, values: Floats) -> tuple[Floats, Floats]:
        """Return standardised values with 0 for missing, and where they are known (1) or missing (0)."""
        known = ~np.isnan(values)
        numeric = np.array(self.categories) == 0
        scaled = np.where(numeric, (values - np.array(self.mean)) / np.array(self.sd), values)
        clipped = np.where(numeric, np.clip(scaled, -FURTHEST, FURTHEST), scaled)
        return np.where(known, clipped, 0.0), known.astype(np.float64)


class Encoder(nn.Module):
    """Turns a row of places into one vector a place, and one for the whole row.

    Args:
        categories: Of each place, 0 for a number.
        model: Width, depth, heads, dropout.

    Source:
        Gorishniy et al. 2021, NeurIPS 34 (FT-Transformer: feature tokens); Vaswani et al. 2017, NeurIPS 30.
    """

    def __init__(self, categories: Sequence[int], model: Model) -> None:
        super().__init__()
        places, width = len(categories), model.width
        starts = np.concatenate([[0], np.cumsum(categories)])[:-1]
        self.register_buffer("numeric", torch.tensor([not one for one in categories]), persistent=False)
        self.register_buffer("start", torch.tensor(starts, dtype=torch.long), persistent=False)
        bound = width**-0.5
        self.weight = nn.Parameter(torch.empty(places, width).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(places, width).uniform_(-bound, bound))
        self.missing = nn.Parameter(torch.empty(places, width).uniform_(-bound, bound))
        self.masked = nn.Parameter(torch.empty(width).uniform_(-bound, bound))
        self.whole = nn.Parameter(torch.empty(width).uniform_(-bound, bound))
        self.level = nn.Embedding(max(1, sum(categories)), width)
        layer = nn.TransformerEncoderLayer(
            width, model.heads, 2 * width, model.dropout, activation="gelu", batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, model.depth, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(width)

    def forward(self, values: Tensor, known: Tensor, hidden: Tensor | None = None) -> Tensor:
        """Return vectors, shape (rows, 1 + places, width), the row's own first.

        Args:
            values: Standardised numbers or category indices, 0 where missing, shape (rows, places).
            known: 1 where a value is known, shape (rows, places).
            hidden: True where a value is masked and must be rebuilt, shape (rows, places).
        """
        numeric, start = self.get_buffer("numeric"), self.get_buffer("start")
        index = torch.where(numeric, 0, values.long()) + start
        number = values.unsqueeze(-1) * self.weight
        level = self.level(index.clamp(max=self.level.num_embeddings - 1))
        tokens = torch.where(numeric.unsqueeze(-1), number, level) + self.bias
        tokens = torch.where(known.unsqueeze(-1) > 0, tokens, self.missing + self.bias)
        if hidden is not None:
            tokens = torch.where(hidden.unsqueeze(-1), self.masked + self.bias, tokens)
        whole = self.whole.expand(len(values), 1, -1)
        encoded: Tensor = self.norm(self.layers(torch.cat([whole, tokens], dim=1)))
        return encoded


class Classifier(nn.Module):
    """An encoder with a linear head on the row's own vector.

    Args:
        encoder: Possibly pretrained.
        width: Of the encoder's vectors.
        classes: How many.
    """

    def __init__(self, encoder: Encoder, width: int, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(width, classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, values: Tensor, known: Tensor) -> Tensor:
        """Return logits, shape (rows, classes)."""
        logits: Tensor = self.head(self.encoder(values, known)[:, 0])
        return logits


class TabularScorer:
    """The fitted neural model; scores in double precision on the processor, so that batching changes nothing shown.

    Args:
        net: The trained classifier.
        scaling: Of the development part.
        model: Shape of the net.
    """

    def __init__(self, net: Classifier, scaling: Scaling, model: Model) -> None:
        self._scaling, self._model, self._classes = scaling, model, net.head.out_features
        self._weights = {name: one.detach().float().cpu().contiguous() for name, one in net.state_dict().items()}
        self._net = Classifier(Encoder(scaling.categories, model), model.width, self._classes)
        self._net.load_state_dict(self._weights)
        self._net.double().eval()

    def logits(self, tokens: Tokens) -> Floats:
        """Return unnormalised log-probabilities, shape (subjects, classes)."""
        values, known = self._scaling.apply(cells_of(tokens).values)
        with torch.inference_mode():
            found = [
                self._net(torch.from_numpy(values[at : at + BATCH]), torch.from_numpy(known[at : at + BATCH]))
                for at in range(0, len(values), BATCH)
            ]
        result: Floats = torch.cat(found).numpy() if found else np.zeros((0, self._classes))
        return result

    def state(self) -> Mapping[str, bytes]:
        """Return weights as safetensors, and the net's shape and scaling as JSON."""
        shape = {
            "model": self._model.model_dump(mode="json"),
            "classes": self._classes,
            "scaling": {name: list(getattr(self._scaling, name)) for name in ("categories", "median", "mean", "sd")},
        }
        return {WEIGHTS: save(self._weights), SHAPE: json.dumps(shape, sort_keys=True).encode()}

    @classmethod
    def load(cls, state: Mapping[str, bytes]) -> Self:
        """Return the scorer whose state this is.

        Raises:
            IntegrityError: It is not one this class wrote.
        """
        try:
            shape: dict[str, Any] = json.loads(state[SHAPE])
            model = Model.model_validate_json(json.dumps(shape["model"]))
            scaling = Scaling(**{name: tuple(one) for name, one in shape["scaling"].items()})
            net = Classifier(Encoder(scaling.categories, model), model.width, shape["classes"])
            net.load_state_dict(load(state[WEIGHTS]))
        except (KeyError, TypeError, ValueError, RuntimeError, ValidationError, SafetensorError) as fault:
            raise IntegrityError(
                "The files of the neural model are not what it wrote.",
                remedy="Restore the model from a verified release.",
            ) from fault
        return cls(net, scaling, model)


def encoder_files(encoder: Encoder) -> dict[str, bytes]:
    """Return an encoder's weights as one safetensors file."""
    return {WEIGHTS: save({name: one.detach().cpu().contiguous() for name, one in encoder.state_dict().items()})}


def read_encoder(encoder: Encoder, files: Mapping[str, bytes]) -> None:
    """Put the weights of ``encoder_files`` into an encoder of the same shape.

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
