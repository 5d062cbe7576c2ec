import numpy as np
import pytest

from primum.imaging.decoders import agree, agree_in_place, coarse, corners_apart, second
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError
from synthetic.scans import body, volume


def disagree(*given):
    with pytest.raises(PictureRefusedError) as told:
        agree(*given)
    assert told.value.reason is Reason.DECODERS
    return told.value.detail


def test_whole_numbers_must_be_equal():
    values = body()
    agree(values, values.astype(np.int64))
    other = values.copy()
    other[0, 0, 0] += 1
    assert "1 apart" in disagree(values, other)
    agree(values, other, 1.0)
    other[0, 0, 0] += 1
    disagree(values, other, 1.0)


def test_large_unsigned_numbers_do_not_wrap():
    assert "255 apart" in disagree(np.array([0], dtype=np.uint8), np.array([255], dtype=np.uint8))
    assert disagree(np.array([2**32 - 1], dtype=np.uint32), np.array([0], dtype=np.uint32))


def test_computed_samples_may_differ_by_a_rounding_of_their_range():
    values = body(kind="float32") * 1000
    agree(values, values * (1 + 1e-7))
    disagree(values, values * (1 + 1e-3))


def test_samples_that_are_no_numbers_agree_only_with_themselves():
    holes = np.array([1.0, np.nan, np.inf])
    agree(holes, holes.copy())
    disagree(holes, np.array([1.0, 2.0, np.inf]))
    disagree(np.array([1.0, 2.0, 3.0]), holes)


def test_other_shapes_disagree():
    disagree(body(), body().T)


def test_corners_are_compared_by_the_length_of_a_sample():
    affine = np.diag([0.5, 0.5, 3.0, 1.0])
    agree_in_place(affine, affine + 1e-7, (10, 10, 10))
    for moved in (affine + np.diag([1e-3, 0, 0, 0]), affine @ np.diag([-1, 1, 1, 1])):
        with pytest.raises(PictureRefusedError):
            agree_in_place(affine, moved, (10, 10, 10))
    assert corners_apart(affine, np.diag([0.5, 0.5, 3.1, 1.0]), (10, 10, 11)) == pytest.approx(1.0)


@pytest.mark.parametrize("shape", [(33, 17), (16, 16, 3), (5, 40, 3)])
def test_coarse_means_keep_the_sum(shape):
    values = body(shape, kind="float64")
    means = coarse(values)
    assert means.shape[:2] == tuple(-(-size // 16) for size in shape[:2])
    assert means[0, 0] == pytest.approx(values[:16, :16].mean(axis=(0, 1)))


def test_the_second_decoder_tells_places_in_right_front_head(tmp_path):
    affine = [[-1, 0, 0, 5], [0, 2, 0, -6], [0, 0, 3, 7], [0, 0, 0, 1]]
    found = second(volume(tmp_path / "a.nii", affine=affine))
    assert np.allclose(found.affine, affine)
    assert np.array_equal(found.values.T, body())


def test_what_the_second_decoder_cannot_read_is_refused(tmp_path):
    (tmp_path / "a.png").write_bytes(b"nothing")
    with pytest.raises(PictureRefusedError, match="cannot read"):
        second(tmp_path / "a.png", "PNGImageIO")
