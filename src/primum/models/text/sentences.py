"""Sentences of words in running text, for models that read a note sentence by sentence."""

import re
from collections.abc import Sequence

from primum.domain.tokens import Ints, Texts
from primum.models.text.tags import Document

LONGEST = 40
"""Words after which a sentence is cut, so that any sentence fits into a window of an encoder."""
_STOP = re.compile(r"[.!?。！？；;]+\Z")
_LINE = re.compile(r"[\n\r]")


def sentences(text: str, spans: Sequence[tuple[int, int]]) -> list[range]:
    """Return the words of each sentence: up to a full stop that a blank or Han text follows, or the end of a line.

    Args:
        text: A document.
        spans: Where each of its words and other signs begins and ends.
    """
    found, first = [], 0
    for at, (_, end) in enumerate(spans):
        if at + 1 == len(spans):
            break
        following = spans[at + 1][0]
        gap, word = text[end:following], text[spans[at][0] : end]
        stops = bool(_STOP.match(word)) and (bool(gap) or word in "。！？；") and not text[following].islower()
        if stops or _LINE.search(gap) or at + 1 - first >= LONGEST:
            found.append(range(first, at + 1))
            first = at + 1
    return [*found, range(first, len(spans))] if spans else []


def documents(texts: Texts, outcome: Ints, owner: Ints, labels: Sequence[str]) -> list[Document]:
    """Return notes as sentences of words, each word with its label.

    Args:
        texts: The notes.
        outcome: Label index of each word, shape (units,).
        owner: The note in which each word lies, shape (units,).
        labels: Names, in the order of the indices.
    """
    found = []
    for row in range(len(texts)):
        names = [labels[one] for one in outcome[owner == row].tolist()]
        document = plain(texts, row)
        tags, at = [], 0
        for sentence in document.sentences:
            tags.append(tuple(names[at : at + len(sentence)]))
            at += len(sentence)
        found.append(Document(sentences=document.sentences, tags=tuple(tags)))
    return found


def plain(texts: Texts, row: int) -> Document:
    """Return one note as sentences of words, without labels."""
    text, spans = texts.document(row), texts.units(row)
    words = [text[start:end] for start, end in spans]
    return Document(sentences=tuple(tuple(words[one.start : one.stop]) for one in sentences(text, spans)))
