import json

import pytest

from primum.domain.record import Record
from primum.errors import AccessDeniedError, DataError
from primum.models import cohort
from primum.stages import ingest, prepare, protect
from synthetic import ward
from synthetic.memory_custodian import MemoryCustodian, context_for

STUDY = ward.study()
PARTS = ("development", "validation", "test")


def run(folder, study=STUDY, key="one home"):
    custodian = MemoryCustodian(key)
    outputs = {}
    for stage, name in ((ingest, "ingest"), (protect, "protect"), (prepare, "prepare")):
        outputs |= stage.run(context_for(name, study, custodian, outputs, folder))
    return custodian, outputs


def made(folder, table=None, study=STUDY, **options):
    ward.write(folder, ward.rows(150) if table is None else table, **options)
    return run(folder, study)


def refused(folder, table=None, study=STUDY, **options):
    with pytest.raises(DataError) as caught:
        made(folder, table, study, **options)
    assert caught.value.remedy
    return caught.value


def facts(custodian, outputs):
    return custodian.get_evidence(outputs["evidence.data"])["facts"]


def about(told, name):
    return next(one for one in told["columns"] if one["name"] == name)


def rows(custodian, outputs, name):
    return [json.loads(data) for _, data in custodian.data_sets[outputs[name]][1]]


def everyone(custodian, outputs):
    return [row for name in PARTS for row in rows(custodian, outputs, name)]


def test_three_parts_share_nobody_and_hold_everybody(tmp_path):
    custodian, outputs = made(tmp_path)
    parts = {name: {subject for subject, _ in custodian.data_sets[outputs[name]][1]} for name in PARTS}
    assert sum(len(one) for one in parts.values()) == len(set().union(*parts.values())) == 150
    told = facts(custodian, outputs)
    assert told["overlap"] == 0
    assert [told["parts"][name]["subjects"] for name in PARTS] == [90, 30, 30]
    assert [told["parts"][name]["positives"] for name in PARTS] == [30, 10, 10]


def test_the_test_part_is_sealed_and_the_others_are_not(tmp_path):
    custodian, outputs = made(tmp_path)
    assert custodian.describe(outputs["test"]).data_class == "sealed"
    with pytest.raises(AccessDeniedError):
        custodian.read_dataset(outputs["test"])
    assert custodian.read_dataset(outputs["development"])
    assert custodian.describe(outputs["validation"]).made_of == (outputs["pseudonymised"],)


def test_rows_are_one_joined_record_with_its_outcome_apart(tmp_path):
    custodian, outputs = made(tmp_path)
    for row in everyone(custodian, outputs):
        record = Record.from_document(row["record"])
        assert set(record.payload) == {"drawn", "age", "sex", "note", "size", "marker", "grade"}
        assert isinstance(record.payload["size"], float)
        assert record.payload["grade"] in {"low", "high"}
        assert row["outcome"] in {0, 1}


def test_units_are_converted_value_by_value(tmp_path):
    table = ward.rows(150)
    for row in table[::2]:
        row["size"], row["size_unit"] = f"{float(row['size']) / 10:.3f}", "cm"
    custodian, outputs = made(tmp_path, table)
    sizes = [row["record"]["payload"]["size"] for row in everyone(custodian, outputs)]
    assert min(sizes) > 8
    assert facts(custodian, outputs)["columns"][0]["converted"] > 30


def test_a_unit_that_cannot_be_converted_is_refused_by_column_and_count(tmp_path):
    table = ward.rows(150)
    for row in table[:7]:
        row["size_unit"] = "kg"
    error = refused(tmp_path, table)
    assert "size: 7 value(s) are in a unit that cannot be converted to mm" in error.what


def test_an_unknown_unit_is_refused(tmp_path):
    table = ward.rows(150)
    table[0]["size_unit"] = "thumbs"
    assert "UCUM" in refused(tmp_path, table).what
    assert "thumbs" not in refused(tmp_path, table).what


def test_foreign_units_beside_values_without_one_are_refused(tmp_path):
    table = ward.rows(150)
    for row in table[:5]:
        row["size_unit"] = "cm"
    for row in table[5:9]:
        row["size_unit"] = ""
    assert "mixed units" in refused(tmp_path, table).what


