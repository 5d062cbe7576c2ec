import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.privacy import dates
from primum.privacy.date_windows import windows
from primum.privacy.rules.scanning import Seen


def has(text):
    return [one for _, _, some in windows(Seen(text)) for one in sorted(some)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("seen 3/4/2019 well", ["number"]),
        ("since 07/2021", ["number"]),
        ("id 20210717", ["number"]),
        ("on 3 May 2020", ["word"]),
        ("17th july", ["word"]),
        ("3 may and 3.4.20", ["number", "word"]),
        ("七月十七日", ["han"]),
        ("in May she may", []),
        ("20 mg of 3.5", []),
        ("", []),
    ],
)
def test_it_is_told_where_a_date_may_be_and_how_it_would_be_written(text, expected):
    assert has(text) == expected


@settings(deadline=None)
@given(st.lists(st.sampled_from(["3 May 2020 ", "x" * 60 + " ", "1/2/2019, ", "7月3日", "\n", "12 "])).map("".join))
def test_windows_are_in_order_and_apart(text):
    edges = [edge for begin, stop, _ in windows(Seen(text)) for edge in (begin, stop)]
    assert edges == sorted(edges)
    assert all(0 <= one <= len(text) for one in edges)


DATES = [
    "Friday, 3 May 2020",
    "2019-03-04",
    "4 de julio de 2018",
    "Jul 4th",
    "二〇二一年七月十七日",
    "2021年7月17日 星期六",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from([*DATES, " and ", " x " * 50, "\n", "may "]), max_size=12).map("".join))
def test_dates_stand_where_they_are_read(text):
    assert dates.places(Seen(text)) == [(one.start, one.end) for one in dates.find(text)]
