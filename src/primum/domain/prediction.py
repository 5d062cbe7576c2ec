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
class Named:
    """A stretch of a text that a model says names something.

    Attributes:
        place: Where a doctor can look, ``text:<column>:<start>-<end>`` in characters of that text.
        shown: The stretch as the text has it.
        kind: What it names.
        probability: Of this kind, calibrated, of the least sure of its words.
        possible: Kinds that cannot be ruled out for one of its words at the declared coverage, and an empty word where
            it may be no mention.
    """

    place: str
    shown: str
    kind: str
    probability: float
    possible: Sequence[str]

    @property
    def is_sure(self) -> bool:
        """Return whether nothing else can be the case at the declared coverage."""
        return list(self.possible) == [self.kind]


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
        mentions: Where mentions in a text are told, and not a class of the subject: those, in the text's order.
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
    mentions: Sequence[Named] | None = None

    def as_document(self) -> dict[str, Any]:
        """Return plain JSON."""
        marked = [
            {
                "place": one.place,
                "shown": one.shown,
                "kind": one.kind,
                "probability": round(one.probability, 6),
                "possible": list(one.possible),
            }
            for one in self.mentions or ()
        ]
        return {
            **({} if self.mentions is None else {"mentions": marked}),
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
