"""What a run, a check and a restoring say at the terminal; markup as ``rich`` reads it."""

from collections.abc import Mapping
from pathlib import Path

from rich.markup import escape

from primum.deid.attestation import Attested
from primum.deid.nouns import Json, Status
from primum.deid.restoring import Restored


def is_incomplete(summary: Mapping[str, Json]) -> bool:
    """Return whether something was refused, or nothing is attested."""
    return bool(summary["totals"][Status.REFUSED.value]) or not summary["attested"]


def done(summary: Mapping[str, Json], out: Path) -> list[str]:
    """Return what a run came to, the worst news last."""
    totals = summary["totals"]
    replaced = sum(summary["counts"].values())
    quiet = f"{totals['unchanged']} had nothing to clean, {totals['left out']} left out"
    lines = [f"[green]{totals['cleaned']}[/] files cleaned, {quiet}; {replaced} identifiers replaced."]
    missed = summary["missed"].get("overall")
    if missed and missed["value"] is not None:
        lines.append(
            f"Of made-up identifiers planted into copies of the texts {missed['value']:.1%} were missed "
            f"(95%: {missed['low']:.1%} to {missed['high']:.1%})."
        )
    if not summary["reversible"]:
        lines.append("The key of this run is forgotten: nothing can be turned back, and a later run differs.")
    lines.append(f"Report: [bold]{escape(str(out / 'report.html'))}[/]")
    if totals[Status.REFUSED.value]:
        lines.append(
            f"[bold red]{totals['refused']} files were refused[/] and not written. The report says why: mend or remove "
            "them, then run it again with another folder to write to."
        )
    if not summary["attested"]:
        lines.append(
            "[bold red]Not attested[/]: the last search found identifiers in files that had been cleaned. These were "
            "withdrawn. Do not pass the folder on."
        )
    return lines


def verified(found: Attested, *, is_trusted: bool) -> list[str]:
    """Return what a check came to."""
    lines = [f"[green]Unaltered[/]: {found.files} files and the report are as they were attested."]
    if is_trusted:
        lines.append(f"[green]Genuine[/]: signed by the home whose public keys were named ({found.key[:12]}).")
    elif found.is_home:
        lines.append(
            f"Signed by the home key {found.key[:12]}; name its trust.json with --trust to know that it is his."
        )
    else:
        lines.append(f"Signed by the key {found.key[:12]} of that run, which was forgotten with it.")
    return lines


def restored(found: Restored) -> list[str]:
    """Return what a restoring came to."""
    lines = [f"[green]{found.whole}[/] files are as they were, byte by byte."]
    if found.partial or found.gone:
        lines.append(
            f"Of people who were erased: {found.partial} files are back in part, {found.gone} are gone for good."
        )
    return lines
