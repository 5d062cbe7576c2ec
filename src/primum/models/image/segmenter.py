"""Drawing what a picture holds: a U-Net tells of each sample of a picture or volume what it belongs to."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any, Self

import numpy as np
import torch
from monai.inferers.utils import sliding_window_inference
from monai.losses.dice import DiceCELoss
from monai.networks.nets.unet import UNet
from numpy.typing import NDArray
from safetensors.torch import load
from torch import Tensor, nn

from primum.domain.study import Model
from primum.domain.tokens import Pictures, Pixels, Tokens, pictures_of
from primum.errors import IntegrityError
from primum.models.devices import one_thread
from primum.models.fitting import Teaching
from primum.models.image.classifier import plan_of, read_encoder
from primum.models.image.kept import WEIGHTS, files_of, undamaged
from primum.models.image.looks import kind_of
from primum.models.image.recipes import Recipe
from primum.models.image.tiles import Masks, Tiles, filled, standardised, whole
from primum.models.image.varying import varied_together
from primum.models.training import Aim, train

SHAPE = "segmenter.json"
FLAT = 2
MOST = {2: 256, 3: 64}
"""Samples along an axis of a tile, at most."""
OVERLAP = 0.5
"""Of neighbouring windows on a picture larger than a tile."""
NORM = {2: "batch", 3: "instance"}
"""A batch of volumes is too small for statistics over it."""
PLAIN = Recipe()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What is kept beside the weights.

    Attributes:
        channels: Of the pictures.
        classes: How many, nothing included.
        width: Feature maps at full size, doubled at each halving.
        depth: Levels.
        tile: Samples along each axis that are seen at once.
        flips: Axes along which a picture is mirrored and looked at once more.
    """

    channels: int
    classes: int
    width: int
    depth: int
    tile: tuple[int, ...]
    flips: tuple[int, ...]

    @classmethod
    def of(cls, tokens: Pictures, classes: int, model: Model, recipe: Recipe) -> Self:
        """Return the shape that pictures and the study's model ask for."""
        channels, axes = kind_of(tokens)
        largest = np.array([one.shape[1:] for one in tokens.values]).max(axis=0).tolist()
        recipe.sized(tuple(largest))  # refuses flips along other axes
        tile = whole(recipe.size or largest, 2 ** (model.depth - 1), MOST[axes])
        return cls(
            channels=channels, classes=classes, width=model.width, depth=model.depth, tile=tile, flips=recipe.flips
        )

    def net(self) -> nn.Module:
        """Return a U-Net with random weights; its first level works on samples as they are, so borders stay sharp.

        Source:
            Ronneberger, Fischer & Brox 2015, MICCAI; MONAI ``UNet``.
        """
        made: nn.Module = UNet(
            spatial_dims=len(self.tile),
            in_channels=self.channels,
            out_channels=self.classes,
            channels=[self.width * 2**level for level in range(self.depth)],
            strides=[1, *[2] * (self.depth - 2)],
            norm=NORM[len(self.tile)],
            act="LEAKYRELU",
        )
        if len(self.tile) == FLAT:
            made.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # torch's stubs do not know it
        return made


