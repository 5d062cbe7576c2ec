"""A desk on a real release: sealed by the real custodian, opened by the real predictor, refused where it is wrong."""

import datetime as dt
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import uvicorn
import yaml

from primum import plugins
from primum.clinic import bundle, serving
from primum.clinic.cases import Action, Confidence, State, Withheld
from primum.clinic.desk import Verdict
from primum.custody.custodian import Act, Custodian, DataClass, DataSet
from primum.domain.study import Study
from primum.domain.tokens import Cells
from primum.errors import GateClosedError, IntegrityError, StudyError
from primum.ids import canonical, digest, digest_of
from synthetic.clinic_room import MONDAY
from synthetic.tables import LESSON
from synthetic.tiny_study import TEXT

PASSPHRASE = "a passphrase of some length"
DOSSIER = b"<!doctype html><title>A made-up dossier</title>"
POLICY = """
actors: {"*": [desk]}
grants:
  - role: desk
    purpose: tiny-research
    classes: [pseudonymised, clinical, model, aggregate]
    actions: [read, write]
    because: A made-up committee said so.
"""
PAST = digest_of("development of the tiny study")


def now() -> dt.datetime:
    return MONDAY


@pytest.fixture(scope="module")
def study() -> Study:
    return Study.model_validate_json(json.dumps(yaml.safe_load(TEXT)))


@pytest.fixture
def custodian(tmp_path: Path) -> Iterator[Custodian]:
    policy = tmp_path / "access.yaml"
    policy.write_text(POLICY)
    act = Act(actor="desk", purpose="tiny-research")
    with Custodian.open(tmp_path / "home", PASSPHRASE, act, now, policy=policy) as custodian:
        yield custodian


def model(study: Study) -> dict[str, bytes]:
    """Fit the tiny study's model: large is ill."""
    columns = study.features()
    values = np.array([[size + 0.5, size % 2] for size in range(50)], dtype=np.float64)
    tokens = Cells(values=values, columns=columns)
    outcome = np.array([int(size >= 25) for size in range(50)])
    scorer = plugins.load("baseline", "logistic_regression").fit(tokens, outcome, LESSON)
    card = {
        "kind": "logistic_regression",
        "study": study.name,
        "classes": list(study.outcome.classes),
        "labels": list(study.outcome.classes),
        "positives": [study.outcome.positive],
        "positive": study.outcome.positive,
        "columns": [one.model_dump(mode="json") for one in columns],
        "modality": "table",
        "task": "classify",
        "calibration": {"slopes": [[1.0]], "intercepts": [0.0]},
        "conformal": {"coverage": 0.9, "quantiles": {"well": 0.7, "ill": 0.7}},
        "threshold": 0.5,
        "reference": [25.0, 0.0],
        "range": [[0.5, 49.5], None],
        "missing_at_most": 0.5,
    }
    files = {"model.json": json.dumps(card).encode()}
    return files | {f"scorer/{name}": data for name, data in scorer.state().items()}


def release(custodian: Custodian, study: Study, **statement: str) -> Path:
    """Seal a release of the tiny study into the custodian's home."""
    files = model(study)
    made = {"kind": "selection", "stage": "finetune", "made_of": [digest_of("kept no more"), PAST], "facts": {}}
    signature = {"name": "Eve Board", "role": "ethics-board"}
    duties = [
        {"signature": signature, "stale": False},
        {"signature": {**signature, "name": "Old Hand"}, "stale": True},
        {"signature": None, "stale": False},
    ]
    held = {f"model/{name}": data for name, data in files.items()} | {
        "evidence/selection.json": json.dumps(made).encode(),
        "evidence/faithfulness.json": json.dumps({"facts": {"chosen": "occlusion"}}).encode(),
        "gate.json": json.dumps({"facts": {"norms": [{"requirements": duties}]}}).encode(),
        "study.json": json.dumps(study.model_dump(mode="json")).encode(),
        "card.json": b"{}",
    }
    said = {
        "released_at": (MONDAY - dt.timedelta(days=1)).isoformat(),
        "expires_at": (MONDAY + dt.timedelta(days=30)).isoformat(),
        "grade": "research",
        "model": digest_of({name: digest(data) for name, data in files.items()}),
        "dossier": digest(DOSSIER),
    }
    folder = custodian.home / "out" / "release"
    folder.parent.mkdir(exist_ok=True)
    custodian.seal_bundle(folder, held, {**said, **statement})
    (folder.parent / "dossier.html").write_bytes(DOSSIER)
    return folder


