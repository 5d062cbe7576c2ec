"""Counted words: TF-IDF with a linear model, which is hard to beat on clinical notes, scored from its numbers alone."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from primum.domain.tokens import Floats, Ints, Tokens, texts_of, words
from primum.errors import DataError, IntegrityError
from primum.plugins import Lesson

VOCABULARY, NUMBERS = "tfidf.json", "tfidf.safetensors"
SHAPES = {"rarity": 1, "coefficient": 2, "intercept": 1}
"""Name of each stored number, and how many axes it has."""
MOST_STEPS = 10_000
STRENGTH = 10.0
"""Inverse penalty of the logistic regression, fixed before any data was seen: rows have length 1, so it is mild."""


class CountingScorer:
    """Scores with numpy from a list of words and stored numbers: the fitted and the loaded scorer are the same.

    Args:
        terms: Words and pairs of words, in the order of the numbers.
        numbers: ``rarity`` (terms,), ``coefficient`` (classes, terms), ``intercept`` (classes,).
    """

    def __init__(self, terms: Sequence[str], numbers: Mapping[str, np.ndarray]) -> None:
        self._terms, self._numbers = tuple(terms), numbers
        self._places = {term: place for place, term in enumerate(self._terms)}

    def logits(self, tokens: Tokens) -> Floats:
        """Return unnormalised log-probabilities, shape (subjects, classes)."""
        counted = weighed([spelled(one) for one in texts_of(tokens).documents], self._places, self._numbers["rarity"])
        result: Floats = np.asarray(counted @ self._numbers["coefficient"].T) + self._numbers["intercept"]
        return result

    def state(self) -> Mapping[str, bytes]:
        """Return the words as JSON and the numbers as one safetensors file."""
        return {
            VOCABULARY: json.dumps({"terms": self._terms}, ensure_ascii=False).encode(),
            NUMBERS: save({name: np.ascontiguousarray(one) for name, one in self._numbers.items()}),
        }


class _Tfidf:
    """What the two baselines share: words, pairs of words, and their weights.

    A word or pair counts only where at least ``small_number`` subjects use it, so that the vocabulary tells of nobody.

    Args:
        linear: Seed to a linear model of scikit-learn.
    """

    complexity = 1

    def __init__(self, linear: Callable[[int], Any]) -> None:
        self._linear = linear

    def fit(self, tokens: Tokens, outcome: Ints, lesson: Lesson) -> CountingScorer:
        """Return the fitted scorer.

        Raises:
            DataError: No word is used by enough subjects.
        """
        documents = [spelled(one) for one in texts_of(tokens).documents]
        holding: Counter[str] = Counter()
        for one in documents:
            holding.update(set(one))
        terms = sorted(term for term, count in holding.items() if count >= lesson.small_number)
        if not terms:
            raise DataError(
                f"No word is used by {lesson.small_number} subjects of the development part or more.",
                remedy="Check that the text columns hold texts, or bring more subjects.",
            )
        shared = np.array([holding[term] for term in terms], dtype=np.float64)
        rarity = np.log((1 + len(documents)) / (1 + shared)) + 1
        places = {term: place for place, term in enumerate(terms)}
        with threadpool_limits(limits=1):
            fitted = self._linear(lesson.seed).fit(weighed(documents, places, rarity), outcome)
        coefficient, intercept = fitted.coef_, np.atleast_1d(fitted.intercept_)
        if len(coefficient) == 1:
            coefficient = np.vstack([np.zeros_like(coefficient), coefficient])
            intercept = np.concatenate([[0.0], intercept])
        return CountingScorer(terms, {"rarity": rarity, "coefficient": coefficient, "intercept": intercept})

    def load(self, state: Mapping[str, bytes]) -> CountingScorer:
        """Return the scorer whose state this is.

        Raises:
            IntegrityError: It is not.
        """
        try:
            terms = json.loads(state[VOCABULARY])["terms"]
            numbers = load(state[NUMBERS])
            whole = {name: one.ndim for name, one in numbers.items()} == SHAPES and len(terms) == len(numbers["rarity"])
        except (KeyError, TypeError, ValueError, SafetensorError) as fault:
            raise _damaged() from fault
        if not whole or not all(np.isfinite(one).all() for one in numbers.values()):
            raise _damaged()
        return CountingScorer(terms, numbers)


class TfidfSvm(_Tfidf):
    """TF-IDF with a linear support vector machine, one class against the rest.

    Source:
        Joachims 1998, ECML (text by support vector machines); Fan et al. 2008, J Mach Learn Res 9:1871 (LIBLINEAR).
    """

    def __init__(self) -> None:
        super().__init__(lambda seed: LinearSVC(random_state=seed, max_iter=MOST_STEPS))


class TfidfLogistic(_Tfidf):
    """TF-IDF with multinomial logistic regression.

    Source:
        Salton & Buckley 1988, Inf Process Manag 24:513 (weights of terms); Genkin et al. 2007, Technometrics 49:291.
    """

    def __init__(self) -> None:
        super().__init__(lambda seed: LogisticRegression(C=STRENGTH, max_iter=MOST_STEPS, random_state=seed))


def spelled(document: str) -> list[str]:
    """Return the words of a document in small letters, and each pair of words that follow each other."""
    listed = [document[start:end].casefold() for start, end in words(document)]
    return [*listed, *(f"{one} {other}" for one, other in pairwise(listed))]


def weighed(documents: Sequence[Sequence[str]], places: Mapping[str, int], rarity: Floats) -> csr_matrix:
    """Return the weight of each term in each document, rows of length 1, shape (documents, terms).

    The weight is ``(1 + log count) * rarity``, and rarity ``1 + log((1 + documents) / (1 + documents that hold it))``.

    Source:
        Salton & Buckley 1988, Inf Process Manag 24:513; scikit-learn ``TfidfVectorizer(sublinear_tf=True)``.
    """
    ends, columns, values = [0], list[int](), list[float]()
    for one in documents:
        counts = Counter(places[term] for term in one if term in places)
        own = sorted(counts)
        weights = np.array([1 + np.log(counts[place]) for place in own]) * rarity[own]
        columns += own
        values += (weights / (np.sqrt((weights**2).sum()) or 1.0)).tolist()
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(documents), len(places)), dtype=np.float64)


def _damaged() -> IntegrityError:
    return IntegrityError(
        "The files of the TF-IDF scorer are not what it wrote.", remedy="Restore the model from a verified release."
    )
