"""People of a table hide among each other as far as was asked, in every format of tables, and the report says how."""

import csv
import io
from collections import Counter

import pyarrow.parquet as pq
import pytest

from primum.deid.hiding import hiding
from primum.deid.nouns import Hide, RefusedError
from primum.deid.schema import Table
from primum.errors import DataError
from synthetic import deid_folder
from synthetic.deid_jobs import Done, Remembering, desk, source, written

FEW = Hide(k=5)


def people(count=60):
    """Return made-up people: age, sex, postcode."""
    return {f"p{at}": (str(20 + 7 * at % 60), "mf"[at % 2], f"0{at % 9}1") for at in range(count)}


def smallest(cells) -> int:
    return min(Counter(cells).values())


def ills(count=60):
    return {f"p{at}": ["flu", "gout", "mumps"][at % 3] for at in range(count)}


# -- people ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("k", [2, 5, 20, 60])
def test_everybody_shares_what_could_single_him_out(k):
    done = hiding(people(), None, Hide(k=k))
    assert set(done.cells) == set(people())
    assert smallest(done.cells.values()) >= k
    assert done.document["left_out"] == 0
    assert done.document["k"] == k
    assert done.document["before"]["smallest"] is None
    assert 0 < done.document["unknown"] <= 1
    assert done.document["sensitive"] is None


def test_numbers_become_ranges_and_words_the_words_there_are():
    done = hiding({f"p{at}": (str(30 + at), "mf"[at % 2]) for at in range(10)}, None, Hide(k=10))
    assert set(done.cells.values()) == {("[30, 39]", "f|m")}


def test_codes_with_leading_zeros_are_no_numbers():
    done = hiding({f"p{at}": (f"0{at}1",) for at in range(4)}, None, Hide(k=4))
    assert set(done.cells.values()) == {("001|011|021|031",)}


def test_a_column_in_which_all_agree_stays_to_the_letter():
    done = hiding({f"p{at}": ("34.50", str(at)) for at in range(6)}, None, Hide(k=6))
    assert {one[0] for one in done.cells.values()} == {"34.50"}
    assert done.document["generalised"] == [1]


def test_what_is_missing_is_missing_for_all_of_a_group():
    done = hiding({f"p{at}": ("" if at < 5 else str(at),) for at in range(10)}, None, FEW)
    assert Counter(done.cells.values()) == {("",): 5, ("[5, 9]",): 5}


def test_too_few_people_cannot_hide():
    with pytest.raises(RefusedError) as refused:
        hiding(people(4), None, FEW)
    assert refused.value.code == "too-few"


@pytest.mark.parametrize("asked", [Hide(k=5, sensitive="ill", distinct=3), Hide(k=5, sensitive="ill", closeness=0.2)])
def test_sensitive_values_are_as_different_in_each_group_as_was_asked(asked):
    skewed = {name: "flu" if at % 10 else one for at, (name, one) in enumerate(ills().items())}
    done = hiding(people(), skewed if asked.closeness < 1 else ills(), asked)
    assert smallest(done.cells.values()) >= 5
    assert done.document["sensitive"]["distinct"] >= asked.distinct
    assert done.document["sensitive"]["closeness"] <= asked.closeness


def test_more_different_values_than_there_are_cannot_be():
    with pytest.raises(RefusedError) as refused:
        hiding(people(), ills(), Hide(k=5, sensitive="ill", distinct=4))
    assert refused.value.code == "too-few"


@pytest.mark.parametrize("asked", [{"k": 5, "distinct": 2}, {"k": 5, "closeness": 0.2}, {"sensitive": "ill"}])
def test_what_does_not_go_together_is_told(asked):
    with pytest.raises(DataError):
        Hide(**asked)


# -- tables ------------------------------------------------------------------------------------------------------------
def table(rows=40, *, visits=1) -> bytes:
    target = io.StringIO()
    out = csv.writer(target)
    out.writerow(["mrn", "name", "age", "sex", "zip", "diagnosis", "hb"])
    for at in range(rows):
        for visit in range(visits):
            ill = ["flu", "gout"][at % 2]
            age = str(30 + at % 35 + visit)
            out.writerow([88800000 + at, "Ann Whitlock", age, "mf"[at % 2], f"0213{at % 4}", ill, 10 + visit])
    return target.getvalue().encode()


def cells(done) -> list[list[str]]:
    return list(csv.reader(io.StringIO(done.text)))[1:]


def test_without_being_asked_a_table_keeps_what_it_tells_and_says_how_much_that_is(tmp_path):
    done = Done(written(tmp_path / "x.csv", table()))
    assert [row[2] for row in cells(done)][:3] == ["30", "31", "32"]
    assert done.outcome.table["hiding"] is None
    assert done.outcome.table["risk"]["prosecutor"]["highest"] is None
    assert "journalist" not in done.outcome.table["risk"]


def test_in_a_table_everybody_hides_and_the_rest_of_it_stays(tmp_path):
    one = written(tmp_path / "x.csv", table())
    done = Done(one, desk(hide=FEW))
    rows = cells(done)
    assert len(rows) == 40
    assert smallest((row[2], row[3], row[4]) for row in rows) >= 5
    assert {row[6] for row in rows} == {"10"}
    assert done.outcome.table["risk"]["smallest"] >= 5
    assert done.outcome.table["risk"]["prosecutor"]["highest"] <= 0.2
    assert set(done.outcome.table["hiding"]["generalised"]) <= {3, 4, 5}
    assert not done.found.left.certain
    Table.model_validate(done.outcome.table)


