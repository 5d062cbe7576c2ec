"""The gate: norms, findings and signatures in, verdicts and one decision out; nothing is met by default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from primum.domain.evidence import Evidence, Json
from primum.domain.norm import ROLES, Finding, Grade, Norm, Requirement, Signature, Verdict
from primum.errors import GateClosedError, IntegrityError
from primum.ids import Digest, digest_of

GRADES_ZH = {Grade.RESEARCH: "研究", Grade.SHADOW: "静默并行", Grade.ADVISORY: "辅助参考"}
"""Chinese names of the grades."""

WORST_FIRST = (Verdict.UNMET, Verdict.NO_EVIDENCE, Verdict.NEEDS_A_PERSON)
NONE = "none"
"""The grade reached where not even the lowest is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict on one requirement, with what it rests on.

    Attributes:
        requirement: What was judged.
        verdict: Only ``met`` opens anything.
        because: Plain sentence, English.
        because_zh: The same in Simplified Chinese.
        findings: One a check, in the requirement's order.
        signature: The attestation that counts, or the stale one that no longer does, or None.
        stale: True where there is a signature, but over other evidence or another statement than today's.
    """

    requirement: Requirement
    verdict: Verdict
    because: str
    because_zh: str
    findings: tuple[Finding, ...]
    signature: Signature | None
    stale: bool

    def as_document(self) -> dict[str, Any]:
        """Return plain JSON."""
        asked = self.requirement
        return {
            "id": asked.id,
            "citation": asked.citation,
            "text": asked.text,
            "text_zh": asked.text_zh,
            "from_grade": asked.from_grade.value,
            "role": asked.role,
            "statement": asked.statement,
            "statement_zh": asked.statement_zh,
            "confidence": asked.confidence,
            "verdict": self.verdict.value,
            "because": self.because,
            "because_zh": self.because_zh,
            "checks": [one.as_document() for one in self.findings],
            "signature": self.signature.as_document() if self.signature else None,
            "stale": self.stale,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """The decision on a release, and every verdict it rests on.

    Attributes:
        asked: The grade the study asks for.
        reached: The highest grade all of whose requirements, and those of the grades below, are met; None if none is.
        evidence_set: Digest over all evidence judged; signatures are bound to it.
        model: The model whose sealed test was judged; empty where there was none.
        norms: Each norm applied, with its judgements.
        sentence: The decision in plain words, English.
        sentence_zh: The same in Simplified Chinese.
    """

    asked: Grade
    reached: Grade | None
    evidence_set: Digest
    model: str
    norms: tuple[tuple[Norm, tuple[Judgement, ...]], ...]
    sentence: str
    sentence_zh: str

    @property
    def is_open(self) -> bool:
        """Return whether the grade reached is at least the one asked."""
        return self.reached is not None and self.reached.rank >= self.asked.rank

    def as_document(self) -> dict[str, Any]:
        """Return plain JSON: the facts of the evidence of kind ``gate``."""
        verdicts = [one.verdict for _, judged in self.norms for one in judged]
        return {
            "asked": self.asked.value,
            "reached": self.reached.value if self.reached else NONE,
            "open": self.is_open,
            "evidence_set": self.evidence_set,
            "model": self.model,
            "norms": [
                {
                    "id": norm.id,
                    "title": norm.title,
                    "title_zh": norm.title_zh,
                    "jurisdiction": norm.jurisdiction,
                    "status": norm.status,
                    "status_zh": norm.status_zh,
                    "applies": dict(norm.applies),
                    "applies_zh": dict(norm.applies_zh),
                    "requirements": [one.as_document() for one in judged],
                    "later": [
                        {"id": one.id, "citation": one.citation, "why": one.why, "why_zh": one.why_zh}
                        for one in norm.later
                    ],
                }
                for norm, judged in self.norms
            ],
            "counts": {one.value: verdicts.count(one) for one in Verdict},
            "sentence": {"en": self.sentence, "zh": self.sentence_zh},
        }


def evidence_set(evidence: Mapping[str, Evidence]) -> Digest:
    """Return the digest over all evidence but the gate's own report: what a signature is bound to."""
    return digest_of(sorted(one.digest for one in evidence.values() if one.kind != "gate"))


