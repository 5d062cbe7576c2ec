"""The command line: init check run sign serve verify predict erase audit, and those of ``identities``.

Each verb takes ``--json``.

No option changes a result: what a study says and finds is decided by its file alone.
"""

import contextlib
import dataclasses
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from primum import console, identities
from primum.console import Speaker
from primum.context import Watch
from primum.custody.custodian import Custodian
from primum.deid.keeping import PURPOSE
from primum.domain import norm, study_file
from primum.domain.study import Study
from primum.errors import StudyError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Takes a diagnostic model from raw records to a doctor's desk, and refuses what could harm the patient.",
)

StudyPath = Annotated[Path, typer.Argument(help="The study file, or the folder that holds study.yaml.")]
StudyOrHome = Annotated[Path, typer.Argument(help="The study file, its folder, or the folder of a home.")]
Home = Annotated[Path | None, typer.Option(help="Where the study's data is kept; beside the study file if not given.")]
Trackers = Annotated[str, typer.Option(help="Where figures of training go: tensorboard, mlflow, wandb, none.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]
Trust = Annotated[Path | None, typer.Option(help="Public keys; trust.json beside the release folder if not given.")]


def _home(file: Path, home: Path | None) -> Path:
    return home or file.parent / ".primum"


@contextlib.contextmanager
def _opened(study: Path, home: Path | None) -> Iterator[tuple[Study, Path, Custodian]]:
    """Give the study, its folder, and the custodian of its home."""
    file = console.study_file(study)
    loaded = study_file.load(file)
    with console.custodian(_home(file, home), loaded.intended_use.purpose, file.parent / "access.yaml") as custodian:
        yield loaded, file.parent, custodian


@contextlib.contextmanager
def _at_home(study: Path, home: Path | None) -> Iterator[Custodian]:
    """Give the custodian of a study's home, or of a home that is named itself."""
    if (study / "keyring.json").is_file():
        with console.custodian(study, PURPOSE, study / "access.yaml") as custodian:
            yield custodian
    else:
        with _opened(study, home) as (_, _, custodian):
            yield custodian


@app.command()
def init(
    data: Annotated[Path, typer.Argument(help="A CSV or Parquet file, or a folder of exports.")],
    out: Annotated[Path | None, typer.Option(help="Where to write; study.yaml beside the data if not given.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Draft a study file by looking at the data; a person completes it."""
    from primum.drafting.draft import draft  # noqa: PLC0415 - brings data frames, which most commands do not need

    speaker = Speaker(as_json=as_json)
    with speaker.errors():
        target = out or (data if data.is_dir() else data.parent) / "study.yaml"
        if target.exists():
            raise StudyError(f"{target} exists already.", remedy="Name another file with --out, or remove that one.")
        console.write(target, draft(data, target.parent))
        speaker.say(f"Drafted [bold]{escape(str(target))}[/]. Complete it, then: primum check {escape(str(target))}")
        speaker.result({"study": str(target)})


@app.command()
def check(study: StudyPath, *, as_json: Json = False) -> None:
    """Say what would block the study before anything runs."""
    from primum.drafting.problems import problems  # noqa: PLC0415 - brings data frames, which most commands do not need

    speaker = Speaker(as_json=as_json)
    with speaker.errors():
        file = console.study_file(study)
        loaded = study_file.load(file)
        found = problems(loaded, file.parent)
        blocking = [one for one in found if one.severity == "blocks"]
        for one in found:
            colour = "red" if one.severity == "blocks" else "yellow"
            speaker.say(f"[{colour}]{one.severity}[/]: {escape(one.what)}\n  {escape(one.owner)}: {escape(one.remedy)}")
        listed = [one.as_document() for one in found]
        speaker.result({"study": loaded.digest, "ready": not blocking, "problems": listed})
        if blocking:
            raise typer.Exit(StudyError.exit_code)
        speaker.say(f"[green]Ready.[/] Study {loaded.digest[:12]} can run: primum run {escape(str(study))}")


@app.command()
def run(study: StudyPath, home: Home = None, tracker: Trackers = "tensorboard", *, as_json: Json = False) -> None:
    """Run the study: from raw records to a release, or to a refusal with its reasons."""
    from primum import pipeline  # noqa: PLC0415 - so that other commands start at once
    from primum.models import trackers  # noqa: PLC0415 - likewise

    speaker = Speaker(as_json=as_json)
    with speaker.errors():
        with _opened(study, home) as (loaded, folder, custodian):
            with speaker.progress() as tell:
                track = trackers.opened(tracker, custodian.home / "out" / "tensorboard")
                outcome = pipeline.run(loaded, folder, custodian, Watch(tell=tell, track=track), console.now)
            metrics = pipeline.metrics(custodian, outcome)
            report = pipeline.report(custodian, outcome)
            dossier = custodian.home / "out" / "dossier.html"
        speaker.result(
            {
                "verdict": outcome.verdict,
                "grade": outcome.grade,
                "asked": loaded.intended_use.grade.value,
                "release": outcome.release,
                "model": outcome.outputs.get("model", ""),
                "study": loaded.digest,
                "metrics": metrics,
                "dossier": str(dossier),
                "bundle": str(dossier.parent / "release") if outcome.release else "",
                "worked": list(outcome.worked),
                "outputs": dict(sorted(outcome.outputs.items())),
                "sentence": report["sentence"],
                "refusal": outcome.refusal.as_document() if outcome.refusal else None,
            }
        )
        if metrics:
            speaker.metrics(loaded.title.en, metrics)
        if not outcome.worked:
            speaker.say("Nothing has changed, so nothing was done again.")
        colour = "red" if outcome.refusal else "green"
        speaker.say(f"[bold {colour}]{outcome.verdict.upper()}[/], grade reached: [bold]{outcome.grade}[/].")
        speaker.say(escape(report["sentence"]["en"]))
        if outcome.refusal:
            speaker.say(f"{escape(outcome.refusal.what)}\n{escape(outcome.refusal.remedy)}")
        speaker.say(f"Dossier: [bold]{escape(str(dossier))}[/]")
        if outcome.refusal:
            raise typer.Exit(outcome.refusal.exit_code)


@app.command()
def enrol(study: StudyPath, name: str, role: str, home: Home = None, *, as_json: Json = False) -> None:
    """Enrol a person in a role: reviewers sign, clinicians decide."""
    speaker = Speaker(as_json=as_json)
    with speaker.errors():
        known = (*norm.ROLES, *norm.DESK_ROLES)
        if role not in known:
            raise StudyError(f"There is no role {role!r}.", remedy=f"Use one of: {', '.join(known)}.")
        password = console.secret("PRIMUM_PASSWORD", f"New password of {name}", twice=True)
        with _opened(study, home) as (_, _, custodian):
            person = custodian.enrol(name, role, password)
        speaker.say(f"Enrolled [bold]{escape(person.name)}[/] as {escape(', '.join(person.roles))}.")
        speaker.result({"name": person.name, "roles": list(person.roles), "key": person.key})


@app.command()
def sign(study: StudyPath, name: str, role: str, home: Home = None, *, as_json: Json = False) -> None:
    """Sign, as a named person in a role, what the evidence at hand leaves to that role."""
    from primum.domain import gate  # noqa: PLC0415 - used here alone

    speaker = Speaker(as_json=as_json)
    with speaker.errors():
        with _opened(study, home) as (_, _, custodian):
            report = custodian.latest("gate")
            wanted = gate.signable(report["facts"], role)
            if not wanted:
                raise StudyError(
                    f"Nothing in this study waits for the role {role!r}.",
                    remedy="The dossier's table of norms names the role of each open signature.",
                )
            for one in wanted:
                speaker.say(f"[bold]{escape(one['id'])}[/] {escape(one['citation'])}\n  {escape(one['statement'])}")
            password = console.secret("PRIMUM_PASSWORD", f"Password of {name}, to sign the above", twice=False)
            signed = [
                custodian.sign_requirement(name, password, role, one, report["facts"]["evidence_set"]) for one in wanted
            ]
        speaker.say(f"Signed {len(signed)}. Now run the study again: primum run {escape(str(study))}")
        speaker.result({"signed": [one["requirement"] for one in signed], "evidence": report["facts"]["evidence_set"]})


@app.command()
def verify(
    release: Annotated[Path, typer.Argument(help="The release folder, or a folder that `primum deid` wrote.")],
    trust: Trust = None,
    log: Annotated[Path | None, typer.Option(help="The audit folder of the home, to be verified too.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Check a release, its signatures and the audit log, with nothing but public keys; or a de-identified folder."""
    from primum.custody import verifying  # noqa: PLC0415 - used here alone

    speaker = Speaker(as_json=as_json)
    with speaker.errors():
        if (release / "attestation.json").is_file():
            _verify_folder(speaker, release, console.trust(release, trust) if trust else None)
            return
        keys = console.trust(release, trust)
        bundle = verifying.verify_bundle(release, keys)
        folder = log or release.parent.parent / "audit"
        state = None
        if log or folder.is_dir():
            state = verifying.verify_log(folder, keys, [bundle.statement["checkpoint"]])
        expired = console.now().isoformat() > str(bundle.statement["expires_at"])
        speaker.say(
            f"[green]Genuine[/]: release {bundle.manifest_digest[:12]}, {len(bundle.files)} files, signature good."
        )
        speaker.say(f"Valid until {bundle.statement['expires_at']}" + (" [red](expired)[/]" if expired else "."))
        if state:
            speaker.say(f"[green]Audit log whole[/]: {state.size} entries, consistent with the release's checkpoint.")
        speaker.result(
            {
                "genuine": True,
                "release": bundle.manifest_digest,
                "files": sorted(bundle.files),
                "expired": expired,
                "statement": dict(bundle.statement),
                "log": {"size": state.size, "root": state.root} if state else None,
            }
        )


def _verify_folder(speaker: Speaker, folder: Path, trust: Mapping[str, Any] | None) -> None:
    from primum.deid import attestation, telling  # noqa: PLC0415 - used here alone

    found = attestation.verify(folder, trust)
    speaker.say("\n".join(telling.verified(found, is_trusted=trust is not None)))
    speaker.result({"genuine": True, "files": found.files, "key": found.key, "statement": dict(found.statement)})


@app.command()
def predict(
    release: Annotated[Path, typer.Argument(help="The release folder.")],
    files: Annotated[list[Path], typer.Argument(help="CSV or Parquet files, FHIR bundles, or folders of them.")],
    trust: Trust = None,
    *,
    as_json: Json = False,
) -> None:
    """Print one JSON line a subject: probabilities, prediction set or abstention, reasons, release digest."""
    from primum.models.predictor import Predictor  # noqa: PLC0415 - brings tensors

    speaker = Speaker(as_json=as_json)
    with speaker.errors():
        predictor = Predictor.open(release, console.trust(release, trust), console.now())
        for place, file in enumerate(files, start=1):
            for row, one in enumerate(predictor.predict(predictor.read(file, f"file {place}")), start=1):
                typer.echo(json.dumps({"file": place, "subject": row, **one.as_document()}, ensure_ascii=False))


@app.command()
def serve(
    study: StudyPath,
    home: Home = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8484,
    incoming: Annotated[Path | None, typer.Option(help="A folder of new cases (FHIR bundles or CSV).")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Open the workbench for doctors, on this machine alone."""
    from primum.clinic import serving  # noqa: PLC0415 - brings the web server

    speaker = Speaker(as_json=as_json)
    with speaker.errors(), _opened(study, home) as (loaded, _, custodian):
        desk = serving.open_desk(custodian, loaded, console.now)

        def ready(url: str) -> None:
            speaker.result({"url": url})
            speaker.say(f"Workbench: [bold]{url}[/]  (stop with Ctrl-C)")

        serving.serve(desk, port, incoming, ready)


for verb in identities.VERBS:
    app.command()(verb)


@app.command()
def erase(study: StudyOrHome, subject: str, home: Home = None, *, as_json: Json = False) -> None:
    """Destroy a subject's key: its data is gone for good. Lists what had rested on it."""
    speaker = Speaker(as_json=as_json)
    with speaker.errors():
        with _at_home(study, home) as custodian:
            gone = custodian.erase(subject)
        speaker.say(f"Erased {gone.subject}: its key is destroyed. What had rested on it:")
        for kind, listed in (("data set", gone.data_sets), ("model", gone.models), ("release", gone.releases)):
            for one in listed:
                speaker.say(f"  {kind} {one}")
        speaker.result(dataclasses.asdict(gone))


@app.command()
def rotate(study: StudyOrHome, home: Home = None, *, as_json: Json = False) -> None:
    """Replace the key-encryption key and its passphrase; no data is rewritten."""
    speaker = Speaker(as_json=as_json)
    with speaker.errors():
        with _at_home(study, home) as custodian:
            custodian.rotate(console.secret("PRIMUM_NEW_PASSPHRASE", "New passphrase", twice=True))
        speaker.say("The keys were rotated.")
        speaker.result({"rotated": True})


@app.command()
def audit(study: StudyOrHome, home: Home = None, *, as_json: Json = False) -> None:
    """Verify the audit log and print it; needs no passphrase."""
    from primum.custody import verifying  # noqa: PLC0415 - used here alone

    speaker = Speaker(as_json=as_json)
    with speaker.errors():
        place = study if (study / "audit").is_dir() else _home(console.study_file(study), home)
        keys = console.trust(place / "out" / "release", None)
        state = verifying.verify_log(place / "audit", keys, [])
        entries = verifying.read_log(place / "audit")
        speaker.log(entries)
        speaker.say(f"[green]Whole[/]: {state.size} entries, root {state.root[:16]}")
        speaker.result({"size": state.size, "root": state.root, "entries": entries})


def main() -> None:
    """Run the command line."""
    try:
        app()
    except SystemExit as leaving:
        if leaving.code == console.NOT_UNDERSTOOD and "--json" in sys.argv:
            Speaker(as_json=True).result(console.MISUSE)
        raise


if __name__ == "__main__":
    main()
