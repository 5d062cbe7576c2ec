"""Laws of study files: what is written is read back, layout is no content, and no text breaks the reader."""

import json

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.domain import study_file
from primum.domain.loose_ends import loose_ends
from primum.domain.study import Study
from primum.errors import StudyError
from synthetic.tiny_study import TEXT

DOCUMENT = yaml.safe_load(TEXT)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def refusal(data):
    """Return the study error that reading some bytes raises, or None; any other exception fails the test."""
    try:
        study_file.parse(data)
    except StudyError as error:
        return error
    return None


@given(text=WORDS, seed=st.integers(0, 2**31 - 1), low=st.floats(-1e6, 99, allow_nan=False))
def test_what_is_written_in_quotes_is_read_back(text, seed, low):
    changed = {**DOCUMENT, "seed": seed, "title": {"en": text, "zh": text}}
    changed["columns"] = [{**one, "low": low} if one["name"] == "size" else one for one in DOCUMENT["columns"]]
    study = study_file.parse(json.dumps(changed).encode())
    assert study.title.en == text
    assert study.seed == seed
    assert study.column("size").low == low


@given(seed=st.integers(0, 2**31 - 1), random=st.randoms(use_true_random=False))
def test_the_identity_is_that_of_content_in_whatever_order_and_layout(seed, random):
    keys = list(DOCUMENT)
    random.shuffle(keys)
    changed = {**{key: DOCUMENT[key] for key in keys}, "seed": seed}
    block = yaml.safe_dump(changed, sort_keys=False, allow_unicode=True).encode()
    flow = json.dumps({**DOCUMENT, "seed": seed}, ensure_ascii=False).encode()
    assert study_file.identity(study_file.parse(flow)) == Study.model_validate_json(flow).digest
    assert study_file.identity(study_file.parse(block)) == Study.model_validate_json(flow).digest


@given(seed=st.integers(0, 1000), other=st.integers(0, 1000))
def test_equal_digests_mean_equal_studies(seed, other):
    one, two = (Study.model_validate_json(json.dumps({**DOCUMENT, "seed": it})) for it in (seed, other))
    assert (one.digest == two.digest) == (seed == other)


@given(data=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(max_examples=300)
def test_whatever_a_file_holds_the_answer_is_a_study_error_with_a_line(data):
    told = refusal(data)
    assert told is not None
    assert "line " in told.what
    assert told.remedy


@given(at=st.sampled_from(sorted(DOCUMENT)), value=JSON)
@settings(max_examples=200)
def test_any_field_may_hold_anything_and_is_blamed_for_it(at, value):
    told = refusal(json.dumps({**DOCUMENT, at: value}).encode())
    assert told is None or at in told.what


@given(at=st.integers(0, len(TEXT)), cut=st.integers(0, 30))
@settings(max_examples=200)
def test_a_file_with_a_piece_missing_is_a_study_or_a_study_error(at, cut):
    told = refusal((TEXT[:at] + TEXT[at + cut :]).encode())
    assert told is None or "line " in told.what


@given(document=st.dictionaries(st.sampled_from(sorted(DOCUMENT)), JSON))
def test_loose_ends_are_found_without_fail(document):
    for place, what in loose_ends({**DOCUMENT, **document}):
        assert place
        assert what
