"""A study drafted by looking at the data; what only a person can say stands in it as a sentence that begins "State"."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from primum.drafting.guess import Guess, guess, is_chinese, looks_like_outcome, tells_units, words_of
from primum.drafting.sight import Sight, see
from primum.errors import DataError
from primum.norms import library

PLACEHOLDER = re.compile(r"State |请说明|state-the-")
"""How a sentence begins that a person must replace; ``primum check`` blocks on it."""

RESERVED = frozenset({"null", "true", "false", "yes", "no", "on", "off"})
"""Words that YAML takes for something else than a name."""
UNREADABLE = re.compile(r"[^ -~\xa0-\u2027\u202a-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML breaks lines at or refuses."""
BIRTH = re.compile(r"birth|dob|born|nacimiento|生日|出生")
READ = "somebody wrote it: the model reads it once it is scrubbed of identifiers"
EXPLAINED = ["explanation:", "  methods: [occlusion, integrated_gradients]", ""]
OTHERS = [
    "model:  # of notes: the offline encoder, English; name another in encoder for another language",
    "  window: 256  # tokens read at once; longer notes are read in overlapping windows",
    "  epochs: 4",
    "  patience: 2",
    "  batch_size: 16",
    "  learning_rate: 0.0002",
    "",
    "comparison:",
    "  baselines: [majority, tfidf_svm, tfidf_logistic, frozen_embeddings]",
    "  folds: 1  # one held-out fifth: fine-tuning five times is waste",
    "",
    *EXPLAINED,
]
"""What a study of notes says of model, comparison and explanation."""
CHINESE = [
    "model:  # of Chinese notes: characters, from nothing; or name the folder of a Chinese encoder in encoder",
    "  encoder: scratch",
    "  width: 128",
    "  window: 256  # tokens read at once; longer notes are read in overlapping windows",
    "  epochs: 12",
    "  patience: 3",
    "  batch_size: 32",
    "  pretraining: {epochs: 15}  # on the notes themselves, without their labels",
    "",
    "comparison:",
    "  baselines: [majority, tfidf_svm, tfidf_logistic]",
    "  folds: 1  # one held-out fifth: fine-tuning five times is waste",
    "",
    *EXPLAINED,
]
NORMS = ("eu-ai-act", "gdpr", "hipaa", "pipl", "fda-gmlp", "tripod-ai", "who")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A column of the draft.

    Attributes:
        name: Unlike any other in the study.
        header: Its header or FHIRPath in the source.
        source: The name of the source.
        guess: What it seems to be.
        cells: What was seen in it.
        is_note: Whether the model is to read it as a text.
    """

    name: str
    header: str
    source: str
    guess: Guess
    cells: Sequence[str]
    is_note: bool = False


def draft(data: Path, folder: Path) -> str:
    """Return a study file for the exports at a place, as YAML with comments that say what spoke for each guess.

    Args:
        data: A CSV or Parquet file, or a folder of exports.
        folder: Where the study file is to lie; sources are written relative to it where they lie below it.

    Raises:
        DataError: Nothing can be read there, or nothing looks like a subject, a feature or an outcome.
    """
    sights = see(data)
    sources = _source_names(sights)
    columns = _columns(sights, sources)
    outcome = _outcome(columns)
    columns = [_as_outcome(one) if one is outcome else one for one in columns]
    if not any(one.guess.role == "feature" for one in columns):
        columns = [_as_note(one) for one in columns]
    if not any(one.guess.role == "feature" for one in columns):
        raise DataError(
            "No column looks like something a model could learn from.",
            remedy="Export numbers, few-valued columns, or notes, with a header each; then draft again.",
        )
    lines = [
        *_head(_slug(data.stem or data.resolve().name, "study")),
        "sources:",
        *(_source_line(sight, name, columns, folder) for sight, name in zip(sights, sources, strict=True)),
        "",
        "columns:",
        *(line for one in columns for line in _column_lines(one)),
        "",
        *_tail(outcome, columns),
    ]
    return "\n".join(lines) + "\n"


def _source_names(sights: Sequence[Sight]) -> list[str]:
    names: list[str] = []
    for sight in sights:
        names.append(_unlike(_slug(sight.name, "source"), names))
    return names


def _columns(sights: Sequence[Sight], sources: Sequence[str]) -> list[Drafted]:
    found: list[Drafted] = []
    for sight, source in zip(sights, sources, strict=True):
        for at, (header, cells) in enumerate(sight.cells.items(), start=1):
            name = _unlike(_slug(_short(header), f"column_{at}"), [one.name for one in found])
            found.append(Drafted(name=name, header=header, source=source, guess=guess(header, cells), cells=cells))
    return found


def _outcome(columns: Sequence[Drafted]) -> Drafted:
    """Return the column that is most likely to be foretold: named so, else the last with two values, else with few.

    Raises:
        DataError: There is none.
    """
    open_to_it = [one for one in columns if one.guess.role in {"feature", "ignored"}]
    named = [one for one in open_to_it if looks_like_outcome(one.header, one.cells)]
    binary = [one for one in open_to_it if len(one.guess.categories) == 2]  # noqa: PLR2004 - two classes
    few = [one for one in open_to_it if one.guess.categories]
    chosen = [*named, *reversed(binary), *reversed(few)]
    if not chosen:
        raise DataError(
            "No column looks like an outcome: none is named so, and none takes few values.",
            remedy="Add the outcome to the export, for instance as a column named diagnosis; then draft again.",
        )
    return chosen[0]


def _as_outcome(column: Drafted) -> Drafted:
    return replace(column, guess=Guess(role="outcome", categories=_classes(column), why="to be foretold: confirm"))


def _as_note(column: Drafted) -> Drafted:
    """Return a column of texts as what the model reads; others as they are."""
    if column.guess.role != "text":
        return column
    return replace(column, guess=Guess(role="feature", why=READ), is_note=True)


def _classes(column: Drafted) -> tuple[str, ...]:
    """Return the values of a column, the most frequent first, missing ones left out."""
    seen = Counter(one for one in column.cells if one.strip() and one not in {"NA", "NaN", "null"})
    return tuple(sorted(seen, key=lambda one: (-seen[one], one)))


def _head(name: str) -> list[str]:
    return [
        "# Drafted by looking at the data: a guess, to be completed by a person. Each text that begins with State is",
        "# to be replaced; primum check lists what is left. All fields: docs/reference/study.schema.json",
        "primum: 1",
        f"name: {name}",
        "title:",
        "  en: State the title in one line",
        "  zh: 请说明标题",
        "question:",
        "  en: State the question the model is to answer",
        "  zh: 请说明模型要回答的问题",
        "",
        "intended_use:",
        "  purpose: state-the-purpose  # as the data access committee names it in access.yaml",
        "  users: State who will use it",
        "  setting: State where and at which point of care it will be used",
        "  population: State the people it may be used for",
        "  not_for:",
        "    - State what it must not be used for",
        "  grade: research",
        "",
        "lawful_basis:",
        "  ground: State the ground on which this data may be processed, for instance GDPR Art 6(1)(e)",
        "  exception: State the exception for health data, for instance GDPR Art 9(2)(j)",
        "  permitted_purposes:",
        "    - state-the-purpose  # the purposes the data was collected or approved for",
        "",
    ]


def _source_line(sight: Sight, name: str, columns: Sequence[Drafted], folder: Path) -> str:
    mine = [one for one in columns if one.source == name]
    subject = _subject(sight, mine)
    dated = [one for one in mine if one.guess.role == "date" and not BIRTH.search(words_of(one.header))]
    parts = [f"name: {name}", *(["modality: text"] if any(one.is_note for one in mine) else [])]
    parts += [f"format: {sight.format}", f"path: {_quoted(_relative(sight.path, folder))}"]
    parts.append(f"subject: {_quoted(subject)}")
    parts += [f"time: {_quoted(dated[0].header)}"] if dated else []
    return f"  - {{{', '.join(parts)}}}"


def _subject(sight: Sight, columns: Sequence[Drafted]) -> str:
    """Return the header that says whose each row is: a record number, else any identifier that differs in each row.

    Raises:
        DataError: There is none.
    """
    numbers = [one for one in columns if one.guess.identifier == "record_number"]
    apart = [one for one in columns if one.guess.role == "identifier" and len(set(one.cells)) == len(one.cells)]
    chosen = [*(one for one in numbers if one in apart), *numbers, *apart]
    if not chosen:
        raise DataError(
            f"No column of {sight.path.name} says whose each row is.",
            remedy="Add the hospital's record number to the export as a column named mrn; then draft again.",
        )
    return chosen[0].header


def _relative(path: Path, folder: Path) -> str:
    inside = path.resolve().is_relative_to(folder.resolve())
    return (path.resolve().relative_to(folder.resolve()) if inside else path.resolve()).as_posix()


def _column_lines(column: Drafted) -> list[str]:
    seen = column.guess
    parts = [f"name: {column.name}", f"source: {column.source}"]
    parts += [f"path: {_quoted(column.header)}"] if column.header != column.name else []
    parts.append(f"role: {seen.role}")
    parts += [f"identifier: {seen.identifier}"] if seen.identifier else []
    parts += [f"unit: {_quoted(seen.unit)}"] if seen.unit else []
    parts += [f"low: {seen.low:g}", f"high: {seen.high:g}"] if seen.low is not None and seen.high is not None else []
    parts += [f"categories: {_listed(seen.categories)}"] if seen.categories else []
    if seen.role not in {"identifier", "ignored"}:
        label = _quoted(_short(column.header).replace("_", " "))
        parts.append(f"label: {{en: {label}, zh: {label}}}")
    return [f"  # {seen.why}", f"  - {{{', '.join(parts)}}}"]


def _tail(outcome: Drafted, columns: Sequence[Drafted]) -> list[str]:
    classes = _classes(outcome)
    norms = [one for one in NORMS if one in library.names()]
    lines = [
        "outcome:",
        f"  column: {outcome.name}",
        f"  classes: {_listed(classes)}",
        f"  positive: {_quoted(classes[-1])}  # the rarest; please confirm that it is the disease",
        "  reference_standard: State how the truth was established, for instance histology",
        "  labels:  # what people read in place of a class; complete them before the first run",
        *(f"    {_quoted(one)}: {{en: {_quoted(one)}, zh: {_quoted(one)}}}" for one in classes),
        "",
    ]
    groups = [one for one in columns if one.guess.role == "quasi_identifier" and one.guess.categories]
    if groups:
        lines += ["subgroups:", *(f"  - {{column: {one.name}}}" for one in groups), ""]
    if any(tells_units(one.header, [cell for cell in one.cells if cell]) for one in columns):
        lines += ["# A column tells units: name its header as unit_column of the columns it speaks of.", ""]
    notes = [cell for one in columns if one.is_note for cell in one.cells]
    if notes:
        lines += CHINESE if is_chinese(notes) else OTHERS
    return [*lines, f"norms: [{', '.join(norms)}]", "validity_days: 365", "seed: 1"]


def _short(header: str) -> str:
    """Return what a header or FHIRPath is about: the text of an observation's code, else the last two steps."""
    found = re.match(r"Observation\.where\(code\.text='(.*)'\)", header)
    if found:
        return found.group(1)
    steps = header.split(".")
    return "_".join(steps[1:]) if re.fullmatch(r"[A-Z][A-Za-z]+(\.[A-Za-z]+)+", header) else header


def _slug(text: str, otherwise: str) -> str:
    """Return a text as a name of the study format: small letters, digits and _, beginning with a letter."""
    plain = re.sub(r"[^a-z0-9]+", "_", words_of(text)).strip("_")[:48].strip("_")
    if plain in RESERVED:
        return f"{plain}_column"
    return plain if re.match(r"[a-z]", plain) else otherwise


def _unlike(name: str, taken: Sequence[str]) -> str:
    """Return the name, with a number where it is taken."""
    count, found = 1, name
    while found in taken:
        count += 1
        found = f"{name}_{count}"
    return found


def _quoted(text: str) -> str:
    """Return a text as YAML reads it back, whatever is in it; what a person can read is left as it is."""
    return UNREADABLE.sub(lambda one: f"\\u{ord(one.group()):04x}", json.dumps(text, ensure_ascii=False))


def _listed(texts: Sequence[str]) -> str:
    return f"[{', '.join(_quoted(one) for one in texts)}]"
