import numpy as np
import pytest

from primum.domain.study import Column
from primum.privacy.diversity import Diversity
from primum.privacy.tabular import generalise, risk


def quasi(name, **more):
    return Column(name=name, source="s", role="quasi_identifier", **more)


AGE, SEX, POST = quasi("age", unit="a"), quasi("sex", categories=("f", "m")), quasi("post")


def people(count=200, seed=1):
    dice = np.random.default_rng(seed)
    return [
        {
            "age": str(dice.integers(20, 90)),
            "sex": str(dice.choice(["f", "m"])),
            "post": f"{dice.integers(10, 13)}{dice.integers(100, 999)}",
            "other": at,
        }
        for at in range(count)
    ]


def test_the_risk_of_a_table_counted_by_hand():
    rows = [{"sex": "f", "age": 1}, {"sex": "f", "age": 1}, {"sex": "m", "age": 1}, {"sex": None, "age": 1}]
    found = risk(rows, ["sex", "age"])
    assert (found.k, found.unique_share, found.prosecutor_risk) == (1, 0.5, 0.75)
    assert risk(rows, ["age"]).k == 4


def test_without_quasi_identifiers_everybody_hides_among_all():
    found = risk([{}] * 8, [])
    assert (found.k, found.unique_share, found.prosecutor_risk) == (8, 0.0, 0.125)


def test_without_rows_there_is_no_risk_to_tell():
    with pytest.raises(ValueError, match="no row"):
        risk([], ["age"])


def test_a_table_that_is_anonymous_enough_stays_as_it_is():
    rows = [{"sex": "f"}] * 5 + [{"sex": "m"}] * 6
    done = generalise(rows, [SEX], 5)
    assert done.rows == rows
    assert done.how == {}
    assert done.before == done.after


@pytest.mark.parametrize("k", [2, 5, 20])
def test_every_class_reaches_k_and_nobody_is_lost(k):
    rows = people()
    done = generalise(rows, [AGE, SEX, POST], k)
    assert done.before.k == 1
    assert done.after.k >= k
    assert done.after == risk(done.rows, ["age", "sex", "post"])
    assert [one["other"] for one in done.rows] == list(range(200)), "order and other columns stay"
    assert {"age", "post"} <= set(done.how)
    assert f"{k} neighbours" in done.how["age"]
    assert set(done.how_zh) == set(done.how)
    assert f"至少 {k} 名" in done.how_zh["age"]


def test_numbers_become_the_median_of_near_neighbours():
    rows = people()
    done = generalise(rows, [AGE], 5)
    moved = [abs(float(old["age"]) - new["age"]) for old, new in zip(rows, done.rows, strict=True)]
    assert np.mean(moved) < 2
    assert np.median([one["age"] for one in done.rows]) == pytest.approx(
        np.median([float(one["age"]) for one in rows]), abs=1
    )


def test_codes_keep_their_common_beginning():
    rows = [{"post": one} for one in ("02115", "02116", "02118", "94110", "94112", "94117")]
    done = generalise(rows, [POST], 3)
    assert [one["post"] for one in done.rows] == ["0211*"] * 3 + ["9411*"] * 3


def test_categories_are_kept_whole_or_not_at_all():
    rows = [{"sex": "f"}] * 9 + [{"sex": "m"}]
    done = generalise(rows, [SEX], 5)
    assert {one["sex"] for one in done.rows} == {None}


def test_missing_values_hide_among_missing_values():
    rows = [{"age": None}] * 6 + [{"age": str(age)} for age in range(30, 50)]
    done = generalise(rows, [AGE], 5)
    assert [one["age"] for one in done.rows[:6]] == [None] * 6
    assert all(one["age"] is not None for one in done.rows[6:])
    assert done.after.k >= 5


def test_fewer_rows_than_k_are_all_alike():
    done = generalise([{"age": "30"}, {"age": "50"}], [AGE], 5)
    assert [one["age"] for one in done.rows] == [40.0, 40.0]


def test_equal_tables_are_generalised_equally():
    assert generalise(people(), [AGE, SEX], 5) == generalise(people(), [AGE, SEX], 5)


def test_groups_can_be_asked_to_be_diverse():
    rows = [{**one, "ill": "flu" if at % 4 else "gout"} for at, one in enumerate(people())]
    done = generalise(rows, [AGE, SEX], 5, diversity=Diversity(distinct=2), sensitive="ill")
    seen = {}
    for one in done.rows:
        seen.setdefault((one["age"], one["sex"]), set()).add(one["ill"])
    assert all(len(one) == 2 for one in seen.values())
    assert done.after.k >= 5


def test_a_table_that_is_large_but_not_diverse_enough_is_changed():
    rows = [{"sex": "f", "ill": "flu"}] * 6 + [{"sex": "m", "ill": one} for one in ("flu", "gout") * 3]
    assert generalise(rows, [SEX], 5).how == {}
    done = generalise(rows, [SEX], 5, diversity=Diversity(distinct=2), sensitive="ill")
    assert {one["sex"] for one in done.rows} == {None}
    assert [one["ill"] for one in done.rows] == [one["ill"] for one in rows]
