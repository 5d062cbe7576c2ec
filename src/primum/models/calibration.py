"""Recalibration: log-odds that mean what they say, learnt on subjects the scorer had not seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

from primum.plugins import Floats, Ints

PRIOR = 1.0
"""Weight of the belief that no recalibration is needed; keeps the fit finite where classes are parted without error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalibration:
    """A linear map of log-odds: ``log(p_c / p_0) = intercept_c + slopes_c . log(q / q_0)``.

    Attributes:
        slopes: Shape (classes - 1, classes - 1); the identity changes nothing.
        intercepts: Shape (classes - 1,).
    """

    slopes: Floats
    intercepts: Floats

    def apply(self, logits: Floats) -> Floats:
        """Return recalibrated logits, shape (subjects, classes), the first class at zero."""
        moved = _log_odds(logits) @ self.slopes.T + self.intercepts
        return np.column_stack([np.zeros(len(moved)), moved])

    def as_document(self) -> dict[str, Any]:
        """Return plain JSON; ``from_document`` gives an equal map back."""
        return {"slopes": self.slopes.tolist(), "intercepts": self.intercepts.tolist()}

    @classmethod
    def from_document(cls, document: Mapping[str, Sequence[Any]]) -> Self:
        """Return the map that ``as_document`` wrote."""
        return cls(
            slopes=np.array(document["slopes"], dtype=np.float64),
            intercepts=np.array(document["intercepts"], dtype=np.float64),
        )


def recalibrate(logits: Floats, outcome: Ints) -> Recalibration:
    """Return the map under which these log-odds fit these outcomes best.

    For two classes this is Platt scaling. The fit is drawn a little, by ``PRIOR``, towards changing nothing.

    Args:
        logits: Of subjects the scorer was not fitted on, shape (subjects, classes).
        outcome: Class indices, shape (subjects,).

    Source:
        Platt 1999 (two classes); Van Hoorde et al. 2014, Stat Med 33:2585 (multinomial logistic recalibration).
    """
    odds = _log_odds(logits)
    size = odds.shape[1]
    start = np.concatenate([np.eye(size).ravel(), np.zeros(size)])
    truth = np.eye(size + 1)[outcome][:, 1:]

    def loss(numbers: Floats) -> tuple[float, Floats]:
        slopes, intercepts = numbers[: size * size].reshape(size, size), numbers[size * size :]
        logs = log_softmax(np.column_stack([np.zeros(len(odds)), odds @ slopes.T + intercepts]), axis=1)
        error = np.exp(logs[:, 1:]) - truth
        drawn = numbers - start
        value = -logs[np.arange(len(odds)), outcome].sum() + PRIOR * drawn @ drawn
        slope = np.concatenate([(error.T @ odds).ravel(), error.sum(axis=0)]) + 2 * PRIOR * drawn
        return float(value), slope

    best = minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-8, "maxiter": 1000}).x
    return Recalibration(slopes=best[: size * size].reshape(size, size), intercepts=best[size * size :])


def _log_odds(logits: Floats) -> Floats:
    result: Floats = logits[:, 1:] - logits[:, :1]
    return result
