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
from primum.domain.study import Column, Source, Study
from primum.domain.tokens import Texts, Tokens
from primum.errors import DataError, GateClosedError, IntegrityError
from primum.ids import Digest, digest, digest_of
from primum.models.calibrated import Calibrated, why_set
from primum.models.faithfulness import holds
from primum.models.questions import ask
from primum.models.uncertainty import named
from primum.plugins import Explainer, Modality

MODEL = "model/"
MOST_REASONS, MOST_WORDS = 6, 24
LEAST = 0.2
"""Of the strongest word's weight: words that move the model less are not marked."""
SEED = 0
"""Of explanations that sample: equal records are explained equally."""
NAME_A_FILE = (
    "Name a CSV or Parquet file, FHIR bundles or notes (.txt, .ndjson), or a folder of them, that may be read."
)
BUNDLED = {".json", ".ndjson", ".jsonl"}
FORMATS: Mapping[str, Mapping[str, str]] = {
    "table": {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet"},
    "text": {
        ".csv": "csv",
        ".tsv": "csv",
        ".txt": "txt",
        ".parquet": "parquet",
        ".ndjson": "ndjson",
        ".jsonl": "ndjson",
    },
}
"""What a file is by its suffix, in a study of tables or of texts."""
OTHERS = {"table": "fhir", "text": "txt"}
"""What a file of any other suffix is."""
FOR_PEOPLE = frozenset({"text", "quasi_identifier", "identifier"})
NEW = "new_cases"
UNNAMED = {
    "fhir": "Patient.identifier.value",
    "csv": "subject",
    "parquet": "subject",
    "txt": "file",
    "ndjson": "subject",
}
"""Where the subject is told, in a format of which the study has no source."""


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
            records = [one for place in _places(path, self.study.modality) for one in self._read(place, called)]
        except OSError as fault:
            raise DataError(f"{called} cannot be read ({fault.strerror}).", remedy=NAME_A_FILE) from fault
        if not records:
            raise DataError(f"{called} holds no record.", remedy="Export it again; each row or bundle is one subject.")
        return records

    def _read(self, path: Path, called: str) -> list[Record]:
        source, columns = _for_new_cases(self.study, path)
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
        probability = model.probability(tokens)
        classes = named(model.sets(probability)[0].tolist(), model.classes)
        why = [*model.doubts(tokens)[0], *why_set([self.study.outcome.words(one) for one in classes])]
        of = int(model.explained(tokens)[0])
        reasons = self._reasons(record, tokens, of)
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
        most = MOST_WORDS if isinstance(tokens, Texts) else MOST_REASONS
        least = LEAST * np.abs(weights).max() if isinstance(tokens, Texts) else 0.0
        order = sorted(range(len(places)), key=lambda place: (-abs(weights[place]), place))[:most]
        return tuple(
            Reason(place=places[one], shown=shown.get(places[one], ""), weight=float(weights[one]))
            for one in order
            if abs(weights[one]) > least
        )

    def _shown(self, record: Record, tokens: Tokens) -> dict[str, str]:
        """Return what the record has in each place: a word of a text, or a value with its unit."""
        if isinstance(tokens, Texts):
            document = tokens.documents[0]
            return {
                place: document[start:end]
                for place, (start, end) in zip(tokens.places(0), tokens.words(0), strict=True)
            }
        return {place: value for place, _, value in self._modality.render(record, self.study)}


def _places(path: Path, modality: str) -> list[Path]:
    """Return the tables in a folder, and the folder itself where it holds bundles too; or the file that it is.

    Raises:
        OSError: There is nothing, or it may not be read.
    """
    if not path.is_dir():
        path.stat()
        return [path]
    tables = [one for one in sorted(path.iterdir()) if one.suffix.lower() in FORMATS[modality]]
    if modality != "table":
        return tables
    bundled = any(one.suffix.lower() in BUNDLED for one in path.rglob("*"))
    return [*tables, path] if bundled or not tables else tables


def _for_new_cases(study: Study, path: Path) -> tuple[Source, tuple[Column, ...]]:
    """Return how a file of new cases is read: a study's source of that format, and features wherever they came from.

    A feature from a source of another format is sought under its own name: a header in tables, an Observation's code in
    FHIR. From FHIR, whose paths may be absent, texts and traits for people are read too, and with them what identifies
    the subject: without it nobody could take it out of the texts.
    """
    kind = FORMATS[study.modality].get(path.suffix.lower(), OTHERS[study.modality])
    alike = [one for one in study.sources if one.format == kind]
    tables = [one for one in study.sources if one.format != "fhir" and kind != "fhir"]
    native = alike or tables
    given = (
        {"name": native[0].name, "subject": native[0].subject} if native else {"name": NEW, "subject": UNNAMED[kind]}
    )
    source = Source.model_validate({**given, "modality": study.modality, "format": kind, "path": str(path.absolute())})
    known = {one.name for one in native}
    columns = []
    for column in study.columns:
        if column.role == "feature":
            own = {} if column.source in known else {"path": "", "unit_column": ""}
            columns.append(column.model_copy(update={"source": source.name, **own}))
        elif kind == "fhir" and column.source in known and column.role in FOR_PEOPLE:
            columns.append(column.model_copy(update={"source": source.name}))
    return source, tuple(columns)
