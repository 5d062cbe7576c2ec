"""How large what was drawn is, in millilitres, and within which bounds the truth lies as often as promised."""

import math
from collections.abc import Sequence

import numpy as np

from primum.domain.tokens import Floats, Ints
from primum.errors import DataError
from primum.models.image.tiles import Masks

CUBIC_MILLIMETRES = 1000.0
"""In a millilitre."""
SURE = 1e-9
"""Slack of rounding when a coverage times a count should be whole."""


def millilitres(masks: Masks, spacing: Sequence[tuple[float, ...]]) -> Floats:
    """Return the volume of all that is not nothing in each mask, shape (masks,).

    Args:
        masks: Of volumes.
        spacing: Of each, millimetres between samples along its three axes.

    Raises:
        DataError: A volume's spacing is unknown.
    """
    if any(len(own) != mask.ndim for own, mask in zip(spacing, masks, strict=True)):
        raise DataError(
            "A volume cannot be told in millilitres: nobody knows how far apart its samples lie.",
            remedy="Bring the volume as NIfTI or DICOM, with its spacing.",
        )
    return np.array(
        [float((mask > 0).sum()) * math.prod(own) / CUBIC_MILLIMETRES for own, mask in zip(spacing, masks, strict=True)]
    )


def factor(measured: Floats, true: Floats, coverage: float) -> float:
    """Return the factor by which a true volume lies above or below a measured one at most, as often as promised.

    It is the ``ceil((n + 1) coverage)``-th smallest ``max(true / measured, measured / true)`` of ``n`` subjects, or
    infinite where they are too few. Then P(measured / factor <= true <= measured * factor) >= coverage for
    exchangeable subjects, at any n.

    Args:
        measured: Of subjects that the model did not learn from, shape (n,).
        true: Likewise.
        coverage: Between 0 and 1.

    Source:
        Vovk, Gammerman & Shafer 2005, Algorithmic Learning in a Random World, ch. 2 (conformal prediction).
    """
    rank = math.ceil((len(measured) + 1) * coverage - SURE)
    if rank > len(measured):
        return math.inf
    with np.errstate(divide="ignore"):
        apart = np.abs(np.log(np.asarray(measured) / np.asarray(true)))
    return float(np.exp(np.sort(apart)[rank - 1]))


def counts(predicted: Sequence[int], true: Sequence[int], coverage: float) -> int | None:
    """Return by how many a true count differs from a predicted one at most, as often as promised; None for too few.

    Args:
        predicted: Of pictures that the model did not learn from.
        true: Likewise.
        coverage: Between 0 and 1.

    Source:
        Vovk, Gammerman & Shafer 2005, Algorithmic Learning in a Random World, ch. 2 (conformal prediction).
    """
    apart: Ints = np.sort(np.abs(np.array(predicted, dtype=np.int64) - np.array(true, dtype=np.int64)))
    rank = math.ceil((len(apart) + 1) * coverage - SURE)
    return int(apart[rank - 1]) if rank <= len(apart) else None
