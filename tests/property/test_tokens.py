"""Laws of places: what is kept whole is the text itself, and leaving out words leaves out nothing else."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from primum.domain.study import Column
from primum.domain.tokens import Cells, Texts, words

COLUMNS = tuple(Column(name=name, source="notes", role="feature") for name in ("history", "finding"))
SIGNS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Z", "M"))
TEXT = st.text(st.one_of(SIGNS, st.sampled_from("ab 1.,'胃痛é\n")), max_size=60)
PAIRS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4)


def tokens(values):
    return Texts(values=tuple(values), columns=COLUMNS)


@given(TEXT)
def test_words_do_not_overlap_are_in_order_and_hold_letters_or_digits(text):
    spans = words(text)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[start:end].isalnum() or len(text[start:end]) == 1 for start, end in spans)
    outside = "".join(
        text[end:start] for (_, end), (start, _) in zip([(0, 0), *spans], [*spans, (len(text), 0)], strict=True)
    )
    assert not any(one.isalnum() and one != "_" for one in outside)


@given(PAIRS)
def test_where_all_is_kept_a_text_that_has_words_is_itself(values):
    some = tokens(values)
    for row in range(len(some)):
        whole = some.kept(row, np.ones((1, len(some.places(row)))))
        for kept, own in zip(whole.values[0], values[row], strict=True):
            assert kept == (own if words(own) else "")


@given(PAIRS, st.data())
def test_what_is_kept_has_exactly_the_words_that_were_kept(values, data):
    some = tokens(values)
    own = [some.document(0)[start:end] for start, end in some.words(0)]
    kept = np.array([data.draw(st.lists(st.booleans(), min_size=len(own), max_size=len(own)))], dtype=np.float64)
    left = some.kept(0, kept)
    document = left.document(0)
    found = [document[start:end] for start, end in left.words(0)]
    assert len(left) == 1
    wanted = [word for word, stays in zip(own, kept[0], strict=True) if stays]
    assert "".join(found) == "".join(wanted)


@given(PAIRS)
def test_places_point_at_words_in_the_column_and_in_the_document(values):
    some = tokens(values)
    places = some.places(0)
    assert len(places) == len(set(places)) == len(some.words(0)) == len(some.spans(0))
    for place, (start, end), (at, first, last) in zip(places, some.words(0), some.spans(0), strict=True):
        assert place == f"text:{COLUMNS[at].name}:{first}-{last}"
        assert some.document(0)[start:end] == values[0][at][first:last]


@given(PAIRS, st.data())
def test_taking_rows_takes_them_in_that_order(values, data):
    some = tokens(values)
    rows = np.array(data.draw(st.lists(st.integers(0, len(values) - 1), max_size=5)), dtype=np.int64)
    assert some.take(rows).values == tuple(values[row] for row in rows)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=2), st.lists(st.booleans(), min_size=2, max_size=2))
def test_cells_that_are_not_kept_are_typical(case, stays):
    cells = Cells(values=np.array([case]), columns=COLUMNS, reference=np.array([10.0, 20.0]))
    found = cells.kept(0, np.array([stays], dtype=np.float64)).values[0].tolist()
    assert found == [own if one else typical for own, one, typical in zip(case, stays, (10.0, 20.0), strict=True)]
    assert cells.places(0) == ("column:history", "column:finding")
