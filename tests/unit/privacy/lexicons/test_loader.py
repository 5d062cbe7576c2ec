"""The lists of words that are shipped."""

from importlib.resources import files

import pytest

from primum.privacy.lexicons.loader import words

ENGLISH = ("en_given", "en_family", "en_places", "en_words", "en_medical", "en_lands", "en_nations")


@pytest.mark.parametrize("name", ENGLISH)
def test_a_list_says_where_it_comes_from(name: str) -> None:
    first = files("primum.privacy.lexicons").joinpath(f"{name}.txt").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert "CC" in first or "MIT" in first


@pytest.mark.parametrize("name", ENGLISH)
def test_a_list_holds_no_comment_and_no_empty_word(name: str) -> None:
    assert words(name)
    assert all(one.strip() == one and one and not one.startswith("#") for one in words(name))


@pytest.mark.parametrize("name", ["en_given", "en_family", "en_places", "en_words", "en_medical"])
def test_single_words_are_small_and_plain(name: str) -> None:
    assert all(one == one.lower() and " " not in one for one in words(name))


@pytest.mark.parametrize(
    ("word", "name", "is_in"),
    [
        ("patient", "en_words", True),
        ("hernia", "en_words", True),
        ("heparin", "en_words", True),
        ("nguyen", "en_words", False),
        ("France", "en_lands", True),
        ("Texas", "en_lands", True),
        ("Jewish", "en_nations", True),
        ("babinski", "en_medical", True),
        ("john", "en_given", True),
        ("smith", "en_medical", False),
    ],
)
def test_words_stand_where_they_belong(word: str, name: str, is_in: bool) -> None:  # noqa: FBT001 - the expected answer
    assert (word in words(name)) is is_in


def test_a_list_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        words("en_nothing")
