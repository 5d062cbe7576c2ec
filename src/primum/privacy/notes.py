"""Finds and replaces what identifies people in free text, in English, Chinese and Spanish."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from primum.privacy import dates, known, names
from primum.privacy.known import Known
from primum.privacy.rules.shapes import RULES

STRENGTH = ("URL", "EMAIL", "PHONE", "ID", "ADDRESS", "NAME", "AGE", "DATE")
"""Of overlapping finds the first of these names the whole."""
_DONE = re.compile(rf"\[(?:{'|'.join(STRENGTH)})\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed:
    """A text without identifiers.

    Attributes:
        text: Identifiers replaced by tags such as ``[NAME]``, dates moved.
        spans: Tag in lower case to how many stretches it replaced; ``date`` counts the moved ones too.
    """

    text: str
    spans: Mapping[str, int]


def scrub(text: str, identifiers: Known, days: int) -> Scrubbed:
    """Return a text without identifiers, its dates moved.

    What is known of the subject is found in all its spellings; strangers' names, numbers and addresses are found by
    rule. Overlapping finds are replaced as one, so that no end of an identifier is left standing. Scrubbing again finds
    nothing but dates.

    Args:
        text: Free text in English, Chinese or Spanish, or mixed.
        identifiers: What identifies the subject.
        days: The subject's date shift.
    """
    spans, moved = _merged(text, identifiers), {one.start: one for one in dates.find(text)}
    parts, at, counts = [], 0, Counter[str]()
    for start, end, tag in spans:
        one = moved.get(start)
        is_date = tag == "DATE" and one is not None and one.end == end
        parts += [text[at:start], dates.moved(one, days) if is_date and one is not None else f"[{tag}]"]
        counts[tag.lower()] += 1
        at = end
    return Scrubbed(text="".join([*parts, text[at:]]), spans=dict(sorted(counts.items())))


def _merged(text: str, identifiers: Known) -> list[tuple[int, int, str]]:
    """Return stretches to be replaced in order, overlapping ones made one."""
    done = [match.span() for match in _DONE.finditer(text)]
    merged: list[tuple[int, int, str]] = []
    for start, end, tag in sorted(_found(text, identifiers)):
        if start == end or any(start < stop and end > begin for begin, stop in done):
            continue
        if merged and start < merged[-1][1]:
            before = merged.pop()
            merged.append((before[0], max(end, before[1]), min(before[2], tag, key=STRENGTH.index)))
        else:
            merged.append((start, end, tag))
    return merged


def _found(text: str, identifiers: Known) -> list[tuple[int, int, str]]:
    found = known.find(text, identifiers)
    for tag, rule, holds in RULES:
        for match in rule.finditer(text):
            group = "x" if "x" in rule.groupindex else 0
            if holds(match.group(group)):
                found.append((*match.span(group), tag))
    found += [(start, end, "NAME") for start, end in names.spans(text)]
    return found + [(one.start, one.end, "DATE") for one in dates.find(text)]
