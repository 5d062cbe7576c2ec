import base64
import json
from dataclasses import replace

import pytest

from primum.domain.record import many_from_bytes
from primum.errors import DataError
from primum.stages import ingest, protect
from synthetic import ward
from synthetic.memory_custodian import MemoryCustodian, context_for

STUDY = ward.study()


def run(folder, study=STUDY, key="one home"):
    custodian = MemoryCustodian(key)
    outputs = ingest.run(context_for("ingest", study, custodian, folder=folder))
    outputs |= protect.run(context_for("protect", study, custodian, outputs, folder))
    return custodian, outputs


def facts(custodian, outputs):
    return custodian.get_evidence(outputs["evidence.privacy"])["facts"]


def records(custodian, outputs, name="pseudonymised"):
    return {subject: many_from_bytes(data) for subject, data in custodian.read_dataset(outputs[name])}


def test_nothing_that_identifies_is_in_the_protected_records(tmp_path):
    table = ward.rows(40)
    ward.write(tmp_path, table)
    custodian, outputs = run(tmp_path)
    rows = custodian.read_dataset(outputs["pseudonymised"])
    text = b"\n".join(data for _, data in rows).decode()
    assert len(rows) == 40
    for row in table:
        assert row["mrn"] not in text
    for needle in ("Vanter", "Odile", "7946", "@known"):
        assert needle not in text
    assert "Mass of 2 cm." in text
    assert '"size": "' in text


def test_what_one_source_tells_of_a_subject_is_replaced_in_the_notes_of_all_sources(tmp_path):
    table = ward.rows(12)
    for row in table:
        row["comment"] = "KOWALCZYK agrees."

    def seen(document, _at):
        note = base64.b64encode(b"Seen by Dr. Ewa Kowalczyk. Mass of 2 cm.").decode()
        document["entry"][1]["resource"]["content"][0]["attachment"]["data"] = note
        return document

    ward.write(tmp_path, table, seen)
    study = ward.study(columns=ward.columns(comment={"source": "lab", "role": "text"}))
    for lab, charts in records(*run(tmp_path, study)).values():
        assert charts.payload["note"] == "Seen by Dr. [NAME]. Mass of 2 cm."
        assert lab.payload["comment"] == "[NAME] agrees."


def test_dates_of_one_subject_move_together(tmp_path):
    ward.write(tmp_path, ward.rows(12))
    custodian, outputs = run(tmp_path)
    for subject, (lab, charts) in records(custodian, outputs).items():
        assert lab.payload["drawn"] == lab.time.isoformat()
        assert f"seen on {lab.payload['drawn']}" in charts.payload["note"]
        before = records(custodian, outputs, "identified")[subject][0].time
        assert (lab.time - before).days == custodian.identity(subject).days


def test_the_evidence_counts_what_was_done(tmp_path):
    ward.write(tmp_path, ward.rows(40))
    told = facts(*run(tmp_path))
    assert told["removed"] == {"name": 40, "phone": 40, "record_number": 40}
    assert told["direct_identifiers_left"] == 0
    assert told["dates_shifted"] == 40
    assert told["notes_scrubbed"] == 40
    assert told["spans_replaced"] == {"date": 40, "name": 40, "phone": 40, "record_number": 40}
    assert told["quasi_identifiers"] == ["age", "sex"]
    actions = {one["name"]: one["action"] for one in told["columns"]}
    assert actions["full_name"] == "removed"
    assert actions["drawn"] == "shifted"
    assert actions["note"] == "scrubbed"
    assert actions["age"] == "generalised"
    assert actions["size"] == "kept"


def test_the_subject_made_somebody_else_does_not_come_through(tmp_path):
    ward.write(tmp_path, ward.rows(30))
    canaries = facts(*run(tmp_path))["canaries"]
    assert canaries["planted"] == 4 * protect.CANARIES
    assert canaries["found"] == 0


def test_what_is_missed_of_strangers_is_estimated_by_class_with_an_interval(tmp_path):
    ward.write(tmp_path, ward.rows(30))
    canaries = facts(*run(tmp_path))["canaries"]
    assert (canaries["text_columns"], canaries["texts"]) == (1, 30)
    assert {"name", "phone", "email", "date", "record_number", "street"} <= set(canaries["by_class"])
    overall = canaries["overall"]
    assert overall["n"] == sum(one["n"] for one in canaries["by_class"].values()) > 500
    assert 0 <= overall["low"] <= overall["value"] <= overall["high"] <= 1
    assert canaries["by_class"]["email"]["value"] < 0.1


