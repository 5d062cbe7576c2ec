"""Norms as data, findings about them, and the signatures of people that some of them need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from primum.ids import Digest, canonical


class Grade(StrEnum):
    """What a release may be used for; there is no grade above advisory."""

    RESEARCH = "research"
    SHADOW = "shadow"
    ADVISORY = "advisory"

    @property
    def rank(self) -> int:
        """Return 0 for research, 1 for shadow, 2 for advisory."""
        return list(Grade).index(self)


class Verdict(StrEnum):
    """What evidence says of a claim; only ``met`` opens anything."""

    MET = "met"
    UNMET = "unmet"
    NO_EVIDENCE = "no evidence"
    NEEDS_A_PERSON = "needs a person"


ROLES = {
    "clinical-lead": "临床负责人",
    "ethics-board": "伦理委员会",
    "privacy-officer": "隐私官",
    "regulatory-lead": "法规负责人",
    "security-officer": "安全官",
}
"""Roles whose signature a requirement may ask for, with their Chinese names."""

DESK_ROLES = ("clinician", "safety-officer", "data-steward")
"""Further roles, of people at the workbench."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A claim judged.

    Attributes:
        check: Identifier ``area.claim-in-kebab-case``.
        verdict: What the evidence says.
        because: Plain English sentence with the figures it rests on.
        because_zh: The same in Simplified Chinese.
        evidence: Digests of the evidence looked at.
    """

    check: str
    verdict: Verdict
    because: str
    because_zh: str
    evidence: tuple[Digest, ...] = ()

    def as_document(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "check": self.check,
            "verdict": self.verdict.value,
            "because": self.because,
            "because_zh": self.because_zh,
            "evidence": list(self.evidence),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One numbered duty of a norm.

    Attributes:
        id: Public identifier, for instance ``EU-AIA-09-8``.
        citation: Article or section.
        text: The duty in our own words, English.
        text_zh: The same in Simplified Chinese.
        from_grade: The lowest grade that asks it.
        checks: Checks that must all be met; may be empty where only a person can attest.
        role: The role whose signature is needed, or empty.
        statement: What that person attests, English.
        statement_zh: The same in Simplified Chinese.
        confidence: How sure the citation is: ``high``, ``medium`` or ``low``.
    """

    id: str
    citation: str
    text: str
    text_zh: str
    from_grade: Grade
    checks: Sequence[str]
    role: str
    statement: str
    statement_zh: str
    confidence: str = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A duty of a norm that Primum does not judge yet; shown, so that nobody takes it for fulfilled.

    Attributes:
        id: Public identifier.
        citation: Article or section.
        why: Why it is not judged yet, English.
        why_zh: The same in Simplified Chinese.
    """

    id: str
    citation: str
    why: str
    why_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """A law, standard or guideline as numbered requirements.

    Attributes:
        id: Its name in a study file.
        title: What people call it, English.
        title_zh: The same in Simplified Chinese.
        jurisdiction: Where it binds, for instance ``EU``.
        status: What is in force, and what is about to change, English.
        status_zh: The same in Simplified Chinese.
        applies: ISO date to what applies from it, English.
        applies_zh: The same in Simplified Chinese.
        requirements: What Primum judges.
        later: What it does not judge yet.
    """

    id: str
    title: str
    title_zh: str
    jurisdiction: str
    status: str
    status_zh: str
    requirements: Sequence[Requirement]
    applies: Mapping[str, str] = field(default_factory=dict)
    applies_zh: Mapping[str, str] = field(default_factory=dict)
    later: Sequence[Later] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A named person's attestation, bound to a role, a requirement and the evidence that was before them.

    Attributes:
        requirement: The requirement attested.
        role: The role in which the person signed.
        name: The person.
        meaning: What was attested.
        evidence: Digest over the set of evidence; the signature is stale as soon as it differs.
        signed_at: UTC, ISO 8601.
        key: Public key, 64 hexadecimal characters (Ed25519).
        value: Signature over ``payload``, 128 hexadecimal characters.
    """

    requirement: str
    role: str
    name: str
    meaning: str
    evidence: Digest
    signed_at: str
    key: str
    value: str = ""

    @property
    def payload(self) -> bytes:
        """Return the bytes that are signed: everything but the signature."""
        document = self.as_document()
        del document["value"]
        return canonical(document)

    def as_document(self) -> dict[str, str]:
        """Return plain JSON."""
        return {
            "requirement": self.requirement,
            "role": self.role,
            "name": self.name,
            "meaning": self.meaning,
            "evidence": self.evidence,
            "signed_at": self.signed_at,
            "key": self.key,
            "value": self.value,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, str]) -> "Signature":
        """Return the signature that ``as_document`` wrote."""
        rest = {name: value for name, value in document.items() if name != "evidence"}
        return cls(evidence=Digest(document["evidence"]), **rest)
