"""A study of notes through the stages: an official split, one held-out fifth, words explained, nothing lost."""

import json

import numpy as np
import pytest

from primum.errors import DataError
from primum.models.calibrated import Calibrated
from primum.stages import evaluate, explain, finetune, ingest, prepare, pretrain, protect
from synthetic import notes
from synthetic.memory_custodian import MemoryCustodian, context_for

FIRST = ((ingest, "ingest"), (protect, "protect"), (prepare, "prepare"))
ALL = (*FIRST, (pretrain, "pretrain"), (finetune, "finetune"), (evaluate, "evaluate"), (explain, "explain"))
COLUMNS = [
    {"name": "note", "source": "notes", "role": "feature"},
    {"name": "organ", "source": "notes", "role": "outcome"},
    {"name": "part", "source": "notes", "role": "part"},
]
DEALT = ("development", "development", "development", "validation", "test")


def study(**changes):
    return notes.study(
        **{
            "columns": COLUMNS,
            "cohort": {"split": {"column": "part"}},
            "model": {
                "encoder": "scratch",
                "width": 16,
                "depth": 1,
                "heads": 2,
                "epochs": 2,
                "window": 32,
                "pretraining": {"epochs": 1},
            },
            "comparison": {"baselines": ["majority", "tfidf_svm", "tfidf_logistic"], "folds": 1},
            "limits": {"coverage": 0.8, "small_number": 4, "faithfulness_ratio_at_least": 1.0},
            "explanation": {"methods": ["occlusion", "integrated_gradients"], "cases": 15},
            **changes,
        }
    )


