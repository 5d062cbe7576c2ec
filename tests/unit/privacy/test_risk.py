import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.privacy.risk import groups_of, risks

GROUPS = np.array([0, 0, 0, 0, 0, 1, 1, 2])


def test_the_prosecutor_counted_by_hand():
    found = risks(GROUPS)
    assert (found.people, found.groups, found.smallest, found.unique_share) == (8, 3, 1, 1 / 8)
    assert found.prosecutor.highest == 1
    assert found.prosecutor.average == pytest.approx(3 / 8)
    assert found.prosecutor.above == pytest.approx(3 / 8), "one alone and two of two are above a fifth"
    assert found.marketer == pytest.approx(3 / 8)
    assert found.journalist is None


def test_the_journalist_has_to_search_the_population():
    found = risks(GROUPS, population=np.array([50, 4, 10]))
    assert found.journalist.highest == pytest.approx(1 / 4)
    assert found.journalist.average == pytest.approx((5 / 50 + 2 / 4 + 1 / 10) / 8)
    assert found.journalist.above == pytest.approx(2 / 8)
    assert found.marketer == pytest.approx((5 / 50 + 2 / 4 + 1 / 10) / 8)


def test_a_population_of_which_only_the_size_is_known_is_like_the_table():
    found = risks(GROUPS, population_size=800)
    assert found.journalist.highest == pytest.approx(1 / 100)
    assert found.journalist.average == pytest.approx(3 / 800)
    assert risks(GROUPS, population_size=8).journalist == risks(GROUPS).prosecutor


@pytest.mark.parametrize(("population", "size"), [(np.array([50, 1, 10]), None), (np.array([50, 4]), None), (None, 7)])
def test_a_population_smaller_than_the_table_is_refused(population, size):
    with pytest.raises(ValueError, match="population"):
        risks(GROUPS, population=population, population_size=size)


def test_without_rows_there_is_no_risk():
    with pytest.raises(ValueError, match="no row"):
        risks(np.array([], dtype=np.int64))


def test_threshold_tells_what_is_high():
    assert risks(GROUPS, threshold=0.5).prosecutor.above == pytest.approx(1 / 8)
    assert risks(GROUPS, threshold=0.19).prosecutor.above == 1


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.integers(0, 1000))
def test_laws_of_risks(groups, more):
    found = risks(np.array(groups), population_size=len(groups) + more)
    assert 0 < found.prosecutor.average <= found.prosecutor.highest <= 1
    assert found.journalist.average <= found.prosecutor.average + 1e-12, "who has to search more people errs more"
    assert found.marketer == pytest.approx(found.journalist.average)
    assert found.prosecutor.highest == 1 / found.smallest
    assert (found.unique_share > 0) == (found.smallest == 1)


def test_small_groups_are_not_told():
    told = risks(GROUPS, population_size=80).as_document(5)
    assert told["smallest"] is None
    assert told["unique_share"] is None
    assert told["prosecutor"] == {"highest": None, "average": 0.375, "above": None}
    assert told["journalist"]["highest"] == pytest.approx(0.1)
    large = risks(np.repeat([0, 1], 10)).as_document(5)
    assert (large["smallest"], large["unique_share"], large["prosecutor"]["highest"]) == (10, 0.0, 0.1)
    json.dumps(told)


def test_groups_are_counted_by_what_rows_say():
    rows = [{"a": 1, "b": None}, {"a": 1}, {"a": "1", "b": None}, {"a": 2}]
    assert groups_of(rows, ["a", "b"]).tolist() == [0, 0, 0, 1]
    assert groups_of(rows, []).tolist() == [0, 0, 0, 0]
