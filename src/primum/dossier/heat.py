"""The mean of explanations of pictures as a grid: how much each cell moved the model, and nobody's picture."""

import math
from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from markupsafe import Markup

from primum.dossier.drawing import Caption, box, svg, words
from primum.dossier.tongue import Tongue

SIDE, GAP, EDGE = 46.0, 26.0, 22.0
"""Of a cell; between the levels of a volume; for letters and numbers."""
SHADES = 4
LEVELS = 3
"""Levels of a volume that stand side by side."""


def grid(name: str, facts: Mapping[str, Any], say: Tongue) -> Markup:
    """Return the grid of mean sizes, darker where the model was moved more; of a volume each level from the feet.

    Args:
        name: Of the figure.
        facts: ``shape``, ``sizes`` and ``signed``, the last axis running fastest.
        say: Speaks.
    """
    shape = [int(one) for one in facts["shape"]]
    levels = _levels(shape, facts["sizes"], facts["signed"])
    down, across = len(levels[0]), len(levels[0][0])
    largest = max((size for level in levels for row in level for size, _ in row), default=0.0) or 1.0
    width, height = EDGE + SIDE * across + GAP, EDGE + SIDE * down + GAP
    parts, told = [], []
    for at, level in enumerate(levels):
        left, top = width * (at % LEVELS), height * (at // LEVELS)
        parts += _level(level, (left, top), largest)
        if len(levels) > 1:
            parts.append(words((left + EDGE, top + height - 8), say("explanations.level", at + 1), "note"))
        stroke = f"/{at + 1}" if len(levels) > 1 else ""
        told += [
            (size, f"{_cell(row, column)}{stroke} {say.number(size, 2)}")
            for row, line in enumerate(level)
            for column, (size, _) in enumerate(line)
        ]
    strongest = "; ".join(one for _, one in sorted(told, key=lambda one: -one[0])[:10])
    caption = Caption(name=name, title=say("explanations.global"), text=say("explanations.global_desc", strongest))
    rows = math.ceil(len(levels) / LEVELS)
    return svg(caption, (width * min(len(levels), LEVELS), height * rows), parts)


_Level = Sequence[Sequence[tuple[float, float]]]
"""Rows of cells, each with its mean size and its mean with sign."""


def _levels(shape: Sequence[int], sizes: Sequence[float], signed: Sequence[float]) -> list[_Level]:
    """Return the levels of a grid as people see them: rows from the top, columns from the left."""
    cells = [(float(size), float(mean)) for size, mean in zip(sizes, signed, strict=True)]
    if len(shape) < LEVELS:
        return [[cells[row * shape[1] : (row + 1) * shape[1]] for row in range(shape[0])]]
    right, front, head = shape
    return [
        [[cells[(x * front + y) * head + level] for x in reversed(range(right))] for y in reversed(range(front))]
        for level in range(head)
    ]


def _level(level: _Level, corner: tuple[float, float], largest: float) -> list[Markup]:
    left, top = corner[0] + EDGE, corner[1] + EDGE
    parts = [
        words((left + SIDE * (at + 0.5), top - 7), ascii_uppercase[at], "tick", "middle") for at in range(len(level[0]))
    ]
    for row, line in enumerate(level):
        parts.append(words((left - 8, top + SIDE * (row + 0.5) + 4), str(row + 1), "tick", "end"))
        for column, (size, mean) in enumerate(line):
            shade = math.ceil(SHADES * size / largest - 1e-9)
            at = (left + SIDE * column, top + SIDE * row)
            sign = "+" if mean > 0 else "\u2212"
            ink = "figure light" if shade > SHADES // 2 else "figure"
            parts.append(box(at, (SIDE - 2, SIDE - 2), f"cell shade{shade}"))
            parts.append(words((at[0] + SIDE / 2 - 1, at[1] + SIDE / 2 + 4), f"{sign}{size:.2f}", ink, "middle"))
    return parts


def _cell(row: int, column: int) -> str:
    return f"{ascii_uppercase[column]}{row + 1}"
