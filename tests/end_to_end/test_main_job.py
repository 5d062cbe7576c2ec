"""The main job: released at grade research, refused at advisory until signed, then served, decided on and verified."""

import json
import resource
from pathlib import Path

import pytest

ROLES = ("ethics-board", "privacy-officer", "clinical-lead", "regulatory-lead", "security-officer")


def test_the_demo_is_released_at_grade_research(released):
    result = released.result
    assert result["verdict"] == "released"
    assert result["grade"] == "research"
    assert len(result["release"]) == 64
    assert "RELEASED" in released.spoken
    assert str(released.out / "dossier.html") in released.spoken.replace("\n", "")


def test_the_figures_for_programs_are_in_scikit_learns_names_with_intervals(released):
    metrics = released.result["metrics"]
    assert {"accuracy", "precision", "recall", "f1", "roc_auc", "average_precision", "brier_score_loss"} <= set(metrics)
    for one in metrics.values():
        assert one["n"] > 100
        assert one["low"] <= one["value"] <= one["high"]
    assert metrics["roc_auc"]["value"] >= 0.97


def spent():
    """Return the processor seconds of all commands that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_second_run_does_no_work_and_says_so_in_under_three_seconds(released, desk):
    desk.run()
    before = spent()
    done = desk.primum("run", desk.folder)
    assert spent() - before < 3, "processor seconds, which a busy machine does not change"
    assert "nothing was done again" in done.stdout
    assert desk.run()["worked"] == []


def test_the_bundle_the_log_and_the_signatures_verify_with_public_keys_alone(released):
    done = released.primum("verify", released.out / "release", "--json", PRIMUM_PASSPHRASE="")
    verdict = json.loads(done.stdout)
    assert verdict["genuine"] is True
    assert verdict["release"] == released.result["release"]
    assert verdict["log"]["size"] > 20


def test_predict_prints_a_line_a_subject_and_the_predictor_gives_the_same_bits(released):
    from primum import console
    from primum.models.predictor import Predictor

    files = sorted((released.folder / "incoming").glob("*.json"))[:3]
    done = released.primum("predict", released.out / "release", *files)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["file"] for one in lines] == [1, 2, 3]
    trust = json.loads((released.out / "trust.json").read_text())
    predictor = Predictor.open(released.out / "release", trust, console.now())
    for file, line in zip(files, lines, strict=True):
        (prediction,) = predictor.predict(predictor.read(file))
        expected = json.loads(json.dumps(prediction.as_document()))
        assert {name: line[name] for name in expected} == expected
        assert line["release"] == released.result["release"]
        assert sum(line["probabilities"].values()) == pytest.approx(1)
        assert line["abstained"] is (len(line["prediction_set"]) != 1) or line["why_abstained"]


def test_advisory_is_refused_until_signed_then_released_and_stale_when_the_evidence_changes(desk):
    desk.edit(r"grade: research", "grade: advisory")
    refused = desk.run(code=14)
    assert refused["verdict"] == "refused"
    assert refused["grade"] in {"research", "shadow"}
    assert refused["refusal"]["error"] == "GateClosedError"
    assert set(refused["worked"]) <= {"gate", "release"}, "nothing is trained or opened again for another grade"
    for role in ROLES:
        desk.primum("enrol", desk.folder, f"Test {role}", role)
        desk.primum("sign", desk.folder, f"Test {role}", role)
    released = desk.run()
    assert released["verdict"] == "released"
    assert released["grade"] == "advisory"
    desk.edit(r"cases: \d+", "cases: 50")
    stale = desk.run(code=14)
    assert stale["verdict"] == "refused"
    assert "stale" in json.dumps(stale)


def test_rewording_a_study_trains_nothing_and_opens_nothing(desk):
    desk.edit("恶性", "恶性的")
    desk.edit("Nuclear radius, mean", "Mean radius of the nuclei")
    assert set(desk.run()["worked"]) == {"gate", "release"}
    assert "恶性的" in (desk.out / "dossier.html").read_text()


def test_the_dossier_is_one_small_file_whose_first_words_are_the_decision(released):
    page = (released.out / "dossier.html").read_text()
    assert len(page.encode()) < 300_000
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert page.index("research") < page.index("<table")


def test_every_verb_speaks_json(released, desk: object, tmp_path: Path):
    assert json.loads(released.primum("check", released.folder, "--json").stdout)["ready"] is True
    assert json.loads(released.primum("audit", released.folder, "--json", PRIMUM_PASSPHRASE="").stdout)["size"] > 20
    drafted = released.primum("init", released.folder / "data", "--out", tmp_path / "study.yaml", "--json")
    assert json.loads(drafted.stdout)["study"] == str(tmp_path / "study.yaml")
