import math
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.dossier import figures
from primum.dossier.drawing import Caption
from primum.dossier.figures import Row
from primum.dossier.tongue import speak
from synthetic.evidence import data, performance
from synthetic.trial import estimate, hidden

EN, ZH = speak("en"), speak("zh")
CAPTION = Caption(name="x", title="t", text="d")


def texts(drawn: str) -> list[str]:
    root = ET.fromstring(drawn)  # noqa: S314 - our own drawing
    return [one.text or "" for one in root.iter("text")]


def description(drawn: str) -> str:
    return ET.fromstring(drawn)[1].text or ""  # noqa: S314 - our own drawing


def marks(drawn: str, tag: str, kind: str) -> list[ET.Element]:
    return [one for one in ET.fromstring(drawn).iter(tag) if one.attrib.get("class") == kind]  # noqa: S314 - our own


@given(st.floats(0, 1), st.integers(1, 5000))
def test_the_noise_band_holds_the_prediction_and_stays_a_share(predicted: float, n: int) -> None:
    low, high = figures.noise(predicted, n)
    assert -1e-12 <= low <= predicted + 1e-9
    assert predicted - 1e-9 <= high <= 1 + 1e-12


def test_the_noise_band_by_hand() -> None:
    low, high = figures.noise(0.5, 100)
    assert (round(low, 4), round(high, 4)) == (0.4038, 0.5962)


def test_more_subjects_make_a_narrower_band() -> None:
    few, many = figures.noise(0.3, 20), figures.noise(0.3, 2000)
    assert few[1] - few[0] > 5 * (many[1] - many[0])


def test_the_reliability_diagram_draws_every_bin_and_counts_those_in_the_band() -> None:
    bins = performance()["calibration"]["bins"]
    drawn = figures.reliability("r", bins, EN)
    assert len(marks(drawn, "circle", "mark")) == len(bins)
    assert len(marks(drawn, "line", "whisker")) == len(bins)
    assert "8 bins" in description(drawn)
    off = [{"predicted": 0.1, "observed": 0.9, "low": 0.8, "high": 1.0, "n": 50}]
    assert "0 of the dots" in description(figures.reliability("r", off, EN))


@pytest.mark.parametrize("key", ["predicted", "observed", "n"])
def test_a_bin_without_its_numbers_is_left_out(key: str) -> None:
    whole = {"predicted": 0.2, "observed": 0.25, "low": 0.1, "high": 0.4, "n": 30}
    drawn = figures.reliability("r", [whole, {**whole, key: None}], EN)
    assert len(marks(drawn, "circle", "mark")) == 1


def test_an_empty_bin_does_not_divide_by_zero() -> None:
    drawn = figures.reliability("r", [{"predicted": 0.2, "observed": 0.0, "low": 0.0, "high": 0.0, "n": 0}], EN)
    assert marks(drawn, "circle", "mark") == []


def test_a_bin_without_ends_has_a_dot_and_no_whisker() -> None:
    drawn = figures.reliability("r", [{"predicted": 0.2, "observed": 0.2, "low": None, "high": None, "n": 9}], EN)
    assert len(marks(drawn, "circle", "mark")) == 1
    assert marks(drawn, "line", "whisker") == []


def test_curves_start_and_end_where_they_should() -> None:
    drawn = figures.roc("r", [(0.0, 0.0), (0.2, 0.9), (1.0, 1.0)], estimate(0.9, 0.8, 0.95), EN)
    (curve,) = marks(drawn, "path", "curve")
    assert curve.attrib["d"].startswith("M52 294 ")
    assert curve.attrib["d"].endswith(" 386 12")
    assert "0.900 (0.800 to 0.950), n = 114" in description(drawn)


def test_a_curve_without_an_area_says_so() -> None:
    assert "not shown" in description(figures.precision_recall("r", [], hidden(3), EN))
    assert "不显示" in description(figures.precision_recall("r", [], {}, ZH))


def test_the_decision_curve_tells_where_the_model_is_best() -> None:
    rows = [
        {"threshold": 0.1, "model": 0.3, "treat_all": 0.35, "treat_none": 0.0},
        {"threshold": 0.3, "model": 0.28, "treat_all": 0.1, "treat_none": 0.0},
        {"threshold": 0.6, "model": 0.2, "treat_all": -0.6, "treat_none": 0.0},
    ]
    drawn = figures.decision_curve("r", rows, EN)
    assert "0.1 to 0.6" in description(drawn)
    assert "2 of 3 thresholds" in description(drawn)
    assert {"model", "act on all", "act on none"} <= set(texts(drawn))
    assert "0 of 0" in description(figures.decision_curve("r", [], EN))


