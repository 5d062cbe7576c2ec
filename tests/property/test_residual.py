"""Laws of the independent search: it finds what is known however it is spelt, and agrees with what was removed."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from primum.privacy import notes
from primum.privacy.known import Known
from primum.privacy.residual import blanked, holds_any, numeral, numerals, plain, scan
from primum.privacy.surrogates import Identity

SYLLABLES = st.sampled_from(["ba", "ke", "lí", "mo", "nú", "ra", "se", "ti", "vö", "zu", "wen", "yar", "dor", "fin"])
WORDS = st.lists(SYLLABLES, min_size=3, max_size=4).map("".join)
NAMES = st.tuples(WORDS, WORDS).map(lambda pair: f"{pair[0].title()} {pair[1].title()}")
HAN = st.text(alphabet="欧阳雨桐德顺桂芝景行", min_size=3, max_size=4)
NUMBERS = st.from_regex(r"[A-Z]{0,3}-?[1-9][0-9]{5,8}", fullmatch=True)
PHONES = st.from_regex(r"\+44 7700 9[0-9]{5}", fullmatch=True)
TEXTS = st.text(alphabet=st.sampled_from("abc XYZ.,;:()/-0123456789年月日患者张医生号\n"), max_size=80)
KNOWN = st.fixed_dictionaries({"name": st.one_of(NAMES, HAN), "phone": PHONES, "record_number": NUMBERS})


def spelt(value: str) -> st.SearchStrategy[str]:
    bare = "".join(one for one in unicodedata.normalize("NFD", value) if not unicodedata.combining(one))
    return st.sampled_from(
        [
            value,
            value.upper(),
            value.lower(),
            bare,
            unicodedata.normalize("NFD", value),
            "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in value),
            value.replace("-", " "),
            "\u200b".join(value),
        ]
    )


@settings(max_examples=80, deadline=None)
@given(KNOWN, st.data())
def test_what_is_known_is_found_however_it_is_spelt(known, draw):
    kind = draw.draw(st.sampled_from(sorted(known)))
    text = f"{draw.draw(TEXTS)} ; {draw.draw(spelt(known[kind]))} ; {draw.draw(TEXTS)}"
    assert scan(text, known.items()).certain[kind] == 1


@settings(max_examples=80, deadline=None)
@given(KNOWN, st.data(), st.integers(-365, 365).filter(bool), st.sampled_from([b"", b"k" * 32]))
def test_what_was_removed_is_not_found_again(known, draw, days, key):
    """The two share no code; where they disagreed, a run would stop that need not."""
    text = draw.draw(TEXTS)
    for value in known.values():
        text += f" {value} {draw.draw(TEXTS)}"
    done = notes.scrub(text, Known(tuple(sorted(known.items()))), Identity(days=days, key=key))
    left = scan(done.text, known.items(), done.written).certain
    assert not set(left) & set(known)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_a_text_in_one_spelling_stays_so(text):
    assert plain(plain(text)) == plain(text)
    assert numeral(plain(text)) == numeral(text)


@settings(deadline=None)
@given(NUMBERS, TEXTS)
def test_the_number_of_another_is_found_wherever_it_stands_alone(number, text):
    wanted = numerals([("record_number", number)])
    assert holds_any(f"{text} ; {number.lower()} ; {text}", wanted) == bool(wanted)


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ab 王芳-1", min_size=1, max_size=5), max_size=4), TEXTS)
def test_blanking_leaves_everything_else(written, text):
    once = blanked(text, written)
    assert blanked(once, written) == once
    assert set(once) <= set(text) | {"\uffff"}
