"""Canaries: made-up people, the same each time, planted in the language of the text, and counted when they survive."""

import re
from pathlib import Path

import pytest
from scipy import stats
from stdnum.iso7064 import mod_11_2

from primum.domain.record import Record
from primum.ids import SubjectId
from primum.privacy import canaries
from primum.privacy.made_up import LANGUAGES, MAKERS, Dice, document, make
from primum.privacy.spans import Kind
from synthetic import ward

TEXTS = {
    "en": "The patient came with chest pain. Troponin was normal on arrival. She was sent home with aspirin.",
    "es": "Paciente de 60 años que refiere dolor torácico. La analítica es normal. Alta con aspirina.",
    "zh": "患者男，60岁，胸痛3天入院。心电图未见异常。予阿司匹林口服，好转出院。",
}
EACH = [text for text in TEXTS.values() for _ in range(4)]


def records():
    lab = {"mrn": "W1", "size": "3", "@known/name/0": "Real Person"}
    charts = {"full_name": "Real Person", "phone": "123", "note": "A mass."}
    return [
        Record(subject=SubjectId("P"), modality="table", source=source, payload=payload)
        for source, payload in (("lab", lab), ("charts", charts))
    ]


# -- the subject ------------------------------------------------------------------------------------------------------
def test_made_up_people_differ_and_are_the_same_each_time():
    people = [canaries.canary(at) for at in range(60)]
    assert len({one.name for one in people}) == 60
    assert len({one.phone for one in people}) == 60
    assert len({one.national_id for one in people}) == 60
    assert people == [canaries.canary(at) for at in range(60)]
    assert all(mod_11_2.is_valid(one.national_id) for one in people)


def test_canaries_stand_in_identifier_columns_and_in_texts():
    planted, needles = canaries.plant(records(), ward.study(), 0)
    lab, charts = planted
    own = canaries.canary(0)
    assert lab.payload["mrn"] == own.record_number
    assert charts.payload["full_name"] == own.name
    assert own.name.split()[-1].upper() in charts.payload["note"]
    assert charts.payload["note"].startswith("A mass.")
    assert lab.payload["size"] == "3"
    assert "Real Person" not in str(planted)
    assert set(needles) == {own.record_number, own.name, own.name.split()[-1], own.phone}
    assert canaries.found(planted, needles) == len(needles), "the search finds all before protection"


@pytest.mark.parametrize("text", ["ASHVARROW", "07700 9 00000", "zq 870 000"])
def test_the_search_sees_through_capitals_and_separators(text):
    record = Record(subject=SubjectId("P"), modality="table", source="s", payload={"x": text})
    assert canaries.found([record], ["Ashvarrow", "7700 900000", "ZQ-870000"]) == 1


def test_nothing_planted_nothing_found():
    assert canaries.found(records(), []) == 0


# -- strangers --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MAKERS)
def test_every_kind_can_be_made_up_in_every_language_the_same_each_time(kind, language):
    made = [make(kind, language, Dice(7)) for _ in range(2)]
    assert made[0] == made[1]
    dice = Dice(7)
    values = [make(kind, language, dice) for _ in range(40)]
    assert len(set(values)) > 3
    assert not [one for one in values if set(one) & set("#%@") and kind is not Kind.EMAIL]
    assert all(canaries.telling(one, kind) for one in values)


def test_numbers_with_check_digits_have_good_ones():
    dice = Dice(3)
    assert all(mod_11_2.is_valid(make(Kind.NATIONAL_ID, "zh", dice)) for _ in range(50))
    assert all(re.fullmatch(r"\d{8}-?[A-Z]", make(Kind.NATIONAL_ID, "es", dice)) for _ in range(50))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_names_kinds_that_exist_and_most_kinds_have_several_forms(language):
    sentences = document()[language]
    fields = [re.findall(r"\{([^}]*)\}", one) for one in sentences]
    assert all(fields)
    assert {one for some in fields for one in some} <= {kind.value for kind in MAKERS}
    assert len(set(sentences)) == len(sentences)
    assert sum("{NAME}" in one for one in sentences) >= 7


def test_every_kind_stands_in_a_sentence_of_some_language():
    everything = " ".join(one for language in LANGUAGES for one in document()[language])
    assert [kind for kind in MAKERS if f"{{{kind.value}}}" not in everything] == []


def test_sentences_are_not_those_that_the_tagger_learns_from():
    tools = Path(__file__).parents[3] / "tools" / "deidentification"
    learnt = "\n".join(
        one.read_text(encoding="utf-8") for one in tools.rglob("*") if one.suffix in {".py", ".txt", ".yaml", ".json"}
    )
    for language in LANGUAGES:
        for sentence in document()[language]:
            longest = max(re.split(r"\{[A-Z_]+\}", sentence), key=len).strip(" .,;:")
            if len(longest) > (6 if language == "zh" else 18):
                assert longest not in learnt, sentence


@pytest.mark.parametrize(("language", "text"), TEXTS.items())
def test_the_language_of_a_text_is_told(language, text):
    assert canaries.language_of(text) == language


