import json

import numpy as np
import pytest
from PIL import Image

from primum.domain.picture import decode
from primum.domain.study import Column, Source
from primum.errors import DataError
from primum.imaging import folders, layout
from primum.imaging.reasons import Reason
from primum.imaging.refusals import IntakeRefusedError
from synthetic.scans import body, photograph, volume

PICTURE = Column(name="film", source="films", role="feature")
CLASS = Column(name="finding", source="films", path="folder", role="outcome")


def source(form="image", subject="file"):
    return Source(name="films", modality="image", format=form, path="films", subject=subject)


def read(folder, *columns, form="image", subject="file"):
    return list(folders.read(source(form, subject), columns, folder))


def faults(folder, *columns, form="image", subject="file"):
    with pytest.raises(IntakeRefusedError) as told:
        read(folder, *columns, form=form, subject=subject)
    return [(one.reason, one.place) for one in told.value.faults]


def outcome(path, **options):
    return Column(name="marks", source="films", path=path, role="outcome", **options)


def test_labels_are_the_names_of_folders(tmp_path):
    for at, name in enumerate(("normal/a", "normal/b", "sick/c")):
        photograph(tmp_path / f"{name}.png", body((24, 32), at, "uint8"))
    records = read(tmp_path, PICTURE, CLASS)
    assert [(one.subject, one.payload["finding"]) for one in records] == [
        ("a", "normal"),
        ("b", "normal"),
        ("c", "sick"),
    ]
    assert np.array_equal(decode(records[2].payload["film"]).values[0], body((24, 32), 2, "uint8"))


def test_a_split_may_be_told_by_folders_outside_the_classes(tmp_path):
    for at, name in enumerate(("train/normal/a", "val/sick/b", "test/sick/c")):
        photograph(tmp_path / f"{name}.png", body((24, 32), at, "uint8"))
    part = Column(name="part", source="films", path="top", role="part")
    assert {one.subject: one.payload["part"] for one in read(tmp_path, PICTURE, CLASS, part)} == {
        "a": "development",
        "b": "validation",
        "c": "test",
    }


def test_the_first_folder_may_be_the_subject(tmp_path):
    photograph(tmp_path / "S1/left/a.png")
    photograph(tmp_path / "S2/a.png")
    assert [one.subject for one in read(tmp_path, PICTURE, subject="folder")] == ["S1", "S2"]
    photograph(tmp_path / "S2/b.png")
    photograph(tmp_path / "lost.png")
    found = faults(tmp_path, PICTURE, subject="folder")
    assert (Reason.SUBJECT_TWICE, "file 3 in order of names") in found
    assert (Reason.SUBJECT, "file 4 in order of names") in found


def test_two_files_of_one_name_are_one_subject_twice(tmp_path):
    photograph(tmp_path / "normal/a.png")
    photograph(tmp_path / "sick/a.png")
    assert faults(tmp_path, PICTURE, CLASS) == [(Reason.SUBJECT_TWICE, "file 2 in order of names")]


def test_names_of_files_are_never_told(tmp_path):
    file = photograph(tmp_path / "Zhang_Wei_19700101.png")
    file.write_bytes(b"")
    with pytest.raises(IntakeRefusedError) as told:
        read(tmp_path, PICTURE)
    assert "Zhang" not in f"{told.value}{told.value.remedy}{told.value.as_document()}"


def test_all_faults_of_a_folder_are_told_together(tmp_path):
    for at in range(4):
        photograph(tmp_path / f"{at}.png", body((24, 32), at, "uint8"))
    (tmp_path / "4.png").write_bytes(b"no picture")
    photograph(tmp_path / "5.png", np.full((24, 32), 7, np.uint8))
    photograph(tmp_path / "6.png", body((24, 32), kind="uint16"))
    photograph(tmp_path / "7.png", np.stack([body((24, 32), at, "uint8") for at in range(3)], -1))
    assert faults(tmp_path, PICTURE) == [
        (Reason.NOT_AN_IMAGE, "file 5 in order of names"),
        (Reason.CONSTANT, "file 6 in order of names"),
        (Reason.DEPTH_MIXED, "file 7 in order of names"),
        (Reason.COLOUR, "file 8 in order of names"),
    ]


def test_a_folder_without_pictures_is_told(tmp_path):
    (tmp_path / "readme.txt").write_text("nothing here")
    (tmp_path / ".hidden.png").write_bytes(b"")
    assert faults(tmp_path, PICTURE) == [(Reason.PICTURE_NONE, "films")]


