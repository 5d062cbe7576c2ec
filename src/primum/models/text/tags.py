"""Tags of words: documents with labels, how they are read from files and spans, and how good a tagging is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from primum.domain.mentions import runs
from primum.errors import DataError

OUTSIDE = "O"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Sentences of words, and a tag for each word where they are known.

    Attributes:
        sentences: Words, sentence by sentence; no sentence is empty.
        tags: ``O``, ``B-<kind>`` or ``I-<kind>`` for each word, in the same shape; empty where they are not known.
    """

    sentences: tuple[tuple[str, ...], ...] = field(repr=False)
    tags: tuple[tuple[str, ...], ...] = field(repr=False, default=())


Entity = tuple[int, int, str]
"""First word, one past the last, kind."""


def entities(tags: Sequence[str]) -> list[Entity]:
    """Return what a sentence's tags mark, in order; an ``I`` that continues nothing begins an entity.

    Source:
        Tjong Kim Sang & De Meulder 2003, CoNLL (an entity is right where its words and kind are).
    """
    return list(runs(tags))


def begun(tags: Sequence[str]) -> list[str]:
    """Return tags in which every entity begins with ``B`` (IOB2), from those in which only neighbours do (IOB1)."""
    found = [OUTSIDE] * len(tags)
    for start, end, kind in entities(tags):
        found[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (end - start - 1)]
    return found


def tagged(words: Sequence[tuple[int, int]], spans: Iterable[tuple[int, int, str]]) -> list[str]:
    """Return a tag a word for spans of characters.

    Args:
        words: Where each word begins and ends in the text.
        spans: Start, end and kind of what is marked.

    Raises:
        DataError: A span begins or ends within a word, is empty, holds no word, or overlaps another.
    """
    starts = {start: at for at, (start, _) in enumerate(words)}
    ends = {end: at for at, (_, end) in enumerate(words)}
    found = [OUTSIDE] * len(words)
    for start, end, kind in spans:
        if start not in starts or end not in ends or start >= end:
            raise DataError(
                f"The mark of characters {start} to {end} ({kind}) does not begin and end where words do.",
                remedy="Correct the mark: count characters from 0, the end one past the last, without blanks around.",
            )
        first, last = starts[start], ends[end]
        if any(one != OUTSIDE for one in found[first : last + 1]):
            raise DataError(
                f"The mark of characters {start} to {end} ({kind}) overlaps another.",
                remedy="Keep one of the two marks; a word has one tag.",
            )
        found[first : last + 1] = [f"B-{kind}", *[f"I-{kind}"] * (last - first)]
    return found


def columns(lines: Iterable[str], *, tag: int = -1) -> Iterator[Document]:
    """Yield the documents of a file with one word a line, as of the CoNLL shared tasks; IOB1 and IOB2 are both read.

    Args:
        lines: Columns parted by blanks or tabs; an empty line ends a sentence, ``-DOCSTART-`` a document. A file
            without such marks is one document.
        tag: Which column holds the tag.

    Raises:
        DataError: A line has no tag, or one that is none.
    """
    sentences: list[tuple[str, ...]] = []
    tags: list[tuple[str, ...]] = []
    words: list[tuple[str, str]] = []
    for number, line in enumerate([*lines, "", "-DOCSTART-"], start=1):
        parts = line.split()
        if parts and not parts[0].startswith("-DOCSTART-"):
            words.append((parts[0], _checked(parts, tag, number)))
            continue
        if words:
            sentences.append(tuple(word for word, _ in words))
            tags.append(tuple(begun([one for _, one in words])))
            words = []
        if parts and sentences:
            yield Document(sentences=tuple(sentences), tags=tuple(tags))
            sentences, tags = [], []


def _checked(parts: Sequence[str], tag: int, number: int) -> str:
    fault = "has no tag" if len(parts) < 2 else "has a tag that is neither O nor B-<kind> nor I-<kind>"  # noqa: PLR2004
    try:
        found = parts[tag] if len(parts) > 1 else ""
    except IndexError:
        found = ""
    if found == OUTSIDE or (found[:2] in {"B-", "I-"} and found[2:]):
        return found
    raise DataError(
        f"Line {number} {fault}.",
        remedy="Write one word a line with its tag in the last column, for instance B-Disease.",
    )


def labels(documents: Iterable[Document]) -> tuple[str, ...]:
    """Return all labels that documents need: ``O``, then ``B`` and ``I`` of each kind in order of the alphabet."""
    kinds = sorted({one[2:] for document in documents for tags in document.tags for one in tags if one != OUTSIDE})
    return (OUTSIDE, *(f"{begin}-{kind}" for kind in kinds for begin in "BI"))


def counts(truth: Sequence[Sequence[str]], told: Sequence[Sequence[str]]) -> Mapping[str, tuple[int, int, int]]:
    """Return by kind how many entities are right, how many were told, and how many there are.

    Args:
        truth: Tags, sentence by sentence.
        told: What a tagger says of the same words.
    """
    found: dict[str, list[int]] = {}
    for real, said in zip(truth, told, strict=True):
        wanted, given = set(entities(real)), set(entities(said))
        for place, group in enumerate((wanted & given, given, wanted)):
            for _, _, kind in group:
                found.setdefault(kind, [0, 0, 0])[place] += 1
    return {kind: (one[0], one[1], one[2]) for kind, one in sorted(found.items())}


def f1(right: int, told: int, wanted: int) -> float:
    """Return the harmonic mean of precision and recall; 0 where nothing is right.

    Source:
        van Rijsbergen 1979, Information Retrieval, ch. 7.
    """
    return 2 * right / (told + wanted) if told + wanted else 0.0
