"""Otsu's threshold: what stands out in brightness is the thing looked for, no learning needed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from skimage.filters import threshold_otsu

from primum.domain.tokens import Pixels

Mask = NDArray[np.bool_]


def otsu(picture: Pixels) -> Mask:
    """Return the smaller of the two parts into which Otsu's threshold cuts a picture, shape (*space,).

    What is looked for is taken to cover less than what surrounds it, be it brighter or darker.

    Args:
        picture: Shape (channels, *space); its channels are averaged.

    Source:
        Otsu 1979, IEEE Trans Syst Man Cybern 9:62; scikit-image ``threshold_otsu``.
    """
    grey = picture.mean(axis=0, dtype=np.float64)
    if grey.min() == grey.max():
        return np.zeros(grey.shape, dtype=np.bool_)
    bright: Mask = grey > threshold_otsu(grey)  # type: ignore[no-untyped-call]
    return bright if bright.mean() <= 1 - bright.mean() else ~bright


def atlas(masks: Sequence[Mask]) -> Pixels:
    """Return how often each sample was marked in masks of equal size, shape (*space,): a guess that sees no picture.

    Source:
        Iglesias & Sabuncu 2015, Med Image Anal 24:205 (atlases; here a single mean one, without registration).
    """
    found: Pixels = np.mean(np.stack(masks), axis=0).astype(np.float32)
    return found
