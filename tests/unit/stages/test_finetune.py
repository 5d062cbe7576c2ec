"""The finetune stage: every candidate is a whole model, and which one goes on is told with its reason."""

import json

import pytest

from primum.errors import DataError, StudyError
from primum.models.calibrated import FILE, Calibrated
from primum.models.checkpoints import KeptCheckpoints
from primum.models.samples import Sample
from primum.stages import finetune
from synthetic import cytology

NAMES = {"primum", "majority", "logistic_regression", "lightgbm"}


def ran(declared=None, keeper=None, encoder=""):
    keeper = keeper or cytology.custodian()
    outputs = finetune.run(cytology.context("finetune", keeper, declared, encoder=encoder))
    return keeper, outputs, keeper.evidences[outputs["evidence.selection"]]["facts"]


@pytest.fixture(scope="module")
def done():
    return ran()


def test_every_candidate_is_kept_as_a_whole_model(done):
    keeper, outputs, _ = done
    assert {one for one in outputs if one.startswith("candidate.")} == {f"candidate.{name}" for name in NAMES}
    sample = Sample.from_rows(list(cytology.rows("validation")), cytology.study())
    for name in NAMES:
        model = Calibrated.from_files(keeper.get_model(outputs[f"candidate.{name}"]))
        probability = model.probability(sample.tokens)
        assert probability.sum(axis=1) == pytest.approx(1)
        assert model.card["kind"] == name


def test_the_simplest_adequate_candidate_is_the_model(done):
    _, outputs, facts = done
    assert outputs["chosen"] == facts["chosen"] == "logistic_regression"
    assert outputs["model"] == outputs["candidate.logistic_regression"]
    assert facts["beaten"] is False
    assert "logistic regression" in facts["sentence"]["en"]
    assert facts["sentence"]["zh"]
    assert "Taken from simple to complex" in facts["rule"]
    assert facts["rule_zh"]


def test_the_evidence_compares_all_from_simple_to_complex(done):
    facts = done[2]
    assert [one["complexity"] for one in facts["candidates"]] == [0, 1, 2, 3]
    for one in facts["candidates"]:
        for figure in ("log_loss", "auroc", "difference"):
            assert one[figure]["low"] <= one[figure]["value"] <= one[figure]["high"]
            assert one[figure]["n"] == len(cytology.rows("development"))
    assert facts["metric"] == "log_loss"
    assert facts["folds"] == 3


def test_quantiles_and_threshold_come_from_the_validation_part(done):
    keeper, outputs, facts = done
    card = json.loads(keeper.get_model(outputs["model"])[FILE])
    assert card["conformal"]["coverage"] == 0.9
    assert facts["threshold"] == pytest.approx(card["threshold"], abs=1e-6)
    assert sum(one["n"] for one in facts["conformal"].values()) == len(cytology.rows("validation"))
    model = Calibrated.from_files(keeper.get_model(outputs["model"]))
    sample = Sample.from_rows(list(cytology.rows("validation")), cytology.study())
    scored = model.scored(sample.tokens, sample.outcome)
    found = (scored.called == 1)[sample.outcome == 1].mean()
    assert 0.95 <= found < 1.0 or found == 1.0


def test_the_evidence_names_what_it_rests_on_and_holds_no_pseudonym(done):
    keeper, outputs, _ = done
    evidence = keeper.evidences[outputs["evidence.selection"]]
    assert evidence["made_of"][:2] == [cytology.name_of("development"), cytology.name_of("validation")]
    assert outputs["model"] in evidence["made_of"]
    assert '"P0' not in json.dumps(evidence)


def test_equal_studies_and_data_give_equal_digests(done):
    assert ran()[1] == done[1]


def test_the_test_part_is_not_looked_at(done):
    assert done[0].opened == []


def test_where_the_study_refuses_anything_simpler_ours_stays():
    _, outputs, facts = ran(cytology.study(comparison={"folds": 3, "if_not_beaten": "refuse"}))
    assert outputs["chosen"] == "primum"
    assert facts["beaten"] is False
    assert "nothing simpler" in facts["sentence"]["en"]


def test_a_killed_run_goes_on_where_it_was_and_ends_with_equal_digests(done, monkeypatch):
    keeper = cytology.custodian()

    class PowerCutError(Exception):
        pass

    keep = KeptCheckpoints.keep

    def cut(self, files):
        keep(self, files)
        if self._work == "fold-1":
            raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(KeptCheckpoints, "keep", cut)
        with pytest.raises(PowerCutError):
            ran(keeper=keeper)
    again = []
    monkeypatch.setattr(KeptCheckpoints, "keep", lambda self, files: (again.append(self._work), keep(self, files))[1])
    _, outputs, _ = ran(keeper=keeper)
    assert again == ["fold-2", "all"]
    assert outputs == done[1]


def test_too_few_of_a_class_for_the_folds_is_the_data_stewards():
    with pytest.raises(DataError) as refusal:
        ran(cytology.study(comparison={"folds": 3}), keeper=_few())
    assert "malignant" in refusal.value.what
    assert "folds" in refusal.value.remedy


def test_a_baseline_that_is_not_installed_is_the_authors():
    with pytest.raises(StudyError, match="forest"):
        ran(cytology.study(comparison={"folds": 3, "baselines": ["forest"]}))


def _few():
    keeper = cytology.custodian()
    name = cytology.name_of("development")
    dataset, rows = keeper.data_sets[name]
    sick = [row for row in rows if json.loads(row[1])["outcome"] == 1][:2]
    well = [row for row in rows if json.loads(row[1])["outcome"] == 0][:20]
    keeper.data_sets[name] = (dataset, sick + well)
    return keeper
