"""What a model marks in a text, from what it says of each word."""

from collections.abc import Sequence

import numpy as np

from primum.domain.mentions import BEGIN, NONE, runs
from primum.domain.prediction import Named
from primum.domain.tokens import Floats, Texts
from primum.models.uncertainty import Sets


def named(texts: Texts, labels: Sequence[str], probability: Floats, sets: Sets) -> list[Named]:
    """Return the mentions in one text, in its order.

    Args:
        texts: One subject's.
        labels: Names, in the order of indices.
        probability: Calibrated, shape (units, labels).
        sets: Labels that cannot be ruled out, shape (units, labels).
    """
    document, spans = texts.document(0), texts.units(0)
    kinds = [one[len(BEGIN) :] if one != NONE else "" for one in labels]
    called = [labels[one] for one in probability.argmax(axis=1)]
    column = texts.columns[0].name
    found = []
    for first, last, kind in runs(called):
        start, end = spans[first][0], spans[last - 1][1]
        own = np.array([one == kind for one in kinds])
        possible = {kinds[at] for at in np.flatnonzero(sets[first:last].any(axis=0))} | {kind}
        found.append(
            Named(
                place=f"text:{column}:{start}-{end}",
                shown=document[start:end],
                kind=kind,
                probability=float(probability[first:last][:, own].sum(axis=1).min()),
                possible=tuple(one for one in dict.fromkeys(kinds) if one in possible),
            )
        )
    return found