def lines(n=150):
    documents, outcome = notes.written(n)
    return [[f"n-{at}", one, notes.CLASSES[outcome[at]], DEALT[at // 3 % 5]] for at, one in enumerate(documents)]


def run(folder, table, stages=FIRST, asked=None):
    notes.csv_of(folder, [tuple(one) for one in table], header="number,note,organ,part")
    custodian, outputs = MemoryCustodian("one home"), {}
    for stage, name in stages:
        outputs |= stage.run(context_for(name, asked or study(), custodian, outputs, folder))
    return custodian, outputs


def facts(custodian, outputs, kind):
    return custodian.get_evidence(outputs[f"evidence.{kind}"])["facts"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return run(tmp_path_factory.mktemp("notes"), lines(), ALL)


def test_an_official_split_is_kept_and_is_no_part_of_a_record(whole):
    custodian, outputs = whole
    told = facts(custodian, outputs, "data")
    assert {name: one["subjects"] for name, one in told["parts"].items()} == {
        "development": 90,
        "validation": 30,
        "test": 30,
    }
    assert told["official_split"] == {"column": "part", "twins": {"validation": 0, "test": 0}}
    for name in ("development", "validation", "test"):
        for _, data in custodian.data_sets[outputs[name]][1]:
            assert set(json.loads(data)["record"]["payload"]) == {"note"}


def test_a_text_is_described_by_how_many_words_it_has(whole):
    (told,) = facts(*whole, "data")["columns"]
    assert told["missing"] == 0
    assert told["words"]["mean"] == 12


def test_notes_that_the_model_reads_are_scrubbed_and_strangers_are_planted_in_them(whole):
    told = facts(*whole, "privacy")
    assert told["notes_scrubbed"] == 150
    assert {one["name"]: one["action"] for one in told["columns"]}["note"] == "scrubbed"
    assert told["canaries"]["text_columns"] == 1
    assert told["canaries"]["overall"]["n"] > 100


def test_one_fold_compares_on_the_held_out_fifth_and_says_so(whole):
    told = facts(*whole, "selection")
    assert told["folds"] == 1
    assert {one["log_loss"]["n"] for one in told["candidates"]} == {18}
    assert {one["name"] for one in told["candidates"]} == {"majority", "tfidf_svm", "tfidf_logistic", "primum"}
    assert told["chosen"] in {"tfidf_svm", "tfidf_logistic"}
    assert told["sentence"]["en"].startswith("On the held-out fifth of the development part")
    assert told["sentence"]["zh"].startswith("在开发部分留出的五分之一上")


def test_our_model_learnt_from_the_pretrained_encoder(whole):
    told = facts(*whole, "pretraining")
    assert told["ran"] is True
    assert told["loss_last"] <= told["loss_first"]
    model = Calibrated.from_files(whole[0].get_model(whole[1]["candidate.primum"]))
    assert model.probability(notes.texts("Cough.")).shape == (1, 3)


def test_what_is_evaluated_tells_the_classes_apart(whole):
    told = facts(*whole, "performance")
    assert told["metrics"][told["released"]]["accuracy"]["value"] > 0.9
    assert set(told["report"]) == {*notes.CLASSES, "macro avg", "weighted avg"}


def test_words_are_explained_for_the_class_they_speak_for(whole):
    custodian, outputs = whole
    told = facts(custodian, outputs, "faithfulness")
    assert outputs["explainer"] == told["chosen"] == "occlusion"
    assert told["not_applicable"] == ["integrated_gradients"]
    method = told["methods"]["occlusion"]
    assert method["comprehensiveness"]["value"] > method["random_comprehensiveness"]["value"]
    assert method["sufficiency"]["value"] < method["random_sufficiency"]["value"]
    assert 13 <= method["asked"] <= 14
    for place, name in enumerate(notes.CLASSES):
        speaking = {one["word"] for one in told["words"][name]["for"]}
        assert set(notes.TELLING[place]) & speaking
        assert all(one["weight"] < 0 for one in told["words"][name]["against"])
    assert all(one["place"].startswith("word:") for one in told["global"])


def test_gradients_are_asked_of_a_model_that_has_them(whole):
    custodian, outputs = whole
    ours = {**outputs, "model": outputs["candidate.primum"]}
    told = explain.run(context_for("explain", study(), custodian, ours, None))
    methods = custodian.get_evidence(told["evidence.faithfulness"])["facts"]["methods"]
    assert set(methods) == {"occlusion", "integrated_gradients"}
    assert methods["integrated_gradients"]["asked"] == 24


def test_no_evidence_holds_a_note(whole):
    custodian, _ = whole
    documents = [one for one, _ in zip(notes.written(150)[0], range(150), strict=True)]
    told = json.dumps(list(custodian.evidences.values()), ensure_ascii=False)
    assert not any(one in told for one in documents)


def test_an_empty_note_stays_in_the_study_and_is_stated(tmp_path):
    table = lines()
    for at in range(30):
        table[at][1] = " "
    custodian, outputs = run(tmp_path, table)
    told = facts(custodian, outputs, "data")
    assert told["columns"][0]["missing"] == pytest.approx(18 / 90, abs=1e-3)
    assert sum(one["subjects"] for one in told["parts"].values()) == 150


def test_a_long_note_comes_through_whole(tmp_path):
    table = lines()
    table[0][1] = "cough " * 35_000
    custodian, outputs = run(tmp_path, table)
    longest = max(
        len(json.loads(data)["record"]["payload"]["note"].split())
        for _, data in custodian.data_sets[outputs["development"]][1]
    )
    assert longest == 35_000


def test_a_label_that_is_no_class_is_counted_and_not_shown(tmp_path):
    table = lines()
    table[3][2] = "Quartermain"
    with pytest.raises(DataError, match="1 outcome") as refusal:
        run(tmp_path, table)
    assert "Quartermain" not in refusal.value.what


def test_a_subject_in_no_part_is_counted(tmp_path):
    table = lines()
    table[3][3], table[4][3] = "training", ""
    with pytest.raises(DataError, match=r"2 subject\(s\) are in none of the parts"):
        run(tmp_path, table)


def test_an_official_part_with_too_few_of_a_class_is_refused(tmp_path):
    table = [one for one in lines() if not (one[3] == "validation" and one[2] == "skin")]
    with pytest.raises(DataError, match="validation of class skin"):
        run(tmp_path, table)


def test_twins_across_official_parts_are_counted(tmp_path):
    table = lines()
    test = [at for at, one in enumerate(table) if one[3] == "test"][:5]
    for at in test:
        table[at][1] = table[0][1]
    told = facts(*run(tmp_path, table), "data")
    assert told["official_split"]["twins"]["test"] == 5
    assert told["duplicates"] == 5


def test_without_an_official_split_twins_stay_together(tmp_path):
    table = lines()
    for at in range(0, 60, 3):
        table[at][1] = table[0][1]
    asked = study(columns=COLUMNS[:2], cohort={})
    custodian, outputs = run(tmp_path, table, asked=asked)
    holding = [
        name
        for name in ("development", "validation", "test")
        if any(
            json.loads(data)["record"]["payload"]["note"] == table[0][1]
            for _, data in custodian.data_sets[outputs[name]][1]
        )
    ]
    assert len(holding) == 1


def test_equal_notes_give_equal_evidence(whole, tmp_path):
    _, outputs = run(tmp_path, lines(), ALL)
    names = ("evidence.data", "evidence.selection", "evidence.performance", "evidence.faithfulness")
    assert {one: outputs[one] for one in names} == {one: whole[1][one] for one in names}


def test_labels_that_the_words_contradict_are_suspected():
    from primum.models.labels import suspected_notes

    documents, outcome = notes.written(150)
    wrong = outcome.copy()
    wrong[:6] = (wrong[:6] + 1) % 3
    found = suspected_notes(documents, wrong, 0)
    assert found[:6].all()
    assert found[6:].mean() < 0.05
    with pytest.raises(DataError, match="No note holds a word"):
        suspected_notes(["", " . "] * 6, np.arange(12) % 2, 0)
