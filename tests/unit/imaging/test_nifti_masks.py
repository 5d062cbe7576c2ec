import gzip

import nibabel
import numpy as np
import pytest

from primum.errors import DataError
from primum.imaging.nifti_masks import grid_of, read_nifti_mask, write_nifti_mask

SHAPE = (4, 5, 6)
OBLIQUE = np.array([[-0.9, 0.2, 0.1, 12], [0.15, 1.1, -0.3, -7.5], [0.2, 0.3, 2.4, 3.25], [0, 0, 0, 1]])


def values(dtype=np.uint8):
    return np.random.default_rng(3).integers(0, 4, SHAPE).astype(dtype)


def flipped(axis):
    affine = OBLIQUE.copy()
    affine[:3, axis] *= -1
    return affine


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.uint16, bool])
def test_labels_come_back_in_their_place(dtype):
    grid = grid_of(SHAPE, OBLIQUE)
    back, own = read_nifti_mask(write_nifti_mask(values(dtype), grid), grid)
    assert np.array_equal(back, values(dtype))
    assert back.dtype == np.uint8
    assert np.array_equal(own.affine, OBLIQUE.astype(np.float32))


@pytest.mark.parametrize(("most", "dtype"), [(255, np.uint8), (256, np.uint16), (65535, np.uint16), (65536, np.int32)])
def test_the_smallest_whole_numbers_that_hold_the_labels_are_kept(most, dtype):
    mask = values(np.int64)
    mask[0, 0, 0] = most
    back, _ = read_nifti_mask(write_nifti_mask(mask, grid_of(SHAPE, OBLIQUE)))
    assert back.dtype == dtype
    assert np.array_equal(back, mask)


def test_negative_labels_are_kept():
    back, _ = read_nifti_mask(write_nifti_mask(values(np.int16) - 2, grid_of(SHAPE, OBLIQUE)))
    assert np.array_equal(back, values(np.int16) - 2)


def test_fractions_come_back_as_they_were():
    mask = np.random.default_rng(1).random(SHAPE).astype(np.float32)
    back, _ = read_nifti_mask(write_nifti_mask(mask, grid_of(SHAPE, OBLIQUE)))
    assert back.dtype == np.float32
    assert np.array_equal(back, mask)


@pytest.mark.parametrize(
    ("affine", "orientation"),
    [
        (np.eye(4), "RAS"),
        (np.diag([-1, -1, 1, 1]), "LPS"),
        (np.eye(4)[[2, 0, 1, 3]], "ASR"),
        (OBLIQUE, "LAS"),
    ],
)
def test_the_orientation_is_told_and_kept(affine, orientation):
    grid = grid_of(SHAPE, affine)
    assert grid.orientation == orientation
    _, own = read_nifti_mask(write_nifti_mask(values(), grid))
    assert own.orientation == orientation
    assert np.array_equal(own.affine, grid.affine)


def test_another_reader_sees_the_same_place():
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(write_nifti_mask(values(), grid_of(SHAPE, OBLIQUE))))
    assert np.allclose(image.affine, OBLIQUE, atol=1e-6)
    assert (image.header["sform_code"], image.header["qform_code"]) == (1, 1)
    assert image.header.get_xyzt_units()[0] == "mm"
    point = np.array([3, 2, 1, 1])
    assert np.allclose(image.affine @ point, OBLIQUE @ point, atol=1e-5)


def test_equal_masks_give_equal_bytes():
    grid = grid_of(SHAPE, OBLIQUE)
    assert write_nifti_mask(values(), grid) == write_nifti_mask(values(), grid)


def test_uncompressed_masks_are_read():
    grid = grid_of(SHAPE, OBLIQUE)
    back, _ = read_nifti_mask(gzip.decompress(write_nifti_mask(values(), grid)), grid)
    assert np.array_equal(back, values())


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 7), (6, 5, 4), (4, 5, 6, 1)])
def test_a_mask_of_another_shape_is_refused(shape):
    with pytest.raises(DataError, match="shape"):
        write_nifti_mask(np.zeros(shape, np.uint8), grid_of(SHAPE, OBLIQUE))


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_flipped_mask_is_refused(axis):
    written = write_nifti_mask(values(), grid_of(SHAPE, flipped(axis)))
    with pytest.raises(DataError, match="turned or flipped"):
        read_nifti_mask(written, grid_of(SHAPE, OBLIQUE))


@pytest.mark.parametrize("change", [(0, 3, 1.0), (2, 3, -0.5), (2, 2, 0.1), (1, 2, 0.2)])
def test_a_mask_that_lies_elsewhere_is_refused(change):
    row, column, by = change
    affine = OBLIQUE.copy()
    affine[row, column] += by
    with pytest.raises(DataError, match="elsewhere"):
        read_nifti_mask(write_nifti_mask(values(), grid_of(SHAPE, affine)), grid_of(SHAPE, OBLIQUE))


def test_a_mask_of_another_size_is_refused_when_read():
    with pytest.raises(DataError, match="shape"):
        read_nifti_mask(write_nifti_mask(values(), grid_of(SHAPE, OBLIQUE)), grid_of((4, 5, 7), OBLIQUE))


@pytest.mark.parametrize(
    "affine",
    [
        np.zeros((4, 4)),
        np.eye(3),
        np.diag([1, 1, 0, 1]),
        np.full((4, 4), np.nan),
        np.eye(4)[[0, 0, 2, 3]],
        np.eye(4) * 2,
    ],
)
def test_an_affine_that_is_no_place_is_refused(affine):
    with pytest.raises(DataError, match="affine"):
        grid_of(SHAPE, affine)


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 6, 7), (0, 5, 6)])
def test_a_grid_has_three_axes(shape):
    with pytest.raises(DataError, match="three axes"):
        grid_of(shape, OBLIQUE)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_refused(bad):
    mask = values(np.float32)
    mask[0, 0, 0] = bad
    with pytest.raises(DataError, match="no number"):
        write_nifti_mask(mask, grid_of(SHAPE, OBLIQUE))


@pytest.mark.parametrize("mask", [np.zeros(SHAPE, str), np.zeros(SHAPE, complex), np.full(SHAPE, 2**40)])
def test_what_is_no_label_is_refused(mask):
    with pytest.raises(DataError, match="labels"):
        write_nifti_mask(mask, grid_of(SHAPE, OBLIQUE))


@pytest.mark.parametrize("data", [b"", b"\x1f\x8b", b"no NIfTI", b"\x1f\x8b" + b"x" * 50])
def test_what_is_no_nifti_is_refused(data):
    with pytest.raises(DataError, match="no NIfTI"):
        read_nifti_mask(data)


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_file_that_is_cut_off_is_refused(keep):
    whole = write_nifti_mask(values(), grid_of(SHAPE, OBLIQUE))
    for data in (whole, gzip.decompress(whole)):
        with pytest.raises(DataError, match="no NIfTI"):
            read_nifti_mask(data[: int(len(data) * keep)])


def test_a_mask_that_does_not_say_where_it_lies_is_refused():
    image = nibabel.Nifti1Image(values(), None)
    with pytest.raises(DataError, match="where it lies"):
        read_nifti_mask(image.to_bytes())
