"""A custodian that keeps everything in memory: the same answers and refusals, without keys, log or disk."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from primum.context import Context
from primum.custody.custodian import DataSet, Erasure
from primum.custody.nouns import SubjectKey
from primum.domain.study import Study
from primum.errors import AccessDeniedError, DataError, IntegrityError
from primum.ids import Digest, SubjectId, digest, digest_of

Rows = list[tuple[SubjectId, bytes]]
NOW = dt.datetime(2024, 5, 17, 9, 30, tzinfo=dt.UTC)


class MemoryCustodian:
    """Plays ``primum.custody.custodian.Custodian`` for tests of the stages.

    Args:
        key: What pseudonyms and date shifts hang on: two secrets play two hospitals' key rings.
        home: A folder for the few things that lie on disk (``out/``); nothing is written here by this class.
    """

    def __init__(self, key: str = "one home", home: Path = Path("/nonexistent")) -> None:
        self.home = home
        self.key = key
        self.data_sets: dict[Digest, tuple[DataSet, Rows]] = {}
        self.models: dict[Digest, dict[str, bytes]] = {}
        self.evidences: dict[Digest, dict[str, Any]] = {}
        self.stages: dict[Digest, dict[str, str]] = {}
        self.committed: list[Digest] = []
        self.opened: list[dict[str, Any]] = []
        self.admitted: dict[SubjectId, str] = {}
        self.erased: set[SubjectId] = set()
        self.entries: list[tuple[str, str, dict[str, str | int]]] = []

    def _number(self, use: str, about: str) -> str:
        return hashlib.sha256(f"{self.key}|{use}|{about}".encode()).hexdigest()

    # -- people and dates
    def pseudonym(self, identifier: str) -> SubjectId:
        return SubjectId("P" + self._number("pseudonym", identifier)[:16])

    def identity(self, subject: SubjectId) -> SubjectKey:
        number = int(self._number("shift", subject)[:8], 16) % 730
        days = number - 365 if number < 365 else number - 364
        return SubjectKey(days=days, key=bytes.fromhex(self._number("surrogates", subject)))

    def admit(self, identifiers: Sequence[str]) -> list[SubjectId]:
        names = [self.pseudonym(one) for one in identifiers]
        if self.erased & set(names):
            raise DataError("A subject was erased.", remedy="Leave it out.")
        self.admitted |= dict(zip(names, identifiers, strict=True))
        return names

    def knows(self, identifier: str) -> bool:
        return self.pseudonym(identifier) in self.admitted

    def erase(self, identifier: str) -> Erasure:
        subject = self.pseudonym(identifier)
        del self.admitted[subject]
        self.erased.add(subject)
        for name, (dataset, rows) in self.data_sets.items():
            self.data_sets[name] = (dataset, [row for row in rows if row[0] != subject])
        return Erasure(subject=subject, data_sets=(), models=(), releases=())

    # -- data sets
    def write_dataset(self, dataset: DataSet, rows: Iterable[tuple[SubjectId, bytes]]) -> None:
        kept = list(rows)
        self.data_sets[dataset.digest] = (replace(dataset, subjects=len(kept)), kept)

    def read_dataset(self, name: Digest) -> Rows:
        dataset, rows = self._known(name)
        if dataset.data_class == "sealed":
            raise AccessDeniedError("The part is sealed.", remedy="Open it with open_sealed, once a model.")
        return list(rows)

    def describe(self, name: Digest) -> DataSet:
        return self._known(name)[0]

    def _known(self, name: Digest) -> tuple[DataSet, Rows]:
        if name not in self.data_sets:
            raise IntegrityError("There is no such data set.", remedy="Run the stage that makes it.")
        return self.data_sets[name]

    # -- the sealed part
    def commit(self, limits: Digest) -> None:
        if limits not in self.committed:
            self.committed.append(limits)

    def open_sealed(self, part: Digest, model: Digest, limits: Digest) -> Rows:
        if limits not in self.committed:
            raise AccessDeniedError("The limits were not committed first.", remedy="Commit them, then open.")
        for one in self.opened:
            if (one["part"], one["model"]) != (part, model):
                continue
            if one["evidence"] is not None or one["limits"] != limits:
                raise AccessDeniedError("The part was opened for this model before.", remedy="Train another model.")
            return list(self._known(part)[1])
        rows = list(self._known(part)[1])
        at = NOW.isoformat()
        self.opened.append({"part": part, "model": model, "limits": limits, "evidence": None, "opened_at": at})
        return rows

    def close_sealed(self, part: Digest, model: Digest, evidence: Digest) -> None:
        for one in self.opened:
            if (one["part"], one["model"]) == (part, model):
                one["evidence"] = evidence

    def openings(self, part: Digest) -> list[dict[str, Any]]:
        return [{k: v for k, v in one.items() if k != "part"} for one in self.opened if one["part"] == part]

    # -- artefacts
    def put_model(self, files: Mapping[str, bytes], made_of: Sequence[Digest]) -> Digest:
        del made_of
        name = digest_of({file: digest(data) for file, data in files.items()})
        self.models[name] = dict(files)
        return name

    def get_model(self, name: Digest) -> dict[str, bytes]:
        return dict(self.models[name])

    def put_evidence(self, document: Mapping[str, Any]) -> Digest:
        name = digest_of(document)
        self.evidences[name] = dict(document)
        return name

    def get_evidence(self, name: Digest) -> dict[str, Any]:
        return dict(self.evidences[name])

    # -- book-keeping
    def finished(self, key: Digest) -> dict[str, str] | None:
        return self.stages.get(key)

    def finish(self, stage: str, key: Digest, outputs: Mapping[str, str]) -> None:
        del stage
        self.stages[key] = dict(outputs)

    def record(self, action: str, about: str, detail: Mapping[str, str | int]) -> None:
        self.entries.append((action, about, dict(detail)))

    def signatures(self) -> list[dict[str, Any]]:
        return []

    @staticmethod
    def suppressed_counts(counts: Mapping[str, int], smallest: int) -> dict[str, int | None]:
        """Small counts are hidden; a single hidden one takes the next smallest with it, lest a total betray it."""
        hidden = {name for name, count in counts.items() if 0 < count < smallest}
        others = sorted((count, name) for name, count in counts.items() if name not in hidden and count)
        if len(hidden) == 1 and others:
            hidden.add(others[0][1])
        return {name: None if name in hidden else count for name, count in counts.items()}

    def posture(self) -> dict[str, Any]:
        return {
            "encrypted_at_rest": True,
            "cipher": "AES-256-GCM",
            "key_per_subject": True,
            "default_deny": True,
            "log": "RFC 6962",
            "log_verified": True,
        }


def context_for(
    stage: str,
    study: Study,
    custodian: MemoryCustodian,
    inputs: Mapping[str, str] | None = None,
    folder: Path = Path("/nonexistent"),
) -> Context:
    """Return what the pipeline would hand a stage, its key derived from stage, study and inputs."""
    given = dict(inputs or {})
    return Context(
        stage=stage,
        study=study,
        folder=folder,
        custodian=custodian,  # type: ignore[arg-type]  # plays the part
        inputs=given,
        key=digest_of({"stage": stage, "study": study.digest, "inputs": given}),
        tell=lambda _label, _done, _total: None,
        now=NOW,
    )
