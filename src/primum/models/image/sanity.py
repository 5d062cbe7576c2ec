"""Whether an explanation is of the model or of the picture: the same model with its weights in disorder tells."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from safetensors.numpy import load, save
from scipy.stats import spearmanr

from primum import plugins
from primum.domain.tokens import Floats
from primum.models.calibrated import OURS, Calibrated
from primum.models.ours import ours

WEIGHTS = ".safetensors"


def randomised(model: Calibrated, seed: int) -> Calibrated:
    """Return the same model after the numbers of every matrix and kernel of its scorer changed places.

    So every layer keeps the size of its weights and forgets what it learnt; recalibration and all else stay.

    Args:
        model: With a scorer of ours or of a baseline; one without matrices stays as it is.
        seed: Of the disorder.

    Source:
        Adebayo et al. 2018, NeurIPS (sanity checks for saliency maps, model parameter randomisation).
    """
    kind, state = str(model.card["kind"]), disordered(model.scorer.state(), seed)
    if kind == OURS:
        scorer = ours("load", str(model.card["modality"]), str(model.card["task"]))(state)
    else:
        scorer = plugins.load("baseline", kind).load(state)
    return replace(model, scorer=scorer)


def disordered(state: Mapping[str, bytes], seed: int) -> dict[str, bytes]:
    """Return a scorer's files with the numbers of every tensor of two axes or more in random order.

    Args:
        state: As a scorer tells it; only safetensors files are touched.
        seed: Of the order.
    """
    dice = np.random.default_rng(seed)
    found = dict(state)
    for name in sorted(one for one in state if one.endswith(WEIGHTS)):
        tensors = load(state[name])
        found[name] = save(
            {
                key: dice.permuted(one.ravel()).reshape(one.shape) if one.ndim > 1 else one
                for key, one in sorted(tensors.items())
            }
        )
    return found


def likeness(weights: Floats, others: Floats) -> float:
    """Return the rank correlation of the sizes of two explanations, from -1 to 1; 1 where one of them is even.

    An explanation that weighs all places alike cannot be told from that of any other model.

    Args:
        weights: Shape (places,).
        others: Likewise.

    Source:
        Adebayo et al. 2018, NeurIPS (Spearman's rank correlation of absolute values).
    """
    sizes = np.abs(weights), np.abs(others)
    if any(np.ptp(one) == 0 for one in sizes):
        return 1.0
    return float(spearmanr(*sizes).statistic)
