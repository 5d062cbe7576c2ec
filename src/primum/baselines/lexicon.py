"""The lexicon: a word is what it mostly was in the development part, whatever stands around it."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping

import numpy as np

from primum.domain.tokens import Floats, Ints, Texts, Tokens, texts_of
from primum.errors import IntegrityError
from primum.plugins import Lesson

FILE = "lexicon.json"
PRIOR = 2.0
"""How many occurrences the shares of all words together count for beside those of the word itself."""


class LexiconScorer:
    """Looks words up.

    Args:
        usual: Log-probability of each label of words that it does not hold.
        known: Word in small letters to the same of that word.
    """

    def __init__(self, usual: list[float], known: Mapping[str, list[float]]) -> None:
        self._usual, self._known = usual, known

    def logits(self, tokens: Tokens) -> Floats:
        """Return log-probabilities, shape (units, labels)."""
        said = [self._known.get(word, self._usual) for word in _spelled(texts_of(tokens))]
        return np.array(said, dtype=np.float64).reshape(-1, len(self._usual))

    def state(self) -> Mapping[str, bytes]:
        """Return one JSON file."""
        document = {"usual": self._usual, "known": self._known}
        return {FILE: json.dumps(document, sort_keys=True, ensure_ascii=False).encode()}


class Lexicon:
    """Shares of labels by word, for words that enough subjects use; all others are as words are on the whole.

    Source:
        Tjong Kim Sang & De Meulder 2003, CoNLL (the baseline of the shared task), with shares in place of the likeliest
        label alone.
    """

    complexity = 1

    def fit(self, tokens: Tokens, outcome: Ints, lesson: Lesson) -> LexiconScorer:
        """Return the scorer of the words' shares."""
        texts = texts_of(tokens)
        counts: dict[str, Counter[int]] = defaultdict(Counter)
        holders: dict[str, set[int]] = defaultdict(set)
        owner = np.arange(len(outcome)) if lesson.owner is None else lesson.owner
        for word, label, row in zip(_spelled(texts), outcome.tolist(), owner.tolist(), strict=True):
            counts[word][label] += 1
            holders[word].add(row)
        shares = np.bincount(outcome, minlength=lesson.labels) + 0.5
        shares /= shares.sum()
        known = {}
        for word in sorted(counts):
            if len(holders[word]) >= lesson.small_number:
                own = np.array([counts[word][one] for one in range(lesson.labels)]) + PRIOR * shares
                known[word] = [round(float(one), 6) for one in np.log(own / own.sum())]
        return LexiconScorer([round(float(one), 6) for one in np.log(shares)], known)

    def load(self, state: Mapping[str, bytes]) -> LexiconScorer:
        """Return the scorer whose state this is.

        Raises:
            IntegrityError: It is not.
        """
        try:
            document = json.loads(state[FILE])
            usual, known = document["usual"], document["known"]
            rows = [usual, *known.values()]
            if not all(len(one) == len(usual) and np.isfinite(np.array(one, dtype=np.float64)).all() for one in rows):
                raise ValueError("not log-probabilities")  # noqa: TRY301 - told to the caller as any other damage
        except (AttributeError, KeyError, TypeError, ValueError) as fault:
            raise IntegrityError(
                "The files of the lexicon are not what it wrote.", remedy="Restore the model from a verified release."
            ) from fault
        return LexiconScorer(usual, known)


def _spelled(texts: Texts) -> list[str]:
    """Return the words of all texts in small letters, one after the other."""
    return [text[start:end].casefold() for row, text in enumerate(texts.documents) for start, end in texts.units(row)]