def test_all_rows_of_a_person_show_the_same(tmp_path):
    done = Done(written(tmp_path / "x.csv", table(visits=3)), desk(hide=FEW))
    shown = {}
    for row in cells(done):
        shown.setdefault(row[0], set()).add((row[2], row[3], row[4]))
    assert len(shown) == 40
    assert all(len(one) == 1 for one in shown.values())
    assert smallest(next(iter(one)) for one in shown.values()) >= 5


def test_a_table_of_too_few_people_is_refused(tmp_path):
    with pytest.raises(RefusedError) as refused:
        Done(written(tmp_path / "x.csv", table(4)), desk(hide=FEW))
    assert refused.value.code == "too-few"


def test_a_table_that_tells_nobody_apart_stays_as_it_is(tmp_path):
    data = b"mrn,hb\n" + b"".join(b"%d,12\n" % (88800000 + at) for at in range(3))
    done = Done(written(tmp_path / "x.csv", data), desk(hide=FEW))
    assert [row[1] for row in cells(done)] == ["12"] * 3
    assert done.outcome.table["hiding"] is None


def test_rows_of_a_table_without_subjects_are_people(tmp_path):
    data = b"age,hb\n" + b"".join(b"%d,12\n" % (30 + at) for at in range(20))
    done = Done(written(tmp_path / "x.csv", data), desk(hide=FEW))
    assert smallest(row[0] for row in cells(done)) >= 5


def test_the_sensitive_column_is_found_whatever_its_capitals_and_judged(tmp_path):
    asked = Hide(k=5, sensitive=" Diagnosis", distinct=2)
    done = Done(written(tmp_path / "x.csv", table()), desk(hide=asked))
    groups = {}
    for row in cells(done):
        groups.setdefault((row[2], row[3], row[4]), set()).add(row[5])
    assert all(len(one) == 2 for one in groups.values())
    assert done.outcome.table["hiding"]["sensitive"]["distinct"] == 2
    assert "no-sensitive" not in done.outcome.notes


def test_a_table_without_the_sensitive_column_says_so(tmp_path):
    done = Done(written(tmp_path / "x.csv", table()), desk(hide=Hide(k=5, sensitive="hiv")))
    assert "no-sensitive" in done.outcome.notes
    assert smallest((row[2], row[3], row[4]) for row in cells(done)) >= 5


def test_who_cannot_hide_is_left_out_and_comes_back_all_the_same(tmp_path, monkeypatch):
    whole = hiding

    def without_some(everybody, sensitive, asked):
        done = whole(everybody, sensitive, asked)
        kept = dict(list(done.cells.items())[6:])
        return type(done)(cells=kept, document={**done.document, "left_out": 6})

    monkeypatch.setattr("primum.deid.sheets.hiding", without_some)
    one = written(tmp_path / "x.csv", table())
    done = Done(one, desk(hide=FEW, keeper=Remembering(b"k" * 32)))
    assert len(cells(done)) == 34
    assert done.outcome.table["rows"] == 34
    assert done.outcome.table["risk"]["people"] == 34
    assert not done.outcome.pieces, "the original is sealed as a whole"
    assert not done.found.left.certain
    assert done.found.texts > 0


def test_a_journalist_is_told_of_where_the_population_is_known(tmp_path):
    done = Done(written(tmp_path / "x.csv", table()), desk(hide=Hide(k=5, population=4000)))
    risk = done.outcome.table["risk"]
    assert risk["journalist"]["highest"] < risk["prosecutor"]["highest"] / 50


def test_a_population_smaller_than_the_table_is_the_table(tmp_path):
    done = Done(written(tmp_path / "x.csv", table()), desk(hide=Hide(k=5, population=3)))
    risk = done.outcome.table["risk"]
    assert risk["journalist"]["highest"] == risk["prosecutor"]["highest"]


def test_made_up_places_single_nobody_out(tmp_path):
    data = b"mrn,age,city\n" + b"".join(b"%d,40,Town %d\n" % (88800000 + at, at) for at in range(12))
    done = Done(written(tmp_path / "x.csv", data))
    assert done.outcome.table["risk"]["smallest"] == 12
    assert [one["quasi"] for one in done.outcome.table["columns"]] == [False, True, False]


def test_parquet_hides_people_too_and_keeps_other_types(tmp_path):
    deid_folder.write_parquet(tmp_path / "x")
    frame = pq.read_table(tmp_path / "x")
    ages = [30 + at for at in range(frame.num_rows)]
    pq.write_table(frame.append_column("age", [ages]), tmp_path / "y")
    done = Done(source(tmp_path / "y"), desk(hide=FEW))
    found = pq.read_table(io.BytesIO(done.data))
    assert smallest(found["age"].to_pylist()) >= 5
    assert found["hb"].to_pylist() == frame["hb"].to_pylist()
    assert all(one.startswith("[") for one in found["age"].to_pylist())
