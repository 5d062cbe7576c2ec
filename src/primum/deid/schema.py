"""The form of report.json, as data models, from which the JSON Schema in the reference is made."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Count = dict[str, int]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reason(_Part):
    """Why a file was not written.

    Attributes:
        code: Stable; the phrases of it are those of the page.
        detail: What else a reader of files says, or kinds and counts of what was left; never content.
    """

    code: str
    detail: str


class Residual(_Part):
    """What the search by other code says of a file, or of all.

    Attributes:
        texts: How many texts were searched.
        left: Kind to how many identifiers were found for certain; a file of which this is not empty is not written.
        doubtful: Kind to how many look like one, and may be a measurement.
    """

    texts: int
    left: Count
    doubtful: Count


class Mark(_Part):
    """A place that was replaced; never what stood there, nor what stands there now.

    Attributes:
        start: First character in the original, of the text or of the cell, counted in code points from 0.
        end: One past the last.
        kind: What it was, or what was done where only that is known.
        method: How it was found, for instance ``rule:phone``, ``tagger:en``, ``known``, ``column:shift``.
        row: Of a table, without its header, from 1; of a VCF file the line.
        column: From 1; without a row: all rows.
        element: Path of a JSON element, tag of a DICOM attribute, or field of a header.
        name: Keyword of the DICOM attribute.
        count: How often, where several places are one entry.
        frame: Of a DICOM image.
        box: Left, top, right and bottom of what was blacked out, in pixels, right and bottom excluded.
    """

    start: int | None = None
    end: int | None = None
    kind: str
    method: str
    row: int | None = None
    column: int | None = None
    element: str | None = None
    name: str | None = None
    count: int | None = None
    frame: int | None = None
    box: tuple[int, int, int, int] | None = None


class Column(_Part):
    """What a column of a table was taken for, and why."""

    column: int
    kind: str
    action: str
    why: str
    why_zh: str
    quasi: bool


class Diverse(_Part):
    """How different the sensitive values of the people of a group are, in the group where they are least so.

    Attributes:
        distinct: Different values.
        closeness: Distance of their distribution from that in the whole table, 0 to 1.
    """

    distinct: int
    closeness: float


class Hiding(_Part):
    """How the people of a table were made to hide among each other.

    Attributes:
        k: So many, at least, share each combination of what could single them out.
        distinct: So many different sensitive values were asked of each group.
        closeness: So far from the whole table they might be.
        generalised: Numbers of the columns that were made coarse.
        left_out: People who could not hide; None for fewer than 5.
        unknown: What was lost of the cells on average, 0 (nothing) to 1.
        before: The risk before.
        sensitive: What the groups show; None where the table has no such column, or none was named.
    """

    k: int
    distinct: int
    closeness: float
    generalised: tuple[int, ...]
    left_out: int | None
    unknown: float
    before: dict[str, Any]
    sensitive: Diverse | None


class Table(_Part):
    """What a table tells.

    Attributes:
        path: In the sums alone: which table.
        rows: Without the header.
        columns: In order.
        risk: Of being named by what the columns left standing tell; None where none of them tells anything.
        hiding: What was done against it, where that was asked and needed.
    """

    path: str | None = None
    rows: int
    columns: tuple[Column, ...]
    risk: dict[str, Any] | None
    hiding: Hiding | None


class File(_Part):
    """A file that was read.

    Attributes:
        number: Its place in the sorted list of all files that were read, from 1.
        path: Its name as written; what identified somebody in it is replaced.
        status: What came of it.
        format: What it was recognised as.
        packed: ``gzip``, ``bgzf`` or empty.
        encoding: Of its letters.
        language: Of most of its text.
        subject: Pseudonym of whose it is.
        reason: Why it was not written.
        notes: Worth knowing.
        spans: Every place that was replaced.
        counts: Kind to how many.
        kept: Kind to how many were found and may stay under the policy.
        residual: What the search by other code says.
        table: Where it is one.
        sha256: Of what was written.
        size: Bytes of what was written.
        originals: The data set of the home that holds what puts it back.
    """

    number: int
    path: str
    status: Literal["cleaned", "unchanged", "refused", "left out"]
    format: str
    packed: str | None = None
    encoding: str | None = None
    language: str | None = None
    subject: str | None = None
    reason: Reason | None
    notes: tuple[str, ...] = ()
    spans: tuple[Mark, ...] = ()
    counts: Count = Field(default_factory=dict)
    kept: Count = Field(default_factory=dict)
    residual: Residual | None = None
    table: Table | None = None
    sha256: str | None = None
    size: int | None = None
    originals: str | None = None


class Estimate(_Part):
    """A share with its exact 95% interval."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    shown: bool


class Report(_Part):
    """What was read, replaced, kept and refused, and what risk is left.

    Attributes:
        version: Of this form.
        run: Names the run.
        at: When it ended, UTC, ISO 8601.
        policy: What is replaced.
        written: ``surrogates`` or ``tags``.
        thorough: The classifier that was asked as well; empty where none was.
        reversible: Whether a home keeps the originals.
        attested: Whether attestation.json vouches for the folder.
        totals: Files by state, and subjects.
        formats: Format to state to files.
        counts: Kind to how many were replaced.
        kept: Kind to how many may stay.
        reasons: Code to how many files were not written because of it.
        notes: Worth knowing, with how many files it is about.
        residual: What the search by other code says of all.
        tables: With their risks.
        missed: Kind to the share missed of what was planted into copies of the texts; ``overall`` is all of them.
        files: In order.
    """

    version: Literal[1]
    run: str
    at: str
    policy: str
    written: Literal["surrogates", "tags"]
    thorough: str
    reversible: bool
    attested: bool
    totals: Count
    formats: dict[str, Count]
    counts: Count
    kept: Count
    reasons: Count
    notes: Count
    residual: Residual
    tables: tuple[Table, ...]
    missed: dict[str, Estimate]
    files: tuple[File, ...]


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a report."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Report.model_json_schema()}
