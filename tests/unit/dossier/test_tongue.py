import re
import string

import pytest

from primum.domain.norm import ROLES, Grade, Verdict
from primum.dossier.tongue import LANGUAGES, speak
from primum.plugins import TABLE


def fields(phrase: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None)


def test_both_languages_have_the_same_phrases_with_the_same_figures() -> None:
    english, chinese = speak("en").phrases, speak("zh").phrases
    assert set(english) == set(chinese)
    for key, phrase in english.items():
        assert fields(phrase) == fields(chinese[key]), key


def test_chinese_is_chinese_and_english_is_not() -> None:
    same = {"metric.roc_auc", "metric.f1", "data.hash", "privacy.canaries_value"}
    for key, phrase in speak("zh").phrases.items():
        letters = re.sub(r"\{\d\}|[^\w]", "", phrase)
        assert not letters or key in same or re.search(r"[\u4e00-\u9fff]", phrase), key
    for key, phrase in speak("en").phrases.items():
        assert not re.search(r"[\u4e00-\u9fff]", phrase), key


def test_no_phrase_is_empty() -> None:
    assert all(phrase.strip() for code in LANGUAGES for phrase in speak(code).phrases.values())


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_what_the_house_names_has_a_word_in_every_language(code: str) -> None:
    phrases = speak(code).phrases
    wanted = [f"person.{role}" for role in ROLES]
    wanted += [f"grade.{grade.value}" for grade in Grade]
    wanted += [f"verdict.{verdict.value}" for verdict in Verdict]
    wanted += [f"candidate.{name}" for name in TABLE["baseline"]]
    wanted += [f"method.{name}" for name in TABLE["explainer"]]
    assert [key for key in wanted if key not in phrases] == []


def test_an_unknown_phrase_is_an_error_and_an_unknown_term_is_itself() -> None:
    with pytest.raises(KeyError):
        speak("en")("nothing.of-the-kind")
    assert speak("zh").term("candidate", "my_own_model") == "my own model"


def test_a_language_learns_the_names_of_one_study_and_forgets_them() -> None:
    words = {"en": "malignant", "zh": "恶性"}
    column = {"label": {"en": "Sex", "zh": "性别"}, "category_labels": {"female": {"en": "female", "zh": "女"}}}
    say = speak("zh").knowing({"outcome": {"labels": {"malignant": words}}, "columns": {"sex": column}})
    assert (say.term("class", "malignant"), say.term("class", "benign")) == ("恶性", "benign")
    assert (say.term("column", "sex"), say.group("sex", "female"), say.group("sex", "male")) == ("性别", "女", "male")
    assert say("n_is", 3) == speak("zh")("n_is", 3)
    assert speak("zh").term("class", "malignant") == "malignant"
    assert speak("zh").knowing({}).names == {}


@pytest.mark.parametrize(
    ("code", "group", "said"),
    [
        ("zh", "40 to < 50", "40 至 < 50"),
        ("en", "40 to < 50", "40 to < 50"),
        ("zh", "< 40", "< 40"),
        ("zh", "unknown", "未知"),
        ("en", "unknown", "not known"),
        ("zh", "one_word", "one_word"),
    ],
)
def test_groups_are_told_in_the_language(code: str, group: str, said: str) -> None:
    assert speak(code).group("age", group) == said


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (True, "–"),
        ("12", "–"),
        (7, "7"),
        (12_345, "12\u2009345"),
        (0.98549, "0.985"),
        (-0.05, "\u22120.050"),
    ],
)
def test_numbers(value: object, shown: str) -> None:
    assert speak("en").number(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.125, "12.5%"), (0.0, "0.0%"), (1, "100.0%"), (None, "–")])
def test_shares(value: object, shown: str) -> None:
    assert speak("zh").share(value) == shown


def test_days_are_written_as_people_write_them() -> None:
    assert speak("en").day("2026-03-02T09:15:00+00:00") == "2 March 2026"
    assert speak("zh").day("2026-03-02") == "2026年3月2日"


def test_texts_come_from_documents_in_either_form() -> None:
    assert speak("zh").words({"en": "yes", "zh": "是"}) == "是"
    assert speak("zh").words(None) == ""
    document = {"text": "duty", "text_zh": "义务"}
    assert (speak("en").part(document, "text"), speak("zh").part(document, "text")) == ("duty", "义务")
    assert speak("zh").part({"text": "duty"}, "text") == "duty"
    assert speak("zh").part({}, "text") == ""
