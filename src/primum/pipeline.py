"""The order of the stages as data, and the running of them: what is up to date is not done again."""

import datetime as dt
import hashlib
import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from primum import __name__ as package
from primum import plugins
from primum.context import Context, Watch
from primum.custody.custodian import Custodian
from primum.domain.study import Source, Study
from primum.errors import DataError, GateClosedError
from primum.ids import Digest, digest, digest_of
from primum.norms import library
from primum.privacy import consent


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One verb of the pipeline.

    Attributes:
        name: Its module under ``primum.stages``.
        version: Raised when its results change for equal inputs, so that they are made anew.
        settings: The pieces of the study it depends on.
        reads: The outputs of earlier stages it depends on; a trailing ``*`` takes all that begin so.
        does: What a person reads while it runs.
        worded: Whether it depends on the names people read, too.
    """

    name: str
    version: int = 1
    settings: tuple[str, ...]
    reads: tuple[str, ...] = ()
    does: str
    worded: bool = False


ORDER = (
    Stage(
        name="ingest",
        version=2,
        settings=(
            "sources",
            "columns",
            "lawful_basis",
            "consent",
            "intended_use.purpose",
            "outcome",
            "limits.small_number",
            "seed",
        ),
        does="Collecting records",
    ),
    Stage(
        name="protect",
        version=2,
        settings=("columns", "outcome.column", "cohort.population", "limits", "seed"),
        reads=("identified",),
        does="Removing identifiers",
    ),
    Stage(
        name="prepare",
        version=2,
        settings=("columns", "outcome", "cohort", "limits", "subgroups", "seed"),
        reads=("pseudonymised", "evidence.intake"),
        does="Cleaning and splitting",
    ),
    Stage(
        name="pretrain",
        version=2,
        settings=("columns", "model", "seed"),
        reads=("development",),
        does="Learning from unlabelled records",
    ),
    Stage(
        name="finetune",
        version=2,
        settings=("columns", "outcome", "task", "model", "comparison", "limits", "seed", "name"),
        reads=("development", "validation", "encoder"),
        does="Fitting our model and its rivals",
    ),
    Stage(
        name="evaluate",
        settings=("columns", "outcome", "task", "limits", "subgroups", "seed"),
        reads=("test", "candidate.*", "chosen", "model", "evidence.selection"),
        does="Opening the sealed test part",
    ),
    Stage(
        name="explain",
        version=2,
        settings=("columns", "explanation", "limits", "seed"),
        reads=("validation", "model"),
        does="Measuring explanations",
    ),
    Stage(
        name="gate",
        settings=tuple(Study.model_fields),
        reads=("evidence.*", "model"),
        does="Judging against the norms",
        worded=True,
    ),
    Stage(
        name="release",
        settings=tuple(Study.model_fields),
        reads=("evidence.*", "model", "open", "explainer"),
        does="Writing dossier and release",
        worded=True,
    ),
)
"""What happens, in order. Each stage sees only what the ones before it put out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended.

    Attributes:
        verdict: ``released`` or ``refused``.
        grade: The grade reached, or ``none``.
        release: Digest of the release, empty when refused.
        worked: Names of the stages that had work to do.
        outputs: All outputs, name to digest or word.
        refusal: What closed the gate, where it was closed.
    """

    verdict: str
    grade: str
    release: str
    worked: tuple[str, ...]
    outputs: Mapping[str, str] = field(repr=False)
    refusal: GateClosedError | None = None


def run(study: Study, folder: Path, custodian: Custodian, watch: Watch, clock: Callable[[], dt.datetime]) -> Outcome:
    """Take a study from raw records to a release, or to a refusal with its reasons.

    Stages whose inputs, settings and version are those of an earlier run are skipped; a run that was killed goes on
    where its last finished stage ended.

    Args:
        study: The declaration.
        folder: Where the study file lies.
        custodian: Bound to the actor and the study's purpose.
        watch: Who looks on.
        clock: The time, UTC.

    Raises:
        PrimumError: A stage refused; what earlier stages made is kept.
    """
    _all_at_hand(study)
    outputs: dict[str, str] = {}
    worked: list[str] = []
    refusal = None
    for stage in ORDER:
        key = _key(stage, study, outputs, _outside(stage, study, folder, custodian))
        known = custodian.finished(key)
        if known is not None and stage.name == "release" and not _stands(custodian, known["release"], clock()):
            known = None
        if known is None:
            watch.tell(stage.does, 0, 1)
            context = Context(
                stage=stage.name,
                study=study,
                folder=folder,
                custodian=custodian,
                inputs=dict(outputs),
                key=key,
                tell=watch.tell,
                now=clock(),
                track=watch.track,
            )
            try:
                known = importlib.import_module(f"{package}.stages.{stage.name}").run(context)
            except GateClosedError as closed:
                refusal = closed
                break
            custodian.finish(stage.name, key, known)
            worked.append(stage.name)
            watch.tell(stage.does, 1, 1)
        outputs |= known
    return Outcome(
        verdict="refused" if refusal else "released",
        grade=custodian.get_evidence(Digest(outputs["evidence.gate"]))["facts"]["reached"],
        release="" if refusal else outputs["release"],
        worked=tuple(worked),
        outputs=outputs,
        refusal=refusal,
    )


def _all_at_hand(study: Study) -> None:
    """Find every norm and plug-in that the study names, so that a misspelt one stops the run before it begins.

    Raises:
        StudyError: One of them does not exist.
    """
    library.applied(study.norms)
    named: tuple[tuple[plugins.Kind, Sequence[str]], ...] = (
        ("task", [study.task]),
        ("modality", [one.modality for one in study.sources]),
        ("baseline", study.comparison.baselines),
        ("explainer", study.explanation.methods),
    )
    for kind, chosen in named:
        for name in chosen:
            plugins.find(kind, name)


def report(custodian: Custodian, outcome: Outcome) -> dict[str, Any]:
    """Return the gate's report: what was asked, reached and found, and in one sentence why."""
    return dict(custodian.get_evidence(Digest(outcome.outputs["evidence.gate"]))["facts"])


