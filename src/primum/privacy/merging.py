"""Many finds made one answer: whole words, nothing overlapping, nothing half masked."""

import re
from collections.abc import Iterable, Iterator

from primum.privacy.edges import LETTER
from primum.privacy.spans import Kind, Span

SOFT = frozenset({Kind.AGE, Kind.SEX, Kind.FAMILY, Kind.PROFESSION, Kind.NATIONALITY, Kind.TITLE, Kind.REGION})
"""Kinds that some policy keeps: they give way to all others, so that keeping them leaves nothing standing."""
STRENGTH = (
    Kind.URL, Kind.EMAIL, Kind.NATIONAL_ID, Kind.PHONE, Kind.FAX, Kind.RECORD_NUMBER, Kind.INSURANCE, Kind.ACCOUNT,
    Kind.LICENCE, Kind.VEHICLE, Kind.DEVICE, Kind.BIOMETRIC, Kind.IP, Kind.SOCIAL, Kind.BED, Kind.STREET,
    Kind.HOSPITAL, Kind.NAME, Kind.ORGANISATION, Kind.PLACE, Kind.POSTCODE, Kind.DATE, Kind.OTHER_ID,
)  # fmt: skip
"""Of equally long finds the first of these names the whole."""
METHODS = ("known", "checksum", "rule", "lexicon", "consistency", "thorough", "tagger")
"""Of equally long finds, the one found by the first of these names the whole, before ``STRENGTH`` is asked."""
_KIND_RANKS = {kind: at for at, kind in enumerate(STRENGTH)}
_METHOD_RANKS = {method: at for at, method in enumerate(METHODS)}
NUMBERS = frozenset(
    {
        Kind.PHONE, Kind.FAX, Kind.NATIONAL_ID, Kind.RECORD_NUMBER, Kind.INSURANCE, Kind.ACCOUNT, Kind.LICENCE,
        Kind.VEHICLE, Kind.DEVICE, Kind.OTHER_ID,
    }
)  # fmt: skip
"""Kinds whose parts are held together by hyphens, dots and strokes."""
PLACES = frozenset({Kind.STREET, Kind.PLACE, Kind.POSTCODE})
"""Kinds of which an address is made."""
LONGEST_WORD = 64
"""An edge grows by no more, so that a text without spaces costs no more than another."""

_TAG = re.compile(rf"\[(?:{'|'.join(Kind)})\]|(?<!\d)\d{{3}}\*\*|(?<!\d)90\+|(?:90|九十)[周]?[岁歲]以上")
_IN_TAGS = ("[", "**", "90+", "以上")
_LETTERS = frozenset(re.findall(f"[{LETTER}]", "".join(map(chr, range(0x250)))))
_LEARNED = ("tagger", "thorough")
_SMALL = "de|del|la|el|los|las|un|una|y|e|con|a|al|en|su|que|no|the|of|and|an|in|on|at|with|to|for|by|from|is|was"
_SMALL_AHEAD = re.compile(rf"(?:(?:{_SMALL})\s+)+")
_SMALL_BEHIND = re.compile(rf"(?:\s+(?:{_SMALL}))+\Z")
_TITLE = re.compile(
    r"(?P<title>(?:mr|mrs|ms|miss|mx|drs?|prof|professor|doctor|sir|sra?|srta|dra|don|doña|dña|nurse)\b\.?)\s+",
    re.IGNORECASE,
)
_STOPS = frozenset(".,;:，。；：、")
_JOINERS = frozenset("-/.'")
_NUMBER = (
    re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Za-z]*\d[0-9A-Za-z]*[\-/.])+\Z"),
    re.compile(r"(?:[\-/.][0-9A-Za-z]*\d[0-9A-Za-z]*)+"),
)
_NAME = (
    re.compile(rf"(?<![{LETTER}])(?:[A-ZÀ-ÖØ-Þ][{LETTER}]*[\-'])+\Z"),
    re.compile(rf"(?:-[A-ZÀ-ÖØ-Þ][{LETTER}]*)+"),
)
_PARTS = {Kind.NAME: _NAME} | dict.fromkeys(NUMBERS, _NUMBER)
"""What may belong to a find before and after it."""
_POSSESSIVE = re.compile(rf"'[sS](?![{LETTER}])")
_SAME_GAP = re.compile(r"[ \t]{0,2}")
_LIST_GAP = re.compile(r"[ \t]*[,，、]?[ \t]*(?:\r?\n)?[ \t]*")