def test_masks_may_lie_beside_their_pictures(tmp_path):
    for at, folder in enumerate(("x", "y")):
        values = body((24, 32), at, "uint8")
        photograph(tmp_path / folder / f"{folder}.png", values)
        photograph(tmp_path / folder / f"{folder}_mask.png", (values > 100).astype(np.uint8) * 255)
    records = read(tmp_path, PICTURE, outcome("*_mask"))
    assert [one.subject for one in records] == ["x", "y"]
    mask = decode(records[1].payload["marks"])
    assert np.array_equal(mask.values[0], body((24, 32), 1, "uint8") > 100)


def test_pictures_and_masks_may_lie_in_folders_of_their_own(tmp_path):
    for name in ("h_1", "h_2"):
        volume(tmp_path / f"imagesTr/{name}_0000.nii.gz")
        volume(tmp_path / f"labelsTr/{name}.nii.gz", (body() % 3).astype(np.uint8))
    picture = Column(name="film", source="films", path="imagesTr/*_0000", role="feature")
    records = read(tmp_path, picture, outcome("labelsTr", categories=("0", "1", "2")), form="nifti")
    assert [one.subject for one in records] == ["h_1", "h_2"]
    mask = decode(records[0].payload["marks"])
    assert mask.affine == decode(records[0].payload["film"]).affine
    assert np.array_equal(mask.values[0], body() % 3)


def test_a_mask_stored_in_another_order_is_brought_to_its_picture(tmp_path):
    labels = (body() > 100).astype(np.uint8)
    volume(tmp_path / "images/a.nii.gz")
    flipped = np.diag([-1.0, 1.5, 2.0, 1.0])
    flipped[0, 3] = labels.shape[0] - 1
    volume(tmp_path / "labels/a.nii.gz", labels[::-1], flipped)
    picture = Column(name="film", source="films", path="images", role="feature")
    records = read(tmp_path, picture, outcome("labels"), form="nifti")
    assert np.array_equal(decode(records[0].payload["marks"]).values[0], labels)


def test_masks_that_do_not_fit_are_all_told(tmp_path):
    labels = (body() > 100).astype(np.uint8)
    moved = np.diag([1.0, 1.5, 2.0, 1.0])
    moved[2, 3] = 4
    given = {
        "a": (labels[:-1], None),
        "b": (labels, moved),
        "c": (labels * 0, None),
        "d": (labels * 7, None),
        "e": (labels * 0.5, None),
        "g": (labels, None),
    }
    for name, (values, affine) in given.items():
        volume(tmp_path / f"images/{name}.nii.gz")
        volume(tmp_path / f"labels/{name}.nii.gz", values.astype(np.float32), affine)
    volume(tmp_path / "images/f.nii.gz")
    volume(tmp_path / "labels/z.nii.gz", labels)
    picture = Column(name="film", source="films", path="images", role="feature")
    mask = outcome("labels", categories=("1", "2"))
    assert faults(tmp_path, picture, mask, form="nifti") == [
        (Reason.MASK_SIZE, "file 1 in order of names"),
        (Reason.MASK_PLACE, "file 2 in order of names"),
        (Reason.MASK_EMPTY, "file 3 in order of names"),
        (Reason.MASK_LABELS, "file 4 in order of names"),
        (Reason.MASK_LABELS, "file 5 in order of names"),
        (Reason.MASK_MISSING, "file 6 in order of names"),
        (Reason.MASK_ALONE, "file 7 in order of names"),
    ]


def test_an_author_may_state_that_masks_are_absent_or_empty(tmp_path):
    labels = (body() > 100).astype(np.uint8)
    for name, values in {"a": labels, "b": labels * 0}.items():
        volume(tmp_path / f"images/{name}.nii.gz")
        volume(tmp_path / f"labels/{name}.nii.gz", values)
    volume(tmp_path / "images/c.nii.gz")
    volume(tmp_path / "labels/z.nii.gz", labels)
    picture = Column(name="film", source="films", path="images", role="feature")
    records = read(tmp_path, picture, outcome("labels", missing=("absent", "empty")), form="nifti")
    assert [one.payload["marks"] is None for one in records] == [False, True, True]
    records = read(tmp_path, picture, outcome("labels", missing=("absent",), low=0), form="nifti")
    assert not decode(records[1].payload["marks"]).values.any()


VOC = """<annotation><size><width>32</width><height>24</height><depth>1</depth></size>{}</annotation>"""
BOX = "<object><name>{}</name><bndbox><xmin>{}</xmin><ymin>{}</ymin><xmax>{}</xmax><ymax>{}</ymax></bndbox></object>"


