"""Small nets for pictures of two or three axes, made of MONAI's blocks."""

import math
from itertools import pairwise

import torch
from monai.networks.blocks.convolutions import Convolution
from monai.networks.nets.resnet import ResNetBlock
from torch import Tensor, nn

from primum.domain.study import Model

FLAT, GROUPS = 2, 4
Norm = str | tuple[str, dict[str, int]]


class Encoder(nn.Module):
    """A residual net without its end: feature maps of a picture, halved in size at the beginning and at each stage.

    MONAI's own ``ResNet`` has four stages of fixed strides, made for pictures of 224 samples: of 28 it leaves one.
    These are its blocks, one a stage, in as many stages as the study's model is deep.

    Args:
        channels: Of the pictures.
        axes: Of space, 2 or 3.
        model: ``width`` is that of the first stage, doubled at each; ``depth`` is the number of stages.

    Source:
        He et al. 2016, CVPR (residual blocks); MONAI ``ResNetBlock``.
    """

    def __init__(self, channels: int, axes: int, model: Model) -> None:
        super().__init__()
        widths = [model.width * 2**stage for stage in range(model.depth)]
        norm = norm_of(axes, model.width)
        self.width = widths[-1]
        self.stem = _convolution((axes, channels, widths[0], 3), norm, "relu")
        self.stages = nn.Sequential(ResNetBlock(widths[0], widths[0], axes, norm=norm))
        for narrow, wide in pairwise(widths):
            shortcut = _convolution((axes, narrow, wide, 1), norm, None)
            self.stages.append(ResNetBlock(narrow, wide, axes, stride=2, downsample=shortcut, norm=norm))

    def forward(self, pictures: Tensor) -> Tensor:
        """Return feature maps, shape (n, width, *space halved once a stage), of pictures (n, channels, *space)."""
        maps: Tensor = self.stages(self.stem(pictures))
        return maps


class Classifier(nn.Module):
    """An encoder and a linear head on the mean of its feature maps.

    Args:
        encoder: Possibly pretrained.
        classes: How many.
        dropout: Of the mean.

    Source:
        Lin, Chen & Yan 2014, ICLR (global average pooling).
    """

    def __init__(self, encoder: Encoder, classes: int, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(encoder.width, classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return logits, shape (n, classes)."""
        return self.decide(self.encoder(pictures))

    def decide(self, maps: Tensor) -> Tensor:
        """Return logits of feature maps."""
        logits: Tensor = self.head(self.dropout(maps.mean(dim=tuple(range(2, maps.ndim)))))
        return logits


def classifier(kind: tuple[int, int], classes: int, model: Model) -> Classifier:
    """Return a classifier with random weights, of pictures of so many (channels, axes)."""
    return Classifier(Encoder(*kind, model), classes, model.dropout)


def begun(kind: tuple[int, int], classes: int, model: Model, seed: int) -> Classifier:
    """Return a classifier whose weights are drawn from a seed and from nothing else."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return classifier(kind, classes, model)


def norm_of(axes: int, width: int) -> Norm:
    """Return MONAI's name of a norm: over the batch, but over groups of features where a batch is a few volumes.

    Source:
        Ioffe & Szegedy 2015, ICML (batch norm); Wu & He 2018, ECCV (group norm).
    """
    return "batch" if axes == FLAT else ("group", {"num_groups": math.gcd(GROUPS, width)})


def _convolution(shape: tuple[int, int, int, int], norm: Norm, act: str | None) -> nn.Module:
    """Return a convolution that halves, of so many (axes, channels in, channels out, samples), with norm and act."""
    axes, narrow, wide, kernel = shape
    made: nn.Module = Convolution(axes, narrow, wide, strides=2, kernel_size=kernel, norm=norm, act=act, bias=False)
    return made