def judge(
    norms: Sequence[Norm],
    evidence: Mapping[str, Evidence],
    findings: Mapping[str, Finding],
    signatures: Sequence[Signature],
    asked: Grade,
) -> GateReport:
    """Return a verdict on every requirement, and the grade reached.

    A requirement is unmet if any of its checks is; else without evidence if any check has none, or rests on nothing in
    this very evidence; else it needs a person if it names a role of which no signature over this evidence is there;
    else it is met. More findings that are not met, less evidence or fewer signatures can never raise the grade.

    Args:
        norms: What is asked.
        evidence: Kind to evidence.
        findings: Check to what it found.
        signatures: Attestations whose authenticity, person and role were verified already.
        asked: The grade the study asks for.
    """
    current = evidence_set(evidence)
    known = {one.digest for one in evidence.values()}
    grounded = {check: _grounded(one, known) for check, one in findings.items()}
    judged = tuple(
        (norm, tuple(_judge_one(one, grounded, signatures, current) for one in norm.requirements)) for norm in norms
    )
    reached = _reached([one for _, listed in judged for one in listed])
    said = _sentence([one for _, listed in judged for one in listed], len(norms), reached, asked)
    doubt = _not_beaten(evidence)
    return GateReport(
        asked=asked,
        reached=reached,
        evidence_set=current,
        model=_tested_model(evidence),
        norms=judged,
        sentence=f"{said[0]} {doubt[0]}".strip(),
        sentence_zh=f"{said[1]}{doubt[1]}",
    )


def _grounded(finding: Finding, known: set[Digest]) -> Finding:
    """Return the finding, or no evidence in its place where it speaks well of the release but rests on nothing here."""
    rests = bool(finding.evidence) and set(finding.evidence) <= known
    if rests or finding.verdict in {Verdict.UNMET, Verdict.NO_EVIDENCE}:
        return finding
    return Finding(
        check=finding.check,
        verdict=Verdict.NO_EVIDENCE,
        because="Not shown: the finding names no evidence that is at hand.",
        because_zh="未证明：该结论未指向现有证据。",
    )


def _judge_one(
    asked: Requirement, findings: Mapping[str, Finding], signatures: Sequence[Signature], current: Digest
) -> Judgement:
    found = tuple(findings.get(check) or _unexamined(check) for check in asked.checks)
    fresh, old = _signatures(asked, signatures, current)
    verdicts = {one.verdict for one in found}
    verdict = next((one for one in WORST_FIRST[:2] if one in verdicts), None)
    if verdict is None and not found and not asked.role:
        verdict = Verdict.NO_EVIDENCE
    if verdict is None:
        waits = fresh is None and (bool(asked.role) or Verdict.NEEDS_A_PERSON in verdicts)
        verdict = Verdict.NEEDS_A_PERSON if waits else Verdict.MET
    because, because_zh = _because(asked, verdict, found, fresh or old)
    return Judgement(
        requirement=asked,
        verdict=verdict,
        because=because,
        because_zh=because_zh,
        findings=found,
        signature=fresh or old,
        stale=fresh is None and old is not None,
    )


def _unexamined(check: str) -> Finding:
    return Finding(
        check=check,
        verdict=Verdict.NO_EVIDENCE,
        because=f"Not shown: {check} was not examined.",
        because_zh=f"未证明：未执行检查 {check}。",
    )


def _signatures(
    asked: Requirement, signatures: Sequence[Signature], current: Digest
) -> tuple[Signature | None, Signature | None]:
    """Return the latest signature that counts for a requirement, and the latest that does not any more."""
    mine = [one for one in signatures if asked.role and one.requirement == asked.id and one.role == asked.role]
    mine.sort(key=lambda one: (one.signed_at, one.payload, one.value), reverse=True)
    fresh = [one for one in mine if one.evidence == current and one.meaning in {asked.statement, asked.statement_zh}]
    old = [one for one in mine if one not in fresh]
    return (fresh[0] if fresh else None), (old[0] if old else None)


