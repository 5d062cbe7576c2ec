import pytest

from primum.custody import disclosure
from primum.custody.custodian import Custodian


def test_large_counts_and_zeros_are_shown() -> None:
    shown = disclosure.suppress([[10, 20], [0, 30]], 5)
    assert shown.cells == ((10, 20), (0, 30))
    assert (shown.rows, shown.columns, shown.total) == ((30, 30), (10, 50), 60)


def test_a_small_count_takes_others_with_it_so_that_no_margin_tells() -> None:
    shown = disclosure.suppress([[3, 20], [10, 30]], 5)
    assert shown.cells == ((None, None), (None, None))
    assert (shown.rows, shown.columns, shown.total) == ((23, 40), (13, 50), 63)


def test_only_what_must_is_withheld() -> None:
    shown = disclosure.suppress([[3, 20, 40], [10, 30, 50], [11, 60, 70]], 5)
    assert shown.cells == ((None, None, 40), (None, None, 50), (11, 60, 70))
    assert None not in (*shown.rows, *shown.columns, shown.total)


def test_a_small_total_is_small_too() -> None:
    shown = disclosure.suppress([[2, 0], [20, 30]], 5)
    assert shown.cells[0][0] is None
    assert shown.rows[0] is None


def test_two_small_counts_that_would_only_be_known_to_be_small_take_a_third_with_them() -> None:
    shown = disclosure.suppress([[1, 1, 40], [30, 30, 40]], 5)
    assert shown.cells[0] == (None, None, None)


def test_a_single_person_alone_in_a_table_is_not_shown_anywhere() -> None:
    shown = disclosure.suppress([[1]], 5)
    assert (shown.cells, shown.rows, shown.columns, shown.total) == (((None,),), (None,), (None,), None)


def test_an_empty_table_is_a_table() -> None:
    assert disclosure.suppress([[0, 0]], 5).total == 0


def test_a_smallest_count_of_one_withholds_nothing() -> None:
    assert disclosure.suppress([[1, 2], [3, 0]], 1).cells == ((1, 2), (3, 0))


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 212, "b": 357}, {"a": 212, "b": 357}),
        ({"a": 3, "b": 100, "c": 50}, {"a": None, "b": 100, "c": None}),
        ({"a": 3, "b": 4, "c": 100}, {"a": None, "b": None, "c": 100}),
        ({"a": 1, "b": 1, "c": 100}, {"a": None, "b": None, "c": None}),
        ({"a": 3, "b": 0}, {"a": None, "b": None}),
        ({"a": 0, "b": 9}, {"a": 0, "b": 9}),
        ({"a": 1, "b": 1, "c": 1, "d": 0}, {"a": None, "b": None, "c": None, "d": None}),
        ({}, {}),
    ],
)
def test_counts_with_a_public_sum(counts: dict[str, int], shown: dict[str, int | None]) -> None:
    assert disclosure.suppress_counts(counts, 5) == shown


def test_the_custodian_names_rows_and_columns() -> None:
    table = {"female": {"benign": 3, "malignant": 20}, "male": {"benign": 10, "malignant": 30}}
    assert Custodian.suppressed(table, 5) == {
        "cells": {"female": {"benign": None, "malignant": None}, "male": {"benign": None, "malignant": None}},
        "rows": {"female": 23, "male": 40},
        "columns": {"benign": 13, "malignant": 50},
        "total": 63,
    }
    assert Custodian.suppressed_counts({"a": 3, "b": 100}, 5) == {"a": None, "b": None}


def test_the_custodian_takes_an_empty_table() -> None:
    assert Custodian.suppressed({}, 5)["cells"] == {}
