import time

import pytest

from primum.privacy.consistency import again
from primum.privacy.folding import fold
from primum.privacy.spans import Kind, Span


def at(text, part, kind=Kind.NAME, method="rule:x"):
    start = text.index(part)
    return Span(start, start + len(part), kind, method)


def beside(first, part, second, kind=Kind.NAME, method="rule:x"):
    """What is found in a second text because of a part of the first."""
    texts = [fold(first).text, fold(second).text]
    return [texts[1][one.start : one.end] for one in again(texts, [[at(texts[0], part, kind, method)], []])[1]]


NAME = "Isolde M. García-Vanterly"


@pytest.mark.parametrize(
    "spelling",
    [
        "Vanterly", "VANTERLY", "Garcia", "GARCÍA", "García-Vanterly", "Isolde", "I. Vanterly", "I.M. Vanterly",
        "IM Vanterly", "I.M.G.V.", "García", "Vanterly-Garcia",
    ],
)  # fmt: skip
def test_parts_initials_accents_and_capitals_are_found(spelling):
    assert beside(f"Seen by {NAME}.", NAME, f"then {spelling} said") == [spelling]


@pytest.mark.parametrize("text", ["vanterly point", "Vanterlys", "Isoldes", "garcia", "V. said", "I.M. injection"])
def test_what_only_resembles_the_name_is_not(text):
    assert beside(f"Seen by {NAME}.", NAME, f"from a {text}") == []


def test_a_possessive_is_found_without_its_ending():
    assert beside(f"Seen by {NAME}.", NAME, "Vanterly's wife") == ["Vanterly"]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("May Long", "In May a Long history; May came", []),
        ("Will Brown", "She Will have a Brown stain", []),
        ("Ann Parkinson", "Parkinson's disease; enfermedad de Parkinson; Parkinson said", ["Parkinson"]),
        ("Sam Foley", "A Foley was placed; Foley catheter", []),
        ("Ann Smith", "Smith was told, a smith was not", ["Smith"]),
        ("Tom Baker", "Baker agreed", ["Baker"]),
        ("Ng", "Ng tube", []),
    ],
)
def test_words_and_eponyms_by_themselves_are_no_names(name, text, found):
    assert beside(f"Dr. {name} came", name, text) == found


@pytest.mark.parametrize("word", ["None", "Chest", "CBC", "XYZ"])
def test_words_of_the_dictionary_and_abbreviations_are_not_believed_by_themselves(word):
    assert beside(f"Dr. {word} came", word, f"then {word} was") == []
    assert beside(f"Dr. {word} came", word, f"then {word} was", method="known") == [word]


def test_one_uncertain_word_of_a_tagger_is_believed_only_if_it_is_a_name():
    assert beside("the Xifoid bone", "Xifoid", "the Xifoid tunnel", method="tagger:en") == []
    assert beside("the Garcia bone", "Garcia", "Garcia said", method="tagger:en") == ["Garcia"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("张伟民今日出院", ["张伟民"]),
        ("张先生诉头痛", ["张先生"]),
        ("老张先生", ["老张先生"]),
        ("伟人", []),
        ("主张", []),
    ],
)
def test_chinese_names_are_found_whole_and_with_a_title(text, found):
    assert beside("姓名：张伟民", "张伟民", text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4432-1187", ["4432-1187"]),
        ("4432 1187", ["4432 1187"]),
        ("44.32/11.87", ["44.32/11.87"]),
        ("144321187", []),
        ("443211870", []),
        ("4432", []),
    ],
)
def test_numbers_are_found_whatever_parts_them(text, found):
    assert beside("MRN 44321187", "44321187", f"label {text}, ok", Kind.RECORD_NUMBER) == found


def test_short_numbers_are_measurements():
    assert beside("MRN 1187", "1187", "1187 mL", Kind.RECORD_NUMBER) == []


def test_a_number_keeps_the_kind_it_is_better_known_by():
    texts = ["x 020 7946 0123", "Tel 02079460123"]
    found = [[at(texts[0], "020 7946 0123", Kind.OTHER_ID)], [at(texts[1], "02079460123", Kind.PHONE)]]
    assert {one.kind for one in again(texts, found)[0]} == {Kind.PHONE}


