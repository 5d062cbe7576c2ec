"""Write the pages of docs/reference that follow from the code: checks.md, norms.md, and the JSON Schemas."""

import inspect
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from primum import plugins
from primum.deid import schema as report_file
from primum.domain import study_file
from primum.domain.norm import Norm, Requirement
from primum.imaging.reasons import Reason
from primum.imaging.wording import ACTORS, SAID
from primum.norms import library

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
MADE = "<!-- Made by tools/make_reference.py; do not edit. -->"


def pages() -> dict[str, str]:
    """Return file name to text of every page made here."""
    norms = [library.load(name) for name in library.names()]
    return {
        "checks.md": checks_page(norms),
        "norms.md": norms_page(norms),
        "picture-refusals.md": refusals_page(),
        "deid-report.schema.json": json.dumps(report_file.schema(), indent=2, ensure_ascii=False) + "\n",
        "study.schema.json": json.dumps(study_file.schema(), indent=2, ensure_ascii=False) + "\n",
    }


def checks_page(norms: list[Norm]) -> str:
    """Return what every check claims, when it is met, where that comes from, and which requirements rest on it."""
    asked: dict[str, list[str]] = {}
    for requirement in (one for norm in norms for one in norm.requirements):
        for check in requirement.checks:
            asked.setdefault(check, []).append(requirement.id)
    lines = [
        "# Checks",
        "",
        MADE,
        "",
        "A check judges one claim from evidence alone: digests, counts and statistics, never a record. It answers",
        "*met*, *unmet*, *no evidence*, or *needs a person* where the figures cannot decide. What is not there is no",
        "evidence, and no evidence is never met. Limits are those of the study file, fixed before the test part is",
        "opened; an estimate keeps a limit only if the worse end of its 95% interval does.",
        "",
    ]
    for area, names in _by_area(plugins.names("check")).items():
        lines += [f"## {area}", ""]
        for name in names:
            lines += _check(name, sorted(asked.get(name, [])))
    return "\n".join(lines).rstrip() + "\n"


def refusals_page() -> str:
    """Return every reason for which a picture is not taken, in both languages, with what to do and who can."""
    lines = [
        "# Why a picture is not taken",
        "",
        MADE,
        "",
        "All pictures of a source are read before anything is learnt from them, each by two independent decoders that",
        "must agree in samples, place and range. What is wrong is gathered and told together: how often, and in which",
        "files, by their number in the order of names. Nothing is guessed; what is mended is told with the picture.",
        "",
        "| code | what | 说明 | what to do | 处理方法 | who |",
        "|---|---|---|---|---|---|",
    ]
    for reason in Reason:
        said, actor = SAID[reason], ACTORS[SAID[reason].actor]
        words = [said.what.en, said.what.zh, said.remedy.en, said.remedy.zh, f"{actor.en} {actor.zh}"]
        lines.append(f"| `{reason}` | {' | '.join(words)} |")
    return "\n".join(lines) + "\n"


def _by_area(names: list[str]) -> dict[str, list[str]]:
    areas: dict[str, list[str]] = {}
    for name in names:
        areas.setdefault(name.partition(".")[0], []).append(name)
    return areas


def _check(name: str, asked: list[str]) -> list[str]:
    plugin = plugins.load("check", name)
    claim, _, rest = (inspect.getdoc(type(plugin)) or "").partition("\n")
    body, _, source = rest.partition("Source:")
    said = [claim, "", *([" ".join(body.split()), ""] if body.strip() else [])]
    judged = (inspect.getdoc(plugin.judge) or "").splitlines()[0]
    return [
        f"### `{name}`",
        "",
        *said,
        f"* {judged}",
        f"* Source: {' '.join(source.split())}",
        f"* Asked by: {', '.join(asked)}",
        "",
    ]


def norms_page(norms: list[Norm]) -> str:
    """Return every norm with its requirements, and what of it is not judged yet."""
    lines = [
        "# Norms",
        "",
        MADE,
        "",
        "Name norms in a study file under `norms`; Primum's own rules, `primum`, are always applied. A requirement is",
        "met when all its checks are met and, where it names a role, a person in that role has signed its statement",
        "over the very evidence at hand. This is not legal advice: citations carry how sure they are, and the law of",
        "your place decides.",
        "",
        "| name | title | jurisdiction | judged | by checks alone | with a signature | not judged yet |",
        "|---|---|---|---|---|---|---|",
    ]
    for norm in norms:
        signed = sum(bool(one.role) for one in norm.requirements)
        total = len(norm.requirements)
        lines.append(
            f"| [`{norm.id}`](#{norm.id}) | {norm.title} | {norm.jurisdiction} | {total} | {total - signed} | {signed} "
            f"| {len(norm.later)} |"
        )
    for norm in norms:
        lines += ["", f"## {norm.id}", "", f"**{norm.title}** ({norm.title_zh}). {norm.status}", ""]
        lines += [f"* From {day}: {what}" for day, what in norm.applies.items()]
        lines += [*([""] if norm.applies else []), *_table(norm.requirements)]
        if norm.later:
            lines += ["", "Not judged yet:", ""]
            lines += [f"* {one.id} ({one.citation}): {one.why}" for one in norm.later]
    return "\n".join(lines) + "\n"


def _table(requirements: Sequence[Requirement]) -> list[str]:
    rows = ["| id | asked from | what is asked | proven by | attested by | citation |", "|---|---|---|---|---|---|"]
    return rows + [_row(one) for one in requirements]


def _row(one: Requirement) -> str:
    proven = ", ".join(f"[`{check}`](checks.md#{_anchor(check)})" for check in one.checks) or "-"
    attested = f"{one.role}: “{one.statement}”" if one.role else "-"
    doubt = "" if one.confidence == "high" else f" ({one.confidence} confidence)"
    cells = (one.id, one.from_grade.value, one.text, proven, attested, f"{one.citation}{doubt}")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9-]", "", heading)


def write(folder: Path, made: Mapping[str, str]) -> None:
    """Write the pages into a folder."""
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(REFERENCE, pages())
