"""Windows: nothing of a note is cut, all fits, neighbours overlap."""

from itertools import pairwise

import torch
from hypothesis import given
from hypothesis import strategies as st

from primum.models.text.windows import OVERLAP, Ends, padded, windows


@given(st.integers(0, 3000), st.integers(1, 300))
def test_every_token_is_in_a_window_and_every_window_fits(length, size):
    found = windows(length, size)
    assert {at for one in found for at in range(one.start, one.stop)} == set(range(length))
    assert all(one.stop - one.start <= size for one in found)
    assert all(one.stop - one.start == min(size, length) for one in found)


@given(st.integers(100, 3000), st.integers(16, 99))
def test_neighbours_overlap(length, size):
    found = windows(length, size)
    assert all(first.stop - second.start >= size // OVERLAP for first, second in pairwise(found))


def test_rows_are_filled_up_between_their_ends():
    tokens, told = padded([[5, 6], [], [7, 8, 9]], Ends(begin=1, end=2, pad=0))
    assert tokens.tolist() == [[1, 5, 6, 2, 0], [1, 2, 0, 0, 0], [1, 7, 8, 9, 2]]
    assert told.sum(dim=1).tolist() == [4, 2, 5]
    assert torch.equal(told > 0, tokens > 0)
