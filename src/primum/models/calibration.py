"""Recalibration: log-odds that mean what they say, learnt on subjects the scorer had not seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

from primum.domain.tokens import Floats, Ints

A_NUMBER = 10
"""Subjects that each number of a recalibration must rest on."""
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

    def pulled(self, slopes: Floats) -> Floats:
        """Return a gradient by recalibrated logits as one by the logits before, both of shape (rows, classes)."""
        moved = slopes[:, 1:] @ self.slopes
        return np.column_stack([-moved.sum(axis=1), moved])

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

    For two classes this is Platt scaling. With more, each class's log-odds may lean on those of all others while there
    are ``A_NUMBER`` subjects for every number learnt; with fewer all share one slope, and each has its intercept. The
    fit is drawn a little, by ``PRIOR``, towards changing nothing.

    Args:
        logits: Of subjects the scorer was not fitted on, shape (subjects, classes).
        outcome: Class indices, shape (subjects,).

    Source:
        Platt 1999 (two classes); Van Hoorde et al. 2014, Stat Med 33:2585 (multinomial logistic recalibration); Guo et
        al. 2017, ICML (many classes: a full matrix overfits).
    """
    odds = _log_odds(logits)
    size = odds.shape[1]
    if size > 1 and len(odds) < A_NUMBER * size * (size + 1):
        return _with_one_slope(odds, outcome)
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


def _with_one_slope(odds: Floats, outcome: Ints) -> Recalibration:
    """Return the best map of one common slope and an intercept a class."""
    size = odds.shape[1]
    start = np.concatenate([[1.0], np.zeros(size)])
    truth = np.eye(size + 1)[outcome][:, 1:]

    def loss(numbers: Floats) -> tuple[float, Floats]:
        logs = log_softmax(np.column_stack([np.zeros(len(odds)), numbers[0] * odds + numbers[1:]]), axis=1)
        error = np.exp(logs[:, 1:]) - truth
        drawn = numbers - start
        value = -logs[np.arange(len(odds)), outcome].sum() + PRIOR * drawn @ drawn
        slope = np.concatenate([[(error * odds).sum()], error.sum(axis=0)]) + 2 * PRIOR * drawn
        return float(value), slope

    best = minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-8, "maxiter": 1000}).x
    return Recalibration(slopes=best[0] * np.eye(size), intercepts=best[1:])


def _log_odds(logits: Floats) -> Floats:
    result: Floats = logits[:, 1:] - logits[:, :1]
    return result
