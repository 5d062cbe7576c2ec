"""Labels that the other records contradict: suspected, counted, never corrected by machine."""

import numpy as np
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FOLDS = 5


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
    smallest = int(np.bincount(outcome)[np.unique(outcome)].min())
    splitter = StratifiedKFold(n_splits=max(2, min(folds, smallest)), shuffle=True, random_state=seed)
    model = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(max_iter=2000),
    )
    probability = cross_val_predict(model, values, outcome, cv=splitter, method="predict_proba")
    classes = np.unique(outcome)
    own = np.searchsorted(classes, outcome)
    sure = np.array([probability[own == place, place].mean() for place in range(len(classes))])
    confident = probability >= sure
    guess = np.where(confident, probability, -1.0).argmax(axis=1)
    found: NDArray[np.bool_] = confident.any(axis=1) & (guess != own)
    return found
