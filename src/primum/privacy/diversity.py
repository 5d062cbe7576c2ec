"""What a group of alike people still says about each of them: l-diversity and t-closeness."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ENOUGH = 1e-9
"""How far rounding may put a share beside its limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diversity:
    """What is asked of the sensitive values in every group, beside its size; the defaults ask nothing.

    Attributes:
        distinct: At least so many different values.
        entropy: At least the entropy of so many equally frequent values.
        closeness: At most so far from their distribution in the whole table, 0 to 1.
        ordered: Whether the values have an order, by which distance counts; else all are equally far from each other.

    Source: Machanavajjhala et al. 2007, l-diversity, ACM TKDD 1:3 (distinct and entropy l-diversity); Li, Li,
        Venkatasubramanian 2007, t-closeness, ICDE 23 (earth mover's distance, equal and ordered).
    """

    distinct: int = 1
    entropy: float = 1.0
    closeness: float = 1.0
    ordered: bool = False

    @property
    def asks(self) -> bool:
        """Return whether anything is asked at all."""
        return self.distinct > 1 or self.entropy > 1 or self.closeness < 1

    def is_met(self, counts: Ints, overall: Floats) -> bool:
        """Return whether a group is diverse enough.

        Args:
            counts: How often each sensitive value is in the group, shape (values,).
            overall: The share of each in the whole table, shape (values,).
        """
        if int((counts > 0).sum()) < self.distinct:
            return False
        if self.entropy > 1 and entropy(counts) < self.entropy - ENOUGH:
            return False
        return self.closeness >= 1 or distance(counts, overall, ordered=self.ordered) <= self.closeness + ENOUGH


NOTHING = Diversity()
"""Asks nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How diverse the worst group of a table is.

    Attributes:
        distinct: Fewest different sensitive values in a group.
        entropy: Smallest number of equally frequent values with the entropy of a group.
        closeness: Greatest distance of a group from the whole, 0 to 1.
    """

    distinct: int
    entropy: float
    closeness: float


def entropy(counts: Ints) -> float:
    """Return the number of equally frequent values that have the same entropy as these; 0 of an empty group.

    Args:
        counts: How often each value is there, shape (values,).
    """
    total = int(counts.sum())
    shares = counts[counts > 0] / total if total else np.zeros(0)
    return float(np.exp(-(shares * np.log(shares)).sum())) if total else 0.0


def distance(counts: Ints, overall: Floats, *, ordered: bool) -> float:
    """Return the earth mover's distance of a group's distribution from the whole table's, 0 to 1.

    Args:
        counts: How often each value is in the group, shape (values,), in the order of the values.
        overall: The share of each in the whole table, shape (values,).
        ordered: Neighbouring values are near each other; else all are equally far.
    """
    gaps = counts / max(int(counts.sum()), 1) - overall
    if ordered:
        return float(np.abs(np.cumsum(gaps)).sum() / max(len(gaps) - 1, 1))
    return float(np.abs(gaps).sum() / 2)


def measure(groups: Ints, sensitive: Ints, *, ordered: bool = False) -> Measured:
    """Return how diverse the least diverse group is.

    Args:
        groups: Number of the group of each row, shape (rows,), counted from 0.
        sensitive: Number of the sensitive value of each row, shape (rows,), counted from 0 in their order.
        ordered: As in ``Diversity``.

    Raises:
        ValueError: There is no row.
    """
    if not len(groups):
        raise ValueError("there is no row")
    values = int(sensitive.max()) + 1
    table = np.bincount(groups * values + sensitive, minlength=(int(groups.max()) + 1) * values).reshape(-1, values)
    table = table[table.sum(axis=1) > 0]
    overall = table.sum(axis=0) / table.sum()
    return Measured(
        distinct=int((table > 0).sum(axis=1).min()),
        entropy=min(entropy(one) for one in table),
        closeness=max(distance(one, overall, ordered=ordered) for one in table),
    )
