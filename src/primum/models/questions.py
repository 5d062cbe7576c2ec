"""A case put to a model: what explainers may ask, and how much they asked."""

from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np

from primum.domain.tokens import Floats, Ints, Pictures, Tokens, texts_of
from primum.models.calibrated import Calibrated
from primum.plugins import Attentive, Mapped, Sloped

AT_ONCE = 200_000
"""Places shown to a scorer at once, so that a long note asked of in many ways fits into memory."""
SAMPLES_AT_ONCE = 16_000_000
"""Of pictures shown to a scorer at once."""
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
        if isinstance(self.tokens, Pictures):
            size = max(1, min(size, SAMPLES_AT_ONCE // self.tokens.values[0].size))
        return [kept[at : at + size] for at in range(0, len(kept), size)]


class SlopedQuestion(Question):
    """One subject asked about in parts, of a scorer that knows its gradient."""

    def slopes(self, kept: Floats) -> Floats:
        """Return the gradient of ``log_odds`` by ``kept``, shape (n, places)."""
        self.asked += (1 + BACKWARD) * len(kept)
        return self.model.slopes(self.tokens, kept, self.of)


class MappedQuestion(SlopedQuestion):
    """One subject asked about in parts, of a scorer that also knows where its features lie."""

    def maps(self) -> Floats:
        """Return each place's part in ``log_odds`` by feature maps times their gradient, shape (places,)."""
        self.asked += 1 + BACKWARD
        return self.model.maps(self.tokens, self.of)


class AttentiveQuestion(SlopedQuestion):
    """One subject asked about in parts, of a scorer of notes that also knows whereto its tokens attend."""

    def attention(self) -> list[tuple[Floats, Ints]]:
        """Return for each window the attention of each layer and the place of each token."""
        self.asked += 1
        return self.model.attention(self.tokens)

    def pulls(self) -> Floats:
        """Return the length of the gradient of ``log_odds`` by the vectors of each place, shape (places,)."""
        self.asked += 1 + BACKWARD
        return self.model.pulls(self.tokens, self.of)


@dataclass(kw_only=True)
class WordQuestion(Question):
    """One text asked about in parts, of a scorer that tells a label of each word: how likely this word's label is.

    The word itself is never left out.

    Attributes:
        start: Where the word begins in the document.
    """

    start: int

    def log_odds(self, kept: Floats) -> Floats:
        """Return log-odds of the label explained, of the word, shape (n,); ``kept`` has the shape (n, places)."""
        self.asked += len(kept)
        texts = texts_of(self.tokens)
        begins = [0, *(start for start, _ in texts.words(0)[1:])]
        own = bisect_right(begins, self.start) - 1
        lengths = np.diff([*begins, len(texts.document(0))])
        held = np.where(np.arange(kept.shape[1]) == own, 1.0, kept)
        before = (held[:, :own] > 0) @ lengths[:own] + (self.start - begins[own])
        found = []
        for row, place in zip(held, before.tolist(), strict=True):
            left = texts.kept(0, row[None])
            at = bisect_right([start for start, _ in left.units(0)], place) - 1
            found.append(self.model.log_odds(left, self.of)[at])
        return np.array(found, dtype=np.float64)


def ask(model: Calibrated, tokens: Tokens, row: int, of: int) -> Question:
    """Return a case of one subject, with gradients, maps and attention where the model's scorer knows them.

    Args:
        model: Whom to ask.
        tokens: Of several subjects.
        row: Which.
        of: The label explained.
    """
    if not model.is_of_subjects:
        one = tokens.take(np.array([row]))
        unit = int(model.probability(one)[:, of].argmax())
        return WordQuestion(model=model, tokens=one, of=of, start=texts_of(one).units(0)[unit][0])
    kind = SlopedQuestion if isinstance(model.scorer, Sloped) else Question
    kind = MappedQuestion if isinstance(model.scorer, Mapped) and kind is SlopedQuestion else kind
    kind = AttentiveQuestion if isinstance(model.scorer, Attentive) and kind is SlopedQuestion else kind
    return kind(model=model, tokens=model.against(tokens.take(np.array([row]))), of=of)
