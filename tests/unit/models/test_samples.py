"""Samples: rows become tokens in order, and dealing spreads every class evenly."""

import numpy as np
import pytest

from primum.errors import DataError
from primum.models.samples import Sample, deal
from synthetic import cytology
from synthetic.tables import table


def test_rows_become_tokens_outcomes_and_records_in_their_order():
    rows = list(cytology.rows("validation"))
    sample = Sample.from_rows(rows, cytology.study())
    assert sample.tokens.values.shape == (len(rows), cytology.MEASURES + 1)
    assert [one.subject for one in sample.records] == [subject for subject, _ in rows]
    assert set(sample.outcome) == {0, 1}
    assert np.isnan(sample.tokens.values).sum() == sum(
        value is None for one in sample.records for value in one.payload.values()
    )
    assert sample.tokens.places(0)[0] == "column:mean_radius"
    assert "payload" not in repr(sample)


def test_a_part_without_subjects_is_refused():
    with pytest.raises(DataError):
        Sample.from_rows([], cytology.study())


def test_taking_rows_keeps_places_and_columns():
    tokens, _ = table()
    some = tokens.take(np.array([3, 1]))
    assert (some.values[0] == tokens.values[3])[~np.isnan(tokens.values[3])].all()
    assert (some.places(0), some.columns) == (tokens.places(0), tokens.columns)


def test_every_class_is_dealt_evenly_and_by_the_seed():
    outcome = np.repeat([0, 1], [53, 12])
    dealt = deal(outcome, 5, 1)
    for one in (0, 1):
        counts = np.bincount(dealt[outcome == one], minlength=5)
        assert counts.max() - counts.min() <= 1
    assert (dealt == deal(outcome, 5, 1)).all()
    assert (dealt != deal(outcome, 5, 2)).any()
    assert (deal(np.array([0, 0, 1]), 2, 0)[2]) == 0
