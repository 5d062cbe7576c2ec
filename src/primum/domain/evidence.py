"""Evidence: what a stage measured, named by its content, on which a finding rests."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from primum.ids import Digest, digest_of

Json = Any
"""What ``json.loads`` returns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its doubt.

    Attributes:
        value: The point estimate; NaN where it cannot be computed.
        low: Lower end of the 95% interval.
        high: Upper end of the 95% interval.
        n: Subjects it rests on.
        shown: False where n is too small to publish or to decide a claim; then it is neither good nor bad news.
    """

    value: float
    low: float
    high: float
    n: int
    shown: bool = True

    def as_document(self) -> dict[str, Json]:
        """Return plain JSON, rounded to six decimals; a number that is not shown or not finite is null."""

        def number(x: float) -> float | None:
            return round(float(x), 6) if self.shown and math.isfinite(x) else None

        return {
            "value": number(self.value),
            "low": number(self.low),
            "high": number(self.high),
            "n": self.n,
            "shown": self.shown,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One stage's measured facts.

    The digest is over kind, stage, inputs and facts, so equal measurements on equal inputs have equal names. Facts hold
    digests, counts and statistics; never a pseudonym, a time of day or a value of a record.

    Attributes:
        kind: What it tells of, for instance ``performance``; the names are listed in docs/reference/evidence.md.
        stage: The stage that produced it.
        made_of: Digests of the data sets, models and evidence it was computed from.
        facts: Plain JSON.
    """

    kind: str
    stage: str
    made_of: tuple[Digest, ...]
    facts: Mapping[str, Json]

    @property
    def digest(self) -> Digest:
        """Return the name of this evidence."""
        return digest_of(self.as_document())

    def as_document(self) -> dict[str, Json]:
        """Return plain JSON; ``Evidence.from_document`` gives an equal evidence back."""
        return {"kind": self.kind, "stage": self.stage, "made_of": list(self.made_of), "facts": dict(self.facts)}

    @classmethod
    def from_document(cls, document: Mapping[str, Json]) -> "Evidence":
        """Return the evidence that ``as_document`` wrote."""
        return cls(
            kind=document["kind"],
            stage=document["stage"],
            made_of=tuple(Digest(one) for one in document["made_of"]),
            facts=document["facts"],
        )