def test_each_class_is_planted_often_enough_in_the_language_of_the_text_around():
    sown = canaries.sow(EACH, 5)
    counts = dict.fromkeys(MAKERS, 0)
    for one in sown:
        for kind, signs in one.identifiers:
            counts[Kind(kind.upper())] += 1
            assert all(sign in one.text.casefold() for sign in signs)
        assert canaries.language_of(one.text) == canaries.language_of(EACH[one.at])
    shared = [kind for kind in MAKERS if all(any(f"{{{kind.value}}}" in s for s in document()[x]) for x in LANGUAGES)]
    assert Kind.NAME in shared
    assert all(counts[kind] >= canaries.PER_CLASS - 3 for kind in shared), "few cannot be told from another"
    assert all(counts.values())


def test_what_is_planted_hangs_on_texts_and_seed_alone():
    assert canaries.sow(EACH, 5) == canaries.sow(EACH, 5)
    assert canaries.sow(EACH, 5) != canaries.sow(EACH, 6)


def test_a_long_text_lends_a_piece_only_and_an_empty_one_nothing():
    (long, *_) = canaries.sow(["A sentence of some length stands here. " * 5000], 1)
    assert len(long.text) < canaries.WINDOW + 1000
    assert "A sentence of some length stands here." in long.text
    assert canaries.sow(["", " \n"], 1) == []
    assert canaries.sow([], 1) == []


def test_protection_that_does_nothing_misses_everything():
    found = canaries.estimate(EACH, lambda text: text, 2)
    assert all(one.value == one.high == 1 for one in found.values())


def test_protection_that_leaves_nothing_misses_nothing_and_the_interval_says_how_sure_that_is():
    found = canaries.estimate(EACH, lambda _: "", 2)
    assert all(one.value == one.low == 0 for one in found.values())
    assert found["name"].high == pytest.approx(1 - 0.025 ** (1 / found["name"].n))
    assert found[canaries.OVERALL].high < 0.01 < found["device"].high
    assert found[canaries.OVERALL].n == sum(one.n for kind, one in found.items() if kind != canaries.OVERALL)


def test_protection_that_misses_one_kind_is_found_out():
    def scrub(text):
        return " ".join(re.findall(r"\S+@\S+", text))

    found = canaries.estimate([TEXTS["en"]], scrub, 2)
    assert found["email"].value == 1
    others = {kind: one.value for kind, one in found.items() if kind not in {"email", canaries.OVERALL}}
    assert set(others.values()) == {0}, "what is left of one canary is not taken for another"


@pytest.mark.parametrize(
    ("value", "kind", "left"),
    [
        ("Winifred Hathersage", Kind.NAME, "Mrs HATHERSAGE came"),
        ("欧阳雨桐", Kind.NAME, "患者欧阳雨桐入院"),
        ("(467) 555-0130", Kind.PHONE, "[PHONE] 555-0130"),
        ("6222 9916 6305 0827 947", Kind.ACCOUNT, "[PHONE] 0827 947"),
        ("江苏省宜兴市湖滨路23号", Kind.STREET, "[PLACE]湖滨路23号"),
        ("St Swithun's Hospital", Kind.HOSPITAL, "to Swithun's"),
        ("14 March 2019", Kind.DATE, "on 14 march 2019"),
        ("97", Kind.AGE, "a 97 year old"),
    ],
)
def test_a_part_that_tells_counts_as_missed(value, kind, left):
    planted = canaries.Planted(at=0, text="", identifiers=((kind.value.lower(), tuple(canaries.telling(value, kind))),))
    assert canaries.missed(left, planted) == [(kind.value.lower(), True)]


@pytest.mark.parametrize(
    ("value", "kind", "left"),
    [
        ("Winifred Hathersage", Kind.NAME, "[NAME] came"),
        ("14 March 2019", Kind.DATE, "on 4 May 2018"),
        ("14 March 2019", Kind.DATE, "in March 2019"),
        ("St Swithun's Hospital", Kind.HOSPITAL, "to [HOSPITAL] hospital"),
        ("97", Kind.AGE, "a 90+ year old, 197 cm"),
        ("35 Foxglove Lane", Kind.STREET, "[STREET] Lane"),
    ],
)
def test_what_tells_nobody_does_not(value, kind, left):
    planted = canaries.Planted(at=0, text="", identifiers=((kind.value.lower(), tuple(canaries.telling(value, kind))),))
    assert canaries.missed(left, planted) == [(kind.value.lower(), False)]


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (3, 10), (10, 10), (1, 500)])
def test_the_interval_is_that_of_clopper_and_pearson(hits, n):
    found = canaries.exact(hits, n)
    reference = stats.binomtest(hits, n).proportion_ci(method="exact")
    assert (found.low, found.high) == pytest.approx((reference.low, reference.high))
    assert found.value == hits / n


def test_documents_are_plain():
    told = canaries.as_documents({"name": canaries.exact(0, 30)})
    assert told == {"name": {"value": 0.0, "low": 0.0, "high": 0.115703, "n": 30, "shown": True}}
