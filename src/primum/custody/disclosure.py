"""Small numbers: which counts may be shown, so that no small one is told, or can be worked out from the others."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Cell = tuple[int, int]
"""Row and column; the last row and the last column are the totals."""

Place = tuple[str, int]
"""A row or a column, whose counts must add up."""

Way = tuple[int, Place, Cell, int]
"""Price, whither, by a change of which cell, upward or downward."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A table as it may be published; None where a count is withheld.

    Attributes:
        cells: Shape (rows, columns).
        rows: Total of each row.
        columns: Total of each column.
        total: Of all.
    """

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    total: int | None


def suppress(table: Sequence[Sequence[int]], smallest: int) -> Shown:
    """Return a table in which counts from 1 to ``smallest - 1`` are withheld, and others that would tell.

    A withheld small count is safe if the published counts leave room for it to be ``smallest`` or more: a reader cannot
    even tell that it is small. Zeros are shown. Totals are part of the table: publish them as they are returned.

    Args:
        table: Shape (rows, columns), counts of people.
        smallest: The smallest count that may be shown.

    Source: Willenborg & de Waal 2001, Elements of Statistical Disclosure Control, chapters 3 and 9 (cell suppression,
        upper protection levels); the bounds are maximum flows: Cox 1995, J Am Stat Assoc 90:1453.
    """
    full = [[*row, sum(row)] for row in table]
    full.append([sum(column) for column in zip(*full, strict=True)] if full else [0])
    values = {(r, c): count for r, row in enumerate(full) for c, count in enumerate(row)}
    last = (len(full) - 1, len(full[0]) - 1)
    small = [cell for cell, count in values.items() if 0 < count < smallest]
    hidden = set(small)
    for cell in small:
        hidden |= _companions(cell, values, hidden, (last, smallest))
    seen = [[None if (r, c) in hidden else count for c, count in enumerate(row)] for r, row in enumerate(full)]
    return Shown(
        cells=tuple(tuple(row[:-1]) for row in seen[:-1]),
        rows=tuple(row[-1] for row in seen[:-1]),
        columns=tuple(seen[-1][:-1]),
        total=seen[-1][-1],
    )


def _companions(cell: Cell, values: Mapping[Cell, int], hidden: set[Cell], rule: tuple[Cell, int]) -> set[Cell]:
    """Return the least that must be withheld with a hidden count, so that for all a reader knows it may be large.

    Counts are ways between their row and their column: to raise one by one, others must fall and rise around a circle.
    Where the hidden ones leave no circle, the one through the least published counts is withheld, if possible no total.
    """
    last, smallest = rule
    now = {one: values[one] for one in hidden}
    while now[cell] < smallest:
        for one, change in _circle(cell, values, now, last):
            now[one] = now.get(one, values[one]) + change
    return set(now)


def _ends(cell: Cell, last: Cell) -> tuple[Place, Place]:
    """Return whence and whither one more in a cell leads.

    From its row to its column; the other way for a margin, which stands on the other side of its equation.
    """
    row, column = ("row", cell[0]), ("column", cell[1])
    is_margin = (cell[0] == last[0]) != (cell[1] == last[1])
    return (column, row) if is_margin else (row, column)


def _ways(cell: Cell, values: Mapping[Cell, int], now: Mapping[Cell, int], last: Cell) -> dict[Place, list[Way]]:
    """Return the ways from each row and column along which counts other than one can change, with their price.

    A hidden count is free; it is at least one, as the reader knows, for zeros are shown. A published one costs itself,
    a total more than all others.
    """
    found: dict[Place, list[Way]] = {}
    for one, count in values.items():
        if one == cell or count == 0:
            continue
        totals = (one[0] == last[0]) + (one[1] == last[1])
        price = 0 if one in now else count + totals * (sum(values.values()) + 1)
        whence, whither = _ends(one, last)
        found.setdefault(whence, []).append((price, whither, one, 1))
        if now.get(one, count) > 1:
            found.setdefault(whither, []).append((price, whence, one, -1))
    return found


def _circle(cell: Cell, values: Mapping[Cell, int], now: Mapping[Cell, int], last: Cell) -> list[tuple[Cell, int]]:
    """Return changes by one, ``cell`` upward among them, under which all totals fit, through the cheapest counts.

    There always is one: the count, its two totals and the grand total can all rise.

    Source: Dijkstra 1959, Numer Math 1:269.
    """
    ways = _ways(cell, values, now, last)
    goal, start = _ends(cell, last)
    waiting: list[tuple[int, Place, list[tuple[Cell, int]]]] = [(0, start, [(cell, 1)])]
    done: set[Place] = set()
    while True:
        price, place, changes = heapq.heappop(waiting)
        if place == goal:
            return changes
        if place not in done:
            done.add(place)
            for more, to, one, change in ways.get(place, ()):
                heapq.heappush(waiting, (price + more, to, [*changes, (one, change)]))


def suppress_table(table: Mapping[str, Mapping[str, int]], smallest: int) -> dict[str, Any]:
    """Return a named table as it may be published: ``cells``, ``rows``, ``columns``, ``total``; None is withheld.

    Args:
        table: Row to column to count of people; every row has the same columns.
        smallest: The smallest count that may be shown.

    Source: as for ``suppress``.
    """
    columns = list(next(iter(table.values()), {}))
    shown = suppress([[row[one] for one in columns] for row in table.values()], smallest)
    return {
        "cells": {name: dict(zip(columns, row, strict=True)) for name, row in zip(table, shown.cells, strict=True)},
        "rows": dict(zip(table, shown.rows, strict=True)),
        "columns": dict(zip(columns, shown.columns, strict=True)),
        "total": shown.total,
    }


def suppress_counts(counts: Mapping[str, int], smallest: int) -> dict[str, int | None]:
    """Return counts whose sum is known to everyone, the small ones withheld, and others that would tell.

    Args:
        counts: Name to count of people.
        smallest: The smallest count that may be shown.

    Source: as for ``suppress``.
    """
    hidden = {name for name, count in counts.items() if 0 < count < smallest}
    while hidden and sum(counts[name] for name in hidden) - (len(hidden) - 1) < smallest:
        rest = [name for name in counts if counts[name] and name not in hidden]
        if not rest:
            return dict.fromkeys(counts)
        hidden.add(min(rest, key=lambda name: (counts[name], name)))
    return {name: None if name in hidden else count for name, count in counts.items()}
