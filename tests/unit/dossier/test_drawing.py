import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.dossier import drawing
from primum.dossier.drawing import Caption, Frame

HOSTILE = '"><script>alert(1)</script>&'


def test_a_drawing_is_named_described_and_well_formed() -> None:
    caption = Caption(name="en-x", title="A title", text="What it shows.")
    root = ET.fromstring(drawing.svg(caption, (100, 50), [drawing.dot((1, 2), "mark")]))  # noqa: S314 - our own drawing
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "en-x-t en-x-d"
    assert [(one.tag, one.text) for one in root[:2]] == [("title", "A title"), ("desc", "What it shows.")]
    assert root.attrib["viewBox"] == "0 0 100 50"


def test_everything_that_is_said_is_escaped() -> None:
    caption = Caption(name=HOSTILE, title=HOSTILE, text=HOSTILE)
    drawn = drawing.svg(caption, (1, 1), [drawing.words((0, 0), HOSTILE, HOSTILE, HOSTILE)])
    assert "<script" not in drawn
    ET.fromstring(drawn)  # noqa: S314 - our own drawing


def test_a_frame_maps_the_corners_and_keeps_what_is_beyond_inside() -> None:
    frame = Frame(width=100, height=100, left=10, right=10, top=20, bottom=20, x=(0, 2), y=(-1, 1))
    assert frame.at((0, -1)) == (10, 80)
    assert frame.at((2, 1)) == (90, 20)
    assert frame.at((1, 0)) == (50, 50)
    assert frame.at((99, -99)) == (90, 80)


@given(st.floats(-1e3, 1e3), st.floats(0.01, 1e3))
def test_ticks_lie_inside_and_are_few(low: float, breadth: float) -> None:
    span = (low, low + breadth)
    found = drawing.ticks(span)
    assert 1 <= len(found) <= 7
    assert all(span[0] - 1e-6 * breadth <= one <= span[1] + 1e-6 * breadth for one in found)
    assert found == sorted(set(found))


def test_ticks_of_a_share_are_fifths() -> None:
    assert drawing.ticks((0, 1)) == [0, 0.2, 0.4, 0.6, 0.8, 1]


@pytest.mark.parametrize(("value", "shown"), [(0.5, "0.5"), (1.0, "1"), (0.333333, "0.33"), (-0.001, "0"), (12, "12")])
def test_short_numbers(value: float, shown: str) -> None:
    assert drawing.short(value) == shown


def test_a_path_closes_only_when_asked() -> None:
    points = [(0.0, 0.0), (1.0, 1.0), (2.25, 0.0)]
    assert 'd="M0 0 1 1 2.2 0"' in drawing.path(points, "curve")
    assert 'd="M0 0 1 1 2.2 0Z"' in drawing.path(points, "band", closed=True)


def test_axes_carry_both_names() -> None:
    text = "".join(drawing.axes(Frame(width=100, height=100), ("risk", "share")))
    assert ">risk<" in text
    assert ">share<" in text
    assert "rotate(-90)" in text


def test_chinese_letters_are_twice_as_broad() -> None:
    assert drawing.breadth("ab中文") == 6


@given(st.text(alphabet="ab 中文，c", max_size=80), st.integers(4, 40))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    lines = drawing.wrap(text, width)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


def test_wrapping_breaks_at_spaces_and_between_chinese_letters() -> None:
    assert drawing.wrap("one two three", 8) == ["one two", "three"]
    assert drawing.wrap("去除重复之后", 8) == ["去除重复", "之后"]
    assert drawing.wrap("", 8) == [""]


@given(st.text(alphabet="ab 中文", max_size=60), st.integers(2, 30))
def test_clipping_keeps_to_the_width(text: str, width: int) -> None:
    cut = drawing.clipped(text, width)
    assert drawing.breadth(cut) <= max(width, 1)
    assert cut == text or "…" in cut


def test_clipping_keeps_both_ends_of_a_name() -> None:
    assert drawing.clipped("Share of concave contour points, worst", 27) == "Share of conc…points, worst"
    assert drawing.clipped("short", 27) == "short"