def metrics(custodian: Custodian, outcome: Outcome) -> dict[str, dict[str, Any]]:
    """Return the released model's test metrics under scikit-learn's names: value, low, high, n."""
    facts = custodian.get_evidence(Digest(outcome.outputs["evidence.performance"]))["facts"]
    mine = facts["metrics"][facts["released"]]
    return {name: {part: one[part] for part in ("value", "low", "high", "n")} for name, one in sorted(mine.items())}


def _stands(custodian: Custodian, release: str, now: dt.datetime) -> bool:
    """Return whether bundle and dossier on disk are those of this very release, and not past their date."""
    out = custodian.home / "out"
    try:
        statement = json.loads((out / "release" / "statement.json").read_bytes())
        dossier = digest((out / "dossier.html").read_bytes())
    except FileNotFoundError:
        return False
    return (
        statement["release"] == release
        and statement["dossier"] == dossier
        and dt.datetime.fromisoformat(statement["expires_at"]) > now
    )


def _key(stage: Stage, study: Study, outputs: Mapping[str, str], outside: str) -> Digest:
    """Return the name of a run of a stage: equal names, equal results."""
    inputs = {
        name: value
        for name, value in outputs.items()
        if any(name == wanted or (wanted.endswith("*") and name.startswith(wanted[:-1])) for wanted in stage.reads)
    }
    return digest_of(
        {
            "stage": stage.name,
            "version": stage.version,
            "settings": (study if stage.worded else study.unworded()).pieces(*stage.settings),
            "inputs": inputs,
            "outside": outside,
        }
    )


def _outside(stage: Stage, study: Study, folder: Path, custodian: Custodian) -> str:
    """Return the digest of what a stage reads beside the outputs of others: raw files; or norms and signatures."""
    if stage.name == "ingest":
        objecting = consent.objections(study.consent, folder)
        return digest_of([*(raw_digest(source, folder) for source in study.sources), objecting])
    if stage.name in {"gate", "release"}:
        return digest_of([custodian.signatures(), custodian.trust()["people"], library.digest(study.norms)])
    return ""


def raw_digest(source: Source, folder: Path) -> str:
    """Return the SHA-256 over a source's files, in the order of their names.

    Raises:
        DataError: The source is not there, or cannot be read.
    """
    path = folder / source.path
    total = hashlib.sha256()
    try:
        files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        for file in files:
            total.update(hashlib.sha256(file.read_bytes()).digest())
    except OSError as fault:
        raise DataError(
            f"Source {source.name!r} cannot be read at {source.path} ({fault.strerror}).",
            remedy="Put the export there, or correct `path` in the study file; paths are relative to it.",
        ) from fault
    return total.hexdigest()
