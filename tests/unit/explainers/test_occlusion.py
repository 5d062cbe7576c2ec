"""Occlusion: each place is made typical alone, so an interaction counts in full for every place in it."""

import numpy as np
import pytest

from primum.explainers.occlusion import Occlusion
from synthetic.tables import Row


def test_an_interaction_counts_in_full_for_each_place():
    weights = Occlusion().weigh(Row(lambda rows: rows[:, 0] * rows[:, 1], np.array([2.0, 3.0]), np.zeros(2)), 0)
    assert weights == pytest.approx([6.0, 6.0])


def test_the_model_is_asked_in_one_batch_beside_the_case_itself():
    asked = []

    def score(rows):
        asked.append(rows.copy())
        return rows.sum(axis=1)

    Occlusion().weigh(Row(score, np.array([1.0, 2.0, 3.0]), np.zeros(3)), 0)
    assert [len(one) for one in asked] == [1, 3]
    assert (np.sort((asked[1] == 0).sum(axis=1)) == 1).all()


def test_a_long_text_is_taken_by_groups_first_and_the_strongest_word_by_word():
    from primum.explainers.occlusion import CLOSER, MOST

    slopes = np.zeros(1000)
    slopes[[17, 500, 999]] = [5.0, -4.0, 3.0]
    asked = []

    class Long:
        places = 1000

        def log_odds(self, kept):
            asked.append(len(kept))
            return kept @ slopes

    weights = Occlusion().weigh(Long(), 0)
    assert weights[[17, 500, 999]] == pytest.approx([5.0, -4.0, 3.0])
    assert weights.sum() == pytest.approx(slopes.sum())
    assert sum(asked) < MOST + CLOSER * 9 + 5
