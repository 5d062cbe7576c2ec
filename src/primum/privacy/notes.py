"""Finds and replaces what identifies people in free text, in English, Chinese and Spanish."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from primum.privacy import ages, consistency, dates, known
from primum.privacy.folding import fold
from primum.privacy.known import Known
from primum.privacy.language import languages, stretches
from primum.privacy.merging import merge
from primum.privacy.rules import chinese, chinese_belief, english, spanish, universal
from primum.privacy.spans import POLICIES, Kind, Policy, Span
from primum.privacy.surrogates import Identity, Writer, tag
from primum.privacy.tagger import tagger

NOBODY = Known()
SAFE_HARBOR = POLICIES["safe-harbor"]
_YEAR = re.compile(r"(?:(?:the\s+)?year\s+|(?:el\s+)?año\s+)?(?:18|19|20)\d\d(?:s|年)?", re.IGNORECASE)
RULES: Mapping[str, Callable[[str], list[Span]]] = {"en": english.find, "es": spanish.find, "zh": chinese.find}


class Finder(Protocol):
    """Something that reads a text and says what identifies people in it."""

    def find(self, text: str) -> list[Span]:
        """Return spans in any order; they may overlap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What is needed to put one original back.

    Attributes:
        start: Where what was written begins in the scrubbed text.
        written: What stands there.
        original: What stood there; it identifies, keep it where only the custodian reads.
    """

    start: int
    written: str
    original: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed:
    """A text without identifiers.

    Attributes:
        text: Identifiers replaced, dates moved, ages and postcodes made coarse.
        spans: What was replaced, in the characters of the original.
        kept: What was found and may stay under the policy, likewise.
        counts: Kind in lower case to how many stretches were replaced.
        pairs: For ``restore``; never log them.
    """

    text: str
    spans: tuple[Span, ...]
    kept: tuple[Span, ...]
    counts: Mapping[str, int]
    pairs: tuple[Pair, ...] = field(repr=False)

    @property
    def written(self) -> set[str]:
        """What was written into the text, for who searches it for what is left."""
        return {one.written for one in self.pairs}


def find(text: str, identifiers: Known = NOBODY, *, thorough: Finder | None = None) -> list[Span]:
    """Return all that identifies people in a text, in order and not overlapping, in the text's own characters.

    Args:
        text: Free text in English, Chinese or Spanish, or mixed.
        identifiers: What identifies the subject; it is found in all its spellings.
        thorough: Asked as well, for instance ``transformer.Transformer``.
    """
    return find_all([text], identifiers, thorough=thorough)[0]


def find_all(texts: Sequence[str], identifiers: Known = NOBODY, *, thorough: Finder | None = None) -> list[list[Span]]:
    """Return what ``find`` gives for each text of one subject; what is found once is found in all of them."""
    folded = [fold(text) for text in texts]
    found = []
    for one in folded:
        spans = _found(one.text, identifiers) + (thorough.find(one.text) if thorough else [])
        found.append(merge(one.text, spans))
    more = consistency.again([one.text for one in folded], found)
    return [
        [one.original(span) for span in (merge(one.text, [*spans, *others]) if others else spans)]
        for one, spans, others in zip(folded, found, more, strict=True)
    ]


def scrub(
    text: str,
    identifiers: Known,
    identity: Identity,
    policy: Policy = SAFE_HARBOR,
    *,
    thorough: Finder | None = None,
) -> Scrubbed:
    """Return a text without identifiers, its dates moved."""
    return scrub_all([text], identifiers, identity, policy, thorough=thorough)[0]


def scrub_all(
    texts: Sequence[str],
    identifiers: Known,
    identity: Identity,
    policy: Policy = SAFE_HARBOR,
    *,
    thorough: Finder | None = None,
) -> list[Scrubbed]:
    """Return the texts of one subject without identifiers, as ``scrub`` does; what is found once is replaced in all."""
    found = find_all(texts, identifiers, thorough=thorough)
    originals = {value for _, value in identifiers.pairs} | {
        text[one.start : one.end] for text, spans in zip(texts, found, strict=True) for one in spans
    }
    writer = Writer(identity, originals, month_first=dates.is_month_first(texts))
    return [written_by(text, spans, writer, policy) for text, spans in zip(texts, found, strict=True)]


def written_by(text: str, spans: Sequence[Span], writer: Writer, policy: Policy = SAFE_HARBOR) -> Scrubbed:
    """Return a text with the spans that a policy names replaced.

    Args:
        text: The original.
        spans: As ``find`` gives them.
        writer: Says what is written instead.
        policy: Says what may stay.
    """
    replaced, kept, pairs, parts = [], [], [], []
    at = length = 0
    spoken = _Spoken(text)
    for span in spans:
        original = text[span.start : span.end]
        if not _is_replaced(original, span.kind, policy):
            kept.append(span)
            continue
        is_hidden = span.kind is Kind.AGE and Kind.AGE in policy.replaced
        written = tag(span.kind) if is_hidden else writer.write(original, span.kind, spoken.at(span.start))
        parts += [text[at : span.start], written]
        length += span.start - at
        pairs.append(Pair(start=length, written=written, original=original))
        length += len(written)
        replaced.append(span)
        at = span.end
    counts = Counter(one.kind.value.lower() for one in replaced)
    return Scrubbed(
        text="".join([*parts, text[at:]]),
        spans=tuple(replaced),
        kept=tuple(kept),
        counts=dict(sorted(counts.items())),
        pairs=tuple(pairs),
    )


def restore(text: str, pairs: Sequence[Pair]) -> str:
    """Return the original of a scrubbed text."""
    parts, at = [], 0
    for one in pairs:
        parts += [text[at : one.start], one.original]
        at = one.start + len(one.written)
    return "".join([*parts, text[at:]])


class _Spoken:
    """Which language is spoken where in a text."""

    def __init__(self, text: str) -> None:
        self._stretches = stretches(text)
        self._starts = [start for start, _, _ in self._stretches]

    def at(self, place: int) -> str:
        return self._stretches[bisect_right(self._starts, place) - 1][2]


def _is_replaced(original: str, kind: Kind, policy: Policy) -> bool:
    if kind is Kind.AGE:
        return kind in policy.replaced or ages.is_old(original, policy.oldest)
    if kind is Kind.DATE and _YEAR.fullmatch(original):
        return policy.years
    return kind in policy.replaced


def _found(text: str, identifiers: Known) -> list[Span]:
    """Return what every finder for the languages of a text finds, in any order."""
    spoken = stretches(text)
    found = known.find(text, identifiers) + universal.find(text)
    for language in languages(text, spoken):
        found += RULES[language](text)
    for begin, end, language in spoken:
        if tagger.is_there(language):
            part = text[begin:end]
            marked = tagger.find(part, language)
            believed = chinese_belief.believed(part, marked) if language == "zh" else marked
            found += [_moved(one, begin) for one in believed]
    return found + [Span(one.start, one.end, Kind.DATE, "rule:date") for one in dates.find(text)]


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by, span.kind, span.method) if by else span
