"""A model as it is kept and served: scorer, recalibration, prediction sets and threshold, read from plain files."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from pydantic import ValidationError
from scipy.special import logsumexp

from primum import plugins
from primum.domain.study import Column, Study, Words
from primum.errors import IntegrityError
from primum.models.calibration import Recalibration
from primum.models.metrics import Scored
from primum.models.tabular import TabularScorer
from primum.models.uncertainty import Sets, abstains, prediction_sets
from primum.plugins import Floats, Ints, Scorer, Task, Tokens

OURS = "primum"
"""The name of our neural model among the candidates."""

FILE, SCORER = "model.json", "scorer/"
FAR = 1.0
"""Widths of the development range beyond its ends from which on a value is unlike anything learnt from."""
MISSING_AT_MOST = 0.5

TOO_MANY_MISSING = Words(
    en="{missing} of {places} values are missing; the model answers only where at most {most:.0%} are.",
    zh="{places} 项数值中缺失 {missing} 项；缺失不超过 {most:.0%} 时模型才作答。",
)
FAR_OUTSIDE = Words(
    en="{label} lies far outside the range the model learned from.",
    zh="{label}远超出模型学习过的范围。",
)
NO_CLASS = Words(
    en="No class fits: the record is unlike those of any class at the declared coverage.",
    zh="没有合适的类别：在所声明的覆盖率下，本记录与任何类别的记录都不相似。",
)
SEVERAL = Words(
    en="At the declared coverage, {classes} cannot be told apart for this record.",
    zh="在所声明的覆盖率下，无法就本记录区分{classes}。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """A scorer with all that turns its logits into what is told to people.

    Attributes:
        card: ``model.json``.
        scorer: Ours or a baseline's.
        task: Turns logits into probabilities.
        recalibration: Applied to logits first.
        quantile: Of each class, for prediction sets.
    """

    card: Mapping[str, Any]
    scorer: Scorer = field(repr=False)
    task: Task = field(repr=False)
    recalibration: Recalibration
    quantile: Floats

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Return the model whose files these are.

        Raises:
            IntegrityError: They are not a model's files.
            StudyError: The baseline or task it was made with is not installed.
        """
        state = {name.removeprefix(SCORER): data for name, data in files.items() if name.startswith(SCORER)}
        try:
            card = json.loads(files[FILE])
            kind, task, columns = str(card["kind"]), str(card["task"]), [_column(one) for one in card["columns"]]
            recalibration = Recalibration.from_document(card["calibration"])
            quantile = np.array([card["conformal"]["quantiles"][one] for one in card["classes"]], dtype=np.float64)
        except (KeyError, TypeError, ValueError, ValidationError) as fault:
            raise IntegrityError(
                f"The model's {FILE} is not what was written.", remedy="Restore the model from a verified release."
            ) from fault
        scorer = TabularScorer.load(state) if kind == OURS else plugins.load("baseline", kind).load(state)
        return cls(
            card={**card, "columns": columns},
            scorer=scorer,
            task=plugins.load("task", task),
            recalibration=recalibration,
            quantile=quantile,
        )

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the classes in the order of probabilities."""
        return tuple(self.card["classes"])

    @property
    def positive(self) -> int:
        """Return the index of the class of interest."""
        return self.classes.index(self.card["positive"])

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the columns the model sees."""
        return tuple(self.card["columns"])

    def worded(self, columns: Sequence[Column]) -> Self:
        """Return the same model with the names people read, which are no part of a model."""
        return replace(self, card={**self.card, "columns": list(columns)})

    @property
    def reference(self) -> Floats:
        """Return a typical subject's values, shape (places,)."""
        return np.array(self.card["reference"], dtype=np.float64)

    def probability(self, tokens: Tokens) -> Floats:
        """Return calibrated probabilities, shape (subjects, classes)."""
        return self.task.decode(self.recalibration.apply(self.scorer.logits(tokens)))

    def log_odds(self, values: Floats) -> Floats:
        """Return calibrated log-odds of the class of interest against the rest, shape (rows,); what explainers ask.

        Args:
            values: Shape (rows, places); missing is NaN.
        """
        places = tuple(f"column:{one.name}" for one in self.columns)
        logits = self.recalibration.apply(
            self.scorer.logits(Tokens(values=values, places=places, columns=self.columns))
        )
        rest = np.delete(logits, self.positive, axis=1)
        result: Floats = logits[:, self.positive] - logsumexp(rest, axis=1)
        return result

    def sets(self, probability: Floats) -> Sets:
        """Return the classes that cannot be ruled out, shape (subjects, classes)."""
        return prediction_sets(probability, self.quantile)

    def doubts(self, tokens: Tokens) -> list[list[Words]]:
        """Return for each subject why its input is not one to answer, empty where it is."""
        return [self._doubts(row) for row in tokens.values]

    def abstains(self, tokens: Tokens, probability: Floats) -> Sets:
        """Return where the model holds its tongue, shape (subjects,)."""
        unlike = np.array([bool(one) for one in self.doubts(tokens)], dtype=np.bool_)
        result: Sets = abstains(self.sets(probability)) | unlike
        return result

    def scored(self, tokens: Tokens, outcome: Ints) -> Scored:
        """Return what the model says of subjects beside what happened."""
        return Scored(
            outcome=outcome,
            probability=self.probability(tokens),
            threshold=float(self.card["threshold"]),
            positive=self.positive,
        )

    def _doubts(self, row: Floats) -> list[Words]:
        found = []
        missing, most = int(np.isnan(row).sum()), float(self.card["missing_at_most"])
        if missing > most * len(row):
            figures = {"missing": missing, "places": len(row), "most": most}
            found.append(_filled(TOO_MANY_MISSING, figures, figures))
        for value, column, bounds in zip(row, self.columns, self.card["range"], strict=True):
            if bounds is None or np.isnan(value):
                continue
            low, high = bounds
            if not low - FAR * (high - low) <= value <= high + FAR * (high - low):
                found.append(_filled(FAR_OUTSIDE, {"label": column.words.en}, {"label": column.words.zh}))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What the validation part added to a scorer.

    Attributes:
        quantile: Of each class.
        threshold: From which probability on the class of interest is called.
    """

    quantile: Floats
    threshold: float


def to_files(
    study: Study, fitted: tuple[str, Scorer], development: Tokens, recalibration: Recalibration, doubt: Doubt
) -> dict[str, bytes]:
    """Return the files of a model; ``Calibrated.from_files`` gives the same model back.

    Args:
        study: Names classes, columns and task.
        fitted: The candidate's name and its scorer.
        development: What it was fitted on: gives typical values and ranges.
        recalibration: Learnt on subjects the scorer had not seen.
        doubt: Learnt on the validation part.
    """
    name, scorer = fitted
    classes = study.outcome.classes
    card = {
        "kind": name,
        "study": study.name,
        "modality": study.sources[0].modality,
        "task": study.task,
        "classes": list(classes),
        "positive": study.outcome.positive,
        "columns": [one.unworded().model_dump(mode="json") for one in development.columns],
        "calibration": recalibration.as_document(),
        "conformal": {
            "coverage": study.limits.coverage,
            "quantiles": dict(zip(classes, doubt.quantile.tolist(), strict=True)),
        },
        "threshold": doubt.threshold,
        "reference": typical(development),
        "range": ranges(development, study.limits.small_number),
        "missing_at_most": MISSING_AT_MOST,
    }
    files = {f"{SCORER}{file}": data for file, data in scorer.state().items()}
    return {FILE: json.dumps(card, sort_keys=True, ensure_ascii=False, allow_nan=False).encode(), **files}


def typical(tokens: Tokens) -> list[float]:
    """Return a typical value a place: the median of numbers, the commonest category; 0 where nothing is known."""
    found = []
    for place, column in enumerate(tokens.columns):
        known = _known(tokens, place)
        if not known.size:
            found.append(0.0)
        elif column.categories:
            found.append(float(np.bincount(known.astype(np.int64)).argmax()))
        else:
            found.append(float(np.median(known)))
    return found


def ranges(tokens: Tokens, smallest: int) -> list[list[float] | None]:
    """Return a range a place, None for categories and for places known of too few.

    The ends are values that at least ``smallest`` subjects reach or pass, so that they belong to nobody alone.
    """
    found: list[list[float] | None] = []
    for place, column in enumerate(tokens.columns):
        known = np.sort(_known(tokens, place))
        told = not column.categories and len(known) >= 2 * smallest
        found.append([float(known[smallest - 1]), float(known[-smallest])] if told else None)
    return found


def _known(tokens: Tokens, place: int) -> Floats:
    values: Floats = tokens.values[:, place]
    return values[~np.isnan(values)]


def _column(document: Mapping[str, Any]) -> Column:
    return Column.model_validate_json(json.dumps(document))


def _filled(words: Words, en: Mapping[str, str | float], zh: Mapping[str, str | float]) -> Words:
    return Words(en=words.en.format_map(en), zh=words.zh.format_map(zh))


def why_set(classes: Sequence[Words]) -> list[Words]:
    """Return why a prediction set is no answer, nothing where it holds exactly one class."""
    if not classes:
        return [NO_CLASS]
    if len(classes) > 1:
        en, zh = " and ".join(one.en for one in classes), "、".join(one.zh for one in classes)
        return [_filled(SEVERAL, {"classes": en}, {"classes": zh})]
    return []