def test_the_confusion_matrix_says_every_cell() -> None:
    drawn = figures.confusion("c", [[65, 7], [2, 40]], ["benign", "malignant"], EN)
    assert {"65", "7", "2", "40"} <= set(texts(drawn))
    assert "truth malignant, called benign: 2" in description(drawn)


def test_a_small_cell_is_not_shown() -> None:
    drawn = figures.confusion("c", [[65, None], [None, 40]], ["benign", "malignant"], EN)
    assert texts(drawn).count("–") == 2
    assert "called malignant: too few to show" in description(drawn)


def test_intervals_draw_what_is_shown_and_say_what_is_not() -> None:
    rows = [Row(label="all", estimate=estimate(0.9, 0.8, 0.95), strong=True), Row(label="few", estimate=hidden(3))]
    rows.append(Row(label="nothing", estimate={}))
    drawn = figures.intervals(CAPTION, rows, EN, 0.9)
    assert len(marks(drawn, "line", "whisker")) == 1
    assert len(marks(drawn, "line", "ideal")) == 3
    assert texts(drawn).count("not shown (n too small)") == 2
    assert "3" not in "".join(text for text in texts(drawn) if "shown" in text), "a hidden n is not told either"


def test_intervals_without_any_number_still_draw() -> None:
    assert "not shown (n too small)" in texts(figures.intervals(CAPTION, [Row(label="a", estimate={})], EN))


def test_bars_go_right_for_and_left_against() -> None:
    rows = [Row(label="for", estimate={"value": 1.5}), Row(label="against", estimate={"value": -0.5})]
    drawn = figures.bars(CAPTION, rows)
    (right,), (left,) = marks(drawn, "rect", "bar for"), marks(drawn, "rect", "bar against")
    assert float(right.attrib["x"]) == pytest.approx(float(left.attrib["x"]) + float(left.attrib["width"]), abs=0.2)
    assert float(right.attrib["width"]) == pytest.approx(3 * float(left.attrib["width"]), abs=0.5)
    assert {"+1.50", "\u22120.50"} <= set(texts(drawn))


@pytest.mark.parametrize("values", [[], [0.0], [None], [-1.0], [math.nan, 1.0]])
def test_bars_of_hardly_anything_still_draw(values: list[float | None]) -> None:
    drawn = figures.bars(CAPTION, [Row(label="a", estimate={"value": one}) for one in values], "axis")
    assert "axis" in texts(drawn)


def test_the_flow_tells_steps_losses_and_parts() -> None:
    drawn = figures.flow("f", data(), EN)
    assert {"569", "567", "560", "558", "333", "111", "114"} <= set(texts(drawn))
    assert "Younger than 18 years: 7" in texts(drawn)
    assert "Outcome missing: too few to show" in texts(drawn)
    assert "Development: 333; Validation: 111; Test (sealed): 114" in description(drawn)
    assert "结局已知" in texts(figures.flow("f", data(), ZH))


def test_a_flow_of_nothing_still_draws() -> None:
    ET.fromstring(figures.flow("f", {}, EN))  # noqa: S314 - our own drawing


def test_hostile_labels_are_escaped() -> None:
    hostile = "<script>alert('x')</script>"
    drawn = figures.intervals(CAPTION, [Row(label=hostile, estimate=estimate(0.5, 0.4, 0.6))], EN)
    drawn += figures.confusion("c", [[1, 2], [3, 4]], [hostile, hostile], EN)
    assert "<script" not in drawn


def test_told_reads_as_a_sentence_in_both_languages() -> None:
    one = estimate(-0.05, -0.55, 0.44)
    assert figures.told(one, EN) == "\u22120.050 (\u22120.550 to 0.440), n = 114"
    assert figures.told(one, ZH) == "\u22120.050 (\u22120.550 至 0.440), 例数 = 114"
    assert figures.told(hidden(2), EN) == "not shown (n too small)"


def test_what_must_not_be_shown_is_not_shown_even_where_its_numbers_are_there() -> None:
    leaking = {**estimate(0.777, 0.7, 0.8), "shown": False}
    assert not figures.is_shown(leaking)
    drawn = figures.intervals(CAPTION, [Row(label="few", estimate=leaking)], EN)
    assert "0.777" not in drawn
