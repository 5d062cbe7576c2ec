"""Maps that know nothing of the model: what a doctor's eye would take for an explanation, and a method must beat."""

from collections.abc import Callable, Mapping

import numpy as np
from skimage.filters import sobel

from primum.domain.tokens import Floats, Pictures


def centre(tokens: Pictures, row: int) -> Floats:
    """Return weights that fall from the middle of the picture outwards, shape (places,)."""
    space = np.array(tokens.values[row].shape[1:])
    middles = np.array([[(one.start + one.stop) / 2 for one in cell] for cell in tokens.cells(row)])
    far: Floats = np.linalg.norm((middles - space / 2) / space, axis=1)
    found: Floats = far.max() - far
    return found


def edges(tokens: Pictures, row: int) -> Floats:
    """Return how much of the picture's own edges lies in each place, shape (places,).

    Source:
        Adebayo et al. 2018, NeurIPS (an edge detector beside saliency maps); scikit-image ``sobel``.
    """
    sharp = np.mean([sobel(one.astype(np.float64)) for one in tokens.values[row]], axis=0)  # type: ignore[no-untyped-call]
    return np.array([sharp[cell].mean() for cell in tokens.cells(row)])


CONTROLS: Mapping[str, Callable[[Pictures, int], Floats]] = {"centre": centre, "edges": edges}
"""By name, in the order in which they are told."""
