"""A case put to a model: what explainers may ask, and how much they asked."""

from dataclasses import dataclass, field

import numpy as np

from primum.domain.tokens import Floats, Tokens
from primum.models.calibrated import Calibrated
from primum.plugins import Sloped

AT_ONCE = 200_000
"""Places shown to a scorer at once, so that a long note asked of in many ways fits into memory."""
BACKWARD = 2
"""What a gradient costs beside the row it is taken of."""


@dataclass(kw_only=True)
class Question:
    """One subject asked about in parts.

    Attributes:
        model: Whom to ask.
        tokens: The subject, with what is typical in its places.
        of: The class explained.
        asked: Rows scored so far; a gradient counts as two more.
    """

    model: Calibrated = field(repr=False)
    tokens: Tokens = field(repr=False)
    of: int
    asked: int = 0

    @property
    def places(self) -> int:
        """Return how many places the subject has."""
        return len(self.tokens.places(0))

    def log_odds(self, kept: Floats) -> Floats:
        """Return log-odds of the class explained, shape (n,); ``kept`` has the shape (n, places)."""
        self.asked += len(kept)
        found = [self.model.log_odds(self.tokens.kept(0, part), self.of) for part in self._parts(kept)]
        return np.concatenate(found) if found else np.zeros(0)

    def _parts(self, kept: Floats) -> list[Floats]:
        size = max(1, AT_ONCE // max(1, kept.shape[1]))
        return [kept[at : at + size] for at in range(0, len(kept), size)]


class SlopedQuestion(Question):
    """One subject asked about in parts, of a scorer that knows its gradient."""

    def slopes(self, kept: Floats) -> Floats:
        """Return the gradient of ``log_odds`` by ``kept``, shape (n, places)."""
        self.asked += (1 + BACKWARD) * len(kept)
        return self.model.slopes(self.tokens, kept, self.of)


def ask(model: Calibrated, tokens: Tokens, row: int, of: int) -> Question:
    """Return a case of one subject, with gradients where the model's scorer knows them.

    Args:
        model: Whom to ask.
        tokens: Of several subjects.
        row: Which.
        of: The class explained.
    """
    kind = SlopedQuestion if isinstance(model.scorer, Sloped) else Question
    return kind(model=model, tokens=model.against(tokens.take(np.array([row]))), of=of)
