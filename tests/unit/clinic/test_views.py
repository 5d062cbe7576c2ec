"""What the pages show, computed."""

import math
from dataclasses import replace

import pytest

from primum.clinic import views
from primum.clinic.cases import Confidence
from primum.clinic.phrases import Phrases
from primum.errors import DataError
from synthetic.clinic_room import ADA, MadeUpModality, MadeUpRoom, record, study


@pytest.mark.parametrize(
    ("value", "at", "where"),
    [
        (10.0, 12.0, "within"),
        (20.0, 88.0, "within"),
        (15.0, 50.0, "within"),
        (9.0, 4.4, "below"),
        (21.0, 95.6, "above"),
        (-1e9, 3, "below"),
        (1e9, 97, "above"),
        (15, 50.0, "within"),
    ],
)
def test_a_value_has_its_place_on_the_strip(value: float, at: float, where: str) -> None:
    strip = views.strip(value, (10.0, 20.0))
    assert strip is not None
    assert (strip.at, strip.where, strip.low, strip.high) == (at, where, "10", "20")


@pytest.mark.parametrize(
    ("value", "bounds"), [(math.nan, (1.0, 2.0)), (1.0, None), (1.0, (2.0, 2.0)), (1.0, (math.nan, 2.0))]
)
def test_what_has_no_place_has_no_strip(value: float, bounds: tuple[float, float] | None) -> None:
    assert views.strip(value, bounds) is None


@pytest.fixture
def room() -> MadeUpRoom:
    return MadeUpRoom()


def case_with(room: MadeUpRoom, radius: float):
    desk = room.desk()
    desk.receive_records([record("MRN-1", radius)])
    [case_id] = desk.cases()
    return desk.give_impression(case_id, ADA, "benign", Confidence.LOW, 1)


def test_rows_come_in_the_studys_order_with_notes_last_and_labels_in_the_language(room: MadeUpRoom) -> None:
    case = case_with(room, 15.0)
    rows = views.rows(case, study(), room.served().ranges, "zh")
    assert [row.label for row in rows] == ["平均半径", "纹理", "side", "备注"]
    assert [row.strip is not None for row in rows] == [True, True, False, False]
    assert [row.id for row in rows] == ["row-radius", "row-texture", "row-side", "row-note"]
    assert views.label(study(), "nothing", "en") == "nothing"


