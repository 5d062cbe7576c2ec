import itertools

import numpy as np
import pytest

from primum.errors import DataError
from primum.imaging.alignment import in_frames
from primum.imaging.segments import read_segments, write_segments
from primum.imaging.source_images import planes_of
from synthetic.mr_series import enhanced, mask, mr_series, provenance, xray


def affine_of(sources):
    planes = [plane for one in sources for plane in planes_of(one)]
    affine = np.eye(4)
    affine[:3, 0] = (planes[-1].corner - planes[0].corner) / max(len(planes) - 1, 1)
    if len(planes) == 1:
        affine[:3, 0] = np.cross(planes[0].down, planes[0].across)
    affine[:3, 1], affine[:3, 2], affine[:3, 3] = planes[0].down, planes[0].across, planes[0].corner
    return affine


def turned(values, affine, axes, flips):
    """Return the same volume on other axes: exchanged, then turned round."""
    moved = values.transpose(axes)
    steps = np.eye(4)
    steps[:3, :3] = np.eye(3)[:, list(axes)]
    for axis, flip in enumerate(flips):
        if flip:
            moved = np.flip(moved, axis)
            turn = np.eye(4)
            turn[axis, axis], turn[axis, 3] = -1, moved.shape[axis] - 1
            steps = steps @ turn
    return moved, affine @ steps


ORIENTATIONS = list(itertools.product(itertools.permutations(range(3)), itertools.product([False, True], repeat=3)))
VOLUME = np.arange(6 * 12 * 10).reshape(6, 12, 10)


@pytest.mark.parametrize(("axes", "flips"), ORIENTATIONS)
def test_every_one_of_48_orientations_comes_back_to_the_frames(axes, flips):
    sources = mr_series()
    moved, affine = turned(VOLUME, affine_of(sources), axes, flips)
    assert np.array_equal(in_frames(moved, affine, sources), VOLUME)


def test_the_order_of_the_images_is_followed():
    sources = mr_series()
    assert np.array_equal(in_frames(VOLUME, affine_of(sources), sources[::-1]), VOLUME[::-1])


def test_a_multi_frame_object_is_a_series():
    source = enhanced()
    moved, affine = turned(VOLUME, affine_of([source]), (2, 0, 1), (True, False, True))
    assert np.array_equal(in_frames(moved, affine, [source]), VOLUME)


def test_segments_stay_the_last_axis():
    sources = mr_series()
    layers = np.stack([VOLUME, VOLUME + 1], axis=-1)
    moved, affine = turned(VOLUME, affine_of(sources), (1, 2, 0), (False, True, True))
    assert np.array_equal(in_frames(np.stack([moved, moved + 1], axis=-1), affine, sources), layers)


@pytest.mark.parametrize(("axes", "flips"), ORIENTATIONS[::7])
def test_a_single_slice_has_a_place_too(axes, flips):
    sources = mr_series(1)
    moved, affine = turned(VOLUME[:1], affine_of(sources), axes, flips)
    assert np.array_equal(in_frames(moved, affine, sources), VOLUME[:1])


def test_what_was_aligned_is_written_and_comes_back():
    sources = mr_series()
    values = (VOLUME % 7 == 0).astype(np.uint8)
    moved, affine = turned(values, affine_of(sources), (2, 1, 0), (True, True, False))
    made = write_segments(sources, mask(in_frames(moved, affine, sources)), provenance())
    assert np.array_equal(read_segments(made, sources).values, values)


def refused(change, values=VOLUME):
    affine = affine_of(mr_series())
    change(affine)
    with pytest.raises(DataError):
        in_frames(values, affine, mr_series())


def test_a_flip_that_the_affine_does_not_tell_is_refused():
    refused(lambda affine: affine[:3, 1].__imul__(-1))


@pytest.mark.parametrize("shift", [0.2, 0.75, 8.0])
def test_a_shift_is_refused(shift):
    refused(lambda affine: affine[:3, 3].__iadd__(shift))


@pytest.mark.parametrize("scale", [0.5, 0.99, 1.01, 2])
def test_another_spacing_is_refused(scale):
    refused(lambda affine: affine[:3, :3].__imul__(scale))


def test_an_oblique_volume_is_refused():
    turn = np.array([[0.9, -0.43588989, 0], [0.43588989, 0.9, 0], [0, 0, 1]])
    refused(lambda affine: affine[:3, :3].__imatmul__(turn))


def test_a_flat_affine_is_refused():
    refused(lambda affine: affine[:3, 0].fill(0))


def test_another_size_is_refused():
    refused(np.asarray, VOLUME[:, :-1])


def test_a_plane_is_no_volume():
    refused(np.asarray, VOLUME[0])


def test_images_without_a_place_are_refused():
    with pytest.raises(DataError, match="no place"):
        in_frames(np.zeros((1, 16, 14)), np.eye(4), [xray()])
