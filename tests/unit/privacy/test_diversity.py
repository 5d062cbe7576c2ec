import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.privacy.diversity import NOTHING, Diversity, distance, entropy, measure


def counts(*many):
    return np.array(many, dtype=np.int64)


def test_entropy_is_that_of_so_many_equally_frequent_values():
    assert entropy(counts(5, 5)) == pytest.approx(2)
    assert entropy(counts(1, 1, 1, 0)) == pytest.approx(3)
    assert entropy(counts(7, 0)) == pytest.approx(1)
    assert entropy(counts(3, 1)) == pytest.approx(1.7548, abs=1e-4)
    assert entropy(counts(0, 0)) == 0


def test_distance_counted_by_hand():
    overall = np.array([0.5, 0.25, 0.25])
    assert distance(counts(2, 1, 1), overall, ordered=False) == 0
    assert distance(counts(4, 0, 0), overall, ordered=False) == pytest.approx(0.5)
    assert distance(counts(4, 0, 0), overall, ordered=True) == pytest.approx((0.5 + 0.25) / 2)
    assert distance(counts(0, 0, 4), overall, ordered=True) == pytest.approx((0.5 + 0.75) / 2)
    assert distance(counts(3), np.array([1.0]), ordered=True) == 0


def test_the_example_of_the_paper_on_ordered_salaries():
    """Li et al. 2007, section 4: salaries 3k-11k; {3,4,5} lies .375 and {6,8,11} lies .167 from all nine."""
    overall = np.full(9, 1 / 9)
    assert distance(counts(1, 1, 1, 0, 0, 0, 0, 0, 0), overall, ordered=True) == pytest.approx(0.375)
    assert distance(counts(0, 0, 0, 1, 0, 1, 0, 0, 1), overall, ordered=True) == pytest.approx(0.167, abs=1e-3)


@given(
    st.lists(st.integers(0, 20), min_size=2, max_size=6).filter(any),
    st.lists(st.integers(1, 20), min_size=6, max_size=6),
    st.booleans(),
)
def test_distances_are_shares_and_zero_of_the_whole_itself(many, whole, ordered):
    group = counts(*many)
    overall = np.array(whole[: len(many)]) / sum(whole[: len(many)])
    assert -1e-12 <= distance(group, overall, ordered=ordered) <= 1 + 1e-12
    assert distance(group, group / group.sum(), ordered=ordered) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("asked", "met"),
    [
        (NOTHING, True),
        (Diversity(distinct=2), True),
        (Diversity(distinct=3), False),
        (Diversity(entropy=1.75), True),
        (Diversity(entropy=1.8), False),
        (Diversity(closeness=0.25), True),
        (Diversity(closeness=0.2), False),
        (Diversity(distinct=2, closeness=0.2), False),
    ],
)
def test_what_is_asked_of_a_group_is_met_or_not(asked, met):
    assert asked.is_met(counts(3, 1, 0), np.array([0.5, 0.3, 0.2])) is met
    assert asked.asks is (asked != NOTHING)


def test_a_table_is_as_diverse_as_its_worst_group():
    groups = counts(0, 0, 0, 0, 1, 1, 2, 2)
    sensitive = counts(0, 1, 0, 1, 0, 0, 1, 0)
    found = measure(groups, sensitive)
    assert found.distinct == 1
    assert found.entropy == pytest.approx(1)
    assert found.closeness == pytest.approx(3 / 8)
    with pytest.raises(ValueError, match="no row"):
        measure(counts(), counts())
