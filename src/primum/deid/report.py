"""report.json: what was read, replaced, kept and refused, and what risk is left; never a value."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from primum.custody.files import SUFFIX, keeping, sync_folder
from primum.deid.journal import Journal
from primum.deid.naming import REPORT
from primum.deid.nouns import Found, Json, Outcome, RefusedError, Source, Status

HARMLESS = frozenset({"litter", "dicom-directory"})
"""Reasons for which a file is left out without harm: nothing of the data is lost."""
FORMS = {"text": "text", "table": "table", "parquet": "parquet", "json lines": "json lines"}
UNKNOWN = "unknown"


def kinds(counts: Mapping[str, int]) -> str:
    """Return kinds with how often each, for people."""
    return ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))


def entry(source: Source, outcome: Outcome, found: Found, subject: str) -> dict[str, Json]:
    """Return what the report says of a file that was written.

    Args:
        source: The original.
        outcome: What was done.
        found: What the residual scan says.
        subject: The pseudonym of whose it is.
    """
    return {
        "number": source.number,
        "format": outcome.form or source.form,
        "packed": source.packed,
        "encoding": source.encoding.name if source.form not in {"dicom", "nifti", "parquet", "pdf"} else "",
        "language": outcome.language,
        "subject": subject,
        "reason": None,
        "notes": list(outcome.notes),
        "spans": list(outcome.marks),
        "counts": dict(sorted(outcome.counts.items())),
        "kept": dict(sorted(outcome.kept.items())),
        "residual": {
            "texts": found.texts,
            "left": dict(sorted(found.left.certain.items())),
            "doubtful": dict(sorted(found.left.doubtful.items())),
        },
        "table": outcome.table,
    }


def refused(where: tuple[int, str, Status], source: Source | None, refusal: RefusedError) -> dict[str, Json]:
    """Return what the report says of a file that was not written."""
    number, path, status = where
    return {
        "number": number,
        "path": path,
        "status": status,
        "format": source.form if source else UNKNOWN,
        "reason": {"code": refusal.code, "detail": refusal.detail},
    }


def write(
    out: Path, facts: Mapping[str, Json], journal: Journal, lines: Sequence[str], missed: Mapping[str, Json]
) -> dict[str, Json]:
    """Write the report, and return what stands at its head.

    Files are written one after the other, so that a report of many spans takes no more memory than its longest file.

    Args:
        out: The folder.
        facts: Of the run.
        journal: Holds what came of each file.
        lines: The journal's names of the files, in order.
        missed: Kind to the estimated share that is missed.

    Raises:
        IntegrityError: The disk does not take it.
    """
    tally = _Tally()
    for one in lines:
        tally.take(journal.line(one).entry)
    head = {**facts, **tally.document(), "missed": dict(missed)}
    draft = out / (REPORT + SUFFIX)
    with keeping("the report"):
        with draft.open("w", encoding="utf-8") as file:
            file.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "files": [')
            for at, one in enumerate(lines):
                file.write(("," if at else "") + "\n  " + json.dumps(journal.line(one).entry, ensure_ascii=False))
            file.write("\n ]\n}\n")
        draft.replace(out / REPORT)
        sync_folder(out)
    return head


class _Tally:
    """Adds files up."""

    def __init__(self) -> None:
        self._files = Counter[str]()
        self._formats: dict[str, Counter[str]] = {}
        self._counts = Counter[str]()
        self._kept = Counter[str]()
        self._reasons = Counter[str]()
        self._left = Counter[str]()
        self._doubtful = Counter[str]()
        self._notes = Counter[str]()
        self._subjects: set[str] = set()
        self._texts = 0
        self._tables: list[Mapping[str, Json]] = []

    def take(self, one: Mapping[str, Json]) -> None:
        """Take a file into account."""
        self._files[one["status"]] += 1
        self._formats.setdefault(one["format"], Counter())[one["status"]] += 1
        if one["reason"]:
            self._reasons[one["reason"]["code"]] += 1
            return
        self._counts.update(one["counts"])
        self._kept.update(one["kept"])
        self._notes.update(one["notes"])
        self._left.update(one["residual"]["left"])
        self._doubtful.update(one["residual"]["doubtful"])
        self._texts += one["residual"]["texts"]
        self._subjects.add(one["subject"])
        if one["table"]:
            self._tables.append({"path": one["path"], **one["table"]})

    def document(self) -> dict[str, Json]:
        """Return the sums."""
        return {
            "attested": not self._reasons["left"] and not self._left.total(),
            "totals": {
                "files": self._files.total(),
                **{status.value: self._files[status.value] for status in Status},
                "subjects": len(self._subjects),
            },
            "formats": {name: dict(sorted(one.items())) for name, one in sorted(self._formats.items())},
            "counts": dict(sorted(self._counts.items())),
            "kept": dict(sorted(self._kept.items())),
            "reasons": dict(sorted(self._reasons.items())),
            "notes": dict(sorted(self._notes.items())),
            "residual": {
                "texts": self._texts,
                "left": dict(sorted(self._left.items())),
                "doubtful": dict(sorted(self._doubtful.items())),
            },
            "tables": self._tables,
        }