def _because(
    asked: Requirement, verdict: Verdict, found: tuple[Finding, ...], signature: Signature | None
) -> tuple[str, str]:
    """Return the sentence of a verdict: the findings that decided it, then the person."""
    role_zh = ROLES.get(asked.role, asked.role)
    decisive = [one for one in found if one.verdict is verdict] if verdict is not Verdict.MET else list(found)
    en, zh = " ".join(one.because for one in decisive), "".join(one.because_zh for one in decisive)
    if verdict is Verdict.MET and signature:
        en += f" Attested by {signature.name} as {asked.role} on {signature.signed_at[:10]}: {signature.meaning}"
        zh += f"{signature.name}（{role_zh}）于 {signature.signed_at[:10]} 签署：{signature.meaning}"
    elif verdict is Verdict.NEEDS_A_PERSON and signature:
        en += f" {signature.name} signed, but evidence or statement has changed since; the {asked.role} must sign anew."
        zh += f"{signature.name} 曾签署，但其后证据或声明已变更；须由{role_zh}重新签署。"
    elif verdict is Verdict.NEEDS_A_PERSON and asked.role:
        en += f" The {asked.role} must sign: {asked.statement}"
        zh += f"须由{role_zh}签署：{asked.statement_zh}"
    return en.strip() or "Nothing proves it.", zh.strip() or "没有证据。"


def _reached(judged: Sequence[Judgement]) -> Grade | None:
    """Return the highest grade whose requirements and lower grades' are all met; None if there is none."""
    reached = None
    for grade in Grade:
        below = [one for one in judged if one.requirement.from_grade.rank <= grade.rank]
        if not below or any(one.verdict is not Verdict.MET for one in below):
            break
        reached = grade
    return reached


def _sentence(judged: Sequence[Judgement], norms: int, reached: Grade | None, asked: Grade) -> tuple[str, str]:
    """Return the decision in plain words, English and Chinese."""
    wanted = [one for one in judged if one.requirement.from_grade.rank <= asked.rank]
    missing = [one for one in wanted if one.verdict is not Verdict.MET]
    asked_zh = GRADES_ZH[asked]
    if reached is not None and reached.rank >= asked.rank:
        return (
            f"Released for {asked.value} use: all {len(wanted)} requirements of {norms} norms at this grade are met.",
            f"准予按“{asked_zh}”等级发布：{norms} 项规范在此等级的 {len(wanted)} 条要求全部满足。",
        )
    parts = [(one, sum(two.verdict is one for two in missing)) for one in WORST_FIRST]
    counted = ", ".join(f"{n} {NAMES[one][0]}" for one, n in parts if n)
    counted_zh = "、".join(f"{n} 条{NAMES[one][1]}" for one, n in parts if n)
    lower = f" Reached so far: {reached.value}." if reached else ""
    lower_zh = f"目前达到：{GRADES_ZH[reached]}。" if reached else ""
    return (
        f"Refused for {asked.value} use: {len(missing)} of {len(wanted)} requirements are open ({counted}).{lower}",
        f"拒绝按“{asked_zh}”等级发布：{len(wanted)} 条要求中有 {len(missing)} 条未满足（{counted_zh}）。{lower_zh}",
    )


NAMES = {
    Verdict.MET: ("met", "满足"),
    Verdict.UNMET: ("unmet", "不满足"),
    Verdict.NO_EVIDENCE: ("without evidence", "缺乏证据"),
    Verdict.NEEDS_A_PERSON: ("for a person to sign", "待人签署"),
}
"""Verdicts in words, English and Chinese."""


