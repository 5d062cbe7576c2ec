"""Finds and replaces what identifies people in free text, in English, Chinese and Spanish."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from primum.privacy import ages, consistency, dates, known
from primum.privacy.folding import Folded, fold
from primum.privacy.known import Known
from primum.privacy.language import Stretch, languages, readings, stretches
from primum.privacy.merging import merge
from primum.privacy.rules import chinese, chinese_belief, english, english_belief, english_growth, spanish, universal
from primum.privacy.rules.scanning import Seen
from primum.privacy.spans import POLICIES, Kind, Policy, Span
from primum.privacy.surrogates import Identity, Writer, tag
from primum.privacy.tagger import tagger
from primum.privacy.titles import title_of, with_titles

NOBODY = Known()
SAFE_HARBOR = POLICIES["safe-harbor"]
_YEAR = re.compile(r"(?:(?:the\s+)?year\s+|(?:el\s+)?año\s+)?(?:18|19|20)\d\d(?:s|年)?", re.IGNORECASE)
RULES: Mapping[str, Callable[[Seen], list[Span]]] = {
    "en": english.find_in,
    "es": lambda seen: spanish.find(seen.text),
    "zh": lambda seen: chinese.find(seen.text),
}
BELIEFS: Mapping[str, Callable[[str, list[Span]], list[Span]]] = {
    "en": english_belief.believed,
    "zh": chinese_belief.believed,
}
"""Which of a tagger's finds are believed."""


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
    found = _merged([one.text for one in folded], identifiers, thorough)
    return _again(folded, found)


def find_each(texts: Sequence[str], *, thorough: Finder | None = None) -> list[list[Span]]:
    """Return what ``find`` gives for each text by itself, of subjects who have nothing to do with each other.

    Texts are read together, so that many short ones take less time than one after the other.
    """
    folded = [fold(text) for text in texts]
    found = _merged([one.text for one in folded], NOBODY, thorough)
    return [_again([one], [spans])[0] for one, spans in zip(folded, found, strict=True)]


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
    for span in spans if Kind.TITLE in policy.replaced else with_titles(text, spans, spoken.at):
        original = text[span.start : span.end]
        if not _is_replaced(original, span.kind, policy):
            kept.append(span)
            continue
        is_hidden = span.kind is Kind.AGE and Kind.AGE in policy.replaced
        title = title_of(original) if span.kind is Kind.NAME else ""
        value = original[len(title) :]
        written = title + (tag(span.kind) if is_hidden else writer.write(value, span.kind, spoken.at(span.start)))
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


def _again(folded: Sequence[Folded], found: list[list[Span]]) -> list[list[Span]]:
    """Return finds in the texts of one subject and where else these stand, in the characters of the originals."""
    more = consistency.again([one.text for one in folded], found)
    return [
        [one.original(span) for span in (merge(one.text, [*spans, *others]) if others else spans)]
        for one, spans, others in zip(folded, found, more, strict=True)
    ]


def _merged(texts: Sequence[str], identifiers: Known, thorough: Finder | None) -> list[list[Span]]:
    """Return what all finders together find in each text."""
    spoken = [readings(text) for text in texts]
    found = _by_rules(texts, spoken)
    if identifiers.pairs:
        found = [spans + known.find(text, identifiers) for text, spans in zip(texts, found, strict=True)]
    for language in {one for some in spoken for _, _, one in some if tagger.is_there(one)}:
        parts = [(at, begin, end) for at, some in enumerate(spoken) for begin, end, one in some if one == language]
        read = [texts[at][begin:end] for at, begin, end in parts]
        for (at, begin, _), part, marked in zip(parts, read, tagger.find_each(read, language), strict=True):
            believed = BELIEFS[language](part, marked) if language in BELIEFS else marked
            found[at] += [_moved(one, begin) for one in believed]
    if thorough:
        found = [spans + thorough.find(text) for text, spans in zip(texts, found, strict=True)]
    for text, spans, some in zip(texts, found, spoken, strict=True):
        if any(language == "en" for _, _, language in some):
            spans += list(english_growth.grown(text, spans))
    return [merge(text, spans) for text, spans in zip(texts, found, strict=True)]


def _by_rules(texts: Sequence[str], spoken: Sequence[Sequence[Stretch]]) -> list[list[Span]]:
    """Return what the rules for the languages of each text find, in any order; one set of rules after the other."""
    seen = Seen.each(texts)
    found = [universal.find_in(one) for one in seen]
    for one, text, spans, some in zip(seen, texts, found, spoken, strict=True):
        for language in languages(text, some):
            spans.extend(RULES[language](one))
    for one, spans in zip(seen, found, strict=True):
        spans.extend(Span(start, end, Kind.DATE, "rule:date") for start, end in dates.places(one))
    return found


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by, span.kind, span.method) if by else span
