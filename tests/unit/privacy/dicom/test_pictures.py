import numpy as np

from primum.privacy.dicom.pictures import pictures


def test_grey_values_are_shown_whole_and_in_the_middle():
    frame = np.arange(1000, dtype=np.uint16).reshape(40, 25)
    frame[0, 0] = 60000
    whole, middle, asked = pictures(frame, window=(100.0, 200.0))
    assert whole.shape == (40, 25, 3)
    assert whole.dtype == np.uint8
    assert whole.max() == 255
    assert whole[1:].max() < 10
    assert middle[1:].max() == 255
    assert (asked[frame < 100] == 0).all()
    assert (asked[(frame > 200)] == 255).all()


def test_a_pen_of_one_value_is_shown_by_itself():
    frame = np.random.default_rng(2).integers(0, 4000, size=(128, 128), dtype=np.uint16)
    frame[10:14, 5:60] = 1234
    alone = list(pictures(frame))[-1]
    assert (alone[10:14, 5:60] == 255).all()
    assert (alone == 255).all(axis=2).sum() < 300


def test_colours_are_shown_as_they_are():
    frame = np.random.default_rng(2).integers(0, 255, size=(40, 30, 3), dtype=np.uint8)
    frame[0, 0], frame[0, 1] = 0, 255
    (picture,) = pictures(frame)
    assert np.array_equal(picture, frame)


def test_deep_colours_are_brought_to_eight_bits():
    frame = np.zeros((8, 8, 3), dtype=np.uint16)
    frame[0] = 65535
    (picture,) = pictures(frame)
    assert picture[0].max() == 255
    assert picture[1].max() == 0


def test_fractions_that_are_no_numbers_do_not_matter():
    frame = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8).copy()
    frame[0, 0] = np.nan
    assert all(picture.max() == 255 for picture in pictures(frame))
    assert list(pictures(np.full((8, 8), np.nan, dtype=np.float32))) == []


def test_an_even_frame_has_nothing_to_show():
    assert list(pictures(np.zeros((8, 8), dtype=np.uint16))) == []