class Segmenter:
    """The fitted model; draws on the processor in single precision, in one thread, one picture after the other.

    Args:
        net: The trained U-Net.
        shape: Its shape.
    """

    def __init__(self, net: nn.Module, shape: Shape) -> None:
        self._net, self._shape = net.float().eval(), shape
        self._net.requires_grad_(requires_grad=False)

    def probabilities(self, tokens: Tokens) -> list[Pixels]:
        """Return of each picture the probability of each class in each sample, shape (classes, *space), own size.

        Raises:
            IntegrityError: A picture is of another kind than those learnt from.
        """
        with torch.inference_mode(), one_thread():
            return [self._probability(one) for one in pictures_of(tokens).values]

    def masks(self, tokens: Tokens) -> list[NDArray[np.int64]]:
        """Return of each picture the likeliest class of each sample, shape (*space,)."""
        return [one.argmax(axis=0) for one in self.probabilities(tokens)]

    def state(self) -> Mapping[str, bytes]:
        """Return weights as safetensors, and the shape as JSON."""
        return files_of(self._net, asdict(self._shape), SHAPE)

    @classmethod
    def load(cls, state: Mapping[str, bytes]) -> Self:
        """Return the segmenter whose state this is.

        Raises:
            IntegrityError: It is not one this class wrote.
        """
        with undamaged("the segmentation model"):
            document: dict[str, Any] = json.loads(state[SHAPE])
            shape = Shape(**document | {name: tuple(document[name]) for name in ("tile", "flips")})
            net = shape.net()
            net.load_state_dict(load(state[WEIGHTS]))
        return cls(net, shape)

    def _probability(self, picture: Pixels) -> Pixels:
        shape, space = self._shape, picture.shape[1:]
        if len(picture) != shape.channels or len(space) != len(shape.tile):
            raise IntegrityError(
                "A model of pictures was shown one of another kind than it learnt from.",
                remedy=f"Show it pictures of {shape.channels} channels and {len(shape.tile)} axes of space.",
            )
        multiple = 2 ** (shape.depth - 1)
        seen = filled(standardised(picture), whole(space, multiple, 1 << 30)).unsqueeze(0)
        ways = [some for count in range(len(shape.flips) + 1) for some in combinations(shape.flips, count)]
        total = torch.zeros(shape.classes, *seen.shape[2:])
        for way in ways:
            axes = [2 + one for one in way]
            total += self._drawn(seen.flip(axes)).softmax(dim=1).flip(axes)[0]
        inside = tuple(slice(0, size) for size in space)
        found: Pixels = (total / len(ways))[(slice(None), *inside)].numpy()
        return found

    def _drawn(self, seen: Tensor) -> Tensor:
        """Return logits of a picture, through windows where it is larger than a tile; memory stays that of a window."""
        tile = self._shape.tile
        if all(size <= side for size, side in zip(seen.shape[2:], tile, strict=True)):
            logits: Tensor = self._net(seen)
            return logits
        return sliding_window_inference(seen, tile, 1, self._net, overlap=OVERLAP, mode="gaussian")  # type: ignore[return-value] # one tensor from a net that gives one


def fit(tokens: Pictures, masks: Masks, teaching: Teaching, recipe: Recipe = PLAIN) -> Segmenter:
    """Return a segmenter that learnt for all the epochs of its model.

    Args:
        tokens: Pictures or volumes, of any sizes.
        masks: Of each the class of each sample, shape (*space,), as many classes as ``teaching.labels`` names, the
            first of them nothing.
        teaching: Shape and pace.
        recipe: How pictures and their masks vary together.

    Raises:
        DataError: Pictures differ in their channels or axes, or a mask has another size than its picture.

    Source:
        Ronneberger, Fischer & Brox 2015, MICCAI; Isensee et al. 2021, Nat Methods 18:203 (Dice and cross entropy).
    """
    model = teaching.model
    shape = Shape.of(tokens, len(teaching.labels), model, recipe)
    with torch.random.fork_rng():
        torch.manual_seed(teaching.seed)
        net = shape.net()
    if teaching.encoder:
        read_encoder(net, teaching.encoder)
    rows = Tiles(tokens, masks, shape.tile)
    plan = replace(plan_of(model, teaching.seed, recipe, patience=0), patience=0)
    empty = Tiles(tokens.take(np.arange(1)), masks[:1], shape.tile)
    train(net, Aim(_Drawing(recipe), _silent), (rows, empty), plan, teaching.running("all"))
    return Segmenter(net, shape)


class _Drawing:
    """Dice loss and cross entropy of what is drawn on pictures that vary.

    Args:
        recipe: How they vary.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.cost = DiceCELoss(softmax=True, to_onehot_y=True, batch=True)

    def __call__(self, net: nn.Module, batch: tuple[Tensor, ...], dice: torch.Generator) -> Tensor:
        """Return the loss of a batch."""
        pictures, truth = batch
        seen, drawn = varied_together(pictures, truth, self.recipe, dice)
        loss: Tensor = self.cost(net(seen).float(), drawn.unsqueeze(1))
        return loss


def _silent(net: nn.Module, rows: object) -> float:
    """Return nothing to stop by: the plan goes to its end."""
    del net, rows
    return 0.0
