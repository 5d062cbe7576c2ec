"""The tabular transformer: what is missing, masked or impossible, and a state that gives the same bits back."""

import json

import numpy as np
import pytest
import torch

from primum.domain.study import Model
from primum.errors import IntegrityError
from primum.models import tabular
from primum.models.tabular import SHAPE, WEIGHTS, Classifier, Encoder, Scaling, TabularScorer
from synthetic.tables import table, tokens

MODEL = Model(width=8, depth=1, heads=2, dropout=0.5)


def scorer(classes=2, seed=0):
    seen, _ = table()
    torch.manual_seed(seed)
    scaling = Scaling.of(seen)
    net = Classifier(Encoder(scaling.categories, MODEL), MODEL.width, classes)
    torch.nn.init.normal_(net.head.weight)
    return TabularScorer(net, scaling, MODEL)


def test_numbers_are_standardised_by_what_is_known_and_categories_left_as_they_are():
    seen, _ = table()
    values, known = Scaling.of(seen).apply(seen.values)
    for place in range(4):
        there = known[:, place] > 0
        assert values[there, place].mean() == pytest.approx(0, abs=1e-9)
        assert values[there, place].std() == pytest.approx(1)
    assert set(values[:, 4]) <= {0.0, 1.0, 2.0}
    assert (values[known == 0] == 0).all()
    assert (known == ~np.isnan(seen.values)).all()


def test_far_values_tell_no_more_than_the_furthest_and_constant_columns_do_no_harm():
    scaling = Scaling.of(tokens([[1, 5, 0, 0, 0], [3, 5, 0, 0, 1]]))
    values, _ = scaling.apply(np.array([[1e9, 5, -1e9, 0, 2]]))
    assert values[0].tolist() == [tabular.FURTHEST, 0, -tabular.FURTHEST, 0, 2]
    assert scaling.median == (2, 5, 0, 0, 0)


def test_a_column_never_known_has_a_harmless_scale():
    scaling = Scaling.of(tokens([[np.nan] * 5]))
    assert scaling.sd == (1.0,) * 5
    assert scaling.categories == (0, 0, 0, 0, 3)


def test_the_loaded_scorer_scores_to_the_bit():
    seen, _ = table()
    first = scorer(classes=3)
    again = TabularScorer.load(first.state())
    assert first.logits(seen).tobytes() == again.logits(seen).tobytes()
    assert first.state() == again.state()
    assert set(first.state()) == {WEIGHTS, SHAPE}
    assert first.logits(seen).shape == (120, 3)


def test_a_subject_scores_alone_as_in_company_and_dropout_is_off():
    seen, _ = table(n=12)
    one = scorer()
    together = one.logits(seen)
    alone = np.vstack([one.logits(tokens(row[None])) for row in seen.values])
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-12)
    assert (one.logits(seen) == together).all()


def test_many_subjects_are_scored_in_batches(monkeypatch):
    seen, _ = table()
    whole = scorer().logits(seen)
    monkeypatch.setattr(tabular, "BATCH", 7)
    np.testing.assert_allclose(scorer().logits(seen), whole, rtol=0, atol=1e-12)
    assert scorer().logits(tokens(np.zeros((0, 5)))).shape == (0, 2)


def test_what_is_missing_is_not_what_is_average_and_each_category_differs():
    one = scorer()
    mean = one._scaling.mean
    rows = [[*mean[:4], 0], [np.nan, *mean[1:4], 0], [*mean[:4], 1], [*mean[:4], 2], [*mean[:4], np.nan]]
    found = one.logits(tokens(rows))
    assert len({tuple(np.round(row, 9)) for row in found}) == 5


def test_a_masked_value_cannot_be_seen():
    scaling = Scaling.of(table()[0])
    encoder = Encoder(scaling.categories, MODEL).eval()
    hidden = torch.tensor([[True, False, False, False, True]])
    known = torch.ones(1, 5)
    first, second = (
        encoder(torch.tensor([[x, 0.1, 0.2, 0.3, level]]), known, hidden) for x, level in ((5.0, 0.0), (-5.0, 2.0))
    )
    assert torch.equal(first, second)
    assert first.shape == (1, 6, 8)


@pytest.mark.parametrize("name", [WEIGHTS, SHAPE])
@pytest.mark.parametrize("damage", ["absent", "cut", "other"])
def test_files_it_did_not_write_are_refused(name, damage):
    state = dict(scorer().state())
    if damage == "absent":
        del state[name]
    elif damage == "cut":
        state[name] = state[name][: len(state[name]) // 2]
    else:
        state[name] = dict(scorer(classes=3).state())[name]
    with pytest.raises(IntegrityError):
        TabularScorer.load(state)


def test_a_shape_that_is_no_model_is_refused():
    state = dict(scorer().state())
    shape = json.loads(state[SHAPE])
    for broken in ({**shape, "model": {**shape["model"], "width": 3}}, {**shape, "extra": 1, "scaling": {}}, []):
        with pytest.raises(IntegrityError):
            TabularScorer.load({**state, SHAPE: json.dumps(broken).encode()})


def test_an_encoder_is_read_back_or_refused():
    categories = (0, 0, 3)
    first, second = Encoder(categories, MODEL), Encoder(categories, MODEL)
    tabular.read_encoder(second, tabular.encoder_files(first))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    for files in ({}, tabular.encoder_files(Encoder((0, 0), MODEL)), {WEIGHTS: b"x"}):
        with pytest.raises(IntegrityError):
            tabular.read_encoder(second, files)
