import json
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from primum.custody import store
from primum.custody.custodian import Custodian
from primum.custody.store import Store
from primum.errors import DataError, IntegrityError, StudyError
from primum.ids import Digest, canonical, digest, digest_of
from unit.custody.homes import named, open_home

FILES = {"model.json": b'{"made": "up"}', "scorer/weights.safetensors": b"made-up weights"}
FACTS = {"kind": "performance", "stage": "evaluate", "made_of": [named("model")], "facts": {"roc_auc": 0.9}}


# -- models -----------------------------------------------------------------------------------------------------------
def test_a_model_is_named_by_its_content(custodian: Custodian) -> None:
    name = custodian.put_model(FILES, [named("development")])
    assert name == digest_of({path: digest(data) for path, data in FILES.items()})
    assert custodian.get_model(name) == FILES


def test_the_same_model_twice_is_one_model(custodian: Custodian, home: Path) -> None:
    assert custodian.put_model(FILES, []) == custodian.put_model(dict(reversed(FILES.items())), [named("x")])
    assert len([one for one in (home / "blobs").rglob("*") if one.is_file()]) == 2


def test_the_same_model_has_one_name_in_every_home(custodian: Custodian, tmp_path: Path) -> None:
    with open_home(tmp_path / "another") as other:
        assert other.put_model(FILES, []) == custodian.put_model(FILES, [])


def test_a_model_is_not_on_the_disk_in_the_clear(custodian: Custodian, home: Path) -> None:
    custodian.put_model(FILES, [])
    assert all(b"made-up weights" not in one.read_bytes() for one in home.rglob("*") if one.is_file())


def test_a_model_that_is_not_there_is_a_data_error(custodian: Custodian) -> None:
    with pytest.raises(DataError, match="no model"):
        custodian.get_model(named("nothing"))


def change_files(home: Path, change: object) -> None:
    assert callable(change)
    with closing(Store(home / "store.db")) as one, one.transaction() as work:
        files = json.loads(work.execute(sa.select(store.models.c.files)).scalar_one())
        work.execute(sa.update(store.models).values(files=json.dumps(change(files))))


@pytest.mark.parametrize(
    "change",
    [
        lambda files: dict(zip(files, reversed(files.values()), strict=True)),
        lambda files: {"model.json": files["model.json"]},
        lambda files: {**files, "more": files["model.json"]},
        lambda files: {
            "renamed": files["model.json"],
            "scorer/weights.safetensors": files["scorer/weights.safetensors"],
        },
    ],
)
def test_a_model_whose_files_were_exchanged_is_refused(home: Path, change: object) -> None:
    with open_home(home) as one:
        name = one.put_model(FILES, [])
    change_files(home, change)
    with open_home(home) as one, pytest.raises(IntegrityError, match="not what was kept"):
        one.get_model(name)


def test_a_model_without_its_key_is_refused(home: Path) -> None:
    with open_home(home) as one:
        name = one.put_model(FILES, [])
    with closing(Store(home / "store.db")) as one, one.transaction() as work:
        work.execute(sa.delete(store.keys))
    with open_home(home) as one, pytest.raises(IntegrityError):
        one.get_model(name)


# -- evidence ---------------------------------------------------------------------------------------------------------
def test_evidence_is_canonical_json_in_the_clear_named_by_its_digest(custodian: Custodian, home: Path) -> None:
    name = custodian.put_evidence(FACTS)
    assert name == digest_of(FACTS)
    assert (home / "evidence" / f"{name}.json").read_bytes() == canonical(FACTS)
    assert custodian.get_evidence(name) == FACTS


def test_missing_evidence_is_an_integrity_error(custodian: Custodian, home: Path) -> None:
    name = custodian.put_evidence(FACTS)
    (home / "evidence" / f"{name}.json").unlink()
    with pytest.raises(IntegrityError, match="missing") as refused:
        custodian.get_evidence(name)
    assert "does not count as met" in refused.value.remedy


@pytest.mark.parametrize("old_and_new", [("0.9", "0.99"), ('"roc_auc"', '"roc_auc" '), ("{", "{ ")])
def test_edited_evidence_is_an_integrity_error(custodian: Custodian, home: Path, old_and_new: tuple[str, str]) -> None:
    name = custodian.put_evidence(FACTS)
    path = home / "evidence" / f"{name}.json"
    path.write_text(path.read_text().replace(*old_and_new, 1))
    with pytest.raises(IntegrityError, match="not what was kept"):
        custodian.get_evidence(name)


def test_evidence_that_json_cannot_hold_is_refused(custodian: Custodian) -> None:
    with pytest.raises(ValueError, match="JSON"):
        custodian.put_evidence({"kind": "x", "facts": {"a": float("nan")}})


# -- stages -----------------------------------------------------------------------------------------------------------
def test_a_finished_stage_is_known_by_its_key(custodian: Custodian) -> None:
    assert custodian.finished(named("key")) is None
    custodian.finish("ingest", named("key"), {"identified": named("a"), "word": "yes"})
    assert custodian.finished(named("key")) == {"identified": named("a"), "word": "yes"}
    assert custodian.finished(named("other key")) is None


def test_a_finished_stage_is_known_in_the_next_session(home: Path) -> None:
    with open_home(home) as one:
        one.finish("ingest", named("key"), {"identified": named("a")})
    with open_home(home) as one:
        assert one.finished(named("key")) == {"identified": named("a")}


def test_a_stage_finished_again_has_its_newest_outputs(custodian: Custodian) -> None:
    custodian.finish("release", named("key"), {"release": "1"})
    custodian.finish("release", named("key"), {"release": "2"})
    assert custodian.finished(named("key")) == {"release": "2"}


@pytest.mark.parametrize(
    "values", [{"outputs": '{"open":"yes"}'}, {"stage": "release"}, {"seal": b"x"}, {"key": named("other")}]
)
def test_outputs_that_others_altered_are_refused(home: Path, values: dict[str, object]) -> None:
    with open_home(home) as one:
        one.finish("gate", named("key"), {"open": "no"})
    with closing(Store(home / "store.db")) as one, one.transaction() as work:
        work.execute(sa.update(store.stages).values(**values))
    with open_home(home) as one, pytest.raises(IntegrityError, match="altered in the store"):
        one.finished(Digest(str(values.get("key", named("key")))))


def test_the_latest_evidence_is_that_of_the_run_used_last(custodian: Custodian) -> None:
    first = custodian.put_evidence({"kind": "gate", "facts": 1})
    second = custodian.put_evidence({"kind": "gate", "facts": 2})
    custodian.finish("gate", named("one"), {"evidence.gate": first})
    custodian.finish("gate", named("two"), {"evidence.gate": second})
    assert custodian.latest("gate")["facts"] == 2
    custodian.finished(named("one"))
    assert custodian.latest("gate")["facts"] == 1


def test_evidence_that_no_stage_has_put_out_yet_is_asked_for_by_running_the_study(custodian: Custodian) -> None:
    custodian.finish("ingest", named("one"), {"identified": named("a"), "evidence.gate": ""})
    with pytest.raises(StudyError, match="no gate evidence yet") as refused:
        custodian.latest("gate")
    assert "primum run" in refused.value.remedy
