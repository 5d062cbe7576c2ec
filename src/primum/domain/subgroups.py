"""Which group of a subgroup a subject belongs to: categories as they are, numbers cut at edges."""

from collections.abc import Sequence

from primum.domain.record import Value
from primum.domain.study import Subgroup

UNKNOWN = "unknown"


def group_of(value: Value, subgroup: Subgroup) -> str:
    """Return the name of the group, ``unknown`` where the value is missing or, with edges, no number.

    An edge belongs to the group above it: with edges 40 and 50 the groups are ``< 40``, ``40 to < 50`` and ``≥ 50``.
    """
    if value is None:
        return UNKNOWN
    if not subgroup.edges:
        return f"{value:g}" if isinstance(value, float) else str(value)
    try:
        number = float(value)
    except ValueError:
        return UNKNOWN
    place = sum(number >= edge for edge in subgroup.edges)
    return _named(subgroup.edges, place) if number == number else UNKNOWN  # noqa: PLR0124 - NaN differs from itself


def groups(subgroup: Subgroup) -> tuple[str, ...]:
    """Return the names of the groups that edges make, from low to high; empty for categories."""
    edges = subgroup.edges
    return tuple(_named(edges, place) for place in range(len(edges) + 1)) if edges else ()


def _named(edges: Sequence[float], place: int) -> str:
    if place == 0:
        return f"< {edges[0]:g}"
    if place == len(edges):
        return f"≥ {edges[-1]:g}"
    return f"{edges[place - 1]:g} to < {edges[place]:g}"
