"""VCF: samples get pseudonyms; of the header stays what describes fields and contigs; genotypes are not touched."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from primum.deid.desk import Recorder
from primum.deid.formats import again, blocks
from primum.deid.jobs import Job
from primum.deid.nouns import Introduced, Outcome, RefusedError, Source, Written
from primum.deid.windows import decoded, lines

FIXED = 9
"""Columns before the samples."""
INFO = 7
ORDINARY = 64
"""Different texts of the INFO column that are read again, for each of its fields."""
NAMES = frozenset(
    {
        "fileDate",
        "source",
        "commandline",
        "reference",
        "contig",
        "INFO",
        "FORMAT",
        "FILTER",
        "ALT",
        "SAMPLE",
        "PEDIGREE",
    }
)
"""Lines of the header that the report calls by their names."""
_FIELD = re.compile(r"##(?:INFO|FORMAT|FILTER|ALT)=<(?P<inside>.*)>")
_CONTIG = re.compile(r"##contig=<(?P<inside>.*)>")
_PLAIN = re.compile(r"##(?:fileformat=VCFv[\d.]+|phasing=(?:partial|none|full)|bcf?tools_\w+Version=[\w.+-]+)")
_ASSEMBLY = re.compile(r"(?:GRCh|hg|hs|b|T2T-?CHM|human_g1k_v|Homo_sapiens)[\w.+-]{0,40}", re.IGNORECASE)
_PAIR = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|[^,]*)')
_CONTIG_KEYS = frozenset({"ID", "length", "assembly", "md5", "species", "taxonomy"})
_WORDS = re.compile(r"[^\s;,=|:&/]+")
_TEXTUAL = re.compile(r"[A-Za-z\u3400-\u9fff]{3}|\d{6}")


def introduce(source: Source) -> Iterator[Introduced]:
    """Yield the samples."""
    for line in lines(decoded(blocks(source), source.encoding)):
        if line.startswith("#CHROM"):
            for name in line.rstrip("\r\n").split("\t")[FIXED:]:
                yield Introduced(names=(name,), known=(("other", name),))
            return
        if not line.startswith("##"):
            raise RefusedError("corrupt")


@dataclass(slots=True)
class _Pass:
    """What gathers while one file is cleaned."""

    job: Job
    recorder: Recorder = field(default_factory=Recorder)
    samples: dict[str, str] = field(default_factory=dict)
    subjects: set[str] = field(default_factory=set)
    marks: list[Mapping[str, object]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def mark(self, line: int, element: str, kind: str) -> None:
        """Note a change."""
        self.marks.append({"row": line, "element": element, "kind": kind, "method": "header"})
        self.counts[kind] += 1


def clean(job: Job) -> Outcome:
    """Write variants without the people in their header.

    Raises:
        RefusedError: There is no line of columns.
    """
    work = _Pass(job)
    is_headed = False
    for number, line in enumerate(lines(decoded(blocks(job.source), job.source.encoding)), start=1):
        body = line.rstrip("\r\n")
        end = line[len(body) :]
        if line.startswith("##"):
            kept = _header(body, number, work)
            written = f"{kept}{end}" if kept else ""
        elif line.startswith("#"):
            written, is_headed = _columns(body, number, work) + end, True
        elif is_headed:
            written = _record(body, number, work) + end
        else:
            raise RefusedError("corrupt")
        job.target.write(written.encode(job.source.encoding.name))
    if not is_headed:
        raise RefusedError("corrupt")
    written_names = frozenset({*work.samples.values(), *work.recorder.written})
    return Outcome(
        marks=work.marks,
        counts=work.counts,
        notes=["genome"],
        subjects=frozenset({*work.subjects, *work.recorder.named}),
        reread=lambda draft: _texts(draft, job, written_names),
    )


def _header(line: str, number: int, work: _Pass) -> str:
    """Return a line of the header, cleaned; empty where it is left out."""
    if _PLAIN.fullmatch(line):
        return line
    cleaned, kind = _kept(line, work)
    if cleaned != line:
        name = line[2:].partition("=")[0]
        work.mark(number, name if name in NAMES else "header", kind)
    return cleaned


def _kept(line: str, work: _Pass) -> tuple[str, str]:
    """Return what is kept of a line, and what kind of identifier the rest counts as."""
    described, contig = _FIELD.fullmatch(line), _CONTIG.fullmatch(line)
    if described:
        return f"{line[: described.start('inside')]}{_described(described['inside'], work)}>", "other_id"
    if contig:
        pairs = [one for one in _PAIR.findall(contig["inside"]) if one[0] in _CONTIG_KEYS and "/" not in one[1]]
        return f"##contig=<{','.join(f'{key}={value}' for key, value in pairs)}>", "url"
    last = line.partition("=")[2].rpartition("/")[2]
    if line.startswith("##reference=") and _ASSEMBLY.fullmatch(last):
        return f"##reference={last}", "url"
    return "", "other_id"


def _described(inside: str, work: _Pass) -> str:
    """Return the attributes of a field; descriptions are scrubbed, what a standard does not know is left out."""
    person = work.job.desk.person(work.job.subject, work.recorder)
    kept = []
    for key, value in _PAIR.findall(inside):
        if key in {"ID", "Number", "Type"}:
            kept.append(f"{key}={value}")
        elif key == "Description":
            kept.append(f'{key}="{person.scrub(value.strip(chr(34)))}"')
    return ",".join(kept)


def _columns(line: str, number: int, work: _Pass) -> str:
    cells = line.split("\t")
    desk = work.job.desk
    for at, name in enumerate(cells[FIXED:], start=FIXED):
        subject = desk.register.subject(name) or name
        work.subjects.add(subject)
        work.samples[name] = desk.name(subject)
        cells[at] = work.samples[name]
        work.marks.append({"row": number, "column": at + 1, "kind": "other_id", "method": "sample"})
        work.counts["other_id"] += 1
    return "\t".join(cells)


def _record(line: str, number: int, work: _Pass) -> str:
    """Return a record; names of samples in its INFO column are replaced."""
    cells = line.split("\t", INFO + 1)
    if len(cells) <= INFO or work.samples.keys().isdisjoint(_WORDS.findall(cells[INFO])):
        return line
    info = _WORDS.sub(lambda match: work.samples.get(match.group(), match.group()), cells[INFO])
    if info == cells[INFO]:
        return line
    work.mark(number, "INFO", "other_id")
    return "\t".join([*cells[:INFO], info, *cells[INFO + 1 :]])


def _texts(draft: BinaryIO, job: Job, surrogates: frozenset[str]) -> Iterator[Written]:
    """Yield header lines, and of the records each different text of the INFO column, some of each field."""
    seen: dict[str, set[str]] = {}
    for line in lines(decoded(again(draft), job.source.encoding)):
        found = [line] if line.startswith("#") else _fresh(line.split("\t", INFO + 1)[INFO : INFO + 1], seen)
        for text in found:
            near = frozenset(one for one in surrogates if one in text)
            yield Written(text=text, subject=job.subject, surrogates=near)


def _fresh(cells: Sequence[str], seen: dict[str, set[str]]) -> Iterator[str]:
    for one in ";".join(cells).split(";"):
        key, _, value = one.partition("=")
        known = seen.setdefault(key, set())
        if value not in known and len(known) < ORDINARY and _TEXTUAL.search(value):
            known.add(value)
            yield value
