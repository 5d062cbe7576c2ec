"""The parting of subjects into development, validation and test: by subject, stratified, twins together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from primum.domain.study import Split

PARTS = ("development", "validation", "test")


def partition(twins: Sequence[int], outcome: Sequence[int], split: Split, seed: int) -> dict[str, NDArray[np.int64]]:
    """Return the indices of the subjects of each part, in ascending order; no subject is in two, none is left out.

    Args:
        twins: A number a subject; subjects of one number (identical measurements) stay in one part.
        outcome: Class index a subject; a set of twins counts with its first.
        split: The shares, which hold for sets of twins.
        seed: Equal seeds part equally.

    Raises:
        ValueError: A class has too few subjects to be in every part.
    """
    numbers, first, member = np.unique(np.asarray(twins), return_index=True, return_inverse=True)
    label = np.asarray(outcome)[first]
    sets = np.arange(len(numbers))
    rest, test = train_test_split(sets, test_size=split.test, stratify=label, random_state=seed)
    share = split.validation / (split.validation + split.development)
    development, validation = train_test_split(rest, test_size=share, stratify=label[rest], random_state=seed)
    chosen = dict(zip(PARTS, (development, validation, test), strict=True))
    return {name: np.flatnonzero(np.isin(member, some)).astype(np.int64) for name, some in chosen.items()}


def needed(share: float, at_least: int) -> int:
    """Return how many subjects a class must have for a part of this share to hold at least so many of them."""
    return int(np.ceil(at_least / share - 1e-9)) + 1
