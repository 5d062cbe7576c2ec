import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.errors import DataError
from primum.privacy.diversity import Diversity
from primum.privacy.mondrian import hierarchy
from primum.privacy.sharing import Demand, anonymise

PLACES = {"Leeds": ["North"], "York": ["North"], "Bath": ["South"], "Wells": ["South"], "Truro": ["West"]}


def people(rows=400, seed=3):
    dice = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "age": dice.integers(20, 90, rows),
            "sex": dice.choice(["f", "m"], rows),
            "town": dice.choice(sorted(PLACES), rows),
            "post": [f"{one}" for one in dice.integers(10000, 10400, rows)],
            "ill": dice.choice(["flu", "gout", "mumps"], rows, p=[0.7, 0.2, 0.1]),
            "dose": dice.random(rows),
        }
    )


QUASI = ["age", "sex", "town", "post"]


def sizes(frame, quasi=QUASI):
    return frame.group_by(quasi).len()["len"]


@pytest.mark.parametrize("k", [2, 5, 25])
def test_everybody_hides_and_nobody_is_lost(k):
    done = anonymise(people(), QUASI, Demand(k=k))
    assert done.utility.rows_kept == 1
    assert sizes(done.frame).min() >= k
    assert done.after.smallest >= k
    assert done.before.smallest == 1
    assert done.frame["dose"].to_list() == people()["dose"].to_list(), "order and other columns stay"
    assert done.diversity is None
    assert 0 < done.utility.certainty_penalty < 1
    assert done.utility.groups == done.after.groups
    assert done.utility.discernibility >= k * 400


def test_more_is_lost_the_more_is_asked():
    losses = [anonymise(people(), QUASI, Demand(k=k)).utility.certainty_penalty for k in (2, 5, 25, 200, 400)]
    assert losses == sorted(losses)
    assert losses[0] < 0.2
    assert losses[-1] == 1


@pytest.mark.parametrize(
    "asked",
    [
        Diversity(distinct=2),
        Diversity(distinct=3),
        Diversity(entropy=1.8),
        Diversity(closeness=0.15),
        Diversity(closeness=0.1, ordered=True),
    ],
)
def test_groups_are_as_diverse_as_asked(asked):
    done = anonymise(people(), QUASI, Demand(k=5, diversity=asked, sensitive="ill"))
    overall = people()["ill"].value_counts(normalize=True).sort("ill")["proportion"].to_numpy()
    for _, group in done.frame.group_by(QUASI):
        counts = np.array([(group["ill"] == one).sum() for one in ("flu", "gout", "mumps")])
        assert asked.is_met(counts, overall)
    assert done.utility.rows_kept == 1
    assert done.diversity.distinct >= asked.distinct
    assert done.diversity.entropy >= asked.entropy - 1e-9
    assert done.diversity.closeness <= asked.closeness + 1e-9


def test_rows_are_left_out_only_where_all_together_are_not_diverse_enough():
    frame = pl.DataFrame({"age": range(100), "ill": ["flu"] * 90 + ["gout"] * 10})
    done = anonymise(frame, ["age"], Demand(k=2, diversity=Diversity(entropy=1.9), sensitive="ill"))
    assert 0.2 < done.utility.rows_kept < 0.5
    assert done.frame.filter(pl.col("ill") == "gout").height == 10
    assert done.diversity.entropy >= 1.9
    assert done.kept.tolist() == sorted(done.kept.tolist())
    assert done.frame["ill"].to_list() == frame[done.kept]["ill"].to_list()


@pytest.mark.parametrize("demand", [Demand(k=101), Demand(k=2, diversity=Diversity(distinct=3), sensitive="ill")])
def test_a_table_that_cannot_fulfil_a_demand_is_empty(demand):
    frame = pl.DataFrame({"age": range(100), "ill": ["flu"] * 90 + ["gout"] * 10})
    done = anonymise(frame, ["age"], demand)
    assert done.frame.height == 0
    assert done.frame.columns == ["age", "ill"]
    assert (done.utility.rows_kept, done.utility.certainty_penalty, done.after) == (0, 1, None)


def test_numbers_become_ranges_and_words_sets():
    frame = pl.DataFrame({"age": [30.0, 31.0, 50.0, 55.5], "town": ["Bath", "Bath", "York", "Leeds"]})
    done = anonymise(frame, ["age", "town"], Demand(k=2))
    assert done.frame["age"].to_list() == ["[30, 31]", "[30, 31]", "[50, 55.5]", "[50, 55.5]"]
    assert done.frame["town"].to_list() == ["Bath", "Bath", "Leeds|York", "Leeds|York"]
    assert done.utility.certainty_penalty == pytest.approx(((1 + 5.5) / 2 / 25.5 + 0.5 / 2) / 2)


