"""Logistic regression: scored from its numbers, as scikit-learn would score it."""

import numpy as np
import pytest
from safetensors.numpy import load, save
from sklearn.linear_model import LogisticRegression

from primum.baselines.logistic_regression import FILE, LogisticRegressionBaseline, design
from primum.errors import IntegrityError
from synthetic.tables import LESSON, table, tokens


@pytest.mark.parametrize("classes", [2, 3])
def test_log_odds_are_those_of_scikit_learn_on_standardised_numbers(classes):
    seen, outcome = table(classes=classes, gaps=0.0)
    numbers = seen.values[:, :4]
    scaled = (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)
    theirs = LogisticRegression(max_iter=10_000).fit(scaled, outcome).predict_log_proba(scaled)
    ours = (
        LogisticRegressionBaseline()
        .fit(tokens(numbers, colour=False), outcome, LESSON)
        .logits(tokens(numbers, colour=False))
    )
    np.testing.assert_allclose(ours - ours[:, :1], theirs - theirs[:, :1], atol=1e-3)


def test_a_missing_number_is_typical_and_flagged_and_a_category_one_input_a_level():
    state = LogisticRegressionBaseline().fit(*table(gaps=0.0), LESSON).state()
    numbers = load(state[FILE])
    inputs = design(np.array([[np.nan, 0, 0, 0, 1], [0, 0, 0, 0, np.nan]]), numbers)
    assert inputs.shape == (2, 4 * 2 + 3)
    assert inputs[0, 0] == pytest.approx((numbers["median"][0] - numbers["mean"][0]) / numbers["sd"][0])
    assert inputs[0, 1] == 1
    assert inputs[0, 8:].tolist() == [0, 1, 0]
    assert inputs[1, 8:].tolist() == [0, 0, 0]


def test_numbers_out_of_shape_or_not_finite_are_refused():
    numbers = load(LogisticRegressionBaseline().fit(*table(), LESSON).state()[FILE])
    for broken in ({**numbers, "mean": numbers["mean"] * np.nan}, {**numbers, "mean": numbers["coefficient"]}):
        with pytest.raises(IntegrityError):
            LogisticRegressionBaseline().load({FILE: save({k: np.ascontiguousarray(v) for k, v in broken.items()})})
    with pytest.raises(IntegrityError):
        LogisticRegressionBaseline().load({FILE: save({"coefficient": numbers["coefficient"]})})