def merge(text: str, found: Iterable[Span]) -> list[Span]:
    """Return finds in order, overlapping ones made one, tags of an earlier scrubbing left alone.

    Of overlapping finds the longest gives kind and method. Kinds that may be kept give way to those that never are;
    what is left of them beside stays a find. A state or country beside a part of an address is one itself.
    """
    done = [match.span() for match in _TAG.finditer(text)] if any(sign in text for sign in _IN_TAGS) else []
    spans = sorted({_whole(text, one) for one in found if one.start < one.end})
    spans = _apart(spans, done)
    hard = _united(one for one in spans if one.kind not in SOFT)
    soft = _united(one for one in spans if one.kind in SOFT)
    joined = _joined(text, sorted([*hard, *_clipped(soft, hard)]))
    trimmed = (_trimmed(text, one) if one.method.startswith(_LEARNED) else one for one in joined)
    return [part for one in trimmed for part in _titled(text, one)]


def _titled(text: str, span: Span) -> Iterator[Span]:
    """Yield a name and, as a find of its own, the title before it."""
    title = _TITLE.match(text, span.start, span.end) if span.kind is Kind.NAME else None
    if title is None or title.end() == span.end:
        yield span
        return
    yield Span(span.start, title.end("title"), Kind.TITLE, span.method)
    yield Span(title.end(), span.end, Kind.NAME, span.method)


def _whole(text: str, span: Span) -> Span:
    """Return a find grown to whole words; the possessive after a name is no part of it."""
    start, end = _stripped(text, span.start, span.end)
    start, end = _grown(text, start, end, span.kind)
    if span.kind is Kind.NAME:
        if end - start > 2 and _POSSESSIVE.fullmatch(text, end - 2, end):  # noqa: PLR2004 - the length of 's
            end -= 2
    elif span.kind in {Kind.HOSPITAL, Kind.ORGANISATION, Kind.STREET, Kind.PLACE} and _POSSESSIVE.match(text, end):
        end += 2
    return span if (start, end) == (span.start, span.end) else Span(start, end, span.kind, span.method)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """Return edges without the spaces and stops of the sentence around."""
    while end > start + 1 and (text[end - 1].isspace() or text[end - 1] in _STOPS):
        end -= 1
    while start < end - 1 and (text[start].isspace() or text[start] in _STOPS):
        start += 1
    return start, end


def _trimmed(text: str, span: Span) -> Span:
    """Return a find without the articles and prepositions that a learned finder may take along."""
    behind = _SMALL_BEHIND.search(text, max(span.start, span.end - LONGEST_WORD), span.end)
    end = behind.start() if behind and behind.start() > span.start else span.end
    ahead = _SMALL_AHEAD.match(text, span.start, end) if span.kind in SOFT | {Kind.DATE} else None
    start = ahead.end() if ahead and ahead.end() < end else span.start
    return Span(*_stripped(text, start, end), span.kind, span.method)


def _grown(text: str, start: int, end: int, kind: Kind) -> tuple[int, int]:
    """Return edges moved outwards to where a word ends, and over what holds the parts of a number or name together."""
    start, end = _to_edges(text, start, end)
    behind, ahead = _PARTS.get(kind, (None, None))
    if behind and text[start - 1 : start] in _JOINERS:
        before = max(0, start - LONGEST_WORD)
        match = behind.search(text[before:start])
        start = before + match.start() if match else start
    if ahead and text[end : end + 1] in _JOINERS:
        match = ahead.match(text, end, end + LONGEST_WORD)
        end = match.end() if match else end
    return start, end


