"""How the command line speaks: progress, secrets, one object of JSON, and the one place where errors become output."""

import contextlib
import datetime as dt
import errno
import getpass
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from primum.context import Tell
from primum.custody.custodian import Act, Custodian
from primum.errors import AccessDeniedError, IntegrityError, PrimumError, StudyError

SETTINGS: Mapping[str, str] = os.environ  # noqa: TID251 - the environment enters here and nowhere else
INTERNAL = 70
INTERRUPTED = 130
NOT_UNDERSTOOD = 2
MISUSE = {
    "error": "UsageError",
    "what": "The words of the command cannot be understood; standard error says which.",
    "remedy": "See: primum --help",
    "owner": "who typed the command",
    "exit_code": NOT_UNDERSTOOD,
}
"""What ``--json`` prints where the command line itself is wrong."""

NO_ROOM = {
    errno.ENOSPC: "The disk is full",
    errno.EDQUOT: "The disk quota is used up",
    errno.EROFS: "The folder is read-only",
    errno.EACCES: "The folder may not be written",
    errno.EPERM: "The folder may not be written",
}


def now() -> dt.datetime:
    """Return the time, UTC: the one clock, which everything else takes as an argument."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - the one place where time enters


class Speaker:
    """Prints for people, or one JSON object for programs.

    Args:
        as_json: Print nothing but JSON on standard output; progress and errors for people are left out.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.people = Console(stderr=as_json, quiet=as_json, highlight=False)

    def say(self, text: str) -> None:
        """Print a line for people; rich markup allowed, so escape what is not ours."""
        self.people.print(text)

    def result(self, document: Mapping[str, Any]) -> None:
        """Print the one object of ``--json``; nothing for people."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")

    def metrics(self, title: str, metrics: Mapping[str, Mapping[str, Any]]) -> None:
        """Print the figures of a run as a table, for people."""
        table = Table(title=f"{title}: sealed test part, 95% intervals", title_justify="left")
        for heading in ("metric", "value", "interval", "n"):
            table.add_column(heading, justify="left" if heading == "metric" else "right")
        for name, one in metrics.items():
            if one["value"] is not None:
                table.add_row(name, f"{one['value']:.3f}", f"{one['low']:.3f} to {one['high']:.3f}", str(one["n"]))
        self.people.print(table)

    def log(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Print entries of an audit log, for people."""
        for one in entries:
            what = " ".join(word for word in (one["action"], str(one["about"])[:16]) if word)
            answer = "allowed" if one["allowed"] else "[red]refused[/]"
            self.say(f"{one['seq']:>5}  {one['at'][:19]}Z  {escape(one['actor'])}: {escape(what)}")
            self.say(f"       {answer}: {escape(one['why'])}")
            if "because" in one["detail"]:
                self.say(f"       because: {escape(str(one['detail']['because']))}")

    @contextlib.contextmanager
    def progress(self) -> Iterator[Tell]:
        """Give a ``tell`` whose calls move progress bars."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.people, disable=self.as_json) as bars:
            tasks: dict[str, Any] = {}

            def tell(label: str, done: int, total: int) -> None:
                if label not in tasks:
                    tasks[label] = bars.add_task(escape(label), total=total)
                bars.update(tasks[label], completed=done, total=total)

            yield tell

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Turn whatever goes wrong inside into output and an exit code: the one place that does.

        Raises:
            SystemExit: With the owner's exit code, 70 for a fault of ours, 130 when interrupted.
        """
        try:
            yield
        except PrimumError as refusal:
            self._refuse(refusal)
        except typer.Exit:
            raise
        except KeyboardInterrupt:
            self.people.print("\nStopped. Nothing is lost: the same command goes on where it stopped.")
            sys.exit(INTERRUPTED)
        except OSError as fault:
            reason = NO_ROOM.get(fault.errno or 0)
            if reason is None:
                self._confess(fault)
            self._refuse(
                IntegrityError(
                    f"{reason}, so nothing more was written.",
                    remedy="Make room or give write permission; the same command then goes on where it stopped.",
                )
            )
        except Exception as fault:  # noqa: BLE001 - the last stop: message withheld, for it may quote a record
            self._confess(fault)

    def _refuse(self, refusal: PrimumError) -> NoReturn:
        self.result(refusal.as_document())
        self.people.print(f"[bold red]{type(refusal).__name__}[/]: {escape(refusal.what)}")
        self.people.print(f"[bold]What to do[/] ({escape(refusal.owner)}): {escape(refusal.remedy)}")
        sys.exit(refusal.exit_code)

    def _confess(self, fault: BaseException) -> NoReturn:
        trace = traceback.extract_tb(fault.__traceback__)
        places = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in trace]
        what = f"{type(fault).__name__} at {places[-1]}"
        remedy = "Usually a fault of Primum, not of your study. Report it with the places listed; no record is in them."
        self.result(
            {"error": "InternalError", "what": what, "places": places, "remedy": remedy, "exit_code": INTERNAL},
        )
        self.people.print(f"[bold red]Internal error[/]: {escape(what)}")
        for one in places[-8:]:
            self.people.print(f"  {escape(one)}")
        self.people.print(remedy)
        sys.exit(INTERNAL)


