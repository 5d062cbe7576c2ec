"""LightGBM: trees as text, nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from primum.baselines.lightgbm import FILE, LightGbm
from primum.errors import IntegrityError
from synthetic.tables import LESSON, table


def test_the_seed_draws_the_samples():
    tokens, outcome = table(n=200)
    first, again, other = (
        LightGbm().fit(tokens, outcome, replace(LESSON, seed=seed)).logits(tokens) for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


def test_the_text_tells_no_path_and_no_time_and_reads_in_two_classes():
    tokens, outcome = table()
    scorer = LightGbm().fit(tokens, outcome, LESSON)
    text = scorer.state()[FILE].decode()
    assert text.startswith("tree\n")
    assert "/" not in text.partition("parameters:")[0]
    logits = scorer.logits(tokens)
    assert (logits[:, 0] == 0).all()
    assert np.abs(logits[:, 1]).max() > 1


def test_trees_cut_in_the_middle_are_refused():
    state = dict(LightGbm().fit(*table(), LESSON).state())
    state[FILE] = state[FILE][: state[FILE].index(b"Tree=3")] + b"\nend of trees\n"
    with pytest.raises(IntegrityError):
        LightGbm().load(state)
