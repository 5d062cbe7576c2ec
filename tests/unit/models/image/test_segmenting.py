"""Our candidate for what is drawn: unseen logits come from nets that were not shown the picture; it is kept."""

import numpy as np
import pytest

from primum.domain.looking import Looking
from primum.models.fitting import Teaching
from primum.models.image import segmenting
from primum.models.image.segmenting import SegmentScorer, fit, masks_of
from primum.models.running import Running
from synthetic.small_pictures import SMALL, blobs

GENTLE = Looking(shift=0.02, turn=3, zoom=0.02, average=0.8, flips=(0, 1))
TEACHING = Teaching(
    model=SMALL.model_copy(update={"epochs": 4, "pictures": GENTLE}),
    seed=0,
    encoder={},
    running=lambda _: Running(device="cpu"),
    labels=("nothing", "blob"),
)


@pytest.fixture(scope="module")
def learnt():
    tokens, _ = blobs(24, (16, 16), spread=3)
    outcome = np.concatenate([(one[0] > 1.5).ravel() for one in tokens.values]).astype(np.int64)
    return tokens, outcome, fit(tokens, outcome, np.arange(24) % 3 - 1, TEACHING)


def test_only_pictures_that_were_left_out_have_unseen_logits(learnt):
    tokens, outcome, done = learnt
    told = ~np.isnan(done.unseen).any(axis=1)
    assert np.array_equal(told, (segmenting.owners(tokens) % 3) > 0)
    assert ((done.unseen[told].argmax(axis=1) == outcome[told]).mean()) > 0.9
    seen = done.scorer.logits(tokens)
    assert not np.allclose(seen[told], done.unseen[told])


def test_logits_are_log_probabilities_in_the_order_of_samples(learnt):
    tokens, outcome, done = learnt
    said = done.scorer.logits(tokens)
    assert np.allclose(np.exp(said).sum(axis=1), 1, atol=1e-5)
    again = np.concatenate([one.ravel() for one in masks_of(tokens, outcome)])
    assert np.array_equal(again, outcome)
    assert (said.argmax(axis=1)[outcome == 1] == 1).mean() > 0.5


def test_it_is_kept_and_read_back(learnt):
    tokens, _, done = learnt
    again = SegmentScorer.load(done.scorer.state())
    assert np.array_equal(again.logits(tokens), done.scorer.logits(tokens))
