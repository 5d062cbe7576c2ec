"""The predictor: only a genuine release in its time speaks, equally however asked, and says when it should not."""

import csv
import datetime as dt
import json
import math

import pytest

from primum.custody import bundle, crypto
from primum.domain.record import Record
from primum.domain.study import Column
from primum.errors import DataError, GateClosedError, IntegrityError
from primum.ids import SubjectId, digest, digest_of
from primum.models import new_cases
from primum.models import predictor as module
from primum.models.predictor import Predictor
from primum.stages import evaluate, explain, finetune
from synthetic import cytology

SEED = bytes(range(32))
TRUST = {"release": crypto.public_of(SEED)}
BEGINS, ENDS = dt.datetime(2030, 1, 1, tzinfo=dt.UTC), dt.datetime(2031, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2030, 6, 1, tzinfo=dt.UTC)
STUDY = cytology.study(limits={"faithfulness_ratio_at_least": 1.0})


@pytest.fixture(scope="module")
def files():
    keeper, inputs = cytology.custodian(), {"encoder": ""}
    for name, stage in (("finetune", finetune), ("evaluate", evaluate), ("explain", explain)):
        inputs |= stage.run(cytology.context(name, keeper, STUDY, **inputs))
    return {
        **{f"model/{name}": data for name, data in keeper.get_model(inputs["model"]).items()},
        "evidence/faithfulness.json": json.dumps(keeper.get_evidence(inputs["evidence.faithfulness"])).encode(),
        "card.json": b"{}",
        "study.json": STUDY.model_dump_json().encode(),
    }


def sealed(folder, files, **changes):
    model = {name.removeprefix("model/"): digest(data) for name, data in files.items() if name.startswith("model/")}
    statement = {
        "released_at": BEGINS.isoformat(),
        "expires_at": ENDS.isoformat(),
        "model": digest_of(model),
        "grade": "research",
        **changes,
    }
    bundle.write(folder / "release", files, statement, SEED)
    return folder / "release"


@pytest.fixture
def release(tmp_path, files):
    return sealed(tmp_path, files)


@pytest.fixture
def predictor(release):
    return Predictor.open(release, TRUST, NOW)


def record(row=0, **changes):
    document = json.loads(cytology.rows("test")[row][1])["record"]
    return Record.from_document({**document, "payload": {**document["payload"], **changes}})


# -- opening


def test_a_genuine_release_opens_and_knows_what_it_is(predictor, release):
    assert predictor.release == digest((release / "manifest.json").read_bytes())
    assert predictor.model == predictor.statement["model"]
    assert predictor.study == STUDY
    assert set(predictor.ranges) == {f"column:{one.name}" for one in STUDY.features() if not one.categories}
    assert all(low < high for low, high in predictor.ranges.values())


@pytest.mark.parametrize("now", [BEGINS - dt.timedelta(seconds=1), ENDS, ENDS + dt.timedelta(days=9)])
def test_out_of_its_time_it_does_not_speak(release, now):
    with pytest.raises(GateClosedError) as refusal:
        Predictor.open(release, TRUST, now)
    assert "2031-01-01" in refusal.value.what


def test_tampered_weights_are_named(release):
    file = next((release / "model" / "scorer").iterdir())
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(IntegrityError, match=file.name):
        Predictor.open(release, TRUST, NOW)


def test_another_hospitals_key_is_refused(release):
    with pytest.raises(IntegrityError):
        Predictor.open(release, {"release": crypto.public_of(bytes(32))}, NOW)


def test_a_model_other_than_the_one_the_statement_names_is_refused(tmp_path, files):
    with pytest.raises(IntegrityError, match="not the one its statement names"):
        Predictor.open(sealed(tmp_path, files, model=digest_of("another")), TRUST, NOW)


@pytest.mark.parametrize("lacking", ["study.json", "card.json", "evidence/faithfulness.json"])
def test_a_signed_bundle_that_lacks_something_is_no_release(tmp_path, files, lacking):
    rest = {name: data for name, data in files.items() if name != lacking}
    with pytest.raises(IntegrityError, match="lacks"):
        Predictor.open(sealed(tmp_path, rest), TRUST, NOW)


# -- predicting


