from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from primum.custody import store
from primum.custody.custodian import Custodian, DataClass
from primum.errors import AccessDeniedError, DataError
from unit.custody.homes import a_set, named, open_home, rows, subject

PSEUDONYMISED = DataClass.PSEUDONYMISED


@pytest.fixture
def study(custodian: Custodian) -> Custodian:
    """Six made-up subjects: four for development, two for the test part; two models, one of them released."""
    custodian.write_dataset(a_set("identified"), rows(6))
    custodian.write_dataset(a_set("pseudonymised", PSEUDONYMISED, (named("identified"),)), rows(6))
    custodian.write_dataset(a_set("development", PSEUDONYMISED, (named("pseudonymised"),)), rows(4))
    custodian.write_dataset(a_set("test", DataClass.SEALED, (named("pseudonymised"),)), rows(6)[4:])
    custodian.write_dataset(a_set("elsewhere"), [(subject(9), b"x")])
    return custodian


def test_what_rested_on_a_subject_is_listed_through_all_generations(study: Custodian) -> None:
    encoder = study.put_model({"a": b"encoder"}, [named("development")])
    model = study.put_model({"a": b"model"}, [encoder])
    study.put_model({"a": b"another"}, [named("elsewhere")])
    study.note_release(named("release"), model)
    study.note_release(named("other release"), named("other model"))
    gone = study.erase(subject(1))
    assert gone.subject == subject(1)
    assert gone.data_sets == (named("identified"), named("pseudonymised"), named("development"))
    assert gone.models == (encoder, model)
    assert gone.releases == (named("release"),)


def test_a_model_judged_on_a_subject_rested_on_it(study: Custodian) -> None:
    model = study.put_model({"a": b"model"}, [named("elsewhere")])
    study.commit(named("limits"))
    study.open_sealed(named("test"), model, named("limits"))
    gone = study.erase(subject(5))
    assert gone.data_sets == (named("identified"), named("pseudonymised"), named("test"))
    assert gone.models == (model,)


def test_a_model_known_through_evidence_alone_is_listed(study: Custodian) -> None:
    evidence = study.put_evidence({"kind": "selection", "made_of": [named("development")]})
    model = study.put_model({"a": b"model"}, [evidence])
    assert study.erase(subject(0)).models == (model,)


def test_a_subject_nothing_rested_on_leaves_the_others_alone(study: Custodian) -> None:
    model = study.put_model({"a": b"model"}, [named("development")])
    gone = study.erase(subject(9))
    assert gone.data_sets == (named("elsewhere"),)
    assert gone.models == ()
    assert gone.releases == ()
    assert study.get_model(model) == {"a": b"model"}


def test_exactly_the_erased_subject_is_gone(study: Custodian) -> None:
    study.erase(subject(1))
    for name, count in (("identified", 6), ("pseudonymised", 6), ("development", 4)):
        expected = [one for one in rows(count) if one[0] != subject(1)]
        assert study.read_dataset(named(name)) == expected
        assert study.describe(named(name)).subjects == count - 1


def test_a_subject_is_erased_by_the_hospitals_own_identifier(custodian: Custodian) -> None:
    custodian.write_dataset(a_set(), [(custodian.pseudonym("MRN-MADE-UP"), b"x")])
    assert custodian.erase("MRN-MADE-UP").subject == custodian.pseudonym("MRN-MADE-UP")
    assert custodian.read_dataset(named("identified")) == []


@pytest.mark.parametrize("who", ["MRN-UNKNOWN", "Pffffffffffffffff", "", "P1", "p0000000000000001"])
def test_a_subject_that_is_not_known_cannot_be_erased_and_its_identifier_is_not_repeated(
    study: Custodian, home: Path, who: str
) -> None:
    with pytest.raises(DataError, match="not known here") as refused:
        study.erase(who)
    assert "MRN-UNKNOWN" not in refused.value.what
    assert b"MRN-UNKNOWN" not in (home / "audit" / "entries.jsonl").read_bytes()


def test_a_model_is_not_a_subject(study: Custodian) -> None:
    model = study.put_model({"a": b"model"}, [])
    with pytest.raises(DataError, match="not known"):
        study.erase(model)
    assert study.get_model(model)


def test_nobody_is_erased_twice(study: Custodian) -> None:
    study.erase(subject(1))
    with pytest.raises(DataError, match="erased before"):
        study.erase(subject(1))


def test_erasing_needs_the_grant_to_write_identified_data(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(2))
    with open_home(home, purpose="another") as one, pytest.raises(AccessDeniedError, match="write identified"):
        one.erase(subject(1))
    with open_home(home) as one:
        assert one.read_dataset(named("identified")) == rows(2)


def test_the_wrapped_key_is_nowhere_on_the_disk_once_erased(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(300))
        with one._door.store.transaction() as work:
            query = sa.select(store.keys.c.wrapped).where(store.keys.c.owner == subject(150))
            wrapped = work.execute(query).scalar_one()
        assert any(wrapped in file.read_bytes() for file in home.glob("store.db*"))
        one.erase(subject(150))
        for file in home.rglob("*"):
            if file.is_file():
                assert wrapped not in file.read_bytes(), file.name


def test_an_erased_subject_does_not_come_back(study: Custodian) -> None:
    study.erase(subject(1))
    with pytest.raises(DataError, match=f"{subject(1)} was erased, and its data is here again") as refused:
        study.write_dataset(a_set("again"), rows(3))
    assert "sources" in refused.value.remedy
    with pytest.raises(DataError, match="no data set"):
        study.describe(named("again"))


def test_stages_after_an_erasure_go_on_without_the_subject(study: Custodian) -> None:
    study.erase(subject(1))
    left = study.read_dataset(named("identified"))
    study.write_dataset(a_set("pseudonymised", PSEUDONYMISED, (named("identified"),)), left)
    assert study.read_dataset(named("pseudonymised")) == left


def test_an_erasure_outlives_the_session(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(3))
        one.erase(subject(0))
    with open_home(home) as one:
        assert one.read_dataset(named("identified")) == rows(3)[1:]
        with pytest.raises(DataError, match="erased before"):
            one.erase(subject(0))


def test_a_key_brought_back_from_a_backup_of_the_store_is_found(home: Path) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(3))
    with closing(store.Store(home / "store.db")) as kept, kept.transaction() as work:
        query = sa.select(store.keys).where(store.keys.c.owner == subject(0))
        old = dict(work.execute(query).mappings().one())
    with open_home(home) as one:
        one.erase(subject(0))
        proof = one._door.seal_of("gone", subject(0))
    with closing(store.Store(home / "store.db")) as kept, kept.transaction() as work:
        work.execute(sa.update(store.keys).where(store.keys.c.owner == subject(0)).values(**{**old, "gone": proof}))
    with open_home(home) as one, pytest.raises(Exception, match="not erased by us"):
        one.read_dataset(named("identified"))


def test_lineage_that_runs_in_a_circle_ends(custodian: Custodian) -> None:
    custodian.write_dataset(a_set("a", made_of=(named("b"),)), rows(1))
    custodian.write_dataset(a_set("b", made_of=(named("a"), named("b"))), rows(1))
    assert set(custodian.erase(subject(0)).data_sets) == {named("a"), named("b")}
