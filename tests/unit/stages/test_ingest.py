import hashlib

import pytest

from primum.domain.record import many_from_bytes
from primum.errors import AccessDeniedError, DataError
from primum.stages import ingest
from synthetic import ward
from synthetic.memory_custodian import MemoryCustodian, context_for

STUDY = ward.study()


def run(folder, study=STUDY, key="one home"):
    custodian = MemoryCustodian(key)
    outputs = ingest.run(context_for("ingest", study, custodian, folder=folder))
    return custodian, outputs


def facts(custodian, outputs):
    return custodian.get_evidence(outputs["evidence.intake"])["facts"]


def test_records_are_gathered_by_subject_under_pseudonyms(tmp_path):
    ward.write(tmp_path, ward.rows(10))
    custodian, outputs = run(tmp_path)
    rows = custodian.read_dataset(outputs["identified"])
    assert len(rows) == 10
    for subject, data in rows:
        records = many_from_bytes(data)
        assert [one.source for one in records] == ["lab", "charts"]
        assert {one.subject for one in records} == {subject}
        assert subject == custodian.pseudonym(records[0].payload["mrn"])
    described = custodian.describe(outputs["identified"])
    assert (described.name, described.data_class, described.subjects) == ("identified", "identified", 10)


def test_every_record_knows_all_that_identifies_its_subject(tmp_path):
    ward.write(tmp_path, ward.rows(3))
    custodian, outputs = run(tmp_path)
    _, data = custodian.read_dataset(outputs["identified"])[0]
    for record in many_from_bytes(data):
        known = {value for name, value in record.payload.items() if name.startswith("@known")}
        assert {one[:12] for one in known} >= {"Odile Vanter", "+44 20 7946 "}
        assert any(one.startswith("W4") for one in known)


def test_the_order_hangs_on_identifiers_and_seed_alone(tmp_path):
    table = ward.rows(12)
    ward.write(tmp_path / "a", table)
    ward.write(tmp_path / "b", table[::-1])

    def order(folder, key, study=STUDY):
        custodian, outputs = run(folder, study, key)
        return [many_from_bytes(data)[0].payload["mrn"] for _, data in custodian.read_dataset(outputs["identified"])]

    first = order(tmp_path / "a", "one home")
    assert first == order(tmp_path / "b", "another home")
    assert first != sorted(first)
    assert first != order(tmp_path / "a", "one home", ward.study(seed=8))


def test_evidence_is_the_same_in_every_home_and_tells_of_the_sources(tmp_path):
    ward.write(tmp_path, ward.rows(30))
    custodian, outputs = run(tmp_path)
    assert outputs == run(tmp_path, key="another home")[1]
    told = facts(custodian, outputs)
    lab, charts = told["sources"]
    assert (told["subjects"], told["records"]) == (30, 60)
    assert told["outcome_counts"] == {"no": 20, "yes": 10}
    assert lab["sha256"] == hashlib.sha256((tmp_path / "data" / "lab.csv").read_bytes()).hexdigest()
    assert (lab["files"], charts["files"]) == (1, 30)
    assert len(charts["sha256"]) == 64
    assert told["purpose_permitted"] is True


def test_small_outcome_counts_are_hidden_also_from_subtraction(tmp_path):
    ward.write(tmp_path, ward.rows(9))
    assert facts(*run(tmp_path))["outcome_counts"] == {"no": None, "yes": None}


def test_a_purpose_that_was_not_permitted_is_refused_before_anything_is_read(tmp_path):
    use = {**ward.STUDY["intended_use"], "purpose": "selling"}
    with pytest.raises(AccessDeniedError, match="selling"):
        run(tmp_path, ward.study(intended_use=use))


def test_equal_rows_are_merged_and_counted(tmp_path):
    table = ward.rows(8)
    ward.write(tmp_path, table)
    file = tmp_path / "data" / "lab.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines, lines[1], lines[1], lines[2]]) + "\n")
    told = facts(*run(tmp_path))
    assert told["sources"][0]["records"] == 8
    assert told["sources"][0]["duplicates_merged"] == 3


def test_a_subject_listed_twice_with_different_values_is_refused_without_saying_who(tmp_path):
    table = ward.rows(8)
    ward.write(tmp_path, [*table, {**table[0], "size": "99"}, {**table[1], "size": "99"}])
    with pytest.raises(DataError) as caught:
        run(tmp_path)
    assert "2 subject(s) twice" in caught.value.what
    assert "4 rows" in caught.value.what
    assert table[0]["mrn"] not in caught.value.what


def test_a_subject_in_one_source_only_is_counted(tmp_path):
    ward.write(tmp_path, ward.rows(8), change=lambda document, at: None if at < 2 else document)
    custodian, outputs = run(tmp_path)
    assert [one["subjects_missing"] for one in facts(custodian, outputs)["sources"]] == [0, 2]
    assert facts(custodian, outputs)["subjects"] == 8


def test_a_source_without_records_is_refused(tmp_path):
    ward.write(tmp_path, ward.rows(3))
    file = tmp_path / "data" / "lab.csv"
    file.write_text(file.read_text().splitlines()[0] + "\n")
    with pytest.raises(DataError, match="no record"):
        run(tmp_path)
