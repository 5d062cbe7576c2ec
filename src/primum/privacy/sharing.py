"""Tables made safe to share: quasi-identifiers coarse enough that everybody hides among others, and what that cost."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from primum.errors import DataError
from primum.privacy.diversity import NOTHING, Diversity, Floats, Ints, Measured, entropy, measure
from primum.privacy.mondrian import MISSING, Axis, Hierarchy, hierarchy, parted
from primum.privacy.risk import Risks, risks

SHORTEST_CODE = 4
"""Texts of digits, all of at least so many and equally long, are codes: what they share is their beginning."""
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a table must fulfil.

    Attributes:
        k: People in a group, at least.
        diversity: What is asked of the sensitive values in each group.
        sensitive: The column of these.
    """

    k: int = 5
    diversity: Diversity = NOTHING
    sensitive: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utility:
    """What a table is still worth.

    Attributes:
        rows_kept: Share of rows that are in it, 0 to 1.
        certainty_penalty: What is unknown of a cell on average, 0 (nothing) to 1 (everything, or the row is gone).
        discernibility: Sum over rows of how many rows look the same; a row that is gone counts as all rows.
        groups: Groups of rows that look the same.
    """

    rows_kept: float
    certainty_penalty: float
    discernibility: int
    groups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A table that fulfils a demand.

    Attributes:
        frame: The rows that are kept, in their order; quasi-identifiers are texts where they were made coarse.
        kept: Numbers of these rows in the table as given.
        utility: What it is worth.
        before: Risks of the table as given.
        after: Risks of the table here; None where no row is left.
        diversity: How diverse its groups are; None where no sensitive column is named.
    """

    frame: pl.DataFrame = field(repr=False)
    kept: Ints = field(repr=False)
    utility: Utility
    before: Risks
    after: Risks | None
    diversity: Measured | None


def anonymise(
    frame: pl.DataFrame, quasi: Sequence[str], demand: Demand, trees: Mapping[str, Hierarchy] | None = None
) -> Shared:
    """Return a table in which everybody hides among others.

    Rows are parted into groups of neighbours (see ``mondrian``), and within a group each quasi-identifier becomes what
    its rows share: ``[30, 34]`` of numbers, a node of the hierarchy where one is given, the beginning of codes and
    dates, else the values themselves, ``a|b``. Rows are left out only where the rows together do not fulfil the demand:
    of the most frequent sensitive values as few as possible, and all where there are too few rows or values.

    Args:
        frame: One row a person.
        quasi: Its quasi-identifiers.
        demand: What is asked.
        trees: Hierarchies of text columns.

    Raises:
        DataError: There is no row or no quasi-identifier, a column is not there, or a hierarchy lacks a value.

    Source: Xu et al. 2006, Utility-based anonymization using local recoding, KDD 12 (normalised certainty penalty);
        Bayardo, Agrawal 2005, Data privacy through optimal k-anonymization, ICDE 21 (discernibility).
    """
    absent = [one for one in (*quasi, *([demand.sensitive] if demand.sensitive else [])) if one not in frame.columns]
    if absent or not quasi or not frame.height:
        what = f"no column {', '.join(absent)}" if absent else "no quasi-identifier" if not quasi else "no row"
        raise DataError(f"The table has {what}.", remedy="Name columns of the table that could single people out.")
    axes = [_axis(frame[name], (trees or {}).get(name)) for name in quasi]
    sensitive = _codes(frame[demand.sensitive]) if demand.sensitive else np.zeros(frame.height, np.int64)
    before = risks(np.unique(np.stack([_codes(frame[name]) for name in quasi]), axis=1, return_inverse=True)[1].ravel())
    kept = np.flatnonzero(_affordable(sensitive, demand))
    if not len(kept):
        gone = Utility(rows_kept=0.0, certainty_penalty=1.0, discernibility=frame.height**2, groups=0)
        return Shared(frame=frame.clear(), kept=kept, utility=gone, before=before, after=None, diversity=None)
    inside = [replace(one, places=one.places[kept]) for one in axes]
    groups = parted(inside, demand.k, demand.diversity, sensitive[kept])
    order, starts = _runs(groups)
    rows = frame[kept]
    columns = [_coarse(rows[name], axis, order, starts) for name, axis in zip(quasi, inside, strict=True)]
    loss = np.mean([_loss(axis, order, starts, len(groups)) for axis in inside])
    share = len(kept) / frame.height
    sizes = np.bincount(groups)
    return Shared(
        frame=rows.with_columns(columns),
        kept=kept,
        utility=Utility(
            rows_kept=share,
            certainty_penalty=float(loss * share + 1 - share),
            discernibility=int((sizes**2).sum()) + (frame.height - len(kept)) * frame.height,
            groups=len(sizes),
        ),
        before=before,
        after=risks(groups),
        diversity=measure(groups, sensitive[kept], ordered=demand.diversity.ordered) if demand.sensitive else None,
    )


def _codes(column: pl.Series) -> Ints:
    """Return the number of each value among the sorted different ones, missing first."""
    return column.rank("dense").fill_null(0).to_numpy().astype(np.int64) - (0 if column.null_count() else 1)


def _affordable(sensitive: Ints, demand: Demand) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which rows can be kept so that all together fulfil the demand."""
    counts = np.bincount(sensitive)
    cap = int(counts.max())
    if demand.diversity.entropy > 1 and entropy(counts) < demand.diversity.entropy:
        low, high = 0, cap
        while low < high:
            middle = (low + high + 1) // 2
            enough = entropy(np.minimum(counts, middle)) >= demand.diversity.entropy
            low, high = (middle, high) if enough else (low, middle - 1)
        cap = low
    order = np.argsort(sensitive, kind="stable")
    turn = np.empty(len(sensitive), dtype=np.int64)
    turn[order] = np.arange(len(sensitive)) - np.repeat(np.cumsum(counts) - counts, counts)
    keep = turn < cap
    few = int(keep.sum()) < demand.k or int((np.minimum(counts, cap) > 0).sum()) < demand.diversity.distinct
    return np.zeros(len(sensitive), dtype=np.bool_) if few else keep


