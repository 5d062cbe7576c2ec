"""Labels that the other records contradict: suspected, counted, never corrected by machine."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from primum.domain.tokens import words
from primum.errors import DataError

FOLDS = 5
HOW = "predict_proba"


def suspected(
    values: NDArray[np.float64], outcome: NDArray[np.int64], seed: int, folds: int = FOLDS
) -> NDArray[np.bool_]:
    """Return which labels are doubtful, shape (subjects,).

    A label is doubtful where a logistic regression that has not seen the subject is at least as sure of another class
    as it is, on average, of subjects that carry that class.

    Args:
        values: Shape (subjects, places); missing is NaN.
        outcome: Class indices from 0, each at least twice, shape (subjects,).
        seed: Of the folds.
        folds: At most; fewer where a class is smaller.

    Source: Northcutt, Jiang, Chuang 2021, J Artif Intell Res 70:1373 (confident learning).
    """
    model = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(max_iter=2000),
    )
    return _doubtful(cross_val_predict(model, values, outcome, cv=_splitter(outcome, seed, folds), method=HOW), outcome)


def suspected_notes(
    documents: Sequence[str], outcome: NDArray[np.int64], seed: int, folds: int = FOLDS
) -> NDArray[np.bool_]:
    """Return which labels of notes are doubtful, as ``suspected`` does; a note counts by its words.

    Args:
        documents: One a subject.
        outcome: Class indices from 0, each at least twice, shape (subjects,).
        seed: Of the folds.
        folds: At most; fewer where a class is smaller.

    Raises:
        DataError: No note holds a word.

    Source: Northcutt, Jiang, Chuang 2021, J Artif Intell Res 70:1373 (confident learning).
    """
    if not any(words(one) for one in documents):
        raise DataError("No note holds a word.", remedy="Check `path` of the text columns, and what was exported.")
    count = TfidfVectorizer(analyzer=_spelled, sublinear_tf=True)
    model = make_pipeline(count, LogisticRegression(max_iter=2000, C=10))
    folded = _splitter(outcome, seed, folds)
    return _doubtful(cross_val_predict(model, list(documents), outcome, cv=folded, method=HOW), outcome)


def _spelled(document: str) -> list[str]:
    """Return the words of a document in small letters."""
    return [document[start:end].casefold() for start, end in words(document)]


def _splitter(outcome: NDArray[np.int64], seed: int, folds: int) -> StratifiedKFold:
    smallest = int(np.bincount(outcome)[np.unique(outcome)].min())
    return StratifiedKFold(n_splits=max(2, min(folds, smallest)), shuffle=True, random_state=seed)


def _doubtful(probability: NDArray[np.float64], outcome: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where another class is likelier, and as likely as it is where it holds; shape (subjects,)."""
    classes = np.unique(outcome)
    own = np.searchsorted(classes, outcome)
    sure = np.array([probability[own == place, place].mean() for place in range(len(classes))])
    confident = probability >= sure
    guess = np.where(confident, probability, -1.0).argmax(axis=1)
    found: NDArray[np.bool_] = confident.any(axis=1) & (guess != own)
    return found
