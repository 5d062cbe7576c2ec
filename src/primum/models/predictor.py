"""The predictor: constructed only from a verified release in its time, it says of a record what was evaluated."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import ValidationError

from primum import plugins
from primum.custody.verifying import verify_bundle
from primum.domain.prediction import Prediction, Reason
from primum.domain.record import Record
from primum.domain.study import Study, Words
from primum.domain.tokens import Cells, Pictures, Texts, Tokens, texts_of
from primum.errors import DataError, GateClosedError, IntegrityError
from primum.ids import Digest, digest, digest_of
from primum.models import new_cases
from primum.models.calibrated import Calibrated, why_set
from primum.models.faithfulness import holds
from primum.models.naming import named as marked
from primum.models.questions import ask
from primum.models.uncertainty import named
from primum.plugins import Explainer, Modality

MODEL = "model/"
MOST_REASONS, MOST_PLACES = 6, 24
"""Values of a table; words of a text or cells of a picture."""
LEAST = 0.2
"""Of the strongest word's or cell's weight: what moves the model less is not marked."""
SEED = 0
"""Of explanations that sample: equal records are explained equally."""
NAME_A_FILE = (
    "Name a CSV or Parquet file, FHIR bundles, notes (.txt, .ndjson) or pictures (DICOM, NIfTI, PNG, JPEG, TIFF, npz), "
    "or a folder of them, that may be read."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictor:
    """A verified release, ready to be asked.

    Attributes:
        release: Digest of the release's manifest.
        model: Digest of the model in it.
        statement: What was signed: grade, times, model, evidence.
        card: The model card.
        study: The declaration the release answers.
    """

    release: Digest
    model: Digest
    statement: Mapping[str, Any]
    card: Mapping[str, Any] = field(repr=False)
    study: Study = field(repr=False)
    _calibrated: Calibrated = field(repr=False)
    _explainer: tuple[str, Explainer | None] = field(repr=False)

    @classmethod
    def open(cls, folder: Path, trust: Mapping[str, Any], now: dt.datetime) -> Self:
        """Verify a release, then construct what it holds.

        Args:
            folder: The bundle.
            trust: The hospital's public keys.
            now: The time, UTC.

        Raises:
            IntegrityError: It is not signed by a trusted key, or anything in it was altered; named exactly.
            GateClosedError: Its time is over, or has not begun.
        """
        bundle = verify_bundle(folder, trust)
        kept = {name.removeprefix(MODEL): data for name, data in bundle.files.items() if name.startswith(MODEL)}
        model = digest_of({name: digest(data) for name, data in kept.items()})
        try:
            begins, ends = (dt.datetime.fromisoformat(bundle.statement[one]) for one in ("released_at", "expires_at"))
            card = json.loads(bundle.files["card.json"])
            study = Study.model_validate_json(bundle.files["study.json"])
            method = str(json.loads(bundle.files["evidence/faithfulness.json"])["facts"]["chosen"])
            same = bundle.statement["model"] == model
        except (KeyError, TypeError, ValueError, ValidationError) as fault:
            raise IntegrityError(
                "The release is signed, but lacks something a release holds.", remedy="Release the study anew."
            ) from fault
        if not same:
            raise IntegrityError(
                "The model in the release is not the one its statement names.", remedy="Release the study anew."
            )
        if not begins <= now < ends:
            raise GateClosedError(
                f"The release is valid from {begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} UTC, and not now.",
                remedy="Judge and release the study anew; a model ages with its patients and instruments.",
            )
        return cls(
            release=bundle.manifest_digest,
            model=model,
            statement=bundle.statement,
            card=card,
            study=study,
            _calibrated=Calibrated.from_files(kept).worded(study.features()),
            _explainer=(method, plugins.load("explainer", method) if method else None),
        )

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Return place to the range of the development data, for places that have one."""
        pairs = zip(self._calibrated.columns, self._calibrated.card.get("range", []), strict=False)
        return {f"column:{column.name}": (ends[0], ends[1]) for column, ends in pairs if ends is not None}

    def predict(self, records: Sequence[Record]) -> list[Prediction]:
        """Return one prediction a record, in order; the same bits however records are grouped.

        Raises:
            DataError: A record holds a value that is no number, no category, or in a unit that cannot be converted.
        """
        return [self._predict(one) for one in records]

    def read(self, path: Path, called: str = "input") -> list[Record]:
        """Return the new cases in a file or a folder of them, of any format of the study's kind; outcomes are left out.

        Args:
            path: The file or folder.
            called: How messages name it, for its own name may hold an identifier.

        Raises:
            DataError: It cannot be read, lacks a column the model needs, or holds nobody.
        """
        try:
            found = new_cases.places(path, self.study.modality)
            records = [one for place, kind in found for one in self._read(place, kind, called)]
        except OSError as fault:
            raise DataError(f"{called} cannot be read ({fault.strerror}).", remedy=NAME_A_FILE) from fault
        if not records:
            raise DataError(
                f"{called} holds no record.", remedy="Export it again; each row, bundle or picture is one subject."
            )
        return records

    def _read(self, path: Path, kind: str, called: str) -> list[Record]:
        source, columns = new_cases.declared(self.study, path, kind)
        study = self.study.model_copy(update={"columns": columns, "sources": (source,)})
        try:
            return list(self._modality.read(source, study, Path()))
        except DataError as fault:
            raise DataError(fault.what.replace(source.path, called), remedy=fault.remedy) from fault

    @property
    def _modality(self) -> Modality:
        modality: Modality = plugins.load("modality", self._calibrated.card["modality"])
        return modality

    def _predict(self, record: Record) -> Prediction:
        model = self._calibrated
        tokens = self._modality.tokenize([record], model.columns)
        strange = model.doubts(tokens)[0]
        if not model.is_of_subjects:
            return self._marked(record, tokens, strange)
        probability = model.probability(tokens)
        classes = named(model.sets(probability)[0].tolist(), model.classes)
        why = [*strange, *why_set([self.study.outcome.words(one) for one in classes])]
        of = int(model.explained(tokens)[0])
        told = not (strange and isinstance(tokens, Pictures))
        reasons = self._reasons(record, tokens, of) if told else ()
        return Prediction(
            release=self.release,
            model=self.model,
            probabilities={name: float(one) for name, one in zip(model.classes, probability[0], strict=True)},
            prediction_set=classes,
            abstained=bool(why),
            why_abstained=" ".join(one.en for one in why),
            why_abstained_zh="".join(one.zh for one in why),
            reasons=reasons,
            method=self._explainer[0] if reasons else "",
            explained=model.classes[of] if reasons else "",
        )

    def _marked(self, record: Record, tokens: Tokens, strange: Sequence[Words]) -> Prediction:
        """Return what is marked in a text, with reasons for the surest mention; nothing where the text is strange."""
        model, texts = self._calibrated, texts_of(tokens)
        probability = model.probability(texts) if not strange else np.zeros((0, len(model.labels)))
        mentions = marked(texts, model.labels, probability, model.sets(probability)) if not strange else []
        of = int(model.explained(texts)[0]) if mentions else 0
        reasons = self._reasons(record, texts, of) if mentions else ()
        return Prediction(
            release=self.release,
            model=self.model,
            probabilities={},
            prediction_set=(),
            abstained=bool(strange),
            why_abstained=" ".join(one.en for one in strange),
            why_abstained_zh="".join(one.zh for one in strange),
            reasons=reasons,
            method=self._explainer[0] if reasons else "",
            explained=model.labels[of] if reasons else "",
            mentions=tuple(mentions),
        )

    def _reasons(self, record: Record, tokens: Tokens, of: int) -> tuple[Reason, ...]:
        """Return the strongest reasons; none where no method passed its test, or it does not hold for this case."""
        explainer, places = self._explainer[1], tokens.places(0)
        if explainer is None or not places:
            return ()
        case = ask(self._calibrated, tokens, 0, of)
        weights = explainer.weigh(case, SEED)
        if not holds(case, weights, SEED):
            return ()
        shown = self._shown(record, tokens)
        shared = not isinstance(tokens, Cells)
        most = MOST_PLACES if shared else MOST_REASONS
        least = LEAST * np.abs(weights).max() if shared else 0.0
        order = sorted(range(len(places)), key=lambda place: (-abs(weights[place]), place))[:most]
        return tuple(
            Reason(place=places[one], shown=shown.get(places[one], ""), weight=float(weights[one]))
            for one in order
            if abs(weights[one]) > least
        )

    def _shown(self, record: Record, tokens: Tokens) -> dict[str, str]:
        """Return what the record has in each place: a word of a text, a cell's mean, or a value with its unit."""
        if isinstance(tokens, Pictures):
            pairs = zip(tokens.places(0), tokens.cells(0), strict=True)
            return {place: f"{tokens.values[0][(slice(None), *cell)].mean():.4g}" for place, cell in pairs}
        if isinstance(tokens, Texts):
            document = tokens.documents[0]
            return {
                place: document[start:end]
                for place, (start, end) in zip(tokens.places(0), tokens.words(0), strict=True)
            }
        return {place: value for place, _, value in self._modality.render(record, self.study)}
