"""report.html: the report for people, in English and Chinese on one page, without scripts, fit for print."""

import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from primum.custody.files import keeping, write_whole
from primum.deid.journal import Journal
from primum.deid.naming import PAGE
from primum.deid.nouns import Json, Status
from primum.dossier.tongue import LANGUAGES, speak

PHRASES = "primum.deid"
MOST = 50
"""Rows that a table of refusals, or of tables, shows at most."""
MOST_FILES = 200
"""Files that the page lists at most; all are in report.json."""
TOLERABLE = 0.05
"""From this upper end of the interval of what is missed on, somebody is asked to read texts."""


def write(out: Path, summary: Mapping[str, Json], journal: Journal, lines: Sequence[str]) -> None:
    """Write the page.

    Args:
        out: The folder.
        summary: What stands at the head of the report.
        journal: Holds what came of each file.
        lines: The journal's names of the files, in order.

    Raises:
        IntegrityError: The disk does not take it.
    """
    listed = [_row(journal.line(one).entry) for one in lines]
    with keeping("the report"):
        write_whole(out / PAGE, render(summary, listed).encode())


def _row(entry: Mapping[str, Json]) -> dict[str, Json]:
    doubtful = (entry.get("residual") or {}).get("doubtful", {})
    return {
        **{key: entry.get(key) for key in ("number", "path", "status", "format", "language", "reason")},
        "replaced": sum((entry.get("counts") or {}).values()),
        "doubtful": sum(doubtful.values()),
    }


def render(facts: Mapping[str, Json], listed: Sequence[Mapping[str, Json]]) -> str:
    """Return the page as HTML, equal for equal arguments.

    Args:
        facts: What stands at the head of the report.
        listed: Files: number, path, status, format, language, reason, how many replaced, how many doubtful.
    """
    refused = [one for one in listed if one["status"] == Status.REFUSED.value]
    text = (
        _templates()
        .get_template("report.html")
        .render(
            tongues=[speak(code, PHRASES) for code in LANGUAGES],
            facts=facts,
            totals=facts["totals"],
            outcome=outcome(facts),
            todo=todo(facts),
            replaced=sum(facts["counts"].values()),
            overall=facts["missed"].get("overall"),
            worst=_worst(facts["tables"]),
            hidden=[one for one in facts["tables"] if one.get("hiding")],
            kinds=sorted({*facts["counts"], *facts["kept"]}, key=lambda one: (-facts["counts"].get(one, 0), one)),
            missed=sorted(
                facts["missed"].items(), key=lambda one: (one[0] != "overall", -(one[1]["value"] or 0), one[0])
            ),
            refused=refused,
            listed=sorted(listed, key=lambda one: (one["status"] != Status.REFUSED.value, one["number"])),
            most=MOST,
            most_files=MOST_FILES,
        )
    )
    lines = re.sub(r"\s*\n\s*", "\n", text).strip()
    return re.sub(r"([。；：！？](?:</[a-z]+>)?) +", r"\1", lines) + "\n"


def outcome(facts: Mapping[str, Json]) -> str:
    """Return ``clean``, ``partly`` (files were refused) or ``unfit`` (something was left after cleaning)."""
    if not facts["attested"]:
        return "unfit"
    return "partly" if facts["totals"][Status.REFUSED.value] else "clean"


def todo(facts: Mapping[str, Json]) -> list[tuple[str, str, Json]]:
    """Return what is to be done, the most urgent first: a mark, a phrase and its figure."""
    found: list[tuple[str, str, Json]] = []
    if not facts["attested"]:
        found.append(("unmet", "unfit", 0))
    if facts["totals"][Status.REFUSED.value]:
        found.append(("unmet", "refused", facts["totals"][Status.REFUSED.value]))
    small = sum(bool(one["risk"]) and one["risk"]["prosecutor"]["highest"] is None for one in facts["tables"])
    if small:
        found.append(("person", "tables", small))
    overall = facts["missed"].get("overall")
    if overall and overall["value"] is not None and overall["high"] > TOLERABLE:
        found.append(("person", "missed", overall["value"]))
    doubtful = sum(facts["residual"]["doubtful"].values())
    if doubtful:
        found.append(("person", "doubtful", doubtful))
    if not found:
        found.append(("met", "nothing", 0))
    if facts["attested"]:
        found.append(("met", "verify", 0))
    return found


def _worst(tables: Sequence[Mapping[str, Json]]) -> Json:
    """Return the risk of the table in which somebody is most at risk; what is not shown is above what is."""
    risks = [one["risk"] for one in tables if one["risk"]]
    return max(
        risks, key=lambda one: (one["prosecutor"]["highest"] is None, one["prosecutor"]["average"]), default=None
    )


@functools.cache
def _templates() -> Environment:
    return Environment(
        loader=ChoiceLoader([PackageLoader(PHRASES, "templates"), PackageLoader("primum.dossier", "templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