def remember(custodian: Custodian) -> None:
    """Keep two past cases as the development data set."""
    rows = []
    for size, outcome in ((10.0, 0), (40.0, 1)):
        subject = custodian.pseudonym(f"past {size}")
        payload = {"size": size, "colour": "red"}
        one = {"subject": subject, "modality": "table", "source": "lab", "time": None, "payload": payload}
        rows.append((subject, canonical({"record": one, "outcome": outcome})))
    kept = DataSet(digest=PAST, name="development", data_class=DataClass.PSEUDONYMISED, made_of=())
    custodian.write_dataset(kept, rows)


def cases(tmp_path: Path) -> Path:
    file = tmp_path / "new.csv"
    file.write_text("mrn,Size (mm),colour\nMR-700001,48,red\nMR-700002,2,blue\nMR-700003,25.2,red\n")
    return file


def test_a_case_goes_all_the_way_on_a_real_release(custodian: Custodian, study: Study, tmp_path: Path) -> None:
    release(custodian, study)
    remember(custodian)
    ada = custodian.enrol("Ada Quill", "clinician", "a password of some length")
    desk = serving.open_desk(custodian, study, now)
    assert desk.receive(cases(tmp_path)).received == 3
    case_id = desk.find("MR-700001").id
    case = desk.give_impression(case_id, ada, "ill", Confidence.HIGH, 1)
    assert case.suggestion is not None
    assert case.suggestion.chosen == "ill"
    assert case.suggestion.prediction["release"] == desk.served.release
    assert [one.outcome for one in desk.similar_cases(case)] == ["ill", "well"]
    decided = desk.decide(case_id, ada, Verdict(action=Action.ACCEPT, chosen="", reason="", version=3))
    assert decided.state is State.DECIDED
    doubtful = desk.give_impression(desk.find("MR-700003").id, ada, "ill", Confidence.LOW, 1)
    assert doubtful.suggestion is not None
    assert doubtful.suggestion.prediction["abstained"]


def test_the_facts_of_the_release_are_told(custodian: Custodian, study: Study) -> None:
    release(custodian, study)
    served = serving.open_desk(custodian, study, now).served
    assert served.version == "tiny / logistic_regression"
    assert served.grade.value == "research"
    assert served.signers == ("Eve Board (ethics-board)",)
    assert served.ranges == {"column:size": (0.5, 49.5)}
    assert served.dossier == DOSSIER.decode()


def test_another_dossier_is_not_shown(custodian: Custodian, study: Study) -> None:
    folder = release(custodian, study)
    (folder.parent / "dossier.html").write_text("<p>Nicer figures</p>")
    assert serving.open_desk(custodian, study, now).served.dossier == ""
    (folder.parent / "dossier.html").unlink()
    assert serving.open_desk(custodian, study, now).served.dossier == ""


def test_without_the_development_data_there_are_no_similar_cases(
    custodian: Custodian, study: Study, tmp_path: Path
) -> None:
    release(custodian, study)
    desk = serving.open_desk(custodian, study, now)
    desk.receive(cases(tmp_path))
    assert desk.similar_cases(desk.find("MR-700001")) == ()


def test_what_is_not_released_is_not_served(custodian: Custodian, study: Study) -> None:
    with pytest.raises(IntegrityError):
        serving.open_desk(custodian, study, now)


@pytest.mark.parametrize("name", ["signature.json", "statement.json", "model/model.json", "study.json"])
@pytest.mark.parametrize("how", ["missing", "altered"])
def test_what_is_unsigned_or_altered_is_not_served(custodian: Custodian, study: Study, name: str, how: str) -> None:
    file = release(custodian, study) / name
    if how == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes().replace(b"e", b"f", 1))
    with pytest.raises(IntegrityError):
        serving.open_desk(custodian, study, now)


def test_what_another_hospital_signed_is_not_served(custodian: Custodian, study: Study, tmp_path: Path) -> None:
    folder = release(custodian, study)
    policy = tmp_path / "other.yaml"
    policy.write_text(POLICY)
    act = Act(actor="desk", purpose="tiny-research")
    with Custodian.open(tmp_path / "other", PASSPHRASE, act, now, policy=policy) as other:
        (other.home / "out").mkdir(exist_ok=True)
        folder.rename(other.home / "out" / "release")
        with pytest.raises(IntegrityError):
            serving.open_desk(other, study, now)


@pytest.mark.parametrize(
    "statement",
    [
        {"expires_at": (MONDAY - dt.timedelta(hours=1)).isoformat()},
        {"released_at": (MONDAY + dt.timedelta(hours=1)).isoformat()},
    ],
)
def test_what_is_out_of_its_time_is_not_served(custodian: Custodian, study: Study, statement: dict[str, str]) -> None:
    release(custodian, study, **statement)
    with pytest.raises(GateClosedError):
        serving.open_desk(custodian, study, now)


