"""A model as it is kept and served: scorer, recalibration, prediction sets and threshold, read from plain files."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from pydantic import ValidationError
from scipy.special import logsumexp

from primum import plugins
from primum.domain.study import Column, Study, Words
from primum.domain.tokens import Cells, Floats, Ints, Texts, Tokens, cells_of, words
from primum.errors import IntegrityError
from primum.models.calibration import Recalibration
from primum.models.metrics import Scored
from primum.models.ours import ours
from primum.models.uncertainty import Sets, abstains, prediction_sets
from primum.plugins import Scorer, Sloped, Task

OURS = "primum"
"""The name of our neural model among the candidates."""

FILE, SCORER = "model.json", "scorer/"
FAR = 1.0
"""Widths of the development range beyond its ends from which on a value is unlike anything learnt from."""
MISSING_AT_MOST = 0.5
FAMILIAR_AT_LEAST = 0.5
"""Share of a document's words that the development part must hold for the model to answer."""
TWO = 2

TOO_MANY_MISSING = Words(
    en="{missing} of {places} values are missing; the model answers only where at most {most:.0%} are.",
    zh="{places} 项数值中缺失 {missing} 项；缺失不超过 {most:.0%} 时模型才作答。",
)
FAR_OUTSIDE = Words(
    en="{label} lies far outside the range the model learned from.",
    zh="{label}远超出模型学习过的范围。",
)
EMPTY = Words(en="There is no word to read.", zh="没有可读的文字。")
UNFAMILIAR = Words(
    en="Only {share:.0%} of the words are among those the model learned from; it answers from {least:.0%} on.",
    zh="仅 {share:.0%} 的词语属于模型学习过的词语；达到 {least:.0%} 时模型才作答。",
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
            kind, task, modality = (str(card[one]) for one in ("kind", "task", "modality"))
            columns = [_column(one) for one in card["columns"]]
            recalibration = Recalibration.from_document(card["calibration"])
            quantile = np.array([card["conformal"]["quantiles"][one] for one in card["classes"]], dtype=np.float64)
        except (KeyError, TypeError, ValueError, ValidationError) as fault:
            raise IntegrityError(
                f"The model's {FILE} is not what was written.", remedy="Restore the model from a verified release."
            ) from fault
        scorer = ours("load", modality)(state) if kind == OURS else plugins.load("baseline", kind).load(state)
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

    def explained(self, tokens: Tokens) -> Ints:
        """Return which class each subject's explanation is about, shape (subjects,).

        With two classes the class of interest, with more the likeliest one: why it is this disease, not why it is not
        another.
        """
        if len(self.classes) == TWO:
            return np.full(len(tokens), self.positive, dtype=np.int64)
        likeliest: Ints = self.probability(tokens).argmax(axis=1)
        return likeliest

    def log_odds(self, tokens: Tokens, of: int) -> Floats:
        """Return calibrated log-odds of a class against the rest, shape (subjects,); what explainers ask."""
        logits = self.recalibration.apply(self.scorer.logits(tokens))
        result: Floats = logits[:, of] - logsumexp(np.delete(logits, of, axis=1), axis=1)
        return result

    def slopes(self, tokens: Tokens, kept: Floats, of: int) -> Floats:
        """Return the gradient of ``log_odds`` of one subject by what is kept of each place, shape (n, places).

        Args:
            tokens: One subject.
            kept: Shape (n, places), 1 where a place is the subject's own, 0 where it is typical or left out.
            of: The class.

        Raises:
            TypeError: The scorer knows no gradient.
        """
        if not isinstance(self.scorer, Sloped):
            raise TypeError("The scorer knows no gradient.")
        logits = self.recalibration.apply(self.scorer.logits(tokens.kept(0, kept)))
        towards = self.recalibration.pulled(_towards(logits, of))
        rows = [self.scorer.slopes(tokens, kept[[row]], one) for row, one in enumerate(towards)]
        return np.concatenate(rows) if rows else np.zeros_like(kept)

    def sets(self, probability: Floats) -> Sets:
        """Return the classes that cannot be ruled out, shape (subjects, classes)."""
        return prediction_sets(probability, self.quantile)

    def doubts(self, tokens: Tokens) -> list[list[Words]]:
        """Return for each subject why its input is not one to answer, empty where it is."""
        if isinstance(tokens, Texts):
            return [self._unread(one) for one in tokens.documents]
        return [self._doubts(row) for row in cells_of(tokens).values]

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

    def against(self, tokens: Tokens) -> Tokens:
        """Return the tokens with what a typical subject has in their places, where that is asked."""
        return replace(tokens, reference=self.reference) if isinstance(tokens, Cells) else tokens

    def _unread(self, document: str) -> list[Words]:
        """Return why a document is not one to answer: it holds no word, or too few that were learnt from."""
        known = set(self.card["familiar"])
        said = [document[start:end].casefold() for start, end in words(document)]
        if not said:
            return [EMPTY]
        share = sum(one in known for one in said) / len(said)
        least = float(self.card["familiar_at_least"])
        if share >= least:
            return []
        figures = {"share": share, "least": least}
        return [_filled(UNFAMILIAR, figures, figures)]

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
        "modality": study.modality,
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
        **_seen(development, study.limits.small_number),
    }
    files = {f"{SCORER}{file}": data for file, data in scorer.state().items()}
    return {FILE: json.dumps(card, sort_keys=True, ensure_ascii=False, allow_nan=False).encode(), **files}


def _seen(development: Tokens, smallest: int) -> dict[str, Any]:
    """Return what is kept of the development part, so that input unlike it is known: nothing that is one subject's."""
    if isinstance(development, Texts):
        return {"familiar": familiar(development.documents, smallest), "familiar_at_least": FAMILIAR_AT_LEAST}
    cells = cells_of(development)
    return {
        "reference": typical(cells),
        "range": ranges(cells, smallest),
        "missing_at_most": MISSING_AT_MOST,
    }


def typical(tokens: Cells) -> list[float]:
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


def ranges(tokens: Cells, smallest: int) -> list[list[float] | None]:
    """Return a range a place, None for categories and for places known of too few.

    The ends are values that at least ``smallest`` subjects reach or pass, so that they belong to nobody alone.
    """
    found: list[list[float] | None] = []
    for place, column in enumerate(tokens.columns):
        known = np.sort(_known(tokens, place))
        told = not column.categories and len(known) >= 2 * smallest
        found.append([float(known[smallest - 1]), float(known[-smallest])] if told else None)
    return found


def familiar(documents: Sequence[str], smallest: int) -> list[str]:
    """Return the words, in small letters and sorted, that at least ``smallest`` documents hold."""
    holding: Counter[str] = Counter()
    for one in documents:
        holding.update({one[start:end].casefold() for start, end in words(one)})
    return sorted(word for word, count in holding.items() if count >= smallest)


def _known(tokens: Cells, place: int) -> Floats:
    values: Floats = tokens.values[:, place]
    return values[~np.isnan(values)]


def _towards(logits: Floats, of: int) -> Floats:
    """Return the gradient of ``log_odds`` by recalibrated logits, shape (rows, classes).

    It is 1 for the class, and minus the odds of the others among themselves.
    """
    rest = np.delete(logits, of, axis=1)
    shares = np.exp(rest - logsumexp(rest, axis=1, keepdims=True))
    result: Floats = np.insert(-shares, of, 1.0, axis=1)
    return result


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