def test_columns_in_which_groups_agree_keep_their_type():
    frame = pl.DataFrame({"age": [30, 30, 50, 50], "sex": ["f", "f", "m", "m"]})
    done = anonymise(frame, ["age", "sex"], Demand(k=2))
    assert done.frame.equals(frame)
    assert done.utility.certainty_penalty == 0


def test_a_hierarchy_says_what_is_alike():
    frame = pl.DataFrame({"town": ["Leeds", "York", "Bath", "Wells", "Truro", "Truro"]})
    done = anonymise(frame, ["town"], Demand(k=2), {"town": hierarchy(PLACES)})
    assert done.frame["town"].to_list() == ["North", "North", "South", "South", "Truro", "Truro"]
    assert done.utility.certainty_penalty == pytest.approx(4 / 6 / 4)
    coarse = anonymise(frame, ["town"], Demand(k=4), {"town": hierarchy(PLACES)})
    assert set(coarse.frame["town"]) == {"*"}


def test_a_hierarchy_must_know_every_value():
    with pytest.raises(DataError, match=r"town lacks 1 value"):
        anonymise(pl.DataFrame({"town": ["Leeds", "Rome"]}), ["town"], Demand(), {"town": hierarchy(PLACES)})
    with pytest.raises(ValueError, match="same number of nodes"):
        hierarchy({"a": ["x"], "b": []})


def test_codes_and_days_have_hierarchies_of_their_own():
    frame = pl.DataFrame(
        {
            "post": ["02115", "02116", "94110", "94112"],
            "day": [dt.date(2021, 3, 1), dt.date(2021, 3, 9), dt.date(2020, 1, 2), dt.date(2020, 7, 3)],
        }
    )
    done = anonymise(frame, ["post", "day"], Demand(k=2))
    assert done.frame["post"].to_list() == ["0211*", "0211*", "9411*", "9411*"]
    assert done.frame["day"].to_list() == ["2021-03", "2021-03", "2020", "2020"]


def test_missing_values_hide_among_missing_values():
    frame = pl.DataFrame({"age": [None, None, 30.0, 31.0, float("nan"), 40.0], "town": [None] * 6})
    done = anonymise(frame, ["age", "town"], Demand(k=3))
    assert done.frame["age"].to_list() == [None, None, "[30, 40]", "[30, 40]", None, "[30, 40]"]
    mixed = anonymise(frame[:4], ["age"], Demand(k=3))
    assert mixed.frame["age"].to_list() == [None] * 4
    assert mixed.utility.certainty_penalty == 1


@pytest.mark.parametrize(
    ("frame", "quasi", "sensitive"),
    [(people(), [], ""), (people(), ["shoe"], ""), (people(), ["age"], "shoe"), (people().clear(), ["age"], "")],
)
def test_a_table_without_rows_or_columns_is_refused(frame, quasi, sensitive):
    with pytest.raises(DataError, match="The table has no"):
        anonymise(frame, quasi, Demand(sensitive=sensitive))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from(["a", "b", "c", None]), st.integers(0, 2)), min_size=1, max_size=60
    ),
    st.integers(1, 8),
    st.integers(1, 3),
)
def test_laws_of_sharing(rows, k, least):
    frame = pl.DataFrame(rows, schema={"n": pl.Int64, "t": pl.String, "s": pl.Int64}, orient="row")
    done = anonymise(frame, ["n", "t"], Demand(k=k, diversity=Diversity(distinct=least), sensitive="s"))
    possible = len(rows) >= k and frame["s"].n_unique() >= least
    assert done.utility.rows_kept == possible
    if possible:
        assert sizes(done.frame, ["n", "t"]).min() >= k
        assert done.frame.group_by(["n", "t"]).agg(pl.col("s").n_unique())["s"].min() >= least
    assert anonymise(frame, ["n", "t"], Demand(k=k)).frame.equals(anonymise(frame, ["n", "t"], Demand(k=k)).frame)


def test_a_hundred_thousand_rows_take_seconds():
    dice = np.random.default_rng(0)
    frame = pl.DataFrame({f"c{at}": dice.integers(0, 50, 30_000) for at in range(8)})
    done = anonymise(frame, frame.columns, Demand(k=5))
    assert done.after.smallest >= 5
    assert done.utility.certainty_penalty < 0.5
