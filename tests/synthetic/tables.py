"""Made-up tables with a known truth: numbers, categories, gaps, two classes or more."""

from collections.abc import Callable

import numpy as np

from primum.domain.study import Column, Model
from primum.domain.tokens import Cells, Floats, Ints
from primum.plugins import Lesson

COLOURS = ("red", "green", "blue")
LESSON = Lesson(model=Model(), seed=7, small_number=5, labels=2)


def columns(numbers: int = 4, *, colour: bool = True) -> tuple[Column, ...]:
    """Return columns of made-up measurements, and a colour."""
    found = [Column(name=f"x{one}", source="lab", role="feature") for one in range(numbers)]
    if colour:
        found.append(Column(name="colour", source="lab", role="feature", categories=COLOURS))
    return tuple(found)


def tokens(values: object, numbers: int = 4, *, colour: bool = True) -> Cells:
    """Return tokens of these values."""
    return Cells(values=np.asarray(values, dtype=np.float64), columns=columns(numbers, colour=colour))


def table(n: int = 120, classes: int = 2, seed: int = 0, gaps: float = 0.1) -> tuple[Cells, Ints]:
    """Return subjects whose first number and colour tell the class, the other numbers nothing; some cells missing."""
    dice = np.random.default_rng(seed)
    outcome = np.arange(n) % classes
    values = dice.normal(size=(n, 5))
    values[:, 0] += 2.0 * outcome
    values[:, 4] = np.where(dice.random(n) < 0.7, outcome, dice.integers(0, 3, n)) % 3
    values[dice.random(values.shape) < gaps] = np.nan
    return tokens(values), outcome.astype(np.int64)


class Row:
    """A case that is any function of a row of values, beside a typical row."""

    def __init__(self, score: Callable[[Floats], Floats], case: Floats, reference: Floats) -> None:
        self.score, self.case, self.reference = score, case, reference

    @property
    def places(self) -> int:
        """Return how many values there are."""
        return len(self.case)

    def log_odds(self, kept: Floats) -> Floats:
        """Return what the function gives where some values are typical."""
        return self.score(np.where(kept > 0, self.case, self.reference))

    def slopes(self, kept: Floats) -> Floats:
        """Return the slope along each value by a central difference; missing values must be typical or own."""
        found = np.zeros_like(kept)
        typical = self.reference
        own = np.where(np.isnan(self.case), typical, self.case)
        for at, row in enumerate(kept):
            for place in range(len(row)):
                ends = []
                for step in (1e-4, -1e-4):
                    moved = row.copy()
                    moved[place] += step
                    ends.append(self.score((typical + moved * (own - typical))[None])[0])
                found[at, place] = (ends[0] - ends[1]) / 2e-4
        return found
