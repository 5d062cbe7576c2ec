"""The gate stage: evidence in, report out; only signatures of enrolled people in their role on this evidence count."""

import pytest

from primum.custody import crypto
from primum.domain.gate import signable
from primum.domain.norm import ROLES
from primum.domain.study import Limits, Words
from primum.errors import IntegrityError, StudyError
from primum.ids import canonical
from primum.norms import library
from primum.stages import gate
from synthetic.gate_home import GateHome, study
from synthetic.judged import estimate


@pytest.fixture
def home(tmp_path):
    made = GateHome(tmp_path)
    for role in ROLES:
        made.enrol(f"Made-Up {role}", role)
    return made


def judge(home, asked=None):
    """Run the stage and return its outputs and the report's facts."""
    outputs = gate.run(home.context("gate", asked or study()))
    return outputs, home.get_evidence(outputs["evidence.gate"])["facts"]


def sign_everything(home, report):
    for role in ROLES:
        for one in signable(report, role):
            home.sign(f"Made-Up {role}", role, one, report["evidence_set"])


def verdict(report, name):
    return next(one for norm in report["norms"] for one in norm["requirements"] if one["id"] == name)


def test_good_evidence_opens_research_without_a_person(home):
    outputs, report = judge(home)
    assert outputs["open"] == "yes"
    assert report["open"] is True
    assert report["reached"] == "research"
    assert report["model"] == home.model
    assert set(outputs) == {"evidence.gate", "evidence.custody", "evidence.declaration", "open"}


def test_the_report_names_everything_it_rests_on(home):
    outputs, _ = judge(home)
    kept = home.get_evidence(outputs["evidence.gate"])
    assert kept["stage"] == "gate"
    assert home.model in kept["made_of"]
    assert outputs["evidence.custody"] in kept["made_of"]
    assert len(kept["made_of"]) == 10


def test_the_declaration_holds_what_people_call_classes_columns_and_categories(home):
    asked = study()
    words = {"en": "in words", "zh": "用词"}
    outcome = asked.outcome.model_copy(update={"labels": {asked.outcome.positive: Words(**words)}})
    first, *rest = asked.columns
    colour = first.model_copy(update={"categories": ("x",), "category_labels": {"x": Words(**words)}})
    outputs, _ = judge(home, asked.model_copy(update={"outcome": outcome, "columns": (colour, *rest)}))
    told = home.get_evidence(outputs["evidence.declaration"])["facts"]
    assert told["outcome"]["labels"][asked.outcome.positive] == words
    assert set(told["outcome"]["labels"]) == set(asked.outcome.classes)
    assert told["columns"][first.name]["category_labels"] == {"x": words}
    assert set(told["columns"][first.name]["label"]) == {"en", "zh"}


def test_our_own_rules_are_judged_beside_the_studys_norms(home):
    _, report = judge(home)
    assert [one["id"] for one in report["norms"]] == ["primum", "gdpr", "who"]
    assert report["norms"][1]["later"]


def test_the_declaration_holds_what_checks_and_people_ask_of_the_study(home):
    outputs, _ = judge(home)
    facts = home.get_evidence(outputs["evidence.declaration"])["facts"]
    assert facts["study"] == study().digest
    assert facts["intended_use"]["grade"] == "research"
    assert facts["reference_standard"] == "Histology"
    assert facts["if_not_beaten"] == "release_simplest"
    assert facts["norms_read"] == library.digest(["gdpr", "who"])
    assert facts["validity_days"] == 365


def test_the_decision_is_written_to_the_log(home):
    outputs, _ = judge(home)
    assert home.entries[-1] == ("gate decided", outputs["evidence.gate"], {"open": "yes", "asked": "research"})


def test_equal_evidence_gives_an_equal_report_in_another_home(home, tmp_path):
    other = GateHome(tmp_path / "other")
    assert gate.run(other.context("gate", study())) == gate.run(home.context("gate", study()))


def test_advisory_is_closed_until_everybody_signed(home):
    _, refused = judge(home, study("advisory"))
    assert refused["open"] is False
    assert refused["reached"] == "research"
    sign_everything(home, refused)
    outputs, report = judge(home, study("advisory"))
    assert report["reached"] == "advisory"
    assert outputs["open"] == "yes"
    assert report["evidence_set"] == refused["evidence_set"]


def test_signatures_go_stale_as_soon_as_any_evidence_changes(home):
    sign_everything(home, judge(home, study("advisory"))[1])
    home.facts["data"]["duplicates"] = 1
    outputs, report = judge(home, study("advisory"))
    assert outputs["open"] == "no"
    assert verdict(report, "PRIMUM-9")["stale"] is True
    assert verdict(report, "PRIMUM-9")["verdict"] == "needs a person"


