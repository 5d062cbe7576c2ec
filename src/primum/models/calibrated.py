"""A model as it is kept and served: scorer, recalibration, prediction sets and threshold, read from plain files."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from pydantic import ValidationError
from scipy.special import logsumexp, softmax

from primum import plugins
from primum.domain.scored import Scored
from primum.domain.study import Column, Study, Words
from primum.domain.tokens import Cells, Floats, Ints, Pictures, Tokens, pictures_of
from primum.errors import IntegrityError
from primum.models import outside, seen
from primum.models.asked import Asked, logits
from primum.models.calibration import Recalibration
from primum.models.ours import ours
from primum.models.outside import Gate, filled
from primum.models.uncertainty import Sets, abstains, prediction_sets
from primum.plugins import Attentive, Mapped, Scorer, Sloped, Task

OURS = "primum"
"""The name of our neural model among the candidates."""

FILE, GATE, SCORER = "model.json", "gate.safetensors", "scorer/"
TWO = 2

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
        task: Of what units of a subject a label is told.
        recalibration: Applied to logits first.
        quantile: Of each label, for prediction sets.
        gate: Of a model of pictures, tells which are unlike those it learnt from.
    """

    card: Mapping[str, Any]
    scorer: Scorer = field(repr=False)
    task: Task = field(repr=False)
    recalibration: Recalibration
    quantile: Floats
    gate: Gate | None = field(default=None, repr=False)

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
            quantile = np.array([card["conformal"]["quantiles"][one] for one in card["labels"]], dtype=np.float64)
        except (KeyError, TypeError, ValueError, ValidationError) as fault:
            raise IntegrityError(
                f"The model's {FILE} is not what was written.", remedy="Restore the model from a verified release."
            ) from fault
        scorer = ours("load", modality, task)(state) if kind == OURS else plugins.load("baseline", kind).load(state)
        return cls(
            card={**card, "columns": columns},
            scorer=scorer,
            task=plugins.load("task", task),
            recalibration=recalibration,
            quantile=quantile,
            gate=Gate.from_bytes(files.get(GATE, b"")) if modality == "image" else None,
        )

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the study's classes."""
        return tuple(self.card["classes"])

    @property
    def labels(self) -> tuple[str, ...]:
        """Return what a unit may be told to be, in the order of probabilities; of a whole subject, the classes."""
        return tuple(self.card["labels"])

    @property
    def positives(self) -> tuple[int, ...]:
        """Return the indices of the labels of interest."""
        return tuple(self.labels.index(one) for one in self.card["positives"])

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
        """Return calibrated probabilities, shape (units, labels)."""
        said = logits(self.scorer, tokens, self.task.owners(tokens))
        found: Floats = softmax(self.recalibration.apply(said), axis=1)
        return found

    @property
    def is_of_subjects(self) -> bool:
        """Return whether a label is told of a subject as a whole, and not of what lies in it."""
        return self.labels == self.classes

    def strongest(self, tokens: Tokens) -> tuple[int, int]:
        """Return the unit of one subject of which a label of interest is likeliest, and that label."""
        likely = self.probability(tokens)[:, list(self.positives)]
        unit, place = np.unravel_index(int(likely.argmax()), likely.shape)
        return int(unit), self.positives[int(place)]

    def explained(self, tokens: Tokens) -> Ints:
        """Return which label each subject's explanation is about, shape (subjects,).

        With two classes the class of interest, with more the likeliest one: why it is this disease, not why it is not
        another. Where labels are told of words, that of the surest mention.
        """
        if not self.is_of_subjects:
            return np.array([self.strongest(tokens.take(np.array([row])))[1] for row in range(len(tokens))])
        if len(self.classes) == TWO:
            return np.full(len(tokens), self.positives[0], dtype=np.int64)
        likeliest: Ints = self.probability(tokens).argmax(axis=1)
        return likeliest

    def log_odds(self, tokens: Tokens, of: int) -> Floats:
        """Return calibrated log-odds of a label against the rest, shape (units,); what explainers ask."""
        said = self.recalibration.apply(logits(self.scorer, tokens, self.task.owners(tokens)))
        result: Floats = said[:, of] - logsumexp(np.delete(said, of, axis=1), axis=1)
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
        said = self.recalibration.apply(self.scorer.logits(tokens.kept(0, kept)))
        towards = self.recalibration.pulled(_towards(said, of))
        rows = [self.scorer.slopes(tokens, kept[[row]], one) for row, one in enumerate(towards)]
        return np.concatenate(rows) if rows else np.zeros_like(kept)

    def maps(self, tokens: Tokens, of: int) -> Floats:
        """Return each place's part in ``log_odds`` of one subject by feature maps, shape (places,).

        Args:
            tokens: One subject.
            of: The class.

        Raises:
            TypeError: The scorer has no maps.
        """
        if not isinstance(self.scorer, Mapped):
            raise TypeError("The scorer has no maps.")
        said = self.recalibration.apply(self.scorer.logits(tokens))
        (towards,) = self.recalibration.pulled(_towards(said, of))
        return self.scorer.maps(tokens, towards)

    def attention(self, tokens: Tokens) -> list[tuple[Floats, Ints]]:
        """Return for each window of one note the attention of each layer and the place of each token.

        Args:
            tokens: One subject.

        Raises:
            TypeError: The scorer pays no attention.
        """
        if not isinstance(self.scorer, Attentive):
            raise TypeError("The scorer pays no attention.")
        return self.scorer.attention(tokens)

    def pulls(self, tokens: Tokens, of: int) -> Floats:
        """Return the length of the gradient of ``log_odds`` by the vectors of each place, shape (places,).

        Args:
            tokens: One subject.
            of: The class.

        Raises:
            TypeError: The scorer knows no such gradient.
        """
        if not isinstance(self.scorer, Attentive):
            raise TypeError("The scorer knows no gradient by vectors.")
        said = self.recalibration.apply(self.scorer.logits(tokens))
        (towards,) = self.recalibration.pulled(_towards(said, of))
        return self.scorer.pulls(tokens, towards)

    def sets(self, probability: Floats) -> Sets:
        """Return the labels that cannot be ruled out, shape (units, labels)."""
        return prediction_sets(probability, self.quantile)

    def doubts(self, tokens: Tokens) -> list[list[Words]]:
        """Return for each subject why its input is not one to answer, empty where it is."""
        return seen.doubts(tokens, self.card, self.gate, self.scorer)

    def abstains(self, tokens: Tokens, probability: Floats) -> Sets:
        """Return where the model holds its tongue, shape (units,)."""
        unlike = np.array([bool(one) for one in self.doubts(tokens)], dtype=np.bool_)
        result: Sets = abstains(self.sets(probability)) | unlike[self.task.owners(tokens)]
        return result

    def scored(self, tokens: Tokens, outcome: Ints) -> Scored:
        """Return what the model says of subjects or the units in them beside what happened.

        Args:
            tokens: The subjects.
            outcome: Label index, shape (units,).
        """
        return Scored(
            outcome=outcome,
            probability=self.probability(tokens),
            threshold=float(self.card["threshold"]),
            positives=self.positives,
            owner=None if self.is_of_subjects else self.task.owners(tokens),
            labels=self.labels,
        )

    def against(self, tokens: Tokens) -> Tokens:
        """Return the tokens with what a typical subject has in their places, where that is asked."""
        return replace(tokens, reference=self.reference) if isinstance(tokens, Cells) else tokens


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
    study: Study,
    fitted: tuple[str, Scorer],
    parts: tuple[Tokens, Tokens],
    recalibration: Recalibration,
    doubt: Doubt,
) -> dict[str, bytes]:
    """Return the files of a model; ``Calibrated.from_files`` gives the same model back.

    Args:
        study: Names classes, columns and task.
        fitted: The candidate's name and its scorer.
        parts: What it was fitted on, which gives typical values and ranges; and the validation part, which tells how
            far from them pictures may lie.
        recalibration: Learnt on subjects the scorer had not seen.
        doubt: Learnt on the validation part.
    """
    name, scorer = fitted
    development, validation = parts
    asked, smallest = Asked.of(study), study.limits.small_number
    card = {
        "kind": name,
        "study": study.name,
        "modality": study.modality,
        "task": study.task,
        "classes": list(asked.classes),
        "labels": list(asked.labels),
        "positives": [asked.labels[one] for one in asked.positives],
        "columns": [one.unworded().model_dump(mode="json") for one in development.columns],
        "calibration": recalibration.as_document(),
        "conformal": {
            "coverage": study.limits.coverage,
            "quantiles": dict(zip(asked.labels, doubt.quantile.tolist(), strict=True)),
        },
        "threshold": doubt.threshold,
        **seen.kept_of(development, smallest),
    }
    files = {f"{SCORER}{file}": data for file, data in scorer.state().items()}
    if isinstance(development, Pictures):
        files[GATE] = outside.learn(scorer, (development, pictures_of(validation)), smallest).to_bytes()
    return {FILE: json.dumps(card, sort_keys=True, ensure_ascii=False, allow_nan=False).encode(), **files}


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


def why_set(classes: Sequence[Words]) -> list[Words]:
    """Return why a prediction set is no answer, nothing where it holds exactly one class."""
    if not classes:
        return [NO_CLASS]
    if len(classes) > 1:
        en, zh = " and ".join(one.en for one in classes), "、".join(one.zh for one in classes)
        return [filled(SEVERAL, {"classes": en}, {"classes": zh})]
    return []
