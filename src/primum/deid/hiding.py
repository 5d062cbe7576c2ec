"""Tables in which everybody hides among others, as far as was asked: what could single people out is made coarse."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from primum.deid.nouns import Hide, Json, RefusedError
from primum.privacy.diversity import Diversity
from primum.privacy.sharing import Demand, Shared, anonymise

SMALL = 5
"""Counts of fewer people are not published."""
SENSITIVE = "sensitive"
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiding:
    """How the people of one table hide among each other.

    Attributes:
        cells: Person to his quasi-identifiers, in the order of their columns; who is left out is not among them.
        document: What the report says of it.
    """

    cells: Mapping[str, tuple[str, ...]] = field(repr=False)
    document: Mapping[str, Json]


def hiding(people: Mapping[str, tuple[str, ...]], sensitive: Mapping[str, str] | None, asked: Hide) -> Hiding:
    """Return coarser quasi-identifiers under which everybody hides among as many others as is asked.

    Args:
        people: Person to his quasi-identifiers; at least one of each.
        sensitive: Person to his sensitive value; None where the table has no such column.
        asked: How many others, and how different their sensitive values.

    Raises:
        RefusedError: There are too few people in the table, or too few different values.
    """
    names = [str(at) for at in range(len(next(iter(people.values()))))]
    columns = {name: _column([cells[at] for cells in people.values()]) for at, name in enumerate(names)}
    demand = Demand(k=asked.k)
    if sensitive is not None:
        columns[SENSITIVE] = pl.Series(SENSITIVE, [sensitive[one] or None for one in people], dtype=pl.String)
        wanted = Diversity(distinct=asked.distinct, closeness=asked.closeness)
        demand = Demand(k=asked.k, diversity=wanted, sensitive=SENSITIVE)
    frame = pl.DataFrame(columns)
    done = anonymise(frame, names, demand)
    if done.after is None:
        raise RefusedError("too-few")
    changed = [at for at, name in enumerate(names) if not done.frame[name].equals(frame[name][done.kept])]
    texts = {at: done.frame[names[at]].cast(pl.String).fill_null("").to_list() for at in changed}
    everybody = list(people)
    cells = {
        everybody[number]: tuple(
            texts[at][place] if at in texts else cell for at, cell in enumerate(people[everybody[number]])
        )
        for place, number in enumerate(done.kept.tolist())
    }
    return Hiding(cells=cells, document=_document(done, changed, asked, frame.height))


def _column(cells: Sequence[str]) -> pl.Series:
    """Return cells as numbers where all are, else as texts; empty ones are missing."""
    present = [one for one in cells if one]
    is_whole = all(_WHOLE.fullmatch(one) for one in present)
    if present and (is_whole or all(_NUMBER.fullmatch(one) for one in present)):
        wanted = pl.Int64 if is_whole else pl.Float64
        return pl.Series([one or None for one in cells], dtype=pl.String).cast(wanted)
    return pl.Series([one or None for one in cells], dtype=pl.String)


def _document(done: Shared, changed: Sequence[int], asked: Hide, people: int) -> dict[str, Json]:
    left_out = people - len(done.kept)
    diversity = done.diversity
    return {
        "k": asked.k,
        "distinct": asked.distinct,
        "closeness": asked.closeness,
        "generalised": list(changed),
        "left_out": None if 0 < left_out < SMALL else left_out,
        "unknown": round(done.utility.certainty_penalty, 6),
        "before": done.before.as_document(SMALL),
        "sensitive": None
        if diversity is None
        else {"distinct": diversity.distinct, "closeness": round(diversity.closeness, 6)},
    }
