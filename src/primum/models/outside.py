"""Pictures unlike those learnt from: by how they look and by what the scorer makes of them, never by one subject's own.

A classifier of pictures is sure of noise, of blank films and of other organs; what it says of them must not be told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save
from sklearn.covariance import LedoitWolf
from threadpoolctl import threadpool_limits

from primum.domain.study import Words
from primum.domain.tokens import GRID, Floats, Ints, Pictures, Pixels
from primum.errors import DataError, IntegrityError
from primum.plugins import Featured, Scorer

ALIKE = 0.99
"""Share of validation pictures that lie within the distance from which on a picture is unlike them."""
FAR = 1.0
"""Widths of the range of sizes beyond its ends from which on a size is unlike any learnt from."""
EDGES = (1, 99)
"""Percentiles between which nearly all samples of a picture lie."""
LOOKS, FEATURES = "looks", "features"
PARTS = ("mean", "scale", "factor", "most")
SIZES = "sizes"

BLANK = Words(en="The picture is blank: all its samples are equal.", zh="图像为空白：所有像素值相同。")
OTHER_SIZE = Words(
    en="The picture has {size} samples; the model learned from pictures of {sizes}.",
    zh="图像大小为 {size}；模型学习过的图像大小为 {sizes}。",
)
UNLIKE = Words(
    en="The picture is unlike those the model learned from: it lies {times:.1f} times as far from them as 99 of 100 "
    "such pictures do at most.",
    zh="本图像与模型学习过的图像不相似：其偏离程度是 99% 的同类图像所不超过之限度的 {times:.1f} 倍。",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Distance:
    """How far from the development part a picture lies, in numbers that describe it.

    Attributes:
        mean: Of each number over the development part, shape (d,).
        scale: Its deviation there, above zero, shape (d,).
        factor: Turns scaled differences into uncorrelated ones of deviation 1, shape (d, d).
        most: Within which ``ALIKE`` of the validation part lie.
    """

    mean: Floats
    scale: Floats
    factor: Floats
    most: float

    @classmethod
    def learn(cls, development: Floats, validation: Floats, smallest: int) -> Self:
        """Return the distance in the development part's own spread, with the validation part's limit.

        Args:
            development: Shape (subjects, d).
            validation: Shape (subjects, d).
            smallest: The limit is a distance that at least so many subjects reach, so that it is nobody's own.

        Source:
            Lee et al. 2018, NeurIPS (Mahalanobis distance in features); Ledoit & Wolf 2004, J Multivar Anal 88:365.
        """
        mean, spread = development.mean(axis=0), development.std(axis=0)
        scale = np.where(spread > 0, spread, 1.0)
        with threadpool_limits(limits=1):
            covariance = LedoitWolf().fit((development - mean) / scale).covariance_
            factor = np.linalg.inv(np.linalg.cholesky(covariance + 1e-6 * np.eye(len(mean))))
        free = cls(mean=mean, scale=scale, factor=factor, most=1.0)
        return cls(mean=mean, scale=scale, factor=factor, most=limit(free.of(validation), smallest))

    def of(self, numbers: Floats) -> Floats:
        """Return how far subjects lie, in units of ``most``, shape (subjects,)."""
        found: Floats = np.linalg.norm(((numbers - self.mean) / self.scale) @ self.factor.T, axis=1) / self.most
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gate:
    """What lets a picture pass to the model's answer.

    Attributes:
        looks: Distance by what the samples are like.
        features: Distance by what the scorer makes of them; None where it tells of no features.
        sizes: Least and greatest size that is not refused along each axis, shape (2, axes).
        channels: Of every picture.
    """

    looks: Distance
    features: Distance | None
    sizes: Ints
    channels: int

    def to_bytes(self) -> bytes:
        """Return the gate as safetensors; ``from_bytes`` gives an equal gate back."""
        parts: dict[str, Any] = {SIZES: self.sizes, "channels": np.array([self.channels])}
        for name, one in ((LOOKS, self.looks), (FEATURES, self.features)):
            if one is not None:
                parts |= {f"{name}.{part}": np.atleast_1d(getattr(one, part)) for part in PARTS}
        return save({name: np.ascontiguousarray(one) for name, one in parts.items()})

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the gate whose bytes these are.

        Raises:
            IntegrityError: They are not.
        """
        try:
            parts = load(data)
            return cls(
                looks=_distance(parts, LOOKS),
                features=_distance(parts, FEATURES) if f"{FEATURES}.mean" in parts else None,
                sizes=parts[SIZES].reshape(2, -1),
                channels=int(parts["channels"][0]),
            )
        except (KeyError, ValueError, IndexError, SafetensorError) as fault:
            raise IntegrityError(
                "The gate of the model of pictures is not what was written.",
                remedy="Restore the model from a verified release.",
            ) from fault

    def refuse(self, tokens: Pictures) -> None:
        """Refuse pictures of which the model can say nothing at all.

        Raises:
            DataError: One has other channels or axes than the model reads.
        """
        axes = self.sizes.shape[1]
        for one in tokens.values:
            if one.shape[0] != self.channels or one.ndim - 1 != axes:
                raise DataError(
                    f"The picture has {one.shape[0]} channel(s) in {one.ndim - 1} axes of space; the model reads "
                    f"{self.channels} in {axes}.",
                    remedy="Send pictures of the kind that the study names.",
                )

    def doubts(self, tokens: Pictures, scorer: Scorer) -> list[list[Words]]:
        """Return for each picture why it is not one to answer, empty where it is."""
        self.refuse(tokens)
        found = [self._at_sight(one) for one in tokens.values]
        left = np.array([row for row, one in enumerate(found) if not one], dtype=np.int64)
        for row, times in zip(left, self.times(tokens.take(left), scorer), strict=True):
            if times > 1:
                found[row] = [filled(UNLIKE, {"times": float(times)})]
        return found

    def times(self, tokens: Pictures, scorer: Scorer) -> Floats:
        """Return how far pictures lie from those learnt from, in units of what is still alike, shape (subjects,)."""
        if not len(tokens):
            return np.zeros(0)
        far = self.looks.of(looks(tokens))
        if self.features is not None and isinstance(scorer, Featured):
            far = np.maximum(far, self.features.of(scorer.features(tokens)))
        return far

    def _at_sight(self, picture: Pixels) -> list[Words]:
        space = np.array(picture.shape[1:])
        if not ((self.sizes[0] <= space) & (space <= self.sizes[1])).all():
            told = " – ".join(dict.fromkeys(size(one) for one in self.sizes))
            return [filled(OTHER_SIZE, {"size": size(space), "sizes": told})]
        return [BLANK] if (picture == picture.flat[0]).all() else []


