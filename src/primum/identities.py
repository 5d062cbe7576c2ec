"""The verbs about who is who: a folder written again without people, originals put back, a pseudonym turned back."""

import contextlib
import dataclasses
import secrets
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from primum import console
from primum.console import Speaker
from primum.deid.keeping import PURPOSE
from primum.deid.nouns import Choices, Hide, Policies
from primum.errors import DataError
from primum.ids import SubjectId

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]


def deid(  # noqa: PLR0913 - each is a word of the command
    source: Annotated[Path, typer.Argument(metavar="IN", help="A file, or a folder of anything.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new folder, not inside IN.")],
    policy: Annotated[Policies, typer.Option(help="What is replaced.")] = Policies.SAFE_HARBOR,
    home: Annotated[Path | None, typer.Option(help="Keeps keys and originals; without it nothing comes back.")] = None,
    thorough: Annotated[Path | None, typer.Option(help="A token classifier of Hugging Face form, asked too.")] = None,
    *,
    k: Annotated[int, typer.Option(min=0, help="So many people share what could single them out in a table.")] = 0,
    sensitive: Annotated[str, typer.Option(help="Header of the column of sensitive values, for the next two.")] = "",
    distinct: Annotated[int, typer.Option("--l", min=1, help="Different sensitive values in a group, at least.")] = 1,
    closeness: Annotated[float, typer.Option("--t", min=0, max=1, help="Their distance from the whole table.")] = 1.0,
    population: Annotated[int | None, typer.Option(min=1, help="People whom the tables are drawn from.")] = None,
    tags: Annotated[bool, typer.Option("--tags", help="Write [NAME] and the like instead of surrogates.")] = False,
    as_json: Json = False,
) -> None:
    """Write a folder of anything again without identifiers, with a report of what was found, and what risk is left."""
    from primum.deid import keeping, running, telling  # noqa: PLC0415 - brings readers of every format

    speaker = Speaker(as_json=as_json)
    with speaker.errors():
        hide = Hide(k=k, sensitive=sensitive, distinct=distinct, closeness=closeness, population=population)
        choices = Choices(policy=policy.value, tags=tags, year=console.now().year, hide=hide)
        request = running.Request(
            source=source, out=out, choices=choices, thorough=thorough, nonce=secrets.token_hex(8)
        )
        with contextlib.ExitStack() as opened, speaker.progress() as tell:
            keeper: keeping.Keeper = keeping.Nobody(secrets.token_bytes(32))
            if home:
                keeper = keeping.Home(opened.enter_context(console.custodian(home, PURPOSE, keeping.POLICY)))
            summary = running.deidentify(request, keeper, tell, console.now)
        speaker.say("\n".join(telling.done(summary, out)))
        speaker.result({**summary, "report": str(out / "report.html")})
        if telling.is_incomplete(summary):
            raise typer.Exit(DataError.exit_code)


def restore(
    home: Annotated[Path, typer.Argument(help="The home that the folder was made with.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder without identifiers, unaltered.")],
    to: Annotated[Path, typer.Argument(metavar="TO", help="A new folder for the originals.")],
    purpose: Annotated[str, typer.Option(help="What they are wanted for, as access.yaml names it.")],
    *,
    as_json: Json = False,
) -> None:
    """Put the originals of a de-identified folder back, if the home's access.yaml allows it; logged either way."""
    from primum.deid import restoring, telling  # noqa: PLC0415 - used here alone

    speaker = Speaker(as_json=as_json)
    with speaker.errors():
        console.existing_home(home)
        with console.custodian(home, purpose, home / "access.yaml") as custodian, speaker.progress() as tell:
            found = restoring.restore(custodian, out, to, tell)
        speaker.say("\n".join(telling.restored(found)))
        speaker.result({**dataclasses.asdict(found), "to": str(to)})


def identify(
    place: Annotated[Path, typer.Argument(metavar="HOME", help="The home, the study file, or its folder.")],
    pseudonym: Annotated[str, typer.Argument(help="As reports, tables and the workbench show it: P and 16 signs.")],
    purpose: Annotated[str, typer.Option(help="What it is wanted for, as access.yaml names it.")],
    because: Annotated[str, typer.Option(help="Why this person must be known. It is logged: name nobody in it.")],
    *,
    as_json: Json = False,
) -> None:
    """Turn a pseudonym back into the hospital's identifier, if the home's access.yaml allows it; logged either way."""
    speaker = Speaker(as_json=as_json)
    with speaker.errors():
        home = place if (place / "keyring.json").is_file() else console.study_file(place).parent / ".primum"
        console.existing_home(home)
        with console.custodian(home, purpose, home / "access.yaml") as custodian:
            found = custodian.identify(SubjectId(pseudonym), because)
        speaker.say(escape(found))
        speaker.result({"subject": pseudonym, "identifier": found})


VERBS = (deid, restore, identify)