def test_a_prediction_is_whole_and_names_who_spoke(predictor):
    (found,) = predictor.predict([record()])
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert set(found.probabilities) == {"benign", "malignant"}
    assert (found.release, found.model) == (predictor.release, predictor.model)
    assert found.abstained is (len(found.prediction_set) != 1)
    json.dumps(found.as_document(), allow_nan=False)


def test_records_give_the_same_bits_alone_in_company_and_after_opening_anew(predictor, release):
    some = [record(row) for row in range(6)]
    together = predictor.predict(some)
    again = Predictor.open(release, TRUST, NOW)
    assert [again.predict([one])[0] for one in reversed(some)] == together[::-1]
    assert predictor.predict([]) == []


def test_what_is_served_is_what_was_evaluated(predictor):
    found = predictor.predict([record(row) for row in range(len(cytology.rows("test")))])
    truth = [json.loads(row[1])["outcome"] for row in cytology.rows("test")]
    called = [one.probabilities["malignant"] > 0.5 for one in found]
    assert sum(a == b for a, b in zip(called, truth, strict=True)) / len(truth) > 0.85
    assert 0 < sum(one.abstained for one in found) < len(found) / 2


def test_reasons_come_strongest_first_with_the_value_and_unit_as_the_record_has_them(predictor):
    given = [one for row in range(10) for one in predictor.predict([record(row)]) if one.reasons]
    assert given
    for one in given:
        sizes = [abs(reason.weight) for reason in one.reasons]
        assert sizes == sorted(sizes, reverse=True)
        assert len(sizes) <= module.MOST_REASONS
        assert one.method in STUDY.explanation.methods
    reason = next(one for one in given[0].reasons if one.place == "column:mean_radius")
    assert reason.shown.endswith(" um")


def test_a_reason_that_does_not_hold_for_the_case_is_withheld(predictor, monkeypatch):
    monkeypatch.setattr(module, "holds", lambda *_: False)
    (found,) = predictor.predict([record()])
    assert found.reasons == ()
    assert found.method == ""


def test_without_a_method_that_passed_no_reason_is_given(tmp_path, files):
    none = json.dumps({"facts": {"chosen": ""}}).encode()
    predictor = Predictor.open(sealed(tmp_path, {**files, "evidence/faithfulness.json": none}), TRUST, NOW)
    (found,) = predictor.predict([record()])
    assert (found.reasons, found.method) == ((), "")


def test_too_many_missing_values_make_it_abstain_and_say_so(predictor):
    gone = {one.name: None for one in STUDY.features()[:6]}
    (found,) = predictor.predict([record(**gone)])
    assert found.abstained
    assert "values are missing" in found.why_abstained
    assert "缺失" in found.why_abstained_zh
    assert all(math.isfinite(one) for one in found.probabilities.values())


def test_a_value_far_outside_makes_it_abstain_by_the_columns_name(predictor):
    (found,) = predictor.predict([record(mean_radius=500.0)])
    assert found.abstained
    assert "mean_radius lies far outside" in found.why_abstained


def test_an_impossible_value_counts_as_missing(predictor):
    impossible, missing = predictor.predict([record(mean_radius=-3.0), record(mean_radius=None)])
    assert impossible.probabilities == missing.probabilities


def test_units_are_converted_as_in_training(predictor):
    plain = record()
    millimetres = plain.payload["mean_radius"] / 1000
    (one,), (other,) = (
        predictor.predict([plain]),
        predictor.predict([record(**{"mean_radius": millimetres, "mean_radius@unit": "mm"})]),
    )
    assert one.probabilities == pytest.approx(other.probabilities)


def test_a_value_that_is_no_number_is_refused_without_being_repeated(predictor):
    with pytest.raises(DataError) as refusal:
        predictor.predict([record(mean_radius="Made-Up Name")])
    assert "Made-Up" not in str(refusal.value)


# -- reading


