"""Subgroups: figures of each, nothing of those too small, and no small number by subtraction."""

import json

import numpy as np
import pytest

from primum.domain.scored import Scored
from primum.domain.study import Subgroup
from primum.models.metrics import wilson
from primum.models.subgroups import Groups
from synthetic.memory_custodian import MemoryCustodian

AGE = Subgroup(column="age", edges=(40.0, 60.0))


def groups(ages, truth, score, subgroup=AGE):
    score = np.asarray(score, dtype=float)
    scored = Scored(
        outcome=np.asarray(truth), probability=np.column_stack([1 - score, score]), threshold=0.5, positives=(1,)
    )
    return Groups(subgroup, list(ages), scored, MemoryCustodian.suppressed_counts, (5, 0))


def three(sizes=(40, 40, 40), wrong=(0, 4, 0)):
    """Groups of these sizes, half of them sick; in each, so many of the sick are missed."""
    ages, truth, score = [], [], []
    for age, size, missed in zip((30, 50, 70), sizes, wrong, strict=True):
        ages += [age] * size
        truth += [1] * (size // 2) + [0] * (size - size // 2)
        score += [0.2] * missed + [0.9] * (size // 2 - missed) + [0.1] * (size - size // 2)
    return groups(ages, truth, score)


def test_each_group_has_its_figures_in_the_order_of_the_edges():
    rows = three().rows()
    assert [one["group"] for one in rows] == ["< 40", "40 to < 60", "≥ 60"]
    assert all(one["column"] == "age" for one in rows)
    middle = rows[1]
    assert (middle["n"], middle["positives"]) == (40, 20)
    assert middle["recall"] == wilson(16, 20).as_document()
    assert middle["specificity"] == wilson(20, 20).as_document()
    assert middle["roc_auc"]["value"] == pytest.approx(1.0)
    assert middle["roc_auc"]["low"] < 1


def test_categories_come_by_name_and_the_unknown_has_a_group():
    found = groups(["b", "a", None] * 20, [1, 0] * 30, [0.6, 0.4] * 30, Subgroup(column="side"))
    assert [one["group"] for one in found.rows()] == ["a", "b", "unknown"]


def test_a_small_group_is_named_and_nothing_else_of_it_is_told():
    rows = three(sizes=(40, 4, 40), wrong=(0, 1, 0)).rows()
    small = rows[1]
    assert (small["n"], small["positives"]) == (None, None)
    for figure in ("recall", "specificity", "roc_auc"):
        assert small[figure] == {"value": None, "low": None, "high": None, "n": 0, "shown": False}
    assert sum(one["n"] is None for one in rows) == 2, "the total would tell a single hidden group"


def test_few_events_hide_the_figures_but_not_the_size():
    ages = [30] * 40 + [50] * 40 + [70] * 40
    truth = [1] * 3 + [0] * 37 + [1] * 20 + [0] * 20 + [1] * 20 + [0] * 20
    score = [0.9] * 120
    rows = groups(ages, truth, score).rows()
    assert rows[0]["n"] == 40
    assert rows[0]["positives"] is None
    assert rows[0]["recall"]["shown"] is False


def test_the_gap_is_between_the_best_and_the_worst_shown_group():
    gap = three().gap()
    assert gap.value == pytest.approx(20 / 20 - 16 / 20)
    assert gap.low < gap.value < gap.high
    assert three(wrong=(0, 0, 0)).gap().value == 0


def test_one_shown_group_is_no_comparison():
    assert three(sizes=(40, 4, 4), wrong=(0, 0, 0)).gap().shown is False


def test_abstention_is_told_by_group_where_the_group_may_be():
    found = three(sizes=(40, 4, 40), wrong=(0, 0, 0))
    rows = found.abstention(np.array([True] * 10 + [False] * 74))
    shown = [one for one in rows if one["abstention"]["shown"]]
    assert len(shown) == 1
    assert "84" not in json.dumps(rows)


def test_everything_is_plain_json():
    json.dumps([three().rows(), three().gap().as_document()], allow_nan=False)
