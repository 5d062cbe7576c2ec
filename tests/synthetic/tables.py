"""Made-up tables with a known truth: numbers, categories, gaps, two classes or more."""

import numpy as np

from primum.domain.study import Column
from primum.plugins import Ints, Tokens

COLOURS = ("red", "green", "blue")


def columns(numbers: int = 4, *, colour: bool = True) -> tuple[Column, ...]:
    """Return columns of made-up measurements, and a colour."""
    found = [Column(name=f"x{one}", source="lab", role="feature") for one in range(numbers)]
    if colour:
        found.append(Column(name="colour", source="lab", role="feature", categories=COLOURS))
    return tuple(found)


def tokens(values: object, numbers: int = 4, *, colour: bool = True) -> Tokens:
    """Return tokens of these values."""
    listed = columns(numbers, colour=colour)
    return Tokens(
        values=np.asarray(values, dtype=np.float64),
        places=tuple(f"column:{one.name}" for one in listed),
        columns=listed,
    )


def table(n: int = 120, classes: int = 2, seed: int = 0, gaps: float = 0.1) -> tuple[Tokens, Ints]:
    """Return subjects whose first number and colour tell the class, the other numbers nothing; some cells missing."""
    dice = np.random.default_rng(seed)
    outcome = np.arange(n) % classes
    values = dice.normal(size=(n, 5))
    values[:, 0] += 2.0 * outcome
    values[:, 4] = np.where(dice.random(n) < 0.7, outcome, dice.integers(0, 3, n)) % 3
    values[dice.random(values.shape) < gaps] = np.nan
    return tokens(values), outcome.astype(np.int64)
