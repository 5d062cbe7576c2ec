"""Fits our model and its rivals, compares them on subjects they had not seen, and completes each to a whole model."""

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.special import softmax

from primum import plugins
from primum.context import Context
from primum.domain.study import Study
from primum.domain.tokens import Floats, Ints
from primum.errors import DataError
from primum.ids import Digest
from primum.models import fitting, selection
from primum.models.asked import Asked, logits
from primum.models.calibrated import OURS, Doubt, to_files
from primum.models.checkpoints import running
from primum.models.ours import ours
from primum.models.samples import Sample, deal
from primum.models.selection import Candidate, Selection, Terms
from primum.models.uncertainty import operating_threshold, quantiles
from primum.plugins import Baseline, Lesson, Scorer

HELD_OUT = 5
"""One part in so many is held out where there is no cross-validation."""


def run(context: Context) -> dict[str, str]:
    """Write a model ``candidate.<name>`` for ours and each baseline, ``chosen``, ``model`` and evidence ``selection``.

    Raises:
        DataError: A class has fewer development subjects than there are folds, or no validation subject.
        StudyError: A baseline is not installed.
    """
    study, custodian = context.study, context.custodian
    parts = (context.input("development"), context.input("validation"))
    asked = Asked.of(study)
    development, validation = (Sample.from_rows(custodian.read_dataset(one), study) for one in parts)
    fold = _folds(development, asked, study)
    candidates = [
        *(_baseline(name, development, fold, context) for name in study.comparison.baselines),
        _ours(development, fold, context),
    ]
    terms = Terms(
        margin=study.comparison.margin,
        refuse=study.comparison.if_not_beaten == "refuse",
        positives=asked.positives,
        seed=study.seed,
    )
    chosen = selection.select(candidates, terms)
    doubts = {one.name: _doubt(one, validation, study) for one in candidates}
    made_of = tuple(Digest(one) for one in (*parts, context.inputs["encoder"]) if one)
    models = {
        one.name: custodian.put_model(
            to_files(
                study,
                (one.name, one.scorer),
                (development.tokens, validation.tokens),
                one.recalibration,
                doubts[one.name][0],
            ),
            made_of,
        )
        for one in candidates
    }
    facts = _facts(chosen, doubts[chosen.chosen], study)
    evidence = context.keep("selection", facts, (*parts, *models.values()))
    return {
        **{f"candidate.{name}": digest for name, digest in models.items()},
        "chosen": chosen.chosen,
        "model": models[chosen.chosen],
        "evidence.selection": evidence,
    }


def _folds(sample: Sample, asked: Asked, study: Study) -> Ints:
    """Return which fold each subject is in; with one fold, 0 for the fifth that is held out and -1 for all others.

    Raises:
        DataError: A class has too few subjects to be in every fold.
    """
    folds = study.comparison.folds if study.comparison.folds > 1 else HELD_OUT
    holders = dict(zip(asked.labels, sample.holders(len(asked.labels)), strict=True))
    few = [name for name in asked.named if holders[name] < folds]
    if few:
        raise DataError(
            f"The development part holds fewer than {folds} subjects of class {', '.join(few)}.",
            remedy="Bring more subjects of that class, or lower `comparison.folds`.",
        )
    dealt = deal(sample.strata, folds, study.seed)
    return dealt if study.comparison.folds > 1 else np.where(dealt == 0, 0, -1)


def _baseline(name: str, sample: Sample, fold: Ints, context: Context) -> Candidate:
    study = context.study
    baseline: Baseline = plugins.load("baseline", name)
    labels = len(Asked.of(study).labels)
    lesson = Lesson(model=study.model, seed=study.seed, small_number=study.limits.small_number, labels=labels)
    unseen: Floats = np.zeros((len(sample.outcome), labels))
    for one in range(study.comparison.folds):
        seen, left = (sample.part(np.flatnonzero(some)) for some in (fold != one, fold == one))
        scorer = baseline.fit(seen.tokens, seen.outcome, replace(lesson, owner=seen.clusters))
        unseen[sample.units(np.flatnonzero(fold == one))] = logits(scorer, left.tokens, left.owner)
        context.tell(name, one + 1, study.comparison.folds + 1)
    scorer = baseline.fit(sample.tokens, sample.outcome, replace(lesson, owner=sample.clusters))
    context.tell(name, study.comparison.folds + 1, study.comparison.folds + 1)
    return _candidate((name, baseline.complexity), scorer, unseen, (sample, fold))


