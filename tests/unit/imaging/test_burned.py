import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from primum.domain.picture import Picture
from primum.imaging import burned
from primum.imaging.burned import blackened
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError


def plain(size=200, seed=0):
    """Return smooth anatomy of nobody, without text."""
    rng = np.random.default_rng(seed)
    down, across = np.mgrid[:size, :size] / size - 0.5
    return (90 + 60 * np.exp(-8 * (down**2 + across**2)) + rng.integers(0, 4, (size, size))).astype(np.uint8)


def written(values, text="ZHANG WEI 1970-01-31", at=(10, 12)):
    """Return a plane with a made-up name burned in."""
    image = Image.fromarray(values)
    white = 255 if values.ndim == 2 else (255, 255, 255)
    ImageDraw.Draw(image).text(at, text, fill=white, font=ImageFont.load_default(15))
    return np.asarray(image)


def a_picture(values, **facts):
    return Picture(values=values[None] if values.ndim == 2 else np.moveaxis(values, -1, 0), facts=facts)


@pytest.fixture
def eye(monkeypatch):
    """Put in place of the reader of text one that sees what is pure white, which is quick."""

    def places(frame):
        rows, columns = np.nonzero(frame.min(axis=-1) == 255)
        if rows.size > 40:
            yield int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1

    monkeypatch.setattr(burned.pixels, "places", places)
    monkeypatch.setattr(burned, "pictures", lambda frame: iter([np.repeat(frame[..., None], 3, axis=2)]))


def test_text_is_read_and_blacked_out_and_nothing_else():
    picture = a_picture(written(plain(120), "WEI 1970-01-31", (4, 8)), format="png")
    done = blackened(picture)
    assert done.places >= 1
    assert done.picture.repairs == ("burned_in_blackened",)
    changed = (done.picture.values != picture.values)[0]
    assert changed[10:22, 6:100].mean() > 0.5
    assert not changed[45:].any()
    assert done.picture.values[0, 8:25].max() < 255


def test_a_picture_without_text_passes_untouched(eye):
    picture = a_picture(plain())
    done = blackened(picture)
    assert (done.how, done.places) == ("searched", 0)
    assert done.picture is picture


def test_colours_are_blackened_in_all_channels(monkeypatch):
    found = iter([[(10, 12, 50, 20)], []])
    monkeypatch.setattr(burned.pixels, "places", lambda _: iter(next(found)))
    monkeypatch.setattr(burned, "pictures", lambda frame: iter([frame]))
    picture = a_picture(np.stack([plain(seed=seed) for seed in range(3)], axis=-1))
    done = blackened(picture)
    assert done.places == 1
    assert np.unique(done.picture.values[:, 12:20, 10:50]).size == 1
    assert np.array_equal(done.picture.values[:, 20:], picture.values[:, 20:])


def test_the_depth_and_the_picture_given_stay(eye):
    values = plain().astype(np.uint16)
    values[5:15, 5:60] = 255
    picture = a_picture(values)
    done = blackened(picture)
    assert done.places == 1
    assert done.picture.values.dtype == np.uint16
    assert (picture.values[0, 5:15, 5:60] == 255).all()
    assert (done.picture.values[0, 5:15, 5:60] == values.min()).all()


def test_a_file_that_says_no_is_believed_and_one_that_says_yes_must_show_it(eye):
    marked = plain()
    marked[5:15, 5:60] = 255
    assert blackened(a_picture(marked, burned_in="no")).how == "said_clean"
    assert blackened(a_picture(marked, burned_in="yes")).places == 1
    with pytest.raises(PictureRefusedError) as told:
        blackened(a_picture(plain(), burned_in="yes"))
    assert told.value.reason is Reason.BURNED_IN_UNSEEN


def test_small_pictures_can_hold_no_line():
    assert blackened(a_picture(plain(63))).how == "too_small"


@pytest.mark.parametrize(("axis", "letters"), [(0, "RAS"), (1, "PLS"), (2, "SPL")])
def test_volumes_are_searched_in_their_slices(eye, axis, letters):
    slices = [plain(100, seed) for seed in range(3)]
    slices[1][5:15, 5:60] = 255
    picture = Picture(
        values=np.stack(slices, axis=axis)[None],
        facts={"format": "dicom", "orientation": letters},
        spacing=(1.0, 1.0, 1.0),
    )
    done = blackened(picture)
    assert done.places == 1
    changed = np.moveaxis((done.picture.values != picture.values)[0], axis, 0)
    assert [bool(one.any()) for one in changed] == [False, True, False]
    assert done.picture.values.shape == picture.values.shape


def test_many_slices_are_searched_together(eye):
    slices = [plain(100, seed) for seed in range(18)]
    slices[10][5:15, 5:60] = 255
    picture = Picture(values=np.stack(slices, axis=-1)[None], spacing=(1.0, 1.0, 5.0))
    done = blackened(picture)
    changed = (done.picture.values != picture.values)[0].any(axis=(0, 1))
    assert changed[10]
    assert not changed[:8].any()
    assert not changed[16:].any()


def test_text_that_cannot_be_removed_refuses_the_picture(monkeypatch):
    monkeypatch.setattr(burned.pixels, "places", lambda _: iter([(1, 1, 9, 9)]))
    with pytest.raises(PictureRefusedError) as told:
        blackened(a_picture(plain()))
    assert told.value.reason is Reason.BURNED_IN_LEFT
