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


# -- consent ----------------------------------------------------------------------------------------------------------
GRANTED = {"column": "agreed", "granted": ["yes", "broad"]}


def consenting(**consent):
    """The ward's study with a column of consent, and what is declared of it."""
    columns = ward.columns(agreed={"source": "lab", "role": "ignored"}) if "column" in consent else ward.columns()
    return ward.study(columns=columns, consent=consent)


def with_answers(folder, table, answers):
    for row, answer in zip(table, answers, strict=True):
        row["agreed"] = answer
    ward.write(folder, table)


def kept(custodian, outputs):
    return {
        many_from_bytes(data)[0].payload["mrn"]: subject
        for subject, data in custodian.read_dataset(outputs["identified"])
    }


def test_who_gave_no_consent_is_left_out_before_anything_is_kept(tmp_path):
    table = ward.rows(38)
    with_answers(tmp_path, table, ["yes"] * 22 + ["broad"] * 8 + ["no"] * 3 + [""] * 3 + ["YES"] * 2)
    custodian, outputs = run(tmp_path, consenting(**GRANTED))
    assert set(kept(custodian, outputs)) == {row["mrn"] for row in table[:30]}
    assert set(custodian.admitted.values()) == {row["mrn"] for row in table[:30]}
    told = facts(custodian, outputs)
    assert told["consent"] == {
        "by_column": True,
        "by_list": False,
        "in_sources": 38,
        "left_out": {"without_consent": 8, "objected": 0},
        "kept_against": 0,
    }
    assert told["subjects"] == 30
    assert [one["records"] for one in told["sources"]] == [30, 30]
    assert sum(told["outcome_counts"].values()) == 30, "whoever is left out is counted in nothing else"


def test_few_who_are_left_out_are_not_told_nor_can_be_worked_out(tmp_path):
    table = ward.rows(20)
    with_answers(tmp_path, table, ["yes"] * 17 + ["no"] * 3)
    told = facts(*run(tmp_path, consenting(**GRANTED)))
    assert told["consent"]["left_out"] == {"without_consent": None, "objected": 0}
    assert told["consent"]["in_sources"] is None
    assert "20" not in [str(one) for one in told.values()]


def test_who_objected_is_left_out_however_the_number_is_written(tmp_path):
    table = ward.rows(12)
    ward.write(tmp_path, table)
    listed = [table[0]["mrn"], "w-400 007", " W400014 ", "W999999", ""]
    (tmp_path / "objections.txt").write_text("\n".join(listed), encoding="utf-8-sig")
    custodian, outputs = run(tmp_path, consenting(opt_out="objections.txt"))
    assert set(kept(custodian, outputs)) == {row["mrn"] for row in table[3:]}
    assert facts(custodian, outputs)["consent"]["left_out"] == {"without_consent": 0, "objected": None}


def test_a_later_objection_leaves_the_subject_out_and_erases_what_was_kept(tmp_path):
    table = ward.rows(12)
    ward.write(tmp_path, table)
    (tmp_path / "objections.txt").write_text("")
    study = consenting(opt_out="objections.txt")
    custodian, outputs = run(tmp_path, study)
    first = kept(custodian, outputs)
    (tmp_path / "objections.txt").write_text(f"{table[0]['mrn']}\nw-400-007\n")
    again = ingest.run(context_for("ingest", study, custodian, {"round": "2"}, tmp_path))
    gone = {first[row["mrn"]] for row in table[:2]}
    assert custodian.erased == gone
    assert not gone & {subject for subject, _ in custodian.read_dataset(outputs["identified"])}
    assert set(kept(custodian, again)) == {row["mrn"] for row in table[2:]}


def test_an_objection_of_somebody_who_is_in_the_sources_no_more_erases_too(tmp_path):
    table = ward.rows(12)
    ward.write(tmp_path / "a", table)
    (tmp_path / "a" / "objections.txt").write_text("")
    study = consenting(opt_out="objections.txt")
    custodian, _ = run(tmp_path / "a", study)
    ward.write(tmp_path / "b", table[1:])
    (tmp_path / "b" / "objections.txt").write_text(table[0]["mrn"])
    ingest.run(context_for("ingest", study, custodian, {"round": "2"}, tmp_path / "b"))
    assert custodian.erased == {custodian.pseudonym(table[0]["mrn"])}


def test_a_second_run_after_an_objection_erases_nobody_again(tmp_path):
    table = ward.rows(12)
    ward.write(tmp_path, table)
    (tmp_path / "objections.txt").write_text(table[0]["mrn"])
    study = consenting(opt_out="objections.txt")
    custodian, outputs = run(tmp_path, study)
    assert ingest.run(context_for("ingest", study, custodian, folder=tmp_path)) == outputs
    assert custodian.erased == set(), "nothing was ever kept of him"


def test_evidence_does_not_tell_when_the_objection_came(tmp_path):
    table = ward.rows(12)
    ward.write(tmp_path, table)
    (tmp_path / "objections.txt").write_text("")
    study = consenting(opt_out="objections.txt")
    late, _ = run(tmp_path, study)
    (tmp_path / "objections.txt").write_text(table[0]["mrn"])
    again = ingest.run(context_for("ingest", study, late, folder=tmp_path))
    assert again == run(tmp_path, study, "another home")[1]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_list_of_objections_that_cannot_be_read_stops_everything(tmp_path, content):
    ward.write(tmp_path, ward.rows(6))
    if content is not None:
        (tmp_path / "objections.txt").write_bytes(content)
    custodian = MemoryCustodian()
    with pytest.raises(DataError, match="objected cannot be read"):
        ingest.run(context_for("ingest", consenting(opt_out="objections.txt"), custodian, folder=tmp_path))
    assert custodian.data_sets == {}


def test_where_nobody_consented_the_run_is_refused(tmp_path):
    table = ward.rows(6)
    with_answers(tmp_path, table, ["maybe"] * 6)
    with pytest.raises(DataError, match="Nobody") as caught:
        run(tmp_path, consenting(**GRANTED))
    assert "granted" in caught.value.remedy


def consents(*answers):
    def change(document, at):
        document["entry"] += [
            {"resource": {"resourceType": "Consent", "status": status, "provision": {"type": kind}}}
            for status, kind in answers[at]
        ]
        return document

    return change


def test_fhir_consent_resources_are_asked_and_one_refusal_among_several_counts(tmp_path):
    permit, deny, old = ("active", "permit"), ("active", "deny"), ("inactive", "permit")
    table = ward.rows(7)
    answers = [[permit], [permit, permit], [deny], [permit, deny], [], [old], [permit, old]]
    ward.write(tmp_path, table, consents(*answers))
    agreed = {"source": "charts", "role": "ignored", "path": "Consent.where(status = 'active').provision.type"}
    consent = {"column": "agreed", "granted": ["permit"]}
    custodian, outputs = run(tmp_path, ward.study(columns=ward.columns(agreed=agreed), consent=consent))
    assert set(kept(custodian, outputs)) == {table[at]["mrn"] for at in (0, 1, 6)}


def test_a_study_that_asks_for_nothing_leaves_nobody_out(tmp_path):
    ward.write(tmp_path, ward.rows(8))
    told = facts(*run(tmp_path))["consent"]
    assert told == {
        "by_column": False,
        "by_list": False,
        "in_sources": 8,
        "left_out": {"without_consent": 0, "objected": 0},
        "kept_against": 0,
    }