def test_without_free_text_there_are_no_strangers(tmp_path):
    ward.write(tmp_path, ward.rows(12))
    study = ward.study(columns=[one for one in ward.columns() if one["role"] != "text"])
    canaries = facts(*run(tmp_path, study))["canaries"]
    assert (canaries["text_columns"], canaries["texts"], canaries["by_class"]) == (0, 0, {})
    assert canaries["overall"] is None
    assert canaries["planted"] > 0


def test_canaries_come_through_where_protection_is_broken(tmp_path, monkeypatch):
    ward.write(tmp_path, ward.rows(12))
    whole = protect._deidentified
    calls = []

    def broken(those, context, subject):
        calls.append(subject)
        if len(calls) > 12:
            return list(those), {}
        return whole(those, context, subject)

    monkeypatch.setattr(protect, "_deidentified", broken)
    canaries = facts(*run(tmp_path))["canaries"]
    assert canaries["found"] == canaries["planted"] > 0
    assert canaries["overall"]["value"] == 1


def test_an_independent_search_attests_that_nothing_is_left(tmp_path):
    ward.write(tmp_path, ward.rows(12))
    told = facts(*run(tmp_path))["residual"]
    assert (told["attested"], told["searched"], told["left"]) == (True, 12, {})
    assert told["by"]["phonenumbers"]


@pytest.mark.parametrize(
    "spelling",
    ["Dr V\u00e1nterak", "ODILE VANTERAK", "Vante\u200brak", "0 2 0 7946 0000", "a.b@example.org", "DNI 12345678Z"],
)
def test_what_the_remover_overlooks_the_independent_search_refuses(tmp_path, monkeypatch, spelling):
    """The remover is blinded: it hands the note on as it is, and only the search stands between it and the store."""
    ward.write(tmp_path, ward.rows(12))
    whole = protect._deidentified

    def blind(those, context, subject):
        safe, counts = whole(those, context, subject)
        return [
            replace(one, payload={**one.payload, **({"note": spelling} if "note" in one.payload else {})})
            for one in safe
        ], counts

    monkeypatch.setattr(protect, "_deidentified", blind)
    with pytest.raises(DataError, match="note") as caught:
        run(tmp_path)
    assert spelling not in caught.value.what


def test_quasi_identifiers_are_made_as_coarse_as_the_study_asks(tmp_path):
    ward.write(tmp_path, ward.rows(60))
    custodian, outputs = run(tmp_path)
    k = facts(custodian, outputs)["k_anonymity"]
    assert k["k"] >= 5
    assert k["unique_share"] == 0
    assert k["before"]["k"] is None, "a small count is not shown"
    assert k["before"]["unique_share"] > 0
    assert 0 < k["prosecutor_risk"] <= 1 / 5
    classes = {}
    for lab, charts in records(custodian, outputs).values():
        key = (lab.payload["age"], charts.payload["sex"])
        classes[key] = classes.get(key, 0) + 1
    assert min(classes.values()) == k["k"]


def test_a_study_that_asks_for_nothing_keeps_quasi_identifiers_as_they_are(tmp_path):
    table = ward.rows(20)
    ward.write(tmp_path, table)
    custodian, outputs = run(tmp_path, ward.study(limits={"k_anonymity_at_least": 1}))
    ages = sorted(lab.payload["age"] for lab, _ in records(custodian, outputs).values())
    assert ages == sorted(row["age"] for row in table)
    assert facts(custodian, outputs)["k_anonymity"]["generalised"] == {}


def test_without_quasi_identifiers_everybody_is_in_one_class(tmp_path):
    ward.write(tmp_path, ward.rows(20))
    columns = [one for one in ward.columns() if one["role"] != "quasi_identifier"]
    study = ward.study(columns=columns, cohort={}, subgroups=[])
    told = facts(*run(tmp_path, study))
    assert told["quasi_identifiers"] == []
    nothing = {"generalised": {}, "generalised_zh": {}}
    assert told["k_anonymity"] == {"k": 20, "unique_share": 0.0, "prosecutor_risk": 0.05, **nothing}


