import json

import pytest

from primum.errors import DataError
from primum.imaging.boxes import Box, Boxes, Fault, fault_of, read_coco, read_json, read_voc, write_coco, write_json

VOC = """<annotation><folder>x</folder><filename>a.jpg</filename>
<size><width>640</width><height>480</height><depth>3</depth></size>
<object><name>WBC</name><pose>Unspecified</pose><difficult>0</difficult>
<bndbox><xmin>260</xmin><ymin>177</ymin><xmax>491</xmax><ymax>376</ymax></bndbox></object>
<object><name>RBC</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>640</xmax><ymax>480</ymax></bndbox></object>
</annotation>"""


def box(**changes):
    return Box(**{"left": 1, "top": 2, "right": 5, "bottom": 7, "label": "x"} | changes)


def test_a_voc_annotation_is_read_in_edges():
    read = read_voc(VOC)
    assert (read.width, read.height, read.refused) == (640, 480, ())
    assert read.boxes == (
        Box(left=259, top=176, right=491, bottom=376, label="WBC"),
        Box(left=0, top=0, right=640, bottom=480, label="RBC"),
    )


def test_a_coco_annotation_is_read_in_edges():
    text = json.dumps(
        {
            "images": [
                {"id": 7, "file_name": "a.png", "width": 10, "height": 20},
                {"id": 8, "file_name": "b", "width": 1, "height": 1},
            ],
            "categories": [{"id": 3, "name": "x"}],
            "annotations": [{"id": 1, "image_id": 7, "category_id": 3, "bbox": [1.5, 2, 3, 4], "score": 0.5}],
        }
    )
    assert read_coco(text) == {
        "a.png": Boxes(width=10, height=20, boxes=(Box(left=1.5, top=2, right=4.5, bottom=6, label="x", score=0.5),)),
        "b": Boxes(width=1, height=1, boxes=()),
    }


def test_coco_is_written_as_its_readers_want_it():
    written = json.loads(write_coco({"a.png": Boxes(width=9, height=9, boxes=(box(score=0.25),))}))
    assert written["images"] == [{"id": 1, "file_name": "a.png", "width": 9, "height": 9}]
    assert written["categories"] == [{"id": 1, "name": "x"}]
    assert written["annotations"] == [
        {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 4, 5], "area": 20, "iscrowd": 0, "score": 0.25}
    ]


def test_json_tells_its_convention():
    written = json.loads(write_json(Boxes(width=9, height=9, boxes=(box(),))))
    assert "upper left corner" in written["convention"]
    assert written["boxes"] == [{"left": 1, "top": 2, "right": 5, "bottom": 7, "label": "x", "score": None}]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"left": float("nan")}, Fault.NO_NUMBER),
        ({"bottom": float("inf")}, Fault.NO_NUMBER),
        ({"right": 0}, Fault.INVERTED),
        ({"bottom": 1}, Fault.INVERTED),
        ({"right": 1}, Fault.EMPTY),
        ({"top": 7}, Fault.EMPTY),
        ({"left": -0.5}, Fault.OUTSIDE),
        ({"top": -1}, Fault.OUTSIDE),
        ({"right": 9.5}, Fault.OUTSIDE),
        ({"bottom": 10}, Fault.OUTSIDE),
        ({"label": " "}, Fault.NO_LABEL),
        ({"score": 1.5}, Fault.SCORE),
        ({"score": float("nan")}, Fault.SCORE),
        ({}, None),
    ],
)
def test_every_fault_has_a_name(changes, fault):
    assert fault_of(box(**changes), 9, 9) is fault


def test_a_box_with_a_fault_is_told_by_its_number_and_the_rest_is_kept():
    text = VOC.replace("<xmax>491</xmax>", "<xmax>259</xmax>").replace("<ymax>480</ymax>", "<ymax>481</ymax>")
    read = read_voc(text)
    assert read.boxes == ()
    assert read.refused == ((1, Fault.EMPTY), (2, Fault.OUTSIDE))
    with pytest.raises(DataError, match=r"box 1: no width or no height; box 2: a part outside the image"):
        read.strictly()
    assert read_voc(VOC).strictly() == read_voc(VOC)


def test_a_voc_object_without_a_box_is_refused_by_name():
    assert read_voc(VOC.replace("xmin", "xnim")).refused == ((1, Fault.NO_NUMBER), (2, Fault.NO_NUMBER))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no XML",
        "<annotation>",
        "<annotation></annotation>",
        VOC.replace("<width>640</width>", ""),
        VOC.replace(">260<", ">left<"),
        VOC.replace(">640</width>", ">wide</width>"),
        '<!DOCTYPE a [<!ENTITY b "c">]>' + VOC,
    ],
)
def test_what_is_no_voc_is_refused(text):
    with pytest.raises(DataError):
        read_voc(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"images": [], "categories": []}',
        '{"images": [], "categories": [], "annotations": [{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}]}',
        '{"images": [{"id": 1}], "categories": [], "annotations": []}',
        '{"images": [{"id": 1, "file_name": "a", "width": 0, "height": 5}], "categories": [], "annotations": []}',
        '{"images": [{"id": 1, "file_name": "a", "width": 5, "height": 5}], "categories": [], "annotations": [{}]}',
    ],
)
def test_what_is_no_coco_is_refused(text):
    with pytest.raises(DataError):
        read_coco(text)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"boxes": [{}], "width": 1, "height": 1}', '{"boxes": 1}', "null"])
def test_what_is_not_our_json_is_refused(text):
    with pytest.raises(DataError):
        read_json(text)


def test_nothing_of_a_label_is_told_where_a_box_is_refused():
    with pytest.raises(DataError) as refused:
        write_json(Boxes(width=9, height=9, boxes=(box(label="Made Up", right=99),)))
    assert "Made" not in refused.value.what
