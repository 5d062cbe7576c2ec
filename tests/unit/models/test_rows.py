"""Dealing rows into batches: each row once, rows of equal size together, the order drawn."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from primum.models.rows import POOL, TensorRows, batches, in_order


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=200), st.integers(1, 20), st.integers(0, 5))
def test_every_row_is_in_one_batch(sizes, count, seed):
    dealt = batches(torch.tensor(sizes), count, dice(seed))
    assert sorted(torch.cat(dealt).tolist()) == list(range(len(sizes)))
    assert max(len(one) for one in dealt) <= count


def test_rows_of_equal_size_are_dealt_at_random():
    dealt = batches(torch.ones(10, dtype=torch.long), 4, dice())
    assert [len(one) for one in dealt] == [4, 4, 2]
    assert torch.cat(dealt).tolist() == torch.randperm(10, generator=dice()).tolist()


def test_rows_of_other_sizes_stand_together_so_that_hardly_anything_is_padded():
    sizes = torch.randint(5, 200, (2000,), generator=dice())
    dealt = batches(sizes, 16, dice())
    padded = sum(int(sizes[one].max()) * len(one) for one in dealt) / int(sizes.sum())
    at_random = sum(int(sizes[one].max()) * len(one) for one in torch.randperm(2000).split(16)) / int(sizes.sum())
    assert padded < 1.05
    assert at_random > 1.5
    assert [len(one) for one in dealt].count(16) == 2000 // 16


def test_the_order_of_batches_is_drawn_and_differs_by_dice():
    sizes = torch.arange(16 * POOL)
    first, again, other = (batches(sizes, 16, dice(seed)) for seed in (0, 0, 1))
    assert [one.tolist() for one in first] == [one.tolist() for one in again]
    assert [one.tolist() for one in first] != [one.tolist() for one in other]
    heads = [int(one.min()) for one in first]
    assert heads != sorted(heads)


def test_for_measuring_the_longest_come_first():
    parts = in_order(torch.tensor([3, 9, 1, 9]), 2)
    assert [one.tolist() for one in parts] == [[1, 3], [0, 2]]


def test_rows_of_tensors_are_taken_from_each():
    rows = TensorRows(torch.arange(6).reshape(3, 2), torch.tensor([7, 8, 9]))
    assert len(rows) == 3
    assert rows.sizes().tolist() == [1, 1, 1]
    table, column = rows.take(torch.tensor([2, 0]))
    assert table.tolist() == [[4, 5], [0, 1]]
    assert column.tolist() == [9, 7]
    assert len(TensorRows()) == 0
