import time

import pytest

from primum.privacy.language import languages, readings, stretches

ENGLISH = "The patient was seen in the clinic with a history of pain and was sent to the ward.\n"
SPANISH = "La paciente fue vista en la consulta con dolor y se le dio de alta por la tarde sin fiebre.\n"
CHINESE = "患者今日因腹痛入院，既往体健。\n"


def told(text):
    return [language for _, _, language in stretches(text)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (SPANISH, "es"),
        (CHINESE, "zh"),
        ("Seen by Dr. Smith", "en"),
        ("Sin alergias", "es"),
        ("Madre diabética", "es"),
        ("NAD", "en"),
        ("患者张伟", "zh"),
        ("3 mg", "en"),
    ],
)
def test_one_language(text, language):
    assert told(text) == [language]


@pytest.mark.parametrize("text", ["", "\n\n", "   "])
def test_no_words_are_taken_for_english(text):
    assert set(told(text)) <= {"en"}
    assert languages(text) == ["en"]


def test_stretches_cover_the_text_without_gap():
    text = ENGLISH * 3 + CHINESE * 2 + SPANISH * 2 + ENGLISH + "1. 2. 3."
    found = stretches(text)
    assert "".join(text[start:end] for start, end, _ in found) == text
    assert [one for _, _, one in found] == ["en", "zh", "es", "en"]


def test_short_lines_follow_the_text():
    assert told(SPANISH + "TA 120/80\n" + SPANISH) == ["es"]
    assert told(ENGLISH + "Juan de la Cruz\n" + ENGLISH) == ["en"]


def test_latin_words_in_chinese_are_read_as_english_too():
    assert languages("患者John Smith今日入院") == ["en", "zh"]
    assert languages(CHINESE) == ["zh"]
    assert languages(ENGLISH + SPANISH * 3) == ["en", "es"]


@pytest.mark.parametrize(
    "text", ["85 Calle Sorolla 12\n Suite 9\n Vilanova\n Uruguay 77212", "Avenida Palermo 1277, Cordoba"]
)
def test_what_only_names_tell_to_be_spanish_is_read_in_both(text):
    assert told(text) == ["es"]
    assert readings(text) == [(0, len(text), "es"), (0, len(text), "en")]
    assert languages(text, readings(text)) == ["en", "es"]


@pytest.mark.parametrize(
    "text", [ENGLISH, SPANISH, CHINESE, ENGLISH + SPANISH * 3, "Sin alergias", "Madre diabética", ""]
)
def test_what_small_words_tell_is_read_once(text):
    assert readings(text) == stretches(text)


def test_carriage_returns_are_no_language():
    assert told(ENGLISH.replace("\n", "\r\n") * 2) == ["en"]


def test_two_million_characters_take_a_second():
    text = (ENGLISH * 20 + SPANISH * 20) * 600
    begun = time.process_time()
    stretches(text)
    assert len(text) / (time.process_time() - begun) > 2e6


def test_one_small_word_of_english_and_none_of_spanish_tells_without_a_model(monkeypatch):
    monkeypatch.setattr("primum.privacy.language._identifier", lambda: pytest.fail("nothing more is to be asked"))
    assert readings("Adela Quintanilla was ill in 2019") == [(0, 33, "en")]
