"""Figures with their doubt: equal to scikit-learn, to hand-worked intervals, and honest at the edges."""

import math

import numpy as np
import pytest
from scipy.special import softmax
from sklearn import metrics as theirs

from primum.domain.scored import Scored
from primum.models import metrics
from primum.tasks.classify import Classify


def scored(n=120, classes=2, seed=0, threshold=0.4):
    dice = np.random.default_rng(seed)
    outcome = np.arange(n) % classes
    logits = dice.normal(size=(n, classes))
    logits[np.arange(n), outcome] += 1.2
    return Scored(outcome=outcome, probability=softmax(logits, axis=1), threshold=threshold, positives=(1,))


def points(one):
    return Classify().measure(one)


@pytest.mark.parametrize("seed", range(5))
def test_weighted_figures_are_those_of_scikit_learn(seed):
    dice = np.random.default_rng(seed)
    truth = dice.integers(0, 2, 60).astype(float)
    score = np.round(dice.random(60), 1)  # many ties
    weights = dice.integers(0, 4, (3, 60)).astype(float)
    areas, precisions = metrics.roc_auc(truth, score, weights), metrics.average_precision(truth, score, weights)
    for row, area, precision in zip(weights, areas, precisions, strict=True):
        assert area == pytest.approx(theirs.roc_auc_score(truth, score, sample_weight=row))
        assert precision == pytest.approx(theirs.average_precision_score(truth, score, sample_weight=row))


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_intervals_of_newcombe_1998(hits, n, low, high):
    found = metrics.wilson(hits, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert found.value == hits / n


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (5, 10, 0.1871, 0.8129)]
)
def test_clopper_pearson_gives_the_exact_intervals(hits, n, low, high):
    found = metrics.clopper_pearson(hits, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("interval", [metrics.wilson, metrics.clopper_pearson])
def test_a_share_of_nobody_is_unknown_altogether(interval):
    found = interval(0, 0)
    assert math.isnan(found.value)
    assert (found.low, found.high, found.n) == (0, 1, 0)


def test_a_difference_of_shares_gives_the_interval_of_newcombe_1998():
    found = metrics.proportion_difference(metrics.wilson(56, 70), metrics.wilson(48, 80))
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert found.n == 150


def test_the_interval_of_an_area_is_wider_where_there_are_fewer_and_never_collapses():
    few, many = metrics.auroc_interval(0.9, 20, 20), metrics.auroc_interval(0.9, 200, 200)
    assert few[0] < many[0] < 0.9 < many[1] < few[1] < 1
    low, high = metrics.auroc_interval(1.0, 42, 72)
    assert 0.9 < low < 0.99
    assert high == 1
    assert metrics.auroc_interval(0.0, 42, 72)[0] == 0
    assert metrics.auroc_interval(0.0, 42, 72)[1] == pytest.approx(1 - low)


def test_the_interval_of_an_area_covers_the_truth_as_often_as_it_says():
    dice = np.random.default_rng(3)
    truth = np.repeat([1.0, 0.0], [30, 50])
    area, hits = 0.85, 0
    shift = math.sqrt(2) * 1.0364334  # AUROC 0.85 of two normals of unit deviation
    for _ in range(300):
        score = dice.normal(size=80) + shift * truth
        value = float(metrics.roc_auc(truth, score, np.ones((1, 80)))[0])
        low, high = metrics.auroc_interval(value, 30, 50)
        hits += low <= area <= high
    assert hits / 300 > 0.92


def test_resamples_keep_every_class_at_its_size_and_follow_the_seed():
    outcome = np.repeat([0, 1, 2], [5, 3, 2])
    drawn = np.concatenate(list(metrics.resamples(outcome, 1)))
    assert len(drawn) == metrics.REPLICATES
    for one, size in enumerate((5, 3, 2)):
        assert (drawn[:, outcome == one].sum(axis=1) == size).all()
    assert (drawn == np.concatenate(list(metrics.resamples(outcome, 1)))).all()
    assert (drawn != np.concatenate(list(metrics.resamples(outcome, 2)))).any()


def test_resampling_of_many_is_done_a_part_at_a_time(monkeypatch):
    monkeypatch.setattr(metrics, "CELLS", 10_000)
    shapes = [one.shape for one in metrics.resamples(np.arange(100) % 2, 1)]
    assert set(shapes) == {(100, 100)}
    assert len(shapes) == metrics.REPLICATES // 100


def test_the_bootstrap_of_a_mean_is_about_the_textbook_interval():
    values = np.random.default_rng(0).normal(2.0, 1.0, 400)
    found = metrics.bootstrap(
        values.mean(), np.zeros(400, dtype=int), 0, lambda drawn: metrics.weighted_mean(values, drawn)
    )
    half = 1.96 * values.std() / 20
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.012)