def learn(scorer: Scorer, parts: tuple[Pictures, Pictures], smallest: int) -> Gate:
    """Return the gate of a scorer: spread from the development part, limits from the validation part.

    Of the distances by looks and by features the larger counts, and their common limit lets ``ALIKE`` of the validation
    part pass.

    Args:
        scorer: Fitted on the development part.
        parts: Development and validation.
        smallest: What fewer subjects share is not kept.

    Raises:
        DataError: The pictures differ in channels or axes.
    """
    sizes, channels = _sizes(parts[0], smallest)
    views = {LOOKS: [looks(one) for one in parts]}
    if isinstance(scorer, Featured):
        views[FEATURES] = [scorer.features(one) for one in parts]
    found = {name: Distance.learn(one[0], one[1], smallest) for name, one in views.items()}
    together = np.max([found[name].of(one[1]) for name, one in views.items()], axis=0)
    common = limit(together, smallest)
    kept = {
        name: Distance(mean=one.mean, scale=one.scale, factor=one.factor, most=one.most * common)
        for name, one in found.items()
    }
    return Gate(looks=kept[LOOKS], features=kept.get(FEATURES), sizes=sizes, channels=channels)


def looks(tokens: Pictures) -> Floats:
    """Return what the samples of each picture are like, shape (subjects, numbers).

    A channel at a time: mean, deviation, where nearly all samples lie, how far neighbours differ, and the mean in each
    cell of the grid beside the picture's own mean and deviation.
    """
    return np.array([np.concatenate([_look(channel) for channel in one]) for one in tokens.values])


def limit(far: Floats, smallest: int) -> float:
    """Return the distance within which ``ALIKE`` of the subjects lie, or all but ``smallest`` where that is fewer."""
    beyond = max(smallest, round((1 - ALIKE) * len(far)))
    ordered = np.sort(far)
    return max(float(ordered[max(0, len(ordered) - beyond)]), 1e-12)


def size(space: Sequence[int] | Ints) -> str:
    """Return a size as people read it, ``28 × 28``."""
    return " × ".join(str(int(one)) for one in space)


def filled(words: Words, figures: Mapping[str, str | float], zh: Mapping[str, str | float] | None = None) -> Words:
    """Return words with their figures; ``zh`` where they differ in Chinese."""
    return Words(en=words.en.format_map(figures), zh=words.zh.format_map(zh or figures))


def _look(channel: Pixels) -> Floats:
    values = channel.astype(np.float64)
    mean, spread = values.mean(), values.std()
    rough = [np.abs(np.diff(values, axis=axis)).mean() if size_ > 1 else 0.0 for axis, size_ in enumerate(values.shape)]
    cells = values
    for axis, size_ in enumerate(values.shape):
        edges = np.linspace(0, size_, GRID[values.ndim] + 1).round().astype(int)
        begins = np.minimum(edges[:-1], size_ - 1)
        counts = np.maximum(np.diff(edges), 1).reshape([-1 if one == axis else 1 for one in range(values.ndim)])
        cells = np.add.reduceat(cells, begins, axis=axis) / counts
    turned = (cells.ravel() - mean) / (spread if spread > 0 else 1.0)
    return np.concatenate([[mean, spread, *np.percentile(values, EDGES), np.mean(rough)], turned])


def _sizes(tokens: Pictures, smallest: int) -> tuple[Ints, int]:
    """Return the least and the greatest size that is alike, and how many channels there are.

    The ends are widened by ``FAR`` from sizes that at least ``smallest`` subjects reach or pass.

    Raises:
        DataError: The pictures differ in channels or axes.
    """
    kinds = {(one.shape[0], one.ndim) for one in tokens.values}
    if len(kinds) > 1:
        raise DataError(
            "The pictures of the development part differ in channels or axes of space.",
            remedy="Study pictures of one kind: all grey or all coloured, all flat or all volumes.",
        )
    space = np.sort(np.array([one.shape[1:] for one in tokens.values]), axis=0)
    at = min(smallest, (len(space) + 1) // 2)
    low, high = space[at - 1], space[-at]
    sizes = np.array([np.maximum(1, low - FAR * (high - low)), high + FAR * (high - low)]).astype(np.int64)
    return sizes, kinds.pop()[0]


def _distance(parts: Mapping[str, Any], name: str) -> Distance:
    """Return one distance of a gate.

    Raises:
        KeyError: It is not there.
        ValueError: It is not one.
    """
    mean, scale, factor, most = (np.asarray(parts[f"{name}.{part}"], dtype=np.float64) for part in PARTS)
    if scale.shape != mean.shape or factor.shape != (len(mean), len(mean)) or not np.isfinite(factor).all():
        raise ValueError("no distance")
    return Distance(mean=mean, scale=scale, factor=factor, most=float(most[0]))