def test_words_where_numbers_belong_are_refused_with_all_columns_together(tmp_path):
    table = ward.rows(150)
    for row in table[::2]:
        row["size"] = "wide"
    table[1]["grade"] = "medium"
    error = refused(tmp_path, table)
    assert "size: 75 value(s) are no numbers" in error.what
    assert "grade: 1 value(s) are in none of the categories" in error.what
    assert "wide" not in error.what
    assert "medium" not in error.what


def test_decimal_commas_are_read_and_counted_and_mixtures_refused(tmp_path):
    table = ward.rows(150)
    for row in table:
        row["size"] = row["size"].replace(".", ",")
    custodian, outputs = made(tmp_path / "a", table)
    assert about(facts(custodian, outputs), "size")["decimal_commas"] == 90
    assert about(facts(custodian, outputs), "size")["mean"] == pytest.approx(23, abs=2)
    table[0]["size"] = "1,234.5"
    assert "commas" in refused(tmp_path / "b", table).what


def test_values_below_detection_are_counted(tmp_path):
    table = ward.rows(150)
    for row in table:
        row["size"] = f"<{row['size']}"
    custodian, outputs = made(tmp_path, table)
    assert about(facts(custodian, outputs), "size")["below_detection"] == 90


def test_missing_spellings_are_missing_and_counted(tmp_path):
    table = ward.rows(150)
    for row in table[::3]:
        row["size"] = "NA"
    custodian, outputs = made(tmp_path, table)
    assert sum(row["record"]["payload"]["size"] is None for row in everyone(custodian, outputs)) == 50
    assert about(facts(custodian, outputs), "size")["missing"] == pytest.approx(1 / 3, abs=0.1)


def test_impossible_values_are_set_missing_and_counted(tmp_path):
    table = ward.rows(150)
    for row in table[::10]:
        row["size"] = "5000"
    custodian, outputs = made(tmp_path, table)
    told = about(facts(custodian, outputs), "size")
    assert sum(row["record"]["payload"]["size"] is None for row in everyone(custodian, outputs)) == 15
    assert told["outliers"] is None or 5 <= told["outliers"] <= 15


def test_many_impossible_values_smell_of_a_wrong_unit(tmp_path):
    table = ward.rows(150)
    for row in table[::3]:
        row["size"] = "5000"
    error = refused(tmp_path, table)
    assert "33%" in error.what
    assert "unit" in error.what


@pytest.mark.parametrize("value", ["yes", "no"])
def test_one_class_only_is_refused(tmp_path, value):
    table = [{**row, "disease": value} for row in ward.rows(150)]
    assert "1 class" in refused(tmp_path, table).what


def test_an_unknown_class_is_refused_by_count(tmp_path):
    table = ward.rows(150)
    for row in table[::50]:
        row["disease"] = "perhaps"
    error = refused(tmp_path, table)
    assert "disease: 3 outcome(s)" in error.what
    assert "perhaps" not in error.what


def test_too_few_of_a_class_are_refused_with_how_many_are_needed(tmp_path):
    error = refused(tmp_path, ward.rows(60))
    assert "class no, yes: at least 46" in error.what


def test_whose_outcome_is_not_known_is_left_out_and_counted(tmp_path):
    table = ward.rows(180)
    for row in table[:6]:
        row["disease"] = ""
    custodian, outputs = made(tmp_path, table)
    told = facts(custodian, outputs)
    assert told["flow"][0] == {"step": "Collected", "step_zh": "已收集", "subjects": 180}
    assert told["flow"][-1]["subjects"] == 174
    assert told["excluded"][0] == {"because": "The outcome is not known.", "because_zh": "结局未知。", "n": 6}
    assert len(everyone(custodian, outputs)) == 174


def test_criteria_leave_out_and_small_numbers_are_hidden(tmp_path):
    criteria = [
        {"column": "age", "at_least": 30, "at_most": 70, "because": "Middle age.", "because_zh": "中年。"},
        {"column": "grade", "one_of": ["low", "high"], "because": "Graded."},
    ]
    table = ward.rows(300)
    table[0]["grade"] = ""
    study = ward.study(cohort={"criteria": criteria}, limits={"k_anonymity_at_least": 1})
    custodian, outputs = made(tmp_path, table, study)
    told = facts(custodian, outputs)
    young = sum(not 30 <= int(row["age"]) <= 70 for row in table)
    assert told["excluded"][1] == {"because": "Middle age.", "because_zh": "中年。", "n": young}
    assert told["excluded"][2]["n"] in {None, 0}
    assert told["excluded"][2]["because_zh"] == "Graded.", "the author's own words where there are no others"
    assert told["flow"][3]["step"] == "Meeting age: ≥ 30, ≤ 70"
    for row in everyone(custodian, outputs):
        assert 30 <= row["record"]["payload"]["age"] <= 70


