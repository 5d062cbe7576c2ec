"""Comprehensiveness and sufficiency: true weights stand out from random ones, reversed ones fall behind."""

import numpy as np
import pytest
from scipy.special import expit

from primum.models.erasure import SHARES, erase
from synthetic.tables import Row

SLOPES = np.array([3.0, 2.0, 1.0, 0.5, *[0.0] * 16])


def linear(rows):
    return rows @ SLOPES - 2.0


def cases(n=12):
    return [Row(linear, np.ones(20), np.zeros(20)) for _ in range(n)]


def test_by_hand():
    found = erase(cases(1), [SLOPES], 0)
    whole = expit(4.5)
    gone = [expit(1.5), expit(-0.5), expit(-2.0), expit(-2.0)]
    left = [expit(1.0), expit(3.0), expit(4.5), expit(4.5)]
    assert [max(1, round(share * 20)) for share in SHARES] == [1, 2, 4, 10]
    assert found.comprehensiveness[0] == pytest.approx(np.mean([whole - one for one in gone]))
    assert found.sufficiency[0] == pytest.approx(np.mean([whole - one for one in left]))


def test_true_weights_are_more_comprehensive_and_more_sufficient_than_random_ones():
    found = erase(cases(), [SLOPES] * 12, 0)
    assert (found.comprehensiveness > found.random_comprehensiveness).all()
    assert (found.sufficiency < found.random_sufficiency).all()
    reversed_ones = erase(cases(), [-SLOPES] * 12, 0)
    assert (reversed_ones.comprehensiveness < found.random_comprehensiveness).all()


def test_the_document_has_intervals_and_equal_seeds_give_equal_ones():
    first, again = (erase(cases(), [SLOPES] * 12, 3).as_document(3) for _ in range(2))
    assert first == again
    assert set(first) == {"comprehensiveness", "sufficiency", "random_comprehensiveness", "random_sufficiency"}
    assert first["random_sufficiency"]["n"] == 12
    assert first["random_sufficiency"]["low"] <= first["random_sufficiency"]["value"]
