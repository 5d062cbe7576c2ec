"""What is told of pictures: sizes, brightness, repairs; nothing of too few."""

import numpy as np

from primum.domain.picture import Picture, encode
from primum.models.described import described


def cell(size=10, level=100, repairs=""):
    facts = {"repairs": repairs} if repairs else {}
    values = np.full((1, size, size), level, dtype=np.uint8)
    values[0, 0, 0] = level + 1
    return encode(Picture(values=values, facts=facts))


def suppressed(counts):
    return {name: count if count >= 5 else None for name, count in counts.items()}


def test_sizes_brightness_and_repairs_are_told():
    cells = [cell() for _ in range(8)] + [cell(12, 50, "inverted,rescaled")] * 6 + [cell(repairs="sorted")]
    found = described(cells, 5, suppressed)
    assert (found["size"], found["of_that_size"], found["sizes"], found["channels"]) == ("10 × 10", 9, 2, 1)
    assert found["repairs"] == {"inverted": 6, "rescaled": 6, "sorted": None}
    assert 80 < found["mean"] < 81
    assert found["sd"] < 1


def test_too_few_are_not_told_of():
    assert described([cell()] * 4, 5, suppressed) is None
    assert described([], 1, suppressed) is None