@pytest.mark.parametrize(
    ("phrase", "kind", "text", "found"),
    [
        ("St Vincent Hospital", Kind.HOSPITAL, "at ST VINCENT  HOSPITAL", ["ST VINCENT  HOSPITAL"]),
        ("Exampleton", Kind.PLACE, "in Exampleton", ["Exampleton"]),
        ("Exampleton", Kind.PLACE, "in exampletons", []),
        ("may", Kind.PLACE, "in May", []),
        ("协和医院", Kind.HOSPITAL, "转协和医院治疗", ["协和医院"]),
    ],
)
def test_places_are_found_whole(phrase, kind, text, found):
    assert beside(f"x {phrase} y", phrase, text, kind) == found


def test_dates_and_ages_are_not_looked_for():
    assert beside("on 3 May 2020", "3 May 2020", "3 May 2020", Kind.DATE) == []
    assert beside("aged 93", "93", "93 mm", Kind.AGE) == []


def test_nothing_found_finds_nothing():
    assert again(["a", "b"], [[], []]) == [[], []]


def test_many_names_in_a_long_text_take_linear_time():
    names = [f"Q{first}{second}ander" for first in "aeiou" for second in "bcdfghklmnprstvwxz"]
    first = " ".join(f"Dr. {one}." for one in names)
    spans = [at(first, one) for one in names]
    long = ("The patient came with pain to Qabander and went. " * 20_000)[:1_000_000]
    begun = time.process_time()
    found = again([first, long], [spans, []])[1]
    assert len(found) > 19_000
    assert time.process_time() - begun < 4


@pytest.mark.parametrize(
    ("kind", "part"),
    [(Kind.HOSPITAL, "Vincent Memorial Hospital"), (Kind.NAME, "Isolde Vanterly"), (Kind.RECORD_NUMBER, "44321187")],
)
def test_what_stands_nowhere_else_is_not_looked_for(kind, part, monkeypatch):
    monkeypatch.setattr("primum.privacy.consistency.tree", lambda *_: pytest.fail("nothing is to be looked for"))
    text = f"He came to {part} on Monday, vanterlys and isoldes and hospitals too."
    assert again([text], [[at(text, part, kind)]]) == [[]]


def test_a_place_keeps_the_kind_it_was_found_as():
    texts = ["at 12 Main St, Exampleton", "12 Main St, Exampleton again", "12 Main St Exampleton"]
    found = again(texts, [[at(texts[0], "12 Main St, Exampleton", Kind.STREET)], [], []])
    assert [one[0].kind for one in found] == [Kind.STREET] * 3


def test_a_place_that_goes_on_over_two_finds_is_found_whole():
    text = "at Vincent of the Hill; then Vincent of the Hill"
    whole = at(text, "Vincent of the Hill", Kind.HOSPITAL)
    parts = [Span(29, 36, Kind.HOSPITAL, "tagger:en"), Span(44, 48, Kind.HOSPITAL, "tagger:en")]
    assert Span(29, 48, Kind.HOSPITAL, "consistency") in again([text], [[whole, *parts]])[0]


@pytest.mark.parametrize("spelling", ["JQVanterly", "J.Vanterly", "J-Q Vanterly"])
def test_initials_may_stand_right_before_a_name(spelling):
    assert beside("Seen by Isolde Vanterly.", "Isolde Vanterly", f"then {spelling} said") == [spelling]


def test_a_place_that_begins_as_other_words_do_is_not_looked_for(monkeypatch):
    monkeypatch.setattr("primum.privacy.consistency.tree", lambda *_: pytest.fail("nothing is to be looked for"))
    text = "P.O. Box 149 in Vincent Memorial Hospital; p.o. twice, box closed, Vincent and a memorial"
    found = [at(text, "P.O. Box 149", Kind.STREET), at(text, "Vincent Memorial Hospital", Kind.HOSPITAL)]
    assert again([text], [found]) == [[]]


def test_a_place_is_found_again_over_commas_and_lines():
    text = "Vincent Memorial Hospital; later Vincent,\nMemorial  Hospital"
    found = again([text], [[at(text, "Vincent Memorial Hospital", Kind.HOSPITAL)]])[0]
    assert text[found[-1].start : found[-1].end] == "Vincent,\nMemorial  Hospital"