def _to_edges(text: str, start: int, end: int) -> tuple[int, int]:
    if text[start] in _LETTERS:
        last = max(0, start - LONGEST_WORD)
        while start > last and text[start - 1] in _LETTERS:
            start -= 1
    if text[end - 1] in _LETTERS:
        last = min(len(text), end + LONGEST_WORD)
        while end < last and text[end] in _LETTERS:
            end += 1
    return start, end


def _apart(spans: list[Span], taken: list[tuple[int, int]]) -> list[Span]:
    """Return those of sorted spans that touch nothing that is taken, which is sorted too."""
    if not taken:
        return spans
    kept, at = [], 0
    for one in spans:
        while at < len(taken) and taken[at][1] <= one.start:
            at += 1
        if at == len(taken) or taken[at][0] >= one.end:
            kept.append(one)
    return kept


def _rank(span: Span) -> tuple[int, bool, int, int]:
    by = _METHOD_RANKS.get(span.method.partition(":")[0], len(METHODS))
    return span.start - span.end, span.kind is Kind.OTHER_ID, by, _KIND_RANKS.get(span.kind, len(STRENGTH))


def _united(spans: Iterable[Span]) -> list[Span]:
    """Return sorted spans, overlapping ones made one under the name of the strongest."""
    groups: list[tuple[int, int, Span]] = []
    for one in spans:
        if groups and one.start < groups[-1][1]:
            start, end, best = groups[-1]
            groups[-1] = (start, max(end, one.end), min(best, one, key=_rank))
        else:
            groups.append((one.start, one.end, one))
    return [Span(start, end, best.kind, best.method) for start, end, best in groups]


def _clipped(soft: list[Span], hard: list[Span]) -> list[Span]:
    """Return what is left of soft finds beside hard ones; both sorted and free of overlaps."""
    left: list[Span] = []
    at = 0
    for one in soft:
        start = one.start
        while at < len(hard) and hard[at].end <= start:
            at += 1
        beside = at
        while beside < len(hard) and hard[beside].start < one.end:
            if start < hard[beside].start:
                left.append(Span(start, hard[beside].start, one.kind, one.method))
            start = max(start, hard[beside].end)
            beside += 1
        if start < one.end:
            left.append(Span(start, one.end, one.kind, one.method))
    return left


def _joined(text: str, spans: list[Span]) -> list[Span]:
    """Return spans with the parts of one name, number or address put together."""
    joined: list[Span] = []
    for one in _addressed(text, spans):
        last = joined[-1] if joined else None
        if last is not None and last.kind is one.kind and _is_one(text, last, one):
            joined[-1] = Span(last.start, one.end, last.kind, last.method)
        else:
            joined.append(one)
    return joined


def _addressed(text: str, spans: list[Span]) -> list[Span]:
    """Return spans, the states and countries beside parts of an address, or beside others that are, parts as well."""
    spans = list(spans)
    forward = range(1, len(spans))
    for at in (*forward, *reversed(forward)) if any(one.kind is Kind.REGION for one in spans) else ():
        if _is_address(text, spans[at - 1], spans[at]):
            spans[at - 1 : at + 1] = _as_place(spans[at - 1]), _as_place(spans[at])
    return spans


def _is_address(text: str, last: Span, one: Span) -> bool:
    kinds = {last.kind, one.kind}
    is_in_part = Kind.REGION in kinds and not kinds.isdisjoint(PLACES)
    return is_in_part and _are_parted(text, last, one, _LIST_GAP)


def _as_place(span: Span) -> Span:
    return Span(span.start, span.end, Kind.PLACE, span.method) if span.kind is Kind.REGION else span


def _is_one(text: str, last: Span, one: Span) -> bool:
    gap = _LIST_GAP if one.kind in PLACES | {Kind.DATE} else _SAME_GAP
    return one.kind not in SOFT and _are_parted(text, last, one, gap)


def _are_parted(text: str, last: Span, one: Span, gap: re.Pattern[str]) -> bool:
    return one.start - last.end <= LONGEST_WORD and gap.fullmatch(text, last.end, one.start) is not None
