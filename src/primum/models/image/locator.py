"""Finding things in pictures: a small net tells where the middles of things lie, and how far their edges are."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import torch
from monai.data.box_utils import non_max_suppression
from monai.networks.blocks.convolutions import Convolution
from monai.networks.nets.unet import UNet
from safetensors.torch import load
from torch import Tensor, nn
from torch.nn import functional

from primum.domain.study import Model
from primum.domain.tokens import Floats, Ints, Pictures, Tokens, pictures_of
from primum.models.devices import one_thread
from primum.models.fitting import Teaching
from primum.models.image.boxed import STRIDE, Boxed, Finding
from primum.models.image.classifier import plan_of
from primum.models.image.kept import WEIGHTS, files_of, undamaged
from primum.models.image.looks import Look
from primum.models.image.recipes import Recipe
from primum.models.training import Aim, train

SHAPE = "locator.json"
RARE = -4.6
"""Log-odds of a middle before learning: one in a hundred."""
NEIGHBOURS = 3
FEWEST, MOST = 0.02, 300
"""Score below which nothing is told, and things told of in one picture at most."""
APART = 0.5
"""Overlap (intersection over union) from which on the weaker of two boxes of one kind is the same thing again."""
PLAIN = Recipe(turn=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found in one picture.

    Attributes:
        boxes: First and last row and column as edges of samples, (top, left, bottom, right), shape (things, 4).
        kinds: Index of what each is, shape (things,).
        scores: How sure the model is, 0 to 1, falling, shape (things,).
    """

    boxes: Floats
    kinds: Ints
    scores: Floats

    def counts(self, thresholds: Sequence[float]) -> Ints:
        """Return how many things of each kind reach the kind's threshold, shape (kinds,)."""
        return np.array(
            [((self.kinds == kind) & (self.scores >= one)).sum() for kind, one in enumerate(thresholds)],
            dtype=np.int64,
        )


