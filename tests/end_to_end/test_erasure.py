"""Erased is erased: no backup of the store opens the subject, and a later objection erases; who may go back."""

import csv
import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from primum import console
from primum.custody.custodian import Act, Custodian
from primum.custody.keyring import PassphraseKeyRing, Wrapped
from primum.errors import AccessDeniedError, IntegrityError
from synthetic.command_line import PASSPHRASE

PURPOSE = "breast-mass-diagnosis-research"


def opened(home):
    return Custodian.open(home, PASSPHRASE, Act(actor="local-operator", purpose=PURPOSE), console.now)


def numbers(desk):
    with (desk.folder / "data" / "cytology.csv").open(encoding="utf-8") as file:
        return [row["mrn"] for row in csv.DictReader(file)]


def asked(home, query):
    """Return what the database file itself holds, whatever our own code would say."""
    with closing(sqlite3.connect(f"file:{home / 'store.db'}?immutable=1", uri=True)) as store:
        return store.execute(query).fetchall()


def wrapped_keys(home):
    rows = asked(home, "SELECT owner, wrapped_by, wrapped FROM keys WHERE wrapped IS NOT NULL")
    return {owner: Wrapped(by=by, data=data) for owner, by, data in rows}


@pytest.fixture
def backup(desk, tmp_path):
    """The whole home as a nightly backup took it, before anybody was erased."""
    return shutil.copytree(desk.home, tmp_path / "backup")


def test_after_an_erasure_no_backup_of_the_store_opens_that_subject(desk, backup, tmp_path):
    number = numbers(desk)[5]
    gone = json.loads(desk.primum("erase", desk.folder, number, "--json").stdout)
    subject = gone["subject"]
    assert gone["data_sets"]
    assert gone["models"]
    assert gone["releases"] == [desk.run()["release"]]

    old, ring = wrapped_keys(backup), PassphraseKeyRing.load(desk.home / "keyring.json", PASSPHRASE)
    assert subject in old
    assert subject not in wrapped_keys(desk.home)
    for owner, wrapped in old.items():
        with pytest.raises(IntegrityError, match="does not open"):
            ring.unwrap(wrapped, owner)

    data_sets = [one for (one,) in asked(backup, "SELECT digest FROM data_sets WHERE data_class <> 'sealed'")]
    assert len(data_sets) >= 4
    mixed = shutil.copytree(backup, tmp_path / "backup with today's keys")
    shutil.copy(desk.home / "keyring.json", mixed)
    with opened(mixed) as custodian:
        for one in data_sets:
            with pytest.raises(IntegrityError, match="does not open"):
                custodian.read_dataset(one)
        with pytest.raises(IntegrityError, match="does not open"):
            custodian.identity(subject)

    rolled = shutil.copytree(desk.home, tmp_path / "today's folder with yesterday's store")
    for file in rolled.glob("store.db*"):
        file.unlink()
    shutil.copy(backup / "store.db", rolled)
    with pytest.raises(IntegrityError, match="rolled back"):
        opened(rolled)

    with opened(desk.home) as custodian:
        assert not custodian.knows(number)
        for one in data_sets:
            assert subject not in [who for who, _ in custodian.read_dataset(one)]


def test_the_limit_the_backup_with_its_own_key_ring_still_opens(desk, backup):
    number = numbers(desk)[5]
    desk.primum("erase", desk.folder, number)
    with opened(backup) as custodian:
        assert custodian.knows(number), "which is why docs/explanation/custody.md says what to do with old key rings"


def test_after_an_erasure_the_study_stands_and_everything_verifies(desk):
    before = desk.run()
    desk.primum("erase", desk.folder, numbers(desk)[7])
    after = desk.run()
    assert (after["release"], after["worked"]) == (before["release"], [])
    desk.primum("verify", desk.out / "release")


def test_who_runs_the_study_may_not_go_back_to_the_person_until_the_committee_says_so(desk):
    number = numbers(desk)[9]
    with opened(desk.home) as custodian:
        subject = custodian.pseudonym(number)
        with pytest.raises(AccessDeniedError, match="may not identify"):
            custodian.identify(subject, "an unexpected finding")
    entries = json.loads(desk.primum("audit", desk.folder, "--json", PRIMUM_PASSPHRASE="").stdout)["entries"]
    (refused,) = [one for one in entries if one["action"] == "identify subject"]
    assert (refused["allowed"], refused["about"]) == (False, subject)

    grants = desk.home / "access.yaml"
    grants.write_text(
        grants.read_text()
        + f"  - role: engineer\n    purpose: {PURPOSE}\n    classes: [identified]\n    actions: [identify]\n"
        + "    because: Made-up decision 4 of the example.\n"
    )
    with opened(desk.home) as custodian:
        assert custodian.identify(subject, "an unexpected finding") == number
        assert [custodian.identify(custodian.pseudonym(one), "x") for one in numbers(desk)[:20]] == numbers(desk)[:20]
    log = (desk.home / "audit" / "entries.jsonl").read_text()
    assert number not in log
    assert "Made-up decision 4" in log


def test_a_later_objection_leaves_the_subject_out_of_the_next_run_and_erases_what_was_kept(small, tmp_path):
    desk = small.copy(tmp_path / "study")
    objections = desk.folder / "objections.txt"
    objections.write_text("")
    desk.edit(r"^sources:\n", "consent:\n  opt_out: objections.txt\nsources:\n")
    desk.run(code=None)
    listed = numbers(desk)
    with opened(desk.home) as custodian:
        assert all(custodian.knows(one) for one in listed[:8])
    objections.write_text("\n".join(listed[:8]))
    second = desk.run(code=None)
    assert {"ingest", "protect", "prepare", "finetune"} <= set(second["worked"])
    with opened(desk.home) as custodian:
        assert not any(custodian.knows(one) for one in listed[:8])
        assert custodian.knows(listed[8])
        told, flow = custodian.latest("intake")["facts"], custodian.latest("data")["facts"]
    assert told["consent"]["left_out"] == {"without_consent": 0, "objected": 8}
    assert told["subjects"] == len(listed) - 8
    assert flow["flow"][0]["subjects"] == len(listed)
    assert {"because": "Objected to the use.", "because_zh": "受试者提出反对。", "n": 8} in flow["excluded"]
    entries = json.loads(desk.primum("audit", desk.folder, "--json", PRIMUM_PASSPHRASE="").stdout)["entries"]
    assert sum(one["action"] == "erase subject" for one in entries) == 8
