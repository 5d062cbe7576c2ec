"""Laws of de-identifying files: whatever the bytes, they are cleaned or refused, and what was cleaned comes back."""

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from primum.deid import encodings, formats, packing, sealing, windows
from primum.deid.hiding import hiding
from primum.deid.nouns import Encoding, Hide, Piece, RefusedError
from primum.deid.subjects import plain
from synthetic.deid_jobs import Done, desk, source, written

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t\r"), max_size=400)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@FEW
@given(data=st.binary(max_size=600))
def test_any_bytes_are_recognised_or_refused_with_a_code(tmp_path, data):
    found = ""
    try:
        found = written(tmp_path / "x", data).form
    except RefusedError as refusal:
        found = refusal.code
    assert found


@given(text=TEXT)
def test_text_in_utf_8_is_told_from_everything_else(text):
    data = text.encode()
    found = encodings.detect([data[at : at + 7] for at in range(0, len(data), 7)])
    assert "".join(windows.decoded([data], found)) == text.removeprefix("\ufeff")


@given(text=TEXT.filter(lambda one: "\ufeff" not in one and any(sign.isascii() for sign in one)))
@pytest.mark.parametrize(
    ("name", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-8", b"\xef\xbb\xbf")]
)
def test_a_mark_tells_the_encoding(name, mark, text):
    data = mark + text.encode(name)
    found = encodings.detect([data])
    assert found == Encoding(name=name, mark=mark)
    assert "".join(windows.decoded([data], found)) == text


@given(text=TEXT, size=st.integers(20, 80), beside=st.integers(0, 30))
def test_the_cores_of_windows_are_the_text(text, size, beside):
    found = list(windows.windows([text[at : at + 11] for at in range(0, len(text), 11)], size, beside))
    assert "".join(one.text[one.before : one.before + one.core] for one in found) == text
    assert all(one.core <= size and one.before <= beside for one in found)
    assert all(text[one.origin : one.origin + len(one.text)] == one.text for one in found)


@FEW
@given(document=JSON.filter(lambda one: isinstance(one, dict | list)))
def test_any_json_stays_json_of_the_same_shape(tmp_path, document):
    def shape(node):
        if isinstance(node, dict):
            return [shape(one) for one in node.values()]
        return [shape(one) for one in node] if isinstance(node, list) else None

    (tmp_path / "x.json").write_text(json.dumps(document))
    try:
        done = Done(source(tmp_path / "x.json"), desk())
    except RefusedError:
        return
    if done.outcome.form != "fhir" and len(_keys(document)) == len(_keys(json.loads(done.text))):
        assert shape(json.loads(done.text)) == shape(document)


def _keys(node):
    if isinstance(node, dict):
        return [*node, *(key for one in node.values() for key in _keys(one))]
    return [key for one in node for key in _keys(one)] if isinstance(node, list) else []


@FEW
@given(rows=st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), min_size=1, max_size=8))
def test_a_table_keeps_its_rows_and_columns(tmp_path, rows):
    target = io.StringIO()
    csv.writer(target).writerows([["mrn", "comment", "glucose"], *rows])
    try:
        done = Done(written(tmp_path / "x.csv", target.getvalue().encode("utf-8", "replace")))
    except RefusedError:
        return
    found = list(csv.reader(io.StringIO(done.text, newline="")))
    assert found[0] == ["mrn", "comment", "glucose"]
    assert {len(one) for one in found} == {3}


@given(data=st.binary(max_size=3000), packed=st.sampled_from(["", "gzip", "bgzf"]))
def test_what_is_packed_unpacks_to_the_same(data, packed):
    target = io.BytesIO()
    packing.pack(io.BytesIO(data), target, packed)
    target.seek(0)
    assert b"".join(formats._unpacked(target, packed)) == data


@given(data=st.data(), written_=st.binary(min_size=1, max_size=80))
def test_pieces_replace_what_was_written_and_nothing_else(data, written_):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(written_)), min_size=2, max_size=6, unique=True)))
    pieces, expected, at = [], b"", 0
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        original = data.draw(st.binary(max_size=9))
        pieces.append(Piece(subject="s", start=start, end=end, original=original))
        expected += written_[at:start] + original
        at = end
    expected += written_[at:]
    shuffled = data.draw(st.permutations(pieces))
    assert b"".join(sealing._restored(io.BytesIO(written_), shuffled)) == expected


@settings(max_examples=40, deadline=None)
@given(
    ages=st.lists(st.integers(0, 90), min_size=6, max_size=40),
    k=st.integers(2, 6),
    sexes=st.lists(st.sampled_from(["f", "m", ""]), min_size=40, max_size=40),
)
def test_everybody_hides_or_the_table_is_refused(ages, k, sexes):
    people = {f"p{at}": (str(age), sexes[at]) for at, age in enumerate(ages)}
    done = hiding(people, None, Hide(k=k))
    assert set(done.cells) == set(people)
    shown = list(done.cells.values())
    assert min(shown.count(one) for one in shown) >= k
    assert all(_covers(cells[0], people[name][0]) for name, cells in done.cells.items())


def _covers(shown: str, true: str) -> bool:
    """Return whether what is shown of a number is true."""
    if shown in {"", true}:
        return True
    low, high = json.loads(shown)
    return low <= int(true) <= high


@given(text=st.text(max_size=60))
def test_one_spelling_is_the_same_again(text):
    assert plain(plain(text)) == plain(text)
