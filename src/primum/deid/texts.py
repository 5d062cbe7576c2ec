"""Free text: found window by window, made consistent over all texts of a subject, written in its own encoding."""

import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from primum.deid.desk import Desk
from primum.deid.formats import again, blocks
from primum.deid.nouns import Encoding, Outcome, Piece, Source, Written
from primum.deid.windows import Window, decoded, windows
from primum.privacy import consistency, language, notes
from primum.privacy.merging import merge
from primum.privacy.spans import Span
from primum.privacy.surrogates import Writer

TOGETHER = 1_000_000
"""Characters of a subject's texts that are searched at once."""
GLOSSARY = 2_000
"""Values found most often that are looked for in all of a record too long to be searched at once."""
UTF_8 = Encoding(name="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text that can be read again and again.

    Attributes:
        number: Of its file.
        parts: Gives its characters.
    """

    number: int
    parts: Callable[[], Iterator[str]]


@dataclass(slots=True, kw_only=True)
class Record:
    """What identifies people in all texts of one subject.

    Attributes:
        spans: Number of a file to its spans, in characters of the whole text.
        writer: Says what is written instead, alike in all of them.
        named: Number of a file to the subjects whom it names.
    """

    spans: dict[int, list[Span]]
    named: dict[int, set[str]] = field(repr=False)
    writer: Writer = field(repr=False)


def reading(source: Source) -> Reading:
    """Return the text of a file."""
    return Reading(number=source.number, parts=lambda: decoded(blocks(source), source.encoding))


Step = Callable[[int], None]
"""Is told how many characters were read since the last time."""


def search(readings: Sequence[Reading], subject: str, desk: Desk, step: Step) -> Record:
    """Return what identifies people in a subject's texts; what is found once is found in all of them."""
    spans: dict[int, list[Span]] = {one.number: [] for one in readings}
    named: dict[int, set[str]] = {one.number: set() for one in readings}
    values: Counter[tuple[str, Span]] = Counter()
    batches = 0
    for batch in _batches(readings, step):
        batches += 1
        for (number, window), found in zip(batch, _found(batch, subject, desk, named), strict=True):
            _take(spans[number], window, found)
            for one in found:
                value = window.text[one.start : one.end]
                values[value, Span(0, len(value), one.kind, one.method)] += 1
    if batches > 1:
        _search_again(readings, spans, values)
    return Record(spans=spans, named=named, writer=desk.writer(subject, {value for value, _ in values}))


def _batches(readings: Sequence[Reading], step: Step) -> Iterator[list[tuple[int, Window]]]:
    batch: list[tuple[int, Window]] = []
    length = 0
    for one in readings:
        for window in windows(one.parts()):
            batch.append((one.number, window))
            length += window.core
            if length >= TOGETHER:
                yield batch
                step(length)
                batch, length = [], 0
    if batch:
        yield batch
        step(length)


def _found(
    batch: Sequence[tuple[int, Window]], subject: str, desk: Desk, named: dict[int, set[str]]
) -> list[list[Span]]:
    texts = [window.text for _, window in batch]
    mentioned = set[tuple[str, str]]()
    for number, window in batch:
        here = desk.register.mentioned(window.text)
        named[number] |= desk.register.owners(here)
        mentioned |= here
    return notes.find_all(texts, desk.known(subject, mentioned), thorough=desk.thorough)


def _take(listed: list[Span], window: Window, found: Iterable[Span]) -> None:
    """Add the spans that begin in a window's core, in characters of the whole text."""
    last = listed[-1].end if listed else 0
    for one in found:
        start, end = one.start + window.origin, one.end + window.origin
        if window.start <= start < window.end and start >= last:
            listed.append(one._replace(start=start, end=end))
            last = end


def _search_again(readings: Sequence[Reading], spans: dict[int, list[Span]], values: Counter[tuple[str, Span]]) -> None:
    """Look for the values found most often in all of a record of which no more than a part was searched at once."""
    glossary, listed = "", []
    for (value, span), _ in values.most_common(GLOSSARY):
        listed.append(span._replace(start=len(glossary), end=len(glossary) + len(value)))
        glossary += f"{value}\n\n"
    for one in readings:
        before, after = spans[one.number], list[Span]()
        for window in windows(one.parts()):
            own = _within(before, window)
            _, more = consistency.again([glossary, window.text], [listed, own])
            _take(after, window, merge(window.text, [*own, *more]) if more else own)
        spans[one.number] = after


def _within(spans: Sequence[Span], window: Window) -> list[Span]:
    """Return the spans that lie in a window, in its own characters."""
    end = window.origin + len(window.text)
    at = bisect.bisect_left(spans, window.origin, key=lambda one: one.start)
    found = []
    while at < len(spans) and spans[at].end <= end:
        one = spans[at]
        found.append(one._replace(start=one.start - window.origin, end=one.end - window.origin))
        at += 1
    return found


# -- writing -----------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Progress:
    """How far a text is written, in characters read and in bytes written."""

    read: int = 0
    bytes_out: int = 0
    chars_out: int = 0


@dataclass(slots=True, kw_only=True)
class Page:
    """A text being written.

    Attributes:
        encoding: In which it is written.
        subject: Whose it is.
        surrogates: Where each begins in the output, in characters, and what it is.
    """

    encoding: Encoding
    subject: str = field(repr=False)
    marks: list[Mapping[str, object]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    pieces: list[Piece] = field(default_factory=list, repr=False)
    surrogates: list[tuple[int, str]] = field(default_factory=list, repr=False)


def clean(source: Source, target: BinaryIO, subject: str, record: Record, desk: Desk) -> Outcome:
    """Write a text without identifiers, and return what was done.

    Args:
        source: The file.
        target: Takes the bytes.
        subject: Whose it is.
        record: What ``search`` found.
        desk: This run's.
    """
    page = Page(encoding=source.encoding, subject=subject)
    noted = []
    try:
        spoken = _write(reading(source), target, page, record, desk)
    except UnicodeEncodeError:
        target.seek(0)
        target.truncate()
        page = Page(encoding=UTF_8, subject=subject)
        noted = ["encoding-changed"]
        spoken = _write(reading(source), target, page, record, desk)
    return Outcome(
        marks=page.marks,
        counts=page.counts,
        kept=page.kept,
        notes=noted,
        language=spoken,
        pieces=page.pieces if not noted else (),
        subjects=frozenset(record.named[source.number]),
        reread=lambda draft: reread(again(draft), page),
    )


def _write(one: Reading, target: BinaryIO, page: Page, record: Record, desk: Desk) -> str:
    target.write(page.encoding.mark)
    progress = _Progress(bytes_out=len(page.encoding.mark))
    spoken = ""
    for window in windows(one.parts()):
        if not progress.read:
            spoken = main_language(window.text)
        own = [one for one in _within(record.spans[one.number], window) if one.start + window.origin >= progress.read]
        start = progress.read - window.origin
        own = [one for one in own if one.start < window.before + window.core]
        end = max([window.before + window.core, *(one.end for one in own)])
        if start < end:
            moved = [one._replace(start=one.start - start, end=one.end - start) for one in own]
            done = notes.written_by(window.text[start:end], moved, record.writer, desk.policy)
            _note(page, done, (window.text[start:end], progress))
            target.write(done.text.encode(page.encoding.name))
            progress.read = window.origin + end
            progress.chars_out += len(done.text)
    return spoken


def _note(page: Page, done: notes.Scrubbed, at: tuple[str, _Progress]) -> None:
    text, progress = at
    name = page.encoding.name
    page.counts.update(done.counts)
    page.kept.update(one.kind.value.lower() for one in done.kept)
    read = 0
    for span, pair in zip(done.spans, done.pairs, strict=True):
        start, end = span.start + progress.read, span.end + progress.read
        page.marks.append({"start": start, "end": end, "kind": span.kind.value.lower(), "method": span.method})
        page.surrogates.append((progress.chars_out + pair.start, pair.written))
        progress.bytes_out += len(text[read : span.start].encode(name))
        length = len(pair.written.encode(name))
        page.pieces.append(
            Piece(
                subject=page.subject,
                start=progress.bytes_out,
                end=progress.bytes_out + length,
                original=pair.original.encode(name),
            )
        )
        progress.bytes_out += length
        read = span.end
    progress.bytes_out += len(text[read:].encode(name))


def main_language(text: str) -> str:
    """Return the language of most of a text, empty where there is none."""
    lengths = Counter[str]()
    for start, end, spoken in language.stretches(text):
        lengths[spoken] += end - start
    return lengths.most_common(1)[0][0] if lengths else ""


def reread(stream: Iterator[bytes], page: Page) -> Iterator[Written]:
    """Yield what was written, window by window, with the surrogates that begin in each or shortly before."""
    for window in windows(decoded(stream, page.encoding)):
        low = bisect.bisect_left(page.surrogates, (window.origin, ""))
        high = bisect.bisect_left(page.surrogates, (window.origin + len(window.text), ""))
        near = {written for _, written in page.surrogates[low:high]}
        cut = window.origin + len(window.text)
        near |= {written[: cut - start] for start, written in page.surrogates[max(low, high - 1) : high]}
        yield Written(text=window.text[window.before :], subject=page.subject, surrogates=frozenset(near))
