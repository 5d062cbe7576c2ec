import numpy as np
import pytest

from primum.domain.picture import Picture
from primum.imaging import intake as intakes
from primum.imaging.intake import Intake, check_samples, kept
from primum.imaging.reasons import Reason
from primum.imaging.refusals import IntakeRefusedError, PictureRefusedError
from synthetic.scans import body


def refused(values):
    with pytest.raises(PictureRefusedError) as told:
        check_samples(values)
    return told.value.reason


def test_samples_that_show_nothing_are_refused():
    good = body((1, 16, 16), kind="float32")
    check_samples(good)
    assert refused(np.full((1, 16, 16), 7, dtype=np.uint8)) is Reason.CONSTANT
    assert refused(body((1, 7, 16), kind="uint8")) is Reason.TOO_SMALL
    assert refused(body((1, 2, 7, 16), kind="uint8")) is Reason.TOO_SMALL
    check_samples(body((1, 2, 16, 16), kind="uint8"))
    for bad in (np.nan, np.inf, -np.inf):
        broken = good.copy()
        broken[0, 3, 3] = bad
        assert refused(broken) is Reason.NOT_FINITE


def test_samples_beyond_memory_are_refused(monkeypatch):
    monkeypatch.setattr(intakes, "LARGEST", 100)
    assert refused(body((1, 16, 16), kind="uint8")) is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("given", "type_kept"),
    [("bool", "uint8"), ("float64", "float32"), ("float16", "float32"), (">i2", "int16"), ("uint16", "uint16"),
     ("int64", "uint32")],
)  # fmt: skip
def test_samples_are_kept_in_one_of_few_types_without_changing(given, type_kept):
    values = np.array([[0, 1]]).astype(given)
    assert kept(values).dtype.name == type_kept
    assert np.array_equal(kept(values), values)


def test_negative_wide_numbers_stay_negative_and_too_wide_ones_are_refused():
    assert kept(np.array([-5, 70000])).tolist() == [-5, 70000]
    with pytest.raises(PictureRefusedError, match="32 bits"):
        kept(np.array([2**40]))
    with pytest.raises(PictureRefusedError, match="complex"):
        kept(np.zeros(3, dtype=complex))


def faults_of(pictures, *, one_scale=True):
    intake = Intake("scans", one_scale=one_scale)
    for at, values in enumerate(pictures, start=1):
        intake.take(Picture(values=values), f"picture {at}")
    try:
        intake.close()
    except IntakeRefusedError as told:
        return [(one.reason, one.place) for one in told.faults]
    return []


def test_a_picture_of_another_depth_than_most_is_refused_where_samples_have_one_scale():
    films = [body((1, 16, 16), seed, "uint16") for seed in range(3)] + [body((1, 16, 16), 3, "uint8")]
    assert faults_of(films) == [(Reason.DEPTH_MIXED, "picture 4")]
    assert faults_of(films, one_scale=False) == []


def test_a_picture_of_other_channels_than_most_is_refused():
    films = [body((1, 16, 16), seed, "uint8") for seed in range(3)] + [body((3, 16, 16), 3, "uint8")]
    assert faults_of(films) == [(Reason.COLOUR, "picture 4")]
    assert faults_of(films[::-1]) == [(Reason.COLOUR, "picture 1")]
