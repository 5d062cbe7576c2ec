"""Histograms of oriented gradients with logistic regression: edges counted by direction, which need no learning."""

from collections.abc import Mapping

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save
from skimage.feature import hog
from skimage.transform import resize
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from primum.domain.tokens import Floats, Ints, Pictures, Tokens, pictures_of
from primum.errors import IntegrityError, StudyError
from primum.plugins import Lesson

FILE = "hog.safetensors"
SHAPES = {"frame": 1, "mean": 1, "coefficient": 2, "intercept": 1}
"""Name of each stored number, and how many axes it has."""
LARGEST = 96
"""Samples along an axis to which larger pictures are made smaller."""
DIRECTIONS, CELLS, BLOCK = 9, 7, 2
"""Of edges; cells along each axis; cells along each axis that are brought to one strength together."""
MOST_STEPS = 10_000
FLAT = 3
"""Axes of a flat picture with its channels."""


class HogScorer:
    """Scores with scikit-image and stored numbers: the fitted and the loaded scorer are the same.

    Args:
        numbers: ``frame`` (2,), ``mean`` (inputs,), ``coefficient`` (classes, inputs) and ``intercept`` (classes,).
    """

    def __init__(self, numbers: Mapping[str, np.ndarray]) -> None:
        self._numbers = {name: np.array(one, dtype=np.float64, order="C") for name, one in numbers.items()}

    def logits(self, tokens: Tokens) -> Floats:
        """Return unnormalised log-probabilities, shape (subjects, classes)."""
        own = self._numbers
        inputs = histograms(pictures_of(tokens), own["frame"].astype(np.int64)) - own["mean"]
        result: Floats = np.einsum("ni,ci->nc", inputs, own["coefficient"]) + own["intercept"]
        return result

    def state(self) -> Mapping[str, bytes]:
        """Return one safetensors file."""
        return {FILE: save(dict(self._numbers))}


class Hog:
    """Multinomial logistic regression on histograms of oriented gradients.

    Source:
        Dalal & Triggs 2005, CVPR; scikit-image ``hog``.
    """

    complexity = 1

    def fit(self, tokens: Tokens, outcome: Ints, lesson: Lesson) -> HogScorer:
        """Return the fitted scorer.

        Raises:
            StudyError: The pictures are volumes.
        """
        pictures = pictures_of(tokens)
        if any(one.ndim != FLAT for one in pictures.values):
            raise StudyError(
                "Histograms of oriented gradients are of flat pictures, and these are volumes.",
                remedy="Take hog out of comparison.baselines.",
            )
        space = np.array([one.shape[1:] for one in pictures.values]).max(axis=0)
        frame = np.clip(space, CELLS, LARGEST)
        inputs = histograms(pictures, frame)
        mean = inputs.mean(axis=0)
        with threadpool_limits(limits=1):
            fitted = LogisticRegression(max_iter=MOST_STEPS, random_state=lesson.seed).fit(inputs - mean, outcome)
        coefficient, intercept = fitted.coef_, fitted.intercept_
        if len(coefficient) == 1:
            coefficient = np.vstack([np.zeros_like(coefficient), coefficient])
            intercept = np.concatenate([[0.0], intercept])
        return HogScorer({"frame": frame, "mean": mean, "coefficient": coefficient, "intercept": intercept})

    def load(self, state: Mapping[str, bytes]) -> HogScorer:
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
        return HogScorer(numbers)


def histograms(pictures: Pictures, frame: Ints) -> Floats:
    """Return the histograms of each picture, shape (subjects, inputs).

    Args:
        pictures: Flat ones; each channel-wise strongest gradient counts.
        frame: Samples along both axes to which every picture is brought, shape (2,).
    """
    size = tuple(int(one) for one in frame)
    cell = tuple(one // CELLS for one in size)
    found = []
    for one in pictures.values:
        picture = np.moveaxis(one, 0, -1).astype(np.float64)
        if picture.shape[:2] != size:
            picture = resize(picture, size, order=1, anti_aliasing=True)  # type: ignore[no-untyped-call]
        found.append(
            hog(
                picture,
                orientations=DIRECTIONS,
                pixels_per_cell=cell,
                cells_per_block=(BLOCK, BLOCK),
                channel_axis=-1,
            )
        )
    return np.array(found, dtype=np.float64)


def _damaged() -> IntegrityError:
    return IntegrityError(
        "The files of the histograms of oriented gradients are not what was written.",
        remedy="Restore the model from a verified release.",
    )
