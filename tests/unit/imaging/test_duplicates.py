import numpy as np
import pytest

from primum.domain.picture import Picture
from primum.imaging.duplicates import near_duplicates


def scene(seed, size=64):
    """Return smooth shapes, other ones for each seed, as one channel of bytes."""
    rng = np.random.default_rng(seed)
    small = rng.random((9, 9))
    at = np.linspace(0, 8, size)
    rows = np.array([np.interp(at, range(9), row) for row in small])
    return (np.array([np.interp(at, range(9), column) for column in rows.T]).T * 200 + 20).astype(np.uint8)


def pictures(*values):
    return [Picture(values=one[None]) for one in values]


def test_equal_samples_are_found_whatever_their_headers():
    some = pictures(scene(1), scene(2), scene(1))
    some.append(Picture(values=scene(2)[None], facts={"format": "png"}, spacing=(1.0, 1.0)))
    assert near_duplicates(some) == [(0, 2), (1, 3)]


NOISE = np.random.default_rng(5).integers(-1, 2, (64, 64))


@pytest.mark.parametrize(
    "changed",
    [
        np.kron(scene(1), np.ones((2, 2), np.uint8)),
        scene(1).reshape(32, 2, 32, 2).mean(axis=(1, 3)).astype(np.uint8),
        np.clip(scene(1) + NOISE, 0, 255).astype(np.uint8),
        (scene(1) * 0.7).astype(np.uint8),
        scene(1).astype(np.uint16) * 17,
        scene(1).astype(np.float32) - 300,
    ],
)
def test_a_picture_saved_anew_is_a_near_duplicate(changed):
    some = pictures(scene(1), scene(2), changed, scene(3))
    assert near_duplicates(some) == [(0, 2)]


def test_other_pictures_are_none():
    assert near_duplicates(pictures(*(scene(seed) for seed in range(60)))) == []


def test_a_mirrored_or_inverted_picture_is_another():
    assert near_duplicates(pictures(scene(1), scene(1)[:, ::-1], scene(1)[::-1], 255 - scene(1))) == []


def test_flat_pictures_are_alike_only_when_equal():
    one, other = np.zeros((64, 64), np.uint8), np.zeros((64, 64), np.uint8)
    one[3, 3], other[60, 60] = 1, 1
    assert near_duplicates(pictures(one, other, one.copy())) == [(0, 2)]


def test_volumes_colours_and_small_pictures_are_compared_too():
    volume = np.stack([scene(seed, 32) for seed in range(6)], axis=-1)[None]
    colour = np.stack([scene(seed, 9) for seed in range(3)])
    some = [Picture(values=volume), Picture(values=colour), Picture(values=volume.copy()), Picture(values=colour + 1)]
    assert near_duplicates(some) == [(0, 2), (1, 3)]


def test_more_pictures_than_a_chunk_are_compared_with_all():
    some = pictures(*(scene(seed, 16) for seed in range(300)), scene(4, 16))
    assert (4, 300) in near_duplicates(some, 0)
    assert near_duplicates([]) == []