def _axis(column: pl.Series, tree: Hierarchy | None) -> Axis:
    """Return the line on which the values of a column lie."""
    if column.dtype.is_numeric() and tree is None:
        values = column.cast(pl.Float64).fill_nan(None).to_numpy()
        low, high = (np.nanmin(values), np.nanmax(values)) if not np.isnan(values).all() else (0.0, 0.0)
        return Axis(np.nan_to_num((values - low) / ((high - low) or 1.0), nan=MISSING))
    texts = column.cast(pl.String)
    names = texts.drop_nulls().unique().sort().to_list()
    tree = tree or _derived(names)
    order = tree.order if tree else tuple(names)
    places = {value: at / max(len(order) - 1, 1) for at, value in enumerate(order)}
    unknown = sum(one not in places for one in names)
    if unknown:
        raise DataError(
            f"The hierarchy of {column.name} lacks {unknown} value(s).", remedy="Add them to the hierarchy."
        )
    lies = texts.replace_strict(places, default=MISSING, return_dtype=pl.Float64).to_numpy()
    return Axis(lies, tree, () if tree else order)


def _derived(names: Sequence[str]) -> Hierarchy | None:
    """Return the hierarchy that days and codes of digits have by themselves; None of other texts."""
    if names and all(_ISO.fullmatch(one) for one in names):
        return hierarchy({one: (one[:7], one[:4]) for one in names})
    lengths = {len(one) for one in names}
    if len(lengths) == 1 and (length := lengths.pop()) >= SHORTEST_CODE and all(one.isdigit() for one in names):
        return hierarchy({one: [one[:at] + "*" * (length - at) for at in range(length - 1, 0, -1)] for one in names})
    return None


def _runs(groups: Ints) -> tuple[Ints, Ints]:
    """Return rows in the order of their groups, and where each group begins among them."""
    order = np.argsort(groups, kind="stable")
    return order, np.concatenate([[0], np.flatnonzero(np.diff(groups[order])) + 1])


def _widths(axis: Axis, order: Ints, starts: Ints) -> tuple[list[float], list[float], Floats]:
    """Return where each group begins and ends on an axis, and what is unknown of a cell of it, 0 to 1.

    Of sets of values that is how many more there are than one, of all that there could be.
    """
    inside = axis.places[order]
    low, high = np.minimum.reduceat(inside, starts).tolist(), np.maximum.reduceat(inside, starts).tolist()
    widths = np.array([axis.width(a, b) for a, b in zip(low, high, strict=True)])
    if axis.names:
        first = np.ones(len(inside), dtype=np.int64)
        run = np.repeat(np.arange(len(starts)), np.diff([*starts, len(inside)]))
        by = np.lexsort((inside, run))
        first[1:] = (np.diff(inside[by]) != 0) | (np.diff(run[by]) != 0)
        several = (np.add.reduceat(first, starts) - 1) / max(len(axis.names) - 1, 1)
        widths = np.where(np.array(low) == MISSING, widths, several)
    return low, high, widths


def _loss(axis: Axis, order: Ints, starts: Ints, rows: int) -> float:
    """Return what is unknown of a cell on average."""
    _, _, widths = _widths(axis, order, starts)
    return float((widths * np.diff([*starts, rows])).sum() / rows)


def _coarse(column: pl.Series, axis: Axis, order: Ints, starts: Ints) -> pl.Series:
    """Return a quasi-identifier as its groups share it; the column as it is where every group agrees."""
    low, high, widths = _widths(axis, order, starts)
    if not widths.any():
        return column
    sizes = np.diff([*starts, len(column)])
    if axis.tree:
        said = [_node(axis.tree, a, b) for a, b in zip(low, high, strict=True)]
    elif axis.names:
        said = _sets(axis, order, starts)
    else:
        values = column.cast(pl.Float64).to_numpy()[order]
        lows, highs = np.minimum.reduceat(values, starts).tolist(), np.maximum.reduceat(values, starts).tolist()
        said = ["" if a == MISSING else _range(*one) for one, a in zip(zip(lows, highs, strict=True), low, strict=True)]
    labels = [None if a == MISSING else one for one, a in zip(said, low, strict=True)]
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.repeat(np.arange(len(starts)), sizes)
    return pl.Series(column.name, labels, dtype=pl.String)[back]


def _node(tree: Hierarchy, low: float, high: float) -> str:
    last = max(len(tree.order) - 1, 1)
    level, node = tree.node(round(max(low, 0) * last), round(max(high, 0) * last))
    return tree.names[level][node]


def _sets(axis: Axis, order: Ints, starts: Ints) -> list[str]:
    """Return the values of each group, in their order."""
    last = max(len(axis.names) - 1, 1)
    numbers = np.rint(axis.places[order] * last).astype(np.int64)
    return ["|".join(axis.names[max(at, 0)] for at in np.unique(part)) for part in np.split(numbers, starts[1:])]


def _range(low: float, high: float) -> str:
    return _written(low) if low == high else f"[{_written(low)}, {_written(high)}]"


def _written(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