def _not_beaten(evidence: Mapping[str, Evidence]) -> tuple[str, str]:
    """Return what must be said where our model did not beat every baseline; empty where it did, or is not known."""
    selection = evidence.get("selection")
    if selection is None or selection.facts.get("beaten") is not False:
        return "", ""
    said = selection.facts.get("sentence", {})
    return (
        str(said.get("en") or "Our model did not beat every baseline."),
        str(said.get("zh") or "本模型未胜过全部基线。"),
    )


def _tested_model(evidence: Mapping[str, Evidence]) -> str:
    performance = evidence.get("performance")
    sealed = performance.facts.get("sealed", {}) if performance else {}
    return str(sealed.get("model", "")) if isinstance(sealed, Mapping) else ""


def _requirements(report: Mapping[str, Json]) -> list[dict[str, Json]]:
    """Return the requirements that the grade asked for needs, of a report's facts."""
    asked = Grade(report["asked"])
    listed = [one for norm in report["norms"] for one in norm["requirements"]]
    return [one for one in listed if Grade(one["from_grade"]).rank <= asked.rank]


def signable(report: Mapping[str, Json], role: str) -> list[dict[str, Json]]:
    """Return the requirements of a report's facts that wait for this role's signature and nothing else.

    Each holds ``id``, ``citation``, ``text``, ``statement``, ``statement_zh`` and what the checks found. A signature
    counts only if its meaning is one of the two statements, and its evidence the report's ``evidence_set``.
    """
    return [
        one
        for one in _requirements(report)
        if role and one["role"] == role and one["verdict"] == Verdict.NEEDS_A_PERSON.value
    ]


def closed(report: Mapping[str, Json]) -> GateClosedError:
    """Return the error that lists what keeps the gate closed, and who must act."""
    missing = [one for one in _requirements(report) if one["verdict"] != Verdict.MET.value]
    lines = [f"{one['id']} ({one['verdict']}{_failing(one)})" for one in missing]
    waiting = sorted({one["role"] for one in missing if one["verdict"] == Verdict.NEEDS_A_PERSON.value and one["role"]})
    todo = []
    if len(missing) > sum(one["verdict"] == Verdict.NEEDS_A_PERSON.value for one in missing):
        todo.append("mend what is unmet or without evidence (the dossier gives the figures), or ask for a lower grade")
    todo += [f"the {role} must read the dossier and sign (primum sign ... {role})" for role in waiting]
    return GateClosedError(
        f"The gate is closed at grade {report['asked']}: {'; '.join(lines) or 'no requirement was judged'}.",
        remedy=f"{'; '.join(todo) or 'Name norms in the study'}.",
    )


def _failing(requirement: Mapping[str, Json]) -> str:
    names = [one["check"] for one in requirement["checks"] if one["verdict"] != Verdict.MET.value]
    if requirement["stale"]:
        names.append("the signature is stale")
    return f": {', '.join(names)}" if names else ""


@dataclass(frozen=True, slots=True)
class OpenGate:
    """Leave to release one model at one grade; only ``admit`` gives it, and nothing is sealed without it."""

    model: Digest
    grade: Grade
    evidence_set: Digest


def admit(report: Evidence, model: Digest, evidence: Mapping[str, Evidence]) -> OpenGate:
    """Return the leave to release this model, of an open report on this very model and this very evidence.

    Raises:
        GateClosedError: The report is not open.
        IntegrityError: The report is no gate report, or is about another model or other evidence.
    """
    facts = report.facts
    if report.kind != "gate":
        raise IntegrityError(f"A {report.kind} evidence was handed in as the gate's report.", remedy=RERUN)
    if facts.get("model") != model or model not in report.made_of:
        raise IntegrityError(f"The gate's report is about another model than {model[:12]}.", remedy=RERUN)
    if facts.get("evidence_set") != evidence_set(evidence):
        raise IntegrityError("The gate's report rests on other evidence than what is at hand.", remedy=RERUN)
    if facts.get("open") is not True:
        raise closed(facts)
    return OpenGate(model, Grade(facts["asked"]), Digest(facts["evidence_set"]))


RERUN = "Run the study again, so that the gate judges this model and this evidence; find out who exchanged them."
