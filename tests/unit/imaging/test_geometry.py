import numpy as np
import pytest

from primum.imaging.geometry import stacked
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError
from primum.imaging.source_images import Plane


def planes(heights, shift=0.0, pixel=0.5):
    return [
        Plane(
            corner=np.array([shift * at, 0.0, height]),
            down=np.array([0.0, -pixel, 0.0]),
            across=np.array([-pixel, 0.0, 0.0]),
        )
        for at, height in enumerate(heights)
    ]


def refused(some):
    with pytest.raises(PictureRefusedError) as told:
        stacked(some)
    return told.value


def test_slices_are_ordered_along_their_normal():
    order, affine = stacked(planes([4.0, 0.0, 2.0]))
    assert order == [1, 2, 0]
    assert affine[:3, 0].tolist() == [0, 0, 2]
    assert affine[:3, 3].tolist() == [2 * 0.0, 0, 0]


@pytest.mark.parametrize("noise", [0.0, 0.005])
def test_positions_written_rounded_are_even(noise):
    rng = np.random.default_rng(0)
    heights = np.arange(40) * 2.5 + rng.uniform(-noise, noise, 40)
    assert stacked(planes(heights))[0] == list(range(40))


@pytest.mark.parametrize(
    ("heights", "reason", "detail"),
    [
        ([0, 2, 4, 8, 10], Reason.SLICE_MISSING, "1 of them"),
        ([0, 2, 4, 12, 14], Reason.SLICE_MISSING, "3 of them"),
        ([0, 2, 6, 8, 10, 16, 18], Reason.SLICE_MISSING, "3 of them"),
        ([0, 2, 4, 4, 6], Reason.SLICE_TWICE, "1 places"),
        ([0, 2, 4, 5, 7], Reason.SPACING_MIXED, "1 to 2 mm"),
        ([0, 2, 4, 6.2, 8], Reason.SPACING_MIXED, "1.8 to 2.2 mm"),
    ],
)
def test_gaps_are_told_by_what_they_are(heights, reason, detail):
    refusal = refused(planes([float(one) for one in heights]))
    assert refusal.reason is reason
    assert detail in refusal.detail


def test_a_stack_that_leans_is_told():
    assert refused(planes([0.0, 2.0, 4.0], shift=0.2)).reason is Reason.TILTED
    stacked(planes([0.0, 2.0, 4.0], shift=0.01))


def test_slices_that_are_not_parallel_are_told():
    some = planes([0.0, 2.0, 4.0])
    odd = Plane(corner=some[1].corner, down=some[1].down, across=np.array([-0.5, 0.01, 0.0]))
    assert refused([some[0], odd, some[2]]).reason is Reason.ORIENTATION_MIXED
