import numpy as np
import pytest

from primum.domain.picture import decode
from primum.domain.study import Column, Source
from primum.errors import DataError
from primum.imaging.arrays import read_npz
from primum.imaging.reasons import Reason
from primum.imaging.refusals import IntakeRefusedError
from synthetic.scans import body

SOURCE = Source(name="films", modality="image", format="npz", path="films.npz", subject="number")
PICTURE = Column(name="film", source="films", path="image", role="feature")
LABEL = Column(name="finding", source="films", path="label", role="outcome")
PART = Column(name="part", source="films", role="part")


def films(count=3, seed=0, kind="uint8", shape=(12, 14)):
    return np.stack([body(shape, seed + at, kind) for at in range(count)])


def medmnist(**changes):
    arrays = {}
    for at, part in enumerate(("train", "val", "test")):
        arrays[f"{part}_images"] = films(seed=10 * at)
        arrays[f"{part}_labels"] = np.array([[0], [1], [1]], dtype=np.uint8)
    return arrays | changes


def read(folder, arrays, *columns):
    np.savez_compressed(folder / "films.npz", **arrays)
    return list(read_npz(SOURCE, columns or (PICTURE, LABEL, PART), folder / "films.npz"))


def faults(folder, arrays, *columns):
    with pytest.raises(IntakeRefusedError) as told:
        read(folder, arrays, *columns)
    return [(one.reason, one.place) for one in told.value.faults]


def test_medmnist_gives_a_record_a_row_with_label_and_part(tmp_path):
    arrays = medmnist()
    records = read(tmp_path, arrays)
    assert [one.subject for one in records[:4]] == ["train-00001", "train-00002", "train-00003", "val-00001"]
    assert [one.payload["finding"] for one in records] == ["0", "1", "1"] * 3
    assert [one.payload["part"] for one in records[::3]] == ["development", "validation", "test"]
    picture = decode(records[4].payload["film"])
    assert picture.values.dtype == np.uint8
    assert np.array_equal(picture.values[0], arrays["val_images"][1])
    assert (picture.spacing, picture.affine, picture.facts) == ((), (), {"format": "npz"})


def test_a_file_of_two_parts_is_read_as_well(tmp_path):
    arrays = {name: one for name, one in medmnist().items() if not name.startswith("val")}
    assert {one.payload["part"] for one in read(tmp_path, arrays)} == {"development", "test"}


def test_equal_pictures_give_equal_cells(tmp_path):
    arrays = medmnist()
    arrays["val_images"][0] = arrays["train_images"][2]
    records = read(tmp_path, arrays)
    assert records[3].payload["film"] == records[2].payload["film"]


def test_plain_arrays_are_named_by_paths_and_colours_moved_first(tmp_path):
    arrays = {
        "x": np.stack([films(seed=at) for at in range(3)], axis=-1),
        "y": films() > 20,
        "g": np.array([[7, 0], [8, 1], [9, 1]]),
    }
    columns = (
        Column(name="field", source="films", path="x", role="feature"),
        Column(name="nuclei", source="films", path="y", role="outcome"),
        Column(name="bright", source="films", path="g/1", role="quasi_identifier"),
    )
    records = read(tmp_path, arrays, *columns)
    assert [one.subject for one in records] == ["00001", "00002", "00003"]
    assert decode(records[1].payload["field"]).values.shape == (3, 12, 14)
    assert np.array_equal(decode(records[1].payload["field"]).values[2], arrays["x"][1, ..., 2])
    mask = decode(records[2].payload["nuclei"])
    assert np.array_equal(mask.values[0], arrays["y"][2])
    assert mask.values.dtype == np.uint8
    assert [one.payload["bright"] for one in records] == ["0", "1", "1"]


def test_volumes_keep_their_three_axes(tmp_path):
    arrays = medmnist(
        train_images=films(shape=(9, 10, 11)), val_images=films(shape=(9, 10, 11)), test_images=films(shape=(9, 10, 11))
    )
    assert decode(read(tmp_path, arrays)[0].payload["film"]).space == (9, 10, 11)


def test_labels_may_be_words_and_truth(tmp_path):
    words = np.array(["normal", "pneumonia", "normal"])
    records = read(
        tmp_path, medmnist(train_labels=words, val_labels=words == "normal", test_labels=np.array([1.0, 0.0, 2.0]))
    )
    assert [one.payload["finding"] for one in records] == [
        "normal",
        "pneumonia",
        "normal",
        "1",
        "0",
        "1",
        "1",
        "0",
        "2",
    ]


def test_all_faults_of_a_file_are_told_together(tmp_path):
    arrays = medmnist(train_labels=np.array([[0], [1]]))
    arrays["val_images"][1] = 9
    arrays["test_images"] = arrays["test_images"].astype(np.float32)
    arrays["test_images"][0, 0, 0] = np.nan
    found = faults(tmp_path, arrays)
    assert (Reason.COUNT, "train") in found
    assert (Reason.CONSTANT, "picture 2 of val") in found
    assert (Reason.NOT_FINITE, "picture 1 of test") in found


def test_several_labels_or_fractions_a_picture_are_refused(tmp_path):
    found = faults(tmp_path, medmnist(train_labels=np.zeros((3, 14)), val_labels=np.full((3, 1), 0.5)))
    assert {reason for reason, _ in found} == {Reason.LABEL}
    assert len(found) == 6


def test_a_mask_of_another_size_is_refused(tmp_path):
    arrays = {"x": films(), "y": films(shape=(12, 13)) > 20}
    columns = (
        Column(name="field", source="films", path="x", role="feature"),
        Column(name="nuclei", source="films", path="y", role="outcome"),
    )
    assert {reason for reason, _ in faults(tmp_path, arrays, *columns)} == {Reason.MASK_SIZE}


def test_an_array_that_is_not_there_is_told_with_those_that_are(tmp_path):
    with pytest.raises(DataError, match="no array masks") as told:
        read(tmp_path, {"x": films()}, Column(name="m", source="films", path="masks", role="feature"))
    assert "x, part" in told.value.remedy


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04cut"])
def test_what_is_no_npz_is_told(tmp_path, content):
    (tmp_path / "films.npz").write_bytes(content)
    with pytest.raises(DataError, match="no npz"):
        list(read_npz(SOURCE, [PICTURE], tmp_path / "films.npz"))


def test_a_bare_array_and_arrays_of_objects_are_told(tmp_path):
    with (tmp_path / "films.npz").open("wb") as file:
        np.save(file, films())
    with pytest.raises(DataError, match="no npz"):
        list(read_npz(SOURCE, [PICTURE], tmp_path / "films.npz"))
    with pytest.raises(DataError, match="no npz"):
        read(tmp_path, {"image": np.array([{}, {}], dtype=object)})


def test_a_damaged_archive_is_told(tmp_path):
    read(tmp_path, medmnist())
    file = tmp_path / "films.npz"
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 0xFF
    file.write_bytes(data)
    with pytest.raises(DataError, match=r"no npz|fault"):
        list(read_npz(SOURCE, [PICTURE, LABEL, PART], file))
