"""Parts a table into groups of neighbours, each of them large and diverse enough, and as narrow as that allows."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from primum.privacy.diversity import NOTHING, Diversity, Floats, Ints

MISSING = -1.0
"""Where a missing value lies on an axis: apart from all others."""
TRIED = 6
"""Of places to cut so many are tried, the nearest to the middle first."""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A tree of values that says which are alike.

    Attributes:
        order: The leaves in an order in which those under one node are neighbours.
        levels: Number of the node of each leaf, shape (levels, leaves): leaves themselves first, the root last.
        names: Name of each node, for each level.
    """

    order: tuple[str, ...]
    levels: Ints
    names: tuple[tuple[str, ...], ...]

    def node(self, low: int, high: int) -> tuple[int, int]:
        """Return (level, number) of the smallest node that holds both leaves."""
        level = int(np.argmax(self.levels[:, low] == self.levels[:, high]))
        return level, int(self.levels[level, low])

    def cuts(self, low: int, high: int) -> Ints:
        """Return the leaves after which the children of the smallest node that holds both can be parted."""
        level, _ = self.node(low, high)
        codes = self.levels[max(level - 1, 0), low : high + 1]
        return np.flatnonzero(codes[1:] != codes[:-1]) + low


def hierarchy(paths: Mapping[str, Sequence[str]]) -> Hierarchy:
    """Return the tree of values, given for each leaf the names of the nodes above it, the root last or left out.

    Raises:
        ValueError: Leaves have different numbers of nodes above them.
    """
    depths = {len(one) for one in paths.values()}
    if len(depths) > 1:
        raise ValueError("every value of a hierarchy needs the same number of nodes above it")
    whole = {leaf: (leaf, *above, "*") for leaf, above in paths.items()}
    order = tuple(sorted(whole, key=lambda leaf: whole[leaf][::-1]))
    levels, names = [], []
    for level in range(max(depths, default=0) + 2):
        seen: dict[Hashable, int] = {}
        levels.append([seen.setdefault(whole[leaf][level:], len(seen)) for leaf in order])
        names.append(tuple(str(one[0]) for one in seen if isinstance(one, tuple)))
    return Hierarchy(order=order, levels=np.array(levels, dtype=np.int64), names=tuple(names))


@dataclass(frozen=True, slots=True)
class Axis:
    """A quasi-identifier as a line on which its values lie.

    Attributes:
        places: Where each row lies, 0 to 1, or ``MISSING``; shape (rows,).
        tree: Where its values have one; a leaf then lies at its number divided by that of the last.
        names: The values by their places, where they have neither an order that means anything nor a tree.
    """

    places: Floats
    tree: Hierarchy | None = None
    names: tuple[str, ...] = ()

    def cuts(self, inside: Floats) -> Floats:
        """Return where the rows of a group can be parted: at most the values returned go to the lower side."""
        values = np.unique(inside)
        if self.tree is None or values[0] == MISSING:
            return values[:-1] if values[0] != MISSING else values[:1]
        last = max(len(self.tree.order) - 1, 1)
        low, high = round(values[0] * last), round(values[-1] * last)
        return self.tree.cuts(low, high) / last

    def width(self, low: float, high: float) -> float:
        """Return how much is unknown of a row of a group that reaches from low to high, 0 to 1."""
        if low == high:
            return 0.0
        if low == MISSING:
            return 1.0
        if self.tree is None:
            return high - low
        last = max(len(self.tree.order) - 1, 1)
        level, node = self.tree.node(round(low * last), round(high * last))
        return float((self.tree.levels[level] == node).sum() - 1) / last


def parted(axes: Sequence[Axis], k: int, diversity: Diversity = NOTHING, sensitive: Ints | None = None) -> Ints:
    """Return the number of the group of each row, shape (rows,).

    A group is halved where it is widest, at the place nearest to its middle that leaves both halves large and diverse
    enough, until none can be halved.

    Args:
        axes: The quasi-identifiers.
        k: Rows in a group, at least; fewer rows than that make one group.
        diversity: What is asked beside.
        sensitive: Number of the sensitive value of each row, needed where ``diversity`` asks anything.

    Source: LeFevre, DeWitt, Ramakrishnan 2006, Mondrian multidimensional k-anonymity, ICDE 22.
    """
    places = np.stack([one.places for one in axes], axis=1)
    cutter = _Cutter(axes, places, k, diversity, np.zeros(len(places), np.int64) if sensitive is None else sensitive)
    groups = np.zeros(len(places), dtype=np.int64)
    waiting, done = [np.arange(len(places))], 0
    while waiting:
        part = waiting.pop()
        halves = cutter.halves(part) if len(part) >= 2 * k else None
        if halves is None:
            groups[part] = done
            done += 1
        else:
            waiting += halves
    return groups


class _Cutter:
    """Halves groups."""

    def __init__(self, axes: Sequence[Axis], places: Floats, k: int, diversity: Diversity, sensitive: Ints) -> None:
        self._axes, self._places, self._k = axes, places, k
        self._diversity, self._sensitive = diversity, sensitive
        counts = np.bincount(sensitive)
        self._overall = counts / max(int(counts.sum()), 1)

    def halves(self, part: Ints) -> list[Ints] | None:
        """Return a group in two, or None where it cannot be parted."""
        inside = self._places[part]
        low, high = inside.min(axis=0), inside.max(axis=0)
        widths = np.array([one.width(a, b) for one, a, b in zip(self._axes, low.tolist(), high.tolist(), strict=True)])
        for at in np.argsort(-widths, kind="stable"):
            if widths[at] == 0:
                return None
            halves = self._cut(part, inside[:, at], self._axes[at])
            if halves is not None:
                return halves
        return None

    def _cut(self, part: Ints, inside: Floats, axis: Axis) -> list[Ints] | None:
        cuts = axis.cuts(inside)
        below = np.searchsorted(np.sort(inside), cuts, side="right")
        fits = (below >= self._k) & (len(part) - below >= self._k)
        cuts, below = cuts[fits], below[fits]
        nearest = np.argsort(np.abs(2 * below - len(part)), kind="stable")[:TRIED]
        for cut in cuts[nearest]:
            lower = inside <= cut
            halves = [part[lower], part[~lower]]
            if not self._diversity.asks or all(self._is_diverse(one) for one in halves):
                return halves
        return None

    def _is_diverse(self, part: Ints) -> bool:
        counts = np.bincount(self._sensitive[part], minlength=len(self._overall))
        return self._diversity.is_met(counts, self._overall)
