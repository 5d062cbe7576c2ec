"""What is told of the cohort: its parts, columns, labels and groups, nothing of numbers that are too small."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from primum import plugins
from primum.context import Context
from primum.domain.measurement import is_missing
from primum.domain.picture import is_picture
from primum.domain.study import Column, Study
from primum.domain.subgroups import group_of
from primum.domain.tokens import Pictures, Texts, cells_of, words
from primum.models.cohort import Subject
from primum.models.described import described
from primum.models.labels import suspected, suspected_notes
from primum.models.marked import doubtful
from primum.models.outside import looks


def of_part(subjects: Sequence[Subject], study: Study) -> dict[str, Any]:
    """Return how many subjects a part has, and how many with the class of interest, or with anything marked."""
    positive = study.outcome.classes.index(study.outcome.positive) if study.outcome.positive else 0
    counts = [bool(one.marks) if one.marks is not None else one.outcome == positive for one in subjects]
    return {"subjects": len(subjects), "positives": shown(sum(counts), study)}


def shown(count: int, study: Study) -> int | None:
    """Return a count, None where it is too small to be told."""
    return None if 0 < count < study.limits.small_number else count


def of_column(column: Column, subjects: Sequence[Subject], context: Context) -> dict[str, Any]:
    """Return what is told of a column, from the development part alone."""
    study = context.study
    values = [value for one in subjects if (value := one.record.payload.get(column.name)) is not None]
    lacking = len(subjects) - len(values)
    traits = Counter(trait for one in subjects for trait in one.traits.get(column.name, ()))
    if study.is_text(column):
        return _text_facts(column, subjects, study)
    if values and is_picture(values[0]):
        return _picture_facts(column, [str(one) for one in values], len(subjects), context)
    facts: dict[str, Any] = {
        "name": column.name,
        "unit": column.unit,
        "missing": round(lacking / len(subjects), 2 if shown(lacking, study) is None else 6),
        "outliers": shown(traits["outlier"], study),
        "converted": shown(traits["converted"], study),
        "below_detection": shown(traits["censored"], study),
        "decimal_commas": shown(traits["decimal_comma"], study),
    }
    if column.categories:
        counts = Counter(str(one) for one in values)
        small = study.limits.small_number
        return facts | {
            "counts": context.custodian.suppressed_counts({one: counts[one] for one in column.categories}, small)
        }
    numbers = np.array([float(one) for one in values])
    told = len(numbers) >= study.limits.small_number
    return facts | {
        "mean": round(float(numbers.mean()), 6) if told else None,
        "sd": round(float(numbers.std(ddof=1)), 6) if told else None,
    }


def _text_facts(column: Column, subjects: Sequence[Subject], study: Study) -> dict[str, Any]:
    """Return what is told of a text: how often there is none, and how many words it has."""
    texts = [str(value) for one in subjects if not is_missing(value := one.record.payload.get(column.name), column)]
    lacking = len(subjects) - len(texts)
    counts = np.array([len(words(one)) for one in texts])
    told = len(counts) >= study.limits.small_number
    return {
        "name": column.name,
        "unit": "",
        "missing": round(lacking / len(subjects), 2 if shown(lacking, study) is None else 6),
        "outliers": 0,
        "words": {"mean": round(float(counts.mean()), 1), "sd": round(float(counts.std(ddof=1)), 1)} if told else None,
    }


def _picture_facts(column: Column, cells: Sequence[str], subjects: int, context: Context) -> dict[str, Any]:
    """Return what is told of pictures: how often there is none, how large they are, and what was mended."""
    small = context.study.limits.small_number
    return {
        "name": column.name,
        "unit": "",
        "missing": round(1 - len(cells) / subjects, 2),
        "outliers": 0,
        "pictures": described(cells, small, lambda counts: context.custodian.suppressed_counts(counts, small)),
    }


def of_labels(subjects: Sequence[Subject], study: Study) -> dict[str, Any]:
    """Return how many labels, or notes with marks, are contradicted by the others."""
    modality: plugins.Modality = plugins.load("modality", subjects[0].record.modality)
    tokens = modality.tokenize([one.record for one in subjects], study.features())
    outcome = np.array([one.outcome for one in subjects])
    if isinstance(tokens, Texts) and study.task == "tag":
        suspicious = doubtful(tokens.documents, [one.marks or () for one in subjects])
    elif isinstance(tokens, Texts):
        suspicious = suspected_notes(tokens.documents, outcome, study.seed)
    else:
        values = looks(tokens) if isinstance(tokens, Pictures) else cells_of(tokens).values
        suspicious = suspected(values, outcome, study.seed)
    count = int(suspicious.sum())
    return {"suspected": shown(count, study), "share": round(count / len(subjects), 2)}


def of_subgroups(cohort: Sequence[Subject], context: Context) -> list[dict[str, Any]]:
    """Return how many subjects each group has."""
    facts = []
    for subgroup in context.study.subgroups:
        counts = Counter(group_of(one.record.payload.get(subgroup.column), subgroup) for one in cohort)
        shown = context.custodian.suppressed_counts(dict(sorted(counts.items())), context.study.limits.small_number)
        facts += [{"column": subgroup.column, "group": group, "n": count} for group, count in shown.items()]
    return facts