def test_a_figure_that_is_not_defined_has_no_interval():
    found = metrics.bootstrap(math.nan, np.zeros(4, dtype=int), 0, lambda drawn: drawn[:, 0])
    assert math.isnan(found.low)
    assert found.as_document()["value"] is None


@pytest.mark.parametrize("classes", [2, 3])
def test_estimates_carry_the_tasks_own_points_inside_their_intervals(classes):
    one = scored(classes=classes)
    found = metrics.estimates(points(one), one, 0)
    assert set(found) == set(points(one))
    for name, estimate in found.items():
        assert estimate.value == points(one)[name]
        assert estimate.low <= estimate.value <= estimate.high
        assert estimate.low < estimate.high
        assert estimate.n == 120


def test_estimates_do_not_depend_on_the_order_of_subjects_but_for_the_dice():
    one = scored()
    mixed = one.only(np.random.default_rng(0).permutation(120))
    first, second = (metrics.estimates(points(x), x, 0) for x in (one, mixed))
    for name in first:
        assert first[name].value == pytest.approx(second[name].value)
        assert first[name].low == pytest.approx(second[name].low, abs=0.02)


def test_a_perfect_score_keeps_its_doubt():
    outcome = np.arange(40) % 2
    one = Scored(outcome=outcome, probability=np.eye(2)[outcome] * 0.9 + 0.05, threshold=0.5, positives=(1,))
    found = metrics.estimates(points(one), one, 0)
    for name in ("accuracy", "balanced_accuracy", "precision", "recall", "specificity", "f1", "roc_auc"):
        assert found[name].value == found[name].high == 1, name
        assert found[name].low < 0.95, name


def test_with_one_class_only_what_needs_two_is_unknown():
    one = scored()
    sick = one.only(np.flatnonzero(one.outcome == 1))
    found = metrics.estimates(points(sick), sick, 0)
    for name in ("roc_auc", "specificity", "brier_score_loss"):
        assert found[name].as_document()["value"] is None
    assert found["recall"].as_document()["value"] is not None
    assert metrics.differences(sick, sick, 0)["roc_auc"] == metrics.UNSHOWN


def test_differences_are_paired_so_a_shared_burden_cancels():
    one = scored()
    other = Scored(outcome=one.outcome, probability=one.probability * 0.999 + 0.0005, threshold=0.4, positives=(1,))
    found = metrics.differences(one, other, 0)
    alone = metrics.estimates(points(one), one, 0)["log_loss"]
    assert found["log_loss"].high - found["log_loss"].low < 0.05 * (alone.high - alone.low)
    assert found["roc_auc"].value == 0
    same = metrics.differences(one, one, 0)
    assert (same["log_loss"].value, same["log_loss"].low, same["log_loss"].high) == (0, 0, 0)


def test_the_sign_of_a_difference_is_first_less_second():
    good, bad = scored(), scored()
    worse = Scored(outcome=bad.outcome, probability=bad.probability[::-1], threshold=0.4, positives=(1,))
    found = metrics.differences(good, worse, 0)
    assert found["log_loss"].high < 0
    assert found["roc_auc"].low > 0


def test_who_is_called_depends_on_the_threshold_with_two_classes_only():
    two = scored()
    assert (two.called == (two.probability[:, 1] >= 0.4)).all()
    three = scored(classes=3, threshold=2.0)
    assert (three.called == three.probability.argmax(axis=1)).all()


def test_a_certain_mistake_costs_much_but_not_all():
    one = Scored(outcome=np.array([1]), probability=np.array([[1.0, 0.0]]), threshold=0.5, positives=(1,))
    assert 30 < one.loss[0] < 40


def test_what_is_not_shown_tells_not_even_how_small():
    assert metrics.UNSHOWN.as_document() == {"value": None, "low": None, "high": None, "n": 0, "shown": False}
