"""The title before a name goes with it: ``Mr. Wong`` names one person, and a title says more than it seems."""

import re
from collections.abc import Callable, Iterable

from primum.privacy.spans import Kind, Span

LONGEST = 16
"""Signs before a name in which its title is looked for."""
_TITLE = r"(?:mr|mrs|ms|miss|mx|drs?|prof|professor|doctor|sir|nurse)\b\.?[ \t]{1,2}"
_BEFORE = re.compile(rf"(?<![\w.]){_TITLE}\Z", re.IGNORECASE)
_AT_FIRST = re.compile(_TITLE, re.IGNORECASE)


def with_titles(text: str, spans: Iterable[Span], spoken: Callable[[int], str]) -> list[Span]:
    """Return finds in which the English title before a name is part of it.

    Args:
        text: What was read.
        spans: Finds in order, not overlapping.
        spoken: Says the language at a place; Spanish titles are left as they are.
    """
    joined: list[Span] = []
    for span in spans:
        one = _titled(text, span) if span.kind is Kind.NAME and spoken(span.start) == "en" else span
        if joined and joined[-1].kind is Kind.TITLE and one.start <= joined[-1].start:
            joined.pop()
        if joined and one.start < joined[-1].end:
            one = span
        joined.append(one)
    return joined


def title_of(name: str) -> str:
    """Return the title with which a name begins, and the space after it; empty where there is none."""
    match = _AT_FIRST.match(name)
    return match[0] if match and match.end() < len(name) else ""


def _titled(text: str, span: Span) -> Span:
    title = _BEFORE.search(text, max(0, span.start - LONGEST), span.start)
    return Span(title.start(), span.end, span.kind, span.method) if title else span
