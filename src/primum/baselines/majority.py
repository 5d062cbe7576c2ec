"""The majority: every subject gets the shares of the development part, whatever the record says."""

import json
from collections.abc import Mapping

import numpy as np

from primum.domain.tokens import Floats, Ints, Tokens
from primum.errors import IntegrityError
from primum.plugins import Lesson

FILE = "majority.json"


class MajorityScorer:
    """Gives everybody the same log-probabilities.

    Args:
        log_prior: Log-probability of each class.
    """

    def __init__(self, log_prior: list[float]) -> None:
        self._log_prior = log_prior

    def logits(self, tokens: Tokens) -> Floats:
        """Return the same row for each subject, shape (subjects, labels)."""
        return np.tile(np.array(self._log_prior, dtype=np.float64), (len(tokens), 1))

    def state(self) -> Mapping[str, bytes]:
        """Return one JSON file."""
        return {FILE: json.dumps({"log_prior": self._log_prior}).encode()}


class Majority:
    """What a model must at least beat: it knows how common each class is and nothing else.

    Source:
        scikit-learn's ``DummyClassifier(strategy="prior")``; shares smoothed by one half a class (Jeffreys 1946).
    """

    complexity = 0

    def fit(self, tokens: Tokens, outcome: Ints, lesson: Lesson) -> MajorityScorer:
        """Return the scorer of the outcome's shares."""
        del tokens
        counts = np.bincount(outcome, minlength=lesson.labels) + 0.5
        return MajorityScorer([float(one) for one in np.log(counts / counts.sum())])

    def load(self, state: Mapping[str, bytes]) -> MajorityScorer:
        """Return the scorer whose state this is.

        Raises:
            IntegrityError: It is not.
        """
        try:
            log_prior = json.loads(state[FILE])["log_prior"]
            if not log_prior or not all(isinstance(one, float) and np.isfinite(one) for one in log_prior):
                raise ValueError("not log-probabilities")  # noqa: TRY301 - told to the caller as any other damage
        except (KeyError, TypeError, ValueError) as fault:
            raise IntegrityError(
                "The files of the majority scorer are not what it wrote.",
                remedy="Restore the model from a verified release.",
            ) from fault
        return MajorityScorer(log_prior)
