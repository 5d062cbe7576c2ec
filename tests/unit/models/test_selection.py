"""The choice: complexity must pay, ties go to the simple, and the dossier's first sentence says so."""

import numpy as np
import pytest

from primum.models import metrics, selection
from primum.models.selection import Candidate, Terms

N = 400
OUTCOME = np.arange(N) % 2


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(metrics, "REPLICATES", 400)


class Nothing:
    def logits(self, tokens):
        raise NotImplementedError

    def state(self):
        return {}


def candidate(name, complexity, skill, seed=0):
    noise = np.random.default_rng(seed).normal(size=N)
    odds = skill * (2 * OUTCOME - 1) + noise
    logits = np.column_stack([np.zeros(N), odds if skill else np.zeros(N)])
    return Candidate(name=name, complexity=complexity, scorer=Nothing(), unseen=logits, outcome=OUTCOME)


def chosen(ours, linear, trees=0.5, margin=0.0, *, refuse=False):
    candidates = [
        candidate("primum", 3, ours),
        candidate("lightgbm", 2, trees),
        candidate("majority", 0, 0),
        candidate("logistic_regression", 1, linear),
    ]
    return selection.select(candidates, Terms(margin=margin, refuse=refuse, positives=(1,), seed=0))


def test_ours_is_chosen_where_it_beats_every_baseline():
    found = chosen(ours=2.0, linear=1.0)
    assert (found.chosen, found.best, found.beaten) == ("primum", "primum", True)
    assert "beat every baseline" in selection.sentence(found)["en"]
    assert "胜过全部基线" in selection.sentence(found)["zh"]


def test_the_linear_model_is_chosen_where_it_is_as_good():
    found = chosen(ours=1.5, linear=1.5)
    assert (found.chosen, found.beaten) == ("logistic_regression", False)
    said = selection.sentence(found)
    assert "did not beat every baseline" in said["en"]
    assert "logistic regression" in said["en"]
    assert "逻辑回归" in said["zh"]


def test_a_little_better_is_not_better_where_the_margin_asks_for_more():
    assert chosen(ours=2.0, linear=1.9).chosen == "primum"
    assert chosen(ours=2.0, linear=1.9, margin=0.1).chosen == "logistic_regression"
    assert not chosen(ours=2.0, linear=1.9, margin=0.1).beaten


def test_the_majority_is_chosen_only_where_nothing_beats_it():
    found = chosen(ours=0, linear=0, trees=0)
    assert found.chosen == "majority"
    assert chosen(ours=0.5, linear=0, trees=0).chosen == "primum"


def test_trees_in_the_middle_may_win():
    found = chosen(ours=1.0, linear=0.5, trees=1.5)
    assert (found.chosen, found.best, found.beaten) == ("lightgbm", "lightgbm", False)


def test_where_the_study_refuses_anything_simpler_ours_stays_and_is_said_not_to_have_won():
    found = chosen(ours=1.0, linear=1.5, refuse=True)
    assert (found.chosen, found.best, found.beaten) == ("primum", "logistic_regression", False)
    assert "nothing simpler" in selection.sentence(found)["en"]
    assert "不以更简单" in selection.sentence(found)["zh"]


def test_candidates_are_told_from_simple_to_complex_beside_the_best():
    found = chosen(ours=1.0, linear=1.5)
    assert [one.candidate.name for one in found.compared] == ["majority", "logistic_regression", "lightgbm", "primum"]
    best = found.of("logistic_regression")
    assert (best.difference.value, best.difference.low, best.difference.high) == (0, 0, 0)
    ours = found.of("primum")
    assert ours.difference.low > 0
    assert ours.difference.value == pytest.approx(ours.log_loss.value - best.log_loss.value)
    assert ours.log_loss.low < ours.log_loss.value < ours.log_loss.high
    assert ours.auroc.low < ours.auroc.value < ours.auroc.high
    assert ours.log_loss.n == N


def test_equal_complexity_goes_to_the_lower_loss():
    twins = [candidate("one", 1, 1.0), candidate("two", 1, 1.0, seed=1), candidate("primum", 3, 1.0)]
    found = selection.select(twins, Terms(margin=0.0, refuse=False, positives=(1,), seed=0))
    lower = min(("one", "two"), key=lambda name: found.of(name).log_loss.value)
    assert found.compared[0].candidate.name == lower


def test_overconfidence_is_forgiven_because_it_will_be_mended():
    bold = candidate("primum", 3, 1.0)
    bold = Candidate(name="primum", complexity=3, scorer=Nothing(), unseen=bold.unseen * 8, outcome=bold.outcome)
    calm = candidate("primum", 3, 1.0)
    assert bold.scored(1).loss.mean() == pytest.approx(calm.scored(1).loss.mean(), abs=0.005)


def test_a_baseline_of_another_package_is_called_by_its_own_name():
    found = selection.select(
        [candidate("forest", 1, 2.0), candidate("primum", 3, 0.5)],
        Terms(margin=0.0, refuse=False, positives=(1,), seed=0),
    )
    assert "forest" in selection.sentence(found)["en"]
    assert "forest" in selection.sentence(found)["zh"]
    with pytest.raises(KeyError):
        found.of("nobody")
