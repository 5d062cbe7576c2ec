"""What a model keeps of its development part, and why a record unlike it is not one to answer, in plain words.

Nothing that is one subject's is kept: a range ends, and a word counts, where enough subjects share it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from primum.domain.study import Column, Words
from primum.domain.tokens import Cells, Floats, Pictures, Texts, Tokens, cells_of, words
from primum.models.outside import Gate, filled
from primum.plugins import Scorer

FAR = 1.0
"""Widths of the development range beyond its ends from which on a value is unlike anything learnt from."""
MISSING_AT_MOST = 0.5
FAMILIAR_AT_LEAST = 0.5
"""Share of a document's words that the development part must hold for the model to answer."""

TOO_MANY_MISSING = Words(
    en="{missing} of {places} values are missing; the model answers only where at most {most:.0%} are.",
    zh="{places} 项数值中缺失 {missing} 项；缺失不超过 {most:.0%} 时模型才作答。",
)
FAR_OUTSIDE = Words(
    en="{label} lies far outside the range the model learned from.",
    zh="{label}远超出模型学习过的范围。",
)
EMPTY = Words(en="There is no word to read.", zh="没有可读的文字。")
UNFAMILIAR = Words(
    en="Only {share:.0%} of the words are among those the model learned from; it answers from {least:.0%} on.",
    zh="仅 {share:.0%} 的词语属于模型学习过的词语；达到 {least:.0%} 时模型才作答。",
)


def kept_of(development: Tokens, smallest: int) -> dict[str, Any]:
    """Return what the card keeps of the development part: typical values and ranges, or words that enough use.

    Args:
        development: What the scorer was fitted on.
        smallest: What fewer subjects share is not kept.
    """
    if isinstance(development, Texts):
        return {"familiar": familiar(development.documents, smallest), "familiar_at_least": FAMILIAR_AT_LEAST}
    if isinstance(development, Pictures):
        return {}
    cells = cells_of(development)
    return {"reference": typical(cells), "range": ranges(cells, smallest), "missing_at_most": MISSING_AT_MOST}


def doubts(tokens: Tokens, card: Mapping[str, Any], gate: Gate | None, scorer: Scorer) -> list[list[Words]]:
    """Return for each subject why its input is not one to answer, empty where it is.

    Args:
        tokens: The subjects.
        card: ``model.json``.
        gate: Of a model of pictures.
        scorer: May tell what it makes of a picture.

    Raises:
        DataError: A picture has other channels or axes than the model reads.
    """
    if isinstance(tokens, Texts):
        return [_unread(one, card) for one in tokens.documents]
    if isinstance(tokens, Pictures) and gate is not None:
        return gate.doubts(tokens, scorer)
    return [_strange(row, card) for row in cells_of(tokens).values]


def typical(tokens: Cells) -> list[float]:
    """Return a typical value a place: the median of numbers, the commonest category; 0 where nothing is known."""
    found = []
    for place, column in enumerate(tokens.columns):
        known = _known(tokens, place)
        if not known.size:
            found.append(0.0)
        elif column.categories:
            found.append(float(np.bincount(known.astype(np.int64)).argmax()))
        else:
            found.append(float(np.median(known)))
    return found


def ranges(tokens: Cells, smallest: int) -> list[list[float] | None]:
    """Return a range a place, None for categories and for places known of too few.

    The ends are values that at least ``smallest`` subjects reach or pass, so that they belong to nobody alone.
    """
    found: list[list[float] | None] = []
    for place, column in enumerate(tokens.columns):
        known = np.sort(_known(tokens, place))
        told = not column.categories and len(known) >= 2 * smallest
        found.append([float(known[smallest - 1]), float(known[-smallest])] if told else None)
    return found


def familiar(documents: Sequence[str], smallest: int) -> list[str]:
    """Return the words, in small letters and sorted, that at least ``smallest`` documents hold."""
    holding: Counter[str] = Counter()
    for one in documents:
        holding.update({one[start:end].casefold() for start, end in words(one)})
    return sorted(word for word, count in holding.items() if count >= smallest)


def _unread(document: str, card: Mapping[str, Any]) -> list[Words]:
    """Return why a document is not one to answer: it holds no word, or too few that were learnt from."""
    known = set(card["familiar"])
    said = [document[start:end].casefold() for start, end in words(document)]
    if not said:
        return [EMPTY]
    share = sum(one in known for one in said) / len(said)
    least = float(card["familiar_at_least"])
    if share >= least:
        return []
    figures = {"share": share, "least": least}
    return [filled(UNFAMILIAR, figures)]


def _strange(row: Floats, card: Mapping[str, Any]) -> list[Words]:
    """Return why a row of a table is not one to answer: too much is missing, or lies far outside its range."""
    found = []
    columns: Sequence[Column] = card["columns"]
    missing, most = int(np.isnan(row).sum()), float(card["missing_at_most"])
    if missing > most * len(row):
        figures = {"missing": missing, "places": len(row), "most": most}
        found.append(filled(TOO_MANY_MISSING, figures))
    for value, column, bounds in zip(row, columns, card["range"], strict=True):
        if bounds is None or np.isnan(value):
            continue
        low, high = bounds
        if not low - FAR * (high - low) <= value <= high + FAR * (high - low):
            found.append(filled(FAR_OUTSIDE, {"label": column.words.en}, {"label": column.words.zh}))
    return found


def _known(tokens: Cells, place: int) -> Floats:
    values: Floats = tokens.values[:, place]
    return values[~np.isnan(values)]
