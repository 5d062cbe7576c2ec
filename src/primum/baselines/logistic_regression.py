"""Logistic regression: the linear model that medicine has trusted for half a century, scored from its numbers alone."""

from collections.abc import Mapping, Sequence

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from primum.domain.study import Column
from primum.domain.tokens import Floats, Ints, Tokens, cells_of
from primum.errors import IntegrityError
from primum.plugins import Lesson

FILE = "logistic_regression.safetensors"
SHAPES = {"coefficient": 2, "intercept": 1, "categories": 1, "median": 1, "mean": 1, "sd": 1}
"""Name of each stored number, and how many axes it has."""

Numbers = Mapping[str, np.ndarray]
MOST_STEPS = 10_000


class LinearScorer:
    """Scores with numpy from stored numbers: the fitted and the loaded scorer are the same arithmetic.

    Args:
        numbers: ``coefficient`` (classes, inputs), ``intercept`` (classes,), and per place: ``categories`` (how many;
            0 for a number), ``median``, ``mean``, ``sd``.
    """

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers

    def logits(self, tokens: Tokens) -> Floats:
        """Return unnormalised log-probabilities, shape (subjects, classes)."""
        inputs = design(cells_of(tokens).values, self._numbers)
        result: Floats = inputs @ self._numbers["coefficient"].T + self._numbers["intercept"]
        return result

    def state(self) -> Mapping[str, bytes]:
        """Return one safetensors file."""
        return {FILE: save({name: np.ascontiguousarray(one) for name, one in self._numbers.items()})}


class LogisticRegressionBaseline:
    """Ridge-penalised multinomial logistic regression on standardised columns.

    A missing number becomes the development median and raises a flag of its own; a category becomes one input a level.

    Source:
        Cox 1958, J R Stat Soc B 20:215; Christodoulou et al. 2019, J Clin Epidemiol 110:12 (why it must be beaten).
    """

    complexity = 1

    def fit(self, tokens: Tokens, outcome: Ints, lesson: Lesson) -> LinearScorer:
        """Return the fitted scorer."""
        cells = cells_of(tokens)
        numbers = _scales(cells.values, cells.columns)
        with threadpool_limits(limits=1):
            fitted = LogisticRegression(max_iter=MOST_STEPS, random_state=lesson.seed).fit(
                design(cells.values, numbers), outcome
            )
        coefficient, intercept = fitted.coef_, fitted.intercept_
        if len(coefficient) == 1:
            coefficient = np.vstack([np.zeros_like(coefficient), coefficient])
            intercept = np.concatenate([[0.0], intercept])
        return LinearScorer({**numbers, "coefficient": coefficient, "intercept": intercept})

    def load(self, state: Mapping[str, bytes]) -> LinearScorer:
        """Return the scorer whose state this is.

        Raises:
            IntegrityError: It is not.
        """
        try:
            numbers = load(state[FILE])
            whole = {name: one.ndim for name, one in numbers.items()} == SHAPES
        except (KeyError, SafetensorError) as fault:
            raise _damaged() from fault
        if not whole or not all(np.isfinite(one).all() for one in numbers.values()):
            raise _damaged()
        return LinearScorer(numbers)


def design(values: Floats, numbers: Numbers) -> Floats:
    """Return what the linear model multiplies, shape (subjects, inputs).

    Args:
        values: Shape (subjects, places); missing is NaN, a category its index.
        numbers: Per place ``categories``, ``median``, ``mean``, ``sd``.
    """
    blocks = []
    for place, levels in enumerate(numbers["categories"].astype(int)):
        value = values[:, place]
        if levels:
            blocks.append((value[:, None] == np.arange(levels)).astype(np.float64))
            continue
        known = np.where(np.isnan(value), numbers["median"][place], value)
        scaled = (known - numbers["mean"][place]) / numbers["sd"][place]
        blocks.append(np.column_stack([scaled, np.isnan(value).astype(np.float64)]))
    return np.hstack(blocks)


def _scales(values: Floats, columns: Sequence[Column]) -> dict[str, Floats]:
    """Return per place the number of categories, median, mean and standard deviation of what is known."""
    found = {name: np.zeros(len(columns)) for name in ("categories", "median", "mean")}
    found["sd"] = np.ones(len(columns))
    for place, column in enumerate(columns):
        found["categories"][place] = len(column.categories)
        known = values[:, place][~np.isnan(values[:, place])]
        if column.categories or not known.size:
            continue
        found["median"][place], found["mean"][place] = np.median(known), known.mean()
        found["sd"][place] = known.std() or 1.0
    return found


def _damaged() -> IntegrityError:
    return IntegrityError(
        "The files of the logistic regression are not what it wrote.",
        remedy="Restore the model from a verified release.",
    )
