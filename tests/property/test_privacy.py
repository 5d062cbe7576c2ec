"""Laws of protection: nothing known is left, a second scrubbing finds nothing, shifts keep intervals, k holds."""

import datetime as dt

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from primum.domain.study import Column
from primum.privacy import dates
from primum.privacy.known import Known, find
from primum.privacy.notes import scrub
from primum.privacy.tabular import generalise, risk

SYLLABLES = st.sampled_from(
    ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "wen", "yar", "dor", "fin", "gul"]
)
WORDS = st.lists(SYLLABLES, min_size=3, max_size=4).map("".join)
NAMES = st.tuples(WORDS, WORDS).map(lambda pair: f"{pair[0].title()} {pair[1].title()}")
NUMBERS = st.from_regex(r"[A-Z]{0,3}-?[1-9][0-9]{5,8}", fullmatch=True)
PHONES = st.from_regex(r"\+44 7700 9[0-9]{5}", fullmatch=True)
TEXTS = st.text(alphabet=st.sampled_from("abc XYZ.,;:()/-0123456789年月日患者张医生号\n"), max_size=80)
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))
SHIFTS = st.integers(-365, 365).filter(bool)


def spelled(value: str) -> st.SearchStrategy[str]:
    return st.sampled_from([value, value.upper(), value.lower(), value.replace("-", " "), value.replace(" ", "")])


@st.composite
def notes(draw):
    known = Known((("name", draw(NAMES)), ("phone", draw(PHONES)), ("record_number", draw(NUMBERS))))
    text = draw(TEXTS)
    for kind, value in known.pairs:
        planted = value if kind == "name" else draw(spelled(value))
        text += f" {planted} {draw(TEXTS)}"
    return text, known


@settings(max_examples=150, deadline=None)
@given(notes(), SHIFTS)
def test_nothing_known_of_the_subject_is_left(note, days):
    text, known = note
    done = scrub(text, known, days).text
    assert find(done, known) == []
    for _, value in known.pairs:
        assert value not in done


@settings(max_examples=150, deadline=None)
@given(notes(), SHIFTS)
def test_scrubbing_is_idempotent_where_dates_stand_still(note, days):
    text, known = note
    once = scrub(text, known, days).text
    assert scrub(once, known, 0).text == once


@settings(deadline=None)
@given(TEXTS)
def test_a_text_keeps_what_is_not_replaced(text):
    done = scrub(text, Known(), 5)
    if not done.spans:
        assert done.text == text


@given(
    DAYS,
    DAYS,
    SHIFTS,
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y年%m月%d日", "%d %B %Y", "%B %d, %Y", "%Y%m%d"]),
)
def test_a_shift_keeps_every_interval(first, second, days, form):
    assume(1900 <= (first + dt.timedelta(days)).year <= 2099)
    assume(1900 <= (second + dt.timedelta(days)).year <= 2099)
    text = f"{first.strftime(form)} until {second.strftime(form)}"
    moved, count = dates.shift(text, days)
    found = [one.day for one in dates.find(moved)]
    assert count == 2
    if "/" not in form or (first.day > 12 and second.day > 12):
        assert found[1] - found[0] == second - first
        assert found[0] - first == dt.timedelta(days)


@given(DAYS, SHIFTS, st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%Y年%m月%d日", "%Y%m%d"]))
def test_a_shift_and_its_opposite_give_the_text_back(day, days, form):
    assume(1900 <= (day + dt.timedelta(days)).year <= 2099)
    text = day.strftime(form)
    there, _ = dates.shift(text, days)
    back, _ = dates.shift(there, -days)
    assert dates.day(back) == day


CELLS = st.fixed_dictionaries(
    {
        "age": st.one_of(st.none(), st.integers(0, 99).map(str)),
        "sex": st.one_of(st.none(), st.sampled_from(["f", "m"])),
        "post": st.from_regex(r"[0-9]{5}", fullmatch=True),
    }
)
QUASI = [
    Column(name="age", source="s", role="quasi_identifier", unit="a"),
    Column(name="sex", source="s", role="quasi_identifier", categories=("f", "m")),
    Column(name="post", source="s", role="quasi_identifier"),
]


@settings(deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=60), st.integers(1, 12))
def test_every_subject_shares_a_class_with_k_others(rows, k):
    done = generalise(rows, QUASI, k)
    assert len(done.rows) == len(rows)
    assert done.after.k >= min(k, len(rows))
    assert done.after.k <= len(rows)
    assert done.after.prosecutor_risk <= done.before.prosecutor_risk
    assert done.after == risk(done.rows, ["age", "sex", "post"])
