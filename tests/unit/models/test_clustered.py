"""Units within subjects: figures are those of scikit-learn, intervals are wider where words of a note are alike."""

import numpy as np
import pytest
from sklearn import metrics as sk

from primum.domain.scored import Scored
from primum.models import clustered, measured, metrics
from primum.models.clustered import Clusters
from primum.models.report import intervals
from primum.tasks.tag import Tag

LABELS = ("O", "B-drug", "I-drug")


def scored(subjects=60, each=12, seed=0, alike=0.0):
    dice = np.random.default_rng(seed)
    owner = np.repeat(np.arange(subjects), each)
    outcome = dice.choice(3, size=len(owner), p=[0.7, 0.2, 0.1])
    skill = 1.5 + alike * dice.normal(size=subjects)[owner]
    logits = dice.normal(size=(len(owner), 3))
    logits[np.arange(len(owner)), outcome] += skill
    probability = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return Scored(outcome=outcome, probability=probability, threshold=0.5, positives=(1, 2), owner=owner, labels=LABELS)


def test_points_of_words_are_those_of_scikit_learn():
    one = scored()
    found = measured.estimates(Tag().measure(one), one, 0)
    truth = (one.outcome > 0).astype(int)
    assert found["accuracy"].value == pytest.approx(sk.accuracy_score(one.outcome, one.called))
    assert found["balanced_accuracy"].value == pytest.approx(sk.balanced_accuracy_score(one.outcome, one.called))
    assert found["roc_auc"].value == pytest.approx(sk.roc_auc_score(truth, one.score))
    assert found["log_loss"].value == pytest.approx(sk.log_loss(one.outcome, one.probability))
    assert found["specificity"].value == pytest.approx((one.called[truth == 0] == 0).mean())
    for name, estimate in found.items():
        assert estimate.low <= estimate.value <= estimate.high, name
        assert estimate.n == 60, name


def test_mentions_count_where_they_are_found_exactly_and_by_kind():
    outcome = np.array([1, 2, 0, 1, 0, 0, 1])
    said = np.array([1, 2, 0, 1, 2, 1, 1])
    one = Scored(
        outcome=outcome, probability=np.eye(3)[said] * 0.8 + 0.1, threshold=0.5, positives=(1, 2),
        owner=np.array([0, 0, 0, 1, 1, 2, 2]), labels=LABELS,
    )  # fmt: skip
    point = Tag().measure(one)
    assert (point["precision"], point["recall"]) == (pytest.approx(2 / 4), pytest.approx(2 / 3))
    assert point["f1"] == pytest.approx(4 / 7)
    assert clustered.by_kind(one, 0)["drug"]["f1"].value == pytest.approx(4 / 7)


def test_words_of_one_note_that_are_alike_make_the_interval_wider_than_words_apart_would():
    together = scored(alike=3.0, seed=4)
    apart = Scored(
        outcome=together.outcome, probability=together.probability, threshold=0.5, positives=(1, 2), labels=LABELS
    )
    hits, every = together.called == together.outcome, np.ones(len(together.outcome), dtype=bool)
    wide, narrow = measured.share(hits, every, together, 0), measured.share(hits, every, apart, 0)
    assert wide.value == narrow.value
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_an_area_over_steps_of_scores_is_the_area_itself():
    one = scored(seed=2)
    value = float(metrics.roc_auc(one.truth, one.score, np.ones((1, len(one.truth))))[0])
    found = Clusters(one, 0).area(value, metrics.roc_auc)
    assert found.low < value < found.high
    assert found.high - found.low < 0.15


def test_the_better_of_two_has_the_better_difference_and_against_itself_there_is_none():
    good = scored(seed=1)
    worse = Scored(
        outcome=good.outcome, probability=np.full_like(good.probability, 1 / 3), threshold=0.5, positives=(1, 2),
        owner=good.owner, labels=LABELS,
    )  # fmt: skip
    found = measured.differences(good, worse, 0)
    assert found["log_loss"].high < 0
    assert found["f1"].low > 0
    same = measured.differences(good, good, 0)
    assert (same["f1"].low, same["f1"].value, same["f1"].high) == (0, 0, 0)


def test_the_report_of_words_is_that_of_scikit_learn_with_intervals_over_notes():
    one = scored(seed=3)
    told = sk.classification_report(one.outcome, one.called, target_names=LABELS, output_dict=True)
    found = intervals(one, LABELS, 0)
    for name in (*LABELS, "macro avg", "weighted avg"):
        for figure in ("precision", "recall", "f1-score"):
            assert found[name][figure].value == pytest.approx(told[name][figure]), (name, figure)
            assert found[name][figure].n == 60


def test_some_of_the_subjects_keep_their_units():
    one = scored(subjects=5, each=3)
    part = one.only(np.array([1, 4]))
    assert part.owner.tolist() == [0, 0, 0, 1, 1, 1]
    assert part.outcome.tolist() == one.outcome[[3, 4, 5, 12, 13, 14]].tolist()
    drawn = one.drawn(np.random.default_rng(0))
    assert len(drawn) == 15
    assert all(np.array_equal(row, np.arange(row[0], row[0] + 3)) for row in drawn.reshape(-1, 3))
