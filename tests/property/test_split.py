"""Laws of the parting: everybody once, twins together, classes in proportion, equal seeds equal parts."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.domain.study import Split
from primum.models.partition import PARTS, partition


@st.composite
def cohorts(draw):
    sets = draw(st.integers(40, 120))
    sizes = draw(st.lists(st.integers(1, 4), min_size=sets, max_size=sets))
    twins = [number for number, size in enumerate(sizes) for _ in range(size)]
    order = draw(st.permutations(range(len(twins))))
    twins = [twins[at] for at in order]
    outcome = [number % 2 for number in twins]
    share = draw(st.sampled_from([(0.6, 0.2, 0.2), (0.5, 0.25, 0.25), (0.7, 0.15, 0.15)]))
    split = Split(development=share[0], validation=share[1], test=share[2])
    return twins, outcome, split, draw(st.integers(0, 2**31 - 1))


@settings(max_examples=40, deadline=None)
@given(cohorts())
def test_everybody_is_in_one_part_and_twins_are_together(cohort):
    twins, outcome, split, seed = cohort
    parts = partition(twins, outcome, split, seed)
    rows = np.concatenate([parts[name] for name in PARTS])
    assert sorted(rows) == list(range(len(twins)))
    where = {}
    for name in PARTS:
        for at in parts[name]:
            assert where.setdefault(twins[at], name) == name


@settings(max_examples=20, deadline=None)
@given(cohorts())
def test_shares_of_sets_and_classes_hold(cohort):
    twins, outcome, split, seed = cohort
    parts = partition(twins, outcome, split, seed)
    for name, share in zip(PARTS, (split.development, split.validation, split.test), strict=True):
        numbers = {twins[at] for at in parts[name]}
        assert abs(len(numbers) - share * len(set(twins))) <= 2
        odd = sum(number % 2 for number in numbers)
        assert abs(odd - len(numbers) / 2) <= 2


@settings(max_examples=20, deadline=None)
@given(cohorts())
def test_equal_seeds_part_equally(cohort):
    one, two = partition(*cohort), partition(*cohort)
    assert all((one[name] == two[name]).all() for name in PARTS)