def test_a_record_the_model_cannot_see_is_shown_without_strips(
    room: MadeUpRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DataError("Record 1: the value of radius is no number.", remedy="Correct it.")

    case = case_with(room, 15.0)
    monkeypatch.setattr(MadeUpModality, "tokenize", refuse)
    rows = views.rows(case, study(), room.served().ranges, "en")
    assert [row.value for row in rows] == ["15.0 µm", "3.0", "left", "Single cells."]
    assert [row.strip for row in rows] == [None] * 4


def test_a_reading_sorts_chances_and_splits_reasons(room: MadeUpRoom) -> None:
    reading = views.reading(case_with(room, 15.0), study(), Phrases("en"))
    assert reading is not None
    assert [(one.label, one.value, one.width) for one in reading.chances] == [
        ("malignant", "75%", 75.0),
        ("benign", "25%", 25.0),
    ]
    assert [(one.label, one.width) for one in reading.pro] == [("Mean radius", 100.0)]
    assert [(one.label, one.width) for one in reading.contra] == [("Texture", 33.3)]
    assert reading.headline == "Of cases like this, about 75 in 100 are malignant."
    assert (reading.chosen, reading.abstained) == ("malignant", "")


def test_an_abstention_is_told_in_the_readers_language(room: MadeUpRoom) -> None:
    case = case_with(room, 10.0)
    english, chinese = (views.reading(case, study(), Phrases(one)) for one in ("en", "zh"))
    assert english is not None
    assert chinese is not None
    assert english.abstained == "Neither benign nor malignant can be ruled out."
    assert chinese.abstained == "良性与恶性均无法排除。"
    assert english.chosen == ""


def test_an_abstention_kept_before_it_was_told_in_chinese_is_told_as_it_was(room: MadeUpRoom) -> None:
    case = case_with(room, 10.0)
    assert case.suggestion is not None
    kept = {name: one for name, one in case.suggestion.prediction.items() if name != "why_abstained_zh"}
    reading = views.reading(replace(case, suggestion=replace(case.suggestion, prediction=kept)), study(), Phrases("zh"))
    assert reading is not None
    assert reading.abstained == "Neither benign nor malignant can be ruled out."


def test_classes_and_categories_are_told_in_the_readers_language_and_kept_by_name(room: MadeUpRoom) -> None:
    case = case_with(room, 15.0)
    reading = views.reading(case, study(), Phrases("zh"))
    assert reading is not None
    assert [one.label for one in reading.chances] == ["恶性", "良性"]
    assert reading.headline == "与此类似的病例中，每 100 例中约 75 例为恶性。"
    assert reading.chosen == "malignant", "the name, by which it is kept and sent"
    assert reading.method == "遮挡法"
    assert views.rows(case, study(), {}, "zh")[2].value == "左侧"
    assert views.rows(case, study(), {}, "en")[2].value == "left"
    assert views.told(study(), "side", "right", "zh") == "right", "its name where it has no label"
    assert views.told(study(), "radius", "3 um", "zh") == "3 µm"
    assert views.told(study(), "nothing", "x", "zh") == "x"


def test_a_method_from_outside_goes_by_its_name(room: MadeUpRoom) -> None:
    case = case_with(room, 15.0)
    assert case.suggestion is not None
    told = {**case.suggestion.prediction, "explanation": {"method": "lime", "reasons": []}}
    reading = views.reading(replace(case, suggestion=replace(case.suggestion, prediction=told)), study(), Phrases("zh"))
    assert reading is not None
    assert reading.method == "lime"


def test_without_weights_there_are_no_bars(room: MadeUpRoom) -> None:
    case = case_with(room, 15.0)
    assert case.suggestion is not None
    prediction = {**case.suggestion.prediction, "explanation": {"method": "", "reasons": []}}
    reading = views.reading(
        replace(case, suggestion=replace(case.suggestion, prediction=prediction)), study(), Phrases("en")
    )
    assert reading is not None
    assert (reading.pro, reading.contra) == ((), ())
    assert views.reading(replace(case, suggestion=None), study(), Phrases("en")) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("758.6 um2", "758.6 µm²"),
        ("15 um", "15 µm"),
        ("3 umol/L", "3 µmol/L"),
        ("3 mg/ug", "3 mg/µg"),
        ("2 m.s-2", "2 m.s⁻²"),
        ("7 10*9/L", "7 10*9/L"),
        ("5 [lb_av]2", "5 [lb_av]2"),
        ("4 u", "4 u"),
        ("0.12", "0.12"),
        ("left", "left"),
        ("two um2", "two um2"),
        ("", ""),
    ],
)
def test_units_are_printed_as_people_write_them(value: str, text: str) -> None:
    assert views.printed(value) == text


@pytest.mark.parametrize(("radius", "said"), [(0.01, "> 99%"), (19.99, "> 99%"), (0.21, "99%"), (15.0, "75%")])
def test_no_percentage_claims_certainty(room: MadeUpRoom, radius: float, said: str) -> None:
    reading = views.reading(case_with(room, radius), study(), Phrases("en"))
    assert reading is not None
    assert reading.chances[0].value == said
    assert reading.chances[1].value == {"> 99%": "< 1%", "99%": "1%", "75%": "25%"}[said]


def reason(place, shown, weight):
    return {"place": place, "shown": shown, "weight": weight}


def test_words_of_a_text_are_marked_where_they_stand_with_side_and_strength() -> None:
    text = "Dry cough, no rash, a cough."
    reasons = [
        reason("text:note:4-9", "cough", 3.0),
        reason("text:note:14-18", "rash", -1.5),
        reason("text:other:0-3", "Dry", 1.0),
        reason("column:age", "40", 1.0),
    ]
    found = views._marked(text, "note", reasons)
    assert "".join(one.text for one in found) == text
    assert [(one.text, one.side, one.strength) for one in found if one.side] == [
        ("cough", "pro", 3),
        ("rash", "contra", 2),
    ]
    assert views._marked(text, "note", []) == ()


def test_a_word_told_twice_is_one_bar_and_leads_to_its_text() -> None:
    reasons = [
        reason("text:note:4-9", "cough", 1.0),
        reason("text:note:22-27", "Cough", 2.0),
        reason("text:note:14-18", "rash", -1.5),
    ]
    once = views._once(reasons)
    assert [(one["shown"], one["weight"]) for one in once] == [("Cough", 2.0), ("rash", -1.5)]
    bar = views._bar(once[0], study(), "zh", 50.0)
    assert (bar.id, bar.label, bar.value, bar.width) == ("row-note", "Cough", "备注", 50.0)