def test_a_table_of_new_cases_needs_no_outcome_no_date_and_no_age(predictor, tmp_path):
    names = [one.name for one in STUDY.features()]
    rows = [record(row) for row in range(3)]
    with (tmp_path / "new.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["mrn", *names])
        for at, one in enumerate(rows):
            writer.writerow([f"MR-{at}", *("" if one.payload[name] is None else one.payload[name] for name in names)])
    read = predictor.read(tmp_path / "new.csv")
    assert [one.subject for one in read] == ["MR-0", "MR-1", "MR-2"]
    for found, expected in zip(predictor.predict(read), predictor.predict(rows), strict=True):
        assert found.probabilities == expected.probabilities
        assert found.prediction_set == expected.prediction_set


def test_a_fhir_bundle_of_a_new_case_is_read_by_codes_with_its_note(predictor, tmp_path):
    one = record()
    measured = [name for name in one.payload if name not in {"age", "side"} and one.payload[name] is not None]
    patient = {"resourceType": "Patient", "id": "p", "identifier": [{"value": "MR-7"}]}
    report = {
        "resourceType": "DiagnosticReport",
        "conclusion": "A made-up note.",
        "subject": {"reference": "Patient/p"},
    }
    observations = [
        {
            "resourceType": "Observation",
            "code": {"text": name},
            "subject": {"reference": "Patient/p"},
            "valueQuantity": {"value": one.payload[name], "code": "um", "system": "http://unitsofmeasure.org"},
        }
        for name in measured
    ]
    side = {
        "resourceType": "Observation",
        "code": {"text": "side"},
        "subject": {"reference": "Patient/p"},
        "valueString": one.payload["side"],
    }
    entries = [{"resource": resource} for resource in (patient, report, *observations, side)]
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    (read,) = predictor.read(file)
    assert read.subject == SubjectId("MR-7")
    assert read.payload["note"] == "A made-up note."
    assert predictor.predict([read])[0].probabilities == predictor.predict([one])[0].probabilities


def test_a_missing_file_and_a_missing_column_are_named(predictor, tmp_path):
    with pytest.raises(DataError, match="input cannot be read"):
        predictor.read(tmp_path / "nowhere.csv")
    (tmp_path / "new.csv").write_text("mrn,mean_radius\nMR-1,12\n")
    with pytest.raises(DataError, match="mean_texture"):
        predictor.read(tmp_path / "new.csv")


@pytest.mark.parametrize("text", ["", "mrn,mean_radius\nMR-1,12\n", "{", "mrn\n\udcff"])
@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json"])
def test_the_name_of_a_file_of_new_cases_is_in_no_message(predictor, tmp_path, text, suffix):
    file = tmp_path / f"Wilhelmina Madeup{suffix}"
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(DataError) as refused:
        predictor.read(file, "file 2")
    assert "file 2" in refused.value.what
    assert "Wilhelmina" not in refused.value.what + refused.value.remedy


def test_a_file_in_which_nobody_is_told_of_is_refused(predictor, tmp_path):
    (tmp_path / "new.csv").write_text(",".join(["mrn", *(one.name for one in STUDY.features())]) + "\n")
    with pytest.raises(DataError, match="holds no record"):
        predictor.read(tmp_path / "new.csv")


def test_the_tables_in_a_folder_are_read(predictor, tmp_path):
    names, folder = [one.name for one in STUDY.features()], tmp_path / "new"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"{number}.csv").write_text(",".join(["mrn", *names]) + f"\nMR-{number}{',' * len(names)}\n")
    assert [one.subject for one in predictor.read(folder)] == ["MR-1", "MR-2"]


@pytest.mark.parametrize(
    ("name", "kind"), [("x.csv", "csv"), ("x.CSV", "csv"), ("x.parquet", "parquet"), ("x", "fhir")]
)
def test_a_format_of_which_the_study_has_no_source_is_read_by_column_names(tmp_path, name, kind):
    only_fhir = STUDY.model_copy(
        update={
            "sources": STUDY.sources[1:],
            "columns": (Column(name="size", source="charts", path="Observation.value", role="feature"),),
        }
    )
    assert new_cases.FORMATS["table"].get((tmp_path / name).suffix.lower(), new_cases.OTHERS["table"]) == kind
    source, columns = new_cases.declared(only_fhir, tmp_path / name, kind)
    assert source.format == kind
    assert columns[0].source == source.name
    assert columns[0].path == ("Observation.value" if kind == "fhir" else "")
    assert source.subject == ("Patient.identifier.value" if kind == "fhir" else "subject")
    only_tables = STUDY.model_copy(update={"sources": STUDY.sources[:1]})
    source, columns = new_cases.declared(only_tables, tmp_path / name, kind)
    assert source.subject == ("Patient.identifier.value" if kind == "fhir" else "mrn")
    assert len(columns) == len(STUDY.features())
