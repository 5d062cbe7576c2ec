"""The pretrain stage: an encoder and how well it rebuilds, or neither where the study asks for none."""

import pytest

from primum.models.tabular import WEIGHTS
from primum.stages import pretrain
from synthetic import cytology


def ran(declared=None):
    keeper = cytology.custodian()
    outputs = pretrain.run(cytology.context("pretrain", keeper, declared))
    return keeper, outputs, keeper.evidences[outputs["evidence.pretraining"]]


def test_an_encoder_is_kept_with_its_losses():
    keeper, outputs, evidence = ran()
    assert set(outputs) == {"encoder", "evidence.pretraining"}
    assert set(keeper.models[outputs["encoder"]]) == {WEIGHTS}
    facts = evidence["facts"]
    assert facts["ran"] is True
    assert facts["masked"] == 0.3
    assert 1 <= facts["epochs"] <= 2
    assert facts["loss_mean_guess"] == pytest.approx(1.0, abs=0.4)
    assert facts["loss_last"] < facts["loss_first"]
    assert evidence["made_of"] == [cytology.name_of("development"), outputs["encoder"]]


def test_without_epochs_there_is_no_encoder_and_the_evidence_says_so():
    model = {"width": 8, "depth": 1, "heads": 2, "pretraining": {"epochs": 0}}
    keeper, outputs, evidence = ran(cytology.study(model=model))
    assert outputs["encoder"] == ""
    assert evidence["facts"]["ran"] is False
    assert evidence["facts"]["loss_last"] is None
    assert [one for one in keeper.models.values() if WEIGHTS in one] == []


def test_equal_studies_and_data_give_equal_digests():
    assert ran()[1] == ran()[1]