@pytest.mark.parametrize("changed", [study("shadow"), study("advisory", validity_days=30)], ids=["grade", "validity"])
def test_signatures_go_stale_as_soon_as_the_study_changes(home, changed):
    sign_everything(home, judge(home, study("advisory"))[1])
    _, report = judge(home, changed)
    assert verdict(report, "PRIMUM-9")["stale"] is True


def test_a_person_who_is_no_longer_enrolled_counts_for_nothing(home):
    sign_everything(home, judge(home, study("advisory"))[1])
    home.enrolled = [one for one in home.enrolled if one["roles"] != ["ethics-board"]]
    _, report = judge(home, study("advisory"))
    assert verdict(report, "PRIMUM-9")["verdict"] == "needs a person"
    assert verdict(report, "PRIMUM-9")["signature"] is None
    assert any(action == "signature passed over" for action, _, _ in home.entries)


def test_a_signature_in_a_role_one_does_not_have_counts_for_nothing(home):
    _, refused = judge(home, study("shadow"))
    (wanted,) = signable(refused, "ethics-board")
    home.sign("Made-Up privacy-officer", "ethics-board", wanted, refused["evidence_set"])
    _, report = judge(home, study("shadow"))
    assert verdict(report, "PRIMUM-9")["verdict"] == "needs a person"
    assert home.entries[-2][0] == "signature passed over"
    assert home.entries[-2][2] == {"requirement": "PRIMUM-9"}


def test_a_signature_by_a_strangers_key_counts_for_nothing(home):
    _, refused = judge(home, study("shadow"))
    (wanted,) = signable(refused, "ethics-board")
    home.seeds["Made-Up ethics-board"] = crypto.new_key()
    home.sign("Made-Up ethics-board", "ethics-board", wanted, refused["evidence_set"])
    assert verdict(judge(home, study("shadow"))[1], "PRIMUM-9")["signature"] is None


@pytest.mark.parametrize("field", ["requirement", "meaning", "evidence", "signed_at", "name"])
def test_a_signature_moved_to_something_else_counts_for_nothing(home, field):
    _, refused = judge(home, study("shadow"))
    (wanted,) = signable(refused, "ethics-board")
    document = home.sign("Made-Up ethics-board", "ethics-board", wanted, refused["evidence_set"])
    document[field] = "Made-Up privacy-officer" if field == "name" else f"{document[field]} "
    _, report = judge(home, study("shadow"))
    assert verdict(report, "PRIMUM-9")["verdict"] == "needs a person"


def test_a_person_whose_entry_the_root_key_did_not_sign_counts_for_nothing(home):
    _, refused = judge(home, study("shadow"))
    (wanted,) = signable(refused, "ethics-board")
    home.sign("Made-Up ethics-board", "ethics-board", wanted, refused["evidence_set"])
    for one in home.enrolled:
        one["signature"] = crypto.sign(crypto.new_key(), canonical(one))
    assert verdict(judge(home, study("shadow"))[1], "PRIMUM-9")["signature"] is None


def test_a_signature_cannot_make_up_for_what_is_unmet(home):
    sign_everything(home, judge(home, study("advisory"))[1])
    home.facts["performance"]["conformal"]["by_class"]["malignant"] = estimate(0.5, 0.4, 0.6)
    _, report = judge(home, study("advisory"))
    for role in ROLES:
        for one in signable(report, role):
            assert one["id"] != "PRIMUM-11"


def test_limits_other_than_those_committed_close_the_gate(home):
    _, report = judge(home, study(limits=Limits(auroc_at_least=0.5).model_dump()))
    assert report["open"] is False
    assert "performance.precommitted-thresholds" in str(verdict(report, "PRIMUM-4")["checks"])


def test_a_planted_identifier_closes_the_gate(home):
    home.facts["privacy"]["canaries"]["found"] = 1
    outputs, report = judge(home)
    assert outputs["open"] == "no"
    assert report["reached"] == "none"
    assert "1 of 1000 planted identifiers" in verdict(report, "PRIMUM-1")["because"]


def test_missing_evidence_closes_the_gate(home):
    del home.facts["performance"]
    outputs, report = judge(home)
    assert outputs["open"] == "no"
    assert verdict(report, "PRIMUM-4")["verdict"] == "no evidence"
    assert report["model"] == ""


def test_a_norm_that_does_not_exist_is_the_authors_matter(home):
    with pytest.raises(StudyError, match="hammurabi"):
        judge(home, study(norms=("hammurabi",)))


def test_evidence_that_cannot_be_had_stops_the_gate(home, monkeypatch):
    def altered(_):
        raise IntegrityError("altered", remedy="look")

    context = home.context("gate", study())
    monkeypatch.setattr(home, "get_evidence", altered)
    with pytest.raises(IntegrityError):
        gate.run(context)
