import numpy as np
import pytest

from primum.domain.picture import Picture
from primum.domain.study import Column
from primum.imaging.masks import checked
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError

SQUARE = np.zeros((1, 8, 9), dtype=np.uint8)
SQUARE[0, 2:4, 3:5] = 1
AFFINE = ((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0))
MOVED = ((1.0, 0.0, 0.0, 0.5), *AFFINE[1:])


def column(**options):
    return Column(name="mask", source="s", role="outcome", **options)


def picture(**options):
    return Picture(values=np.arange(72, dtype=np.uint8).reshape(1, 8, 9), spacing=(1.0, 1.0), **options)


def refused(values, options=None, seen=None, place=None):
    with pytest.raises(PictureRefusedError) as told:
        checked(values, column(**(options or {})), seen, place)
    return told.value.reason


@pytest.mark.parametrize("kind", ["bool", "uint8", "int16", "float32", "float64", "int64"])
def test_whole_numbers_of_any_type_become_labels(kind):
    mask = checked(SQUARE.astype(kind), column(), picture(affine=AFFINE, facts={"format": "nifti"}))
    assert mask.values.dtype == np.uint8
    assert np.array_equal(mask.values, SQUARE)
    assert (mask.affine, mask.spacing, mask.facts) == (AFFINE, (1.0, 1.0), {"format": "nifti"})


@pytest.mark.parametrize(
    "bad", [SQUARE * 0.5, SQUARE * np.nan, -SQUARE.astype(int), SQUARE * 300.0, np.vstack([SQUARE] * 3)]
)
def test_what_is_no_label_is_refused(bad):
    assert refused(bad) is Reason.MASK_LABELS


@pytest.mark.parametrize("categories", [("1",), ("0", "1"), ("none", "nucleus")])
def test_labels_are_those_of_the_study(categories):
    assert checked(SQUARE, column(categories=categories), None) is not None
    assert refused(SQUARE * 2, {"categories": categories}) is Reason.MASK_LABELS


def test_an_empty_mask_is_refused_meant_or_unknown_as_the_study_says():
    empty = SQUARE * 0
    assert refused(empty) is Reason.MASK_EMPTY
    assert checked(empty, column(low=0), None) is not None
    assert checked(empty, column(missing=("empty",)), None) is None
    assert refused(SQUARE, {"low": 5}) is Reason.MASK_EMPTY


def test_a_mask_must_lie_on_its_picture():
    seen, here = picture(affine=AFFINE), Picture(values=SQUARE, affine=AFFINE, spacing=(1.0, 1.0))
    assert checked(SQUARE, column(), seen, here) is not None
    assert refused(SQUARE[:, :7], seen=seen) is Reason.MASK_SIZE
    assert refused(SQUARE, seen=seen, place=Picture(values=SQUARE, affine=MOVED)) is Reason.MASK_PLACE
    assert refused(SQUARE, seen=seen, place=Picture(values=SQUARE)) is Reason.MASK_PLACE
    assert checked(SQUARE, column(), picture(), Picture(values=SQUARE)) is not None
