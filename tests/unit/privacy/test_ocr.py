import importlib

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from primum.errors import DataError
from primum.privacy import ocr


@pytest.fixture
def fresh():
    ocr._engine.cache_clear()
    yield
    ocr._engine.cache_clear()


def picture(text):
    drawn = Image.new("RGB", (320, 80), 0)
    ImageDraw.Draw(drawn).text((20, 20), text, fill=(255, 255, 255), font=ImageFont.load_default(size=24))
    return np.asarray(drawn)


def test_a_line_is_read_where_it_stands():
    (line,) = ocr.lines(picture("DOE JANE"))
    assert line.text.replace(" ", "") == "DOEJANE"
    assert line.score > 0.8
    assert 0 <= line.left < 30
    assert 100 < line.right < 240
    assert line.top < 30 < line.bottom


def test_an_empty_picture_and_one_too_small_hold_no_text():
    assert ocr.lines(np.zeros((64, 64, 3), dtype=np.uint8)) == []
    assert ocr.lines(picture("DOE JANE")[:10]) == []


def test_a_reader_that_is_not_installed_is_said(monkeypatch, fresh):
    def missing(_):
        raise ImportError

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(DataError) as caught:
        ocr.lines(np.zeros((64, 64, 3), dtype=np.uint8))
    assert caught.value.remedy
