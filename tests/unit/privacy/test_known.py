import pytest

from primum.domain.record import Record
from primum.ids import SubjectId
from primum.privacy.known import Known, characters, distinctive, find, gather, is_left, left_in, runs
from synthetic import ward

KNOWN = Known(
    (
        ("address", "34 Owlpenny Row, Exampleton"),
        ("email", "i.juniper@example.org"),
        ("name", "Isolde Marie Juniperleigh"),
        ("national_id", "12345678Z"),
        ("phone", "+44 7700 900755"),
        ("record_number", "BH-633953"),
    )
)


def found(text, known=KNOWN):
    return [(text[one.start : one.end], one.kind.value) for one in find(text, known)]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Isolde Marie Juniperleigh", "NAME"),
        ("ISOLDE MARIE JUNIPERLEIGH", "NAME"),
        ("Juniperleigh, Isolde Marie", "NAME"),
        ("I.M. Juniperleigh", "NAME"),
        ("I M Juniperleigh", "NAME"),
        ("Juniperleigh, I.M.", "NAME"),
        ("juniperleigh", "NAME"),
        ("Isolde", "NAME"),
        ("BH-633953", "RECORD_NUMBER"),
        ("bh633953", "RECORD_NUMBER"),
        ("BH 633 953", "RECORD_NUMBER"),
        ("633953", "RECORD_NUMBER"),
        ("12345678-Z", "NATIONAL_ID"),
        ("+44 7700 900755", "PHONE"),
        ("07700 900 755", "PHONE"),
        ("7700900755", "PHONE"),
        ("0044 (7700) 900-755", "PHONE"),
        ("I.Juniper@Example.org", "EMAIL"),
        ("34 Owlpenny Row", "STREET"),
        ("34, OWLPENNY ROW", "STREET"),
        ("Exampleton", "STREET"),
    ],
)
def test_every_spelling_is_found_whole(text, tag):
    assert (text, tag) in found(f"Noted: {text}; well.")
    assert any(tag == one for _, one in found(f"记录{text}。"))


@pytest.mark.parametrize(
    "text",
    [
        "BH-6339531",
        "1633953",
        "Isoldes",
        "Juniper",
        "12345678",
        "900755",
        "a mass of 34 mm",
        "7700 90075",
        "owl",
        "i.juniper@example.com",
    ],
)
def test_what_only_resembles_an_identifier_is_not_found(text):
    assert found(f"see {text} here") == []


def test_a_possessive_is_no_part_of_the_name():
    assert found("Juniperleigh's mass") == [("Juniperleigh", "NAME")]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Jos\u00e9 Nu\u00f1ez came", "Jos\u00e9 Nu\u00f1ez"),
        ("Jose Nunez came", "Jose Nunez"),
        ("JOSE\u0301 NUN\u0303EZ came", "JOSE\u0301 NUN\u0303EZ"),
        ("J\u200bose Nu\u00adnez came", "J\u200bose Nu\u00adnez"),
        ("\uff2aose Nunez came", "\uff2aose Nunez"),
        ("Nu\u00f1ez-Ibarra came", "Nu\u00f1ez"),
    ],
)
def test_accents_and_what_is_invisible_hide_nothing(text, whole):
    known = Known((("name", "Jose\u0301 Nu\u00f1ez"),))
    assert (whole, "NAME") in found(text, known)


@pytest.mark.parametrize("text", ["\uff14\uff14\uff13\uff12-1187", "4432\u200b1187", "4432\u00a01187", "44\x0032 1187"])
def test_numbers_are_found_in_any_disguise(text):
    assert found(f"no {text}, ok", Known((("record_number", "44321187"),))) == [(text, "RECORD_NUMBER")]


def test_a_disease_named_after_somebody_stays():
    known = Known((("name", "Ann Parkinson"),))
    assert found("Parkinson's disease in Mrs Parkinson", known) == [("Parkinson", "NAME")]
    assert found("enfermedad de Parkinson", known) == []


def test_names_that_are_words_count_only_with_a_capital():
    known = Known((("name", "Rose Long"),))
    assert found("a long history", known) == []
    assert found("it rose to 5", known) == []
    assert found("Mrs Long said", known) == [("Long", "NAME")]
    assert found("MRS LONG SAID", known) == [("LONG", "NAME")]
    assert found("rose long", known) == [("rose long", "NAME")]


@pytest.mark.parametrize("text", ["张伟民", "张 伟民", "张先生", "张女士"])
def test_chinese_names_are_found_without_spaces_around(text):
    assert found(f"患者{text}今日入院", Known((("name", "张伟民"),))) == [(text, "NAME")]


def test_a_double_surname_is_two_characters():
    known = Known((("name", "欧阳小红"),))
    assert found("欧阳女士", known) == [("欧阳女士", "NAME")]
    assert found("欧女士", known) == []


def test_short_numbers_are_too_ordinary_to_look_for():
    assert found("12 mm and 123", Known((("record_number", "12"), ("record_number", "123")))) == []
    assert found("see 1234", Known((("record_number", "1234"),))) == [("1234", "RECORD_NUMBER")]


def test_nothing_known_finds_nothing():
    assert found("anything at all", Known()) == []


def test_identifiers_are_gathered_from_columns_and_carried_entries():
    record = Record(
        subject=SubjectId("W1"),
        modality="table",
        source="lab",
        payload={"mrn": "W400000", "phone": "111; 222", "full_name": None, "size": "3", "@known/name/0": " Odile "},
    )
    known = gather([record], ward.study())
    assert known.pairs == (("name", "Odile"), ("phone", "111"), ("phone", "222"), ("record_number", "W400000"))
    carried = record.payload | known.in_payload()
    again = Record(subject=record.subject, modality="table", source="x", payload=carried)
    assert gather([again], ward.study()) == known


def test_measurements_count_only_when_equal_and_distinctive():
    known = Known((("record_number", "1001"), ("record_number", "633953")))
    assert not is_left("1001", known, numeric=True), "an area may be 1001"
    assert is_left("1001", known, numeric=False)
    assert is_left("633953", known, numeric=True)
    assert is_left(633953.0, known, numeric=True)
    assert is_left(633953, known, numeric=True)
    assert not is_left("63.3953", Known((("record_number", "63395"),)), numeric=True)
    assert is_left("see 1001", known, numeric=True), "a text in a column of numbers"
    assert not is_left(None, known, numeric=False)


def test_numbers_of_others_are_found_in_any_cell():
    others = distinctive(KNOWN) | distinctive(Known((("record_number", "12"), ("name", "Alexandra"))))
    assert others == {"12345678Z", "447700900755", "BH633953", "IJUNIPEREXAMPLEORG"}
    mine = Known((("name", "Nobody Else"),))
    cells = {
        "a": "mother is bh 633-953",
        "b": "+44-7700-900-755",
        "c": "633",
        "d": 7.5,
        "e": "20.29",
        "f": "i.juniper@example.org",
    }
    assert left_in(cells, mine, others, {"e"}) == {"a", "b", "f"}


def test_runs_are_compared_by_their_characters():
    assert "BH633953" in runs("(BH-633953)")
    assert "633953" in runs("号633953，")
    assert characters("+44 (0)20-7946") == "440207946"
    assert characters("straße 5") == "STRAßE5"
