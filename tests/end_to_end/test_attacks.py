"""What must be refused is refused, with the right error: each test tampers with its own copy of the main job."""

import json
import shutil
import sqlite3

import pytest


def refusal(done):
    """Return what was refused, from the JSON a verb printed."""
    return json.loads(done.stdout.splitlines()[-1])


def lines(desk):
    return (desk.home / "audit" / "entries.jsonl").read_bytes().splitlines(keepends=True)


def write(desk, entries):
    (desk.home / "audit" / "entries.jsonl").write_bytes(b"".join(entries))


def edited(entries):
    entries[5] = entries[5].replace(b'"allowed":true', b'"allowed":false')
    return entries


def truncated(entries):
    return entries[:-3]


def reordered(entries):
    entries[4], entries[5] = entries[5], entries[4]
    return entries


def inserted(entries):
    return [*entries[:6], entries[5], *entries[6:]]


@pytest.mark.parametrize("tamper", [edited, truncated, reordered, inserted])
def test_a_log_that_was_tampered_with_stops_everything(desk, tamper):
    write(desk, tamper(lines(desk)))
    for words in (
        ["verify", desk.out / "release", "--json"],
        ["audit", desk.folder, "--json"],
        ["run", desk.folder, "--json"],
    ):
        assert refusal(desk.primum(*words, code=13))["error"] == "IntegrityError"


def test_a_log_rolled_back_with_its_checkpoint_is_found_by_the_store_and_by_the_release(desk, tmp_path):
    shutil.copytree(desk.home / "audit", tmp_path / "old")
    desk.edit("validity_days: .*", "validity_days: 99")
    desk.run()
    shutil.rmtree(desk.home / "audit")
    shutil.copytree(tmp_path / "old", desk.home / "audit")
    assert refusal(desk.primum("run", desk.folder, "--json", code=13))["error"] == "IntegrityError"
    assert refusal(desk.primum("verify", desk.out / "release", "--json", code=13))["error"] == "IntegrityError"


def test_tampered_weights_are_named_and_neither_verified_nor_used_nor_served(desk):
    (weights,) = (desk.out / "release" / "model").rglob("*.safetensors")
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    bundle = next((desk.folder / "incoming").glob("*.json"))
    for words in (
        ["verify", desk.out / "release", "--json"],
        ["predict", desk.out / "release", bundle, "--json"],
        ["serve", desk.folder, "--json"],
    ):
        found = refusal(desk.primum(*words, code=13))
        assert found["error"] == "IntegrityError"
        assert weights.name in found["what"]


def test_an_unsigned_release_is_not_served(desk):
    release = desk.out / "release"
    for one in release.iterdir():
        if one.is_file() and "sig" in one.name:
            one.unlink()
    assert refusal(desk.primum("serve", desk.folder, "--json", code=13))["error"] == "IntegrityError"
    assert refusal(desk.primum("verify", release, "--json", code=13))["error"] == "IntegrityError"


def test_without_a_release_there_is_nothing_to_serve(desk):
    shutil.rmtree(desk.out / "release")
    done = desk.primum("serve", desk.folder, "--json", code=None)
    assert done.returncode in {13, 14}


def test_a_release_signed_by_a_strangers_key_is_refused(desk, released, tmp_path):
    trust = json.loads((desk.out / "trust.json").read_text())
    trust["release"] = "00" * 32 if isinstance(trust["release"], str) else ["00" * 32]
    other = tmp_path / "trust.json"
    other.write_text(json.dumps(trust))
    done = desk.primum("verify", desk.out / "release", "--trust", other, "--json", code=13)
    assert refusal(done)["error"] == "IntegrityError"


def test_a_purpose_the_data_was_not_collected_for_is_refused(desk):
    desk.edit("purpose: .*", "purpose: insurance-rating")
    found = refusal(desk.primum("run", desk.folder, "--json", code=12))
    assert found["error"] == "AccessDeniedError"
    assert "insurance-rating" in found["what"] + found["remedy"]


