"""Subgroups: how well a model does for whom, nothing told of groups so small that it would tell of persons."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from primum.domain.evidence import Estimate
from primum.domain.record import Value
from primum.domain.scored import Scored
from primum.domain.study import Subgroup
from primum.domain.subgroups import group_of, groups
from primum.domain.tokens import Ints
from primum.models.measured import area, share
from primum.models.metrics import UNSHOWN, proportion_difference
from primum.models.uncertainty import Sets

Suppress = Callable[[Mapping[str, int], int], Mapping[str, int | None]]
"""Counts by name and the smallest that may be shown, to the counts that may be."""


class Groups:
    """One column's groups of the test part.

    Args:
        subgroup: The column, and where its numbers are cut.
        values: What each subject has in that column.
        scored: What the model said of them.
        suppress: The custodian's rule for small numbers.
        terms: The smallest count that may be shown, and the seed of resampling.
    """

    def __init__(
        self, subgroup: Subgroup, values: Sequence[Value], scored: Scored, suppress: Suppress, terms: tuple[int, int]
    ) -> None:
        self.column = subgroup.column
        smallest, self._seed = terms
        self._scored = scored
        label = np.array([group_of(one, subgroup) for one in values])
        order = {name: place for place, name in enumerate(groups(subgroup))}
        listed = sorted({str(one) for one in label}, key=lambda name: (order.get(name, len(order)), name))
        self._members = {name: np.flatnonzero(label == name) for name in listed}
        counts = {name: len(rows) for name, rows in self._members.items()}
        self._n = suppress(counts, smallest)
        holding = [int(one.any()) for one in scored.by_subject(scored.truth > 0)]
        positives = {name: sum(holding[row] for row in rows) for name, rows in self._members.items()}
        fewest = {name: min(count, counts[name] - count) for name, count in positives.items()}
        told = suppress(fewest, smallest)
        self._shown = [name for name in counts if self._n[name] and told[name] and fewest[name] >= smallest]
        self._positives = {name: positives[name] for name in self._shown}

    def rows(self) -> list[dict[str, Any]]:
        """Return one entry a group: counts, sensitivity, specificity, AUROC; what is too small is not shown.

        Source:
            Wilson 1927, J Am Stat Assoc 22:209 (shares); Newcombe 2006, Stat Med 25:559 (AUROC).
        """
        return [
            {
                "column": self.column,
                "group": name,
                "n": self._n[name],
                "positives": self._positives.get(name),
                **{metric: one.as_document() for metric, one in self._figures(name).items()},
            }
            for name in self._members
        ]

    def gap(self) -> Estimate:
        """Return the difference in sensitivity between the group with the highest and the one with the lowest.

        Source:
            Newcombe 1998, Stat Med 17:873 (method 10).
        """
        recalls = [self._figures(name)["recall"] for name in self._shown]
        if len(recalls) < 2:  # noqa: PLR2004 - one group is no comparison
            return UNSHOWN
        return proportion_difference(max(recalls, key=lambda one: one.value), min(recalls, key=lambda one: one.value))

    def abstention(self, abstained: Sets) -> list[dict[str, Any]]:
        """Return one entry a group: the share of subjects of whom the model says nothing.

        Source:
            Wilson 1927, J Am Stat Assoc 22:209.
        """
        return [
            {
                "column": self.column,
                "group": name,
                "abstention": (self._silent(abstained, rows) if self._n[name] else UNSHOWN).as_document(),
            }
            for name, rows in self._members.items()
        ]

    def _silent(self, abstained: Sets, rows: Ints) -> Estimate:
        units = np.isin(np.arange(self._scored.subjects) if self._scored.owner is None else self._scored.owner, rows)
        return share(abstained, units, self._scored, self._seed)

    def _figures(self, name: str) -> dict[str, Estimate]:
        if name not in self._shown:
            return dict.fromkeys(("recall", "specificity", "roc_auc"), UNSHOWN)
        part = self._scored.only(self._members[name])
        truth, called = part.truth > 0, part.found
        return {
            "recall": share(called, truth, part, self._seed),
            "specificity": share(~called, ~truth, part, self._seed),
            "roc_auc": area(part, self._seed),
        }
