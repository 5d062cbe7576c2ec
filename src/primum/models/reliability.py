"""Reliability: does a probability mean what it says, and how far off would a perfect model seem by chance."""

import math
from typing import Any

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from primum.domain.evidence import Estimate
from primum.domain.scored import Scored
from primum.domain.tokens import Floats, Ints
from primum.models.metrics import REPLICATES, Z, wilson

MOST_BINS = 10
FEWEST_IN_BIN = 10
EDGE = 1e-12
STEPS = 100
LONGEST_STEP = 5.0


def bins(score: Floats) -> list[Ints]:
    """Return the subjects of each bin: equally many, by rising probability, at most ten bins.

    Source:
        Nguyen & O'Connor 2015, EMNLP (bins of equal mass).
    """
    count = max(1, min(MOST_BINS, len(score) // FEWEST_IN_BIN))
    return list(np.array_split(np.argsort(score, kind="stable"), count))


def calibration_errors(score: Floats, outcomes: Floats) -> tuple[Floats, Floats]:
    """Return expected calibration error, plain and debiased, for each row of outcomes; shape (rows,) each.

    The plain error is biased upwards, for observed shares scatter even under a perfect model. The debiased one takes
    off the expected rise: what the error would grow by if the observed shares scattered once more.

    Args:
        score: Probability of the class of interest, shape (subjects,).
        outcomes: 0 or 1, shape (rows, subjects).

    Source:
        Kumar, Liang & Ma 2019, NeurIPS 32 (debiased estimator); Roelofs et al. 2022, AISTATS (the bias).
    """
    plain, scattered = np.zeros(len(outcomes)), np.zeros(len(outcomes))
    for members in bins(score):
        share, count = len(members) / len(score), len(members)
        observed = outcomes[:, members].mean(axis=1)
        gap = score[members].mean() - observed
        plain += share * np.abs(gap)
        scattered += share * _folded_mean(gap, np.sqrt(observed * (1 - observed) / count))
    return plain, np.maximum(0.0, 2 * plain - scattered)


def _folded_mean(mean: Floats, sd: Floats) -> Floats:
    """Return the expected size of a normal variable; its own size where it does not vary."""
    safe = np.where(sd > 0, sd, 1.0)
    ratio = mean / safe
    folded = safe * math.sqrt(2 / math.pi) * np.exp(-(ratio**2) / 2) + mean * (1 - 2 * norm.cdf(-ratio))
    result: Floats = np.where(sd > 0, folded, np.abs(mean))
    return result


def noise_floor(score: Floats, seed: int) -> float:
    """Return the debiased error that a perfect model of these probabilities stays below in 95 of 100 samples.

    Source:
        Broecker & Smith 2007, Weather Forecast 22:651 (consistency resampling).
    """
    dice = np.random.default_rng(seed)
    rows = max(1, min(REPLICATES, 40_000_000 // len(score)))
    drawn = (dice.random((rows, len(score))) < score).astype(np.float64)
    return float(np.quantile(calibration_errors(score, drawn)[1], 0.95))


def expected_calibration_error(scored: Scored, seed: int) -> Estimate:
    """Return the plain error with a bootstrap interval moved back by its bias.

    Source:
        Naeini, Cooper & Hauskrecht 2015, AAAI; Efron & Tibshirani 1993, ch. 10 (bias of the bootstrap).
    """
    truth, score, n = scored.truth, scored.score, len(scored.truth)
    value = float(calibration_errors(score, truth[None])[0][0])
    dice = np.random.default_rng(seed)
    rows = (scored.drawn(dice) for _ in range(REPLICATES // 4))
    drawn = np.array([calibration_errors(score[one], truth[one][None])[0][0] for one in rows])
    low, middle, high = np.quantile(drawn, [0.025, 0.5, 0.975])
    return Estimate(value=value, low=max(0.0, value - float(middle - low)), high=value + float(high - middle), n=n)


def calibration_slope(scored: Scored) -> Estimate:
    """Return the slope of outcome on log-odds: 1 is right, below 1 is over-confident.

    Source:
        Cox 1958, Biometrika 45:562; Firth 1993, Biometrika 80:27 (finite under separation).
    """
    odds = logit(np.clip(scored.score, EDGE, 1 - EDGE))
    numbers, errors = _firth(np.column_stack([np.ones_like(odds), odds]), np.zeros_like(odds), scored.truth)
    return _wald(numbers[1], errors[1], len(odds))


def calibration_intercept(scored: Scored) -> Estimate:
    """Return by how much the log-odds are too low on the whole, the slope held at 1: 0 is right.

    Source:
        Van Calster et al. 2019, BMC Med 17:230 (calibration in the large); Firth 1993, Biometrika 80:27.
    """
    odds = logit(np.clip(scored.score, EDGE, 1 - EDGE))
    numbers, errors = _firth(np.ones((len(odds), 1)), odds, scored.truth)
    return _wald(numbers[0], errors[0], len(odds))


def _firth(inputs: Floats, offset: Floats, truth: Floats) -> tuple[Floats, Floats]:
    """Return coefficients and standard errors of a logistic regression with Jeffreys' penalty."""
    numbers = np.zeros(inputs.shape[1])
    spread = np.eye(inputs.shape[1])
    for _ in range(STEPS):
        p = expit(inputs @ numbers + offset)
        weight = np.maximum(p * (1 - p), EDGE)
        spread = np.linalg.pinv((inputs * weight[:, None]).T @ inputs)
        leverage = weight * ((inputs @ spread) * inputs).sum(axis=1)
        step = spread @ inputs.T @ (truth - p + leverage * (0.5 - p))
        numbers = numbers + step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), EDGE))
        if np.abs(step).max() < 1e-9:  # noqa: PLR2004 - rounding
            break
    return numbers, np.sqrt(np.diag(spread))


def _wald(value: float, error: float, n: int) -> Estimate:
    return Estimate(value=float(value), low=float(value - Z * error), high=float(value + Z * error), n=n)


def reliability(scored: Scored, seed: int) -> dict[str, Any]:
    """Return all that is told of calibration, plain JSON: errors, noise floor, slope, intercept, bins.

    Source:
        Van Calster et al. 2019, BMC Med 17:230 (what to report of calibration).
    """
    table = []
    for members in bins(scored.score):
        observed = wilson(int(scored.truth[members].sum()), len(members)).as_document()
        table.append(
            {
                "predicted": round(float(scored.score[members].mean()), 6),
                "observed": observed["value"],
                "low": observed["low"],
                "high": observed["high"],
                "n": observed["n"],
            }
        )
    return {
        "ece": expected_calibration_error(scored, seed).as_document(),
        "ece_debiased": round(float(calibration_errors(scored.score, scored.truth[None])[1][0]), 6),
        "ece_null_95": round(noise_floor(scored.score, seed), 6),
        "slope": calibration_slope(scored).as_document(),
        "intercept": calibration_intercept(scored).as_document(),
        "bins": table,
    }
