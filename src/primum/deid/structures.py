"""JSON: FHIR resources by their elements, any other document string by string, beside the keys they stand under."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, BinaryIO

from primum.deid.desk import Recorder
from primum.deid.formats import again, blocks
from primum.deid.jobs import Job
from primum.deid.nouns import Introduced, Outcome, RefusedError, Source, Written
from primum.deid.windows import decoded
from primum.errors import DataError
from primum.privacy import notes
from primum.privacy.fhir import charts, cleaning
from primum.privacy.fhir.elements import RESOURCES
from primum.privacy.fhir.files import written
from primum.privacy.person import Person

Json = Any
NUMBER_KINDS = frozenset({"record_number", "national_id", "other", "phone"})
ADDRESSES = frozenset(
    {
        "system", "url", "profile", "fullUrl", "reference", "id", "value", "code", "div", "instantiatesCanonical",
        "instantiatesUri", "implicitRules", "valueUri", "valueUrl", "valueCanonical", "definition", "versionId",
        "contentType", "lastUpdated", "source", "link", "relation", "data", "hash", "ifNoneExist", "valueCode",
    }
)  # fmt: skip
"""Elements that hold addresses and tokens of machines."""
PROVEN = frozenset({"url", "card", "iban", "phone", "mobile", "identity_card", "social_security", "resident_id"})
VERBS = {
    "shift": "date", "instant": "date", "birth": "date", "age": "age", "postcode": "postcode", "token": "other_id",
    "link": "other_id", "version": "other_id", "etag": "other_id", "query": "other_id", "remove": "removed",
    "blob": "removed",
}  # fmt: skip
"""What the actions on elements count as; the others are counted by what is found in them."""
_PLAIN_KEY = re.compile(r"(?!.*\d{5})[@$#.]?[A-Za-z_][\w.:$#/-]{0,60}")
_WORDS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
_DEEPEST = 200
POSITIONS = frozenset({"lat", "latitude", "lon", "lng", "long", "longitude", "coordinates"})
"""Keys of places on the map."""
SHORTEST_NUMBER = 5
"""Digits of a whole number that may name somebody."""
REMEMBERED = 1_000_000
"""Texts of which it is known that they were read before."""


# -- who is in it ------------------------------------------------------------------------------------------------------
def introduce(source: Source) -> Iterator[Introduced]:
    """Yield the people whom FHIR resources introduce; other documents introduce nobody.

    Raises:
        RefusedError: It is no JSON.
    """
    for document in _documents(source):
        if _is_fhir(document):
            for patient, known in charts.introduced(document):
                yield Introduced(names=_names(patient, known.pairs), known=known.pairs)


def _names(patient: str, pairs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    if not patient:
        return ()
    numbers = [
        value for kind in ("record_number", "other") for one, value in pairs if one == kind and _is_number(value)
    ]
    return tuple(dict.fromkeys([*numbers, patient]))


def _is_number(value: str) -> bool:
    return any(one.isdigit() for one in value)


def _documents(source: Source) -> Iterator[Json]:
    text = "".join(decoded(blocks(source), source.encoding))
    lines = text.split("\n") if source.form == "json lines" else [text]
    for line in lines:
        if line.strip():
            try:
                yield json.loads(line, parse_float=Decimal, parse_constant=_refused)
            except (ValueError, RecursionError) as fault:
                raise RefusedError("corrupt") from fault


def _refused(constant: str) -> float:
    raise ValueError(constant)


def _is_fhir(document: Json) -> bool:
    return isinstance(document, dict) and document.get("resourceType") in RESOURCES


# -- cleaning ----------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Pass:
    """What gathers while one file is cleaned."""

    job: Job
    recorders: dict[str, Recorder] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    marks: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    asked: set[str] = field(default_factory=set)
    documents: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    is_fhir: bool = False

    def who(self, patient: str) -> Person:
        """Return how a patient appears; an empty id is of nobody in particular."""
        subject = self.job.desk.register.subject(patient) or patient or self.job.subject
        self.asked.add(subject)
        if subject not in self.persons:
            self.recorders[subject] = Recorder()
            self.persons[subject] = self.job.desk.person(subject, self.recorders[subject])
        return self.persons[subject]

    def close(self) -> None:
        """Note whose the document was that ends here, and what was written into it."""
        subject = next(iter(self.asked)) if len(self.asked) == 1 else self.job.subject
        surrogates = frozenset(one for name in self.asked for one in self.recorders[name].written)
        for name in self.asked:
            self.recorders[name].written.clear()
        self.asked.clear()
        self.documents.append((subject, surrogates))


def clean(job: Job) -> Outcome:
    """Write JSON without identifiers.

    Raises:
        RefusedError: It is no JSON, or a resource that cannot be cleaned.
    """
    work = _Pass(job)
    is_lines = job.source.form == "json lines"
    first = b"".join(next(blocks(job.source), b"")[:200].split(b"\n")[1:2])
    indent = 2 if first[:1] in b" \t" and first else None
    job.target.write(job.source.encoding.mark)
    for document in _documents(job.source):
        cleaned = _fhir(document, work) if _is_fhir(document) else _other(document, work)
        text = written(cleaned, indent=None if is_lines else indent)
        job.target.write(f"{text}\n".encode(job.source.encoding.name, "backslashreplace"))
        work.close()
    return _outcome(work)


def _fhir(document: Mapping[str, Json], work: _Pass) -> Json:
    desk = work.job.desk
    work.is_fhir = True
    try:
        cleaned = cleaning.clean(document, desk.links, work.who, cleaning.Options(year=desk.choices.year))
    except DataError as fault:
        raise RefusedError("fhir", fault.what) from fault
    for action, times in cleaned.actions.items():
        path, _, verb = action.rpartition(" ")
        work.marks[path, verb, "element"] += times
        if verb in VERBS:
            work.counts[VERBS[verb]] += times
    return cleaned.document


def _other(document: Json, work: _Pass) -> Json:
    work.who("")
    walk = _Walk(work)
    return walk.node(document, "", _DEEPEST)


@dataclass(slots=True)
class _Walk:
    """Walks a document that is no FHIR."""

    work: _Pass

    def node(self, node: Json, path: str, depth: int) -> Json:
        """Return a node without identifiers."""
        if not depth:
            raise RefusedError("too-deep")
        if isinstance(node, dict):
            return {self._key(key): self.node(one, f"{path}.{self._key(key)}", depth - 1) for key, one in node.items()}
        if isinstance(node, list):
            return [self.node(one, f"{path}[]", depth - 1) for one in node]
        if isinstance(node, str):
            return self._text(node, path)
        if isinstance(node, int | Decimal) and not isinstance(node, bool):
            return self._number(node, path)
        return node

    def _number(self, node: int | Decimal, path: str) -> Json:
        """Return a number; one that tells where somebody is, is taken out, a long whole one is read as a text."""
        if path.rpartition(".")[2].rstrip("[]").lower() in POSITIONS:
            self.work.marks[path, "place", "element"] += 1
            self.work.counts["place"] += 1
            return None
        if isinstance(node, Decimal) or len(str(abs(node))) < SHORTEST_NUMBER:
            return node
        text = self._text(str(node), path)
        return node if text == str(node) else text

    def _key(self, key: str) -> str:
        if _PLAIN_KEY.fullmatch(key) and not self.work.job.desk.register.mentioned(key):
            return key
        return self._text(key, "key")

    def _text(self, text: str, path: str) -> str:
        """Return a value scrubbed as if it followed its key in a text."""
        if sum(one.isalnum() for one in text) < 2:  # noqa: PLR2004 - one letter identifies nobody
            return text
        desk, subject = self.work.job.desk, self.work.job.subject
        label = " ".join(one for one in _WORDS.split(path.rpartition(".")[2].rstrip("[]")) if one)
        before = f"{label}: " if label else ""
        mentioned = desk.register.mentioned(text)
        self.work.recorders[subject].named |= desk.register.owners(mentioned)
        known = desk.known_in(text, subject, mentioned)
        spans = notes.find(before + text, known, thorough=desk.thorough)
        at = len(before)
        own = [type(one)(max(one.start - at, 0), one.end - at, one.kind, one.method) for one in spans if one.end > at]
        writer = desk.writer(subject)
        done = notes.written_by(text, own, writer, desk.policy)
        recorder = self.work.recorders[subject]
        recorder.written |= done.written
        recorder.kept.update(one.kind.value.lower() for one in done.kept)
        self.work.counts.update(done.counts)
        for one in done.spans:
            self.work.marks[path, one.kind.value.lower(), one.method] += 1
        return done.text


def _outcome(work: _Pass) -> Outcome:
    kept, named = Counter[str](), set[str]()
    for one in work.recorders.values():
        kept.update(one.kept)
        named |= one.named
        work.counts.update(one.counts)
    marks: list[Mapping[str, Json]] = [
        {"element": path, "kind": verb, "method": method, "count": times}
        for (path, verb, method), times in sorted(work.marks.items())
    ]
    return Outcome(
        marks=marks,
        counts=work.counts,
        kept=kept,
        subjects=frozenset({*work.recorders, *named}),
        form="fhir" if work.is_fhir else "",
        reread=lambda draft: _strings(draft, work.job.source, work.documents),
    )


# -- reading again -----------------------------------------------------------------------------------------------------
def _strings(draft: BinaryIO, source: Source, documents: Sequence[tuple[str, frozenset[str]]]) -> Iterator[Written]:
    """Yield every text of the output, of those that a subject has several times the first."""
    seen: set[tuple[str, str, str]] = set()
    for at, key, text in _texts_of(draft, source):
        subject, surrogates = documents[min(at, len(documents) - 1)]
        if (subject, key, text) not in seen and sum(one.isalnum() for one in text) > 1:
            if len(seen) < REMEMBERED:
                seen.add((subject, key, text))
            near = frozenset(one for one in surrogates if one in text)
            lenient = PROVEN if key in ADDRESSES else frozenset[str]()
            yield Written(text=text, subject=subject, surrogates=near, lenient=lenient)


def _texts_of(draft: BinaryIO, source: Source) -> Iterator[tuple[int, str, str]]:
    """Yield number of the document, key and text."""
    text = "".join(decoded(again(draft), source.encoding))
    documents = [one for one in (text.split("\n") if source.form == "json lines" else [text]) if one.strip()]
    for at, one in enumerate(documents):
        yield from ((at, key, inner) for key, inner in _texts("", json.loads(one)))


def _texts(key: str, node: Json) -> Iterator[tuple[str, str]]:
    waiting: list[tuple[str, Json]] = [(key, node)]
    while waiting:
        name, one = waiting.pop()
        if isinstance(one, dict):
            waiting += [(str(inner), value) for inner, value in one.items()]
            yield from (("key", str(inner)) for inner in one)
        elif isinstance(one, list):
            waiting += [(name, value) for value in one]
        elif isinstance(one, str):
            yield name, one
        elif isinstance(one, int) and not isinstance(one, bool):
            yield "value", str(one)