class Net(nn.Module):
    """Two halvings, then MONAI's U-Net: of each cell of 4 x 4 samples whether a middle lies there, and four distances.

    Args:
        channels: Of the pictures.
        kinds: Of things.
        model: ``width`` of the first level, ``depth`` levels.

    Source:
        Zhou, Wang & Krähenbühl 2019, arXiv:1904.07850 (CenterNet); Liu et al. 2020, AAAI (TTFNet: distances to edges).
    """

    def __init__(self, channels: int, kinds: int, model: Model) -> None:
        super().__init__()
        width = model.width
        self.kinds = kinds
        self.stem = nn.Sequential(
            Convolution(2, channels, width // 2, strides=2, norm="batch", act="relu"),
            Convolution(2, width // 2, width, strides=2, norm="batch", act="relu"),
        )
        self.body = UNet(
            spatial_dims=2,
            in_channels=width,
            out_channels=width,
            channels=[width * 2**level for level in range(model.depth)],
            strides=[1, *[2] * (model.depth - 2)],
            num_res_units=1,
            norm="batch",
            act="relu",
        )
        self.head = nn.Conv2d(width, kinds + 4, 1)
        nn.init.zeros_(self.head.weight[kinds:])
        nn.init.constant_(self.head.bias, 0.0)  # type: ignore[arg-type] # a convolution has one
        with torch.no_grad():
            self.head.bias[:kinds] = RARE  # type: ignore[index]
            self.head.bias[kinds:] = 1.0  # type: ignore[index]

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return log-odds of middles (n, kinds, rows, columns) and distances to edges in cells (n, 4, ...)."""
        told = self.head(functional.relu(self.body(self.stem(pictures))))
        return told[:, : self.kinds], told[:, self.kinds :].clamp(-4, 6).exp()


class Locator:
    """The fitted model; looks on the processor in single precision, in one thread, at one picture after the other.

    Args:
        net: The trained net.
        look: How it sees pictures.
        model: Shape of the net.
    """

    def __init__(self, net: Net, look: Look, model: Model) -> None:
        self._net, self._look, self._model = net.float().eval(), look, model
        self._net.requires_grad_(requires_grad=False)

    def find(self, tokens: Tokens) -> list[Found]:
        """Return what is found in each picture, in its own samples, the surest first."""
        pictures = pictures_of(tokens)
        with torch.inference_mode(), one_thread():
            return [self._found(pictures.take(np.array([row]))) for row in range(len(pictures))]

    def state(self) -> Mapping[str, bytes]:
        """Return weights as safetensors, and the net's shape and its look as JSON."""
        shape = {
            "model": self._model.model_dump(mode="json"),
            "kinds": self._net.kinds,
            "look": self._look.as_document(),
        }
        return files_of(self._net, shape, SHAPE)

    @classmethod
    def load(cls, state: Mapping[str, bytes]) -> Self:
        """Return the locator whose state this is.

        Raises:
            IntegrityError: It is not one this class wrote.
        """
        with undamaged("the model that finds things"):
            shape: dict[str, Any] = json.loads(state[SHAPE])
            model = Model.model_validate_json(json.dumps(shape["model"]))
            look = Look.from_document(shape["look"])
            net = Net(look.channels, shape["kinds"], model)
            net.load_state_dict(load(state[WEIGHTS]))
        return cls(net, look, model)

    def _found(self, one: Pictures) -> Found:
        seen = self._look.tensor(one)
        heat, edges = self._seen(seen)
        for axis in self._look.recipe.flips:
            other, turned = self._seen(seen.flip(2 + axis))
            turned = turned.flip(2 + axis)
            swapped = [2, 1, 0, 3] if axis == 0 else [0, 3, 2, 1]
            heat, edges = heat + other.flip(2 + axis), edges + turned[:, swapped]
        ways = 1 + len(self._look.recipe.flips)
        scores, kinds, boxes = peaks(heat[0] / ways, edges[0] / ways)
        boxes = self._back(boxes, one)
        keep = [
            members[non_max_suppression(boxes[members], scores[members], APART)]
            for kind in range(self._net.kinds)
            if len(members := (kinds == kind).nonzero().flatten())
        ]
        kept = torch.cat(keep) if keep else torch.zeros(0, dtype=torch.long)
        kept = kept[scores[kept].argsort(descending=True, stable=True)]
        return Found(
            boxes=boxes[kept].double().numpy(), kinds=kinds[kept].numpy(), scores=scores[kept].double().numpy()
        )

    def _seen(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        heat, edges = self._net(pictures)
        return heat.sigmoid(), edges

    def _back(self, boxes: Tensor, one: Pictures) -> Tensor:
        """Return boxes in the picture's own samples, cut off at its edges."""
        space = one.values[0].shape[1:]
        inside = self._look.inside(space, one.spacing[0])
        shift = torch.tensor(self._look.margins(inside) * 2, dtype=boxes.dtype)
        scale = torch.tensor([own / new for own, new in zip(space, inside, strict=True)] * 2, dtype=boxes.dtype)
        most = torch.tensor(tuple(space) * 2, dtype=boxes.dtype)
        return ((boxes - shift) * scale).clamp(min=torch.zeros(4), max=most)


def peaks(heat: Tensor, edges: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return scores (n,), kinds (n,) and boxes (n, 4), in samples of the frame, of cells above all their neighbours.

    Args:
        heat: Probability of a middle, shape (kinds, rows, columns).
        edges: Distance to top, left, bottom and right edge in cells, shape (4, rows, columns).
    """
    highest = functional.max_pool2d(heat.unsqueeze(0), NEIGHBOURS, 1, NEIGHBOURS // 2)[0]
    flat = torch.where((heat == highest) & (heat >= FEWEST), heat, 0.0).flatten()
    order = flat.argsort(descending=True, stable=True)[:MOST]
    order = order[flat[order] > 0]
    kinds, cell = order // heat[0].numel(), order % heat[0].numel()
    middle = torch.stack([cell // heat.shape[2], cell % heat.shape[2]], dim=1) + 0.5
    reach = edges.flatten(1)[:, cell].T
    boxes = torch.cat([middle - reach[:, :2], middle + reach[:, 2:]], dim=1) * STRIDE
    return flat[order], kinds, boxes


def fit(tokens: Pictures, truth: Sequence[Finding], teaching: Teaching, recipe: Recipe = PLAIN) -> Locator:
    """Return a locator that learnt for all the epochs of its model.

    Args:
        tokens: Flat pictures of any sizes.
        truth: What is in each; kinds are indices of ``teaching.labels``.
        teaching: Shape and pace.
        recipe: How pictures and boxes vary together; it must not turn, for a turned box is none.

    Source:
        Zhou, Wang & Krähenbühl 2019, arXiv:1904.07850; Liu et al. 2020, AAAI (TTFNet).
    """
    model = teaching.model
    look = Look.of(tokens, recipe)
    look = replace(look, recipe=replace(look.recipe, size=_whole(look.recipe.size, 2**model.depth)))
    with torch.random.fork_rng():
        torch.manual_seed(teaching.seed)
        net = Net(look.channels, len(teaching.labels), model)
    rows = Boxed(tokens, truth, look)
    task = rows.task(len(teaching.labels), recipe)
    empty = Boxed(tokens.take(np.arange(1)), truth[:1], look)
    plan = plan_of(model, teaching.seed, recipe, patience=0)
    train(net, Aim(task, lambda *_: 0.0), (rows, empty), plan, teaching.running("all"))
    return Locator(net, look, model)


def _whole(size: tuple[int, ...], multiple: int) -> tuple[int, ...]:
    """Return a size rounded up to a multiple along each axis."""
    return tuple(-(-one // multiple) * multiple for one in size)
