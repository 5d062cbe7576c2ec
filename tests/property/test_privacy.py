"""Laws of protection: nothing known is left, a second scrubbing finds nothing, shifts keep intervals, k holds."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from primum.domain.study import Column
from primum.privacy import dates
from primum.privacy.folding import fold
from primum.privacy.known import Known, find
from primum.privacy.merging import merge
from primum.privacy.notes import restore, scrub
from primum.privacy.spans import Kind, Span
from primum.privacy.surrogates import Identity, Writer
from primum.privacy.tabular import generalise, risk
from primum.privacy.tagger import tagger


@pytest.fixture(autouse=True, scope="module")
def _rules_alone():
    """The laws are of what replaces; what a trained tagger adds to what is found is measured elsewhere."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tagger, "is_there", lambda _language: False)
        yield


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
def notes(draw, texts=TEXTS):
    known = Known((("name", draw(NAMES)), ("phone", draw(PHONES)), ("record_number", draw(NUMBERS))))
    text = draw(texts)
    for kind, value in known.pairs:
        planted = value if kind == "name" else draw(spelled(value))
        text += f" {planted} {draw(texts)}"
    return text, known


@settings(max_examples=100, deadline=None)
@given(notes(), SHIFTS, st.sampled_from([b"", b"a key"]))
def test_nothing_known_of_the_subject_is_left(note, days, key):
    text, known = note
    done = scrub(text, known, Identity(days=days, key=key))
    for _, value in known.pairs:
        assert value not in done.text
    blanked = done.text
    for one in reversed(done.pairs):
        blanked = blanked[: one.start] + "…" * len(one.written) + blanked[one.start + len(one.written) :]
    assert find(blanked, known) == []


@settings(max_examples=100, deadline=None)
@given(notes(st.text(alphabet=st.sampled_from("abc XYZ.,;()\n"), max_size=80)), SHIFTS)
def test_scrubbing_with_tags_again_changes_nothing_where_dates_stand_still(note, days):
    text, known = note
    once = scrub(text, known, Identity(days=days)).text
    again = scrub(once, known, Identity(days=0))
    assert again.text == once


@settings(max_examples=100, deadline=None)
@given(st.one_of(TEXTS, st.text(max_size=60)), SHIFTS, st.sampled_from([b"", b"a key"]))
def test_only_what_is_told_changes_and_can_be_put_back(text, days, key):
    done = scrub(text, Known(), Identity(days=days, key=key))
    assert restore(done.text, done.pairs) == text
    assert [text[one.start : one.end] for one in done.spans] == [one.original for one in done.pairs]
    left, at = "", 0
    for one in done.spans:
        left, at = left + text[at : one.start], one.end
    kept, at = "", 0
    for one in done.pairs:
        kept, at = kept + done.text[at : one.start], one.start + len(one.written)
    assert left + text[done.spans[-1].end if done.spans else 0 :] == kept + done.text[at:]
    ordered = sorted([*done.spans, *done.kept])
    assert all(first.end <= second.start for first, second in pairwise(ordered))


@settings(max_examples=60, deadline=None)
@given(NAMES, st.sampled_from(["{0} {1}", "{1}, {0}", "{0[0]}. {1}", "{1}", "DR. {1}", "{0}"]), st.binary(min_size=1))
def test_spellings_of_a_name_agree_under_every_key(name, form, key):
    given, family = name.split()
    assume(given != family)
    writer = Writer(Identity(days=1, key=key), [name])
    new_given, new_family = writer.write(name, Kind.NAME).split()
    assert writer.write(form.format(given, family), Kind.NAME) == form.format(new_given, new_family)
    assert name.casefold() != f"{new_given} {new_family}".casefold()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_folding_keeps_every_place(text):
    folded = fold(text)
    for at in range(len(folded.text)):
        span = folded.original(Span(at, at + 1, Kind.NAME, "rule"))
        assert 0 <= span.start < span.end <= len(text)
    assert fold(folded.text).text == folded.text or not folded.text.isprintable()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 70), st.integers(1, 20), st.sampled_from(Kind)), max_size=12), TEXTS)
def test_merged_finds_cover_all_that_was_found(places, text):
    spans = [Span(at, min(at + size, len(text)), kind, "rule") for at, size, kind in places if at < len(text)]
    merged = merge(text, spans)
    assert all(first.end <= second.start for first, second in pairwise(merged))
    covered = {at for one in merged for at in range(one.start, one.end)}
    wanted = {at for one in spans for at in range(one.start, one.end) if text[at].isalnum()}
    assert wanted <= covered


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
