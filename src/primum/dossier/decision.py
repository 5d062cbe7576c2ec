"""What the first screen says: the decision, who signed, and what is missing for the grades above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from primum.domain.norm import Grade, Signature, Verdict
from primum.ids import Digest

Json = Any
Facts = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What is known of the decision besides the evidence.

    Attributes:
        decided_at: UTC, ISO 8601.
        expires_at: UTC, ISO 8601; empty where nothing was released.
        release: Digest of the release's manifest; empty where nothing was released, or where it is not known yet.
        signers: The attestations of people that were before the gate, stale ones too.
    """

    decided_at: str
    expires_at: str = ""
    release: Digest | str = ""
    signers: Sequence[Signature] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What one grade still asks, beyond the grades below it.

    Attributes:
        grade: The grade.
        requirements: Unmet or without evidence, as the gate report holds them, unmet ones first.
        roles: Role to the requirements that wait for nothing but its signature.
    """

    grade: Grade
    requirements: Sequence[Facts]
    roles: Mapping[str, Sequence[Facts]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The first screen.

    Attributes:
        outcome: ``released``, ``refused`` or ``undecided``.
        asked: The grade asked, empty where undecided.
        reached: The grade the evidence is enough for, or ``none``.
        ladder: Grade to ``reached``, ``asked`` (and not reached) or ``open``.
        missing: From the grade above the one reached up to the one asked, at least one unless the highest is reached.
        signers: Each with whether the evidence changed since.
        needs_signature: Whether the grade in question asks anybody's signature.
    """

    outcome: str
    asked: str
    reached: str
    ladder: Mapping[str, str]
    missing: Sequence[Missing]
    signers: Sequence[tuple[Signature, bool]]
    needs_signature: bool


def decide(gate: Facts, signed: Signed) -> Decision:
    """Return the first screen from the gate report's facts; an absent report (no facts) releases nothing."""
    if not gate:
        ladder = {one.value: "open" for one in Grade}
        return Decision(
            outcome="undecided",
            asked="",
            reached="none",
            ladder=ladder,
            missing=(),
            signers=[(one, False) for one in signed.signers],
            needs_signature=False,
        )
    asked = Grade(gate["asked"])
    rank = Grade(gate["reached"]).rank if gate["reached"] in list(Grade) else -1
    requirements = [one for norm in gate.get("norms") or [] for one in norm["requirements"]]
    open_ = [one for one in requirements if one["verdict"] != Verdict.MET]
    above = [one for one in Grade if rank < one.rank <= max(rank + 1, asked.rank)]
    return Decision(
        outcome="released" if gate["open"] is True else "refused",
        asked=asked.value,
        reached=gate["reached"],
        ladder={one.value: _standing(one, rank, asked) for one in Grade},
        missing=[_missing(one, [req for req in open_ if _first(req, above) is one]) for one in above],
        signers=[(one, one.evidence != gate.get("evidence_set")) for one in signed.signers],
        needs_signature=any(one["role"] and Grade(one["from_grade"]).rank <= asked.rank for one in requirements),
    )


def _standing(grade: Grade, rank: int, asked: Grade) -> str:
    if grade.rank <= rank:
        return "reached"
    return "asked" if grade.rank <= asked.rank else "open"


def _missing(grade: Grade, requirements: Sequence[Facts]) -> Missing:
    """Return what a grade still asks, what must be mended apart from what must be signed."""
    waiting = [one for one in requirements if one["verdict"] == Verdict.NEEDS_A_PERSON]
    mend = [one for one in requirements if one["verdict"] != Verdict.NEEDS_A_PERSON]
    return Missing(
        grade=grade,
        requirements=sorted(mend, key=lambda one: one["verdict"] != Verdict.UNMET),
        roles={
            role: [one for one in waiting if one["role"] == role] for role in sorted({one["role"] for one in waiting})
        },
    )


def _first(requirement: Facts, above: Sequence[Grade]) -> Grade | None:
    """Return the lowest of the grades above that asks this requirement."""
    asked_from = Grade(requirement["from_grade"]).rank
    return next((one for one in above if asked_from <= one.rank), None)
