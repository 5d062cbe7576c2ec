"""The maximum-entropy tagger: a word's label by logistic regression on itself, its shape and its neighbours."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from primum.domain.tokens import Floats, Ints, Texts, Tokens, texts_of
from primum.errors import DataError, IntegrityError
from primum.plugins import Lesson

SEEN, NUMBERS = "maxent.json", "maxent.safetensors"
SHAPES = {"coefficient": 2, "intercept": 1}
"""Name of each stored number, and how many axes it has."""
STRENGTH, MOST_STEPS = 1.0, 300
AROUND = 2
"""Words that are looked at on either side."""
AFFIXES = (2, 3, 4)


class MaxentScorer:
    """Scores with numpy from a list of traits and stored numbers: the fitted and the loaded scorer are the same.

    Args:
        traits: In the order of the numbers.
        numbers: ``coefficient`` (labels, traits) and ``intercept`` (labels,).
    """

    def __init__(self, traits: Sequence[str], numbers: Mapping[str, np.ndarray]) -> None:
        self._traits, self._numbers = tuple(traits), numbers
        self._places = {trait: place for place, trait in enumerate(self._traits)}

    def logits(self, tokens: Tokens) -> Floats:
        """Return unnormalised log-probabilities, shape (units, labels)."""
        table = _table(_described(texts_of(tokens)), self._places)
        result: Floats = np.asarray(table @ self._numbers["coefficient"].T) + self._numbers["intercept"]
        return result

    def state(self) -> Mapping[str, bytes]:
        """Return the traits as JSON and the numbers as one safetensors file."""
        return {
            SEEN: json.dumps({"traits": self._traits}, ensure_ascii=False).encode(),
            NUMBERS: save({name: np.ascontiguousarray(one) for name, one in self._numbers.items()}),
        }


class Maxent:
    """Logistic regression on words: what a tagger without an encoder can do.

    A trait counts only where at least ``small_number`` subjects have it, so that the traits tell of nobody.

    Source:
        Ratnaparkhi 1996, EMNLP (a maximum entropy model for tagging); Chieu & Ng 2003, CoNLL (of mentions).
    """

    complexity = 1

    def fit(self, tokens: Tokens, outcome: Ints, lesson: Lesson) -> MaxentScorer:
        """Return the fitted scorer.

        Raises:
            DataError: No trait is shared by enough subjects.
        """
        rows = _described(texts_of(tokens))
        owner = np.arange(len(outcome)) if lesson.owner is None else lesson.owner
        holders: dict[str, set[int]] = defaultdict(set)
        for row, own in zip(rows, owner.tolist(), strict=True):
            for trait in row:
                holders[trait].add(own)
        traits = sorted(trait for trait, some in holders.items() if len(some) >= lesson.small_number)
        if not traits:
            raise DataError(
                f"No trait of a word is shared by {lesson.small_number} subjects of the development part or more.",
                remedy="Check that the text column holds texts, or bring more subjects.",
            )
        table = _table(rows, {trait: place for place, trait in enumerate(traits)})
        with threadpool_limits(limits=1):
            fitted = LogisticRegression(C=STRENGTH, max_iter=MOST_STEPS, tol=1e-3, random_state=lesson.seed)
            fitted.fit(table, outcome)
        coefficient = np.zeros((lesson.labels, len(traits)), dtype=np.float32)
        intercept = np.full(lesson.labels, np.log(0.5 / (len(outcome) + 1)))
        is_two = len(fitted.classes_) == len(fitted.coef_) + 1
        coefficient[fitted.classes_[is_two:]] = fitted.coef_
        intercept[fitted.classes_] = np.concatenate([[0.0], fitted.intercept_]) if is_two else fitted.intercept_
        return MaxentScorer(traits, {"coefficient": coefficient, "intercept": intercept})

    def load(self, state: Mapping[str, bytes]) -> MaxentScorer:
        """Return the scorer whose state this is.

        Raises:
            IntegrityError: It is not.
        """
        try:
            traits, numbers = json.loads(state[SEEN])["traits"], load(state[NUMBERS])
            whole = {name: one.ndim for name, one in numbers.items()} == SHAPES
            whole = whole and numbers["coefficient"].shape == (len(numbers["intercept"]), len(traits))
        except (KeyError, TypeError, ValueError, SafetensorError) as fault:
            raise _damaged() from fault
        if not whole or not all(np.isfinite(one).all() for one in numbers.values()):
            raise _damaged()
        return MaxentScorer(traits, numbers)


def _described(texts: Texts) -> list[list[str]]:
    """Return the traits of each word of all texts, one after the other."""
    found = []
    for row, text in enumerate(texts.documents):
        words = [text[start:end] for start, end in texts.units(row)]
        small, shapes = [one.casefold() for one in words], [_shape(one) for one in words]
        found += [_traits(small, shapes, at) for at in range(len(words))]
    return found


def _traits(small: Sequence[str], shapes: Sequence[str], at: int) -> list[str]:
    word = small[at]
    found = [f"w={word}", f"s={shapes[at]}"]
    found += [f"p={word[:size]}" for size in AFFIXES if len(word) > size]
    found += [f"x={word[-size:]}" for size in AFFIXES if len(word) > size]
    for by in range(-AROUND, AROUND + 1):
        if by and 0 <= at + by < len(small):
            found += [f"{by:+}w={small[at + by]}", f"{by:+}s={shapes[at + by]}"]
    if at:
        found.append(f"pair={small[at - 1]} {word}")
    return found


def _shape(word: str) -> str:
    """Return a word's signs by kind, runs of one kind as one: ``Xx`` of Asthma, ``X-d`` of IL-2."""
    kinds = ("X" if one.isupper() else "x" if one.isalpha() else "d" if one.isdigit() else one for one in word)
    return "".join(kind for kind, _ in groupby(kinds))


def _table(rows: Sequence[Sequence[str]], places: Mapping[str, int]) -> csr_matrix:
    """Return 1 for each trait that a word has, shape (words, traits)."""
    columns = [[places[trait] for trait in Counter(row) if trait in places] for row in rows]
    ends = np.cumsum([0, *(len(one) for one in columns)])
    flat = np.array([place for one in columns for place in one], dtype=np.int64)
    return csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(rows), len(places)))


def _damaged() -> IntegrityError:
    return IntegrityError(
        "The files of the maximum-entropy tagger are not what it wrote.",
        remedy="Restore the model from a verified release.",
    )
