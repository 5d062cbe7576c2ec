"""Boxes keep their place whatever they are written as: corners of pixels, one convention inside."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.errors import DataError
from primum.imaging.boxes import (
    Box,
    Boxes,
    Fault,
    fault_of,
    read_coco,
    read_json,
    read_voc,
    sifted,
    voc_of,
    write_coco,
    write_json,
)

WIDTH, HEIGHT = 60, 40
LABELS = st.sampled_from(["RBC", "WBC", "血小板"])


@st.composite
def whole_boxes(draw):
    """Boxes of whole pixels inside the image."""
    left, top = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
    right, bottom = draw(st.integers(left + 1, WIDTH)), draw(st.integers(top + 1, HEIGHT))
    score = draw(st.none() | st.floats(0, 1))
    return Box(left=left, top=top, right=right, bottom=bottom, label=draw(LABELS), score=score)


@st.composite
def any_boxes(draw):
    """Boxes of any corners, most of them with a fault."""
    numbers = st.floats(-10, 80) | st.sampled_from([float("nan"), float("inf"), 0.0, 40.0, 60.0])
    left, top, right, bottom = (draw(numbers) for _ in range(4))
    label = draw(st.sampled_from(["x", "", " "]))
    return Box(left=left, top=top, right=right, bottom=bottom, label=label, score=draw(st.none() | st.floats(-1, 2)))


LISTS = st.lists(whole_boxes(), max_size=5).map(tuple)


def of(boxes):
    return Boxes(width=WIDTH, height=HEIGHT, boxes=boxes)


def voc(boxes):
    objects = "".join(
        "<object><name>{}</name><bndbox><xmin>{}</xmin><ymin>{}</ymin><xmax>{}</xmax><ymax>{}</ymax></bndbox></object>".format(
            one.label, *voc_of(one)
        )
        for one in boxes
    )
    return f"<annotation><size><width>{WIDTH}</width><height>{HEIGHT}</height></size>{objects}</annotation>"


@given(LISTS)
def test_json_gives_the_same_boxes_back(boxes):
    assert read_json(write_json(of(boxes))) == of(boxes)


@given(LISTS, LISTS)
def test_coco_gives_the_same_boxes_back(some, others):
    images = {"b.png": of(some), "a.png": of(others)}
    assert read_coco(write_coco(images)) == images


@given(LISTS)
def test_voc_gives_the_same_boxes_back(boxes):
    back = read_voc(voc(boxes)).boxes
    assert [(one.left, one.top, one.right, one.bottom, one.label) for one in back] == [
        (one.left, one.top, one.right, one.bottom, one.label) for one in boxes
    ]


@given(whole_boxes())
def test_coco_and_voc_count_the_same_pixels(box):
    (coco,) = json.loads(write_coco({"a": of((box,))}))["annotations"]
    x, y, width, height = coco["bbox"]
    xmin, ymin, xmax, ymax = voc_of(box)
    assert (x, y) == (xmin - 1, ymin - 1)
    assert (width, height) == (xmax - xmin + 1, ymax - ymin + 1)
    assert coco["area"] == width * height


@given(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1))
def test_one_pixel_is_one_wide_and_both_its_ends_are_it(column, row):
    pixel = Box(left=column, top=row, right=column + 1, bottom=row + 1, label="x")
    assert voc_of(pixel) == (column + 1, row + 1, column + 1, row + 1)
    assert fault_of(pixel, WIDTH, HEIGHT) is None


@given(st.lists(any_boxes(), max_size=6))
def test_every_box_is_taken_or_refused_with_its_fault_and_none_is_lost(boxes):
    judged = sifted(boxes, WIDTH, HEIGHT)
    assert len(judged.boxes) + len(judged.refused) == len(boxes)
    refused = dict(judged.refused)
    assert list(judged.boxes) == [one for at, one in enumerate(boxes, 1) if at not in refused]
    for one in judged.boxes:
        assert 0 <= one.left < one.right <= WIDTH
        assert 0 <= one.top < one.bottom <= HEIGHT
        assert one.label.strip()


@given(any_boxes())
def test_what_has_a_fault_is_never_written(box):
    fault = fault_of(box, WIDTH, HEIGHT)
    for write in (write_json, lambda one: write_coco({"a": one})):
        if fault is None:
            write(of((box,)))
        else:
            with pytest.raises(DataError, match=fault.value):
                write(of((box,)))


@given(any_boxes(), st.integers(1, 50), st.integers(1, 50))
def test_a_larger_image_never_makes_a_box_worse(box, more_columns, more_rows):
    small, large = fault_of(box, WIDTH, HEIGHT), fault_of(box, WIDTH + more_columns, HEIGHT + more_rows)
    assert large in {small, None} or small is Fault.OUTSIDE
