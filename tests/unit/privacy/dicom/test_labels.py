import pytest

from primum.privacy.dicom.labels import is_label, is_text
from primum.privacy.ocr import Line


def line(text, score):
    return Line(left=0, top=0, right=9, bottom=9, text=text, score=score)


@pytest.mark.parametrize(
    "text",
    ["L", "R", "10 cm", "120 kV", "0.75mm", "MI 1.1", "28Hz", "63", "5.0", "W 400 L 40", "AP", "-10", "RMLO", "3D"],
)
def test_sides_scales_and_settings_are_labels(text):
    assert is_label(text)


@pytest.mark.parametrize(
    "text",
    [
        "DOE JOHN", "Smith", "4711-0815", "1957-03-21", "5/25/2011", "2:56:22 PM", "12.04.1961", "RIVERBANK HOSP",
        "王小明",        "ID 00923817", "R Smith", "2024", "F 081Y DOE",
    ],
)  # fmt: skip
def test_everything_else_is_not(text):
    assert not is_label(text)


def test_what_is_read_badly_or_is_one_sign_is_no_text():
    assert is_text(line("Smith", 0.9))
    assert is_text(line("Smith", 0.35))
    assert is_text(line("王伟", 0.8))
    assert not is_text(line("PO", 0.51))
    assert not is_text(line("Smi", 0.35))
    assert not is_text(line("O", 0.9))
    assert not is_text(line("Smith", 0.1))
    assert not is_text(line("--", 0.9))
