"""Fitting ours: out-of-fold logits come from scorers that did not see the subject, and equal seeds give equal files."""

import numpy as np
import pytest
import torch

from primum.domain.study import Model
from primum.errors import IntegrityError
from primum.models import fitting
from primum.models.fitting import Teaching
from primum.models.pretraining import pretrain
from primum.models.running import Running
from primum.models.samples import deal
from synthetic.tables import table

MODEL = Model(width=8, depth=1, heads=2, epochs=15, patience=5, learning_rate=1e-2, batch_size=32, dropout=0.0)


def silently(work):
    return Running()


def teaching(**changes):
    given = {"model": MODEL, "seed": 1, "encoder": {}, "running": silently}
    return Teaching(**{**given, **changes})


def test_what_the_table_tells_is_learnt_and_told_of_subjects_not_seen():
    tokens, outcome = table(n=180)
    fold = deal(outcome, 2, 0)
    done = fitting.fit(tokens, outcome, fold, teaching())
    assert (done.unseen.argmax(axis=1) == outcome).mean() > 0.75
    new, truth = table(n=200, seed=5)
    assert (done.scorer.logits(new).argmax(axis=1) == truth).mean() > 0.75
    assert 1 <= done.epochs <= 15


def test_a_subjects_own_outcome_does_not_touch_what_is_told_of_it():
    tokens, outcome = table(n=90)
    fold = deal(outcome, 3, 0)
    short = teaching(model=MODEL.model_copy(update={"epochs": 2}))
    before = fitting.fit(tokens, outcome, fold, short).unseen
    turned = np.where(fold == 1, 1 - outcome, outcome)
    after = fitting.fit(tokens, turned, fold, short).unseen
    assert (before[fold == 1] == after[fold == 1]).all()
    assert (before[fold != 1] != after[fold != 1]).any()


def test_equal_seeds_give_equal_files():
    tokens, outcome = table(n=60, classes=3)
    short = teaching(model=MODEL.model_copy(update={"epochs": 2, "dropout": 0.2}))
    first = fitting.fit(tokens, outcome, deal(outcome, 2, 0), short)
    torch.rand(3)
    again = fitting.fit(tokens, outcome, deal(outcome, 2, 0), short)
    assert first.scorer.state() == again.scorer.state()
    assert first.unseen.shape == (60, 3)


def test_each_piece_of_work_is_named_for_progress_and_checkpoints():
    tokens, outcome = table(n=60)
    named = []

    def running(work):
        named.append(work)
        return Running()

    short = teaching(model=MODEL.model_copy(update={"epochs": 1}), running=running)
    fitting.fit(tokens, outcome, deal(outcome, 3, 0), short)
    assert named == ["fold-0", "fold-1", "fold-2", "all"]


def test_a_pretrained_encoder_is_begun_with_and_one_that_does_not_fit_refused():
    tokens, outcome = table(n=60)
    short = MODEL.model_copy(update={"epochs": 1, "pretraining": MODEL.pretraining.model_copy(update={"epochs": 1})})
    files = pretrain(tokens, short, 0, Running()).files
    fold = deal(outcome, 2, 0)
    with_it = fitting.fit(tokens, outcome, fold, teaching(model=short, encoder=files))
    without = fitting.fit(tokens, outcome, fold, teaching(model=short))
    assert (with_it.unseen != without.unseen).any()
    with pytest.raises(IntegrityError):
        fitting.fit(tokens, outcome, fold, teaching(model=short.model_copy(update={"width": 4}), encoder=files))
