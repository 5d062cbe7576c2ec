import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.privacy.tagger.features import GROUPS, features, known_features
from primum.privacy.tagger.tokens import tokens

FORM, AFFIX, GRAM, SHAPE, LEXICON = range(len(GROUPS))


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["en", "es", "zh"]))
def test_every_token_has_features_in_every_language(text, language):
    for word in tokens(text).words:
        groups = features(word, language)
        assert len(groups) == len(GROUPS)
        assert groups[FORM]
        assert all(0 <= one < 2**32 for group in groups for one in group)
        assert known_features(word, language) == groups


def test_case_and_accents_change_the_shape_alone():
    small, large, plain = (features(one, "es") for one in ("garcía", "GARCÍA", "garcia"))
    assert small[:SHAPE] == large[:SHAPE] == plain[:SHAPE]
    assert small[SHAPE] != large[SHAPE]
    assert small[SHAPE] == plain[SHAPE]


def test_beginning_and_end_are_shared_by_words_alike():
    one, other = features("Fernández", "es"), features("Hernández", "es")
    assert set(one[AFFIX]) & set(other[AFFIX])
    assert set(one[GRAM]) & set(other[GRAM])
    assert one[FORM] != other[FORM]


def test_names_of_the_lists_are_told():
    assert features("Maria", "es")[LEXICON]
    assert features("MADRID", "es")[LEXICON]
    assert not features("hepatomegalia", "es")[LEXICON]


def test_long_numbers_are_told_by_length_short_ones_by_themselves():
    assert features("1234567", "en")[FORM] == features("7654321", "en")[FORM]
    assert features("12", "en")[FORM] != features("21", "en")[FORM]
    assert features("1987", "en")[SHAPE] != features("3987", "en")[SHAPE]


@pytest.mark.parametrize("word", ["²", "٣٤", "½", "Ⅷ", "ﬁ", "ß", "İ", "\ud800", "\U0001d7d8", "ª"])
def test_odd_signs_are_no_obstacle(word):
    assert features(word, "es")[FORM]


def test_a_chinese_character_is_told_alone_and_with_its_neighbour():
    pair, single = features("王小", "zh"), features("王", "zh")
    assert pair[FORM][0] == single[FORM][0]
    assert pair[FORM] != single[FORM]
    assert pair[LEXICON]
