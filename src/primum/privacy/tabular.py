"""Who could be singled out by quasi-identifiers, and neighbours made alike until nobody can."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from primum.domain.measurement import is_missing, number
from primum.domain.record import Value
from primum.domain.study import Column
from primum.privacy.diversity import NOTHING, Diversity, Ints
from primum.privacy.mondrian import MISSING, Axis, parted
from primum.privacy.risk import groups_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """How well subjects hide among each other.

    Attributes:
        k: Subjects in the smallest equivalence class; everybody, where there is no quasi-identifier.
        unique_share: Share of subjects alone in their class, 0 to 1.
        prosecutor_risk: Mean chance of naming a subject whom one knows to be in the data, 0 to 1: classes by subjects.
    """

    k: int
    unique_share: float
    prosecutor_risk: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Generalised:
    """Rows in which neighbours were made alike.

    Attributes:
        rows: One mapping a subject, in the order given.
        how: Column to what was done with it, in English; empty where nothing was needed.
        how_zh: The same in Simplified Chinese.
        before: The risk of the rows as given.
        after: The risk of the rows here.
    """

    rows: list[dict[str, Value]] = field(repr=False)
    how: Mapping[str, str]
    how_zh: Mapping[str, str]
    before: Risk
    after: Risk


def risk(rows: Sequence[Mapping[str, Value]], names: Sequence[str]) -> Risk:
    """Return the risk of rows by the named columns; missing counts as a value of its own.

    Raises:
        ValueError: There is no row.

    Source: Sweeney 2002, Int J Uncertain Fuzz 10:557 (k-anonymity); El Emam 2013, Guide to the De-Identification of
        Personal Health Information, ch. 16 (prosecutor risk).
    """
    if not rows:
        raise ValueError("there is no row")
    if not names:
        return Risk(k=len(rows), unique_share=0.0, prosecutor_risk=1 / len(rows))
    texts = {name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in names}
    frame = pl.DataFrame(texts, schema=dict.fromkeys(names, pl.String))
    sizes = frame.group_by(list(names)).len().get_column("len").to_numpy()
    return Risk(
        k=int(sizes.min()), unique_share=float((sizes == 1).sum() / len(rows)), prosecutor_risk=len(sizes) / len(rows)
    )


def generalise(
    rows: Sequence[Mapping[str, Value]],
    columns: Sequence[Column],
    k: int,
    *,
    diversity: Diversity = NOTHING,
    sensitive: str = "",
) -> Generalised:
    """Return rows in which every combination of quasi-identifiers is shared by at least ``k`` subjects.

    Nobody is left out. Rows are halved where they differ most, as long as both halves keep ``k`` and are diverse
    enough; then in each part numbers become their median, and texts what they have in common at their beginning, or
    missing. Rows that are ``k``-anonymous and diverse as they come stay as they are.

    Args:
        rows: One mapping a subject; other columns than the quasi-identifiers pass untouched.
        columns: The quasi-identifiers.
        k: At least 1; more than there are rows makes all alike.
        diversity: What is asked of the sensitive values in every group. What not even all rows together have is not
            reached.
        sensitive: The column of these.

    Raises:
        ValueError: There is no row.
    """
    names = [one.name for one in columns]
    before = risk(rows, names)
    values = groups_of(rows, [sensitive]) if diversity.asks else None
    if before.k >= k and (values is None or _are_diverse(groups_of(rows, names), values, diversity)):
        return Generalised(rows=[dict(one) for one in rows], how={}, how_zh={}, before=before, after=before)
    cells = {one.name: [_cell(row.get(one.name), one) for row in rows] for one in columns}
    groups = parted([_axis(cells[name]) for name in names], k, diversity, values)
    new = [dict(one) for one in rows]
    for part in _members(groups):
        for column in columns:
            shared = _shared([cells[column.name][at] for at in part], column)
            for at in part:
                new[at][column.name] = shared
    changed = [name for name in names if any(old != row[name] for old, row in zip(cells[name], new, strict=True))]
    numeric = {name: _is_number(cells[name]) for name in changed}
    how = {one: f"{'median' if numeric[one] else 'common part'} of at least {k} neighbours" for one in changed}
    how_zh = {one: f"取至少 {k} 名相近者的{'中位数' if numeric[one] else '共同部分'}" for one in changed}
    return Generalised(rows=new, how=how, how_zh=how_zh, before=before, after=risk(new, names))


def _are_diverse(groups: Ints, values: Ints, diversity: Diversity) -> bool:
    overall = np.bincount(values) / len(values)
    parts = (np.bincount(values[part], minlength=len(overall)) for part in _members(groups))
    return all(diversity.is_met(one, overall) for one in parts)


def _members(groups: Ints) -> list[list[int]]:
    """Return the rows of each group."""
    order = np.argsort(groups, kind="stable")
    edges = np.flatnonzero(np.diff(groups[order])) + 1
    return [part.tolist() for part in np.split(order, edges)]


def _cell(value: Value, column: Column) -> Value:
    """Return a cell as a number where it is one and no code: 02115 and 100084 are codes."""
    if is_missing(value, column):
        return None
    if not isinstance(value, str):
        return value if isinstance(value, bool) or value is None else float(value)
    text = value.strip()
    read = None if column.categories or (text.isdigit() and len(text) > 4) else number(text)  # noqa: PLR2004 - shortest postcode
    return read[0] if read else text


def _is_number(cells: Sequence[Value]) -> bool:
    return all(isinstance(one, float) for one in cells if one is not None)


def _axis(cells: Sequence[Value]) -> Axis:
    """Return the line on which cells lie: numbers by their rank, texts in order, missing apart."""
    numeric = _is_number(cells)
    present = sorted({one for one in cells if one is not None}, key=lambda one: (one, "") if numeric else (0, str(one)))
    places = {one: at / max(len(present) - 1, 1) for at, one in enumerate(present)} | {None: MISSING}
    return Axis(np.array([places[one] for one in cells], dtype=np.float64))


def _shared(cells: Sequence[Value], column: Column) -> Value:
    """Return what stands for all: the only value, the median of numbers, the common beginning of codes, or nothing."""
    distinct = set(cells)
    if len(distinct) == 1:
        return cells[0]
    if None in distinct or column.categories:
        return None
    if _is_number(cells):
        return float(np.median([float(one) for one in cells if isinstance(one, int | float)]))
    texts = sorted(str(one) for one in distinct)
    common = next((at for at, (a, b) in enumerate(zip(texts[0], texts[-1], strict=False)) if a != b), len(texts[0]))
    return f"{texts[0][:common]}*" if common > 1 else None
