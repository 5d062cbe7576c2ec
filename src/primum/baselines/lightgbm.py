"""LightGBM: boosted trees, the strongest of the usual models on tables."""

from collections.abc import Mapping

import lightgbm
import numpy as np

from primum.domain.tokens import Floats, Ints, Tokens, cells_of
from primum.errors import IntegrityError
from primum.ids import digest
from primum.plugins import Lesson

FILE, SEAL = "lightgbm.txt", "lightgbm.sha256"
"""The trees, and the digest of their text: LightGBM ends the process on a text it did not write."""
ROUNDS = 200
TWO = 2
SETTINGS = {
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 10,
    "lambda_l2": 1.0,
    "feature_fraction": 0.8,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
"""Fixed before any data was seen: modest trees, slow steps, and everything that makes the result repeatable."""


class TreeScorer:
    """Scores with trees read from their text, whether just fitted or loaded.

    Args:
        text: What LightGBM wrote.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._booster = lightgbm.Booster(model_str=text)

    def logits(self, tokens: Tokens) -> Floats:
        """Return unnormalised log-probabilities, shape (subjects, classes)."""
        raw: Floats = np.asarray(self._booster.predict(cells_of(tokens).values, raw_score=True, num_threads=1))
        return np.column_stack([np.zeros_like(raw), raw]) if raw.ndim == 1 else raw

    def state(self) -> Mapping[str, bytes]:
        """Return the trees as text, and the digest of that text."""
        data = self._text.encode()
        return {FILE: data, SEAL: digest(data).encode()}


class LightGbm:
    """Gradient-boosted trees with missing values and categories handled by LightGBM itself.

    Source:
        Ke et al. 2017, NeurIPS 30 (LightGBM); Grinsztajn et al. 2022, NeurIPS 35 (trees against networks on tables).
    """

    complexity = 2

    def fit(self, tokens: Tokens, outcome: Ints, lesson: Lesson) -> TreeScorer:
        """Return the fitted scorer."""
        cells = cells_of(tokens)
        classes = int(outcome.max()) + 1
        objective = {"objective": "binary"} if classes == TWO else {"objective": "multiclass", "num_class": classes}
        categorical = [place for place, column in enumerate(cells.columns) if column.categories]
        data = lightgbm.Dataset(
            cells.values, label=outcome, categorical_feature=categorical, params={"verbosity": -1, "num_threads": 1}
        )
        booster = lightgbm.train({**SETTINGS, **objective, "seed": lesson.seed}, data, num_boost_round=ROUNDS)
        return TreeScorer(booster.model_to_string())

    def load(self, state: Mapping[str, bytes]) -> TreeScorer:
        """Return the scorer whose state this is.

        Raises:
            IntegrityError: It is not.
        """
        text = state.get(FILE, b"")
        if state.get(SEAL) != digest(text).encode():
            raise IntegrityError(
                "The files of the LightGBM scorer are not what it wrote.",
                remedy="Restore the model from a verified release.",
            )
        return TreeScorer(text.decode())