@pytest.mark.parametrize("spelling", ["{mrn}", "see {mrn}", "w 400-000", "400000"])
def test_an_identifier_left_in_another_column_stops_the_run_and_is_not_repeated(tmp_path, spelling):
    table = ward.rows(20)
    for row in table:
        row["batch"] = "none"
    table[0]["batch"] = spelling.format(mrn=table[0]["mrn"])
    ward.write(tmp_path, table)
    study = ward.study(columns=ward.columns(batch={"source": "lab", "role": "quasi_identifier"}))
    with pytest.raises(DataError) as caught:
        run(tmp_path, study)
    assert "batch (1 record(s))" in caught.value.what
    assert "400000" not in caught.value.what
    assert table[0]["batch"] not in caught.value.what
    assert "role" in caught.value.remedy


def test_the_number_of_another_subject_stops_the_run_too(tmp_path):
    table = ward.rows(20)
    for row in table:
        row["batch"] = "none"
    table[3]["batch"] = f"sister of {table[0]['mrn'].lower()}"
    ward.write(tmp_path, table)
    study = ward.study(columns=ward.columns(batch={"source": "lab", "role": "quasi_identifier"}))
    with pytest.raises(DataError, match="batch"):
        run(tmp_path, study)


def test_a_measurement_that_resembles_a_number_by_chance_does_not_stop_the_run(tmp_path):
    table = ward.rows(20)
    table[0]["mrn"], table[0]["size"] = "2034", "20.34"
    ward.write(tmp_path, table)
    custodian, outputs = run(tmp_path)
    assert len(custodian.read_dataset(outputs["pseudonymised"])) == 20


def test_order_and_evidence_are_the_same_in_every_home(tmp_path):
    ward.write(tmp_path, ward.rows(25))
    one, outputs = run(tmp_path)
    other, again = run(tmp_path, key="another home")
    assert outputs == again

    def sizes(custodian):
        return [
            many_from_bytes(data)[0].payload["size"] for _, data in custodian.read_dataset(outputs["pseudonymised"])
        ]

    assert sizes(one) == sizes(other)
    assert one.read_dataset(outputs["pseudonymised"]) != other.read_dataset(outputs["pseudonymised"])


def test_evidence_names_no_subject(tmp_path):
    ward.write(tmp_path, ward.rows(25))
    custodian, outputs = run(tmp_path)
    text = json.dumps(facts(custodian, outputs))
    for subject, _ in custodian.read_dataset(outputs["pseudonymised"]):
        assert subject not in text


def test_risks_and_diversity_are_told_of_the_protected_table(tmp_path):
    ward.write(tmp_path, ward.rows(60))
    told = facts(*run(tmp_path))
    assert told["risk"]["smallest"] == told["k_anonymity"]["k"]
    assert told["risk"]["prosecutor"]["highest"] == round(1 / told["k_anonymity"]["k"], 6)
    assert told["risk"]["prosecutor"]["average"] == told["k_anonymity"]["prosecutor_risk"]
    assert 0 < told["risk"]["marketer"] <= 1 / 5
    assert "journalist" not in told["risk"], "the population is not known"
    assert told["diversity"]["sensitive"] == "disease"
    assert 1 <= told["diversity"]["distinct"] <= 2
    assert 0 <= told["diversity"]["closeness"] <= 1


def test_the_journalists_risk_needs_the_population(tmp_path):
    ward.write(tmp_path, ward.rows(60))
    study = ward.study(cohort={"population": 6000})
    told = facts(*run(tmp_path, study))["risk"]
    assert told["journalist"]["highest"] == pytest.approx(told["prosecutor"]["highest"] / 100, abs=1e-6)
    small = facts(*run(tmp_path, ward.study(cohort={"population": 3})))["risk"]
    assert small["journalist"] == small["prosecutor"], "no population is smaller than who was drawn from it"


def test_groups_are_as_diverse_as_the_study_asks(tmp_path):
    ward.write(tmp_path, ward.rows(60))
    lax = facts(*run(tmp_path))["diversity"]
    strict = facts(*run(tmp_path, ward.study(limits={"l_diversity_at_least": 2, "t_closeness_at_most": 0.2})))[
        "diversity"
    ]
    assert strict["distinct"] == 2
    assert strict["closeness"] <= 0.2 < lax["closeness"]
