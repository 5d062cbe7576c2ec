"""Made-up pictures: a bright blob above or below the middle, or to the left of a volume; sizes may differ."""

import numpy as np

from primum.domain.study import Column, Model
from primum.domain.tokens import Pictures

COLUMN = Column(name="scan", source="films", role="feature")
SMALL = Model(
    width=8, depth=2, heads=1, dropout=0.0, epochs=8, patience=8, batch_size=16, learning_rate=1e-2, weight_decay=0.0
)


def blobs(count=64, space=(16, 16), seed=0, spread=0):
    """Return pictures and their class: 0 with the blob in the first half of the first axis, 1 in the second.

    ``spread`` lets their sizes differ by so many samples.
    """
    dice = np.random.default_rng(seed)
    outcome = np.arange(count) % 2
    found = []
    for kind in outcome:
        size = [int(one + dice.integers(0, spread + 1)) for one in space]
        picture = dice.normal(0, 0.3, (1, *size))
        half = size[0] // 2
        where = [slice(begin := int(dice.integers(1, half - 4)) + int(kind) * half, begin + 3)]
        where += [slice(begin := int(dice.integers(1, one - 4)), begin + 3) for one in size[1:]]
        picture[(0, *where)] += 3.0
        found.append(picture.astype(np.float32))
    return Pictures(values=tuple(found), columns=(COLUMN,), spacing=((1.0,) * len(space),) * count), outcome


def where(tokens, row):
    """Return the place that holds the brightest sample."""
    at = np.unravel_index(tokens.values[row][0].argmax(), tokens.values[row].shape[1:])
    return next(
        place
        for place, cell in enumerate(tokens.cells(row))
        if all(one.start <= index < one.stop for one, index in zip(cell, at, strict=True))
    )
