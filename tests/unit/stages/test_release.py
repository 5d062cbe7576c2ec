"""The release stage: a dossier in any case; a bundle only with leave from the gate, for this model and evidence."""

import datetime as dt
import json

import pytest

from primum.custody.verifying import verify_bundle
from primum.domain.gate import signable
from primum.domain.norm import ROLES
from primum.errors import GateClosedError, IntegrityError
from primum.ids import digest
from primum.stages import gate, release
from synthetic.gate_home import GateHome, study
from synthetic.memory_custodian import NOW


@pytest.fixture
def home(tmp_path):
    return GateHome(tmp_path)


def judged(home, asked):
    """Return the context of the release stage after the gate."""
    return home.context("release", asked, **gate.run(home.context("gate", asked)))


def released(home, asked=None):
    """Run both stages and return the verified bundle."""
    outputs = release.run(judged(home, asked or study()))
    found = verify_bundle(home.home / "out" / "release", home.trust())
    assert found.manifest_digest == outputs["release"]
    return found


def test_an_open_gate_gives_a_bundle_that_verifies_and_is_noted(home):
    found = released(home)
    assert home.releases == [(found.manifest_digest, home.model)]
    assert set(found.files) == {
        "model/model.json", "model/scorer/weights.safetensors", "study.json", "gate.json", "card.json", "sbom.json",
        *(f"evidence/{kind}.json" for kind in home.facts),
    }  # fmt: skip


def test_outputs_are_the_manifest_and_a_path_below_the_home(home):
    outputs = release.run(judged(home, study()))
    assert outputs["path"] == "out/release"
    assert set(outputs) == {"release", "path"}


def test_the_statement_tells_when_until_when_at_which_grade_and_of_what(home):
    statement = released(home, study(validity_days=10)).statement
    assert statement["released_at"] == "2024-05-17T09:30:00+00:00"
    assert statement["expires_at"] == "2024-05-27T09:30:00+00:00"
    assert dt.datetime.fromisoformat(statement["released_at"]) == NOW
    assert statement["grade"] == "research"
    assert statement["model"] == home.model
    assert statement["checkpoint"] == home.checkpoint()
    assert statement["dossier"] == digest((home.home / "out" / "dossier.html").read_bytes())


def test_the_grade_is_the_one_asked_even_where_more_was_reached(home):
    asked = study("shadow")
    for role in ROLES:
        home.enrol(f"Made-Up {role}", role)
    report = home.get_evidence(gate.run(home.context("gate", asked))["evidence.gate"])["facts"]
    for role in ROLES:
        for one in signable(report, role):
            home.sign(f"Made-Up {role}", role, one, report["evidence_set"])
    found = released(home, asked)
    assert found.statement["grade"] == "shadow"
    page = (home.home / "out" / "dossier.html").read_text()
    assert "Made-Up ethics-board" in page
    signed = json.loads(found.files["card.json"])["ethics"]["facts"]["signed"]
    assert {one["role"] for one in signed} == {"ethics-board", "privacy-officer"}


def test_equal_evidence_gives_an_equal_manifest_at_another_time_under_other_keys(home, tmp_path):
    other = GateHome(tmp_path / "other")
    assert released(home).manifest_digest == released(other).manifest_digest


def test_no_file_in_the_bundle_tells_the_time(home):
    for name, data in released(home).files.items():
        assert b"2024-05-17" not in data, name


def test_the_evidence_in_the_bundle_is_what_was_judged(home):
    found = released(home)
    report = json.loads(found.files["gate.json"])
    for kind in home.facts:
        document = json.loads(found.files[f"evidence/{kind}.json"])
        assert document["kind"] == kind
        assert home.put_evidence(document) in report["made_of"]


def test_the_dossier_names_decision_and_release(home):
    found = released(home)
    page = (home.home / "out" / "dossier.html").read_text()
    assert "Released for research use" in page
    assert found.manifest_digest[:12] in page


def test_a_closed_gate_leaves_a_dossier_and_no_bundle_and_says_who_must_act(home):
    with pytest.raises(GateClosedError) as caught:
        release.run(judged(home, study("advisory")))
    assert "PRIMUM-9 (needs a person)" in caught.value.what
    assert "ethics-board" in caught.value.remedy
    assert not (home.home / "out" / "release").exists()
    assert "Refused for advisory use" in (home.home / "out" / "dossier.html").read_text()
    assert home.releases == []


def test_a_closed_gate_does_not_touch_an_earlier_release(home):
    before = released(home)
    with pytest.raises(GateClosedError):
        release.run(judged(home, study("advisory")))
    assert verify_bundle(home.home / "out" / "release", home.trust()) == before


def test_a_report_about_another_model_releases_nothing(home):
    context = judged(home, study())
    other = home.put_model({"model.json": b"another"}, [])
    planted = {**context.inputs, "model": other}
    with pytest.raises(IntegrityError, match="another model"):
        release.run(home.context("release", study(), **planted))
    assert not (home.home / "out").exists()


def test_a_report_on_other_evidence_releases_nothing(home):
    outputs = gate.run(home.context("gate", study()))
    home.facts["privacy"]["canaries"]["found"] = 3
    with pytest.raises(IntegrityError, match="other evidence"):
        release.run(home.context("release", study(), **outputs))
    assert not (home.home / "out").exists()


def test_an_older_open_report_does_not_open_for_worse_evidence(home):
    old = gate.run(home.context("gate", study()))
    home.facts["privacy"]["canaries"]["found"] = 3
    new = gate.run(home.context("gate", study()))
    with pytest.raises(IntegrityError):
        release.run(home.context("release", study(), **{**new, "evidence.gate": old["evidence.gate"]}))


def test_the_word_open_alone_opens_nothing(home):
    context = judged(home, study("advisory"))
    with pytest.raises(GateClosedError):
        release.run(home.context("release", study("advisory"), **{**context.inputs, "open": "yes"}))


def test_another_evidence_in_place_of_the_report_releases_nothing(home):
    context = judged(home, study())
    with pytest.raises(IntegrityError, match="no report of the gate"):
        release.run(home.context("release", study(), **{**context.inputs, "evidence.gate": ""}))


def test_a_disk_that_is_full_is_told_as_such(home, monkeypatch):
    context = judged(home, study("advisory"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(release, "write_whole", full)
    with pytest.raises(IntegrityError, match="disk is full"):
        release.run(context)
