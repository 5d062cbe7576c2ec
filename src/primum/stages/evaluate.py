"""Opens the sealed test part, once for a model and after the limits were committed, and measures all candidates."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.metrics import classification_report, confusion_matrix

from primum.context import Context
from primum.custody.nouns import Row
from primum.domain.evidence import Estimate
from primum.domain.scored import Scored
from primum.domain.study import Study
from primum.ids import Digest
from primum.models import clustered, curves
from primum.models.asked import Asked
from primum.models.calibrated import Calibrated
from primum.models.measured import differences, estimates, exact_share, share
from primum.models.reliability import reliability
from primum.models.report import intervals
from primum.models.samples import Sample
from primum.models.subgroups import Groups
from primum.models.uncertainty import Sets

CANDIDATE = "candidate."


def run(context: Context) -> dict[str, str]:
    """Write the evidence ``performance``.

    The limits are committed first. What is found is kept and noted as this stage's output before the part is closed: a
    run killed in between goes on, and a part that was closed never opens again for this model.

    Raises:
        AccessDeniedError: This model has had its look at the test part, or the limits were changed after a look.
    """
    study, custodian = context.study, context.custodian
    part, model = context.input("test"), context.input("model")
    names = {one.removeprefix(CANDIDATE): Digest(d) for one, d in context.inputs.items() if one.startswith(CANDIDATE)}
    models = {name: Calibrated.from_files(custodian.get_model(one)) for name, one in sorted(names.items())}
    custodian.commit(study.limits.digest)
    rows = custodian.open_sealed(part, model, study.limits.digest)
    sealed = {
        "limits": study.limits.digest,
        "part": part,
        "model": model,
        "committed_before_opening": True,
        "other_models_that_opened": len({one["model"] for one in custodian.openings(part)} - {model}),
    }
    facts = _measure(context, rows, models, context.inputs["chosen"])
    evidence = context.keep("performance", {"sealed": sealed, **facts}, (part, model, *names.values()))
    outputs: dict[str, str] = {"evidence.performance": evidence}
    custodian.finish(context.stage, context.key, outputs)
    custodian.close_sealed(part, model, evidence)
    return outputs


def _measure(context: Context, rows: list[Row], models: Mapping[str, Calibrated], released: str) -> dict[str, Any]:
    study, asked = context.study, Asked.of(context.study)
    sample = Sample.from_rows(rows, study)
    scored, measured = {}, {}
    for done, (name, one) in enumerate(models.items(), start=1):
        scored[name] = mine = one.scored(sample.tokens, sample.outcome)
        measured[name] = estimates(one.task.measure(mine), mine, study.seed)
        context.tell(name, done, len(models))
    mine, model = scored[released], models[released]
    abstained = model.abstains(sample.tokens, mine.probability)
    groups = _groups(context, sample, mine)
    return {
        "released": released,
        "metrics": {name: _documents(one) for name, one in measured.items()},
        "labels": list(model.labels),
        "report": _report(mine, model.labels),
        "report_intervals": {row: _documents(one) for row, one in intervals(mine, model.labels, study.seed).items()},
        "differences": {
            name: _documents(differences(mine, other, study.seed)) for name, other in scored.items() if name != released
        },
        "calibration": reliability(mine, study.seed),
        "conformal": _conformal(model, mine, abstained, study)
        | {"abstention_by_group": [row for one in groups for row in one.abstention(abstained)]},
        "confusion": confusion_matrix(mine.outcome, mine.called, labels=range(len(model.labels))).tolist(),
        "threshold": round(mine.threshold, 6),
        "roc": curves.roc(mine),
        "pr": curves.precision_recall(mine),
        "decision_curve": curves.decision_curve(mine),
        "subgroups": [row for one in groups for row in one.rows()],
        "subgroup_gap": {one.column: one.gap().as_document() for one in groups},
        "verdict": _verdict(measured[released]) if asked.is_of_subjects else _verdict_of_mentions(measured[released]),
        **({} if asked.is_of_subjects else {"mentions": _mentions(mine, study.seed)}),
    }


def _documents(found: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: one.as_document() for name, one in found.items()}


def _mentions(scored: Scored, seed: int) -> dict[str, dict[str, Any]]:
    """Return how well mentions of each kind are found, exactly."""
    return {kind: _documents(one) for kind, one in clustered.by_kind(scored, seed).items()}


def _report(scored: Scored, labels: Sequence[str]) -> dict[str, Any]:
    """Return scikit-learn's classification report.

    Counts of right and wrong answers describe the model and are told however small; they are no traits of a person.
    """
    report = classification_report(
        scored.outcome,
        scored.called,
        labels=range(len(labels)),
        target_names=labels,
        output_dict=True,
        zero_division=0.0,
    )
    kept = (*labels, "macro avg", "weighted avg")
    return {
        name: {
            figure: int(value) if figure == "support" else round(float(value), 6)
            for figure, value in report[name].items()
        }
        for name in kept
    }


def _conformal(model: Calibrated, scored: Scored, abstained: Sets, study: Study) -> dict[str, Any]:
    """Return how often prediction sets hold the truth, class by class, and how often the model holds its tongue."""
    held = model.sets(scored.probability)[np.arange(len(scored.outcome)), scored.outcome]
    by_class = {}
    for index, name in enumerate(model.labels):
        by_class[name] = exact_share(held, scored.outcome == index, scored, study.seed).as_document()
    return {
        "target": study.limits.coverage,
        "by_class": by_class,
        "abstention": share(abstained, np.ones_like(abstained), scored, study.seed).as_document(),
    }


def _groups(context: Context, sample: Sample, scored: Scored) -> list[Groups]:
    study = context.study
    return [
        Groups(
            subgroup,
            [one.payload.get(subgroup.column) for one in sample.records],
            scored,
            context.custodian.suppressed_counts,
            (study.limits.small_number, study.seed),
        )
        for subgroup in study.subgroups
    ]


def _verdict(measured: Mapping[str, Estimate]) -> dict[str, str]:
    area, found, spared = (measured[name] for name in ("roc_auc", "recall", "specificity"))
    return {
        "en": f"On {area.n} sealed test subjects the released model reaches an AUROC of {area.value:.3f} "
        f"({area.low:.3f} to {area.high:.3f}), finds {found.value:.1%} of the sick "
        f"({found.low:.1%} to {found.high:.1%}) and spares {spared.value:.1%} of the others "
        f"({spared.low:.1%} to {spared.high:.1%}).",
        "zh": f"在 {area.n} 名封存测试受试者上，所发布模型的 AUROC 为 {area.value:.3f}"
        f"（{area.low:.3f} 至 {area.high:.3f}），检出 {found.value:.1%} 的患者（{found.low:.1%} 至 {found.high:.1%}），"
        f"正确排除 {spared.value:.1%} 的其他人（{spared.low:.1%} 至 {spared.high:.1%}）。",
    }


def _verdict_of_mentions(measured: Mapping[str, Estimate]) -> dict[str, str]:
    f1, found, right = (measured[name] for name in ("f1", "recall", "precision"))
    return {
        "en": f"In the notes of {f1.n} sealed test subjects the released model finds {found.value:.1%} of the mentions "
        f"exactly ({found.low:.1%} to {found.high:.1%}), and of those it marks {right.value:.1%} are right "
        f"({right.low:.1%} to {right.high:.1%}); F1 {f1.value:.3f} ({f1.low:.3f} to {f1.high:.3f}).",
        "zh": f"在 {f1.n} 名封存测试受试者的记录中，所发布模型准确找出 {found.value:.1%} 的提及"
        f"（{found.low:.1%} 至 {found.high:.1%}），其所标记者 {right.value:.1%} 正确"
        f"（{right.low:.1%} 至 {right.high:.1%}）；"
        f"F1 为 {f1.value:.3f}（{f1.low:.3f} 至 {f1.high:.3f}）。",
    }
