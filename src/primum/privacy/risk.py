"""How likely somebody in a table is named by people of different knowledge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from primum.privacy.diversity import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """How likely one kind of attacker names people.

    Attributes:
        highest: For the person most at risk, 0 to 1.
        average: For a person of the table on average, 0 to 1.
        above: Share of people whose risk is above the threshold, 0 to 1.
    """

    highest: float
    average: float
    above: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Risks:
    """What three attackers achieve on a table.

    Attributes:
        people: Rows of the table.
        groups: Groups of people with equal quasi-identifiers.
        smallest: People in the smallest group, the k of k-anonymity.
        unique_share: Share of people alone in their group, 0 to 1.
        threshold: Above it a risk counts as high.
        prosecutor: Knows that somebody is in the table.
        journalist: Does not know it, and has the population's table; None where the population is not known.
        marketer: Share of people whom an attacker names rightly who names all of them, 0 to 1; against the population
            where it is known.
    """

    people: int
    groups: int
    smallest: int
    unique_share: float
    threshold: float
    prosecutor: Attack
    journalist: Attack | None
    marketer: float

    def as_document(self, small: int) -> dict[str, Any]:
        """Return the risks as they may be published: counts of fewer than ``small`` people are None, shares rounded."""
        document: dict[str, Any] = {
            "people": _shown(self.people, small),
            "groups": self.groups,
            "smallest": _shown(self.smallest, small),
            "unique_share": _share(self.unique_share, self.people, small),
            "threshold": self.threshold,
            "prosecutor": _published(self.prosecutor, self.people, small),
            "marketer": round(self.marketer, 6),
        }
        if self.journalist is not None:
            document["journalist"] = _published(self.journalist, self.people, small)
        return document


def risks(
    groups: Ints, *, population: Ints | None = None, population_size: int | None = None, threshold: float = 0.2
) -> Risks:
    """Return the risks of a table.

    With f people of the table and F of the population in a group, the prosecutor's risk of each of them is 1/f, the
    journalist's 1/F; an attacker who names everybody names the share (number of groups)/n of the table rightly, or
    (sum over groups of f/F)/n of those in the population. Of a population of which only the size N is known, F is
    estimated as f N/n, which takes the table for a random sample of it.

    Args:
        groups: Number of the group of each row, shape (rows,), counted from 0.
        population: How many people of the population are in each group, shape (groups,); at least those of the table.
        population_size: How many people the population has, where no more is known.
        threshold: Above it a risk counts as high; 0.2 is that of groups of fewer than 5.

    Raises:
        ValueError: There is no row, or the population is smaller than the table.

    Source: El Emam, Dankar 2008, JAMIA 15:627 (prosecutor and journalist); Dankar, El Emam 2010, A method for
        evaluating marketer re-identification risk, PAIS (marketer); El Emam 2013, Guide to the De-Identification of
        Personal Health Information, ch. 16.
    """
    if not len(groups):
        raise ValueError("there is no row")
    sizes = np.bincount(groups)
    sizes_ = sizes[sizes > 0].astype(np.float64)
    people = int(sizes_.sum())
    held = _population(sizes, population, population_size)
    return Risks(
        people=people,
        groups=len(sizes_),
        smallest=int(sizes_.min()),
        unique_share=float((sizes_ == 1).sum() / people),
        threshold=threshold,
        prosecutor=_attack(sizes_, sizes_, threshold),
        journalist=None if held is None else _attack(sizes_, held, threshold),
        marketer=float((sizes_ / (sizes_ if held is None else held)).sum() / people),
    )


def groups_of(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Ints:
    """Return the number of the group of each row by the named columns; missing counts as a value of its own."""
    seen: dict[tuple[str | None, ...], int] = {}
    keys = [tuple(None if (cell := row.get(name)) is None else str(cell) for name in names) for row in rows]
    return np.array([seen.setdefault(key, len(seen)) for key in keys], dtype=np.int64)


def _population(sizes: Ints, population: Ints | None, size: int | None) -> Floats | None:
    """Return how many of the population are in each group that the table has."""
    here = sizes > 0
    if population is not None:
        if len(population) < len(sizes) or bool((population[: len(sizes)] < sizes).any()):
            raise ValueError("a group has fewer people in the population than in the table")
        return population[: len(sizes)][here].astype(np.float64)
    if size is None:
        return None
    if size < int(sizes.sum()):
        raise ValueError("the population is smaller than the table")
    return sizes[here].astype(np.float64) * (size / int(sizes.sum()))


def _attack(sizes: Floats, held: Floats, threshold: float) -> Attack:
    each = 1 / held
    people = float(sizes.sum())
    return Attack(
        highest=float(each.max()),
        average=float((sizes * each).sum() / people),
        above=float(sizes[each > threshold].sum() / people),
    )


def _shown(count: int, small: int) -> int | None:
    return None if 0 < count < small else count


def _share(share: float, people: int, small: int) -> float | None:
    """Return a share of people, None where it tells of fewer than ``small``."""
    return None if 0 < round(share * people) < small else round(share, 6)


def _published(attack: Attack, people: int, small: int) -> dict[str, float | None]:
    return {
        "highest": round(attack.highest, 6) if attack.highest <= 1 / small else None,
        "average": round(attack.average, 6),
        "above": _share(attack.above, people, small),
    }
