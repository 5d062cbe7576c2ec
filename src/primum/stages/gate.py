"""Judge the evidence against the norms, with the signatures of people: the one decision on which a release rests."""

from collections.abc import Mapping
from typing import Any

from primum import plugins
from primum.context import Context
from primum.custody.custodian import Custodian
from primum.custody.verifying import verify_signature
from primum.domain.evidence import Evidence
from primum.domain.gate import judge
from primum.domain.norm import Finding, Norm, Signature
from primum.domain.study import Column, Limits, Study
from primum.norms import library


def run(context: Context) -> dict[str, str]:
    """Keep the gate's report, open or closed, and the two kinds of evidence that only the gate can give.

    Returns:
        ``evidence.custody``, ``evidence.declaration``, ``evidence.gate`` as digests, and ``open``: ``yes`` or ``no``.

    Raises:
        StudyError: The study names a norm, or a norm names a check, that is not installed.
        IntegrityError: Evidence, log or store was altered.
    """
    kept = {
        "custody": context.keep("custody", context.custodian.posture(), ()),
        "declaration": context.keep("declaration", declared(context.study), ()),
    }
    evidence = context.evidence()
    for kind, digest in kept.items():
        evidence[kind] = Evidence.from_document(context.custodian.get_evidence(digest))
    norms = library.applied(context.study.norms)
    report = judge(
        norms,
        evidence,
        examine(norms, evidence, context.study.limits),
        attested(context.custodian),
        context.study.intended_use.grade,
    )
    made_of = (context.input("model"), *sorted(one.digest for one in evidence.values()))
    digest = context.keep("gate", report.as_document(), made_of)
    is_open = "yes" if report.is_open else "no"
    context.custodian.record("gate decided", digest, {"open": is_open, "asked": report.asked.value})
    return {
        "evidence.custody": kept["custody"],
        "evidence.declaration": kept["declaration"],
        "evidence.gate": digest,
        "open": is_open,
    }


def declared(study: Study) -> dict[str, Any]:
    """Return what the study declares, as the facts of evidence."""
    return {
        "study": study.digest,
        "name": study.name,
        "title": study.title.model_dump(),
        "question": study.question.model_dump(),
        "task": study.task,
        "intended_use": study.intended_use.model_dump(mode="json"),
        "lawful_basis": study.lawful_basis.model_dump(mode="json"),
        "outcome": {
            "classes": list(study.outcome.classes),
            "positive": study.outcome.positive,
            "labels": {name: study.outcome.words(name).model_dump() for name in study.outcome.classes},
        },
        "columns": {one.name: _spoken(one) for one in study.columns if one.label or one.category_labels},
        "reference_standard": study.outcome.reference_standard,
        "if_not_beaten": study.comparison.if_not_beaten,
        "limits": study.limits.model_dump(mode="json"),
        "norms": list(study.norms),
        "norms_read": library.digest(study.norms),
        "validity_days": study.validity_days,
    }


def _spoken(column: Column) -> dict[str, Any]:
    """Return what people call a column and its categories."""
    labels = {name: words.model_dump() for name, words in column.category_labels.items()}
    return {"label": column.words.model_dump(), "category_labels": labels}


def examine(norms: tuple[Norm, ...], evidence: Mapping[str, Evidence], limits: Limits) -> dict[str, Finding]:
    """Return the finding of every check that the norms name.

    Raises:
        StudyError: A check is not installed.
    """
    wanted = {check for norm in norms for one in norm.requirements for check in one.checks}
    return {check: plugins.load("check", check).examine(evidence, limits) for check in sorted(wanted)}


def attested(custodian: Custodian) -> list[Signature]:
    """Return the signatures that are whole, and made with the key of a person enrolled today in the role they claim.

    Any other signature counts for nothing, and the log says that it was passed over.

    Raises:
        IntegrityError: A signature was altered after it was given.
    """
    trust = custodian.trust()
    counted = []
    for document in custodian.signatures():
        signature = Signature.from_document(document)
        if verify_signature(signature, trust):
            counted.append(signature)
        else:
            custodian.record("signature passed over", signature.evidence, {"requirement": signature.requirement})
    return counted
