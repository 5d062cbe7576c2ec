"""A whole model: files that give the same model back, doubts about strange input, ranges that are nobody's own."""

import json

import numpy as np
import pytest
from scipy.special import softmax

from primum import plugins
from primum.domain.study import Words
from primum.domain.tokens import Cells
from primum.errors import IntegrityError, StudyError
from primum.models import calibrated, seen
from primum.models.calibrated import FILE, Calibrated, Doubt, to_files
from primum.models.calibration import Recalibration
from primum.models.samples import Sample
from synthetic import cytology
from synthetic.tables import LESSON, table, tokens

TURN = Recalibration(slopes=np.array([[0.5]]), intercepts=np.array([0.25]))
DOUBT = Doubt(quantile=np.array([0.3, 0.6]), threshold=0.4)


@pytest.fixture(scope="module")
def sample():
    return Sample.from_rows(list(cytology.rows("development")), cytology.study())


@pytest.fixture(scope="module")
def files(sample):
    scorer = plugins.load("baseline", "logistic_regression").fit(sample.tokens, sample.outcome, LESSON)
    return to_files(cytology.study(), ("logistic_regression", scorer), (sample.tokens, sample.tokens), TURN, DOUBT)


@pytest.fixture
def model(files):
    return Calibrated.from_files(files)


def test_files_give_the_same_model_back(sample, files, model):
    scorer = plugins.load("baseline", "logistic_regression").fit(sample.tokens, sample.outcome, LESSON)
    expected = softmax(TURN.apply(scorer.logits(sample.tokens)), axis=1)
    assert model.probability(sample.tokens).tobytes() == expected.tobytes()
    assert model.classes == ("benign", "malignant")
    assert model.positives == (1,)
    assert model.columns == cytology.study().features()
    assert model.quantile.tolist() == [0.3, 0.6]
    assert set(files) == {FILE, "scorer/logistic_regression.safetensors"}


def test_the_card_holds_no_subject_and_is_plain_json(files):
    card = json.loads(files[FILE])
    assert card["kind"] == "logistic_regression"
    assert card["conformal"]["quantiles"] == {"benign": 0.3, "malignant": 0.6}
    assert "P0" not in files[FILE].decode()


def test_log_odds_are_those_of_the_calibrated_probability(sample, model):
    probability = model.probability(sample.tokens)
    expected = np.log(probability[:, 1] / probability[:, 0])
    np.testing.assert_allclose(model.log_odds(sample.tokens, 1), expected, atol=1e-6)


def test_what_is_evaluated_is_what_is_told(sample, model):
    scored = model.scored(sample.tokens, sample.outcome)
    assert scored.threshold == 0.4
    assert (scored.probability == model.probability(sample.tokens)).all()
    sets = model.sets(scored.probability)
    assert (sets[:, 0] == (1 - scored.probability[:, 0] <= 0.3)).all()


def test_input_unlike_the_development_part_is_doubted_by_the_label_of_its_column(sample, model):
    values = sample.tokens.values[:4].copy()
    values[:] = model.reference
    (low, high) = model.card["range"][0]
    values[0, 0] = high + 1.01 * (high - low)
    values[1, 0] = high + 0.99 * (high - low)
    values[2, 1:] = np.nan
    said = model.doubts(tokens_like(sample, values))
    assert said[0][0].en.startswith("mean_radius lies far outside")
    assert said[0][0].zh.startswith("mean_radius远超出")
    assert said[1] == []
    assert said[2][0].en.startswith("8 of 9 values are missing")
    assert "缺失 8 项" in said[2][0].zh
    assert said[3] == []
    probability = np.tile([0.05, 0.95], (4, 1))
    assert model.abstains(tokens_like(sample, values), probability).tolist() == [True, False, True, False]
    unlike = [True, False, True, False]
    assert model.abstains(tokens_like(sample, values), np.tile([0.5, 0.5], (4, 1))).tolist() == unlike
    assert model.abstains(tokens_like(sample, values), np.tile([0.65, 0.35], (4, 1))).all()


def tokens_like(sample, values):
    return Cells(values=values, columns=sample.tokens.columns)


def test_ranges_end_at_values_that_enough_subjects_reach():
    values = np.full((20, 5), np.nan)
    values[:, 0] = np.arange(20)
    values[:6, 1] = 1.0
    values[:, 4] = np.arange(20) % 3
    found = seen.ranges(tokens(values), 5)
    assert found[0] == [4, 15]
    assert found[1] is None, "known of too few"
    assert found[4] is None, "a category has no range"


def test_typical_is_the_median_the_commonest_category_or_nothing():
    values = np.array([[1.0, np.nan, 3, 4, 2], [2, np.nan, 3, 4, 2], [9, np.nan, 3, 4, 0]])
    assert seen.typical(tokens(values)) == [2, 0, 3, 4, 2]


@pytest.mark.parametrize("damage", ["absent", "cut", "key", "column", "quantile"])
def test_a_card_that_was_not_written_is_refused(files, damage):
    card = json.loads(files[FILE])
    broken = {
        "absent": None,
        "cut": files[FILE][:50],
        "key": json.dumps({**card, "calibration": {}}).encode(),
        "column": json.dumps({**card, "columns": [{"name": "Not A Name"}]}).encode(),
        "quantile": json.dumps({**card, "conformal": {"quantiles": {"benign": "x", "malignant": 1}}}).encode(),
    }[damage]
    changed = {name: data for name, data in files.items() if name != FILE} | ({} if broken is None else {FILE: broken})
    with pytest.raises(IntegrityError):
        Calibrated.from_files(changed)


def test_a_kind_that_is_not_installed_is_named(files):
    card = json.loads(files[FILE]) | {"kind": "forest"}
    with pytest.raises(StudyError, match="forest"):
        Calibrated.from_files({**files, FILE: json.dumps(card).encode()})


def test_why_a_set_is_no_answer():
    benign, malignant = Words(en="benign", zh="良性"), Words(en="malignant", zh="恶性")
    assert calibrated.why_set([benign]) == []
    assert "No class fits" in calibrated.why_set([])[0].en
    (both,) = calibrated.why_set([benign, malignant])
    assert "benign and malignant" in both.en
    assert "良性、恶性" in both.zh


def test_three_classes_keep_the_log_odds_of_one_against_the_rest():
    learnt, outcome = table(classes=3)
    study = cytology.study(
        columns=[
            *(json.loads(one.model_dump_json()) for one in learnt.columns),
            {"name": "diagnosis", "source": "lab", "role": "outcome"},
        ],
        outcome={
            "column": "diagnosis",
            "classes": ["a", "b", "c"],
            "positive": "b",
            "reference_standard": "r",
        },
        subgroups=[],
    )
    scorer = plugins.load("baseline", "logistic_regression").fit(learnt, outcome, LESSON)
    same = Recalibration(slopes=np.eye(2), intercepts=np.zeros(2))
    doubt = Doubt(quantile=np.ones(3), threshold=0.5)
    model = Calibrated.from_files(to_files(study, ("logistic_regression", scorer), (learnt, learnt), same, doubt))
    probability = model.probability(learnt)[:, 1]
    np.testing.assert_allclose(model.log_odds(learnt, 1), np.log(probability / (1 - probability)), atol=1e-9)