def test_an_actor_without_a_grant_is_refused_and_told_what_to_ask_for(desk):
    policy = desk.home / "access.yaml"
    policy.write_text(policy.read_text().replace('"*"', "somebody-else").replace("'*'", "somebody-else"))
    found = refusal(desk.primum("run", desk.folder, "--json", code=12, PRIMUM_ACTOR="mallory"))
    assert found["error"] == "AccessDeniedError"
    assert found["owner"] == "the data access committee"


def test_missing_evidence_is_an_integrity_error_not_a_pass(desk):
    digest = json.loads(desk.primum("run", desk.folder, "--json").stdout)["outputs"]["evidence.performance"]
    (desk.home / "evidence" / f"{digest}.json").unlink()
    desk.edit("validity_days: .*", "validity_days: 98")
    assert refusal(desk.primum("run", desk.folder, "--json", code=13))["error"] == "IntegrityError"


def test_edited_evidence_is_an_integrity_error(desk):
    digest = json.loads(desk.primum("run", desk.folder, "--json").stdout)["outputs"]["evidence.performance"]
    file = desk.home / "evidence" / f"{digest}.json"
    file.write_text(file.read_text().replace('"roc_auc"', '"roc_auc" ', 1))
    desk.edit("validity_days: .*", "validity_days: 97")
    assert refusal(desk.primum("run", desk.folder, "--json", code=13))["error"] == "IntegrityError"


def test_a_second_opening_of_the_test_part_is_refused(desk):
    with sqlite3.connect(desk.home / "store.db") as store:
        for (table,) in store.execute("select name from sqlite_master where type = 'table'").fetchall():
            columns = {row[1] for row in store.execute(f"pragma table_info({table})")}
            if {"stage", "outputs"} <= columns:
                assert store.execute(f"delete from {table} where stage = 'evaluate'").rowcount == 1  # noqa: S608
    found = refusal(desk.primum("run", desk.folder, "--json", code=12))
    assert found["error"] == "AccessDeniedError"
    assert "open" in found["what"]


def test_limits_cannot_be_moved_after_the_test_part_was_looked_at(desk):
    desk.edit(r"k_anonymity_at_least: \d+", "k_anonymity_at_least: 4")
    desk.edit(r"auroc_at_least: [\d.]+", "auroc_at_least: 0.5")
    found = refusal(desk.primum("run", desk.folder, "--json", code=12))
    assert found["error"] == "AccessDeniedError"
    assert "second opening" in found["what"]


def test_a_model_worse_than_its_baseline_is_not_released(small, tmp_path):
    desk = small.copy(tmp_path / "study")
    desk.edit("if_not_beaten: .*", "if_not_beaten: refuse")
    found = desk.run(code=14)
    assert found["verdict"] == "refused"
    assert found["release"] == ""
    assert found["refusal"]["error"] == "GateClosedError"
    assert "performance.not-worse-than-baselines" in json.dumps(found["refusal"])
    assert not (desk.out / "release").exists()
    assert (desk.out / "dossier.html").is_file()


def test_the_wrong_passphrase_opens_nothing(desk):
    found = refusal(desk.primum("run", desk.folder, "--json", code=12, PRIMUM_PASSPHRASE="a guess"))
    assert found["error"] == "AccessDeniedError"
    assert "passphrase" in found["what"].lower()


def test_erasing_a_subject_destroys_its_key_and_lists_what_rested_on_it(desk):
    header, first, *_ = (desk.folder / "data" / "cytology.csv").read_text().splitlines()
    subject = first.split(",")[header.split(",").index("mrn")]
    gone = json.loads(desk.primum("erase", desk.folder, subject, "--json").stdout)
    assert gone["subject"].startswith("P")
    assert len(gone["data_sets"]) >= 3
    assert gone["models"]
    assert gone["releases"] == [json.loads(desk.primum("verify", desk.out / "release", "--json").stdout)["release"]]
    assert refusal(desk.primum("erase", desk.folder, subject, "--json", code=None))["error"] in {
        "DataError",
        "AccessDeniedError",
    }
