"""A prediction: what one model says of one subject, with its doubt and its reasons, or why it says nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from primum.ids import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One place in the record that speaks for or against the class of interest.

    Attributes:
        place: Where a doctor can look, for instance ``column:radius_mean``.
        shown: The value as the record has it, with its unit.
        weight: Contribution in log-odds; above zero speaks for the class of interest.
    """

    place: str
    shown: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What a verified release says of one subject.

    Attributes:
        release: Digest of the release that spoke.
        model: Digest of the model in it.
        probabilities: Class to calibrated probability, 0 to 1, summing to 1.
        prediction_set: Classes that cannot be ruled out at the declared coverage.
        abstained: True where the prediction set does not hold exactly one class, or the input is out of range.
        why_abstained: Plain sentence, empty where it did not abstain, English.
        why_abstained_zh: The same in Simplified Chinese.
        reasons: Strongest first; empty where no explanation passed its faithfulness test for this case.
        method: The explanation method, or empty.
        explained: The class that reasons speak for or against; empty where there are none.
    """

    release: Digest
    model: Digest
    probabilities: Mapping[str, float]
    prediction_set: Sequence[str]
    abstained: bool
    why_abstained: str
    why_abstained_zh: str
    reasons: Sequence[Reason]
    method: str
    explained: str = ""

    def as_document(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "release": self.release,
            "model": self.model,
            "probabilities": {name: round(value, 6) for name, value in self.probabilities.items()},
            "prediction_set": list(self.prediction_set),
            "abstained": self.abstained,
            "why_abstained": self.why_abstained,
            "why_abstained_zh": self.why_abstained_zh,
            "explanation": {
                "method": self.method,
                "explained": self.explained,
                "reasons": [
                    {"place": one.place, "shown": one.shown, "weight": round(one.weight, 6)} for one in self.reasons
                ],
            },
        }
