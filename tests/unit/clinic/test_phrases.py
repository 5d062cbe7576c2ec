"""Two languages, one set of phrases, and no word on a page that is not among them."""

import re
import string
from pathlib import Path

import pytest

from primum.clinic import cases, phrases, views
from primum.clinic.cases import REFUSALS, Action, Confidence, State, Withheld
from primum.clinic.phrases import LANGUAGES, Phrases, catalogue, choose
from primum.domain.norm import Grade

CLINIC = Path(cases.__file__).parent
TEMPLATES = sorted((CLINIC / "templates").glob("*.html"))
PROPER = {"Primum"}
"""What is the same in every language."""


def fields(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_the_languages_say_the_same(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert list(other) == list(english)
    assert {key: fields(other[key]) for key in other} == {key: fields(english[key]) for key in english}
    assert all(phrase.strip() for phrase in other.values())


def test_chinese_is_chinese() -> None:
    untouched = [
        key for key, phrase in catalogue("zh").items() if not re.search(r"[\u3000-\u9fff\uff00-\uffef]", phrase)
    ]
    assert untouched == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_brings_words_of_its_own(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    said = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', text)
    text = re.sub(r"<kbd>.*?</kbd>", "", text)
    text = re.sub(r"\{[{%].*?[}%]\}", "", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", text)
    words = re.findall(r"[^\W\d_]{2,}", text)
    words += re.findall(r"[^\W\d_]{2,}", " ".join(re.sub(r"\{\{.*?\}\}", "", one) for one in said))
    assert set(words) <= PROPER


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_runs_or_styles_inline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\son\w+=|style=|<style|javascript:|hx-on|\|\s*safe", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    posts = text.count('action="/') - text.count('method="get" action="/')
    assert posts == text.count('method="post"')
    assert path.name == "sign_in.html" or posts == text.count('name="csrf"')


def test_every_phrase_named_in_a_template_is_there() -> None:
    named = {
        key for path in TEMPLATES for key in re.findall(r'\bt\(\s*"(\w+\.[\w.]*\w)"', path.read_text(encoding="utf-8"))
    }
    assert len(named) > 80
    assert named <= set(catalogue("en"))


def test_every_state_action_and_refusal_has_a_phrase() -> None:
    wanted = {f"refusal.{code}" for code in REFUSALS}
    wanted |= {f"state.{one.value}" for one in State} | {f"filter.{one}" for one in views.FILTERS}
    wanted |= {f"confidence.{one.value}" for one in Confidence} | {f"action.{one.value}" for one in Action}
    wanted |= {f"withheld.{one.value}" for one in Withheld if one} | {"action.amend"}
    wanted |= {f"grade.{one.value}.{part}" for one in Grade for part in ("name", "means")}
    assert wanted <= set(catalogue("en"))
    assert {code: catalogue("en")[f"refusal.{code}"] for code in REFUSALS} == REFUSALS


@pytest.mark.parametrize(
    ("cookie", "accepted", "expected"),
    [
        ("", "", "en"),
        ("", "fr,de", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "en-GB,zh;q=0.9", "en"),
        ("", "en;q=0.1,zh;q=0.2", "zh"),
        ("", "zh;q=0,en", "en"),
        ("", "zh;q=much", "en"),
        ("en", "zh", "en"),
        ("zh", "en", "zh"),
        ("tlh", "zh", "zh"),
        ("../en", ";;;,,", "en"),
    ],
)
def test_the_language_is_chosen(cookie: str, accepted: str, expected: str) -> None:
    assert choose(cookie, accepted) == expected


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "fewer than 1 in 100"),
        (0.004, "fewer than 1 in 100"),
        (0.01, "about 1 in 100"),
        (0.04, "about 4 in 100"),
        (0.1, "about 1 in 10"),
        (0.35, "about 35 in 100"),
        (0.5, "about 5 in 10"),
        (0.69, "about 7 in 10"),
        (0.92, "about 9 in 10"),
        (0.97, "about 97 in 100"),
        (0.99, "about 99 in 100"),
        (0.996, "more than 99 in 100"),
        (1.0, "more than 99 in 100"),
    ],
)
def test_a_probability_is_told_as_a_count(probability: float, words: str) -> None:
    assert Phrases("en").odds(probability) == words


def test_a_certain_number_never_claims_certainty() -> None:
    for language in LANGUAGES:
        said = [Phrases(language).odds(number / 1000) for number in range(1001)]
        assert not [
            one for one in said if re.search(r"\b(0 in|10 in 10|100 in 100)\b|约 (0|100) 例|10 例中约 10 例", one)
        ]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (89, "89 s"), (90, "2 min"), (3600, "60 min"), (5400, "2 h"), (86400, "24 h")]
)
def test_a_duration_has_the_unit_people_use(seconds: float, words: str) -> None:
    assert Phrases("en").duration(seconds) == words


def test_an_unknown_phrase_is_an_error() -> None:
    assert not Phrases("en").has("no.such")
    with pytest.raises(KeyError):
        Phrases("en")("no.such")
    assert next(iter(phrases.LANGUAGES)) == "en"