def test_a_release_of_another_model_is_not_served(custodian: Custodian, study: Study) -> None:
    release(custodian, study, model=digest_of("another"))
    with pytest.raises(IntegrityError):
        serving.open_desk(custodian, study, now)


def test_a_release_of_another_version_of_the_study_is_not_served(custodian: Custodian, study: Study) -> None:
    release(custodian, study)
    with pytest.raises(StudyError, match="another version"):
        serving.open_desk(custodian, study.model_copy(update={"seed": 2}), now)


@pytest.mark.parametrize("how", ["altered", "replaced"])
def test_a_release_changed_under_the_desk_makes_no_suggestion(
    custodian: Custodian, study: Study, tmp_path: Path, how: str
) -> None:
    folder = release(custodian, study)
    ada = custodian.enrol("Ada Quill", "clinician", "a password of some length")
    desk = serving.open_desk(custodian, study, now)
    desk.receive(cases(tmp_path))
    if how == "altered":
        weights = folder / "model" / "scorer" / "logistic_regression.safetensors"
        data = bytearray(weights.read_bytes())
        data[-1] ^= 1
        weights.write_bytes(data)
    else:
        release(custodian, study.model_copy(update={"seed": 2}))
    case = desk.give_impression(desk.find("MR-700001").id, ada, "well", Confidence.LOW, 1)
    assert case.suggestion is not None
    assert case.suggestion.withheld is Withheld.ALTERED
    assert desk.suspension() is not None


def test_serving_takes_in_what_arrived_and_listens_on_this_machine_alone(
    custodian: Custodian, study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(custodian, study)
    desk = serving.open_desk(custodian, study, now)
    heard: list[tuple[str, int]] = []

    def run(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        assert not server.config.access_log
        heard.extend(one.getsockname() for one in sockets)

    monkeypatch.setattr(uvicorn.Server, "run", run)
    told: list[str] = []
    serving.serve(desk, 0, cases(tmp_path), told.append)
    assert [address for address, _ in heard] == ["127.0.0.1"]
    assert told == ["http://127.0.0.1:0"]
    assert len(desk.cases()) == 3
    serving.serve(desk, 0, None, told.append)


def test_a_port_that_is_taken_is_told(custodian: Custodian, study: Study) -> None:
    release(custodian, study)
    desk = serving.open_desk(custodian, study, now)
    with socket.socket() as door:
        door.bind((serving.HOST, 0))
        door.listen()
        port = door.getsockname()[1]
        told: list[str] = []
        with pytest.raises(StudyError, match=f"Port {port} cannot be opened") as refused:
            serving.serve(desk, port, None, told.append)
        assert refused.value.remedy
        assert told == [], "no address is told that does not answer"


CHARTS = """\
  - {name: charts, format: fhir, path: fhir, subject: Patient.identifier.value}
columns:
  - {name: full_name, source: charts, path: Patient.name.text, role: identifier, identifier: name}
  - {name: note, source: charts, path: DiagnosticReport.conclusion, role: text}
"""
"""A second source of the tiny study, with a name and a note."""


def chart(number: str, name: str, note: str) -> dict[str, object]:
    """Return a made-up patient's FHIR bundle with the measurements of the tiny study."""

    def measured(code: str, **value: object) -> dict[str, object]:
        about = {"status": "final", "subject": {"reference": "urn:uuid:patient"}}
        return {"resourceType": "Observation", "code": {"coding": [{"code": code}]}, **about, **value}

    resources = [
        {"resourceType": "Patient", "identifier": [{"value": number}], "name": [{"text": name}]},
        {"resourceType": "DiagnosticReport", "status": "final", "conclusion": note},
        measured("size", valueQuantity={"value": 48, "unit": "mm", "code": "mm"}),
        measured("colour", valueString="red"),
    ]
    entries = [{"fullUrl": f"urn:uuid:{at or 'patient'}", "resource": one} for at, one in enumerate(resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def test_a_name_in_a_note_that_came_over_the_wire_is_kept_nowhere(custodian: Custodian) -> None:
    with_charts = Study.model_validate_json(json.dumps(yaml.safe_load(TEXT.replace("columns:\n", CHARTS))))
    release(custodian, with_charts)
    desk = serving.open_desk(custodian, with_charts, now)
    note = "Please ring Thessaly on Monday. Ms Quenby, record MR-700009, has a hard mass."
    content = chart("MR-700009", "Thessaly Quenby", note)
    assert desk.receive_records(bundle.records(content, desk.served.predictor)).received == 1
    case = desk.find("MR-700009")
    kept = str(case.record.payload) + repr(custodian.events("cases"))
    assert "hard mass" in kept
    for word in ("Thessaly", "Quenby", "700009"):
        assert word not in kept