def voc(folder, name, *boxes):
    (folder / "marks").mkdir(exist_ok=True)
    (folder / f"marks/{name}.xml").write_text(VOC.format("".join(BOX.format(*one) for one in boxes)))


def test_boxes_are_read_from_pascal_voc_with_lists_of_parts(tmp_path):
    for name in ("a", "b"):
        photograph(tmp_path / f"images/{name}.jpg")
    voc(tmp_path, "a", ("cell", 1, 1, 8, 6), ("cell", 9, 9, 32, 24))
    voc(tmp_path, "b")
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets/train.txt").write_text("a\n")
    (tmp_path / "sets/test.txt").write_text("b 1\n\n")
    columns = (
        Column(name="film", source="films", path="images", role="feature"),
        outcome("marks"),
        Column(name="part", source="films", path="sets", role="part"),
    )
    records = read(tmp_path, *columns)
    found = json.loads(records[0].payload["marks"])
    assert [(one["left"], one["top"], one["right"], one["bottom"]) for one in found["boxes"]] == [
        (0, 0, 8, 6),
        (8, 8, 32, 24),
    ]
    assert json.loads(records[1].payload["marks"])["boxes"] == []
    assert [one.payload["part"] for one in records] == ["development", "test"]
    (tmp_path / "sets/val.txt").write_text("b\n")
    assert faults(tmp_path, *columns) == [(Reason.LABEL_MISSING, "file 2 in order of names")]


def test_boxes_outside_their_picture_or_of_another_size_are_refused(tmp_path):
    for name in ("a", "b", "c"):
        photograph(tmp_path / f"images/{name}.png")
    voc(tmp_path, "a", ("cell", 1, 1, 33, 6))
    voc(tmp_path, "b", ("cell", 9, 1, 8, 6))
    voc(tmp_path, "c", ("cell", 1, 1, 8, 6))
    photograph(tmp_path / "images/c.png", body((25, 32), kind="uint8"))
    picture = Column(name="film", source="films", path="images", role="feature")
    found = faults(tmp_path, picture, outcome("marks"))
    assert (Reason.BOX, "file 1 in order of names") in found
    assert (Reason.ANNOTATION, "file 3 in order of names") in found


def coco(folder, **changes):
    document = {
        "images": [{"id": 1, "file_name": "a.png", "width": 32, "height": 24}],
        "categories": [{"id": 4, "name": "cell"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 4, "bbox": [0, 0, 8, 6]},
            {"id": 2, "image_id": 1, "category_id": 4, "bbox": [3, 3, 0, 6]},
        ],
    }
    (folder / "coco.json").write_text(json.dumps(document | changes))


def test_boxes_are_read_from_coco_and_those_without_area_dropped_and_told(tmp_path):
    photograph(tmp_path / "a.png")
    coco(tmp_path)
    record = read(tmp_path, PICTURE, outcome("coco.json"))[0]
    assert len(json.loads(record.payload["marks"])["boxes"]) == 1
    assert decode(record.payload["film"]).repairs == ("empty_boxes_dropped",)
    photograph(tmp_path / "b.png")
    assert faults(tmp_path, PICTURE, outcome("coco.json")) == [(Reason.LABEL_MISSING, "file 2 in order of names")]


def test_a_coco_file_that_is_not_there_is_told(tmp_path):
    photograph(tmp_path / "a.png")
    with pytest.raises(DataError, match="COCO"):
        read(tmp_path, PICTURE, outcome("other.json"))


def test_a_single_file_is_a_source_as_well(tmp_path):
    file = photograph(tmp_path / "only.png")
    assert [one.subject for one in read(file, PICTURE)] == ["only"]


@pytest.mark.parametrize(
    ("path", "stems"),
    [
        ("", ["4", "1", "2", "3_mask"]),
        ("x", ["1", "2"]),
        ("x/", ["1", "2"]),
        ("x/*", ["1"]),
        ("*_mask", ["3"]),
        ("x/deep/*", ["2"]),
        ("nowhere", []),
    ],
)
def test_patterns_name_files_by_what_stands_for_the_star(tmp_path, path, stems):
    for name in ("x/1", "x/deep/2", "y/3_mask", "4"):
        photograph(tmp_path / f"{name}.png")
    assert [one.stem for one in layout.items(tmp_path, path, (".png",))] == stems


def test_sixteen_bit_pictures_are_not_cut_on_their_way(tmp_path):
    deep = body((24, 32), kind="uint16") * 100
    Image.fromarray(deep).save(tmp_path / "a.png")
    assert np.array_equal(decode(read(tmp_path, PICTURE)[0].payload["film"]).values[0], deep)