def custodian(place: Path, purpose: str, policy: Path) -> Custodian:
    """Return the custodian of a home for the person at the keyboard.

    Args:
        place: The home; one that is not there is made.
        purpose: What it is opened for.
        policy: Given to a new home, where there is such a file.
    """
    question = f"Passphrase of {place}"
    passphrase = secret("PRIMUM_PASSPHRASE", question, twice=not (place / "keyring.json").exists())
    act = Act(actor=SETTINGS.get("PRIMUM_ACTOR", "local-operator"), purpose=purpose)
    return Custodian.open(place, passphrase, act, now, policy=policy if policy.is_file() else None)


def secret(name: str, question: str, *, twice: bool) -> str:
    """Return a secret from ``NAME``, from the file ``NAME_FILE`` names, or asked of the person at the terminal.

    Args:
        name: For instance ``PRIMUM_PASSPHRASE``.
        question: What the person is asked.
        twice: Ask twice, as for a secret that is being set.

    Raises:
        AccessDeniedError: There is nobody to ask, or the two answers differ.
    """
    if SETTINGS.get(name):
        return SETTINGS[name]
    if SETTINGS.get(f"{name}_FILE"):
        return _from_file(Path(SETTINGS[f"{name}_FILE"]), name)
    if not sys.stdin.isatty():
        raise AccessDeniedError(
            f"{name} is not set and there is no terminal to ask at.",
            remedy=f"Set {name}_FILE to a file that only you can read, or {name}, or run in a terminal.",
        )
    answer = getpass.getpass(f"{question}: ")
    if twice and getpass.getpass(f"{question}, once more: ") != answer:
        raise AccessDeniedError("The two answers differ.", remedy="Run the command again.")
    return answer


def _from_file(path: Path, name: str) -> str:
    try:
        return path.read_text().rstrip("\n")
    except OSError as fault:
        raise AccessDeniedError(
            f"The file that {name}_FILE names cannot be read ({fault.strerror}).",
            remedy="Correct the path, or give yourself permission to read it.",
        ) from fault


def write(path: Path, text: str) -> None:
    """Write a text for a person to go on with.

    Raises:
        StudyError: The place cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise StudyError(
            f"{path} cannot be written ({fault.strerror}).",
            remedy="Name a file in a folder that is there and that you may write.",
        ) from fault


def study_file(path: Path) -> Path:
    """Return the study file a person means: the file itself, or ``study.yaml`` in the folder.

    Raises:
        StudyError: There is none.
    """
    file = path / "study.yaml" if path.is_dir() else path
    if not file.is_file():
        raise StudyError(
            f"There is no study file at {file}.",
            remedy="Name a study.yaml or its folder, or draft one with: primum init DATA",
        )
    return file


def trust(release: Path, given: Path | None) -> dict[str, Any]:
    """Return the public keys of a trust file, the one beside the release if none is named.

    Raises:
        IntegrityError: It cannot be read.
    """
    file = given or release.parent / "trust.json"
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError) as fault:
        raise IntegrityError(
            f"No public keys can be read at {file}.",
            remedy="Name the trust.json you were given by the hospital with --trust.",
        ) from fault


def existing_home(home: Path) -> None:
    """See that there is a home, so that none is made where one was misspelt.

    Raises:
        StudyError: There is none.
    """
    if not (home / "keyring.json").is_file():
        raise StudyError(f"There is no home at {home}.", remedy="Name the folder that was given with --home.")


Clock = Callable[[], dt.datetime]
