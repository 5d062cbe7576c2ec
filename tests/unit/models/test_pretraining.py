"""Self-supervision: columns that follow from each other are rebuilt better than by guessing the mean."""

import numpy as np
import pytest

from primum.domain.study import Model, Pretraining
from primum.models.pretraining import pretrain
from primum.models.running import Running
from primum.models.tabular import Encoder, read_encoder
from synthetic.tables import tokens

MODEL = Model(width=16, depth=1, heads=2, dropout=0.0, patience=100, learning_rate=5e-3)


def related(n=240, gaps=0.05):
    dice = np.random.default_rng(0)
    x = dice.normal(size=n)
    values = np.column_stack([x, 2 * x + 1, -x, dice.normal(size=n), np.digitize(x, [-0.5, 0.5])])
    values[dice.random(values.shape) < gaps] = np.nan
    return tokens(values)


def taught(epochs, **changes):
    model = MODEL.model_copy(update={"pretraining": Pretraining(epochs=epochs, masked=0.3), **changes})
    return model, pretrain(related(), model, 0, Running())


def test_related_columns_are_rebuilt_better_than_by_the_mean():
    model, done = taught(40)
    assert done.last < 0.75 * done.mean_guess
    assert done.last < done.first
    assert 1 <= done.epochs <= 40
    read_encoder(Encoder((0, 0, 0, 0, 3), model), done.files)


def test_guessing_the_mean_costs_about_one_for_numbers_and_categories_alike():
    _, done = taught(1)
    assert done.mean_guess == pytest.approx(1, abs=0.25)
    assert done.first == pytest.approx(done.mean_guess, abs=0.1)
    assert done.last > 0


def test_equal_seeds_give_equal_files():
    assert taught(2)[1].files == taught(2)[1].files


def test_columns_that_tell_nothing_of_each_other_cannot_be_rebuilt():
    dice = np.random.default_rng(1)
    noise = tokens(np.column_stack([dice.normal(size=(240, 4)), dice.integers(0, 3, 240)]))
    model = MODEL.model_copy(update={"pretraining": Pretraining(epochs=5)})
    done = pretrain(noise, model, 0, Running())
    assert done.last > 0.8 * done.mean_guess