def test_twins_are_counted_and_stay_in_one_part(tmp_path):
    table = ward.rows(160)
    for at in range(0, 60, 2):
        same = {name: table[at][name] for name in ("size", "grade", "disease")}
        table[at + 1] |= same

    def same_marker(document, at):
        if at < 60:
            document["entry"][2]["resource"]["valueQuantity"]["value"] = float(at // 2)
        return document

    custodian, outputs = made(tmp_path, table, change=same_marker)
    assert facts(custodian, outputs)["duplicates"] == 30
    where = {}
    for name in PARTS:
        for row in rows(custodian, outputs, name):
            payload = row["record"]["payload"]
            where.setdefault((payload["size"], payload["marker"], payload["grade"]), set()).add(name)
    assert all(len(one) == 1 for one in where.values())


def test_a_subject_missing_from_a_source_lacks_its_columns_and_is_counted(tmp_path):
    study = ward.study(cohort={})
    custodian, outputs = made(tmp_path, study=study, change=lambda document, at: None if at < 10 else document)
    told = facts(custodian, outputs)
    assert told["flow"][1] == {
        "step": "Of these, in every source",
        "step_zh": "其中在每个来源中均有记录",
        "subjects": 140,
    }
    assert sum(row["record"]["payload"]["marker"] is None for row in everyone(custodian, outputs)) == 10


def test_statistics_are_of_the_development_part_alone(tmp_path):
    custodian, outputs = made(tmp_path)
    told = facts(custodian, outputs)
    sizes = [row["record"]["payload"]["size"] for row in rows(custodian, outputs, "development")]
    assert about(told, "size")["mean"] == pytest.approx(sum(sizes) / len(sizes), abs=1e-6)
    counts = about(told, "grade")["counts"]
    assert sum(counts.values()) == 90
    assert [one["name"] for one in told["columns"]] == ["size", "marker", "grade"]


def test_doubtful_labels_are_counted_and_never_changed(tmp_path):
    table = ward.rows(240)
    for row in table[:60:3]:
        row["disease"] = "no"
    custodian, outputs = made(tmp_path, table)
    told = facts(custodian, outputs)["label_issues"]
    assert told["suspected"] >= 5
    assert 0.02 < told["share"] < 0.3
    assert sum(row["outcome"] for row in everyone(custodian, outputs)) == 60


def test_subgroups_are_counted(tmp_path):
    told = facts(*made(tmp_path))["subgroups"]
    assert {(one["column"], one["group"]) for one in told} == {
        ("age", "< 50"),
        ("age", "≥ 50"),
        ("sex", "female"),
        ("sex", "male"),
    }
    assert sum(one["n"] for one in told if one["column"] == "sex") == 150


def test_digests_are_the_same_in_every_home_and_differ_by_seed(tmp_path):
    custodian, outputs = made(tmp_path)
    other, again = run(tmp_path, key="another home")
    assert outputs == again

    def features(one):
        return [
            [row["record"]["payload"][name] for name in ("size", "marker", "age")] for row in everyone(one, outputs)
        ]

    assert features(custodian) == features(other)
    assert run(tmp_path, ward.study(seed=8))[1]["test"] != outputs["test"]


@pytest.mark.parametrize(("coverage", "needs"), [(0.9, 9), (0.8, 4), (0.95, 19), (0.6, 2)])
def test_how_many_a_conformal_quantile_needs(coverage, needs):
    limits = STUDY.limits.model_copy(update={"coverage": coverage})
    assert cohort.conformal_needs(limits) == needs


def test_subjects_who_are_alike_by_every_feature_cannot_be_parted(tmp_path):
    def same_marker(document, at):
        del at
        document["entry"][2]["resource"]["valueQuantity"]["value"] = 100.0
        return document

    table = [one | {name: ward.rows(1)[0][name] for name in ("size", "grade")} for one in ward.rows(150)]
    assert "too few to be parted" in refused(tmp_path, table, change=same_marker).what
