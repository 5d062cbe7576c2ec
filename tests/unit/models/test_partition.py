import numpy as np
import pytest

from primum.domain.study import Split
from primum.models.partition import PARTS, needed, partition

OUTCOME = [int(at % 4 == 0) for at in range(200)]


def test_shares_and_classes_are_kept():
    parts = partition(list(range(200)), OUTCOME, Split(), 1)
    assert list(parts) == list(PARTS)
    assert {name: len(rows) for name, rows in parts.items()} == {"development": 120, "validation": 40, "test": 40}
    for rows in parts.values():
        assert np.mean([OUTCOME[at] for at in rows]) == pytest.approx(0.25, abs=0.01)
        assert list(rows) == sorted(rows)


def test_another_seed_parts_otherwise_and_the_same_seed_the_same():
    one, two, three = (partition(list(range(200)), OUTCOME, Split(), seed) for seed in (1, 2, 1))
    assert list(one["test"]) != list(two["test"])
    assert all(list(one[name]) == list(three[name]) for name in PARTS)


def test_twins_stay_together():
    twins = [at // 4 for at in range(200)]
    outcome = [at // 4 % 2 for at in range(200)]
    parts = partition(twins, outcome, Split(), 3)
    seen = {name: {twins[at] for at in rows} for name, rows in parts.items()}
    assert not seen["development"] & seen["validation"]
    assert not seen["development"] & seen["test"]
    assert not seen["validation"] & seen["test"]
    assert sum(len(rows) for rows in parts.values()) == 200


def test_too_few_subjects_are_refused():
    with pytest.raises(ValueError, match="least"):
        partition([0, 1, 2, 3], [0, 0, 0, 1], Split(), 0)


@pytest.mark.parametrize(("share", "at_least", "count"), [(0.2, 9, 46), (0.5, 2, 5), (0.6, 10, 18)])
def test_how_many_are_needed(share, at_least, count):
    assert needed(share, at_least) == count
    assert np.floor(count * share) >= at_least
