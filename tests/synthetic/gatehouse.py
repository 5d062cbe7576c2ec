"""Made-up norms, findings and signatures with which a gate is tried. No person here exists."""

from primum.domain.evidence import Evidence
from primum.domain.gate import evidence_set
from primum.domain.norm import Finding, Grade, Later, Norm, Requirement, Signature, Verdict
from primum.ids import Digest, digest
from synthetic.judged import good

EVIDENCE = good()
CURRENT = evidence_set(EVIDENCE)
OTHER = digest(b"other evidence")
SEEN = (EVIDENCE["performance"].digest,)


def requirement(name: str, grade: Grade = Grade.RESEARCH, checks: tuple[str, ...] = (), role: str = "") -> Requirement:
    """Return a made-up requirement."""
    return Requirement(
        id=name,
        citation=f"Art {name}",
        text=f"Text of {name}.",
        text_zh=f"{name} 的内容。",
        from_grade=grade,
        checks=checks,
        role=role,
        statement=f"I attest {name}." if role else "",
        statement_zh=f"本人证明 {name}。" if role else "",
    )


def norm(*requirements: Requirement, name: str = "made-up", later: tuple[Later, ...] = ()) -> Norm:
    """Return a made-up norm."""
    return Norm(
        id=name,
        title="Made up",
        title_zh="虚构",
        jurisdiction="nowhere",
        status="made up",
        status_zh="虚构",
        requirements=requirements,
        later=later,
    )


def finding(check: str, verdict: Verdict, evidence: tuple[Digest, ...] = SEEN) -> Finding:
    """Return a made-up finding; it rests on evidence at hand unless told otherwise."""
    return Finding(
        check=check,
        verdict=verdict,
        because=f"{check} is {verdict}.",
        because_zh=f"{check}：{verdict}。",
        evidence=evidence,
    )


def findings(**verdicts: Verdict) -> dict[str, Finding]:
    """Return findings by check."""
    return {check: finding(check, verdict) for check, verdict in verdicts.items()}


def signature(asked: Requirement, evidence: Digest = CURRENT, **other: str) -> Signature:
    """Return a made-up attestation of a requirement; its value is not a real signature."""
    said = {"role": asked.role, "meaning": asked.statement, "signed_at": "2024-05-17T09:30:00+00:00", **other}
    return Signature(
        requirement=other.get("requirement", asked.id),
        role=said["role"],
        name=other.get("name", "Made-Up Person"),
        meaning=said["meaning"],
        evidence=evidence,
        signed_at=said["signed_at"],
        key="00" * 32,
        value="00" * 64,
    )


def without(evidence: dict[str, Evidence], *kinds: str) -> dict[str, Evidence]:
    """Return the evidence without some kinds."""
    return {kind: one for kind, one in evidence.items() if kind not in kinds}