def _ours(sample: Sample, fold: Ints, context: Context) -> Candidate:
    study, encoder = context.study, context.inputs["encoder"]
    made_of = (context.input("development"), *((Digest(encoder),) if encoder else ()))
    teaching = fitting.Teaching(
        model=study.model,
        seed=study.seed,
        encoder=context.custodian.get_model(Digest(encoder)) if encoder else {},
        running=lambda work: running(context, work, made_of),
        labels=Asked.of(study).labels,
    )
    done: fitting.Fitted = ours("fit", study.modality, study.task)(sample.tokens, sample.outcome, fold, teaching)
    return _candidate((OURS, fitting.COMPLEXITY), done.scorer, done.unseen, (sample, fold))


def _candidate(named: tuple[str, int], scorer: Scorer, unseen: Floats, dealt: tuple[Sample, Ints]) -> Candidate:
    """Return a candidate with what its like said of the subjects that were left out.

    Args:
        named: Name and complexity.
        scorer: Fitted on all.
        unseen: Logits of every unit; those in subjects never left out mean nothing.
        dealt: All subjects, and the fold of each.
    """
    sample, fold = dealt
    rows = np.flatnonzero(fold >= 0)
    units = sample.units(rows)
    return Candidate(
        name=named[0],
        complexity=named[1],
        scorer=scorer,
        unseen=unseen[units],
        outcome=sample.outcome[units],
        owner=np.searchsorted(rows, sample.owner[units]) if sample.is_clustered else None,
    )


def _doubt(candidate: Candidate, validation: Sample, study: Study) -> tuple[Doubt, Ints]:
    """Return quantiles and threshold from the validation part, and how many subjects each quantile rests on."""
    asked = Asked.of(study)
    said = candidate.recalibration.apply(logits(candidate.scorer, validation.tokens, validation.owner))
    probability: Floats = softmax(said, axis=1)
    quantile, counts = quantiles(probability, validation.outcome, study.limits.coverage)
    threshold = operating_threshold(
        probability[:, list(asked.positives)].sum(axis=1),
        np.isin(validation.outcome, asked.positives),
        study.limits.sensitivity_target,
    )
    return Doubt(quantile=quantile, threshold=threshold), counts


def _facts(chosen: Selection, doubt: tuple[Doubt, Ints], study: Study) -> dict[str, Any]:
    told, counts = doubt
    small = study.limits.small_number
    return {
        "metric": "log_loss",
        "folds": study.comparison.folds,
        "candidates": [
            {
                "name": one.candidate.name,
                "complexity": one.candidate.complexity,
                "log_loss": one.log_loss.as_document(),
                "auroc": one.auroc.as_document(),
                "difference": one.difference.as_document(),
            }
            for one in chosen.compared
        ],
        "chosen": chosen.chosen,
        "best": chosen.best,
        "rule": selection.RULE["en"].format(margin=study.comparison.margin),
        "rule_zh": selection.RULE["zh"].format(margin=study.comparison.margin),
        "beaten": chosen.beaten,
        "sentence": selection.sentence(chosen, cross_validated=study.comparison.folds > 1),
        "calibration": _rounded(chosen.of(chosen.chosen).candidate.recalibration.as_document()),
        "threshold": round(told.threshold, 6),
        "conformal": {
            name: {"n": int(count) if count >= small or not count else None, "quantile": round(float(quantile), 6)}
            for name, count, quantile in zip(Asked.of(study).labels, counts, told.quantile, strict=True)
        },
    }


def _rounded(document: dict[str, Any]) -> dict[str, Any]:
    return {name: np.round(values, 6).tolist() for name, values in document.items()}
