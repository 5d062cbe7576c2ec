"""The majority: everybody gets the shares of the classes."""

import numpy as np
import pytest

from primum.baselines.majority import FILE, Majority
from primum.errors import IntegrityError
from synthetic.tables import LESSON, table


def test_everybody_gets_the_smoothed_shares():
    tokens, _ = table(n=9)
    logits = Majority().fit(tokens, np.array([0] * 6 + [1] * 3), LESSON).logits(tokens)
    assert np.exp(logits[0]) == pytest.approx([6.5 / 10, 3.5 / 10])
    assert (logits == logits[0]).all()


@pytest.mark.parametrize("said", [b"{}", b'{"log_prior": []}', b'{"log_prior": ["a"]}', b'{"log_prior": [NaN, 0.0]}'])
def test_numbers_that_are_none_are_refused(said):
    with pytest.raises(IntegrityError):
        Majority().load({FILE: said})
