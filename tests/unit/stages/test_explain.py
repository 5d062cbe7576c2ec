"""The explain stage: both methods are measured, the most faithful one that passes is chosen, or none."""

import pytest

from primum.stages import explain, finetune
from synthetic import cytology


@pytest.fixture(scope="module")
def trained():
    keeper = cytology.custodian()
    return keeper, finetune.run(cytology.context("finetune", keeper, encoder=""))


def ran(trained, **changes):
    keeper, inputs = trained
    outputs = explain.run(cytology.context("explain", keeper, cytology.study(**changes), **inputs))
    return outputs, keeper.evidences[outputs["evidence.faithfulness"]]


def test_where_a_method_passes_the_most_faithful_is_chosen_and_says_what_counts_overall(trained):
    outputs, evidence = ran(trained, limits={"faithfulness_ratio_at_least": 1.0})
    facts = evidence["facts"]
    assert set(facts["methods"]) == {"occlusion", "shapley"}
    assert facts["methods"]["occlusion"]["passes"] is True
    assert outputs["explainer"] == facts["chosen"] in facts["methods"]
    weights = [one["weight"] for one in facts["global"]]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) == cytology.MEASURES + 1
    assert facts["global"][0]["place"].startswith("column:")
    assert (facts["cases"], facts["k"]) == (12, 3)
    assert evidence["made_of"] == [cytology.name_of("validation"), trained[1]["model"]]


def test_deleted_random_and_reversed_stand_beside_each_other(trained):
    found = ran(trained)[1]["facts"]["methods"]["occlusion"]
    assert found["reversed"] < found["random"] < found["deleted"]
    assert found["ratio"]["value"] == pytest.approx(found["deleted"] / found["random"], abs=1e-4)
    assert found["ratio"]["n"] == 12


def test_where_none_passes_none_is_chosen_and_nothing_is_told_of_it(trained):
    outputs, evidence = ran(trained, limits={"faithfulness_ratio_at_least": 50.0})
    assert outputs["explainer"] == ""
    assert evidence["facts"]["chosen"] == ""
    assert evidence["facts"]["global"] == []


def test_a_model_that_ignores_the_record_has_no_explanation(trained):
    keeper, inputs = trained
    majority = {**inputs, "model": inputs["candidate.majority"]}
    outputs, evidence = ran((keeper, majority), limits={"faithfulness_ratio_at_least": 1.0})
    assert outputs["explainer"] == ""
    assert evidence["facts"]["methods"]["shapley"]["ratio"]["shown"] is False


def test_only_the_methods_asked_for_compete(trained):
    _, evidence = ran(trained, explanation={"methods": ["shapley"], "cases": 10})
    assert set(evidence["facts"]["methods"]) == {"shapley"}
    assert evidence["facts"]["cases"] == 10


def test_a_method_without_signs_is_measured_and_never_chosen(trained, monkeypatch):
    signed = explain._load("occlusion")
    monkeypatch.setattr(type(signed), "signed", False)
    outputs, evidence = ran(
        trained, explanation={"methods": ["occlusion"], "cases": 10}, limits={"faithfulness_ratio_at_least": 1.0}
    )
    assert evidence["facts"]["methods"]["occlusion"]["passes"] is True
    assert outputs["explainer"] == ""


def test_equal_input_gives_equal_evidence(trained):
    assert ran(trained) == ran(trained)
